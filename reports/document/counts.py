"""Counts of which some are not known: how they are written, subtracted, and split by a dimension."""

from __future__ import annotations

from collections.abc import Mapping

from analysis.charts.charts import number
from analysis.counted.vocabulary import UNKNOWN

# What stands for every category where none was chosen: a year with nothing else was not split.
NOT_SPLIT = {"", "Övrigt"}


def number_or_unknown(count: int | None) -> str:
    """Return a count as a table has it; of one that the register does not know, the word for it."""
    return UNKNOWN if count is None else number(count)


def rest(whole: int | None, *parts: int | None) -> int | None:
    """Return a whole without its parts; None where the whole or a part is not known."""
    if whole is None or None in parts:
        return None
    return whole - sum(filter(None, parts))


def split_years(by_year: Mapping[int, Mapping[str, int]]) -> set[int]:
    """Return the years that were split by a dimension: beside one that was, a year of one rest was not."""
    split, empty = set(), set()
    for year, counts in by_year.items():
        if not counts:
            empty.add(year)
        elif counts.keys() - NOT_SPLIT:
            split.add(year)
    if not split:
        return set(by_year)
    return split | empty
