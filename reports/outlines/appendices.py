"""What stands last: measurement series with their charts, and the tables of analyses and checks done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import TypeVar

from django.db.models import Count, Q, QuerySet

from analysis.charts.charts import Chart, grouped_bars, line, number
from analysis.counted.catalogue import CHECKS, RISKS
from analysis.counted.indicators import Indicator
from casework.database.periods import calendar_year, span
from casework.models import Case
from organisation.models import Unit
from reports.document.blocks import Figure, Paragraph, Table
from reports.outlines.writer import YEARS, Writer
from riskanalysis.models import RiskAnalysis
from selfcheck.models import Measurement, SelfCheck, Series, Share, name_of
from selfcheck.review.reviewing import results_of

CaseT = TypeVar("CaseT", bound=Case)
MONTHS = [
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
]
NOTHING = "–"
# A series with fewer points than this is told in a table: a line through two points says nothing.
ENOUGH_FOR_A_CHART = 3


def periods_of(writer: Writer) -> list[str]:
    """Return the periods of a series that lie in the report's year: its months, and the calendar year."""
    months = [f"{month:%Y-%m}" for month in writer.period.months]
    return [*months, str(writer.year)]


def measured(writer: Writer) -> list[Figure | Table]:
    """Return the measurement series of the year: chart and table, or one table of those with few points."""
    drawn = [f"{month:%Y-%m}" for month in _months_drawn(writer)]
    drawn += map(str, _years_drawn(writer))
    under = Series.objects.filter(unit__path__startswith=writer.unit.path).annotate(
        here=Count("points", filter=Q(points__period__in=periods_of(writer))),
        drawn=Count("points", filter=Q(points__period__in=drawn)),
    )
    found = (
        under.filter(here__gt=0).select_related("unit").order_by("title", "unit__path")
    )
    few = found.filter(drawn__lt=ENOUGH_FOR_A_CHART)
    blocks: list[Figure | Table] = []
    if few:
        blocks.append(_few_points(writer, few))
    for series in found.filter(drawn__gte=ENOUGH_FOR_A_CHART):
        if series.every == Series.Every.MONTH:
            chart, table = _monthly_series(writer, series.unit, series.title)
        else:
            chart, table = _yearly_series(writer, series.unit, series.title)
        blocks += [Figure(table.caption, chart, table.source), table]
    return blocks


def _months_drawn(writer: Writer) -> list[dt.date]:
    """Return the months of the year before and of the report's, in order."""
    return writer.period_of(writer.year - 1).months + writer.period.months


def _years_drawn(writer: Writer) -> range:
    """Return the years that a chart of a yearly series shows."""
    return range(writer.year - YEARS + 1, writer.year + 1)


def _few_points(writer: Writer, few: Iterable[Series]) -> Table:
    """Return the points of the year of some series, each as "X av Y"."""
    points = Measurement.objects.filter(period__in=periods_of(writer), series__in=few)
    ordered = points.select_related("series__unit").order_by(
        "series__title", "series__unit__path", "period"
    )
    rows = []
    for point in ordered:
        writer.ledger.keep_measurement(point)
        when = name_of(point.period).capitalize()
        rows.append(
            (point.series.title, point.series.unit.name, when, point.share.words)
        )
    header = ("Mätserie", "Verksamhet", "Period", "Utfall")
    source = f"Källa: mätserier i Kvalitet, uttag {writer.extracted_on:%Y-%m-%d}. Andelen är beräknad."
    return Table(
        f"Mätserier {writer.year_in_words}",
        header,
        tuple(rows),
        source,
        widths=(40, 20, 20, 20),
    )


def _monthly_series(writer: Writer, unit: Unit, title: str) -> tuple[Chart, Table]:
    """Return a chart of a monthly series over two years, and the table of its points."""
    shares = {}
    for month in _months_drawn(writer):
        shares[month] = writer.ledger.series(
            unit, title, span(month.year, month.month, 1)
        )
    drawn = _between_points(shares)
    labels = [f"{MONTHS[month.month - 1]} {month.year}" for month in drawn]
    points = list(drawn.values())
    if any(share and share.denominator is None for share in points):
        chart = _chart_of_numbers(title, labels, points)
    else:
        chart = _chart_of_shares(title, labels, points)
    rows = tuple(row for row, share in zip(chart.rows, points, strict=True) if share)
    source = f"Källa: mätserier i Kvalitet, uttag {writer.extracted_on:%Y-%m-%d}. Andelen är beräknad."
    return chart, Table(f"{title}, {unit.name}", chart.header, rows, source)


def _between_points(
    shares: Mapping[dt.date, Share | None],
) -> dict[dt.date, Share | None]:
    """Return the months from the first that was measured to the last.

    A month between two that nobody measured is a gap in the drawing, so that they are no neighbours.
    """
    measured = [month for month, share in shares.items() if share is not None]
    return {
        month: share
        for month, share in shares.items()
        if measured[0] <= month <= measured[-1]
    }


def _chart_of_numbers(
    title: str, labels: Sequence[str], points: Sequence[Share | None]
) -> Chart:
    """Return bars of a series of which some month has a number alone."""
    values = [share.numerator if share else None for share in points]
    return grouped_bars(
        f"{title}: {number(values[-1])} i {labels[-1]}",
        labels,
        [("Antal", values)],
        heading="Månad",
    )


def _chart_of_shares(
    title: str, labels: Sequence[str], points: Sequence[Share | None]
) -> Chart:
    """Return a line of a series of shares."""
    last = points[-1]
    finding = f"{title}: {last.percent if last else 0} procent i {labels[-1]}"
    drawn = [
        (share.numerator, share.denominator or 0) if share else None for share in points
    ]
    return line(finding, labels, drawn)


def _yearly_series(writer: Writer, unit: Unit, title: str) -> tuple[Chart, Table]:
    """Return a chart of a yearly series from its first year, and the table of its numbers."""
    found = {}
    for year in _years_drawn(writer):
        share = writer.ledger.series(unit, title, calendar_year(year))
        if share is not None:
            found[year] = share.numerator
    drawn = range(min(found), max(found) + 1)
    finding = f"{title}: {number(found[writer.year])} år {writer.year}"
    series = [("Antal", list(map(found.get, drawn)))]
    chart = grouped_bars(finding, list(map(str, drawn)), series, heading="År")
    source = f"Källa: mätserier i Kvalitet, uttag {writer.extracted_on:%Y-%m-%d}."
    return chart, Table(f"{title}, {unit.name}", chart.header, chart.rows, source)


def risk_analyses(writer: Writer) -> list[Table | Paragraph]:
    """Return the appendix of risk analyses: title, place and actions."""
    period = writer.period
    done = RiskAnalysis.objects.filter(
        decided_on__gte=period.first, decided_on__lt=period.end
    )
    header = (
        "Genomförd riskanalys",
        "Verksamhet där den genomfördes",
        "Åtgärder som vidtagits utifrån analysen",
        "Processer och rutiner som förbättrats",
    )
    tables: list[Table | Paragraph] = []
    for area, cases in _by_area(writer, done):
        rows = tuple((case.title, case.workplace, *measures(case)) for case in cases)
        caption = f"Riskanalyser {writer.year}, {area}"
        tables.append(Table(caption, header, rows, widths=(30, 20, 30, 20)))
    return tables or [_none(writer, RISKS)]


def self_checks(writer: Writer) -> list[Table | Paragraph]:
    """Return the appendix of self-checks: title, place, result and actions."""
    period = writer.period
    done = SelfCheck.objects.filter(done_on__gte=period.first, done_on__lt=period.end)
    done = done.select_related("template").prefetch_related("answers")
    header = (
        "Genomförd egenkontroll",
        "Verksamhet där den genomfördes",
        "Resultat av egenkontrollen",
        "Åtgärder som vidtagits utifrån egenkontrollen",
        "Processer och rutiner som förbättrats",
    )
    tables: list[Table | Paragraph] = []
    for area, cases in _by_area(writer, done):
        rows = tuple(
            (case.title, case.workplace, result_of(case), *measures(case))
            for case in cases
        )
        caption = f"Egenkontroller {writer.year}, {area}"
        tables.append(Table(caption, header, rows, widths=(25, 20, 20, 20, 15)))
    return tables or [_none(writer, CHECKS)]


def _none(writer: Writer, counted: Indicator) -> Paragraph:
    """Say that none is registered, or that nothing is known of the year."""
    what = counted.noun.plural
    if writer.ledger.tells(counted.subject, counted.basis, writer.unit, writer.period):
        return Paragraph((f"Inga {what} är registrerade {writer.year_in_words}.",))
    return Paragraph((f"Uppgift om {what} {writer.year_in_words} saknas.",))


def _by_area(
    writer: Writer, cases: QuerySet[CaseT]
) -> Iterator[tuple[str, list[CaseT]]]:
    """Group cases by the area right below the report's unit, in the order of the tree."""
    below = cases.filter(
        unit__path__startswith=writer.unit.path, protected=False
    ).select_related("unit")
    areas = writer.areas([writer.year])

    def area_of(case: CaseT) -> str:
        for area in areas:
            if case.unit.path.startswith(area.path):
                return area.name
        return "gemensamt"

    for area, group in groupby(
        below.prefetch_related("actions").order_by("unit__path", "pk"), key=area_of
    ):
        yield area, list(group)


def measures(case: Case) -> tuple[str, str]:
    """Return the actions of a case and the routines that they improved, for two cells."""
    done, improved = [], []
    for action in case.actions.all():
        # A register that names only the routine has no other words for the action: they stand once.
        if action.text not in {"", action.improved_routine}:
            done.append(action.text)
        if action.improved_routine:
            improved.append(action.improved_routine)
    return "\n".join(done) or NOTHING, "\n".join(improved) or NOTHING


def result_of(check: SelfCheck) -> str:
    """Return the result of a check; of several questions each has its own share."""
    lines = [check.result] if check.result else []
    answered = [result for result in results_of(check) if result.reviewed]
    if len(answered) > 1:
        lines += [
            f"{one.question}: {number(one.met)} av {number(one.reviewed)}"
            for one in answered
        ]
    elif check.reviewed:
        lines.append(f"{number(check.met)} av {number(check.reviewed)}")
    return "\n".join(lines) or NOTHING
