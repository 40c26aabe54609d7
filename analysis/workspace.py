"""What the workspace of a tertial shows of a part of the organisation: read from stored figures alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils import timezone

from analysis.models import Cell, Level, Pattern, Signal, State, TertialAnalysis
from analysis.rows import rows_url
from analysis.services import units_in
from analysis.telling import name_of, reason_for
from casework.periods import Period, tertial
from organisation.models import Unit, User

MOST_CATEGORIES = 8
MOST_BARS = 10
OTHER = "Övriga"
UNKNOWN = "Inte angivet"


@dataclass(frozen=True)
class Scope:
    """What is looked at: a part of the tree, in one tertial."""

    unit: Unit
    year: int
    number: int
    alone: bool = False  # without what lies below the unit

    @property
    def period(self) -> Period:
        """Return the tertial as a period."""
        return tertial(self.year, self.number)

    @property
    def name(self) -> str:
        """Return the tertial in words."""
        return f"tertial {self.number} {self.year}"

    @property
    def slug(self) -> str:
        """Return the tertial as addresses name it."""
        return str(self.period)

    @property
    def is_over(self) -> bool:
        """Tell whether the tertial has ended."""
        return self.period.end <= timezone.localdate()

    def cells(self, period: Period, subject: str = "deviations") -> QuerySet[Cell]:
        """Return what came in under the unit during a period."""
        return Cell.objects.under(self.unit).filter(
            subject=subject, basis="received", month__gte=period.first, month__lt=period.end
        )

    def url(self, subject: str = "deviations", **dimensions: Any) -> str:
        """Return the page with the rows behind a number of the tertial."""
        return rows_url(subject, self.unit, self.period, alone=self.alone, **dimensions)


# --- unit by category -------------------------------------------------------------------------
@dataclass(frozen=True)
class HeatCell:
    """One number of the table: how strongly it is shaded (0-4), where its rows are, what the rules say."""

    count: int
    shade: int
    url: str
    flag: str


@dataclass(frozen=True)
class HeatRow:
    """One unit of the table, or what is registered on a unit itself that has others below it."""

    name: str
    url: str
    total: int
    cells: list[HeatCell]


@dataclass(frozen=True)
class Heat:
    """Units by category, the largest categories first, and the sum of all units, also those not shown."""

    categories: list[str]
    rows: list[HeatRow]
    total: HeatRow


def heat(scope: Scope, units: Sequence[Unit]) -> Heat:
    """Return how many of each category each unit reported itself, with the categories of the whole scope."""
    sums: dict[tuple[int, str], int] = defaultdict(int)
    totals: dict[str, int] = defaultdict(int)
    grouped = scope.cells(scope.period).values_list("unit", "category").annotate(total=Sum("count"))
    for unit, category, total in grouped.order_by():
        totals[category or UNKNOWN] += total
        sums[unit, category or UNKNOWN] += total
    ranked = sorted(totals, key=lambda name: (-totals[name], name))
    shown, rest = ranked[:MOST_CATEGORIES], ranked[MOST_CATEGORIES:]
    flags = _flags(scope)
    most = max((sums[unit.pk, name] for unit in units for name in shown), default=0)
    parents = set(Unit.objects.below(scope.unit).order_by().values_list("parent", flat=True))

    def row(name: str, at: Scope, counts: Mapping[str, int], flagged: Mapping[str, str], top: int) -> HeatRow:
        cells = [
            HeatCell(
                counts[category],
                -(-4 * counts[category] // top) if top else 0,
                at.url(category="" if category == UNKNOWN else category),
                flagged.get(category, ""),
            )
            for category in shown
        ]
        if rest:
            cells.append(HeatCell(sum(counts[category] for category in rest), 0, "", ""))
        return HeatRow(name, at.url(), sum(counts[category] for category in ranked), cells)

    rows = []
    for unit in units:
        is_parent = unit.pk in parents
        rows.append(
            row(
                f"Direkt på {unit.name}" if is_parent else unit.name,
                Scope(unit, scope.year, scope.number, alone=is_parent),
                {category: sums[unit.pk, category] for category in ranked},
                {category: flags.get((unit.pk, category), "") for category in shown},
                most,
            )
        )
    total = row("Alla enheter", scope, totals, {}, 0)
    return Heat([*shown, *([OTHER] if rest else [])], rows, total)


def _flags(scope: Scope) -> dict[tuple[int, str], str]:
    """Return what the rules say of a unit's category: the surest word for each."""
    found = _signals(scope).exclude(category="").order_by("-level")
    return {
        (unit, category): str(Level(level).label)
        for unit, category, level in found.values_list("unit", "category", "level")
    }


def units_of(scope: Scope) -> list[Unit]:
    """Return the units that report, under the scope and there during the tertial, in the tree's order."""
    period = scope.period
    return list(Unit.objects.below(scope.unit).leaves().there(period.first, period.end))


def rows_of(scope: Scope, units: Sequence[Unit]) -> list[Unit]:
    """Return the units that report, and every other that something came in to, in the tree's order.

    What is registered on a unit that has others below it is a row of its own, so that the rows make the sum.
    """
    heard = scope.cells(scope.period).order_by().values("unit")
    others = Unit.objects.filter(pk__in=heard).exclude(pk__in=[unit.pk for unit in units])
    return sorted([*units, *others], key=lambda unit: unit.path)


# --- what it is about -------------------------------------------------------------------------
@dataclass(frozen=True)
class Bar:
    """One cause or routine: how many, and what share of those that have one."""

    name: str
    count: int
    so_far: int  # per cent, itself and all larger ones
    url: str


def bars(scope: Scope, dimension: str) -> tuple[list[Bar], int]:
    """Return the values of a dimension, the commonest first, and how many cases have none (Pareto)."""
    grouped = scope.cells(scope.period).values_list(dimension).annotate(total=Sum("count"))
    counts = dict(grouped.order_by())
    missing = counts.pop("", 0)
    whole, so_far, found = sum(counts.values()), 0, []
    for name in sorted(counts, key=lambda name: (-counts[name], name)):
        so_far += counts[name]
        percent = (200 * so_far + whole) // (2 * whole)
        found.append(Bar(name, counts[name], percent, scope.url(**{dimension: name})))
    return found[:MOST_BARS], missing


def silent_units(scope: Scope, units: Iterable[Unit]) -> list[Unit]:
    """Return the units that reported nothing in the tertial: that is something to talk about, too."""
    heard = set(scope.cells(scope.period).order_by().values_list("unit", flat=True).distinct())
    return [unit for unit in units if unit.pk not in heard]


# --- what is judged and done ------------------------------------------------------------------
@dataclass(frozen=True)
class Finding:
    """One pattern to judge, or one signal where nobody has opened the analysis yet."""

    name: str
    kind: str
    reason: str
    unit: Unit
    pattern: Pattern | None
    is_recurring: bool


def _signals(scope: Scope) -> QuerySet[Signal]:
    return Signal.objects.filter(
        year=scope.year, tertial=scope.number, unit__path__startswith=scope.unit.path
    ).select_related("unit")


def analyses_of(scope: Scope, reader: User) -> QuerySet[TertialAnalysis]:
    """Return the analyses of the tertial that a person reads, with what is left in each."""
    read = TertialAnalysis.objects.handled_by(reader).of(scope.year, scope.number)
    return (
        read.filter(about__path__startswith=scope.unit.path)
        .select_related("about", "owner")
        .annotate(found=Count("patterns"), left=Count("patterns", filter=Q(patterns__verdict="")))
        .order_by("about__path")
    )


@dataclass(frozen=True)
class UnitFindings:
    """What is found in one unit, the surest first, and how much of it nobody has judged."""

    unit: Unit
    found: list[Finding]

    @property
    def left(self) -> int:
        """Return how many of them nobody has judged."""
        return sum(finding.pattern is None or not finding.pattern.is_judged for finding in self.found)


def findings(scope: Scope, reader: User) -> list[UnitFindings]:
    """Return the patterns of the tertial by unit: first the units with the surest that nobody has judged.

    Where nobody has opened the analysis yet, what the rules say today is shown.
    """
    analyses = analyses_of(scope, reader).order_by()
    surest = F("chance").asc(nulls_last=True)
    patterns = (
        Pattern.objects.filter(analysis__in=analyses.values("pk"))
        .select_related("analysis", "analysis__about", "follows")
        .order_by("verdict", surest, "pk")
    )
    found = [_finding(pattern, pattern.analysis.about, pattern) for pattern in patterns]
    # An analysis that the reader takes no part in is opened all the same.
    opened = set(TertialAnalysis.objects.of(scope.year, scope.number).values_list("about", flat=True))
    loose = _signals(scope).filter(level=Level.PATTERN).order_by(surest, "pk")
    found += [_finding(signal, signal.unit, None) for signal in loose if signal.unit_id not in opened]
    by_unit: dict[Unit, list[Finding]] = {}
    for finding in found:
        by_unit.setdefault(finding.unit, []).append(finding)
    return [UnitFindings(unit, of_unit) for unit, of_unit in by_unit.items()]


def _finding(found: Pattern | Signal, unit: Unit, pattern: Pattern | None) -> Finding:
    is_recurring = pattern is not None and pattern.follows_id is not None
    return Finding(name_of(found), found.get_kind_display(), reason_for(found), unit, pattern, is_recurring)


def is_left_to_open(scope: Scope) -> bool:
    """Tell whether any unit, of whatever level, that was there has no analysis of the tertial."""
    has = TertialAnalysis.objects.of(scope.year, scope.number).order_by().values("about")
    return units_in(scope.period, scope.unit).exclude(pk__in=has).exists()


def watched(scope: Scope) -> int:
    """Return how many cells are watched without being patterns."""
    return _signals(scope).filter(level=Level.WATCH).count()


def tally(analyses: Iterable[TertialAnalysis]) -> dict[str, int]:
    """Return how many analyses there are, are done, and have the chief's words."""
    found = list(analyses)
    return {
        "all": len(found),
        "done": sum(case.state == State.DONE for case in found),
        "noted": sum(bool(case.chief_note) for case in found),
    }
