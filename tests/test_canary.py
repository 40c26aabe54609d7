"""What an anonymous person leaves behind: unique strings are planted, and found only where they belong."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from PIL import Image

from audit.models import SecurityEvent
from casework.background import jobs
from casework.database.periods import STOCKHOLM
from casework.models import Case
from deviations.models import Deviation
from deviations.public_form.forms import ComplainForm
from organisation.models import Unit, User
from organisation.rights import Role
from organisation.shown.told import SecurityEvent as What
from tests.factories import make_unit, make_user

# What is planted, and the columns where it may be found afterwards: "table.column".
TEXT = {
    "deviations_deviation.description",
    "deviations_deviation.search_words",
    "casework_case.title",
    "casework_case.words",
}
PLANTED: dict[str, set[str]] = {
    "Kanarieberattelse": TEXT,
    "Kanarieforslag": {
        "deviations_deviation.proposal",
        "deviations_deviation.search_words",
    },
    "kanarie.kontakt@exempel.invalid": set(),  # sealed: not to be read in the database at all
    "Kanariemeddelande": {"casework_note.text"},
    "Kanariesvar": {"deviations_deviation.answer"},
    "Kanariefil": {"casework_attachment.name"},
    "Kanarieexif": set(),
    "Kanariewebblasare": set(),
    "Kanariereferens": set(),
    "203.0.113.77": set(),
    "Kanariekaka": set(),
}
HEADERS = {
    "user-agent": "Kanariewebblasare/1.0",
    "referer": "https://exempel.invalid/Kanariereferens",
    "x-forwarded-for": "203.0.113.77",
    "accept-language": "sv-Kanariewebblasare",
    "cookie": "sessionid=Kanariekaka",
}

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit() -> Unit:
    return make_unit("EK", make_unit("SOC", level="forvaltning"), level="avdelning")


@pytest.fixture
def chief(unit: Unit) -> User:
    return make_user(
        "chief",
        (Role.SECTION_CHIEF, unit),
        email="chief@kommun.example",
        rhythm="direct",
    )


@pytest.fixture
def citizen() -> Client:
    return Client(headers=HEADERS, REMOTE_ADDR="203.0.113.77")


def complain(citizen: Client, unit: Unit, monkeypatch: pytest.MonkeyPatch) -> str:
    """File a complaint with a canary in every field, and return its code."""
    monkeypatch.setattr("deviations.public_form.forms.FEWEST_SECONDS", 0)
    form = ComplainForm()
    answers = {name: form[name].value() or "" for name in form.fields} | {
        "kind": "complaint",
        "description": "Kanarieberattelse om ett samtal.",
        "proposal": "Kanarieforslag om telefonen.",
        "unit": unit.code,
        "contact_way": "email",
        "email": "kanarie.kontakt@exempel.invalid",
        "step": "check",
        "do": "send",
    }
    page = citizen.post("/synpunkt/skriv/", answers).content.decode()
    (code,) = re.findall(r'class="code"[^>]*>(.*?)</p>', page, re.DOTALL)
    return re.sub(r"<[^>]+>|\s", "", code)


def picture() -> bytes:
    """Return a photograph that says in its EXIF who took it."""
    image, exif, file = Image.new("RGB", (8, 8)), Image.Exif(), io.BytesIO()
    exif[0x013B] = "Kanarieexif"
    image.save(file, "JPEG", exif=exif)
    return file.getvalue()


@pytest.fixture
def story(
    unit: Unit, chief: User, citizen: Client, monkeypatch: pytest.MonkeyPatch
) -> Deviation:
    """Let a citizen complain and write more, and a chief answer, attach, export and be reminded."""
    code = complain(citizen, unit, monkeypatch)
    case = Deviation.objects.get()
    more = {
        "code": code,
        "text": "Kanariemeddelande om mera.",
        "form_token": case.form_token,
        "do": "write",
    }
    citizen.post("/synpunkt/svar/", more)
    client = Client()
    client.force_login(chief)
    steps: list[tuple[str, dict[str, Any]]] = [
        ("utred", {}),
        ("bedom", {"is_deviation": "yes", "misconduct": "no", "assessment": "Fel."}),
        ("svara", {"answer": "Kanariesvar.", "no_answer_reason": "", "do": "send"}),
    ]
    for name, facts in steps:
        version = Case.objects.get(pk=case.pk).version
        client.post(
            f"/avvikelser/{case.number}/{name}/", {"seen_version": version, **facts}
        )
    photo = SimpleUploadedFile("Kanariefil.jpg", picture(), "image/jpeg")
    client.post(f"/arenden/{case.number}/filer/", {"chosen": photo})
    citizen.post("/synpunkt/svar/", {"code": code})
    jobs.run_pending()
    case.refresh_from_db()
    return case


def columns() -> Iterator[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND table_name NOT LIKE 'pg_%' ORDER BY 1, 2"
        )
        yield from cursor.fetchall()


def found_in(*planted: str) -> dict[str, set[str]]:
    """Return for each text the columns of all tables in which it can be read, in whatever type it is stored."""
    # A column of bytes reads as hexadecimal digits.
    likes = [f"%{form}%" for text in planted for form in (text, text.encode().hex())]
    found: dict[str, set[str]] = {text: set() for text in planted}
    with connection.cursor() as cursor:
        for table, column in columns():
            cursor.execute(
                f'SELECT "{column}"::text FROM "{table}" WHERE "{column}"::text ILIKE ANY (%s)',
                [likes],
            )
            read = " ".join(row[0].lower() for row in cursor.fetchall())
            for text in planted:
                if text.lower() in read or text.encode().hex() in read:
                    found[text].add(f"{table}.{column}")
    return found


def test_planted_texts_are_stored_only_where_they_belong(story: Deviation) -> None:
    """The story has come to its end, so that everything is there to be found."""
    assert (story.state, story.contact) == (
        "answered",
        "kanarie.kontakt@exempel.invalid",
    )
    assert story.notes.filter(kind="from_reporter").count() == 1
    assert story.attachments.count() == 1
    found = found_in(*PLANTED)

    assert [
        (text, extra)
        for text, where in found.items()
        if (extra := where - PLANTED[text])
    ] == []
    assert [
        planted
        for planted, columns in found.items()
        if PLANTED[planted] and not columns
    ] == []


def test_planted_texts_reach_no_log_and_no_mail(
    story: Deviation,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    written = caplog.text + "".join(capfd.readouterr())
    sent = "".join(
        f"{message.subject}{message.body}{message.extra_headers}"
        for message in mail.outbox
    )

    assert [
        planted for planted in PLANTED if planted.lower() in (written + sent).lower()
    ] == []


def test_code_is_stored_nowhere(
    unit: Unit, chief: User, citizen: Client, monkeypatch: Any
) -> None:
    code = complain(citizen, unit, monkeypatch)

    assert len(code) == 28
    assert found_in(code) == {code: set()}


def test_no_time_of_day_is_stored_of_what_an_anonymous_person_did(
    unit: Unit, chief: User, citizen: Client, monkeypatch: Any
) -> None:
    """Every point in time that the complaint left behind is the local midnight of its day."""
    with connection.cursor() as cursor:
        before = {}
        for table, column in _times(cursor):
            cursor.execute(f'SELECT array_agg("{column}") FROM "{table}"')
            before[table, column] = set(cursor.fetchone()[0] or [])
        code = complain(citizen, unit, monkeypatch)
        citizen.post("/synpunkt/svar/", {"code": code})
        case = Deviation.objects.get()
        more = {
            "code": code,
            "text": "Mera.",
            "form_token": case.form_token,
            "do": "write",
        }
        citizen.post("/synpunkt/svar/", more)
        left = {}
        for table, column in _times(cursor):
            cursor.execute(f'SELECT array_agg("{column}") FROM "{table}"')
            times = set(cursor.fetchone()[0] or []) - before[table, column]
            left[f"{table}.{column}"] = {
                t for t in times if t and t.astimezone(STOCKHOLM).time() != MIDNIGHT
            }

    exact = {column for column, times in left.items() if times}
    # The limit of requests counts from the minute in which a source was here, by a hash that nobody can
    # undo tomorrow.
    assert exact <= {"organisation_bucket.empty_at", "organisation_bucket.opens_at"}


MIDNIGHT = dt.time()


def _times(cursor: Any) -> list[tuple[str, str]]:
    cursor.execute(
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND data_type LIKE 'timestamp%'"
    )
    return list(cursor.fetchall())


def test_security_events_hold_nothing_that_was_typed_or_sent(
    story: Deviation, chief: User
) -> None:
    """Everything that a visitor and an employee can write where something is told of."""
    headers = {name: value for name, value in HEADERS.items() if name != "cookie"}
    visitor, employee = Client(headers=HEADERS), Client(headers=headers)
    employee.force_login(chief)
    visitor.post(
        "/konto/logga-in/", {"login": "Kanarienamn", "password": "Kanarielosen"}
    )
    employee.get("/avvikelser/Kanarienummer/?q=Kanariefraga")
    employee.get("/inkorg/arenden.csv?visa=alla&q=Kanariefraga")
    told = SecurityEvent.objects.exclude(what=What.ROLE_GIVEN).order_by("id")
    assert list(told.values_list("what", flat=True)) == [
        What.WRONG_PASSWORD,
        What.REFUSED,
        What.EXPORTED,
    ]

    typed = ("Kanarienamn", "Kanarielosen", "Kanarienummer", "Kanariefraga")
    sent = ("Kanariewebblasare", "Kanariereferens", "203.0.113.77", "Kanariekaka")
    numbers = (story.number, story.case_ptr.title)
    written = str(list(told.values_list()))
    assert found_in(*typed, *sent) == {text: set() for text in (*typed, *sent)}
    assert [text for text in numbers if text in written] == []


def test_export_holds_neither_story_nor_contact(story: Deviation, chief: User) -> None:
    client = Client()
    client.force_login(chief)
    answer = client.get("/inkorg/arenden.xlsx?visa=alla")
    book = zipfile.ZipFile(
        io.BytesIO(b"".join(answer) if answer.streaming else answer.content)
    )
    everything = b"".join(book.read(name) for name in book.namelist()).decode()

    assert story.number in everything
    assert "kanarie.kontakt" not in everything
    assert "Kanarieforslag" not in everything
    assert "Kanariemeddelande" not in everything
