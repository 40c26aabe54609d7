"""Each area of a report has sections, and texts, of its own."""

from __future__ import annotations

import datetime as dt

import pytest

from organisation.models import Unit
from reports.document.blocks import Section
from reports.life.services import begin, write
from reports.models import AnnualReport
from reports.outlines.compiling import compile_report
from reports.outlines.written_sections import written_keys
from tests.factories import make_unit
from tests.municipality import make_series

pytestmark = pytest.mark.django_db
DAY = dt.date(2025, 2, 3)


def sections_of(report: AnnualReport) -> list[Section]:
    return compile_report(report, extracted_on=DAY).sections()


@pytest.fixture
def report() -> AnnualReport:
    root = make_unit("SOC")
    for code in ("ÄO", "AO", "BoU"):
        make_unit(code, root)
    return begin(unit=root, year=2024, template="goteborg", actor=None)


def test_areas_whose_codes_are_written_alike_have_texts_of_their_own(
    report: AnnualReport,
) -> None:
    other = Unit.objects.get(code="AO")
    write(
        report,
        section="inflytande-ao",
        text="Om äldreomsorgen.",
        seen_version=0,
        actor=None,
    )
    write(
        report,
        section=f"inflytande-ao--{other.pk}",
        text="Om annan omsorg.",
        seen_version=0,
        actor=None,
    )
    sections = sections_of(report)
    keys = [section.key for section in sections]
    told = {
        s.about: s.written_text.markup
        for s in sections
        if s.key.startswith("inflytande-ao")
    }

    assert len(keys) == len(set(keys))
    assert told == {"ÄO": "Om äldreomsorgen.", "AO": "Om annan omsorg."}


def test_area_keeps_its_key_when_another_of_like_code_is_opened(
    report: AnnualReport,
) -> None:
    before = {section.key for section in sections_of(report)}
    make_unit("BOÜ", report.unit)
    after = {section.key for section in sections_of(report)}

    assert "inflytande-bou" in before
    assert before < after


def test_area_that_begins_when_the_year_has_ended_has_no_sections(
    report: AnnualReport,
) -> None:
    before = {section.key for section in sections_of(report)}
    make_unit("NY", report.unit, valid_from=dt.date(2025, 1, 1))

    assert {section.key for section in sections_of(report)} == before


@pytest.mark.parametrize("template", ["malmo", "goteborg"])
@pytest.mark.parametrize("is_measured", [True, False])
def test_sections_that_people_write_are_known_without_the_figures(
    template: str, is_measured: bool
) -> None:
    root = make_unit("SOC")
    make_unit("EK", root)
    if is_measured:
        series = make_series(root)
        for month in range(1, 13):
            series.points.create(period=f"2024-{month:02}", numerator=3, denominator=4)
    report = begin(unit=root, year=2024, template=template, actor=None)
    sections = sections_of(report)

    is_there = "matserier" in {section.key for section in sections}
    assert is_there == (is_measured and template == "malmo")
    written = set(written_keys(report))
    for section in sections:
        assert (section.key in written) == section.is_written
    assert "finns-inte" not in written
