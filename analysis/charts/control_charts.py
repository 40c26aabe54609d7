"""Drawings of levels with limits, Pareto, funnels and dates; shape and words beside colour.

Same paper, primitives and table as analysis.charts.charts.  What stands out differs by shape: a triangle above,
a square below; neither is red, because more reports is not worse.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise
from operator import attrgetter

from analysis.charts.charts import (
    MISSING,
    NBSP,
    Chart,
    Drawing,
    Frame,
    Row,
    chart,
    grouped_bars,
    names_below,
    nice_ticks,
    no_figures,
    number,
    percent,
    uid_of,
)
from analysis.charts.marks import (
    DASHES,
    DOTS,
    EDGE,
    Plot,
    Point,
    diamond,
    legend,
    path,
    plot,
    shape,
    shown,
    stroke,
)
from analysis.charts.svg import INK, MUTED, NOW, rule, tag, text, width
from analysis.rules.funnels import INNER, OUTER, Funnel
from analysis.rules.spc import OVER, UNDER, Level
from selfcheck.review.drawing import Interval

MONTHS = (
    "jan",
    "feb",
    "mar",
    "apr",
    "maj",
    "jun",
    "jul",
    "aug",
    "sep",
    "okt",
    "nov",
    "dec",
)
Words = tuple[str, str, str]  # of a point as usual, over and under
COUNTED: Words = ("vanlig variation", "fler än vanligt", "färre än vanligt")


def month_label(month: dt.date) -> str:
    """Return a month as it stands below an axis and in a sentence: "mar 2024"."""
    return f"{MONTHS[month.month - 1]} {month.year}"


# --- a level over time ------------------------------------------------------------------------
def control(
    title: str,
    labels: Sequence[str],
    level: Level,
    *,
    heading: str = "Månad",
    value: str = "Antal",
    words: Words = COUNTED,
    unit: str = "",
) -> Chart:
    """Draw a level with its centre and limits, where it has any; what stands out differs by shape."""
    if len(labels) != len(level.values):
        raise ValueError("every point needs a label")
    spans = [_words_of(span) for span in level.spans]
    places = [mark_words(mark, words) for mark in level.marks]
    columns = [
        (heading, labels),
        (value, [shown(point, unit) for point in level.values]),
    ]
    if any(spans):
        columns.append(("Säkert mellan", spans))
    if any(level.marks):
        columns.append(("Läge", places))
    header = tuple(name for name, _ in columns)
    rows = tuple(zip(*(cells for _, cells in columns), strict=True))
    uid = uid_of(title, header, rows)
    draw = partial(_level, labels=labels, level=level, words=words, unit=unit)
    return chart(uid, title, header, rows, draw)


def _words_of(span: Interval | None) -> str:
    if span is None:
        return ""
    return span.words.replace(" ", NBSP)


def mark_words(mark: str, words: Words) -> str:
    """Return what a mark is called."""
    return words[("", OVER, UNDER).index(mark)]


def _level(
    frame: Frame, labels: Sequence[str], level: Level, words: Words, unit: str
) -> Drawing:
    if not labels:
        return no_figures()
    highs = [100 * span.high for span in level.spans if span]
    highest = max(*level.values, *level.upper, *highs, 1)
    scale = nice_ticks(math.ceil(highest), frame.max_ticks)
    parts, top = legend(frame, _level_legend(level, words, unit))
    field, lines = plot(frame, top, scale, unit)
    slot = (field.right - field.left) / len(labels)
    across = [field.left + (place + 0.5) * slot for place in range(len(labels))]
    parts += lines + _limits_of(level, field, slot)
    for x, span in zip(across, level.spans, strict=False):
        if span:
            ends = (x, field.y(100 * span.low)), (x, field.y(100 * span.high))
            parts.append(stroke("lim", EDGE, *ends, thick=1.5))
    points = [
        (x, field.y(value)) for x, value in zip(across, level.values, strict=True)
    ]
    for start, end in pairwise(points):
        parts.append(stroke("ln", MUTED, start, end))
    # Large enough to tell the shapes apart, small enough not to meet the next one.
    size = min(5.0, max(3.0, slot / 2.4))
    for mark, at in zip(level.marks, points, strict=True):
        parts.append(shape(mark, at, size))
    names, depth = names_below(labels, field.left, slot, field.bottom + 16)
    return parts + names, field.bottom + 10 + depth


def _level_legend(level: Level, words: Words, unit: str) -> list[tuple[str, str]]:
    found = []
    if any(level.marks):
        found.append(("", words[0]))
    found += [
        (mark, mark_words(mark, words)) for mark in (OVER, UNDER) if mark in level.marks
    ]
    if level.centre is not None:
        found.append(
            (
                "mean",
                f"{level.centre_name.lower()} {shown(round(level.centre, 1), unit)}",
            )
        )
    if level.has_limits:
        found.append(("lim", _limits_in_words(level, unit)))
    return found


def _limits_in_words(level: Level, unit: str) -> str:
    if len(set(level.upper)) > 1:
        return "gränser"  # each point has its own
    high = shown(round(level.upper[0], 1), unit)
    if not any(level.lower):
        return f"övre gräns {high}"
    return f"gränser {shown(round(level.lower[0], 1))}–{high}"


def _limits_of(level: Level, field: Plot, slot: float) -> list[str]:
    """Draw the limits and the centre, where there are any."""
    parts = _steps(level.lower, field, slot) + _steps(level.upper, field, slot)
    if level.centre is not None:
        at = field.y(level.centre)
        parts.append(
            stroke("mean", INK, (field.left, at), (field.right, at), thick=1.5)
        )
    return parts


def _steps(limits: Sequence[float], field: Plot, slot: float) -> list[str]:
    """Draw a limit as a dashed line, which steps where each point has its own."""
    if not any(limits):
        return []
    if len(set(limits)) == 1:
        at = field.y(limits[0])
        return [
            stroke(
                "lim",
                EDGE,
                (field.left, at),
                (field.right, at),
                thick=1.5,
                dashes=DASHES,
            )
        ]
    corners: list[Point] = []
    for place, limit in enumerate(limits):
        left, y = field.left + place * slot, field.y(limit)
        corners += [(left, y), (field.left + (place + 1) * slot, y)]
    return [path("lim", EDGE, corners, DASHES)]


# --- what there is most of --------------------------------------------------------------------
def pareto(
    title: str,
    rows: Sequence[tuple[str, int]],
    *,
    heading: str = "Orsak",
    unknown: str = "Inte angivet",
) -> Chart:
    """Draw counts, the largest first; the table adds how much of all they are together (no second axis).

    What nobody has said comes last and is no part of the shares: it is not a cause.
    """
    known, silent = [], 0
    for name, count in rows:
        if not name:
            silent += count
        elif count:
            known.append((name, count))
    known.sort(key=lambda row: (-row[1], row[0]))
    total, so_far = sum(count for _, count in known), 0
    names: list[str] = []
    counts: list[int] = []
    table: list[Row] = []
    for name, count in known:
        so_far += count
        names.append(name)
        counts.append(count)
        table.append((name, number(count), _share(count, total), _share(so_far, total)))
    if silent:
        names.append(unknown)
        counts.append(silent)
        table.append((unknown, number(silent), MISSING, MISSING))
    bars = grouped_bars(title, names, [("Antal", counts)], heading=heading)
    return replace(
        bars, header=(heading, "Antal", "Andel", "Tillsammans"), rows=tuple(table)
    )


def _share(part: int, whole: int) -> str:
    return f"{percent(part, whole)}{NBSP}%"


# --- units beside each other ------------------------------------------------------------------
_OWN_AND_OTHERS = (("own", "det du tittar på"), ("", "andra enheter"))
_BOTH_LIMITS = (("lim", "95 %"), ("outer", "99,8 %"))
FUNNEL_WORDS: Words = ("inom det väntade", "fler än väntat", "få rapporter")


def funnel(title: str, found: Funnel) -> Chart:
    """Draw units' reports per 100 staff against their size, between the limits of chance; no ranking (S7).

    Those that are asked about have a shape of their own and stand in the table; the others are dots.
    """
    header = ("Enhet", "Rapporter", "Medarbetare", "Per 100", "Läge")
    rows: list[Row] = []
    for place, mark in zip(found.places, found.marks, strict=True):
        if place.own:
            counts = (
                number(place.count),
                number(place.staff),
                shown(round(place.rate, 1)),
            )
            rows.append((place.name, *counts, mark_words(mark, FUNNEL_WORDS)))
    uid = uid_of(title, header, tuple(rows), found.places)
    return chart(uid, title, header, tuple(rows), partial(_funnel, found=found))


_rate, _staff = attrgetter("rate"), attrgetter("staff")


def _funnel(frame: Frame, found: Funnel) -> Drawing:
    if not found.places:
        return no_figures()
    fastest, largest = max(found.places, key=_rate), max(found.places, key=_staff)
    scale = nice_ticks(math.ceil(fastest.rate * 1.05), frame.max_ticks)
    sizes = nice_ticks(largest.staff, frame.max_ticks)
    mean_in_words = f"alla, {shown(round(found.rate, 1))} per 100"
    parts, top = legend(
        frame, [*_OWN_AND_OTHERS, ("mean", mean_in_words), *_BOTH_LIMITS]
    )
    field, lines = plot(frame, top, scale)
    across = field.right - width(number(sizes[-1]), 11) / 2 - field.left

    def x(staff: float) -> float:
        return field.left + across * staff / sizes[-1]

    def at(staff: float, rate: float) -> Point:
        return x(staff), field.y(rate)

    mean = field.y(found.rate)
    parts += lines
    parts.append(
        stroke("mean", INK, (field.left, mean), (field.right, mean), thick=1.5)
    )
    for outside, dashes in ((INNER, DASHES), (OUTER, DOTS)):
        for limit in _limits(found, sizes[-1], outside):
            inside = [at(staff, rate) for staff, rate in limit if rate <= scale[-1]]
            parts.append(path("lim", EDGE, inside, dashes))
    own, others = [], []
    for place in found.places:
        point = at(place.staff, place.rate)
        if place.own:
            own.append(diamond(point))
        else:
            others.append(shape("", point, 5))
    parts += others + own  # the own ones last, so that no other hides them
    for size in sizes:
        parts.append(
            text(
                x(size),
                field.bottom + 16,
                number(size),
                "mu",
                text_anchor="middle",
                font_size=11,
            )
        )
    middle = field.left + across / 2
    parts.append(
        text(middle, field.bottom + 32, "medarbetare", "mu", text_anchor="middle")
    )
    return parts, field.bottom + 38


def _limits(
    found: Funnel, most: int, outside: float
) -> tuple[list[Point], list[Point]]:
    """Return the lower and the upper limit as curves: limits are counts, so as rates they are teeth of a saw.

    A curve through the upper teeth's tips and one through the lower teeth's feet part the same units.
    """
    sizes = [most * step / 400 for step in range(4, 401)]
    low, high = [], []
    before = (-1.0, -1.0)
    for this, after in pairwise([*sizes, 2.0 * most]):
        limits, following = found.limits(this, outside), found.limits(after, outside)
        if following[0] * after > limits[0] * this + 1:
            low.append((this, limits[0]))
        if limits[1] * this > before[1] + 1:
            high.append((this, limits[1]))
        before = (limits[0] * this, limits[1] * this)
    return low, high


# --- a few dates ------------------------------------------------------------------------------
def dots(
    title: str, dates: Sequence[dt.date], *, first: dt.date, end: dt.date
) -> Chart:
    """Draw each of a few events at its day, stacked where they meet; the table lists the days."""
    if any(not first <= day < end for day in dates):
        raise ValueError("every day lies in what is drawn")
    header, days = ("Nummer", "Dag"), sorted(dates)
    rows = tuple((str(place), day.isoformat()) for place, day in enumerate(days, 1))
    uid = uid_of(title, header, rows, first, end)
    return chart(
        uid, title, header, rows, partial(_dots, days=days, first=first, end=end)
    )


def _dots(
    frame: Frame, days: Sequence[dt.date], first: dt.date, end: dt.date
) -> Drawing:
    left, right, high = 8.0, frame.width - 8.0, 0
    scale = (right - left) / (end - first).days
    placed: list[tuple[float, int]] = []
    for day in days:
        at, row = left + (day - first).days * scale, 0
        while any(row == taken and abs(at - other) < 11 for other, taken in placed):
            row += 1
        placed.append((at, row))
        high = max(high, row)
    bottom = 14.0 + 12 * high + 8
    parts = [rule((left, bottom), (right, bottom), "ax")]
    for year in range(first.year, end.year + 1):
        at = left + (dt.date(year, 1, 1) - first).days * scale
        if left <= at <= right:
            parts.append(rule((at, 4), (at, bottom + 5), "gr"))
        middle = left + (dt.date(year, 7, 1) - first).days * scale
        if left + 12 <= middle <= right - 12:
            parts.append(
                text(
                    middle,
                    bottom + 17,
                    str(year),
                    "mu",
                    text_anchor="middle",
                    font_size=11,
                )
            )
    for at, row in placed:
        parts.append(
            tag("circle", "now", fill=NOW, cx=at, cy=bottom - 8 - 12 * row, r=5)
        )
    return parts, bottom + 24
