"""The cases of a pattern's cell over time, the actions against it, and their effect.

Counts come from cells; the actions are those that the reader may see (SOSFS 2011:9 5 kap. 8 §).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Max, Q, QuerySet, Sum
from django.utils import timezone

from analysis.charts.charts import Chart, grouped_bars
from analysis.counted.catalogue import REPORTED, without_praise
from analysis.figures.known import Known
from analysis.figures.rows import rows_url
from analysis.figures.stored import narrowed
from analysis.models import Cell, Kind, Pattern, TertialAnalysis
from analysis.models.signal import NARROWINGS
from analysis.rules.effects import Effect, effect_of
from analysis.tertial.signal_sentences import name_of
from casework.database.periods import (
    Period,
    next_month,
    tertial,
    tertial_of,
    tertials_before,
)
from casework.models import Action
from casework.process.deadlines import months_after
from deviations.models import Deviation
from lexsarah.models import LexSarahCase
from organisation.models import User

TERTIALS_SHOWN, TERTIALS_AFTER = 7, 3
ACTIONS_SHOWN = 5


def named(pattern: Pattern) -> dict[str, str]:
    """Return the dimensions that were part of what was counted, by name."""
    values = {name: getattr(pattern, name) for name in NARROWINGS}
    return {name: value for name, value in values.items() if value}


def period_of(pattern: Pattern) -> Period:
    """Return the months that a pattern counts: twelve when it recurs, two years of lex Sarah, else its own.

    In spite of an action it counts cases of the tertial alone, those after the action.
    """
    own, limits = pattern.analysis.period, pattern.parameters
    if pattern.kind == Kind.RECURRING:
        months = limits.get("recurring_months", 12)
    elif pattern.kind == Kind.REPEATED and pattern.subject == "lexsarah":
        months = limits.get("repeated_months", 24)
    else:
        return own
    return Period(months_after(own.end, -months), own.end)


def rows_of(pattern: Pattern) -> str:
    """Return the address of the cases that a pattern is about: the unit's own, without praise."""
    about, period = pattern.analysis.about, period_of(pattern)
    return rows_url(
        pattern.subject,
        about,
        period,
        alone=True,
        **named(pattern),
        **without_praise(pattern.subject),
    )


@dataclass(frozen=True)
class Course:
    """How many cases of a cell came in each month, and between which months silence means none.

    Before the register ``begins`` nothing is known, nor after it was broken off, nor after the last month in
    which the unit reported anything at all: a unit that has fallen silent has not become better.
    """

    counts: dict[dt.date, int]
    begins: dt.date
    end: dt.date

    def in_period(self, period: Period) -> int:
        """Return how many came in during a period."""
        return sum(count for month, count in self.counts.items() if month in period)


def course_of(pattern: Pattern) -> Course:
    """Return the course of a pattern's cell, counted as the rules do: in the unit itself, without praise."""
    case = pattern.analysis
    received = Cell.objects.filter(unit=case.about, basis="received")
    today = timezone.localdate().replace(day=1)
    known = Known(case.about).run(
        case.about, pattern.subject, "received", case.period.first, end=today
    )
    begins = max(known.first, case.about.valid_from.replace(day=1))
    last = received.filter(subject__in=("deviations", "lexsarah")).aggregate(
        month=Max("month")
    )["month"]
    end = min(next_month(last or begins), known.end, today)
    cells = narrowed(
        received.filter(subject=pattern.subject, **named(pattern)), REPORTED.where
    )
    rows = cells.values_list("month").annotate(total=Sum("count")).order_by("month")
    return Course(dict(rows), begins, max(end, begins))


def _window(pattern: Pattern, course: Course) -> list[tuple[int, int]]:
    """Return the tertials to draw: those up to where the pattern was found, and the year after it."""
    case = pattern.analysis
    own = tertials_before(case.year, case.tertial, TERTIALS_SHOWN - 1)
    shown = [at for at in own if tertial(*at).end > course.begins]
    for _ in range(TERTIALS_AFTER):
        end = tertial(*shown[-1]).end
        if end >= course.end:
            break
        shown.append(tertial_of(end))
    return shown


def ends_early(pattern: Pattern, course: Course) -> str:
    """Say where the drawing of an old pattern ends, when the unit has reported after that."""
    year, number = _window(pattern, course)[-1]
    if tertial(year, number).end >= course.end:
        return ""
    return f"Figuren visar tiden kring mönstret och slutar ett år efter det, med tertial {number} {year}."


def chart_of(pattern: Pattern, course: Course) -> Chart:
    """Draw a cell tertial by tertial around where the pattern was found, however old it is."""
    case, shown = pattern.analysis, _window(pattern, course)
    latest = tertial_of(timezone.localdate())
    labels, counts = [], []
    for year, number in shown:
        ongoing = " (pågår)" if (year, number) == latest else ""
        labels.append(f"Tertial {number} {year}{ongoing}")
        counts.append(course.in_period(tertial(year, number)))
    in_own = course.in_period(case.period)
    title = f"{name_of(pattern, opened=True)}: {in_own} i tertial {case.tertial} {case.year}"
    return grouped_bars(title, labels, [("Ärenden", counts)], heading="Tertial")


# --- what was done about it -------------------------------------------------------------------
@dataclass(frozen=True)
class Done:
    """An action that was done, with its place in its case, and what the cell says of its effect."""

    action: Action
    effect: Effect


def effects_on(pattern: Pattern, course: Course, *, reader: User) -> list[Done]:
    """Return the newest actions that were done against a pattern's cell within two years, with their effect.

    They come from its cases and from earlier analyses that found the same; only those that the reader
    may see, and none about a protected person.
    """
    end = pattern.analysis.period.end
    since = months_after(end, -pattern.parameters.get("repeated_months", 24))
    cases = _cases_of(pattern).values("pk")
    found = Action.objects.visible_to(reader).filter(
        Q(case__in=cases) | Q(case__in=_earlier_analyses(pattern).values("pk")),
        case__protected=False,
        done_on__gte=since,
    )
    newest = list(
        found.order_by("-done_on", "-pk").values_list("pk", flat=True)[:ACTIONS_SHOWN]
    )
    rows = (
        Action.objects.filter(pk__in=newest).numbered().select_related("case", "owner")
    )
    done = []
    for action in rows.order_by("-done_on", "-pk"):
        if action.done_on:
            effect = effect_of(
                course.counts, action.done_on, begins=course.begins, end=course.end
            )
            done.append(Done(action, effect))
    return done


def _cases_of(pattern: Pattern) -> QuerySet[Deviation] | QuerySet[LexSarahCase]:
    unit = {"unit": pattern.analysis.about, **named(pattern)}
    if pattern.subject == "lexsarah":
        return LexSarahCase.objects.filter(**unit).order_by()
    return Deviation.objects.filter(**unit).order_by()


def _earlier_analyses(pattern: Pattern) -> QuerySet[TertialAnalysis]:
    """Return the analyses of the unit that found the same, but not the pattern's own."""
    case = pattern.analysis
    same = Pattern.objects.filter(
        analysis__about=case.about, **pattern.same_cell()
    ).exclude(analysis=case)
    return TertialAnalysis.objects.filter(pk__in=same.values("analysis")).order_by()
