"""The field of the patch is counted, split by, spoken of and offered; see tests/test_recipes.py."""

from __future__ import annotations

import pytest

from analysis.counted.countings import COUNTINGS, DIMENSIONS
from analysis.figures.aggregate import count
from analysis.models import Cell
from deviations.process.workflow import STAFF_REPORTS
from deviations.reporting.forms import ReportForm
from tests.factories import make_deviation, make_unit


def test_answer_is_asked_and_corrected_with_the_same_words() -> None:
    assert ReportForm.base_fields["location"].label == "På vilken plats hände det?"
    assert "location" in STAFF_REPORTS.step("ratta").fields


def test_split_is_known_by_its_word_and_offered_to_authors() -> None:
    assert DIMENSIONS["location"].slug == "plats"
    usual = {c.basis: c.usual for c in COUNTINGS if c.subject == "deviations"}
    assert "location" in usual["received"]


@pytest.mark.django_db
def test_answer_is_counted() -> None:
    make_deviation(make_unit(), location="home")

    count()

    cells = Cell.objects.filter(basis="received").values_list("location", "count")
    assert [*cells] == [("home", 1)]
