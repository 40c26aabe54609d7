"""Template tag that shows a chart."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString, mark_safe

from analysis.charts import Chart

register = template.Library()


@register.filter
def drawing(chart: Chart) -> SafeString:
    """Return both drawings of a chart: our own SVG, in which every word is escaped."""
    return mark_safe(chart.wide + chart.narrow)  # noqa: S308
