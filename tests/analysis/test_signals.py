"""What of all that the rules find is told: of what no test finds certain, a few for each unit."""

from __future__ import annotations

from analysis.models import Kind, Level, Signal
from analysis.patterns import Rules
from analysis.signals import most_telling
from analysis.telling import reason_for

RULES = Rules(told_most=2)


def _signals(unit: int, count: int, kind: Kind = Kind.RECURRING) -> list[Signal]:
    level = Level.WATCH if kind == Kind.RECURRING else Level.PATTERN
    return [Signal(unit_id=unit, kind=kind, level=level, count=9 - n, chance=n / 9) for n in range(count)]


def test_tell_the_first_of_each_unit_and_how_many_more() -> None:
    told = list(most_telling([*_signals(1, 5), *_signals(2, 1)], RULES))
    assert [(signal.unit_id, signal.count) for signal in told] == [(1, 9), (1, 8), (2, 9)]
    assert [signal.parameters.get("left_out") for signal in told] == [None, 3, None]


def test_tell_all_when_they_are_few() -> None:
    told = list(most_telling(_signals(1, 2), RULES))
    assert [signal.parameters for signal in told] == [{}, {}]


def test_reason_says_how_many_are_left_out() -> None:
    watched = list(most_telling(_signals(1, 5), RULES))[-1]
    again = list(most_telling(_signals(1, 5, Kind.REPEATED), RULES))[-1]
    assert "3 till återkommer i enheten" in reason_for(watched)
    assert "3 sådana till" in reason_for(again)
