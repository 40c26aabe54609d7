"""The time that the register knows: outside it a count is "uppgift saknas", never none.

Rows say of which months a part of the register is whole (analysis.models.known).  Where an administration has
no row for a subject yet, its register begins with the tertial of what came in first.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile

from django.db import connection
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from analysis.counted.countings import COUNTING_OF, COUNTINGS, FIRST_BASIS
from analysis.models import Cell, RegisterPeriod
from casework.database.periods import Period, next_month, tertial, tertial_of
from deviations.models import Kind, ReportedBy
from organisation.access import paths_above
from organisation.models import Unit

Where = Sequence[tuple[str, str]]


_PARTING = (
    "kind",
    *dict.fromkeys(c.registers.dimension for c in COUNTINGS if c.registers),
)


def parting(where: Mapping[str, str]) -> Where:
    """Return the parts of a narrowing that decide of which registers a count is."""
    return tuple((name, where[name]) for name in _PARTING if name in where)


def tertial_of_month(month: dt.date) -> Period:
    """Return the tertial that a month lies in: registers are taken to begin and end with tertials."""
    return tertial(*tertial_of(month))


def begun(period: Period) -> list[dt.date]:
    """Return the months of a period that have begun: the others cannot be known."""
    return [month for month in period.months if month <= timezone.localdate()]


def first_months(
    subject: str, root: str, *, since: dt.date | None = None
) -> dict[str, dt.date]:
    """Return the first month of what a subject counts first, by the path of each unit under a root."""
    cells = Cell.objects.filter(
        unit=OuterRef("pk"), subject=subject, basis=FIRST_BASIS[subject]
    )
    if since:
        cells = cells.filter(month__gte=since)
    # The index gives each unit's first month at once; a group over all cells would read them all.
    first = Subquery(cells.order_by("month").values("month")[:1])
    units = Unit.objects.filter(path__startswith=root).order_by().annotate(first=first)
    return dict(units.exclude(first=None).values_list("path", "first"))


# By the index, as in first_months.
_FIRST_MONTHS = """
SELECT asked.subject, min(first.month)
FROM organisation_unit unit
CROSS JOIN unnest(%s::text[], %s::text[]) asked (subject, basis)
CROSS JOIN LATERAL (
    SELECT month FROM analysis_cell cell
    WHERE cell.unit_id = unit.id AND cell.subject = asked.subject AND cell.basis = asked.basis
    ORDER BY month LIMIT 1
) first
WHERE starts_with(unit.path, %s)
GROUP BY asked.subject
"""


@dataclass(frozen=True)
class _Span:
    """Some months in which a part is known, or missing, in a unit and all below it."""

    path: str
    is_known: bool
    first: dt.date
    end: dt.date


class Known:
    """The months in which an administration's register is whole; rows are read once."""

    def __init__(self, unit: Unit) -> None:
        self.root = paths_above(unit)[0]
        self._covered: dict[tuple[str, str, str], list[_Span]] = {}

    @cached_property
    def _rows(self) -> list[RegisterPeriod]:
        rows = RegisterPeriod.objects.filter(unit__path__startswith=self.root)
        return list(rows.select_related("unit"))

    def months(
        self, unit: Unit, subject: str, basis: str, period: Period, *, where: Where = ()
    ) -> list[dt.date]:
        """Return the months of a period of which a count about a unit and all below it is whole."""
        parts = self._parts(subject, basis, where)
        if not parts:
            return []
        months = period.months
        for part in parts:
            spans = self._spans(subject, basis, part)
            months = [month for month in months if _covers(spans, unit.path, month)]
        return months

    def tells(
        self, unit: Unit, subject: str, basis: str, period: Period, *, where: Where = ()
    ) -> bool:
        """Tell whether the register knows anything of a period: else its count is not known."""
        return bool(self.months(unit, subject, basis, period, where=where))

    def is_whole(
        self, unit: Unit, subject: str, basis: str, period: Period, *, where: Where = ()
    ) -> bool:
        """Tell whether the register knows all of a period."""
        return len(self.months(unit, subject, basis, period, where=where)) == len(
            period.months
        )

    def tells_count(
        self,
        count: int,
        unit: Unit,
        subject: str,
        basis: str,
        period: Period,
        *,
        where: Where = (),
    ) -> bool:
        """Tell whether a count of a period says something: none does only where the register knows all of it.

        Some are known to have been where it knows a part.  Months that have not begun are not asked for.
        """
        known = self.months(unit, subject, basis, period, where=where)
        return bool(known) and (count > 0 or set(begun(period)) <= set(known))

    def run(
        self, unit: Unit, subject: str, basis: str, at: dt.date, *, end: dt.date
    ) -> Period:
        """Return the unbroken known months around one, before an end; none where it is not itself known."""
        nothing = Period(at, at)
        first = self.begins(unit, subject, basis)
        if first is None:
            return nothing
        known = set(self.months(unit, subject, basis, Period(first, max(first, end))))
        if at not in known:
            return nothing
        since = takewhile(
            lambda month: month in known, reversed(Period(first, at).months)
        )
        later = takewhile(lambda month: month in known, Period(at, max(at, end)).months)
        return Period(min([at, *since]), next_month(max([at, *later])))

    def begins(
        self, unit: Unit, subject: str, basis: str, *, where: Where = ()
    ) -> dt.date | None:
        """Return the first month of which a count about a unit is whole."""
        may_begin = set()
        for part in self._parts(subject, basis, where):
            for span in self._spans(subject, basis, part):
                # With what is known, or when what is missing ends.
                may_begin.add(span.first if span.is_known else span.end)
        for month in sorted(may_begin):
            if self.tells(
                unit, subject, basis, Period(month, next_month(month)), where=where
            ):
                return month
        return None

    def _parts(self, subject: str, basis: str, where: Where) -> Sequence[str]:
        """Return the registers of a count, of those that anything is known of."""
        registers = COUNTING_OF[subject, basis].registers
        if registers is None:
            return ("",)
        asked = dict(where)
        if asked.get("kind") == Kind.QUALITY_DEVIATION:
            return (ReportedBy.STAFF.value,)
        if registers.dimension in asked:
            return (asked[registers.dimension],)
        return [part for part in registers.values if self._spans(subject, basis, part)]

    def _spans(self, subject: str, basis: str, part: str) -> list[_Span]:
        """Return all spans of a part; they are read once."""
        key = (subject, basis, part)
        if key not in self._covered:
            self._covered[key] = self._said_of(subject, basis, part)
        return self._covered[key]

    def _said_of(self, subject: str, basis: str, part: str) -> list[_Span]:
        """Return the spans of a part; a subject without rows begins with its cells."""
        of_subject = [row for row in self._rows if row.subject == subject]
        if not of_subject:
            begun = self._begins_with_its_cells(subject)
            return [_Span(self.root, True, begun, dt.date.max)] if begun else []
        return [
            _Span(row.unit.path, row.is_known, row.first, row.end or dt.date.max)
            for row in of_subject
            if row.basis in ("", basis) and (not part or row.part in ("", part))
        ]

    def _begins_with_its_cells(self, subject: str) -> dt.date | None:
        first = self._first_months.get(subject)
        return tertial_of_month(first).first if first else None

    @cached_property
    def _first_months(self) -> dict[str, dt.date]:
        """Return the first month of what each subject counts first, in one question for all of them."""
        with connection.cursor() as cursor:
            cursor.execute(
                _FIRST_MONTHS,
                [list(FIRST_BASIS), list(FIRST_BASIS.values()), self.root],
            )
            return dict(cursor.fetchall())


def _covers(spans: Iterable[_Span], path: str, month: dt.date) -> bool:
    """Tell whether a month is known of a unit, and nothing is missing of it, above it or below it."""
    known = False
    for span in spans:
        if not span.first <= month < span.end:
            continue
        is_below = path.startswith(span.path)
        if span.is_known:
            known = known or is_below
        elif is_below or span.path.startswith(path):
            return False
    return known


def note_use() -> None:
    """Store from when a register is used: from the tertial of its first case.

    What a file or an import has said stays; after it the register is whole again from what comes in first.
    """
    for root in Unit.objects.filter(parent=None):
        rows = list(
            RegisterPeriod.objects.filter(
                unit__path__startswith=root.path, is_known=True
            )
        )
        for subject in FIRST_BASIS:
            begins = _use_begins(
                root, subject, [row for row in rows if row.subject == subject]
            )
            if begins is not None:
                RegisterPeriod.objects.get_or_create(
                    unit=root,
                    subject=subject,
                    basis="",
                    reported_by="",
                    first=begins,
                    defaults={"reason": "Registret började användas."},
                )


def _use_begins(
    root: Unit, subject: str, rows: Iterable[RegisterPeriod]
) -> dt.date | None:
    """Return from when a subject is registered here, unless it is known already or nothing came in."""
    last: dt.date | None = None
    for row in rows:
        if row.end is None:
            return None  # what is known already goes on
        if row.basis in ("", FIRST_BASIS[subject]):
            last = max(row.end, last or row.end)
    first = min(first_months(subject, root.path, since=last).values(), default=None)
    if first is None:
        return None
    begins = tertial_of_month(first).first
    return max(begins, last or begins)
