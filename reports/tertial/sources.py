"""The contents of a tertial's document: its figures, analyses, patterns and actions."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product, starmap
from typing import NamedTuple

from django.db.models import Count, Q, Sum
from django.utils import timezone

from analysis.counted.indicators import Where
from analysis.figures.rows import rows_url
from analysis.figures.stored import register_begins
from analysis.models import (
    Cell,
    Level,
    Pattern,
    PurgedAnalysis,
    Signal,
    State,
    TertialAnalysis,
)
from analysis.tertial.signals import held_tertials
from casework.database.periods import Period, tertial
from casework.models import Action
from casework.models.action import ActionQuerySet
from organisation.models import Unit, UnitQuerySet
from reports.document.counts import rest
from reports.document.ledger import Ledger
from reports.tertial.masked_numbers import Published

Counts = dict[Period, int | None]
ORDINALS = ("första", "andra", "tredje")
# Compared with the same tertial of as many years before as a chart of tertials still can be read.
YEARS = 3
# Nothing of other years is held, and the first years of all have no tertials before them.
FIRST_YEAR, LAST_YEAR = 1990, 2199
_NAMED = re.compile(r"(\d{4})T([123])", re.ASCII)


def tertial_named(text: str) -> tuple[int, int] | None:
    """Return the year and number that "2025T1" names, or None when it is no tertial that has ended."""
    if not (named := _NAMED.fullmatch(text)):
        return None
    at = int(named[1]), int(named[2])
    is_known = (
        FIRST_YEAR <= at[0] <= LAST_YEAR and tertial(*at).end <= timezone.localdate()
    )
    return at if is_known else None


def ended_tertials() -> list[tuple[int, int]]:
    """Return the tertials that have ended and in which anything came in, the newest first."""
    today = timezone.localdate()
    return [at for at in reversed(held_tertials()) if tertial(*at).end <= today]


@dataclass(frozen=True)
class Standing:
    """The progress of a unit in a tertial: its count with all below it, and its analysis."""

    unit: Unit
    period: Period
    count: int
    analysis: TertialAnalysis | None
    patterns: int
    judged: int
    inside: bool  # whether the reader works with the numbers as they are
    is_purged: bool  # whether the analysis was there, and has been purged

    @property
    def rows(self) -> str:
        """Return the address of the rows that came in."""
        return rows_url("deviations", self.unit, self.period)


def standing_of(
    units: UnitQuerySet, at: tuple[int, int], *, inside: Sequence[str]
) -> list[Standing]:
    """Return the units in which anything came in during a tertial or is analysed, in tree order.

    Outside the paths where the reader works with the numbers every unit stands there: whether anything
    came in to a unit at all may be what is hidden.
    """
    period = tertial(*at)
    cells = Cell.objects.filter(basis="received", subject="deviations").order_by()
    came_in = cells.filter(month__gte=period.first, month__lt=period.end)
    counts = list(came_in.values_list("unit__path").annotate(total=Sum("count")))
    analyses = TertialAnalysis.objects.of(*at).filter(protected=False).order_by()
    cases = {case.about_id: case for case in analyses}
    grouped = (
        Pattern.objects.filter(analysis__in=analyses)
        .order_by()
        .values_list("analysis__about")
    )
    judged = grouped.annotate(
        found=Count("pk"), judged=Count("pk", filter=~Q(verdict=""))
    )
    patterns = {about: (many, done) for about, many, done in judged}
    purged = set(
        PurgedAnalysis.objects.filter(year=at[0], tertial=at[1]).values_list(
            "about", flat=True
        )
    )
    there = set(units.there(period.first, period.end).values_list("pk", flat=True))
    found = []
    for unit in units:
        count = sum(total for path, total in counts if path.startswith(unit.path))
        case = cases.get(unit.pk)
        is_inside = unit.path.startswith(tuple(inside))
        is_shown = bool(count) if is_inside else unit.pk in there
        if case or is_shown:
            many, done = patterns.get(unit.pk, (0, 0))
            found.append(
                Standing(
                    unit, period, count, case, many, done, is_inside, unit.pk in purged
                )
            )
    return found


class Counted(NamedTuple):
    """The counts by unit (id) and tertial, and the rest that no unit below has; None is hidden.

    A tertial of which the register knows nothing is not there.
    """

    by_unit: dict[int, Counts]
    common: int | None


@dataclass
class Compilation:
    """One tertial of a unit and all below it: for the work, or masked for the board.

    ``internal`` is for those who may open the rows: every number, the patterns and the chiefs' own words.
    What goes to the board becomes public (TF 2 kap.): small numbers are hidden, and no pattern is named.
    """

    unit: Unit
    year: int
    number: int
    extracted_on: dt.date
    internal: bool = False
    linked: bool = False  # whether the reader may open the rows behind the numbers

    @property
    def period(self) -> Period:
        """Return the tertial as a period."""
        return tertial(self.year, self.number)

    @property
    def year_before(self) -> Period:
        """Return the same tertial of the year before."""
        return tertial(self.year - 1, self.number)

    @property
    def names(self) -> tuple[str, str]:
        """Return the tertial and the one it is compared with, as sentences name them."""
        return (
            f"{ORDINALS[self.number - 1]} tertialet {self.year}",
            "samma tertial året innan",
        )

    @property
    def source(self) -> str:
        """Return the note under a chart or table."""
        return f"Källa: registret i Kvalitet, inkomna ärenden, uttag {self.extracted_on:%Y-%m-%d}."

    @cached_property
    def ledger(self) -> Ledger:
        """Return the keeper of the document's numbers."""
        return Ledger(self.unit)

    @cached_property
    def _published(self) -> Published:
        """Return the masked numbers of the administration."""
        return Published(self.unit)

    def counts(self, subject: str, where: Where) -> Counted:
        """Return the counts of the unit and those right below it in each tertial that is shown."""
        if self.internal:
            return self._open_counts(subject, where)
        return self._masked_counts(subject, where)

    def _open_counts(self, subject: str, where: Where) -> Counted:
        """Return the counts as they are, for those who work with them."""
        units = [self.unit, *self.areas]
        read = self.ledger.in_periods(
            subject, "received", units, self.known, where=where
        )
        by_unit: dict[int, Counts] = {}
        for pk, held in read.items():
            by_unit[pk] = {at: count for at, count in held.items() if count is not None}
        whole, *parts = [read[unit.pk][self.period] for unit in units]
        return Counted(by_unit, rest(whole, *parts) or 0)

    def _masked_counts(self, subject: str, where: Where) -> Counted:
        """Return the counts as they are published, small ones hidden."""
        units, asked = [self.unit, *self.areas], (subject, "received")
        masked = self._published.in_periods(*asked, self.known, where=where)
        by_unit: dict[int, Counts] = {unit.pk: {} for unit in units}
        for unit, (period, found) in product(units, masked.items()):
            value = self._published.of(unit, found)
            # What is hidden is some: of none a part of the tertial that is not known says nothing.
            count = 1 if value is None else value
            if self.ledger.tells_count(count, *asked, unit, period, where=where):
                by_unit[unit.pk][period] = value
                self.ledger.keep_published(
                    *asked, unit, period, where=where, value=value
                )
        common: int | None = 0
        if self.areas and all(self.period in by_unit[unit.pk] for unit in units):
            common = self._published.beside(self.unit, self.areas, masked[self.period])
        return Counted(by_unit, common)

    @cached_property
    def areas(self) -> list[Unit]:
        """Return the units right below that were there in the tertial."""
        return list(
            Unit.objects.there(self.period.first, self.period.end).filter(
                parent=self.unit
            )
        )

    @cached_property
    def begins(self) -> dt.date:
        """Return the first month that the register knows anything of: before it, zero means nothing."""
        return max(
            register_begins(self.unit) or self.period.first, self.unit.valid_from
        )

    @cached_property
    def known(self) -> list[Period]:
        """Return the tertials to show, oldest first: of up to three years, none before the beginning."""
        years = range(self.year - YEARS + 1, self.year + 1)
        tertials = starmap(tertial, product(years, (1, 2, 3)))
        return [
            at
            for at in tertials
            if self.begins <= at.first <= self.period.first or at == self.period
        ]

    @cached_property
    def analyses(self) -> list[TertialAnalysis]:
        """Return the analyses of the tertial, in the order of the tree."""
        found = TertialAnalysis.objects.of(self.year, self.number)
        below = found.filter(about__path__startswith=self.unit.path, protected=False)
        return list(below.select_related("about").order_by("about__path"))

    @cached_property
    def purged(self) -> set[int]:
        """Return the units (by id) whose analyses have been purged, with their patterns."""
        of_tertial = PurgedAnalysis.objects.filter(year=self.year, tertial=self.number)
        below = of_tertial.filter(about__path__startswith=self.unit.path)
        return set(below.values_list("about", flat=True))

    @cached_property
    def own(self) -> TertialAnalysis | None:
        """Return the analysis of the unit itself."""
        by_unit = {case.about_id: case for case in self.analyses}
        return by_unit.get(self.unit.pk)

    @cached_property
    def done(self) -> list[TertialAnalysis]:
        """Return the analyses that are done."""
        return [case for case in self.analyses if case.state == State.DONE]

    @cached_property
    def patterns(self) -> list[Pattern]:
        """Return the patterns to judge, unit by unit."""
        found = Pattern.objects.filter(analysis__in=self.analyses).select_related(
            "analysis__about"
        )
        return list(found.order_by("analysis__about__path", "position"))

    @cached_property
    def signals(self) -> list[Signal]:
        """Return the signals beside the patterns: those to watch, and those where no analysis is opened."""
        opened = [*(case.about_id for case in self.analyses), *self.purged]
        found = Signal.objects.filter(
            unit__path__startswith=self.unit.path, year=self.year
        )
        beside = ~Q(level=Level.PATTERN) | ~Q(unit__in=opened)
        here = found.filter(beside, tertial=self.number).select_related("unit")
        return list(here.order_by("unit__path", "kind", "chance", "pk"))

    @cached_property
    def actions(self) -> list[Action]:
        """Return what was proposed and decided in the analyses of the tertial."""
        return list(self._actions_of(Q(year=self.year, tertial=self.number)))

    @cached_property
    def carried(self) -> list[Action]:
        """Return the actions of earlier analyses that were not done, or not known to help, when it began."""
        earlier = Q(year__lt=self.year) | Q(year=self.year, tertial__lt=self.number)
        left = Q(done_on=None) | Q(effect_on=None) | Q(effect_on__gte=self.period.first)
        return list(self._actions_of(earlier).that_count().filter(left))

    def _actions_of(self, tertials: Q) -> ActionQuerySet:
        """Return the actions of some analyses under the unit, in the order of the tree."""
        below = Q(about__path__startswith=self.unit.path, protected=False)
        analyses = TertialAnalysis.objects.filter(tertials, below).order_by()
        found = Action.objects.filter(case__in=analyses.values("pk"))
        return found.select_related("case__tertialanalysis__about").order_by(
            "case__tertialanalysis__about__path", "pk"
        )
