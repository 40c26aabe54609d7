"""The log of another system: read whatever its shape, refused whole, drawn and judged as the own one."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from casework.process.workflow import StepRefusedError
from organisation.models import Unit, User
from organisation.rights import Role
from selfcheck.models import (
    Draw,
    LogSource,
    SelfCheck,
    State,
)
from selfcheck.process.log_checks import (
    Wanted,
    begin_log_check,
    draw_readings,
    judge,
    sign,
)
from selfcheck.process.uploading import upload_log
from selfcheck.register.log_files import (
    MOST_BYTES,
    MOST_FAULTS,
    LogFile,
    Mapping,
    read_log,
)
from selfcheck.review.asking import Asked, is_repeated
from tests.factories import make_unit, make_user, signed_in

MAPPING = Mapping("Användare", "Tid", "Akt", "Enhet")
HEAD = "Tid;Användare;Akt;Enhet"
ROWS = [
    "2026-03-04 10:30;Eva Ek;A-1;Norr",
    "2026-03-04 23.10;Eva Ek;A-2 Ek;Norr",
    "2026-03-07T09:00:00;Olle Alm;A-1;",
]


def content(*rows: str, head: str = HEAD, encoding: str = "utf-8") -> bytes:
    return "\r\n".join([head, *rows]).encode(encoding)


def told(found: LogFile) -> str:
    return " ".join(map(str, found.faults))


# --- what a file may look like ----------------------------------------------------------------
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_file_of_any_shape_is_read(encoding: str, delimiter: str) -> None:
    text = content(*ROWS, encoding=encoding).decode(encoding)
    found = read_log(text.replace(";", delimiter).encode(encoding), MAPPING)

    assert [(line.line, line.who, line.about) for line in found.lines] == [
        (2, "Eva Ek", "A-1"),
        (3, "Eva Ek", "A-2 Ek"),
        (4, "Olle Alm", "A-1"),
    ]


@pytest.mark.parametrize(
    ("typed", "utc"),
    [
        ("2026-03-04 10:30", "2026-03-04T09:30:00+00:00"),
        ("2026-07-04 10.30", "2026-07-04T08:30:00+00:00"),
        ("20260304 1030", "2026-03-04T09:30:00+00:00"),
        ("2026-03-04T10:30:15.123Z", "2026-03-04T10:30:15+00:00"),
        ("2026-03-04T10:30:00+02:00", "2026-03-04T08:30:00+00:00"),
    ],
)
def test_times_are_read_as_systems_write_them(typed: str, utc: str) -> None:
    [line] = read_log(content(f"{typed};Eva;A-1;"), MAPPING).lines

    assert line.at.astimezone(dt.UTC).isoformat() == utc


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (b"", "Filen: är tom"),
        (b" \r\n ", "Filen: är tom"),
        (content(), "har inga rader"),
        (content("2026-03-04 10:30;Eva;A"), "A"),
        (content(*ROWS, head="a;b;c;d"), "rubriken finns inte. Filen har a, b, c, d"),
        (content("4 mars;Eva;A;"), "Rad 2, kolumnen Tid: är inte en tid"),
        (content("2026-02-30 10:30;Eva;A;"), "kolumnen Tid: är inte en tid"),
        (content("2026-03-04 25:30;Eva;A;"), "kolumnen Tid: är inte en tid"),
        (content("2026-03-04 10:30;;A;"), "Rad 2, kolumnen Användare: är tom"),
        (content(ROWS[0], "2026-03-04 10:30"), "Rad 3, kolumnen Akt: är tom"),
        (content(f"2026-03-04 10:30;Eva;{'x' * 201};"), "längre än 200"),
        (content("2026-03-04 10:30;Eva;19900101-2385;"), "har ett personnummer"),
        (content("2026-03-04 10:30;Eva\0;A;"), "kolumnen Användare"),
        (b"\xff\xfe\x00\xd8" + b"\x00" * 7, "Filen"),
        (b"PK\x03\x04" + bytes(range(256)) * 9, "rubriken finns inte"),
    ],
)
def test_fault_is_told_by_line_column_and_reason(file: bytes, said: str) -> None:
    found = read_log(file, MAPPING)

    if said == "A":  # a column that may be empty may be missing at the end
        assert len(found.lines) == 1
    else:
        assert said in told(found)


def test_many_faults_are_counted() -> None:
    found = read_log(content(*["i går;Eva;A;"] * (MOST_FAULTS + 7)), MAPPING)

    assert (len(found.faults), found.more) == (MOST_FAULTS, 7)


# --- in a check -------------------------------------------------------------------------------
@pytest.fixture
def unit(db: None) -> Unit:
    return make_unit("B", make_unit("A"))


@pytest.fixture
def chief(unit: Unit) -> User:
    return make_user("chief", (Role.SECTION_CHIEF, unit))


@pytest.fixture
def check(unit: Unit, chief: User) -> SelfCheck:
    return begin_log_check(actor=chief, unit=unit, form_token=uuid4(), wanted=None)


def put(check: SelfCheck, actor: User, *rows: str) -> int:
    found = read_log(content(*(rows or ROWS)), MAPPING)
    return upload_log(
        check, actor=actor, system="Lifecare", mapping=MAPPING, found=found
    )


def wanted(by: Draw.Of = Draw.Of.STAFF, *, file: int = 1) -> Wanted:
    days = (dt.date(2026, 3, 1), dt.date(2026, 3, 31))
    return Wanted(Asked(by, *days, each=20, until=timezone.now(), file=file), 50)


def test_uploaded_lines_are_drawn_judged_and_signed(
    check: SelfCheck, chief: User
) -> None:
    put(check, chief)
    drawn = draw_readings(check, actor=chief, wanted=wanted())

    rows = list(check.drawn_readings.select_related("uploaded"))
    flags = {row.uploaded.line: row.flags for row in rows if row.uploaded}
    assert flags == {2: [], 3: ["name", "night"], 4: ["day_off"]}
    assert is_repeated(check, drawn)
    for row in rows:
        judge(check, actor=chief, place=row.position, verdict="motivated")
    fresh = SelfCheck.objects.get(pk=check.pk)
    done = sign(
        fresh,
        actor=chief,
        seen_version=fresh.version,
        facts={"registry_number": "ASN-1"},
    )
    assert (done.state, done.system, done.reviewed) == (State.CLOSED, "Lifecare", 3)


def test_uploaded_lines_are_drawn_by_case(check: SelfCheck, chief: User) -> None:
    put(check, chief)

    drawn = draw_readings(check, actor=chief, wanted=wanted(Draw.Of.CASES))

    assert drawn.members == ["A-1", "A-2 Ek"]


@pytest.mark.parametrize("own", ["Chief", "CHIEF"])
def test_own_lines_are_never_the_reviewers(
    check: SelfCheck, chief: User, own: str
) -> None:
    put(check, chief, *ROWS, f"2026-03-04 10:30;{own};A-1;")

    draw_readings(check, actor=chief, wanted=wanted())

    assert check.drawn_readings.count() == 3


def test_same_file_again_is_one_and_another_replaces_it(
    check: SelfCheck, chief: User
) -> None:
    assert [put(check, chief), put(check, chief)] == [1, 1]
    assert put(check, chief, ROWS[0]) == 2

    draw_readings(check, actor=chief, wanted=wanted(file=2))

    assert check.drawn_readings.count() == 1


def test_nothing_is_uploaded_after_the_draw(check: SelfCheck, chief: User) -> None:
    put(check, chief)
    draw_readings(check, actor=chief, wanted=wanted())

    with pytest.raises(StepRefusedError):
        put(check, chief, ROWS[0])


# --- in the browser ---------------------------------------------------------------------------
def sent(*rows: str, **facts: Any) -> dict[str, Any]:
    file = SimpleUploadedFile("logg.csv", content(*(rows or ROWS)))
    headings = {"who": "Användare", "at": "Tid", "about": "Akt", "place": "Enhet"}
    return {"system": "Lifecare", "file": file, **headings, **facts}


def test_file_is_tried_without_being_stored(check: SelfCheck, chief: User) -> None:
    page = f"/egenkontroll/{check.number}/logg/fil/"

    answer = signed_in(chief).post(page, sent(do="try"))

    assert answer.status_code == 200
    assert "Olle Alm" in answer.content.decode()
    assert not check.uploaded_readings.exists()
    assert not LogSource.objects.exists()


def test_bad_file_is_told_and_nothing_is_half_done(
    check: SelfCheck, chief: User
) -> None:
    page = f"/egenkontroll/{check.number}/logg/fil/"

    answer = signed_in(chief).post(page, sent(*ROWS, "i går;Eva;A-1;"))

    assert answer.status_code == 400
    text = answer.content.decode()
    assert "Rad 5, kolumnen Tid: är inte en tid som 2026-03-04 12:30." in text
    assert 'value="Användare"' in text
    assert not check.uploaded_readings.exists()


def test_headings_are_told_once_for_each_system(
    check: SelfCheck, chief: User, unit: Unit
) -> None:
    browser = signed_in(chief)
    page = f"/egenkontroll/{check.number}/logg/fil/"
    without = {"who": "", "at": "", "about": "", "place": ""}
    refused = browser.post(page, sent(**without))
    assert "Skriv rubriken som den står i filen" in refused.content.decode()
    assert browser.post(page, sent()).status_code == 302

    again = browser.post(page, sent(ROWS[0], **without))

    assert again.headers["Location"] == f"/egenkontroll/{check.number}/logg/urval/"
    assert check.uploaded_readings.filter(file=2).count() == 1
    assert LogSource.objects.get().unit == unit.parent


def test_own_log_is_not_asked_for_where_a_file_was_uploaded(
    check: SelfCheck, chief: User
) -> None:
    put(check, chief)
    days = {"first": "2026-03-01", "last": "2026-03-31"}
    asked = {"by": "staff", "count": 5, "each": 5, **days}

    browser = signed_in(chief)
    browser.post(f"/egenkontroll/{check.number}/logg/urval/", asked)

    assert check.drawn_readings.exclude(uploaded=None).count() == 3
    text = browser.get(f"/egenkontroll/{check.number}/logg/1/").content.decode()
    assert "A-1" in text or "A-2" in text


def test_file_that_is_too_large_is_told(check: SelfCheck, chief: User) -> None:
    file = SimpleUploadedFile("logg.csv", b"x" * (MOST_BYTES + 5))

    answer = signed_in(chief).post(
        f"/egenkontroll/{check.number}/logg/fil/", sent(file=file)
    )

    assert answer.status_code == 400
    assert "är större än 10 MB" in answer.content.decode()
