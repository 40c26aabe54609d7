"""The time in which an imported register is whole: by a file, or carefully by its rows.

A register that is read in cannot tell none from not kept.  So a year without a row is not known, and neither
is what lies before the first row and after the last.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

from django.db.models import Count, Sum
from django.db.models.functions import ExtractYear

from analysis.counted.countings import BASES_OF, FIRST_BASIS
from analysis.counted.vocabulary import BASES, SUBJECTS
from analysis.figures.known import tertial_of_month
from analysis.models import Cell, RegisterPeriod
from casework.database.periods import Period, calendar_year
from casework.process.deadlines import months_after
from deviations.models import ReportedBy
from lexsarah.models import DecidedBy, LexSarahReport
from organisation.models import Unit
from organisation.registers.columns import CellError, Column, text, unit, word
from organisation.registers.files import Import, Outcome, Table

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
    """Store when the register is whole or missing; the file replaces earlier rows of its parts."""
    table, outcome = Table(path, _columns(), run), Outcome(path.name)
    wanted: dict[tuple[int, str], list[RegisterPeriod]] = defaultdict(list)
    for line, row in table.rows():
        for column, why in _problems(row):
            table.refuse(line, column, why)
        wanted[row["unit"], row["subject"]].append(_period(row))
    if not run.problems:
        for (of, subject), periods in wanted.items():
            _replace(of, subject, periods, outcome)
    return outcome


def _problems(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each column of a row that does not fit the others, with the fault."""
    subject, basis = row["subject"], row["basis"]
    bases = BASES_OF.get(subject, ())
    if basis and basis not in bases:
        yield "basis", f"kan vara {', '.join(bases)} eller tomt"
    if row["reported_by"] and subject != "deviations":
        yield "reported_by", "går bara att ange för deviations"
    if row["decided_by"] and (subject, basis) != ("lexsarah", "decided"):
        yield "decided_by", "går bara att ange för lexsarah med grunden decided"
    if row["last_month"] and row["last_month"] < row["first_month"]:
        yield "last_month", "ligger före first_month"


def _period(row: Mapping[str, Any]) -> RegisterPeriod:
    """Return the period of a row of the file, unsaved."""
    last = row["last_month"]
    return RegisterPeriod(
        unit_id=row["unit"],
        subject=row["subject"],
        basis=row["basis"],
        reported_by=row["reported_by"],
        decided_by=row["decided_by"],
        is_known=row["known"] == "yes",
        first=row["first_month"],
        end=months_after(last, 1) if last else None,
        reason=row["reason"],
    )


_SAID = attrgetter(
    "basis", "reported_by", "decided_by", "is_known", "first", "end", "reason"
)


def _replace(
    of: int, subject: str, periods: list[RegisterPeriod], outcome: Outcome
) -> None:
    """Replace the periods of a subject in a unit, unless they are the same."""
    stored = RegisterPeriod.objects.filter(unit=of, subject=subject)
    if sorted(map(_SAID, stored), key=str) == sorted(map(_SAID, periods), key=str):
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
        word("reported_by", ReportedBy.values),
        word("decided_by", DecidedBy.values),
        word("known", ("yes", "no"), required=True),
        Column("first_month", _month, required=True),
        Column("last_month", _month),
        text("reason", longest=200, required=True),
    ]


def _month(cell: str) -> dt.date:
    try:
        if len(cell) == len("2024-03"):
            return dt.date.fromisoformat(f"{cell}-01")
    except ValueError:
        pass
    raise CellError(f"”{cell}” är inte en månad som 2024-03")


# --- told by the rows -------------------------------------------------------------------------
def note_import() -> list[str]:
    """Store when an imported register is taken to be whole, and return it in words.

    Only of administrations and subjects of which nothing has been said.
    """
    said: list[str] = []
    for root in Unit.objects.filter(parent=None):
        rows = RegisterPeriod.objects.filter(unit__path__startswith=root.path)
        told = set(rows.values_list("subject", flat=True))
        by_area = _counted(root)
        spans = _spans(by_area[root.path])
        new: list[RegisterPeriod] = []
        for part, counts in by_area[root.path].items():
            if part.subject in told:
                continue
            new += _runs(root, part, counts, spans[part.subject, part.reported_by])
            new += _later_areas(root, part, by_area)
            new += _later_deciders(root, part, counts)
        RegisterPeriod.objects.bulk_create(new)
        said += map(_in_words, new)
    return said


def _counted(root: Unit) -> dict[str, dict[_Part, dict[dt.date, int]]]:
    """Return the counts by month of each register, of the administration and of each area right below it."""
    found: dict[str, dict[_Part, dict[dt.date, int]]] = defaultdict(
        lambda: defaultdict(dict)
    )
    cells = (
        Cell.objects.under(root)
        .order_by()
        .values_list("unit__path", "subject", "basis", "reported_by", "month")
    )
    for path, subject, basis, reported_by, month, count in cells.annotate(
        total=Sum("count")
    ):
        part = _Part(subject, basis, reported_by if subject == "deviations" else "")
        for area in {root.path, _area_of(path)}:
            months = found[area][part]
            months[month] = months.get(month, 0) + count
    return found


def _area_of(path: str) -> str:
    """Return the path of the area right below the administration, or of the administration itself."""
    root, area, *_ = f"{path}/".split("/")
    return f"{root}/{area}/" if area else f"{root}/"


def _spans(by_part: Mapping[_Part, Monthly]) -> dict[tuple[str, str], Period]:
    """Return between which tertials each register has rows: the first of any basis, and the last received.

    What we do ourselves is done a few times a year, and kept by year: a tertial without any says nothing.
    """
    months: dict[tuple[str, str], set[dt.date]] = defaultdict(set)
    received: dict[tuple[str, str], set[dt.date]] = defaultdict(set)
    for part, counts in by_part.items():
        of = (part.subject, part.reported_by)
        months[of] |= counts.keys()
        if part.basis == FIRST_BASIS[part.subject]:
            received[of] |= counts.keys()
    spans = {}
    for of, found in months.items():
        subject, _ = of
        unit_of_time = (
            tertial_of_month if FIRST_BASIS[subject] == "received" else _year_of
        )
        spans[of] = Period(
            unit_of_time(min(found)).first, unit_of_time(max(received[of] or found)).end
        )
    return spans


def _year_of(month: dt.date) -> Period:
    return calendar_year(month.year)


def _runs(
    root: Unit, part: _Part, counts: Monthly, span: Period
) -> Iterator[RegisterPeriod]:
    """Yield the runs of years in which the register has anything, within the span of all its bases."""
    years = sorted({month.year for month in counts})
    if part.subject == "lexsarah" and part.basis == "received":
        years = _without_old_receipts(root, years)
    for start, last in _unbroken(years):
        end = dt.date(last + 1, 1, 1)
        if last >= span.last_day.year:
            newest = max(month for month in counts if month.year <= last)
            end = max(tertial_of_month(newest).end, span.end)
        yield RegisterPeriod(
            unit=root,
            first=max(dt.date(start, 1, 1), span.first),
            end=end,
            reason="Så långt som det inlästa registret har rader.",
            **part._asdict(),
        )


def _unbroken(years: Iterable[int]) -> list[tuple[int, int]]:
    """Return the first and the last of each run of years without a gap."""
    runs: list[tuple[int, int]] = []
    for year in years:
        if runs and runs[-1][1] == year - 1:
            runs[-1] = runs[-1][0], year
        else:
            runs.append((year, year))
    return runs


def _without_old_receipts(root: Unit, years: list[int]) -> list[int]:
    """Leave out the first years of which only receipts of investigations that were done were kept.

    A register that was kept by decision carries no report over to its next year.  Where none was carried,
    and certainly some were the year after, the whole register of what came in begins between the two.
    """
    reports = LexSarahReport.objects.filter(unit__path__startswith=root.path).order_by()
    by_years = reports.annotate(
        came=ExtractYear("received_on"), decided=ExtractYear("case__decided_on")
    )
    carried = dict.fromkeys(years, 0)
    for came, decided, count in by_years.values_list("came", "decided").annotate(
        Count("pk")
    ):
        for year in years:
            if came <= year and (decided is None or decided > year):
                carried[year] += count
    kept: list[int] = []
    for year in years:
        kept.append(year)
        if not carried[year] and carried.get(year + 1, 0) >= CERTAINLY_MORE:
            kept.clear()
    return kept


def _later_areas(
    root: Unit, part: _Part, by_area: Mapping[str, Mapping[_Part, Monthly]]
) -> Iterator[RegisterPeriod]:
    """Yield the missing time of areas that begin certainly later than the administration."""
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


def _later_deciders(
    root: Unit, part: _Part, counts: Monthly
) -> Iterator[RegisterPeriod]:
    """Yield the missing time of a kind of decisions that begins certainly later than the others."""
    if (part.subject, part.basis) != ("lexsarah", "decided"):
        return
    begins = dt.date(min(counts).year, 1, 1)
    cells = (
        Cell.objects.under(root)
        .filter(subject=part.subject, basis=part.basis)
        .order_by()
    )
    by_year = cells.values_list("decided_by", ExtractYear("month")).annotate(
        Sum("count")
    )
    for decider in DecidedBy.values:
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
    of = {"outside": ", från utomstående", "staff": ", från personal"}.get(
        period.reported_by, ""
    )
    if period.decided_by:
        of = f", av {DecidedBy(period.decided_by).label}"
    last = f"{months_after(period.end, -1):%Y-%m}" if period.end else ""
    span = f"{period.first:%Y-%m}–{last}"
    verb = "känt" if period.is_known else "saknas"
    return f"{period.unit.code}: {subject}, {basis}{of}: {verb} {span}."
