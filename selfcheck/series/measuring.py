"""The verbs of measurement series: start one, describe it, give its values, compare its years."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from casework.cases.changes import changes_in, facts_of
from casework.cases.history import log
from casework.process.workflow import StepRefusedError, TooLateError
from organisation.access import may
from organisation.models import Unit
from organisation.rights import Right
from selfcheck.models import (
    Measurement,
    MeasurementChange,
    SelfCheck,
    Series,
    Share,
    name_of,
)
from selfcheck.process.services import lock_review
from selfcheck.register.counted import count_year, is_counted
from selfcheck.review.drawing import Difference, compared, wilson

if TYPE_CHECKING:
    from organisation.models import User

FACTS = ("title", "is_share", "every", "counted", "whole", "source", "process")
# What a series is like cannot change once there are values: they would say something else.
FIXED = ("is_share", "every")
YEARS_SHOWN = 5
_SAME_TITLE = "Enheten har redan en mätserie som heter så."
_LATE = "Någon annan hann före. Läs det nya läget och försök igen."


# --- periods ----------------------------------------------------------------------------------
def periods_of(series: Series, year: int) -> list[str]:
    """Return the periods that are given together: the months of a year, or the years up to it."""
    if series.every == Series.Every.MONTH:
        return [f"{year}-{month:02d}" for month in range(1, 13)]
    return [str(earlier) for earlier in range(year - YEARS_SHOWN + 1, year + 1)]


def has_begun(period: str) -> bool:
    """Tell whether a period has begun: before that nothing can be counted in it."""
    return period <= timezone.localdate().isoformat()[: len(period)]


def year_before(period: str) -> str:
    """Return the same month of the year before, or that year."""
    return f"{int(period[:4]) - 1}{period[4:]}"


# --- verbs ------------------------------------------------------------------------------------
def start_series(
    *, actor: User, unit: Unit, facts: Mapping[str, Any], check: SelfCheck | None = None
) -> Series:
    """Start to count something in a unit (SOSFS 2011:9 5 kap. 2 §); the same series started twice is one.

    A check that asked for the series is made by it.  Raises StepRefusedError when the actor measures
    nothing there or the unit has ended, and ValidationError when the unit has another series of that name.
    """
    with transaction.atomic():
        made = _start(actor, unit, {name: facts[name] for name in FACTS})
        if check:
            _use(made, check, actor)
        return made


def _start(actor: User, unit: Unit, said: Mapping[str, Any]) -> Series:
    Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    if not may(actor, Right.SELFCHECK_PLAN, unit):
        raise StepRefusedError("Din roll ger inte rätt att starta mätserier där.")
    if not Unit.objects.valid().filter(pk=unit.pk).exists():
        raise StepRefusedError("Enheten har upphört. Välj en enhet som finns.")
    if there := Series.objects.filter(unit=unit, title=said["title"]).first():
        if all(getattr(there, name) == said[name] for name in FACTS):
            return there
        raise ValidationError({"title": _SAME_TITLE})
    return Series.objects.create(unit=unit, **said)


def _use(series: Series, check: SelfCheck, actor: User) -> None:
    """Let a check be made by a series of its own unit, or of one below it."""
    locked = lock_review(check, actor)
    if not series.unit.path.startswith(locked.unit.path):
        raise ValidationError(
            {"unit": "Välj egenkontrollens enhet, eller en under den."}
        )
    if locked.series_id != series.pk:
        before = facts_of(locked)
        locked.series, locked.version = series, locked.version + 1
        locked.save(update_fields=["series", "version"])
        changes = changes_in(locked, before)
        log(
            locked,
            action="series",
            label="Mätserien valdes",
            actor=actor,
            changes=changes,
        )


def describe_series(
    series: Series, *, actor: User, seen_version: int, facts: Mapping[str, Any]
) -> Series:
    """Change the description of a series; its kind is fixed once it has values."""
    with transaction.atomic():
        locked = _lock(series, actor)
        changed = [
            name for name, said in facts.items() if getattr(locked, name) != said
        ]
        if not changed:
            return locked
        if locked.version != seen_version:
            raise TooLateError(_LATE)
        if set(changed) & set(FIXED) and locked.points.exists():
            raise ValidationError(
                {changed[0]: "Mätserien har redan värden. Starta en ny i stället."}
            )
        same = Series.objects.filter(
            unit=locked.unit_id, title=facts.get("title", locked.title)
        )
        if same.exclude(pk=locked.pk).exists():
            raise ValidationError({"title": _SAME_TITLE})
        for name in changed:
            setattr(locked, name, facts[name])
        return _save(locked)


def let_count(
    series: Series, *, actor: User, seen_version: int, first_year: int
) -> Series:
    """Let a yearly series count registered log checks from a year on; what was typed before that stays.

    Raises ValidationError where values are typed for that year or later, or the year has not begun or is
    earlier than the last: the register may have been purged of what was done then.
    """
    with transaction.atomic():
        locked = _lock(series, actor)
        if locked.counts and locked.counted_from == first_year:
            return locked
        if locked.version != seen_version:
            raise TooLateError(_LATE)
        this_year = timezone.localdate().year
        if fault := _cannot_count(locked, first_year, this_year):
            raise ValidationError({"first_year": fault})
        locked.counts, locked.counted_from = Series.Counts.LOG_CHECKS, first_year
        _save(locked)
        for year in range(first_year, this_year + 1):
            count_year(locked, year, actor=actor)
        return locked


def _cannot_count(series: Series, first: int, this_year: int) -> str:
    """Return in Swedish why a series cannot count itself from a year on, or nothing."""
    if series.counts:
        return "Mätserien räknas redan av sig själv."
    if series.is_share or series.every != Series.Every.YEAR:
        return "Bara ett antal per år kan räknas av sig självt."
    if not this_year - 1 <= first <= this_year:
        return f"Välj {this_year - 1} eller {this_year}."
    if series.points.filter(period__gte=str(first)).exists():
        return "Det finns redan ifyllda värden från det året. Välj ett senare år, eller ta bort dem."
    return ""


def measure(
    series: Series,
    *,
    actor: User,
    seen_version: int,
    values: Mapping[str, Share | None],
) -> int:
    """Give, change or remove the values of periods, all or none; return how many that changed.

    Every change is kept with who and when.  What is already so changes nothing, so that the same form
    sent twice is one.  Raises TooLateError when somebody else came first, and ValidationError, by period,
    for values that cannot be.
    """
    with transaction.atomic():
        locked = _lock(series, actor)
        stored = {
            point.period: point.share
            for point in locked.points.filter(period__in=list(values))
        }
        changed = {
            period: said
            for period, said in values.items()
            if said != stored.get(period)
        }
        if not changed:
            return 0
        if locked.version != seen_version:
            raise TooLateError(_LATE)
        _refuse_faults(locked, changed)
        points, changes = [], []
        for period, said in changed.items():
            changes.append(_change(locked, period, actor, stored.get(period), said))
            if said is not None:
                point = Measurement(series=locked, period=period)
                point.numerator, point.denominator = said.numerator, said.denominator
                points.append(point)
        locked.points.filter(period__in=list(changed)).delete()
        Measurement.objects.bulk_create(points)
        MeasurementChange.objects.bulk_create(changes)
        _save(locked)
    return len(changed)


def _refuse_faults(series: Series, values: Mapping[str, Share | None]) -> None:
    """Refuse values that cannot be, each at its period."""
    faults: dict[str, Any] = {}
    for period, said in values.items():
        fault = _fault(series, period, said)
        if fault:
            faults[period] = fault
    if faults:
        raise ValidationError(faults)


def _lock(series: Series, actor: User) -> Series:
    locked = (
        Series.objects.select_for_update(of=("self",))
        .select_related("unit")
        .get(pk=series.pk)
    )
    if not may(actor, Right.SELFCHECK_PLAN, locked.unit):
        raise StepRefusedError("Din roll ger inte rätt att ändra mätserien.")
    return locked


def _save(locked: Series) -> Series:
    locked.version += 1
    locked.save()
    return locked


def _fault(series: Series, period: str, said: Share | None) -> str:
    """Return in Swedish why a value cannot be, or nothing."""
    if said is None:
        return ""
    if is_counted(series, period):
        return f"{name_of(period).capitalize()} räknas av sig självt och fylls inte i."
    if not has_begun(period):
        return f"{name_of(period).capitalize()} har inte börjat än."
    if series.is_share != (said.denominator is not None):
        return (
            "Fyll i båda talen."
            if series.is_share
            else "Mätserien är ett antal, inte en andel."
        )
    if said.denominator is not None and said.numerator > said.denominator:
        return f"{name_of(period).capitalize()}: {said.numerator} av {said.denominator} går inte."
    return ""


def _change(
    series: Series, period: str, actor: User, before: Share | None, after: Share | None
) -> MeasurementChange:
    change = MeasurementChange(series=series, period=period, actor=actor)
    if before is not None:
        change.from_numerator, change.from_denominator = (
            before.numerator,
            before.denominator,
        )
    if after is not None:
        change.to_numerator, change.to_denominator = after.numerator, after.denominator
    return change


# --- what a series says -----------------------------------------------------------------------
def summed(shares: Iterable[Share]) -> Share | None:
    """Return the sum of parts over the sum of wholes; None of nothing."""
    total: Share | None = None
    for share in shares:
        total = share if total is None else total.plus(share)
    return total


_VERDICTS = {
    Difference.UNSURE: "Ingen säker skillnad mot",
    Difference.HIGHER: "Högre än",
    Difference.LOWER: "Lägre än",
}


@dataclass(frozen=True)
class Trend:
    """The newest year so far beside the same periods of the year before."""

    year: str
    now: Share
    then: Share
    verdict: str

    @property
    def words(self) -> str:
        """Return the change in a sentence that claims no more than the numbers bear."""
        if self.verdict:
            return f"{self.verdict} samma perioder {self.year}: {self.now.percent} mot {self.then.percent} %"
        return f"{self.now.words} mot {self.then.words} samma perioder {self.year}"


def trend_of(points: Mapping[str, Share]) -> Trend | None:
    """Return how a series has changed; None when there is no year to compare with.

    Only periods that were measured in both years are summed.  A share is called higher or lower only when
    the Wilson intervals lie apart; a count has no such measure, and is only shown beside the other.
    """
    if not points:
        return None
    latest = max(points)[:4]
    this_year, last_year = [], []
    for period, share in points.items():
        earlier = points.get(year_before(period))
        if period[:4] == latest and earlier is not None:
            this_year.append(share)
            last_year.append(earlier)
    now, then = summed(this_year), summed(last_year)
    if now is None or then is None:
        return None
    year = str(int(latest) - 1)
    if not now.denominator or not then.denominator:
        return Trend(year, now, then, "")
    span, span_before = (
        wilson(now.numerator, now.denominator),
        wilson(then.numerator, then.denominator),
    )
    return Trend(year, now, then, _VERDICTS[compared(span, span_before)])


@dataclass(frozen=True)
class Cited:
    """The period of a series that a check looks at, with its sum."""

    series: Series
    first: str
    last: str
    share: Share | None

    @property
    def when(self) -> str:
        """Return the period in words."""
        if self.first == self.last:
            return name_of(self.first)
        return f"{name_of(self.first)}–{name_of(self.last)}"

    @property
    def words(self) -> str:
        """Return the sentence that stands in the result: when, what, how much of how much."""
        if self.share is None:
            return ""
        return f"{self.series.title}, {self.when}: {self.share.words}."


def cited_by(case: SelfCheck) -> Cited | None:
    """Return the sum of a check's series over the periods that lie wholly within that of the check."""
    if case.series is None or case.period_from is None or case.period_to is None:
        return None
    first, last = case.period_from.isoformat()[:7], case.period_to.isoformat()[:7]
    if case.series.every == Series.Every.YEAR:
        first = str(case.period_from.year + (case.period_from.month > 1))
        last = str(case.period_to.year - (case.period_to.month < 12))
    points = case.series.points.filter(period__gte=first, period__lte=last)
    return Cited(case.series, first, last, summed(point.share for point in points))
