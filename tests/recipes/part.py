"""The part of the patch is offered in outlines, and stands in a report; see tests/test_recipes.py."""

from __future__ import annotations

import datetime as dt

import pytest

from casework.models import Routine
from reports.models import AnnualReport, Template
from reports.outlines.editing import offered_parts
from reports.outlines.outline import Item, compose, shipped_outline
from reports.outlines.writer import Writer
from tests.factories import make_unit

KEY = "bilaga-rutiner"


@pytest.mark.parametrize("template", Template)
def test_part_is_offered(template: Template) -> None:
    assert KEY in dict(offered_parts(shipped_outline(template)))


@pytest.mark.django_db
def test_part_holds_what_applies() -> None:
    unit = make_unit("A")
    Routine.objects.create(code="mote", name="Möte", unit=unit)
    report = AnnualReport(unit=unit, year=2024)

    [section] = compose(Writer(report, dt.date(2025, 1, 1)), [Item(KEY)])

    assert section.blocks[0].rows == (("Möte", unit.name, "–"),)
