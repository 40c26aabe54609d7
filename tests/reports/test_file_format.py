"""What is kept of a report has a file format of its own, and is read after decades."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import random
from collections.abc import Iterator
from functools import reduce
from io import StringIO
from operator import getitem
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from analysis.models import Kind, Signal
from analysis.rules.patterns import Rules
from analysis.tertial.rule_sentences import counted_as
from organisation.rights import Role
from reports.document import file_format
from reports.document.blocks import Document, Figure, Paragraph, Section, Table
from reports.document.file_format import (
    BY_KIND,
    DOCUMENT,
    SHAPES,
    Shape,
    SpoiledError,
    UnknownFormatError,
    words,
)
from reports.document.freezing import StoredLedger, dump, load
from reports.document.numbers import Number
from reports.document.rendering import render_body
from reports.document.word import render_word
from reports.editions.rebuilding import rebuild, sum_of
from reports.models import Assignment, Edition, Freeze, State
from reports.outlines.outline import read_outline
from reports.publishing.small_numbers import places_of
from reports.writing.reminders import to_write
from tests.factories import make_unit, make_user
from tests.imported import DATA
from tests.municipality import make_report
from tests.reports.every_kind import NUMBERS, UNITS, every_kind

FORMATS = sorted(
    int(path.stem.rpartition("-")[2]) for path in DATA.glob("report-format-*.json")
)


def golden(number: int) -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(
        (DATA / f"report-format-{number}.json").read_text(encoding="utf-8")
    )
    return kept


def made() -> Document:
    return every_kind(StoredLedger(UNITS[0], UNITS, NUMBERS))


def rendered(document: Document) -> tuple[dict[str, Any], str, str]:
    return render_body(
        document, "reports/document", municipality="Exempelkommun", number=1
    )


def test_every_format_has_a_golden_file() -> None:
    assert list(range(1, file_format.FORMAT + 1)) == FORMATS


@pytest.mark.parametrize("number", FORMATS)
def test_golden_file_is_read_and_rendered_to_the_same_bytes(number: int) -> None:
    kept = load(golden(number))
    assert kept.chapters == made().chapters
    assert rendered(kept) == rendered(made())
    assert [block.token for block in kept.kept.values()] == [*kept.kept]
    assert render_word(kept) == render_word(load(golden(number)))


def test_newest_golden_file_is_what_is_written_today() -> None:
    document = made()
    document.counted_at = dt.datetime(2025, 2, 3, 7, 15, tzinfo=dt.UTC)
    assert dump(document) == golden(file_format.FORMAT)
    assert load(golden(file_format.FORMAT)).counted_at == document.counted_at


def test_older_format_without_what_came_later_is_read() -> None:
    kept = golden(1)
    first = kept["document"]["chapters"][0]["blocks"][0]
    for name in ("broken", "notes", "first_note", "chapter"):
        del first[name]
    del kept["document"]["top"]
    assert load(kept).chapters[0].written_text.first_note == 1
    assert load(kept).top == 1


def test_newer_format_is_refused_in_words() -> None:
    with pytest.raises(UnknownFormatError, match="Uppdatera Kvalitet"):
        load(golden(2) | {"format": file_format.FORMAT + 1})


@pytest.mark.parametrize("found", [0, None, "2", True])
def test_file_without_the_number_of_its_format_is_damaged(found: object) -> None:
    with pytest.raises(SpoiledError):
        load(golden(2) | {"format": found})


JUNK = (
    None,
    -1,
    1.5,
    True,
    "x",
    [],
    {},
    [["a"]],
    {"kind": "text"},
    {"kind": []},
    10**30,
)


def places_in(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield where each value of a file stands: the names and positions that lead to it."""
    if place:
        yield place
    for name in (
        value
        if isinstance(value, dict)
        else range(len(value))
        if isinstance(value, list)
        else ()
    ):
        yield from places_in(value[name], (*place, name))


@pytest.mark.parametrize("number", FORMATS)
def test_spoiled_file_is_refused_in_words_or_shown(number: int) -> None:
    """Wherever a value is lost or is something else, the file is refused, or makes a whole page."""
    chance, refused = random.Random(number), 0
    for *way, last in places_in(golden(number)):
        spoiled = golden(number)
        within: Any = reduce(getitem, way, spoiled)
        if junk := chance.choice([(), *((value,) for value in JUNK)]):
            within[last] = junk[0]
        else:
            del within[last]
        try:
            document = load(spoiled)
        except (SpoiledError, UnknownFormatError):
            refused += 1
        else:
            rendered(document)
    assert refused > 200


@pytest.mark.parametrize("kept", [None, [], "x", {"format": 1}, {"format": 2}])
def test_what_is_no_report_is_refused_in_words(kept: Any) -> None:
    with pytest.raises(SpoiledError, match="Återställ det ur en säkerhetskopia"):
        load(kept)


def test_file_that_is_endlessly_deep_is_refused_in_words() -> None:
    deep: dict[str, Any] = {"kind": "section"}
    for _ in range(5_000):
        deep = {"kind": "section", "sections": [deep]}
    kept = golden(2)
    kept["document"]["chapters"] = [deep]
    with pytest.raises(SpoiledError):
        load(kept)


@dataclasses.dataclass(frozen=True)
class Passage:
    """A paragraph as it might be called and built one day."""

    lines: tuple[str, ...]


def test_file_is_read_whatever_classes_and_attributes_are_called() -> None:
    """Names of the program are in no file: a part that is renamed is read by the same file."""
    renamed = Shape("paragraph", Passage, (words("sentences", "lines"),))
    stored = BY_KIND["paragraph"].write(Paragraph(("Ett.", "Två.")))
    assert renamed.read(stored) == Passage(("Ett.", "Två."))
    assert renamed.write(Passage(("Ett.", "Två."))) == stored


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.kind)
def test_every_attribute_of_a_part_is_kept(shape: Shape) -> None:
    attributes = {field.name for field in dataclasses.fields(shape.made_as)}
    assert {field.attribute for field in shape.fields} == attributes
    assert len({field.name for field in shape.fields}) == len(shape.fields)


def test_everything_of_a_document_and_a_number_is_kept() -> None:
    beside = {"unit", "ledger", "kept"}
    kept = {field.attribute for field in DOCUMENT}
    assert kept | beside == {field.name for field in dataclasses.fields(Document)}
    number = Number("n1", "deviations", "SOC", "2024", "received", "", 7)
    assert number.written == {
        field.name: getattr(number, field.name) for field in dataclasses.fields(Number)
    }


def test_part_of_an_unknown_kind_is_no_part_of_a_report() -> None:
    document = made()
    document.chapters[0].blocks.append(Passage(()))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="Passage cannot be kept"):
        dump(document)


# --- what is in the database ------------------------------------------------------------------
@pytest.mark.django_db
def test_edition_that_was_kept_in_the_first_format_is_made_again() -> None:
    report = make_report(make_unit("SOC"), 2024)
    _, checksum, html = render_body(
        load(golden(1)), "reports/document", municipality="X", number=1
    )
    page = ["<html lang='sv'><body>", "</body></html>"]
    sums = {"html": sum_of(html), "pdf": ""}
    inputs = {
        "document": golden(1),
        "municipality": "X",
        "page": page,
        "style": "",
        "sums": sums,
    }
    day = dt.date(2025, 2, 3)
    edition = Edition.objects.create(
        report=report,
        number=1,
        extracted_on=day,
        figures={},
        html=html,
        pdf=b"",
        checksum=checksum,
        inputs=inputs,
    )
    again = rebuild(Edition.objects.get(pk=edition.pk))
    assert again.from_data
    assert again.html == html


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("broken", "said"),
    [({"format": 99}, "sparat i format 99"), ({"units": []}, "Underlaget är skadat")],
)
def test_page_of_a_locked_report_that_cannot_be_read_says_what_to_do(
    broken: dict[str, Any], said: str
) -> None:
    unit = make_unit("SOC")
    user, report = (
        make_user("controller", (Role.QUALITY_CONTROLLER, unit)),
        make_report(unit, 2024),
    )
    document = golden(2) | broken
    freeze = Freeze.objects.create(
        report=report, number=1, document=document, created_by=user
    )
    report.freeze, report.state = freeze, State.LOCKED
    report.save()
    client = Client()
    client.force_login(user)
    response = client.get(report.get_absolute_url())
    assert response.status_code == 503
    assert said in response.content.decode()


@pytest.mark.django_db
def test_locked_report_that_cannot_be_read_leaves_other_pages_as_they_are() -> None:
    unit = make_unit("SOC")
    user, report = (
        make_user("controller", (Role.QUALITY_CONTROLLER, unit)),
        make_report(unit, 2024),
    )
    document = golden(2) | {"format": 99}
    report.freeze = Freeze.objects.create(
        report=report, number=1, document=document, created_by=user
    )
    report.state = State.LOCKED
    report.save()
    given = Assignment.objects.create(
        report=report, section="sammanfattning", author=user
    )
    assert list(to_write(user)) == [given]
    client = Client()
    client.force_login(user)
    assert client.get("/inkorg/").status_code == 200


@pytest.mark.django_db
def test_edition_that_cannot_be_read_is_not_said_to_show_no_small_numbers() -> None:
    report = make_report(make_unit("SOC"), 2024)
    day, kept = (
        dt.date(2025, 2, 3),
        {"figures": {"numbers": []}, "html": "", "pdf": b"", "checksum": ""},
    )
    of_day = {"report": report, "extracted_on": day, **kept}
    spoiled = Edition.objects.create(number=1, inputs={}, **of_day)
    newer = Edition.objects.create(
        number=2, inputs={"document": {"format": 99}}, **of_day
    )
    with pytest.raises(SpoiledError):
        places_of(spoiled)
    with pytest.raises(UnknownFormatError):
        places_of(newer)


@pytest.mark.django_db
def test_command_says_that_an_edition_is_of_a_newer_program() -> None:
    report = make_report(make_unit("SOC"), 2024)
    inputs = {"document": golden(2) | {"format": 99}, "sums": {}}
    kept = {"figures": {}, "html": "", "pdf": b"", "checksum": "", "inputs": inputs}
    Edition.objects.create(
        report=report, number=1, extracted_on=dt.date(2025, 2, 3), **kept
    )
    with pytest.raises(CommandError, match="sparat i format 99"):
        call_command("rebuild_edition", "SOC", 2024, "malmo", 1, stdout=StringIO())


def test_parts_that_are_placed_in_a_text_are_kept_with_it() -> None:
    kept = load(golden(2))
    shown = [block for section in kept.sections() for block in section.shown]
    assert {type(block) for block in shown} >= {Figure, Table, Paragraph}
    assert all(isinstance(section, Section) for section in kept.sections())


# --- other data that is kept for years --------------------------------------------------------
STORED_LIMITS = {
    "earlier": 6,
    "earlier_least": 3,
    "least": 3,
    "false_share": 0.1,
    "watch": 0.01,
    "explained": 0.05,
    "concentrated_least": 5,
    "concentrated_share": 0.4,
    "concentrated_times": 2.0,
    "concentrated_chance": 0.01,
    "recurring_least": 3,
    "recurring_months": 12,
    "repeated_months": 24,
    "told_most": 5,
}


def test_limits_are_stored_under_the_names_that_patterns_have_kept() -> None:
    assert Rules().as_parameters() == STORED_LIMITS


@pytest.mark.parametrize("kind", Kind.values)
def test_pattern_with_limits_that_were_stored_is_explained(kind: str) -> None:
    assert counted_as(
        Signal(kind=kind, level="pattern", periods=6, parameters=STORED_LIMITS)
    )


def test_outline_that_was_stored_is_read_and_written_alike() -> None:
    parts = [{"key": "egen-1", "heading": "Eget", "intro": True, "parts": []}]
    items = [
        {
            "key": "sammanfattning",
            "heading": "Kort sagt",
            "intro": False,
            "parts": parts,
        }
    ]
    stored = {"name": "Vår mall", "year": "quality", "items": items, "last_own": 1}
    assert read_outline(stored).as_data() == stored
