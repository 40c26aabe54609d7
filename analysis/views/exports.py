"""What the analysis lists as files: the rows behind a number, and what each unit covers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from operator import attrgetter
from typing import Any

from django.db.models import QuerySet
from django.utils.text import capfirst

from analysis.counted.questions import Question
from analysis.coverage.paragraphs import PARAGRAPHS, Row
from analysis.coverage.planned import PlanRow
from analysis.figures.rows import model_of, readable
from casework.models import Action, Case
from casework.register.exports import (
    ACTIONS,
    LACKS,
    NUMBER,
    RECEIVED,
    UNIT,
    action_rows,
    inbox_rows,
    inbox_table,
)
from organisation.lists.exports import Column, Table, Value
from organisation.models import User

_REPORTS = Table(
    page="analysis:rows_export",
    stem="underlag",
    sheet="Underlag",
    rows="rapporter",
    case=attrgetter("case_id"),
    columns=(
        NUMBER,
        UNIT,
        RECEIVED,
        Column("Utreds i", 18, lambda report: report.case.number),
        Column("Avslutades", 12, lambda report: report.case.closed_on),
    ),
    lacks=LACKS,
)


def table_behind(question: Question) -> Table:
    """Return the file of the rows behind a number."""
    tables = {Case: inbox_table(), Action: ACTIONS}
    columns_of = tables.get(model_of(question), _REPORTS)
    return replace(
        columns_of, page=_REPORTS.page, stem=_REPORTS.stem, sheet=_REPORTS.sheet
    )


def rows_behind(question: Question, reader: User) -> QuerySet[Any]:
    """Return the rows behind a number that a person may read, as its file shows them."""
    found: Any = readable(question, reader=reader)
    if found.model is Case:
        return inbox_rows(found, reader)
    if found.model is Action:
        return action_rows(found)
    reports: QuerySet[Any] = found.filter(case__protected=False)
    return reports


def paragraphs_table() -> Table:
    """Return the file of how each unit stands in each paragraph."""
    columns = (
        _paragraph(f"{one.label} ({one.number})", place)
        for place, one in enumerate(PARAGRAPHS)
    )
    return _coverage_table(Column("Raden gäller", 26, _what), *columns)


def plans_table(titles: Iterable[str]) -> Table:
    """Return the file of how far each unit has come with what it plans."""
    columns = (_plan(title, place) for place, title in enumerate(titles))
    return _coverage_table(Column("Allt som är planerat", 24, _all_planned), *columns)


def _coverage_table(*columns: Column) -> Table:
    return Table(
        page="analysis:coverage_export",
        stem="tackning",
        sheet="Täckning",
        rows="rader",
        columns=(*_WHERE, *columns),
    )


_WHERE = (
    Column("Enhet", 32, lambda row: row.unit.name),
    Column("Kod", 12, lambda row: row.unit.code),
)


def _what(row: Row) -> str:
    if row.is_sum:
        return "enheterna tillsammans"
    if row.is_own:
        return "gemensamt för hela"
    return "enheten"


def _paragraph(name: str, place: int) -> Column:
    def value(row: Row) -> str:
        judgement = row.cells[place].judgement
        return ", ".join(
            filter(None, (str(capfirst(judgement.level.value)), judgement.words))
        )

    return Column(name, 28, value)


def _all_planned(row: PlanRow) -> Value:
    return row.total.words if row.total else "Inget planerat"


def _plan(name: str, place: int) -> Column:
    def value(row: PlanRow) -> Value:
        _, share = row.shares[place]
        return share.words if share else None

    return Column(name, 24, value)
