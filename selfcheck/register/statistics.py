"""The counting of self-checks that are done, and the sums of measurement series."""

from __future__ import annotations

from django.db.models import QuerySet

from casework.database.periods import Period, calendar_year
from casework.register.statistics import OF_CASES, Counting, Dimension, by_name
from organisation.models import Unit
from selfcheck.models import Measurement, Method, Share

COUNTINGS = (
    Counting(
        "selfcheck",
        "done",
        "selfcheck_selfcheck s JOIN casework_case c ON c.id = s.case_ptr_id",
        "c.unit_id",
        "s.done_on",
        {
            **by_name(
                Dimension("method", "metod", "Metod", "s.method", Method.choices)
            ),
            **OF_CASES,
        },
        usual=("method",),
    ),
)


def measurements(unit: Unit, period: Period) -> QuerySet[Measurement]:
    """Return the points of all series under a unit that lie wholly within a period."""
    months = [f"{month:%Y-%m}" for month in period.months]
    years = []
    for year in range(period.first.year, period.end.year):
        whole = calendar_year(year)
        if period.first <= whole.first and whole.end <= period.end:
            years.append(str(year))
    points = Measurement.objects.select_related("series").order_by(
        "series__unit", "series__title", "period"
    )
    return points.filter(
        series__unit__path__startswith=unit.path, period__in=[*months, *years]
    )


def shares_by_title(unit: Unit, period: Period) -> dict[str, Share]:
    """Return each series summed over a period; a share is the sum of parts over the sum of wholes."""
    sums: dict[str, Share] = {}
    for point in measurements(unit, period):
        title = point.series.title
        sums[title] = sums.get(title, Share(0, None)).plus(point.share)
    return dict(sorted(sums.items()))
