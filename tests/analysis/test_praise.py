"""Praise is never added to what somebody is not content with: on pages, in documents, in authors' texts."""

from __future__ import annotations

import datetime as dt
import re
from copy import deepcopy

import pytest
from django.test import Client

from analysis.figures import aggregate
from analysis.unit.over_time import OwnUnit
from organisation.models import Unit, User
from organisation.rights import Role
from reports.document.blocks import Paragraph
from reports.outlines.compiling import compile_report
from reports.tertial.document import compile_tertial
from reports.tertial.sources import Compilation
from tests.factories import make_deviation, make_unit, make_user
from tests.municipality import make_report
from tests.worlds import made_once

pytestmark = pytest.mark.django_db
DAY = dt.date(2024, 3, 4)


def make_world() -> Unit:
    """Return a unit that eleven have complained of and eight have praised, all for how they were met."""
    unit = make_unit("SOC", name="Socialförvaltningen")
    for kind, count in (("complaint", 11), ("praise", 8)):
        for _ in range(count):
            outside = {
                "reported_by": "outside",
                "channel": "phone",
                "category": "Bemötande",
            }
            make_deviation(unit, received_on=DAY, kind=kind, **outside)
    aggregate.count()
    return unit


unit_once = made_once(make_world)


@pytest.fixture
def unit(unit_once: Unit) -> Unit:
    return deepcopy(unit_once)


@pytest.fixture
def planner(unit: Unit) -> User:
    return make_user("planerare", (Role.PLANNING_OFFICER, unit))


def sentences(document: object) -> str:
    blocks = (block for section in document.sections() for block in section.blocks)  # type: ignore[attr-defined]
    return " ".join(block.text for block in blocks if isinstance(block, Paragraph))


def test_annual_report_tells_praise_apart(unit: Unit) -> None:
    said = sentences(
        compile_report(make_report(unit, 2024), extracted_on=dt.date(2025, 2, 3))
    )
    assert "klagomål och synpunkter från utomstående" in said
    assert re.search(
        r"\b(11|elva) klagomål och synpunkter från utomstående",
        said.replace("\xa0", " "),
    )
    assert "åtta beröm från utomstående" in said


def test_tertial_document_tells_praise_apart(unit: Unit) -> None:
    compilation = Compilation(
        unit, 2024, 1, extracted_on=dt.date(2024, 5, 6), internal=True
    )
    said = sentences(compile_tertial(compilation)).replace("\xa0", " ")
    assert "elva klagomål och synpunkter från utomstående" in said
    assert "åtta beröm från utomstående" in said


def test_token_of_remarks_leaves_praise_out(unit: Unit) -> None:
    told = "{tal avvikelser inkomna slag='allt utom beröm' fran=utomstående} och {tal avvikelser slag=beröm}."
    document = compile_report(
        make_report(unit, 2024, text=told), extracted_on=dt.date(2025, 2, 3)
    )
    section = next(
        section for section in document.sections() if section.key == "uppfoljning"
    )
    assert section.written_text.markup == "11 och 8."


def test_comparison_of_all_from_outside_says_that_praise_is_in_it(unit: Unit) -> None:
    document = compile_report(
        make_report(unit, 2024, text="{jämför avvikelser inkomna fran=utomstående}"),
        extracted_on=dt.date(2025, 2, 3),
    )
    section = next(
        section for section in document.sections() if section.key == "uppfoljning"
    )
    assert "beröm" in section.written_text.markup


def test_overview_shows_praise_beside_remarks(unit: Unit, planner: User) -> None:
    client = Client()
    client.force_login(planner)
    page = client.get("/analys/aret/", {"unit": "SOC", "year": "2024"}).content.decode()
    assert "Klagomål och synpunkter från utomstående: 11 år 2024" in page
    assert "Beröm från utomstående: 8 år 2024" in page


def test_level_of_a_unit_leaves_praise_out_and_its_rows_too(
    unit: Unit, planner: User
) -> None:
    own = OwnUnit(unit, 2024, 1, reader=planner)
    assert own.by_month[dt.date(2024, 3, 1)] == 11
    client = Client()
    client.force_login(planner)
    rows = client.get(own.rows(unit, own.year)).content.decode()
    assert "11 ärenden" in rows.replace("\xa0", " ")
