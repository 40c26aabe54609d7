"""Template tag that shows a chart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

from django import template
from django.utils.safestring import SafeString, mark_safe

from analysis.charts.charts import Chart, grouped_bars, line
from analysis.charts.control_charts import Words, control
from analysis.rules.spc import shares as level_of_shares
from analysis.unit.figures import Figure
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

    What was not measured between two points is a gap, never a zero.
    """
    if len(points) < 2:
        return None
    drawn = _periods_of(series, points)[-POINTS_DRAWN:]
    shares = [points.get(period) for period in drawn]
    labels = [name_of(period) for period in drawn]
    heading = "Månad" if series.every == Series.Every.MONTH else "År"
    title = f"{series.title}: {points[drawn[-1]].words} i {labels[-1]}"
    caption = f"{series.title}, de senaste värdena"
    if series.is_share:
        return _chart_of_shares(title, caption, labels, shares, heading)
    counts = [share.numerator if share else None for share in shares]
    return Figure(
        caption, grouped_bars(title, labels, [("Antal", counts)], heading=heading)
    )


def _chart_of_shares(
    title: str,
    caption: str,
    labels: Sequence[str],
    shares: Sequence[Share | None],
    heading: str,
) -> Figure:
    """Draw shares with their limits; a line with gaps has none."""
    parts = [
        (share.numerator, share.denominator or 0) if share else None for share in shares
    ]
    whole = [part for part in parts if part and part[1]]
    if len(whole) < len(parts):
        return Figure(caption, line(title, labels, parts, heading=heading))
    level = level_of_shares(whole, labels)
    chart = control(
        title, labels, level, heading=heading, value="Andel", words=OF_SHARES, unit="%"
    )
    return Figure(caption, chart, level.findings, level.basis)


def _periods_of(series: Series, points: Mapping[str, Share]) -> list[str]:
    """Return every period between the first and the last that was measured."""
    first, last = min(points), max(points)
    years = range(int(first[:4]), int(last[:4]) + 1)
    if series.every != Series.Every.MONTH:
        return [str(year) for year in years]
    months = [f"{year}-{month:02d}" for year, month in product(years, range(1, 13))]
    return months[months.index(first) : months.index(last) + 1]
