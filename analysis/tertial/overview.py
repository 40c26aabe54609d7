"""The workspace of a tertial for a part of the organisation: from stored figures alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from django.db.models import Count, F, Q, QuerySet

from analysis.models import Level, Pattern, Signal, State, TertialAnalysis
from analysis.tertial.scope import Scope
from analysis.tertial.services import analysed, units_in
from analysis.tertial.signal_sentences import name_of, ranked, reason_for
from organisation.access import paths_for
from organisation.models import Unit, User
from organisation.rights import Right
from organisation.texts.alphabet import alphabet_key

MOST_CATEGORIES = 8
MOST_BARS = 10
MOST_UNITS = 30  # with findings on one page
MOST_ANALYSES = 100
OTHER = "Övriga"
UNKNOWN = "Inte angivet"


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
    """One unit of the table, or the cases of a unit itself that has others below it."""

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
    sums: dict[int, Counter[str]] = defaultdict(Counter)
    totals: Counter[str] = Counter()
    for (at_unit, category), count in scope.counted.by_category.items():
        totals[category or UNKNOWN] += count
        sums[at_unit][category or UNKNOWN] += count
    ranked = sorted(totals, key=lambda name: (-totals[name], alphabet_key(name)))
    shown = ranked[:MOST_CATEGORIES]
    flags = _flags(scope)
    of_units = [sums[unit.pk] for unit in units]
    most = max((counts[name] for counts, name in product(of_units, shown)), default=0)
    parents = set(
        Unit.objects.below(scope.unit).order_by().values_list("parent", flat=True)
    )
    rows = []
    for unit, counts in zip(units, of_units, strict=True):
        is_parent = unit.pk in parents
        name = f"Direkt på {unit.name}" if is_parent else unit.name
        at = Scope(unit, scope.year, scope.number, alone=is_parent)
        rows.append(
            _heat_row(name, at, counts, ranked, flags=flags[unit.pk], most=most)
        )
    columns = shown
    if len(ranked) > len(shown):
        columns = [*shown, OTHER]
    return Heat(
        columns,
        rows,
        _heat_row("Alla enheter", scope, totals, ranked, flags={}, most=0),
    )


def _heat_row(
    name: str,
    at: Scope,
    counts: Counter[str],
    ranked: Sequence[str],
    *,
    flags: Mapping[str, str],
    most: int,
) -> HeatRow:
    """Return one row; it is shaded by what there is most of in any cell, unless that is 0."""
    cells = []
    for category in ranked[:MOST_CATEGORIES]:
        count = counts[category]
        shade = -(-4 * count // most) if most else 0
        value = "" if category == UNKNOWN else category
        cells.append(
            HeatCell(count, shade, at.url(category=value), flags.get(category, ""))
        )
    total = counts.total()
    if len(ranked) > MOST_CATEGORIES:
        others = total - sum(cell.count for cell in cells)
        cells.append(HeatCell(others, 0, "", ""))
    return HeatRow(name, at.url(), total, cells)


def _flags(scope: Scope) -> dict[int, dict[str, str]]:
    """Return what the rules say of each unit's categories: the surest word for each."""
    found = (
        _signals(scope)
        .exclude(category="")
        .exclude(level=Level.FEWER)
        .order_by("-level")
    )
    flags: dict[int, dict[str, str]] = defaultdict(dict)
    for unit, category, level in found.values_list("unit", "category", "level"):
        flags[unit][category] = str(Level(level).label)
    return flags


def units_of(scope: Scope) -> list[Unit]:
    """Return the units that report, under the scope and there during the tertial, in the tree's order.

    Those of which the register knows nothing are left out: that nothing is counted is no silence.
    """
    there = (
        Unit.objects.below(scope.unit)
        .leaves()
        .there(scope.period.first, scope.period.end)
    )
    return [unit for unit in there if scope.tells(unit)]


def rows_of(scope: Scope, units: Sequence[Unit]) -> list[Unit]:
    """Return the units that report, and every other that something came in to, in the tree's order.

    What is registered on a unit that has others below it is a row of its own, so that the rows make the sum.
    """
    heard = {unit for unit, _ in scope.counted.by_category}
    others = Unit.objects.filter(pk__in=heard - {unit.pk for unit in units})
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
    counts = dict(scope.counted.by_value[dimension])
    missing = counts.pop("", 0)
    whole, so_far, found = sum(counts.values()), 0, []
    for name in sorted(counts, key=lambda name: (-counts[name], alphabet_key(name))):
        so_far += counts[name]
        percent = (200 * so_far + whole) // (2 * whole)
        found.append(Bar(name, counts[name], percent, scope.url(**{dimension: name})))
    return found[:MOST_BARS], missing


def silent_units(scope: Scope, units: Iterable[Unit]) -> list[Unit]:
    """Return the units that reported nothing in the tertial: that is something to talk about, too."""
    heard = {unit for unit, _ in scope.counted.by_category}
    return [unit for unit in units if unit.pk not in heard]


# --- what is judged and done ------------------------------------------------------------------
@dataclass(frozen=True)
class Finding:
    """One pattern to judge, or one signal where the analysis is not opened yet."""

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
    """Return the analyses of the tertial that a person reads, with the number left to judge."""
    read = TertialAnalysis.objects.handled_by(reader).of(scope.year, scope.number)
    return (
        read.filter(about__path__startswith=scope.unit.path)
        .select_related("about", "owner")
        .annotate(
            found=Count("patterns"),
            left=Count("patterns", filter=Q(patterns__verdict="")),
        )
        .order_by("about__path")
    )


@dataclass(frozen=True)
class UnitFindings:
    """What is found in one unit, the surest first."""

    unit: Unit
    found: list[Finding]


@dataclass(frozen=True)
class Findings:
    """The findings of the first units, how many units more have some, and how many are unjudged."""

    units: list[UnitFindings]
    more: int
    left: int


def findings(scope: Scope, reader: User) -> Findings:
    """Return the patterns of the tertial by unit: first the units with the surest unjudged ones.

    Where nobody has opened the analysis yet, what the rules say today is shown.  All are counted, and
    those of the first units read.
    """
    surest = F("chance").asc(nulls_last=True)
    analyses = analyses_of(scope, reader).order_by().values("pk")
    patterns = Pattern.objects.filter(analysis__in=analyses).order_by(
        "verdict", surest, "pk"
    )
    # An analysis that the reader takes no part in is opened all the same.
    opened = analysed(scope.year, scope.number)
    loose = (
        _signals(scope)
        .filter(level=Level.PATTERN)
        .exclude(unit__in=opened)
        .order_by(surest, "pk")
    )
    told = list(patterns.values_list("analysis__about", "verdict", "chance"))
    untold = [
        (unit, "", chance) for unit, chance in loose.values_list("unit", "chance")
    ]
    units = ranked([*told, *untold])
    shown = units[:MOST_UNITS]
    of_units = patterns.filter(analysis__about__in=shown)
    opens = paths_for(reader, Right.LEXSARAH_READ_ALL)
    by_unit: dict[int, list[Finding]] = {unit: [] for unit in shown}
    for pattern in of_units.select_related("analysis", "analysis__about", "follows"):
        about = pattern.analysis.about
        by_unit[about.pk].append(_finding(pattern, about, pattern, opens))
    for signal in loose.filter(unit__in=shown):
        by_unit[signal.unit.pk].append(_finding(signal, signal.unit, None, opens))
    left = sum(not verdict for _, verdict, _ in told) + len(untold)
    of_unit = [UnitFindings(each[0].unit, each) for each in by_unit.values() if each]
    return Findings(of_unit, len(units) - len(shown), left)


def _finding(
    found: Pattern | Signal, unit: Unit, pattern: Pattern | None, opens: Iterable[str]
) -> Finding:
    """Return a finding in words for a reader of all lex Sarah cases under the paths ``opens``."""
    is_recurring = pattern is not None and pattern.follows_id is not None
    opened = any(unit.path.startswith(path) for path in opens)
    name, reason = name_of(found, opened), reason_for(found, opened)
    return Finding(name, found.get_kind_display(), reason, unit, pattern, is_recurring)


def is_left_to_open(scope: Scope) -> bool:
    """Tell whether any unit, of whatever level, that was there never had an analysis of the tertial."""
    has = analysed(scope.year, scope.number)
    return units_in(scope.period, scope.unit).exclude(pk__in=has).exists()


def watched(scope: Scope) -> int:
    """Return how many cells are watched without being patterns."""
    return _signals(scope).filter(level=Level.WATCH).count()


def tally(scope: Scope, reader: User) -> dict[str, int]:
    """Return how many analyses there are, are done, and have the chief's words."""
    read = TertialAnalysis.objects.handled_by(reader).of(scope.year, scope.number)
    counts: dict[str, int] = (
        read.filter(about__path__startswith=scope.unit.path)
        .order_by()
        .aggregate(
            all=Count("pk"),
            done=Count("pk", filter=Q(state=State.DONE)),
            noted=Count("pk", filter=~Q(chief_note="")),
        )
    )
    return counts


def shown_analyses(scope: Scope, reader: User, count: int) -> list[TertialAnalysis]:
    """Return the analyses to show of so many: all, or the first not done, or if all are done the first."""
    analyses = analyses_of(scope, reader)
    if count > MOST_ANALYSES:
        left = list(analyses.filter(state=State.OPEN)[:MOST_ANALYSES])
        if left:
            return left
    return list(analyses[:MOST_ANALYSES])
