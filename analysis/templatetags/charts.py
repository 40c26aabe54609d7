"""Template tag that shows a chart."""

from __future__ import annotations

from collections.abc import Mapping

from django import template
from django.utils.safestring import SafeString, mark_safe

from analysis.charts import Chart, grouped_bars, line
from analysis.control_charts import Words, control
from analysis.spc import shares
from analysis.unit_figures import Figure
from selfcheck.models import Series, Share, name_of

POINTS_DRAWN = 24
OF_SHARES: Words = ("vanlig variation", "över det vanliga", "under det vanliga")

register = template.Library()


@register.filter
def drawing(chart: Chart) -> SafeString:
    """Return both drawings of a chart: our own SVG, in which every word is escaped."""
    return mark_safe(chart.wide + chart.narrow)  # noqa: S308


@register.simple_tag
def series_chart(series: Series, points: Mapping[str, Share]) -> Figure | None:
    """Return the newest points of a measurement series drawn: shares with how sure they are, counts as bars.

    What was not measured between two points is a gap, never a zero; a line with gaps has no limits.
    """
    if len(points) < 2:
        return None
    drawn = _periods_of(series, points)[-POINTS_DRAWN:]
    found, labels = [points.get(period) for period in drawn], [name_of(period) for period in drawn]
    title = f"{series.title}: {points[drawn[-1]].words} i {labels[-1]}"
    heading = "Månad" if series.every == Series.Every.MONTH else "År"
    caption = f"{series.title}, de senaste värdena"
    if not series.is_share:
        counts = [share.numerator if share else None for share in found]
        return Figure(caption, grouped_bars(title, labels, [("Antal", counts)], heading=heading))
    parts = [(share.numerator, share.denominator or 0) if share else None for share in found]
    whole = [part for part in parts if part and part[1]]
    if len(whole) < len(parts):
        return Figure(caption, line(title, labels, parts, heading=heading))
    level = shares(whole, labels)
    chart = control(title, labels, level, heading=heading, value="Andel", words=OF_SHARES, unit="%")
    return Figure(caption, chart, level.findings, level.basis)


def _periods_of(series: Series, points: Mapping[str, Share]) -> list[str]:
    """Return every period between the first and the last that was measured."""
    first, last = min(points), max(points)
    years = range(int(first[:4]), int(last[:4]) + 1)
    is_monthly = series.every == Series.Every.MONTH
    endings = [f"-{month:02d}" for month in range(1, 13)] if is_monthly else [""]
    return [f"{year}{ending}" for year in years for ending in endings if first <= f"{year}{ending}" <= last]
