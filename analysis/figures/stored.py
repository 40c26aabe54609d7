"""Read stored figures: counts by subject, basis, unit, period and dimensions, from cells alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet, Sum
from django.utils import timezone

from analysis.counted.countings import ALL_BUT, FIRST_BASIS
from analysis.counted.questions import SERIES, FigureError, Question
from analysis.figures.known import Known, begun
from analysis.models import Cell, KeptCell
from organisation.models import Unit
from selfcheck.register.statistics import shares_by_title


def meets(name: str, value: str, wanted: str) -> bool:
    """Tell whether a value of a dimension is the wanted one, or one of those that it stands for."""
    but = ALL_BUT.get((name, wanted))
    return value == wanted if but is None else value not in but


_COLUMNS = {"unit": "unit__code"}


def rows(question: Question) -> list[tuple[str, ...]]:
    """Return the rows of an answer, each with its ``by`` values and then the count, in order.

    Without ``by`` there is exactly one row.  A series counts as numerator/denominator.
    """
    if question.subject == SERIES:
        return _series_rows(question)
    cells = _counted(question, Cell)
    if not question.by:
        return [(str(_sum(cells)),)]
    columns = [_COLUMNS.get(name, name) for name in question.by]
    grouped = (
        cells.values_list(*columns).annotate(total=Sum("count")).order_by(*columns)
    )
    return [tuple(map(_in_text, row)) for row in grouped]


def _in_text(value: dt.date | str | int) -> str:
    """Return a value as an answer writes it: a month, a word or a count."""
    if isinstance(value, dt.date):
        return f"{value:%Y-%m}"
    return str(value)


def _counted(question: Question, table: type[Cell | KeptCell]) -> QuerySet[Any]:
    cells: QuerySet[Any] = table._default_manager.filter(
        unit__path__startswith=question.unit.path,
        subject=question.subject,
        basis=question.basis,
        month__gte=question.period.first,
        month__lt=question.period.end,
    )
    return narrowed(cells, question.where)


def narrowed(cells: QuerySet[Any], where: Iterable[tuple[str, str]]) -> QuerySet[Any]:
    """Return the cells that meet every narrowing."""
    for name, value in where:
        if (name, value) in ALL_BUT:
            cells = cells.exclude(**{f"{name}__in": ALL_BUT[name, value]})
        elif name == "month":
            raise FigureError("Välj månad med perioden.")
        else:
            cells = cells.filter(**{_COLUMNS.get(name, name): value})
    return cells


def _sum(cells: QuerySet[Any]) -> int:
    return cells.aggregate(total=Sum("count"))["total"] or 0


def number_purged(question: Question) -> int:
    """Return how many of what a question counts have been purged since: they have no rows any more."""
    return _sum(_counted(question, KeptCell))


def _series_rows(question: Question) -> list[tuple[str, ...]]:
    shares = shares_by_title(question.unit, question.period)
    wanted = dict(question.where).get("title")
    if wanted is not None:
        share = str(shares.get(wanted, 0))
        return [(wanted, share)] if question.by else [(share,)]
    # Sums over different series say nothing: without a title each series has its row.
    return [(title, str(share)) for title, share in shares.items()]


def lacking(question: Question) -> tuple[str, bool]:
    """Return in words of which months the register knows nothing, and whether it knows of any.

    Months that have not begun are not asked for.
    """
    if question.subject == SERIES:
        return "", True
    asked = begun(question.period)
    known = Known(question.unit).months(
        question.unit,
        question.subject,
        question.basis,
        question.period,
        where=question.where,
    )
    missing = sorted(set(asked) - set(known))
    if not missing:
        return "", True
    months = f"{missing[0]:%Y-%m}"
    if len(missing) > 1:
        months = f"{len(missing)} månader mellan {months} och {missing[-1]:%Y-%m}"
    return f"Uppgift saknas för {months}.", bool(known)


def header(question: Question) -> tuple[str, ...]:
    """Return the column names of an answer."""
    if question.subject == SERIES and not question.where:
        return ("title", "count")
    return (*question.by, "count")


def number(question: Question) -> int:
    """Return the one count that a question without ``by`` asks for."""
    ((value,),) = rows(question)
    return int(value)


def table(question: Question) -> Mapping[Sequence[str], int]:
    """Return the counts of a split question by their values."""
    return {tuple(row[:-1]): int(row[-1]) for row in rows(question)}


def newest_year(unit: Unit) -> int:
    """Return the year in which anything came in last to a unit or below it, or this year."""
    newest = (
        Cell.objects.under(unit).filter(basis="received").order_by("-month").first()
    )
    if newest is None:
        return timezone.localdate().year
    return newest.month.year


def register_begins(unit: Unit, subject: str = "deviations") -> dt.date | None:
    """Return the first month of which the register of a unit's administration is whole of a subject.

    What another administration of the installation has registered says nothing of this one.
    """
    return Known(unit).begins(unit, subject, FIRST_BASIS[subject])
