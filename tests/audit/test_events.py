"""What happens to an account is told in the transaction of what happens, and nothing else of anybody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from audit.models import SecurityEvent
from organisation.models import Membership, Unit, User
from organisation.registers.imports import import_people
from organisation.rights import Role
from organisation.services import appoint_substitute, end_substitute
from organisation.shown.told import SecurityEvent as What
from organisation.shown.told import asking, tell, tell_of_reader, tell_of_visitor
from organisation.sign_in.attempts import AT_SOURCE
from tests.factories import LONG_AGO, make_deviation, make_unit, make_user, signed_in
from tests.registers import import_rows

pytestmark = pytest.mark.django_db
PASSWORD = "korrekt häst batteri häftstift"
NEW = "en annan häst i ett annat batteri"
BY_THE_DATABASE = [
    *(What.ROLE_GIVEN, What.ROLE_CHANGED, What.ROLE_ENDED),
    *(What.ACCOUNT_CLOSED, What.ACCOUNT_OPENED),
]


@pytest.fixture
def unit() -> Unit:
    return make_unit("A")


@pytest.fixture
def anna(unit: Unit) -> User:
    return make_user(
        "anna", (Role.SECTION_CHIEF, unit), password=make_password(PASSWORD)
    )


def sign_in(client: Client, name: str = "anna", password: str = PASSWORD) -> Any:
    return client.post(reverse("account_login"), {"login": name, "password": password})


def told() -> list[tuple[str, int | None, str]]:
    """Return what happened, to whom and on which page, but for roles."""
    rows = SecurityEvent.objects.exclude(what__in=BY_THE_DATABASE).order_by("id")
    return list(rows.values_list("what", "account", "page"))


def roles_told(since: int) -> list[tuple[str, int | None, int, str]]:
    """Return what happened to roles after an event, who did it, and whose and which role it was."""
    rows = SecurityEvent.objects.filter(what__in=BY_THE_DATABASE, id__gt=since)
    return list(rows.order_by("id").values_list("what", "account", "about", "role"))


def latest() -> int:
    return max(SecurityEvent.objects.values_list("id", flat=True), default=0)


@contextmanager
def no_room_in_the_log() -> Iterator[None]:
    """Let the database refuse to write in the log, as where its disk is full."""

    def refuse(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if "INSERT INTO audit_securityevent" in sql:
            raise DatabaseError("no space left on device")
        return execute(sql, *rest)

    with connection.execute_wrapper(refuse):
        yield


# --- signing in -------------------------------------------------------------------------------
def test_sign_in_and_sign_out_are_told(client: Client, anna: User) -> None:
    sign_in(client)
    client.post(reverse("account_logout"))

    assert told() == [
        (What.SIGNED_IN, anna.pk, "account_login"),
        (What.SIGNED_OUT, anna.pk, "account_logout"),
    ]


def test_wrong_password_is_told_of_the_account(client: Client, anna: User) -> None:
    sign_in(client, password="fel")

    assert told() == [(What.WRONG_PASSWORD, anna.pk, "account_login")]


def test_name_that_nobody_has_is_told_without_it(client: Client, anna: User) -> None:
    sign_in(client, name="mitt hemliga lösenord")

    assert told() == [(What.WRONG_PASSWORD, None, "account_login")]


def test_right_password_of_who_has_left_is_a_wrong_one(
    client: Client, anna: User
) -> None:
    User.objects.filter(pk=anna.pk).update(is_active=False)

    sign_in(client)

    assert told() == [(What.WRONG_PASSWORD, anna.pk, "account_login")]


def test_throttling_is_told_once_an_hour(client: Client, anna: User) -> None:
    for _ in range(AT_SOURCE.size + 4):
        sign_in(client, password="fel")

    [row] = SecurityEvent.objects.filter(what=What.THROTTLED)
    assert (row.account, row.page) == (anna, "account_login")
    assert (row.at.minute, row.at.second, row.at.microsecond) == (0, 0, 0)


def test_sign_in_that_cannot_be_told_is_none(client: Client, anna: User) -> None:
    """No door is open because nobody can write down who comes through (ASVS 16.5.3)."""
    client.raise_request_exception = False
    with no_room_in_the_log():
        assert sign_in(client).status_code == 500

    assert client.get(reverse("casework:inbox")).status_code == 302
    assert User.objects.get(pk=anna.pk).last_login is None


def test_new_password_is_told_and_ends_the_other_sessions(anna: User) -> None:
    here, elsewhere = signed_in(anna), signed_in(anna)
    said = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    here.post(reverse("account_change_password"), said)
    elsewhere.get(reverse("casework:inbox"))

    assert told() == [
        (What.PASSWORD_CHANGED, anna.pk, "account_change_password"),
        (What.SESSION_ENDED, anna.pk, ""),  # before it is known for which page
    ]


def test_password_that_the_log_cannot_tell_of_stays_as_it_was(anna: User) -> None:
    anna.set_password(NEW)
    with (
        no_room_in_the_log(),
        pytest.raises(DatabaseError),
        transaction.atomic(),
    ):
        anna.save()

    assert User.objects.get(pk=anna.pk).check_password(PASSWORD)


def test_wrong_old_password_is_told(anna: User) -> None:
    said = {"oldpassword": "fel", "password1": NEW, "password2": NEW}
    signed_in(anna).post(reverse("account_change_password"), said)

    assert told() == [(What.WRONG_PASSWORD, anna.pk, "account_change_password")]


def test_new_way_of_hashing_is_no_new_password(
    client: Client, anna: User, settings: Any
) -> None:
    stored = User.objects.get(pk=anna.pk).password
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        *settings.PASSWORD_HASHERS,
    ]
    sign_in(client)

    assert [what for what, *_ in told()] == [What.SIGNED_IN]
    assert User.objects.get(pk=anna.pk).password != stored


# --- what is not shown ------------------------------------------------------------------------
def test_page_of_a_case_that_is_not_the_readers_is_told(anna: User) -> None:
    case = make_deviation(unit=make_unit("B"))

    for _ in range(2):
        signed_in(anna).get(reverse("deviations:detail", args=[case.number]))

    assert told() == [(What.REFUSED, anna.pk, "deviations:detail")]


def test_page_without_the_right_to_it_is_told(anna: User) -> None:
    signed_in(anna).get(reverse("casework:mails"))

    assert told() == [(What.REFUSED, anna.pk, "casework:mails")]


@pytest.mark.parametrize("address", ["/finns-inte/", "/kvalitetsberattelse/x/2031/"])
def test_what_is_there_for_nobody_or_for_everybody_is_not_told(
    anna: User, address: str
) -> None:
    assert signed_in(anna).get(address).status_code == 404

    assert told() == []


def test_visitor_leaves_nothing(client: Client, unit: Unit) -> None:
    before = latest()
    client.get(reverse("casework:inbox"))
    client.get(reverse("deviations:follow"))
    client.post(reverse("deviations:follow"), {"code": "FEL"})

    assert latest() == before


def test_visitor_who_must_wait_is_counted_by_the_day(
    client: Client, settings: Any
) -> None:
    settings.LOOK_UPS_AN_HOUR = 1
    for _ in range(4):
        client.post(reverse("deviations:follow"), {"code": "FEL"})

    [row] = SecurityEvent.objects.all()
    assert (row.what, row.account, row.page) == (
        What.THROTTLED,
        None,
        "deviations:follow",
    )
    assert timezone.localtime(row.at).time() == dt.time()


# --- roles ------------------------------------------------------------------------------------
def test_role_that_is_lent_and_taken_back_names_who_did_it(
    unit: Unit, anna: User
) -> None:
    other, before, today = make_user("bo"), latest(), timezone.localdate()
    held = Membership.objects.get(user=anna)
    lent = appoint_substitute(
        actor=anna, membership=held, person=other, first=today, last=today
    )
    end_substitute(actor=anna, membership=lent)

    chief = Role.SECTION_CHIEF
    assert roles_told(before) == [
        (What.ROLE_GIVEN, anna.pk, other.pk, chief),
        (What.ROLE_ENDED, anna.pk, other.pk, chief),
    ]


def test_role_that_is_not_given_leaves_nothing(unit: Unit, anna: User) -> None:
    before = latest()
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(
            user=anna, unit=unit, role="captain", valid_from=LONG_AGO
        )

    assert roles_told(before) == []


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"valid_to": dt.date(2030, 1, 1)}, [What.ROLE_ENDED]),
        ({"valid_from": dt.date(2016, 1, 1)}, [What.ROLE_CHANGED]),
        ({"valid_to": None}, []),
    ],
)
def test_change_of_many_roles_at_once_is_told_of_each(
    unit: Unit, changed: dict[str, Any], what: list[What]
) -> None:
    people = [make_user(name, (Role.STAFF, unit)) for name in ("a", "b", "c")]
    before = latest()

    with CaptureQueriesContext(connection) as asked:
        Membership.objects.update(**changed)

    assert len(asked) == 1
    assert roles_told(before) == [
        (one, None, person.pk, Role.STAFF) for person in people for one in what
    ]


def test_role_that_goes_on_longer_is_changed_and_not_ended(
    unit: Unit, anna: User
) -> None:
    Membership.objects.update(valid_to=dt.date(2030, 1, 1))
    before = latest()
    Membership.objects.update(valid_to=dt.date(2031, 1, 1))
    Membership.objects.all().delete()

    told_of = [what for what, *_ in roles_told(before)]
    assert told_of == [What.ROLE_CHANGED, What.ROLE_ENDED]


def test_account_that_is_closed_and_opened_again_is_told_of(anna: User) -> None:
    before = latest()
    for is_active in (False, False, True):
        User.objects.filter(pk=anna.pk).update(is_active=is_active)

    assert roles_told(before) == [
        (What.ACCOUNT_CLOSED, None, anna.pk, ""),
        (What.ACCOUNT_OPENED, None, anna.pk, ""),
    ]


def _rows(people: int, **facts: str) -> list[dict[str, str]]:
    usual = {
        "email": "",
        "role": "staff",
        "unit": "A",
        "valid_from": "2020-01-01",
        "valid_to": "",
    }
    return [
        {"username": f"p{n}", "name": f"P {n}", **usual, **facts} for n in range(people)
    ]


def test_import_of_people_tells_once_of_each_change_and_asks_nothing_more(
    unit: Unit, tmp_path: Path
) -> None:
    import_rows(tmp_path / "people.csv", _rows(3), import_people)
    given = roles_told(0)
    import_rows(tmp_path / "people.csv", _rows(3), import_people)
    unchanged = roles_told(0)
    ended = _rows(3, valid_to="2030-01-01")
    with CaptureQueriesContext(connection) as asked:
        import_rows(tmp_path / "people.csv", ended, import_people)

    assert [row[:2] for row in given] == [(What.ROLE_GIVEN, None)] * 3
    assert unchanged == given
    assert [row[:2] for row in roles_told(0)[3:]] == [(What.ROLE_ENDED, None)] * 3
    # The database writes them by itself, a statement's at once.
    assert [one["sql"] for one in asked if "audit_" in one["sql"]] == []


# --- what leaves the house, and others' events --------------------------------------------------
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_list_as_file_is_told_with_its_number_of_rows(anna: User, kind: str) -> None:
    make_user("bo", (Role.STAFF, Unit.objects.get(code="A")))
    signed_in(anna).get(reverse("organisation:people", args=["A", kind]))

    assert told() == [(What.EXPORTED, anna.pk, "organisation:people")]
    assert SecurityEvent.objects.get(what=What.EXPORTED).count == 2


def test_list_is_not_given_where_it_cannot_be_told(anna: User) -> None:
    client = signed_in(anna)
    client.raise_request_exception = False
    with no_room_in_the_log():
        answer = client.get(reverse("organisation:people", args=["A", "csv"]))

    assert answer.status_code == 500


def test_glass_is_told_of_in_the_transaction_that_breaks_it(
    anna: User, rf: Any
) -> None:
    request = rf.get("/")
    request.user = anna
    with asking(request), transaction.atomic():
        tell_of_reader(What.GLASS_BROKEN)
        broken = told()
        transaction.set_rollback(True)

    assert broken == [(What.GLASS_BROKEN, anna.pk, "")]
    assert told() == []


# --- the table ----------------------------------------------------------------------------------
def test_every_kind_fits_the_table(unit: Unit, anna: User) -> None:
    """Those of roles and closed accounts are written by the database alone."""
    for what in What:
        if what not in BY_THE_DATABASE:
            tell(what, anna.pk, count=1 if what is What.EXPORTED else None)

    assert {what for what, *_ in told()} == set(What) - set(BY_THE_DATABASE)


@pytest.mark.parametrize(
    "row",
    [
        "'role_given', NULL, '', NULL",
        "'signed_in', NULL, 'staff', NULL",
        "'signed_in', NULL, '', 3",
        "'exported', NULL, '', NULL",
        "'tea', NULL, '', NULL",
        "'refused', NULL, '', NULL",
        "'account_closed', NULL, '', NULL",
    ],
)
def test_impossible_row_is_refused(row: str) -> None:
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_securityevent (at, what, account_id, role, count, page)"
            f" VALUES ('2026-12-01 12:31', {row}, '')"
        )


@pytest.mark.parametrize(
    "attempt",
    [
        "UPDATE audit_securityevent SET page = 'x'",
        "DELETE FROM audit_securityevent",
        "TRUNCATE audit_securityevent",
        "SELECT * FROM audit_securityevent_default",
        "SELECT audit_make_months_of('audit_reading', '2031-01-01')",
        "ALTER TABLE organisation_membership DISABLE TRIGGER audit_role_given",
    ],
)
def test_app_role_only_adds(attempt: str) -> None:
    with (
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(attempt)


def test_columns_hold_the_account_and_nothing_else_of_anybody() -> None:
    """A new column is decided about: no address, browser, number of a case or text may come in."""
    assert [field.name for field in SecurityEvent._meta.get_fields()] == [
        "pk",
        "id",
        "at",
        "what",
        "account",
        "about",
        "role",
        "unit",
        "page",
        "count",
    ]


def test_command_that_sets_a_password_is_told_of(
    anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("getpass.getpass", lambda prompt: NEW)

    call_command("changepassword", "anna", verbosity=0)

    assert told() == [(What.PASSWORD_CHANGED, anna.pk, "")]


def test_visitor_is_nobody_also_where_somebody_is_signed_in(
    anna: User, rf: Any
) -> None:
    request = rf.get("/")
    request.user = anna
    with asking(request):
        tell_of_visitor(What.THROTTLED)

    assert told() == [(What.THROTTLED, None, "")]
