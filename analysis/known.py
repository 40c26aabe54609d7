"""What the register knows of which time: a count is "uppgift saknas" outside it, never none.

Rows say of which months a part of the register is whole (analysis.models.known).  Where an administration has
no row for a subject yet, its register begins with the tertial of what came in first.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import takewhile
from typing import NamedTuple

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from analysis.countings import BASES_OF, FIRST_BASIS
from analysis.models import Cell, RegisterPeriod
from casework.periods import Period, next_month, tertial, tertial_of
from deviations.models import Kind, ReportedBy
from lexsarah.models import DecidedBy
from organisation.access import paths_above
from organisation.models import Unit

UNKNOWN = "uppgift saknas"
Where = Sequence[tuple[str, str]]


class Parts(NamedTuple):
    """What tells the registers apart that a count is of, and on which bases there are several."""

    dimension: str
    values: tuple[str, ...]
    bases: tuple[str, ...]


# What comes from registers that may have begun at different times: deviations by who reported, and decisions
# of lex Sarah by who decided (some years only the committee's were kept).
PARTS = {
    "deviations": Parts(
        "reported_by", (ReportedBy.OUTSIDE.value, ReportedBy.STAFF.value), BASES_OF["deviations"]
    ),
    "lexsarah": Parts("decided_by", tuple(DecidedBy.values), ("decided",)),
}
_PARTING = ("kind", *(parts.dimension for parts in PARTS.values()))


def parting(where: Mapping[str, str]) -> Where:
    """Return what of a narrowing decides which registers a count is of."""
    return tuple((name, where[name]) for name in _PARTING if name in where)


def tertial_of_month(month: dt.date) -> Period:
    """Return the tertial that a month lies in: registers are taken to begin and end with tertials."""
    return tertial(*tertial_of(month))


def begun(period: Period) -> list[dt.date]:
    """Return the months of a period that have begun: of the others nobody can know anything."""
    return [month for month in period.months if month <= timezone.localdate()]


def first_months(subject: str, root: str, *, since: dt.date | None = None) -> dict[str, dt.date]:
    """Return the first month of what a subject counts first, by the path of each unit under a root."""
    cells = Cell.objects.filter(unit=OuterRef("pk"), subject=subject, basis=FIRST_BASIS[subject])
    if since:
        cells = cells.filter(month__gte=since)
    # The index gives each unit's first month at once; a group over all cells would read them all.
    first = Subquery(cells.order_by("month").values("month")[:1])
    units = Unit.objects.filter(path__startswith=root).order_by().annotate(first=first)
    return dict(units.exclude(first=None).values_list("path", "first"))


class Known:
    """Of which months an administration's register is whole, asked of it once."""

    def __init__(self, unit: Unit) -> None:
        self.root = paths_above(unit)[0]
        self._begun: dict[str, dt.date | None] = {}
        self._covered: dict[tuple[str, ...], list[tuple[str, bool, dt.date, dt.date]]] = {}

    @cached_property
    def _rows(self) -> list[RegisterPeriod]:
        rows = RegisterPeriod.objects.filter(unit__path__startswith=self.root)
        return list(rows.select_related("unit"))

    def months(
        self, unit: Unit, subject: str, basis: str, period: Period, *, where: Where = ()
    ) -> list[dt.date]:
        """Return the months of a period of which a count about a unit and all below it is whole."""
        parts = [self._spans(subject, basis, part) for part in self._parts(subject, basis, where)]
        if not parts:
            return []
        return [m for m in period.months if all(_covers(spans, unit.path, m) for spans in parts)]

    def tells(self, unit: Unit, subject: str, basis: str, period: Period, *, where: Where = ()) -> bool:
        """Tell whether the register knows anything of a period: else its count is not known."""
        return bool(self.months(unit, subject, basis, period, where=where))

    def is_whole(self, unit: Unit, subject: str, basis: str, period: Period, *, where: Where = ()) -> bool:
        """Tell whether the register knows all of a period."""
        return len(self.months(unit, subject, basis, period, where=where)) == len(period.months)

    def tells_count(
        self, count: int, unit: Unit, subject: str, basis: str, period: Period, *, where: Where = ()
    ) -> bool:
        """Tell whether a count of a period says something: none does only where the register knows all of it.

        Some are known to have been where it knows a part.  Months that have not begun are not asked for.
        """
        known = self.months(unit, subject, basis, period, where=where)
        return bool(known) and (count > 0 or set(begun(period)) <= set(known))

    def run(self, unit: Unit, subject: str, basis: str, at: dt.date, *, end: dt.date) -> Period:
        """Return the unbroken known months around one, before an end; none where it is not itself known."""
        first = self.begins(unit, subject, basis)
        known = set(self.months(unit, subject, basis, Period(first, max(first, end)))) if first else set()
        if at not in known:
            return Period(at, at)
        since = takewhile(lambda month: month in known, reversed(Period(first or at, at).months))
        later = takewhile(lambda month: month in known, Period(at, max(at, end)).months)
        return Period(min([at, *since]), next_month(max([at, *later])))

    def begins(self, unit: Unit, subject: str, basis: str, *, where: Where = ()) -> dt.date | None:
        """Return the first month of which a count about a unit is whole."""
        spans = [
            first
            for part in self._parts(subject, basis, where)
            for _, is_known, first, _ in self._spans(subject, basis, part)
            if is_known
        ]
        ends = [
            end
            for part in self._parts(subject, basis, where)
            for _, is_known, _, end in self._spans(subject, basis, part)
            if not is_known
        ]
        return next(
            (
                month
                for month in sorted({*spans, *ends})
                if self.tells(unit, subject, basis, Period(month, next_month(month)), where=where)
            ),
            None,
        )

    def _parts(self, subject: str, basis: str, where: Where) -> Iterable[str]:
        """Return the registers that a count is of: those that are known of at all."""
        parts = PARTS.get(subject)
        if parts is None or basis not in parts.bases:
            return ("",)
        asked = dict(where)
        if asked.get("kind") == Kind.QUALITY_DEVIATION:
            return (ReportedBy.STAFF.value,)
        if parts.dimension in asked:
            return (asked[parts.dimension],)
        return [part for part in parts.values if self._spans(subject, basis, part)]

    def _spans(self, subject: str, basis: str, part: str) -> list[tuple[str, bool, dt.date, dt.date]]:
        """Return path, whether it is known, first month and end of all that is said of a part."""
        key = (subject, basis, part)
        if key not in self._covered:
            said = [row for row in self._rows if row.subject == subject]
            found = [
                (row.unit.path, row.is_known, row.first, row.end or dt.date.max)
                for row in said
                if row.basis in ("", basis) and (not part or row.part in ("", part))
            ]
            if not said and (begun := self._begins_with_its_cells(subject)):
                found = [(self.root, True, begun, dt.date.max)]
            self._covered[key] = found
        return self._covered[key]

    def _begins_with_its_cells(self, subject: str) -> dt.date | None:
        if subject not in self._begun:
            first = min(first_months(subject, self.root).values(), default=None)
            self._begun[subject] = tertial_of_month(first).first if first else None
        return self._begun[subject]


def _covers(spans: Iterable[tuple[str, bool, dt.date, dt.date]], path: str, month: dt.date) -> bool:
    """Tell whether a month is known of a unit, and nothing is missing of it, above it or below it."""
    known = False
    for of, is_known, first, end in spans:
        if not first <= month < end:
            continue
        if is_known:
            known = known or path.startswith(of)
        elif path.startswith(of) or of.startswith(path):
            return False
    return known


def note_use() -> None:
    """Write down where a register has begun to be used: from the tertial of the first that it holds.

    What a file or an import has said stays; after it the register is whole again from what comes in first.
    """
    for root in Unit.objects.filter(parent=None):
        rows = list(RegisterPeriod.objects.filter(unit__path__startswith=root.path, is_known=True))
        for subject, basis in FIRST_BASIS.items():
            said = [row for row in rows if row.subject == subject]
            if any(row.end is None for row in said):
                continue
            received = [row for row in said if row.basis in ("", basis)]
            last = max((row.end for row in received if row.end), default=None)
            first = min(first_months(subject, root.path, since=last).values(), default=None)
            if first is None:
                continue
            begins = tertial_of_month(first).first
            RegisterPeriod.objects.get_or_create(
                unit=root,
                subject=subject,
                basis="",
                reported_by="",
                first=max(begins, last) if last else begins,
                defaults={"reason": "Registret började användas."},
            )
