"""A unit over time, from stored figures and a constant number of grouped queries."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import or_
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from analysis.charts.control_charts import month_label
from analysis.counted.catalogue import REPORTED
from analysis.figures.handling_time import Handled, handled
from analysis.figures.known import Known
from analysis.figures.rows import rows_url
from analysis.figures.stored import narrowed
from analysis.models import Cell
from analysis.rules import funnels, spc
from analysis.rules.effects import Change, change
from casework.database.periods import Period, first_whole_month, next_month, tertial
from casework.models import Action, Case, Effect
from casework.process.deadlines import months_after
from deviations.models import CauseLevel
from lexsarah.models import LexSarahCase
from organisation.access import paths_above
from organisation.models import Unit, User
from riskanalysis.models import RiskAnalysis
from selfcheck.models import SelfCheck
from selfcheck.review.drawing import Interval, wilson

MONTHS = 36  # of the level
LATEST = 5  # self-checks and risk analyses


@dataclass(frozen=True)
class Line:
    """A count of one thing, and the address of its rows."""

    name: str
    count: int
    url: str


@dataclass(frozen=True)
class Quiet:
    """A unit that reports less than chance gives, and how much it would at the rate of all."""

    place: funnels.Place
    expected: int
    url: str


class OwnUnit:
    """A unit up to a tertial, for a reader: each part is asked for once, when a page shows it.

    What came in, but for praise, is counted for months that are over, three years back but never before the
    register or the unit began: a month in which nobody could report is no zero.  ``alone`` leaves out what
    lies below; ``known`` is of which time the register is whole, where somebody has asked for it.
    """

    def __init__(
        self,
        unit: Unit,
        year: int,
        number: int,
        *,
        reader: User,
        alone: bool = False,
        known: Known | None = None,
    ) -> None:
        self.unit, self.reader, self.tertial = unit, reader, tertial(year, number)
        self.alone = alone
        self.end = min(self.tertial.end, timezone.localdate().replace(day=1))
        self._at = (year, number)
        self.known = known or Known(unit)

    @cached_property
    def begins(self) -> dt.date:
        """Return the first of the unbroken months with figures up to the end, or the end itself."""
        whole = first_whole_month(self.unit.valid_from)
        last = months_after(self.end, -1)
        known = self.known.run(self.unit, "deviations", "received", last, end=self.end)
        if not known.months:
            return max(self.end, whole)
        return max(known.first, whole)

    def _back(self, months: int, *, end: dt.date | None = None) -> Period:
        end = end or self.end
        return Period(min(end, max(months_after(end, -months), self.begins)), end)

    @cached_property
    def span(self) -> Period:
        """Return the months of the level."""
        return self._back(MONTHS)

    @cached_property
    def year(self) -> Period:
        """Return the latest twelve months."""
        return self._back(12)

    @cached_property
    def year_before(self) -> Period:
        """Return the twelve months before those; fewer, or none, where the register began later."""
        return self._back(12, end=self.year.first)

    def _ours(self, field: str) -> Q:
        """Return the condition that something is of the unit, or of one below it."""
        if self.alone:
            return Q(**{field: self.unit})
        return Q(**{f"{field}__path__startswith": self.unit.path})

    def _cells(self, which: Q, period: Period) -> QuerySet[Cell]:
        span = Q(month__gte=period.first, month__lt=period.end)
        cells = Cell.objects.filter(which, span, subject="deviations", basis="received")
        return narrowed(cells, REPORTED.where)

    def rows(self, unit: Unit, period: Period, **narrowed: str) -> str:
        """Return where the rows are that a number of reports counts: like the number, without praise."""
        alone = self.alone and unit == self.unit
        asked = {**dict(REPORTED.where), **narrowed}
        return rows_url("deviations", unit, period, "received", alone=alone, **asked)

    # --- how much is reported -----------------------------------------------------------------
    @cached_property
    def by_month(self) -> dict[dt.date, int]:
        """Return the reports of each month of the level."""
        found = (
            self._cells(self._ours("unit"), self.span)
            .values_list("month")
            .annotate(n=Sum("count"))
        )
        counts = dict(found.order_by("month"))
        return {month: counts.get(month, 0) for month in self.span.months}

    def count(self, period: Period) -> int:
        """Return the reports of some of the months."""
        return sum(count for month, count in self.by_month.items() if month in period)

    @property
    def labels(self) -> list[str]:
        """Return the months of the level in words."""
        return [month_label(month) for month in self.by_month]

    @cached_property
    def level(self) -> spc.Level:
        """Return the level of reports per month (S1)."""
        return spc.level(list(self.by_month.values()), self.labels)

    def month_urls(self) -> list[str]:
        """Return where the rows of each month are."""
        return [
            self.rows(self.unit, Period(month, next_month(month)))
            for month in self.by_month
        ]

    @property
    def change(self) -> Change | None:
        """Return how the year stands against the one before, if both are whole (S8)."""
        if len(self.year_before.months) < 12:
            return None
        return change(self.count(self.year), self.count(self.year_before))

    # --- why ----------------------------------------------------------------------------------
    @cached_property
    def _kinds(self) -> Mapping[str, Counter[str]]:
        """Count the year's reports by each dimension, in one question."""
        names = ("cause_area", "process", "cause_level")
        counts: dict[str, Counter[str]] = {name: Counter() for name in names}
        cells = self._cells(self._ours("unit"), self.year)
        for *values, count in cells.values_list(*names).annotate(n=Sum("count")):
            for name, value in zip(names, values, strict=True):
                counts[name][value] += count
        return counts

    def lines(self, dimension: str) -> list[Line]:
        """Return the year's reports by cause or routine, most first; those without come last."""
        counts = self._kinds[dimension]
        found = sorted(counts.items(), key=lambda one: (not one[0], -one[1], one[0]))
        return [Line(name, count, self._rows(dimension, name)) for name, count in found]

    def _rows(self, dimension: str, value: str) -> str:
        return self.rows(self.unit, self.year, **{dimension: value})

    def cause_levels(self) -> list[Line]:
        """Return where the causes lie: in the organisation, the group or the individual."""
        counts, lines = self._kinds["cause_level"], []
        for level in CauseLevel:
            rows = self._rows("cause_level", level.value)
            lines.append(Line(level.label.capitalize(), counts[level], rows))
        return lines

    # --- beside the others --------------------------------------------------------------------
    @property
    def _root(self) -> str:
        return paths_above(self.unit)[0]

    @cached_property
    def _tree(self) -> list[Unit]:
        """Return the units of the whole administration that exist at the end of the year."""
        last = self.end - dt.timedelta(days=1)
        return list(Unit.objects.filter(path__startswith=self._root).valid(on=last))

    @cached_property
    def _leaves(self) -> list[Unit]:
        parents = {unit.parent_id for unit in self._tree}
        return [unit for unit in self._tree if unit.pk not in parents]

    @cached_property
    def _by_leaf(self) -> dict[int, int]:
        everywhere = Q(unit__path__startswith=self._root)
        found = (
            self._cells(everywhere, self.year)
            .values_list("unit")
            .annotate(n=Sum("count"))
        )
        return dict(found.order_by())

    @property
    def _manned(self) -> list[Unit]:
        return [unit for unit in self._leaves if unit.staff]

    @cached_property
    def funnel(self) -> funnels.Funnel:
        """Return the year's reports per 100 staff beside the whole administration (S7)."""
        return funnels.funnel(
            funnels.Place(
                unit.name,
                self._by_leaf.get(unit.pk, 0),
                unit.staff or 0,
                own=self._is_own(unit),
            )
            for unit in self._manned
        )

    def _is_own(self, unit: Unit) -> bool:
        if self.alone:
            return unit == self.unit
        return unit.path.startswith(self.unit.path)

    @cached_property
    def _own_leaves(self) -> list[Unit]:
        return [unit for unit in self._leaves if self._is_own(unit)]

    @property
    def quiet(self) -> list[Quiet]:
        """Return the own units with fewer reports than chance gives: to talk about, not to blame."""
        quiet = []
        for unit, place, mark in zip(
            self._manned, self.funnel.places, self.funnel.marks, strict=True
        ):
            if place.own and place.count and mark == spc.UNDER:
                expected = round(self.funnel.expected(place.staff))
                quiet.append(Quiet(place, expected, self.rows(unit, self.year)))
        return quiet

    @property
    def silent(self) -> list[str]:
        """Return the own units that reported nothing in the year."""
        return [
            unit.name for unit in self._own_leaves if not self._by_leaf.get(unit.pk)
        ]

    @property
    def unmanned(self) -> list[str]:
        """Return the own units without a registered number of staff."""
        return [unit.name for unit in self._own_leaves if not unit.staff]

    @property
    def own_rate(self) -> float | None:
        """Return the reports per 100 staff of the own units together, where their staff is known."""
        count, staff = 0, 0
        for place in self.funnel.places:
            if place.own:
                count += place.count
                staff += place.staff
        if not staff:
            return None
        return 100 * count / staff

    # --- how it is handled --------------------------------------------------------------------
    def handled(self) -> list[Handled]:
        """Return how many cases were closed in each of six tertials, and half of them in how many days."""
        return handled(self.unit, self._at, self.known)

    def actions(self, *, since: dt.date | None = None) -> dict[str, int]:
        """Count the actions of the unit's cases: going on and late today, done since a day, their effect."""
        done = Q(done_on__isnull=False)
        if since is not None:
            done = Q(done_on__gte=since, done_on__lt=self.end)
        effects = {effect.value: done & Q(effect=effect) for effect in Effect}
        return self._count_actions({**_left(done), "done": done, **effects})

    def actions_left(self) -> dict[str, int]:
        """Count the actions that something is left to do about: going on, late today, effect to judge."""
        return self._count_actions(_left(Q(done_on__isnull=False)))

    def _count_actions(self, counted: Mapping[str, Q]) -> dict[str, int]:
        """Count those of the cases that the reader handles, and beside them those he or she is to do.

        Asked apart, each within the unit: either alone finds its way by index, and together neither does.
        """
        handled = (
            Case.objects.handled_by(self.reader)
            .filter(self._ours("unit"))
            .order_by()
            .values("pk")
        )
        ours = Action.objects.filter(self._ours("case__unit"))
        own = ours.to_be_done_by(self.reader).exclude(
            case__in=handled.filter(actions__owner=self.reader)
        )
        # No name of a count may be that of a field.
        counts = {
            f"n_{name}": Count("pk", filter=condition)
            for name, condition in counted.items()
        }
        sums: Counter[str] = Counter()
        for found in (Action.objects.filter(case__in=handled), own):
            wanted = found.filter(reduce(or_, counted.values())).order_by()
            sums.update(wanted.aggregate(**counts))
        return {name: sums[f"n_{name}"] for name in counted}

    def actions_url(self, view: str) -> str:
        """Return the list of the unit's actions in one of its views."""
        return f"{reverse('casework:actions')}?{urlencode({'visa': view, 'unit': self.unit.code})}"

    # --- what is looked for beforehand --------------------------------------------------------
    def checks(self) -> list[tuple[SelfCheck, Interval | None]]:
        """Return the latest self-checks that were done, and how sure the share of each is."""
        done = self._read(SelfCheck.objects).filter(done_on__isnull=False)
        found = done.order_by("-done_on", "-pk")[:LATEST]
        return [(case, wilson(case.met or 0, case.reviewed or 0)) for case in found]

    def risk_analyses(self) -> list[RiskAnalysis]:
        """Return the latest risk analyses."""
        return list(
            self._read(RiskAnalysis.objects).order_by("-received_on", "-pk")[:LATEST]
        )

    @cached_property
    def lex_sarah(self) -> list[dt.date]:
        """Return the days of the lex Sarah cases in the span that the reader reads, oldest first."""
        cases = self._read(LexSarahCase.objects)
        held = cases.filter(
            received_on__gte=self.span.first, received_on__lt=self.span.end
        )
        return sorted(held.values_list("received_on", flat=True))

    @cached_property
    def lex_sarah_span(self) -> Period | None:
        """Return the latest unbroken time in the span that the register knows and that holds one of them."""
        for day in reversed(self.lex_sarah):
            run = self.known.run(
                self.unit, "lexsarah", "received", day.replace(day=1), end=self.span.end
            )
            if run.months:
                return Period(max(run.first, self.span.first), run.end)
        return None

    def _read(self, cases: Any) -> QuerySet[Any, Any]:
        read: QuerySet[Any, Any] = cases.handled_by(self.reader)
        return read.filter(unit__path__startswith=self.unit.path)


def _left(done: Q) -> dict[str, Q]:
    left = Q(rejected_on=None, done_on=None)
    return {
        "ongoing": left,
        "late": left & Q(due_on__lt=timezone.localdate()),
        "to_judge": done & Q(effect="", effect_due_on__isnull=False),
    }
