"""The list of security events: who reads it, of whom, and how it is narrowed."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from audit.models import Reading, SecurityEvent
from audit.models.reading import Kind
from audit.register.events import events_for, when
from audit.register.filtersets import EventFilter
from organisation.models import Membership, Unit, User
from organisation.rights import Role
from organisation.shown.told import SecurityEvent as What
from organisation.shown.told import tell
from tests.factories import make_unit, make_user, signed_in

pytestmark = pytest.mark.django_db
PAGE = "/logg/handelser/"


@pytest.fixture
def root() -> Unit:
    return make_unit("SOC")


@pytest.fixture
def admin(root: Unit) -> User:
    return make_user("admin", (Role.SYSTEM_ADMIN, root))


@pytest.fixture
def anna(root: Unit) -> User:
    return make_user("anna", (Role.STAFF, make_unit("IFO", root)))


def read_by(user: User) -> set[tuple[str, int | None]]:
    """Return what a person reads, and of whom: of a role whose it is, where nobody gave it."""
    rows = events_for(user).values_list("what", "account", "about")
    return {(what, account or about) for what, account, about in rows}


def test_reader_sees_accounts_and_roles_of_the_own_administration_alone(
    root: Unit, admin: User, anna: User
) -> None:
    elsewhere = make_user("bo", (Role.STAFF, make_unit("SKOLA")))
    for person in (anna, elsewhere):
        tell(What.SIGNED_IN, person.pk)

    assert read_by(admin) == {
        (What.ROLE_GIVEN, admin.pk),
        (What.ROLE_GIVEN, anna.pk),
        (What.SIGNED_IN, anna.pk),
    }


def test_role_in_another_administration_is_not_shown_of_who_works_in_both(
    admin: User, anna: User
) -> None:
    Membership.objects.create(
        user=anna,
        unit=make_unit("SKOLA"),
        role=Role.REGISTRAR,
        valid_from=dt.date(2020, 1, 1),
    )

    assert not events_for(admin).filter(role=Role.REGISTRAR).exists()


def test_closed_account_is_shown_in_the_own_administration_alone(
    admin: User, anna: User
) -> None:
    make_user("bo", (Role.STAFF, make_unit("SKOLA")))
    User.objects.exclude(pk=admin.pk).update(is_active=False)

    closed = events_for(admin).filter(what=What.ACCOUNT_CLOSED)
    assert [event.about for event in closed] == [anna]


def test_event_of_nobody_and_of_who_has_no_role_is_shown(
    root: Unit, admin: User
) -> None:
    technician = make_user("technician")
    tell(What.WRONG_PASSWORD, None)
    tell(What.SIGNED_IN, technician.pk)

    assert {(What.WRONG_PASSWORD, None), (What.SIGNED_IN, technician.pk)} < read_by(
        admin
    )


def test_account_whose_role_has_ended_is_still_shown(admin: User, anna: User) -> None:
    Membership.objects.filter(user=anna).update(valid_to=dt.date(2020, 1, 1))
    tell(What.WRONG_PASSWORD, anna.pk)

    assert (What.WRONG_PASSWORD, anna.pk) in read_by(admin)


def found(user: User, **asked: str) -> list[str]:
    rows = EventFilter(asked, user=user).qs.exclude(what=What.ROLE_GIVEN)
    return sorted(rows.values_list("what", flat=True))


def test_list_is_narrowed_by_what_and_account(admin: User, anna: User) -> None:
    tell(What.SIGNED_IN, anna.pk)
    tell(What.SIGNED_OUT, anna.pk)
    tell(What.SIGNED_IN, admin.pk)

    assert found(admin, what=What.SIGNED_OUT) == [What.SIGNED_OUT]
    assert found(admin, account=str(anna.pk)) == [What.SIGNED_IN, What.SIGNED_OUT]


@pytest.mark.parametrize(
    ("asked", "is_found"),
    [
        ({"first": "2026-03-10"}, True),
        ({"first": "2026-03-11"}, False),
        ({"last": "2026-03-10"}, True),
        ({"last": "2026-03-09"}, False),
        ({"first": "2026-03-10", "last": "2026-03-10"}, True),
    ],
)
def test_list_is_narrowed_by_local_days(
    admin: User, anna: User, asked: dict[str, str], is_found: bool
) -> None:
    late = dt.datetime(2026, 3, 10, 23, 30, tzinfo=timezone.get_default_timezone())
    SecurityEvent.objects.bulk_create(
        [SecurityEvent(at=late, what=What.SIGNED_IN, account=anna)]
    )

    assert bool(found(admin, what=What.SIGNED_IN, **asked)) is is_found


def test_page_shows_what_happened_where_and_to_whom(admin: User, anna: User) -> None:
    signed_in(anna).get(reverse("casework:mails"))
    tell(What.WRONG_PASSWORD, None)

    page = signed_in(admin).get(PAGE)

    words = page.content.decode()
    assert page.status_code == 200
    for said in (
        "Fick inte se sidan",
        reverse("casework:mails"),
        "Inget konto",
        "Inläsning eller kommando",
        "Anna: Medarbetare, Enhet IFO",
    ):
        assert said in words


@pytest.mark.parametrize(
    ("what", "is_visitor", "at", "said"),
    [
        (What.SIGNED_IN, False, dt.time(9, 5), "10 mars 2026 kl. 09.05"),
        (What.REFUSED, False, dt.time(14), "10 mars 2026 kl. 14–15"),
        (What.REFUSED, False, dt.time(0), "10 mars 2026 kl. 0–1"),
        (What.THROTTLED, True, dt.time(0), "10 mars 2026"),
    ],
)
def test_no_finer_time_is_said_than_is_known(
    anna: User, what: What, is_visitor: bool, at: dt.time, said: str
) -> None:
    zone = timezone.get_default_timezone()
    happened = dt.datetime.combine(dt.date(2026, 3, 10), at, zone)
    account = None if is_visitor else anna

    assert when(SecurityEvent(at=happened, what=what, account=account)) == said


def test_page_that_shows_people_is_a_reading_itself(admin: User, anna: User) -> None:
    signed_in(admin).get(PAGE, {"what": What.ROLE_GIVEN})

    [row] = Reading.objects.all()
    assert (row.kind, row.page, row.count) == (Kind.LOG, "audit:events", 2)
    assert row.people == sorted([admin.pk, anna.pk])
    assert row.question == "what=role_given"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("what", "te"),
        ("account", "x"),
        ("account", "99999999999999999999999"),
        ("first", "i går"),
        ("last", "9999-12-31"),
    ],
)
def test_filter_that_cannot_be_used_says_so(admin: User, name: str, value: str) -> None:
    page = signed_in(admin).get(PAGE, {name: value})

    assert page.status_code == 200
    assert page.context["filter"].form.errors.keys() == {name}


@pytest.mark.parametrize(
    "role", [Role.QUALITY_CONTROLLER, Role.DATA_PROTECTION_OFFICER]
)
def test_others_who_watch_read_it_too(root: Unit, role: Role) -> None:
    assert signed_in(make_user("x", (role, root))).get(PAGE).status_code == 200


def test_chief_does_not_read_it(root: Unit) -> None:
    chief = make_user("x", (Role.ADMINISTRATION_CHIEF, root))
    assert signed_in(chief).get(PAGE).status_code == 404


def test_file_holds_what_the_list_does(admin: User, anna: User) -> None:
    tell(What.SIGNED_IN, anna.pk)
    answer = signed_in(admin).get(
        reverse("audit:events_export", args=["csv"]), {"account": anna.pk}
    )

    head, *rows = answer.content.decode("utf-8-sig").splitlines()
    assert head == "När;Händelse;Konto;Gäller"
    assert [row.split(";")[1:] for row in rows] == [
        ["Loggade in", "Anna", ""],
        ["Fick en roll", "Inläsning eller kommando", "Anna: Medarbetare, Enhet IFO"],
    ]


def test_page_asks_as_much_of_many_events_as_of_few(
    root: Unit, admin: User, anna: User
) -> None:
    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert signed_in(admin).get(PAGE).status_code == 200
        return len(asked)

    questions()  # what is remembered of the pages
    few = questions()
    for number in range(5):
        person = make_user(f"p{number}", (Role.STAFF, root))
        tell(What.SIGNED_IN, person.pk)

    assert questions() == few
