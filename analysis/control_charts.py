"""Drawings of what spc finds: levels with limits, Pareto, funnels and dates; shape and words beside colour.

Same paper, primitives and table as analysis.charts.  What stands out differs by shape: a triangle above,
a square below; neither is red, because more reports is not worse.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from analysis.charts import (
    NARROW,
    NBSP,
    WIDE,
    Chart,
    Frame,
    grouped_bars,
    names_below,
    nice_ticks,
    number,
    percent,
    picture,
    uid_of,
)
from analysis.marks import DASHES, DOTS, EDGE, Plot, Point, diamond, legend, path, plot, shape, shown, stroke
from analysis.spc import INNER, OUTER, OVER, UNDER, Funnel, Level, Place
from analysis.svg import INK, LINE, MUTED, NOW, rule, tag, text, width

MONTHS = ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
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
    ranged, marked = any(level.spans), any(level.marks)
    header = (heading, value, *(("Säkert mellan",) if ranged else ()), *(("Läge",) if marked else ()))
    rows = tuple(
        (
            label,
            shown(level.values[place], unit),
            *((_span(level, place),) if ranged else ()),
            *((mark_words(level.marks[place], words),) if marked else ()),
        )
        for place, label in enumerate(labels)
    )
    uid = uid_of(title, header, rows)
    wide, narrow = (
        picture(frame, uid, title, *_level(frame, labels, level, words, unit)) for frame in (WIDE, NARROW)
    )
    return Chart(title, wide, narrow, header, rows)


def _span(level: Level, place: int) -> str:
    span = level.spans[place]
    return span.words.replace(" ", NBSP) if span else ""


def mark_words(mark: str, words: Words) -> str:
    """Return what a mark is called."""
    return words[("", OVER, UNDER).index(mark)]


def _level(
    frame: Frame, labels: Sequence[str], level: Level, words: Words, unit: str
) -> tuple[list[str], float]:
    if not labels:
        return [text(0, LINE, "Inga uppgifter", "mu")], LINE + 6
    highs = [100 * span.high for span in level.spans if span]
    scale = nice_ticks(math.ceil(max(*level.values, *level.upper, *highs, 1)), frame.max_ticks)
    parts, top = legend(frame, _level_legend(level, words, unit))
    field, lines = plot(frame, top, scale, unit)
    slot = (field.right - field.left) / len(labels)
    across = [field.left + (place + 0.5) * slot for place in range(len(labels))]
    parts += lines
    for limits in (level.lower, level.upper):
        parts += _steps(limits, field, slot)
    if level.centre is not None:
        at = field.y(level.centre)
        parts.append(stroke("mean", INK, (field.left, at), (field.right, at), thick=1.5))
    for x, span in zip(across, level.spans, strict=False):
        if span:
            ends = (x, field.y(100 * span.low)), (x, field.y(100 * span.high))
            parts.append(stroke("lim", EDGE, *ends, thick=1.5))
    drawn = [(x, field.y(value)) for x, value in zip(across, level.values, strict=True)]
    parts += [stroke("ln", MUTED, start, end) for start, end in pairwise(drawn)]
    # Large enough to tell the shapes apart, small enough not to meet the next one.
    size = min(5.0, max(3.0, slot / 2.4))
    parts += [shape(mark, at, size) for mark, at in zip(level.marks, drawn, strict=True)]
    names, depth = names_below(labels, field.left, slot, field.bottom + 16)
    return parts + names, field.bottom + 10 + depth


def _level_legend(level: Level, words: Words, unit: str) -> list[tuple[str, str]]:
    found = [("", words[0])] if any(level.marks) else []
    found += [(mark, mark_words(mark, words)) for mark in (OVER, UNDER) if mark in level.marks]
    if level.centre is not None:
        found.append(("mean", f"{level.centre_name.lower()} {shown(round(level.centre, 1), unit)}"))
    if level.has_limits:
        high = shown(round(level.upper[0], 1), unit)
        said = (
            f"gränser {shown(round(level.lower[0], 1))}–{high}" if any(level.lower) else f"övre gräns {high}"
        )
        found.append(("lim", said if len(set(level.upper)) == 1 else "gränser"))
    return found


def _steps(limits: Sequence[float], field: Plot, slot: float) -> list[str]:
    """A limit as a dashed line, which steps where each point has its own."""
    if not any(limits):
        return []
    if len(set(limits)) == 1:
        at = field.y(limits[0])
        return [stroke("lim", EDGE, (field.left, at), (field.right, at), thick=1.5, dashes=DASHES)]
    corners = [
        (field.left + (place + side) * slot, field.y(limit))
        for place, limit in enumerate(limits)
        for side in (0, 1)
    ]
    return [path("lim", EDGE, corners, DASHES)]


# --- what there is most of --------------------------------------------------------------------
def pareto(
    title: str, rows: Sequence[tuple[str, int]], *, heading: str = "Orsak", unknown: str = "Inte angivet"
) -> Chart:
    """Draw counts, the largest first; the table adds how much of all they are together (no second axis).

    What nobody has said comes last and is no part of the shares: it is not a cause.
    """
    known = sorted((row for row in rows if row[0] and row[1]), key=lambda row: (-row[1], row[0]))
    silent = sum(count for name, count in rows if not name)
    total, so_far = sum(count for _, count in known), 0
    table = []
    for name, count in known:
        so_far += count
        shares = (f"{percent(part, total)}{NBSP}%" for part in (count, so_far))
        table.append((name, number(count), *shares))
    if silent:
        known.append((unknown, silent))
        table.append((unknown, number(silent), "–", "–"))
    names, counts = [name for name, _ in known], [count for _, count in known]
    bars = grouped_bars(title, names, [("Antal", counts)], heading=heading)
    return replace(bars, header=(heading, "Antal", "Andel", "Tillsammans"), rows=tuple(table))


# --- units beside each other ------------------------------------------------------------------
FUNNEL_WORDS: Words = ("inom det väntade", "fler än väntat", "få rapporter")


def funnel(title: str, found: Funnel) -> Chart:
    """Draw units' reports per 100 staff against their size, between the limits of chance; no ranking (S7).

    Those that are asked about have a shape of their own and stand in the table; the others are dots.
    """
    header = ("Enhet", "Rapporter", "Medarbetare", "Per 100", "Läge")
    own = [(place, mark) for place, mark in zip(found.places, found.marks, strict=True) if place.own]
    rows = tuple(
        (
            place.name,
            number(place.count),
            number(place.staff),
            shown(round(place.rate, 1)),
            mark_words(mark, FUNNEL_WORDS),
        )
        for place, mark in own
    )
    uid = uid_of(title, header, rows, found.places)
    wide, narrow = (picture(frame, uid, title, *_funnel(frame, found)) for frame in (WIDE, NARROW))
    return Chart(title, wide, narrow, header, rows)


def _funnel(frame: Frame, found: Funnel) -> tuple[list[str], float]:
    if not found.places:
        return [text(0, LINE, "Inga uppgifter", "mu")], LINE + 6
    scale = nice_ticks(math.ceil(max(place.rate for place in found.places) * 1.05), frame.max_ticks)
    sizes = nice_ticks(max(place.staff for place in found.places), frame.max_ticks)
    parts, top = legend(
        frame,
        [
            ("own", "det du tittar på"),
            ("", "andra enheter"),
            ("mean", f"alla, {shown(round(found.rate, 1))} per 100"),
            ("lim", "95 %"),
            ("outer", "99,8 %"),
        ],
    )
    field, lines = plot(frame, top, scale)
    across = field.right - width(number(sizes[-1]), 11) / 2 - field.left

    def x(staff: float) -> float:
        return field.left + across * staff / sizes[-1]

    parts += lines
    mean = field.y(found.rate)
    parts.append(stroke("mean", INK, (field.left, mean), (field.right, mean), thick=1.5))
    for outside, dashes in ((INNER, DASHES), (OUTER, DOTS)):
        for limit in _limits(found, sizes[-1], outside):
            inside = [(x(staff), field.y(rate)) for staff, rate in limit if rate <= scale[-1]]
            parts.append(path("lim", EDGE, inside, dashes))
    for place in sorted(found.places, key=_own_last):
        at = (x(place.staff), field.y(place.rate))
        parts.append(diamond(at) if place.own else shape("", at, 5))
    for size in sizes:
        parts.append(text(x(size), field.bottom + 16, number(size), "mu", text_anchor="middle", font_size=11))
    middle = field.left + across / 2
    parts.append(text(middle, field.bottom + 32, "medarbetare", "mu", text_anchor="middle"))
    return parts, field.bottom + 38


def _limits(found: Funnel, most: int, outside: float) -> tuple[list[Point], list[Point]]:
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


def _own_last(place: Place) -> bool:
    return place.own


# --- a few dates ------------------------------------------------------------------------------
def dots(title: str, dates: Sequence[dt.date], *, first: dt.date, end: dt.date) -> Chart:
    """Draw each of a few events at its day, stacked where they meet; the table lists the days."""
    if any(not first <= day < end for day in dates):
        raise ValueError("every day lies in what is drawn")
    header, days = ("Nummer", "Dag"), sorted(dates)
    rows = tuple((str(place), day.isoformat()) for place, day in enumerate(days, 1))
    uid = uid_of(title, header, rows, first, end)
    wide, narrow = (picture(frame, uid, title, *_dots(frame, days, first, end)) for frame in (WIDE, NARROW))
    return Chart(title, wide, narrow, header, rows)


def _dots(frame: Frame, days: Sequence[dt.date], first: dt.date, end: dt.date) -> tuple[list[str], float]:
    left, right, high = 8.0, frame.width - 8.0, 0
    scale = (right - left) / (end - first).days
    placed: list[tuple[float, int]] = []
    for day in days:
        at, row = left + (day - first).days * scale, 0
        while any(abs(at - other) < 11 and row == taken for other, taken in placed):
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
            parts.append(text(middle, bottom + 17, str(year), "mu", text_anchor="middle", font_size=11))
    parts += [tag("circle", "now", fill=NOW, cx=at, cy=bottom - 8 - 12 * row, r=5) for at, row in placed]
    return parts, bottom + 24
