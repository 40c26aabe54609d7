"""What somebody leaves behind comes back to those who are there, with a notice, once."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from casework.handling.leaving import GIVE_BACK, give_back
from casework.handling.services import begin_protection, protect
from casework.models import Action, Case, Job, Notice
from casework.register.inbox import to_handle
from deviations.process.services import take_step
from organisation.models import Membership, Unit, User
from organisation.registers.files import Import
from organisation.registers.imports import import_people
from organisation.rights import Role
from organisation.services import appoint_substitute, end_substitute
from tests.factories import make_deviation, make_unit, make_user

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
HEADER = "username;name;email;role;unit;valid_from;valid_to\n"


@pytest.fixture
def unit() -> Unit:
    return make_unit("B", make_unit("A"))


@pytest.fixture
def boss(unit: Unit) -> User:
    return make_user("boss", (Role.DEPARTMENT_CHIEF, unit.parent))


@pytest.fixture
def leaver(unit: Unit) -> User:
    return make_user("slutar", (Role.SECTION_CHIEF, unit))


def end(person: User, *, on: dt.date = TODAY) -> None:
    person.memberships.update(valid_to=on)


def told(person: User) -> list[str]:
    return list(person.notices.values_list("kind", flat=True))


def begun(unit: Unit, chief: User, **facts: object) -> Case:
    return take_step(
        make_deviation(unit, **facts), "utred", actor=chief, seen_version=0, facts={}
    )


def test_leavers_case_is_the_chiefs_above_to_do_with_a_notice_once(
    unit: Unit, boss: User, leaver: User
) -> None:
    case = begun(unit, leaver)
    end(leaver)

    assert (give_back(), give_back()) == (1, 0)
    case.refresh_from_db()
    assert case.owner is None
    assert told(boss) == ["left"]
    assert Case.objects.filter(to_handle(boss)).get() == case.case_ptr
    assert (
        case.log.order_by("sequence").last().label
        == "Saknar handläggare sedan den förra slutade"
    )


def test_import_that_ends_a_role_gives_back_the_same_day(
    unit: Unit, boss: User, tmp_path: Path
) -> None:
    file, row = (
        tmp_path / "people.csv",
        f"slutar;Siv Slutar;siv@exempel.se;section_chief;{unit.code};2024-01-01;",
    )
    file.write_text(f"{HEADER}{row}\n", encoding="utf-8")
    import_people(file, Import())
    staff, leaver = (
        make_user("staff", (Role.STAFF, unit)),
        User.objects.get(username="slutar"),
    )
    case = begun(unit, leaver, reporter=staff)
    file.write_text(
        f"{HEADER}{row}{(TODAY - dt.timedelta(days=1)).isoformat()}\n", encoding="utf-8"
    )
    import_people(file, Import())

    assert Job.objects.pending().filter(kind=GIVE_BACK).count() == 1
    client = Client()
    client.force_login(staff)
    page = client.get(f"/rapportera/mina/{case.number}/").content.decode()
    assert "Siv" not in page
    assert "Utreds av Boss" in page
    give_back()
    assert told(boss) == ["left"]


def test_substitutes_case_goes_back_to_the_chief(
    unit: Unit, leaver: User, boss: User
) -> None:
    stand_in = make_user("standin", (Role.STAFF, unit))
    membership = leaver.memberships.get()
    held = appoint_substitute(
        actor=leaver, membership=membership, person=stand_in, first=TODAY, last=TODAY
    )
    case = begun(unit, stand_in)
    assert give_back() == 0
    end_substitute(actor=leaver, membership=held)
    give_back()

    case.refresh_from_db()
    assert (case.owner, told(leaver), told(boss)) == (None, ["left"], [])
    assert Job.objects.pending().filter(kind=GIVE_BACK).exists()


def test_deactivated_persons_case_is_given_back(
    unit: Unit, boss: User, leaver: User
) -> None:
    begun(unit, leaver)
    User.objects.filter(pk=leaver.pk).update(is_active=False)
    give_back()

    assert told(boss) == ["left"]


def test_case_of_one_who_is_still_there_is_left_alone(unit: Unit, leaver: User) -> None:
    begun(unit, leaver)
    make_deviation(
        unit, owner=leaver, closed_on=TODAY, is_deviation="no", state="closed"
    )

    assert give_back() == 0


def test_case_that_nobody_had_begun_is_told_of_when_its_chief_leaves(
    unit: Unit, boss: User, leaver: User
) -> None:
    make_deviation(unit)
    end(leaver, on=TODAY - dt.timedelta(days=2))
    for _ in range(2):
        give_back()

    assert list(Notice.objects.values_list("user", "kind", "on")) == [
        (boss.pk, "left", TODAY - dt.timedelta(days=2))
    ]


def test_leavers_action_is_told_of_and_found_as_missing_an_owner(
    unit: Unit, boss: User
) -> None:
    helper = make_user("helper", (Role.STAFF, unit))
    case = make_deviation(unit)
    facts = {"case": case, "decided_on": TODAY, "owner": helper}
    Action.objects.create(text="Ny rutin", **facts)
    Action.objects.create(text="Gjort", done_on=TODAY, **facts)
    end(helper)

    assert (give_back(), give_back()) == (1, 0)
    assert told(boss) == ["action_left"]
    client = Client()
    client.force_login(boss)
    page = client.get("/atgarder/", {"visa": "saknar-ansvarig"}).content.decode()
    assert "Ny rutin" in page


def test_protected_case_stays_with_the_next_named_reader(
    unit: Unit, boss: User, leaver: User
) -> None:
    case = begun(unit, leaver)
    begin_protection(case, readers=[leaver, boss], actor=leaver)
    end(leaver)
    give_back()

    case.refresh_from_db()
    assert (case.owner, told(boss)) == (None, ["left"])
    assert Case.objects.filter(to_handle(boss)).get() == case.case_ptr


def test_protected_case_without_a_reader_left_goes_to_the_investigator(
    unit: Unit, boss: User, leaver: User
) -> None:
    lex = make_user("lex", (Role.LEX_INVESTIGATOR, unit.parent))
    case = begun(unit, leaver)
    begin_protection(case, readers=[leaver], actor=leaver)
    end(leaver)
    for _ in range(2):
        give_back()

    assert lex in [named.user for named in case.named_readers.all()]
    assert told(lex).count("left") == 1
    assert Case.objects.handled_by(lex).filter(to_handle(lex)).get() == case.case_ptr
    assert not Case.objects.handled_by(boss).exists()


def test_protected_case_without_a_reader_left_outside_gets_another(
    unit: Unit, boss: User
) -> None:
    lex = make_user("lex", (Role.LEX_INVESTIGATOR, unit.parent))
    chief, substitute = (
        make_user("chef", (Role.SECTION_CHIEF, unit)),
        make_user("vikarie"),
    )
    days = {"first": TODAY, "last": TODAY + dt.timedelta(days=5)}
    lent = appoint_substitute(
        actor=boss, membership=boss.memberships.get(), person=substitute, **days
    )
    case = begun(unit, chief)
    protect(case, readers=[chief, substitute], actor=chief, reason="Hemlig adress")
    lent.delete()
    found = [give_back(), give_back()]

    case.refresh_from_db()
    assert case.owner == chief
    assert lex in [named.user for named in case.named_readers.all()]
    assert (found, told(lex)) == ([1, 0], ["protected"])


def test_membership_that_is_prolonged_gives_nothing_back(
    unit: Unit, leaver: User
) -> None:
    begun(unit, leaver)
    end(leaver)
    facts = {"user": leaver, "unit": unit, "role": Role.SECTION_CHIEF}
    Membership.objects.create(valid_from=TODAY, **facts)

    assert give_back() == 0
    assert not Notice.objects.filter(kind="left").exists()
