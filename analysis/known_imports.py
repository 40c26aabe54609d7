"""Of which time an imported register is whole: as a file says, or as carefully as its rows let one tell.

A register that is read in cannot tell none from not kept.  So a year without a row is not known, and neither
is what lies before the first row and after the last.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from django.db.models import Count, Sum
from django.db.models.functions import ExtractYear

from analysis.countings import BASES_OF, FIRST_BASIS
from analysis.known import PARTS, tertial_of_month
from analysis.models import Cell, RegisterPeriod
from analysis.vocabulary import BASES, SUBJECTS
from casework.deadlines import months_after
from casework.periods import Period, calendar_year
from lexsarah.models import DecidedBy, LexSarahReport
from organisation.columns import CellError, Column, text, unit, word
from organisation.models import Unit
from organisation.registers import Import, Outcome, Table

# So many in a year are certainly more than none in another (the exact test, p < 0.05).
CERTAINLY_MORE = 6
YEAR = 12
Monthly = Mapping[dt.date, int]


class _Part(NamedTuple):
    """One register of an administration: what it counts, on which basis, and from whom."""

    subject: str
    basis: str
    reported_by: str


# --- said by a file ---------------------------------------------------------------------------
def import_known(path: Path, run: Import) -> Outcome:
    """Store of which time the register is whole, or missing; the file replaces what was said of its parts."""
    table, outcome = Table(path, _columns(), run), Outcome(path.name)
    wanted: dict[tuple[int, str], list[RegisterPeriod]] = defaultdict(list)
    for line, row in table.rows():
        bases = BASES_OF.get(row["subject"], ())
        if row["basis"] and row["basis"] not in bases:
            table.refuse(line, "basis", f"kan vara {', '.join(bases)} eller tomt")
        if row["reported_by"] and row["subject"] != "deviations":
            table.refuse(line, "reported_by", "går bara att ange för deviations")
        if row["decided_by"] and (row["subject"], row["basis"]) != ("lexsarah", "decided"):
            table.refuse(line, "decided_by", "går bara att ange för lexsarah med grunden decided")
        if row["last_month"] and row["last_month"] < row["first_month"]:
            table.refuse(line, "last_month", "ligger före first_month")
        end = months_after(row["last_month"], 1) if row["last_month"] else None
        said = {name: row[name] for name in ("subject", "basis", "reported_by", "decided_by", "reason")}
        wanted[row["unit"], row["subject"]].append(
            RegisterPeriod(
                unit_id=row["unit"], is_known=row["known"] == "yes", first=row["first_month"], end=end, **said
            )
        )
    if not run.problems:
        for (of, subject), periods in wanted.items():
            _replace(of, subject, periods, outcome)
    return outcome


def _replace(of: int, subject: str, periods: list[RegisterPeriod], outcome: Outcome) -> None:
    def told(rows: list[RegisterPeriod]) -> list[tuple[object, ...]]:
        names = ("basis", "reported_by", "decided_by", "is_known", "first", "end", "reason")
        return sorted((tuple(getattr(row, name) for name in names) for row in rows), key=str)

    stored = RegisterPeriod.objects.filter(unit=of, subject=subject)
    if told(list(stored)) == told(periods):
        outcome.unchanged += len(periods)
        return
    stored.delete()
    RegisterPeriod.objects.bulk_create(periods)
    outcome.new += len(periods)


def _columns() -> list[Column]:
    return [
        unit(),
        word("subject", FIRST_BASIS, required=True),
        text("basis", longest=10),
        word("reported_by", PARTS["deviations"].values),
        word("decided_by", PARTS["lexsarah"].values),
        word("known", ("yes", "no"), required=True),
        Column("first_month", _month, required=True),
        Column("last_month", _month),
        text("reason", longest=200, required=True),
    ]


def _month(cell: str) -> dt.date:
    try:
        return dt.date.fromisoformat(f"{cell}-01") if len(cell) == len("2024-03") else _refuse(cell)
    except ValueError:
        return _refuse(cell)


def _refuse(cell: str) -> dt.date:
    raise CellError(f"”{cell}” är inte en månad som 2024-03")


# --- told by the rows -------------------------------------------------------------------------
def note_import() -> list[str]:
    """Write down of which time an imported register is taken to be whole, and return it in words.

    Only of administrations and subjects of which nothing has been said.
    """
    said: list[str] = []
    for root in Unit.objects.filter(parent=None):
        told = set(RegisterPeriod.objects.filter(unit__path__startswith=root.path).values_list("subject"))
        by_area = _counted(root)
        spans = _spans(by_area[root.path])
        new = [
            period
            for part, counts in by_area[root.path].items()
            if (part.subject,) not in told
            for period in [
                *_runs(root, part, counts, spans[part.subject, part.reported_by]),
                *_later_areas(root, part, by_area),
                *_later_deciders(root, part, counts),
            ]
        ]
        RegisterPeriod.objects.bulk_create(new)
        said += [_in_words(period) for period in new]
    return said


def _counted(root: Unit) -> dict[str, dict[_Part, dict[dt.date, int]]]:
    """Return the counts by month of each register, of the administration and of each area right below it."""
    found: dict[str, dict[_Part, dict[dt.date, int]]] = defaultdict(lambda: defaultdict(dict))
    cells = (
        Cell.objects.under(root)
        .order_by()
        .values_list("unit__path", "subject", "basis", "reported_by", "month")
    )
    for path, subject, basis, reported_by, month, count in cells.annotate(total=Sum("count")):
        part = _Part(subject, basis, reported_by if subject == "deviations" else "")
        for area in {root.path, _area_of(path)}:
            months = found[area][part]
            months[month] = months.get(month, 0) + count
    return found


def _area_of(path: str) -> str:
    return "".join(f"{code}/" for code in path.rstrip("/").split("/")[:2])


def _spans(by_part: Mapping[_Part, Monthly]) -> dict[tuple[str, str], Period]:
    """Return between which tertials each register has rows: the first of any basis, and the last received.

    What we do ourselves is done a few times a year, and kept by year: a tertial without any says nothing.
    """
    months: dict[tuple[str, str], set[dt.date]] = defaultdict(set)
    received: dict[tuple[str, str], set[dt.date]] = defaultdict(set)
    for part, counts in by_part.items():
        of = (part.subject, part.reported_by)
        months[of] |= counts.keys()
        received[of] |= counts.keys() if FIRST_BASIS[part.subject] == part.basis else set()
    spans = {}
    for of, found in months.items():
        unit_of_time = _year_of if FIRST_BASIS[of[0]] != "received" else tertial_of_month
        spans[of] = Period(unit_of_time(min(found)).first, unit_of_time(max(received[of] or found)).end)
    return spans


def _year_of(month: dt.date) -> Period:
    return calendar_year(month.year)


def _runs(root: Unit, part: _Part, counts: Monthly, span: Period) -> Iterator[RegisterPeriod]:
    """Yield the runs of years in which the register has anything, within the span of all its bases."""
    years = sorted({month.year for month in counts})
    if part.subject == "lexsarah" and part.basis == "received":
        years = _without_old_receipts(root, years)
    starts = (
        [years[0], *(later for earlier, later in pairwise(years) if later > earlier + 1)] if years else []
    )
    for at, start in enumerate(starts):
        following = starts[at + 1] if at + 1 < len(starts) else None
        run = [year for year in years if year >= start and (following is None or year < following)]
        own = tertial_of_month(max(month for month in counts if month.year in run)).end
        is_last = run[-1] >= span.last_day.year
        yield RegisterPeriod(
            unit=root,
            first=max(dt.date(start, 1, 1), span.first),
            end=max(own, span.end) if is_last else dt.date(run[-1] + 1, 1, 1),
            reason="Så långt som det inlästa registret har rader.",
            **part._asdict(),
        )


def _without_old_receipts(root: Unit, years: list[int]) -> list[int]:
    """Leave out the first years of which only receipts of investigations that were done were kept.

    A register that was kept by decision carries no report over to its next year.  Where none was carried,
    and certainly some were the year after, the whole register of what came in begins between the two.
    """
    reports = LexSarahReport.objects.filter(unit__path__startswith=root.path).order_by()
    came, decided = ExtractYear("received_on"), ExtractYear("case__decided_on")
    spans = reports.annotate(came=came, decided=decided).values_list("came", "decided").annotate(Count("pk"))
    carried = {
        year: sum(n for came, decided, n in spans if came <= year and (decided is None or decided > year))
        for year in years
    }
    broken = [y for y in years if not carried[y] and carried.get(y + 1, 0) >= CERTAINLY_MORE]
    return [year for year in years if not broken or year > broken[-1]]


def _later_areas(
    root: Unit, part: _Part, by_area: Mapping[str, Mapping[_Part, Monthly]]
) -> Iterator[RegisterPeriod]:
    """Yield what is missing of areas that begin certainly later than the administration."""
    begins = tertial_of_month(min(by_area[root.path][part])).first
    for area in Unit.objects.filter(parent=root):
        counts = by_area.get(area.path, {}).get(part)
        if not counts:
            continue
        first = tertial_of_month(min(counts)).first
        year = Period(first, months_after(first, YEAR))
        in_its_first = sum(count for month, count in counts.items() if month in year)
        if months_after(begins, YEAR) <= first and in_its_first >= CERTAINLY_MORE:
            yield RegisterPeriod(
                unit=area,
                is_known=False,
                first=begins,
                end=first,
                reason="Det inlästa registret har inga rader härifrån förrän senare.",
                **part._asdict(),
            )


def _later_deciders(root: Unit, part: _Part, counts: Monthly) -> Iterator[RegisterPeriod]:
    """Yield what is missing of decisions by somebody whose first are kept certainly later than others'."""
    if (part.subject, part.basis) != ("lexsarah", "decided"):
        return
    begins = dt.date(min(counts).year, 1, 1)
    cells = Cell.objects.under(root).filter(subject=part.subject, basis=part.basis).order_by()
    by_year = cells.values_list("decided_by", ExtractYear("month")).annotate(Sum("count"))
    for decider in PARTS["lexsarah"].values:
        years = {year: count for said, year, count in by_year if said == decider}
        first = min(years, default=begins.year)
        if first > begins.year and years[first] >= CERTAINLY_MORE:
            yield RegisterPeriod(
                unit=root,
                subject=part.subject,
                basis=part.basis,
                decided_by=decider,
                is_known=False,
                first=begins,
                end=dt.date(first, 1, 1),
                reason="Det inlästa registret har inga sådana beslut förrän senare.",
            )


def _in_words(period: RegisterPeriod) -> str:
    subject, basis = SUBJECTS[period.subject].label, BASES[period.basis].label
    of = {"outside": ", från utomstående", "staff": ", från personal"}.get(period.reported_by, "")
    if period.decided_by:
        of = f", av {DecidedBy(period.decided_by).label}"
    last = f"{months_after(period.end, -1):%Y-%m}" if period.end else ""
    span = f"{period.first:%Y-%m}–{last}"
    verb = "känt" if period.is_known else "saknas"
    return f"{period.unit.code}: {subject}, {basis}{of}: {verb} {span}."
