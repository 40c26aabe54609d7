"""What a report gives away of the board's documents: a tertial that they hide, worked out from its year.

A tertial is masked by itself and a report shows the year, unmasked and judged number by number.  Whoever
takes the tertials that are shown from the year has what is left of it: one hidden tertial exactly, and
several together.  This finds both, for what is printed of a unit and for what is left beside its units; it
does not follow what a sum of several hidden tertials and the units around it would narrow down together.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from django.utils import timezone

from analysis.catalogue import TOLD_EACH_TERTIAL
from analysis.indicators import Indicator
from analysis.masking import LEAST
from analysis.vocabulary import period_in_words
from casework.periods import Period, parse, tertial, tertial_of
from organisation.models import Unit
from reports.live import query_of
from reports.models import Edition
from reports.published import Published
from reports.sentences import listed

Values = dict[Period, int]
YEAR = 12  # months


def given_away(edition: Edition) -> list[str]:
    """Return in words each hidden tertial that an edition's numbers give away (OSL 26 kap. 1 §)."""
    unit = edition.report.unit
    units = {below.code: below for below in Unit.objects.below(unit)}
    kept: dict[tuple[str, str], dict[str, Values]] = defaultdict(lambda: defaultdict(dict))
    for number in edition.figures["numbers"]:
        value, asked = number["value"], (number.get("subject", ""), number.get("query", ""))
        if isinstance(value, int) and number.get("basis") == "received" and number["unit"] in units:
            kept[asked][number["unit"]][parse(number["period"])] = value
    held = {line: kept[line.subject, query_of(line.where)] for line in TOLD_EACH_TERTIAL}
    if not any(held.values()):
        return []
    published = Published(unit)
    return [said for line in TOLD_EACH_TERTIAL for said in _of_line(line, held[line], units, published)]


def _of_line(
    line: Indicator, held: Mapping[str, Values], units: Mapping[str, Unit], published: Published
) -> Iterator[str]:
    """Yield what is given away of one line of the board's documents."""
    tertials = _tertials(period for values in held.values() for period in values)
    if not tertials:
        return
    masked = published.in_periods(line.subject, "received", tertials, where=line.where)
    for code, values in held.items():
        unit = units[code]
        shown = {at: published.of(unit, found) for at, found in masked.items()}
        for said in worked_out(values, shown):
            yield f"{line.label}, {unit.name}: {said}"
        if parts := [units[other] for other in held if units[other].parent_id == unit.pk]:
            beside = {at: published.beside(unit, parts, found) for at, found in masked.items()}
            for said in worked_out(_beside(values, [held[part.code] for part in parts]), beside):
                yield f"{line.label}, gemensamt för {unit.name}: {said}"


def _tertials(periods: Iterable[Period]) -> list[Period]:
    """Return the tertials that have ended of some periods: of others there is no document."""
    months = {month for period in periods for month in period.months}
    found = {tertial(*tertial_of(month)) for month in months}
    return sorted(at for at in found if at.end <= timezone.localdate())


def _beside(values: Values, parts: Sequence[Values]) -> Values:
    """Return what is left of a unit's numbers when those of its parts are taken away."""
    return {
        period: value - sum(part[period] for part in parts)
        for period, value in values.items()
        if all(period in part for part in parts)
    }


def worked_out(values: Values, shown: Mapping[Period, int | None]) -> Iterator[str]:
    """Yield in words each hidden tertial that the numbers of a place give away, alone or with another."""
    known = {at: count for at, count in shown.items() if count is not None}
    for at in sorted(shown.keys() - known.keys()):
        months = [values.get(Period(month, end)) for month, end in _months(at)]
        told = values.get(at, None if None in months else sum(count or 0 for count in months))
        if told is not None:
            known[at] = told
            yield f"{period_in_words(at)} står i berättelsen och är {told}."
    for year, count in sorted(values.items()):
        parts = [at for at in sorted(shown) if at.first in year]
        left = [at for at in parts if at not in known]
        if len(year.months) != YEAR or sum(len(at.months) for at in parts) != YEAR or not left:
            continue
        rest = count - sum(known.get(at, 0) for at in parts)
        if len(left) == 1 or 0 <= rest - len(left) < LEAST:
            together = " tillsammans" if len(left) > 1 else ""
            yield f"{listed([period_in_words(at) for at in left])} blir{together} {rest}."


def _months(period: Period) -> list[tuple[dt.date, dt.date]]:
    """Return the first day of each month of a period with the first of the next."""
    return list(pairwise([*period.months, period.end]))
