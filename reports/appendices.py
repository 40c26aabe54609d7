"""What stands last: measurement series with their charts, and the tables of analyses and checks done."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import TypeVar

from django.db.models import Count, Q, QuerySet

from analysis.charts import Chart, grouped_bars, line, number
from casework.models import Case
from casework.periods import calendar_year, span
from organisation.models import Unit
from reports.document import Figure, Paragraph, Table
from reports.writer import YEARS, Writer
from riskanalysis.models import RiskAnalysis
from selfcheck.models import SelfCheck, Series
from selfcheck.reviewing import results_of

CaseT = TypeVar("CaseT", bound=Case)
MONTHS = ["jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec"]
NOTHING = "–"


def periods_of(writer: Writer) -> list[str]:
    """Return the periods of a series that lie in the report's year: its months, and the calendar year."""
    return [*(f"{month:%Y-%m}" for month in writer.period.months), str(writer.year)]


def measured(writer: Writer, *, at_least: int = 1) -> list[Figure | Table]:
    """Return the chart and table of every measurement series with so many points in the year."""
    points = Count("points", filter=Q(points__period__in=periods_of(writer)))
    under = Series.objects.filter(unit__path__startswith=writer.unit.path)
    measured_under = under.annotate(here=points).filter(here__gte=at_least)
    blocks: list[Figure | Table] = []
    for series in measured_under.select_related("unit").order_by("title", "unit__path"):
        build = _monthly_series if series.every == Series.Every.MONTH else _yearly_series
        chart, table = build(writer, series.unit, series.title)
        blocks += [Figure(table.caption, chart, table.source), table]
    return blocks


def _monthly_series(writer: Writer, unit: Unit, title: str) -> tuple[Chart, Table]:
    labels, shares = [], []
    for year in (writer.year - 1, writer.year):
        for month in writer.period_of(year).months:
            share = writer.ledger.series(unit, title, span(month.year, month.month, 1))
            if share is not None:
                labels.append(f"{MONTHS[month.month - 1]} {month.year}")
                shares.append(share)
    caption = f"{title}, {unit.name}"
    source = f"Källa: mätserier i Kvalitet, uttag {writer.extracted_on:%Y-%m-%d}. Andelen är beräknad."
    if any(share.denominator is None for share in shares):
        values = [share.numerator for share in shares]
        finding = f"{title}: {number(values[-1])} i {labels[-1]}"
        chart = grouped_bars(finding, labels, [("Antal", values)], heading="Månad")
    else:
        last = shares[-1]
        finding = f"{title}: {last.percent} procent i {labels[-1]}"
        chart = line(finding, labels, [(s.numerator, s.denominator or 0) for s in shares])
    return chart, Table(caption, chart.header, chart.rows, source)


def _yearly_series(writer: Writer, unit: Unit, title: str) -> tuple[Chart, Table]:
    found = {
        year: share
        for year in range(writer.year - YEARS + 1, writer.year + 1)
        if (share := writer.ledger.series(unit, title, calendar_year(year))) is not None
    }
    finding = f"{title}: {number(found[writer.year].numerator)} år {writer.year}"
    values = [share.numerator for share in found.values()]
    chart = grouped_bars(finding, [str(year) for year in found], [("Antal", values)], heading="År")
    source = f"Källa: mätserier i Kvalitet, uttag {writer.extracted_on:%Y-%m-%d}."
    return chart, Table(f"{title}, {unit.name}", chart.header, chart.rows, source)


def risk_analyses(writer: Writer) -> list[Table | Paragraph]:
    """Return the blocks of an appendix: what was analysed, where, and what came of it."""
    period = writer.period
    done = RiskAnalysis.objects.filter(decided_on__gte=period.first, decided_on__lt=period.end)
    header = (
        "Genomförd riskanalys",
        "Verksamhet där den genomfördes",
        "Åtgärder som vidtagits utifrån analysen",
        "Processer och rutiner som förbättrats",
    )
    tables = [
        Table(
            f"Riskanalyser {writer.year}, {area}",
            header,
            tuple((case.title, case.workplace, *measures(case)) for case in cases),
            widths=(30, 20, 30, 20),
        )
        for area, cases in _by_area(writer, done)
    ]
    return [*tables] or [Paragraph((f"Inga riskanalyser beslutades {writer.year_in_words}.",))]


def self_checks(writer: Writer) -> list[Table | Paragraph]:
    """Return the blocks of an appendix: what was checked, where, with which result, and what came of it."""
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
    tables = [
        Table(
            f"Egenkontroller {writer.year}, {area}",
            header,
            tuple((case.title, case.workplace, result_of(case), *measures(case)) for case in cases),
            widths=(25, 20, 20, 20, 15),
        )
        for area, cases in _by_area(writer, done)
    ]
    return [*tables] or [Paragraph((f"Inga egenkontroller genomfördes {writer.year_in_words}.",))]


def _by_area(writer: Writer, cases: QuerySet[CaseT]) -> Iterator[tuple[str, list[CaseT]]]:
    """Group cases by the area right below the report's unit, in the order of the tree."""
    below = cases.filter(unit__path__startswith=writer.unit.path, protected=False).select_related("unit")
    names = {area.path: area.name for area in writer.areas([writer.year])}

    def area_of(case: CaseT) -> str:
        return next((name for path, name in names.items() if case.unit.path.startswith(path)), "gemensamt")

    for area, group in groupby(below.prefetch_related("actions").order_by("unit__path", "pk"), key=area_of):
        yield area, list(group)


def measures(case: Case) -> tuple[str, str]:
    """Return the actions of a case and the routines that they improved, for two cells."""
    actions = list(case.actions.all())
    # A register that names only the routine has no other words for the action: they stand once.
    done = "\n".join(action.text for action in actions if action.text not in {"", action.improved_routine})
    improved = "\n".join(action.improved_routine for action in actions if action.improved_routine)
    return done or NOTHING, improved or NOTHING


def result_of(check: SelfCheck) -> str:
    """Return what a check showed; of several questions each has its own share, and their sum says nothing."""
    answered = [result for result in results_of(check) if result.reviewed]
    if len(answered) > 1:
        shares = [f"{r.question}: {number(r.met)} av {number(r.reviewed)}" for r in answered]
    else:
        shares = [f"{number(check.met)} av {number(check.reviewed)}"] if check.reviewed else []
    return "\n".join(part for part in (check.result, *shares) if part) or NOTHING
