"""Every answer that shows a case leaves one row in the log, and no answer leaves without it."""

from __future__ import annotations

import datetime as dt
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.utils import DatabaseError, OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import Reading
from audit.models.reading import Kind, Way
from audit.recording.months import make_months
from casework.models import Attachment
from organisation.models import Alarm, Membership, Sounded, User
from organisation.rights import Role
from tests.factories import make_deviation, make_unit, make_user

pytestmark = pytest.mark.django_db


def test_page_of_a_case_leaves_one_row(client: Client) -> None:
    unit = make_unit("A")
    chief = make_user("chief", (Role.SECTION_CHIEF, unit))
    case = make_deviation(unit=unit)
    client.force_login(chief)

    assert (
        client.get(reverse("deviations:detail", args=[case.number])).status_code == 200
    )

    [row] = Reading.objects.all()
    assert (row.person, row.role, row.unit, row.way) == (
        chief,
        Role.SECTION_CHIEF,
        unit,
        Way.ROLE,
    )
    assert (row.kind, row.page, row.cases) == (
        Kind.PAGE,
        "deviations:detail",
        [case.pk],
    )


def test_page_that_leads_elsewhere_leaves_none(client: Client) -> None:
    unit = make_unit("A")
    case = make_deviation(unit=unit)
    client.force_login(make_user("chief", (Role.SECTION_CHIEF, unit)))

    client.get(reverse("casework:case", args=[case.number]))

    assert not Reading.objects.exists()


def test_refused_form_that_shows_the_case_leaves_one_row(client: Client) -> None:
    unit = make_unit("A")
    case = make_deviation(unit=unit)
    client.force_login(make_user("chief", (Role.SECTION_CHIEF, unit)))

    page = reverse("casework:note", args=[case.number])
    assert client.post(page, {"text": ""}).status_code == 400

    assert Reading.objects.get().cases == [case.pk]


def test_file_is_a_row_of_its_kind(client: Client) -> None:
    unit = make_unit("A")
    case = make_deviation(unit=unit)
    Attachment.objects.create(
        case=case,
        position=1,
        name="brev.txt",
        content=b"hej",
        size=3,
        state=Attachment.State.CLEAN,
    )
    client.force_login(make_user("chief", (Role.SECTION_CHIEF, unit)))

    client.get(reverse("casework:attachment", args=[case.number, 1]))

    row = Reading.objects.get()
    assert (row.kind, row.cases) == (Kind.FILE, [case.pk])


def test_search_keeps_its_question_and_seals_its_words(client: Client) -> None:
    unit = make_unit("A")
    make_deviation(unit=unit)
    client.force_login(make_user("chief", (Role.SECTION_CHIEF, unit)))

    client.get(reverse("casework:inbox"), {"q": "Kanarie Svensson", "unit": "A"})

    row = Reading.objects.get()
    assert (row.kind, row.question, row.words) == (
        Kind.SEARCH,
        "unit=A",
        "Kanarie Svensson",
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_reading::text FROM audit_reading")
        assert "Kanarie" not in cursor.fetchone()[0]


def test_list_is_one_row_with_the_cases_on_its_page(client: Client) -> None:
    unit = make_unit("A")
    cases = [make_deviation(unit=unit) for _ in range(3)]
    client.force_login(make_user("chief", (Role.SECTION_CHIEF, unit)))

    client.get(reverse("casework:inbox"), {"visa": "oppna"})

    row = Reading.objects.get()
    assert (row.kind, row.count, row.cases) == (
        Kind.LIST,
        3,
        sorted(case.pk for case in cases),
    )


def test_export_is_one_row_with_all_that_the_file_holds(client: Client) -> None:
    unit = make_unit("A")
    case = make_deviation(unit=unit)
    client.force_login(make_user("chief", (Role.SECTION_CHIEF, unit)))

    client.get(reverse("casework:export", args=["csv"]), {"visa": "oppna"})

    row = Reading.objects.get()
    assert (row.kind, row.count, row.cases) == (Kind.EXPORT, 1, [case.pk])


def test_own_report_is_read_as_its_reporter(client: Client) -> None:
    unit = make_unit("A")
    reporter = make_user("reporter", (Role.STAFF, unit))
    case = make_deviation(unit=unit, reporter=reporter)
    client.force_login(reporter)

    client.get(reverse("deviations:own", args=[case.number]))

    row = Reading.objects.get()
    assert (row.way, row.role, row.unit) == (Way.REPORTER, Role.STAFF, unit)


def test_substitute_reads_for_somebody(client: Client) -> None:
    unit = make_unit("A")
    chief = make_user("chief", (Role.SECTION_CHIEF, unit))
    substitute = make_user("substitute")
    today = timezone.localdate()
    Membership.objects.create(
        user=substitute,
        unit=unit,
        role=Role.SECTION_CHIEF,
        valid_from=today,
        valid_to=today + dt.timedelta(days=7),
        stands_in_for=chief,
    )
    case = make_deviation(unit=unit)
    client.force_login(substitute)

    client.get(reverse("deviations:detail", args=[case.number]))

    row = Reading.objects.get()
    assert (row.person, row.role, row.stands_in_for) == (
        substitute,
        Role.SECTION_CHIEF,
        chief,
    )


def test_nothing_is_shown_that_cannot_be_written(client: Client) -> None:
    unit = make_unit("A")
    case = make_deviation(unit=unit)
    client.force_login(make_user("chief", (Role.SECTION_CHIEF, unit)))
    client.raise_request_exception = False

    def full(execute: Any, sql: str, *rest: Any) -> Any:
        if "audit_reading" in sql:
            raise OperationalError("no space left on device")
        return execute(sql, *rest)

    with connection.execute_wrapper(full):
        answer = client.get(reverse("deviations:detail", args=[case.number]))

    assert answer.status_code == 503
    assert case.number not in answer.content.decode()


def test_public_pages_leave_none(client: Client) -> None:
    client.get(reverse("deviations:write"))

    assert not Reading.objects.exists()


def part_of(reading: Reading) -> str:
    """Return the part of the table in which a row lies."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tableoid::regclass::text FROM audit_reading WHERE id = %s",
            [reading.id],
        )
        return str(cursor.fetchone()[0])


def reading_at(at: dt.datetime) -> Reading:
    reader = User.objects.first() or make_user("reader")
    return Reading.objects.create(
        at=at, person=reader, way=Way.ROLE, kind=Kind.PAGE, page="x", count=0
    )


def test_each_month_has_its_part_though_nobody_migrates() -> None:
    """The clock passes two month ends, and the daily task is all that runs."""
    far = dt.date(2031, 11, 30)
    made = [make_months(on=far + dt.timedelta(days=days)) for days in (0, 1, 32, 63)]
    days = [
        dt.datetime(2031, 11, 30, tzinfo=dt.UTC),
        dt.datetime(2032, 5, 1, tzinfo=dt.UTC),
    ]
    parts = [part_of(reading_at(day)) for day in days]

    assert made == [8, 2, 2, 2]  # of two logs
    assert parts == ["audit_reading_2031_11", "audit_reading_2032_05"]


def test_reading_without_a_month_is_kept_and_sounds_the_alarm() -> None:
    stray = reading_at(dt.datetime(2041, 5, 17, tzinfo=dt.UTC))

    make_months(on=dt.date(2041, 5, 18))

    assert part_of(stray) == "audit_reading_default"
    assert Sounded.objects.filter(name=Alarm.LOG_WITHOUT_MONTH).exists()


def test_months_of_today_are_there() -> None:
    assert make_months() == 0


@pytest.mark.parametrize(
    "attempt",
    [
        "UPDATE audit_reading SET purpose = 'x'",
        "DELETE FROM audit_reading",
        "TRUNCATE audit_reading",
        "SELECT * FROM audit_reading_default",
        "INSERT INTO audit_reading_default SELECT * FROM audit_reading",
    ],
)
def test_app_role_only_adds(attempt: str) -> None:
    with (
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(attempt)


def test_reseal_leaves_the_log_as_it_was_written() -> None:
    reading = reading_at(timezone.now())
    said = StringIO()

    call_command("reseal", stdout=said)

    assert "ändras inte" in said.getvalue()
    assert Reading.objects.get(id=reading.id).words == reading.words
