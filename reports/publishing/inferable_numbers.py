"""What a report gives away of the board's documents: a tertial that they hide, worked out from its year.

A tertial is masked by itself and a report shows the year, unmasked and judged number by number.  Whoever
takes the tertials that are shown from the year has what is left of it: one hidden tertial exactly, and
several together.  This finds both, for what is printed of a unit and for what is left beside its units; it
does not follow what a sum of several hidden tertials and the units around it would narrow down together.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils import timezone

from analysis.counted.catalogue import TOLD_EACH_TERTIAL
from analysis.counted.indicators import Indicator
from analysis.counted.vocabulary import period_in_words
from analysis.rules.masking import LEAST
from casework.database.periods import Period, parse, tertial, tertial_of
from organisation.models import Unit
from reports.document.numbers import query_of
from reports.models import Edition
from reports.tertial.masked_numbers import Published
from reports.tokens.sentences import listed

Values = dict[Period, int]
YEAR = 12  # months


@dataclass(frozen=True)
class _Line:
    """A line of the board's documents in an edition: its indicator, and each unit's numbers by period."""

    indicator: Indicator
    held: Mapping[str, Values]
    units: Mapping[str, Unit]

    @property
    def tertials(self) -> list[Period]:
        """Return the tertials that have ended of the periods held: of others there is no document."""
        found: set[Period] = set()
        for values in self.held.values():
            for period in values:
                found.update(tertial(*tertial_of(month)) for month in period.months)
        return sorted(at for at in found if at.end <= timezone.localdate())

    def below(self, unit: Unit) -> list[Unit]:
        """Return the units right below one that have numbers."""
        others = [self.units[code] for code in self.held]
        return [other for other in others if other.parent_id == unit.pk]


def given_away(edition: Edition) -> list[str]:
    """Return in words each hidden tertial that an edition's numbers give away (OSL 26 kap. 1 §)."""
    unit = edition.report.unit
    units = {below.code: below for below in Unit.objects.below(unit)}
    held = _held(edition, units)
    lines = []
    for indicator in TOLD_EACH_TERTIAL:
        of_line = held[indicator.subject, query_of(indicator.where)]
        if of_line:
            lines.append(_Line(indicator, of_line, units))
    if not lines:
        return []
    published = Published(unit)
    found: list[str] = []
    for line in lines:
        found += _of_line(line, published)
    return found


def _held(
    edition: Edition, units: Collection[str]
) -> dict[tuple[str, str], dict[str, Values]]:
    """Return the numbers of an edition that count incoming cases: by subject and query, unit, and period."""
    held: dict[tuple[str, str], dict[str, Values]] = defaultdict(
        lambda: defaultdict(dict)
    )
    for number in edition.figures["numbers"]:
        value, asked = (
            number["value"],
            (number.get("subject", ""), number.get("query", "")),
        )
        if (
            isinstance(value, int)
            and number.get("basis") == "received"
            and number["unit"] in units
        ):
            held[asked][number["unit"]][parse(number["period"])] = value
    return held


def _of_line(line: _Line, published: Published) -> Iterator[str]:
    """Yield in words the hidden tertials of one line that an edition gives away."""
    tertials, label = line.tertials, line.indicator.label
    if not tertials:
        return
    masked = published.in_periods(
        line.indicator.subject, "received", tertials, where=line.indicator.where
    )
    for code, values in line.held.items():
        unit = line.units[code]
        shown = {at: published.of(unit, found) for at, found in masked.items()}
        for said in worked_out(values, shown):
            yield f"{label}, {unit.name}: {said}"
        parts = line.below(unit)
        if not parts:
            continue
        beside = {
            at: published.beside(unit, parts, found) for at, found in masked.items()
        }
        of_parts = [line.held[part.code] for part in parts]
        for said in worked_out(_beside(values, of_parts), beside):
            yield f"{label}, gemensamt för {unit.name}: {said}"


def _beside(values: Values, parts: Sequence[Values]) -> Values:
    """Return a unit's numbers without those of its parts."""
    left = {}
    for period, value in values.items():
        of_parts = [part.get(period) for part in parts]
        if None not in of_parts:
            left[period] = value - sum(filter(None, of_parts))
    return left


def worked_out(values: Values, shown: Mapping[Period, int | None]) -> Iterator[str]:
    """Yield in words each hidden tertial that the numbers of a place give away, alone or with another."""
    known = {at: count for at, count in shown.items() if count is not None}
    for at in sorted(shown.keys() - known.keys()):
        count = _told(values, at)
        if count is not None:
            known[at] = count
            yield f"{period_in_words(at)} står i berättelsen och är {count}."
    for year, count in sorted(values.items()):
        parts = [at for at in sorted(shown) if at.first in year]
        if len(year.months) == YEAR == sum(len(at.months) for at in parts):
            yield from _left_of_year(count, parts, known)


def _told(values: Values, at: Period) -> int | None:
    """Return the number of a tertial that an edition holds, itself or month by month."""
    if at in values:
        return values[at]
    months = [values.get(Period(month, end)) for month, end in _months(at)]
    if None in months:
        return None
    return sum(filter(None, months))


def _left_of_year(
    count: int, tertials: Sequence[Period], known: Mapping[Period, int]
) -> Iterator[str]:
    """Yield in words the hidden tertials of a year, where the known ones leave too little to hide in."""
    hidden = [at for at in tertials if at not in known]
    rest = count - sum(known.get(at, 0) for at in tertials)
    names = listed(list(map(period_in_words, hidden)))
    if len(hidden) == 1:
        yield f"{names} blir {rest}."
    elif hidden and 0 <= rest - len(hidden) < LEAST:
        yield f"{names} blir tillsammans {rest}."


def _months(period: Period) -> list[tuple[dt.date, dt.date]]:
    """Return the first day of each month of a period with the first of the next."""
    return list(pairwise([*period.months, period.end]))
