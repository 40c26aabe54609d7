"""The figures of a unit over time: each drawing, its words, and the rows of its numbers."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.charts.charts import Chart, number
from analysis.charts.control_charts import control, dots, funnel, month_label, pareto
from analysis.rules import rare_events, spc
from analysis.rules.effects import Change
from analysis.rules.number_words import decimal
from analysis.unit.over_time import Line, OwnUnit

MOST_BARS = 10
NOT_KNOWN = "Uppgift saknas: registret känner ingen hel månad i slutet av tertialet."
MOST_RARE = (
    36  # events in the span: more than one a month is not rare, and is counted by month
)


@dataclass(frozen=True)
class Figure:
    """A chart with its caption, its findings, its source, and the rows of each number."""

    caption: str
    chart: Chart
    says: tuple[str, ...] = ()
    source: str = ""
    urls: tuple[str, ...] = ()

    @property
    def table(self) -> list[tuple[str, str, str, tuple[str, ...]]]:
        """Return each row as its name, first number, the address of its rows, and the other numbers."""
        table = []
        for place, (name, first, *others) in enumerate(self.chart.rows):
            url = self.urls[place] if self.urls else ""
            table.append((name, first, url, tuple(others)))
        return table


def level_of(own: OwnUnit) -> Figure:
    """Draw the reports of each month, with limits where they are honest."""
    counts, level = own.by_month, own.level
    total = number(sum(counts.values()))
    title = f"{total} rapporter på {len(counts)} månader" if counts else NOT_KNOWN
    if level.centre is not None:
        title += (
            f", {level.centre_name.lower()} {decimal(round(level.centre, 1))} i månaden"
        )
    says = level.findings if counts else (NOT_KNOWN,)
    if not says and level.centre is not None and len(set(counts.values())) > 1:
        says = (_without_findings(own),)
    caption = "Rapporter per månad"
    if counts:
        first, last = min(counts), max(counts)
        caption += f", {month_label(first)} – {month_label(last)}"
    source = (
        f"{level.basis} Beröm är inte med. Fler rapporter är varken bättre eller sämre."
    )
    return Figure(
        caption,
        control(title, own.labels, level),
        says,
        source,
        tuple(own.month_urls()),
    )


def _without_findings(own: OwnUnit) -> str:
    """Say that no month stands out, without denying a change that the page tells of the year."""
    if own.change in (Change.MORE, Change.FEWER):
        return (
            f"De senaste tolv månaderna är en {own.change.value} mot de tolv före. "
            "Inom åren skiljer sig månaderna inte mer än slumpen gör."
        )
    return "Inget visar att nivån har ändrats: månaderna skiljer sig inte mer än slumpen gör."


def bars_of(lines: Sequence[Line], caption: str, heading: str) -> Figure:
    """Draw counts by cause or routine, the ten largest first, and last those without one."""
    named = [line for line in lines if line.name]
    drawn = named[:MOST_BARS] + [line for line in lines if not line.name]
    says: tuple[str, ...] = ()
    if len(named) > MOST_BARS:
        says = (f"De {MOST_BARS} vanligaste av {len(named)}.",)
    title = f"{caption}: inget är angivet"
    if named:
        title = f"Vanligast: {named[0].name}, {named[0].count}"
    chart = pareto(title, [(line.name, line.count) for line in drawn], heading=heading)
    urls = tuple(line.url for line in drawn)
    return Figure(
        caption, chart, says, "Andelarna räknas på dem där det är angivet.", urls
    )


def funnel_of(own: OwnUnit) -> Figure | None:
    """Draw the reports per 100 staff beside the administration's other units, if any staff is known."""
    if own.own_rate is None:
        return None
    found = own.funnel
    title = (
        f"{decimal(round(own.own_rate, 1))} rapporter per 100 medarbetare, "
        f"hela förvaltningen {decimal(round(found.rate, 1))}"
    )
    return Figure(
        "Rapporter per 100 medarbetare", funnel(title, found), (), found.basis
    )


def lex_sarah_of(own: OwnUnit) -> Figure | None:
    """Draw rare events: the days while they are few, then the days between; by month when not rare (S5)."""
    if not own.lex_sarah:
        return None
    span = own.lex_sarah_span
    days = [day for day in own.lex_sarah if span and day in span]
    if span is None or len(days) < rare_events.LEAST_EVENTS:
        return _days_one_by_one(own)
    if len(days) > MOST_RARE:
        return _cases_by_month(days, span.months)
    since = 0
    if span.end == own.end:
        since = (own.end - days[-1]).days
    return _days_between(days, since, own.end)


def _days_one_by_one(own: OwnUnit) -> Figure:
    days = own.lex_sarah
    title = f"{len(days)} ärenden enligt lex Sarah"
    chart = dots(title, days, first=own.span.first, end=own.span.end)
    says = ("För få för att visa mönster: de läses en och en.",)
    return Figure("Lex Sarah", chart, says, "Dagen då ärendet började.")


def _cases_by_month(days: Sequence[dt.date], months: Sequence[dt.date]) -> Figure:
    counts = Counter(day.replace(day=1) for day in days)
    labels = [month_label(month) for month in months]
    level = spc.level([counts[month] for month in months], labels)
    title = f"{len(days)} ärenden enligt lex Sarah på {len(months)} månader"
    caption = f"Lex Sarah per månad, {labels[0]} – {labels[-1]}"
    return Figure(caption, control(title, labels, level), level.findings, level.basis)


def _days_between(days: Sequence[dt.date], since: int, end: dt.date) -> Figure:
    """Draw the days between events; ``since`` is the number of days after the last one."""
    between, labels = rare_events.spaces(days)
    level = rare_events.between(between, labels, since=since)
    words = ("vanligt mellanrum", "längre än väntat", "tätare än väntat")
    title = f"{len(days)} ärenden enligt lex Sarah, median {decimal(level.centre or 0)} dagar emellan"
    chart = control(
        title, labels, level, heading="Dag", value="Dagar sedan förra", words=words
    )
    says = level.findings
    if since:
        days_since = "1 dag" if since == 1 else f"{since} dagar"
        says = (f"{days_since} sedan det senaste ärendet, räknat till {end}.", *says)
    return Figure("Lex Sarah: dagar mellan ärenden", chart, says, level.basis)
