"""Template tag that shows a chart."""

from __future__ import annotations

from collections.abc import Mapping

from django import template
from django.utils.safestring import SafeString, mark_safe

from analysis.charts import Chart, grouped_bars, line
from selfcheck.models import Series, Share, name_of

POINTS_DRAWN = 24

register = template.Library()


@register.filter
def drawing(chart: Chart) -> SafeString:
    """Return both drawings of a chart: our own SVG, in which every word is escaped."""
    return mark_safe(chart.wide + chart.narrow)  # noqa: S308


@register.simple_tag
def series_chart(series: Series, points: Mapping[str, Share]) -> Chart | None:
    """Return the newest points of a measurement series drawn: shares as a line, counts as bars.

    What was not measured between two points is a gap, never a zero.
    """
    if len(points) < 2:
        return None
    first, last = min(points), max(points)
    years = range(int(first[:4]), int(last[:4]) + 1)
    is_monthly = series.every == Series.Every.MONTH
    endings = [f"-{month:02d}" for month in range(1, 13)] if is_monthly else [""]
    between = [
        f"{year}{ending}" for year in years for ending in endings if first <= f"{year}{ending}" <= last
    ]
    drawn = between[-POINTS_DRAWN:]
    shares, labels = [points.get(period) for period in drawn], [name_of(period) for period in drawn]
    finding = f"{series.title}: {points[last].words} i {labels[-1]}"
    heading = "Månad" if is_monthly else "År"
    if not series.is_share:
        counts = [share.numerator if share else None for share in shares]
        return grouped_bars(finding, labels, [("Antal", counts)], heading=heading)
    parts = [(share.numerator, share.denominator or 0) if share else None for share in shares]
    return line(finding, labels, parts, heading=heading)
