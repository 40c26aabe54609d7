"""Measurement series that count themselves from the register: what was typed before stays as it was typed.

A counted year is stored as its measurement, with its changes, so that reports read one table and nothing
changes when a check is purged.  Only this year and the last are counted anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils import timezone

from organisation.access import paths_above
from selfcheck.models import (
    Measurement,
    MeasurementChange,
    Method,
    SelfCheck,
    Series,
)

if TYPE_CHECKING:
    from organisation.models import Unit, User


def is_counted(series: Series, period: str) -> bool:
    """Tell whether a period of a series is counted from the register, and not typed."""
    return series.counted_from is not None and int(period[:4]) >= series.counted_from


def registered_log_checks() -> QuerySet[SelfCheck]:
    """Return the log checks that are done and have a registry number."""
    done = SelfCheck.objects.filter(method=Method.LOG_CHECK, done_on__isnull=False)
    return done.exclude(registry_number="")


def counted_lately() -> QuerySet[Any, Any]:
    """Return the keys of the checks that this year's and last year's counts rest on: they are not purged yet."""
    since = timezone.localdate().year - 1
    return (
        registered_log_checks()
        .filter(done_on__year__gte=since)
        .values_list("pk", flat=True)
    )


def count_around(unit: Unit, year: int, *, actor: User) -> None:
    """Count a year anew in every series over a unit, in the caller's transaction."""
    if year < timezone.localdate().year - 1:
        return
    series = Series.objects.filter(
        counts=Series.Counts.LOG_CHECKS,
        counted_from__lte=year,
        unit__path__in=paths_above(unit),
    )
    for each in (
        series.select_for_update(of=("self",)).select_related("unit").order_by("pk")
    ):
        count_year(each, year, actor=actor)


def count_year(series: Series, year: int, *, actor: User) -> None:
    """Count a year of a locked series; a number that is what it was changes nothing."""
    period = str(year)
    now = (
        registered_log_checks()
        .filter(unit__path__startswith=series.unit.path, done_on__year=year)
        .count()
    )
    stored = series.points.filter(period=period).first()
    if stored and stored.numerator == now:
        return
    Measurement.objects.update_or_create(
        series=series, period=period, defaults={"numerator": now}
    )
    MeasurementChange.objects.create(
        series=series,
        period=period,
        actor=actor,
        from_numerator=stored.numerator if stored else None,
        to_numerator=now,
    )
    series.version += 1
    series.save(update_fields=["version"])
