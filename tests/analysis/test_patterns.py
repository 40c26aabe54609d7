"""The rules: what they find, what they leave, and how often they are wrong."""

from __future__ import annotations

import random

from analysis.rules.patterns import (
    PATTERN,
    WATCH,
    Cell,
    Rises,
    Rules,
    concentrations,
    recurrences,
    rises,
    surest_first,
)

SIX = {1: 6, 2: 6, 3: 6}


def test_find_rise_that_stands_out() -> None:
    (rise,) = rises({Cell(1, category="Sekretess"): [1, 0, 1, 0, 1, 0, 9]}, SIX)
    assert (rise.cell.unit, rise.count, rise.before, rise.periods) == (1, 9, 3, 6)
    assert rise.level == PATTERN
    assert rise.false_share < 0.001


def test_find_nothing_where_history_is_short() -> None:
    assert rises({Cell(1, category="Sekretess"): [0, 0, 0, 0, 0, 0, 9]}, {1: 2}) == []


def test_find_nothing_among_two_cases() -> None:
    assert rises({Cell(1, category="Sekretess"): [0, 0, 0, 0, 0, 0, 2]}, SIX) == []


def test_find_compares_with_the_tertials_that_the_unit_was_there() -> None:
    (rise,) = rises({Cell(1, category="Sekretess"): [0, 0, 0, 1, 0, 0, 9]}, {1: 3})
    assert (rise.before, rise.periods) == (1, 3)


def test_watch_what_is_unlikely_but_one_of_many() -> None:
    quiet = {Cell(2, category=f"K{n}"): [5, 4, 5, 5, 4, 5, 5] for n in range(200)}
    found = rises({**quiet, Cell(1, category="Sekretess"): [1, 1, 1, 1, 1, 1, 6]}, SIX)
    assert {rise.level for rise in found} == {WATCH}


def test_tell_the_same_cases_once_and_as_narrowly_as_can_be() -> None:
    calm = [2, 3, 2, 3, 2, 3, 2]
    history = {
        Cell(1, "Vuxna", "Sekretess", "Teknik och system"): [0, 1, 0, 0, 1, 0, 12],
        Cell(1, "Barn och unga", "Bemötande", "Kunskap och kompetens"): calm,
    }
    (rise,) = rises(history, SIX)
    assert (rise.cell.target_group, rise.cell.category, rise.count) == (
        "Vuxna",
        "Sekretess",
        12,
    )


def test_tell_of_a_whole_unit_what_no_part_of_it_explains() -> None:
    parts = [[1, 1, 0, 1, 0, 1, 3] for _ in range(8)]
    history = {Cell(1, category=f"K{n}"): counts for n, counts in enumerate(parts)}
    assert [rise.cell for rise in rises(history, SIX)] == [Cell(1)]


def test_tell_two_rises_of_one_unit() -> None:
    history = {
        Cell(1, "Vuxna", "Sekretess", "Teknik och system"): [0, 1, 0, 0, 1, 0, 12],
        Cell(1, "Barn och unga", "Bemötande", "Kunskap och kompetens"): [
            1,
            0,
            1,
            0,
            0,
            0,
            11,
        ],
    }
    assert {(rise.cell.category, rise.count) for rise in rises(history, SIX)} == {
        ("Sekretess", 12),
        ("Bemötande", 11),
    }


def test_find_few_false_patterns_among_stable_cells() -> None:
    chance = random.Random(1)
    wrong = 0
    for _ in range(20):
        history = {}
        for n in range(480):
            mean = chance.expovariate(1)
            counts = [_poisson(mean, chance) for _ in range(7)]
            history[Cell(n // 24 + 1, category=f"K{n % 24}")] = counts
        found = rises(history, dict.fromkeys(range(1, 21), 6))
        wrong += sum(rise.level == PATTERN for rise in found)
    assert wrong <= 10


def _poisson(mean: float, chance: random.Random) -> int:
    count, passed = 0, chance.expovariate(1)
    while passed < mean:
        count, passed = count + 1, passed + chance.expovariate(1)
    return count


def test_concentrate_what_others_have_less_of() -> None:
    counts = {
        Cell(1, category="Sekretess"): 9,
        Cell(1, category="Bemötande"): 3,
        Cell(2, category="Sekretess"): 4,
        Cell(2, category="Bemötande"): 60,
    }
    found = next(
        found for found in concentrations(counts) if found.cell.category == "Sekretess"
    )
    assert (
        found.cell.unit,
        found.count,
        found.of,
        found.elsewhere,
        found.elsewhere_of,
    ) == (1, 9, 12, 4, 64)


def test_concentrate_nothing_that_everybody_has() -> None:
    counts = {Cell(unit, category="Sekretess"): 10 for unit in (1, 2, 3)}
    assert concentrations(counts) == []


def test_recur_only_where_it_happened_again() -> None:
    breaks = Cell(1, process="Boende", cause_area="Teknik och system")
    year = {
        breaks: 5,
        Cell(2, process="Boende", cause_area="Kunskap och kompetens"): 40,
    }
    assert recurrences(year, {}) == []
    (found,) = recurrences(year, {breaks: 1})
    assert (found.count, found.level) == (5, PATTERN)


def test_recur_without_routine_is_no_recurrence() -> None:
    unnamed = Cell(1, cause_area="Teknik och system")
    assert recurrences({unnamed: 5, Cell(2): 40}, {unnamed: 5}) == []


def test_recur_as_elsewhere_is_watched() -> None:
    year = {
        Cell(unit, process="Boende", cause_area="Teknik och system"): 4
        for unit in (1, 2, 3)
    }
    year |= {
        Cell(unit, process="Stöd", cause_area="Teknik och system"): 4
        for unit in (1, 2, 3)
    }
    assert {found.level for found in recurrences(year, year)} == {WATCH}


def test_rises_of_units_tested_one_by_one_are_those_of_all_together() -> None:
    chance = random.Random(3)
    history = {
        Cell(unit, "Vuxna", f"K{n}", f"O{n % 2}"): [
            _poisson(2, chance) for _ in range(6)
        ]
        + [2 + 5 * (n == 3)]
        for unit in SIX
        for n in range(8)
    }
    looked = Rises(SIX, Rules())
    parts = [
        {cell: counts for cell, counts in history.items() if cell.unit == unit}
        for unit in SIX
    ]
    for part in parts:
        looked.test(part)
    flagged = looked.flagged()
    told = [
        rise
        for unit, part in zip(SIX, parts, strict=True)
        for rise in looked.told(
            [rise for rise in flagged if rise.cell.unit == unit], part
        )
    ]
    assert told
    assert surest_first(told) == rises(history, SIX)


def test_keep_limits_as_parameters() -> None:
    assert Rules().as_parameters()["false_share"] == 0.10
