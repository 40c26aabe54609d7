"""Which units a person may act on, and in which role."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from casework.models import Case
from organisation.access import home_unit, may, paths_for, roles_of, units_for
from organisation.models import Membership
from organisation.rights import Right, Role
from tests.factories import make_deviation, make_unit, make_user

pytestmark = pytest.mark.django_db


def test_units_for_chief_are_the_unit_and_all_below() -> None:
    root = make_unit("A")
    own = make_unit("B", root)
    below, beside = make_unit("C", own), make_unit("D", root)
    chief = make_user("chief", (Role.UNIT_CHIEF, own))

    assert list(units_for(chief)) == [own, below]
    assert beside not in units_for(chief)


def test_unit_whose_code_begins_alike_is_not_below() -> None:
    own, alike = make_unit("IFO"), make_unit("IFO-2")
    chief = make_user("chief", (Role.UNIT_CHIEF, own))

    assert may(chief, Right.ORGANISATION_LEAD, own)
    assert not may(chief, Right.ORGANISATION_LEAD, alike)


@pytest.mark.parametrize(
    ("begins", "ends", "expected"),
    [(-1, None, {"staff"}), (0, 1, {"staff"}), (1, None, set()), (-2, 0, set())],
)
def test_roles_hold_between_their_dates(
    begins: int, ends: int | None, expected: set[str]
) -> None:
    today = timezone.localdate()
    days = [
        None if shift is None else today + dt.timedelta(days=shift)
        for shift in (begins, ends)
    ]
    user = make_user("substitute")
    Membership.objects.create(
        user=user,
        unit=make_unit(),
        role=Role.STAFF,
        valid_from=days[0],
        valid_to=days[1],
    )

    assert roles_of(user) == expected


def test_deactivated_person_holds_nothing() -> None:
    unit = make_unit()
    user = make_user("left", (Role.QUALITY_CONTROLLER, unit), is_active=False)

    assert (roles_of(user), paths_for(user, Right.ORGANISATION_WORK)) == (set(), [])


def test_anonymous_visitor_holds_nothing() -> None:
    make_deviation(make_unit())

    assert roles_of(AnonymousUser()) == set()
    assert not Case.objects.visible_to(AnonymousUser()).exists()


def test_home_unit_is_the_deepest() -> None:
    root = make_unit("A")
    section = make_unit("B", root)
    user = make_user("both", (Role.STAFF, root), (Role.STAFF, section))

    assert home_unit(user) == section


def test_visible_to_gives_each_role_its_own_cases() -> None:
    root = make_unit("A")
    mine, other = make_unit("B", root), make_unit("C", root)
    reporter = make_user("reporter", (Role.STAFF, mine))
    own, foreign = make_deviation(mine), make_deviation(other, reporter=reporter)
    lex = Case.objects.create(
        number="LS-1",
        subject="lexsarah",
        circle="few",
        title="x",
        unit=mine,
        received_on="2024-01-01",
    )
    people = {
        make_user("chief", (Role.SECTION_CHIEF, mine)): [own.number, lex.number],
        make_user("stranger", (Role.SECTION_CHIEF, other)): [foreign.number],
        make_user("planner", (Role.PLANNING_OFFICER, root)): [
            own.number,
            foreign.number,
        ],
        make_user("controller", (Role.QUALITY_CONTROLLER, root)): [
            own.number,
            foreign.number,
            lex.number,
        ],
        make_user("investigator", (Role.LEX_INVESTIGATOR, root)): [lex.number],
        make_user("admin", (Role.SYSTEM_ADMIN, root)): [],
        make_user("colleague", (Role.STAFF, mine)): [],
        reporter: [foreign.number],
    }

    seen = {
        user: sorted(Case.objects.visible_to(user).values_list("number", flat=True))
        for user in people
    }
    assert seen == {user: sorted(numbers) for user, numbers in people.items()}
