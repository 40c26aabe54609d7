"""What is told of all that recurs: a few for each unit, and how many more there are."""

from __future__ import annotations

from analysis.models import Kind, Level, Pattern, Signal
from analysis.models.signal import DIMENSIONS
from analysis.rules.patterns import Cell, most_telling
from analysis.tertial.signal_sentences import reason_for


def test_tell_the_first_of_each_unit_and_how_many_more() -> None:
    found = [(1, "a"), (2, "b"), (1, "c"), (1, "d"), (1, "e")]
    assert list(most_telling(found, 2)) == [("a", 0), ("c", 2), ("b", 0)]


def test_tell_all_when_they_are_few() -> None:
    assert list(most_telling([(1, "a"), (1, "b")], 2)) == [("a", 0), ("b", 0)]


def test_reason_says_how_many_are_left_out() -> None:
    left = {"left_out": 3}
    watched = Signal(kind=Kind.RECURRING, level=Level.WATCH, count=4, parameters=left)
    again = Signal(kind=Kind.REPEATED, level=Level.PATTERN, count=4, parameters=left)
    assert "3 till återkommer i enheten" in reason_for(watched)
    assert "3 sådana till" in reason_for(again)


def test_what_keeps_a_finding_has_a_column_for_each_name_of_its_cell() -> None:
    assert set(Cell._fields) - {"unit"} <= set(DIMENSIONS)
    for model in (Signal, Pattern):
        assert set(DIMENSIONS) <= {field.name for field in model._meta.fields}
