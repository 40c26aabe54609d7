"""The rows behind a number: the condition that the cells were counted by, asked of the cases themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.urls import reverse
from django.utils.http import urlencode

from analysis.counted.countings import ALL_BUT, COUNTING_OF, DIMENSIONS
from analysis.counted.questions import Question
from analysis.counted.subjects import Subject
from analysis.counted.vocabulary import ALONE, BASES, MISSING, SUBJECTS
from casework.database.periods import Period
from casework.models import Action, Case, Recount
from casework.register.inbox import state_in_words, with_names
from lexsarah.models import LexSarahCase, LexSarahReport
from organisation.models import Unit, User


def rows_url(
    subject: str,
    unit: Unit,
    period: Period,
    basis: str = "received",
    *,
    alone: bool = False,
    **dimensions: str,
) -> str:
    """Return the address of the rows of a number: the same for everyone, without names.

    A dimension that is given "" asks for the rows where nobody has said.  ``alone`` leaves out what lies
    below the unit.
    """
    return f"{reverse('analysis:rows')}?{asked(subject, unit, period, basis, alone=alone, **dimensions)}"


def asked(
    subject: str,
    unit: Unit,
    period: Period,
    basis: str,
    *,
    alone: bool = False,
    **dimensions: str,
) -> str:
    """Return a question as addresses write it."""
    words = {
        "amne": SUBJECTS[subject].slug,
        "grund": BASES[basis].slug,
        "enhet": unit.code,
        "period": str(period),
        **({ALONE: "ja"} if alone else {}),
        **{
            DIMENSIONS[name].slug: value or MISSING
            for name, value in dimensions.items()
        },
    }
    return urlencode(words)


def is_behind(question: Question) -> bool:
    """Tell whether something has changed that is not counted yet: then rows and number may differ."""
    marks = Recount.objects.filter(unit__path__startswith=question.unit.path)
    if question.subject == "actions":  # which are counted with the unit of their case
        return marks.exists()
    if (
        question.subject == Subject.LEXSARAH
    ):  # a report counts for its own unit, its case for another
        return Recount.objects.filter(subject=question.subject).exists()
    return marks.filter(subject=question.subject).exists()


def _keys(question: Question) -> RawSQL:
    """Return the keys of what a question counts, by the declaration that its cells are counted by."""
    counting = COUNTING_OF[question.subject, question.basis]
    units = list(Unit.objects.below(question.unit).order_by().values_list("pk", "code"))
    for name, value in question.where:
        if name == "unit":
            units = [(pk, code) for pk, code in units if code == value]
    conditions = [
        f"{counting.day} >= %s AND {counting.day} < %s",
        f"{counting.unit} = ANY(%s)",
    ]
    values: list[Any] = [
        question.period.first,
        question.period.end,
        [pk for pk, _ in units],
    ]
    for name, value in question.where:
        if name == "unit":
            continue
        if but := ALL_BUT.get((name, value)):
            conditions.append(f"{counting.dimensions[name].sql} <> ALL(%s)")
            values.append(list(but))
        else:
            conditions.append(f"{counting.dimensions[name].sql} = %s")
            values.append(value)
    where = " AND ".join(conditions)
    sql = f"SELECT {counting.row} FROM {counting.source} WHERE {where}"  # noqa: S608 -- our own names only
    return RawSQL(sql, values)  # noqa: S611 -- every value is a parameter


def everything(question: Question) -> QuerySet[Any]:
    """Return all rows that a question counts, readable or not: to be counted, never shown."""
    found: QuerySet[Any] = model_of(question).objects.filter(pk__in=_keys(question))
    return found


def readable(question: Question, *, reader: User) -> QuerySet[Any]:
    """Return the rows that a person may read in whole (OSL 26 kap. 1 §), newest first.

    What one only has reported oneself is not among them: by which cause or degree it is counted is what
    the handler wrote.
    """
    table = model_of(question)
    if table is Case:
        return with_names(
            Case.objects.handled_by(reader).filter(pk__in=_keys(question))
        )
    if table is Action:
        own = (
            Action.objects.visible_to(reader).filter(pk__in=_keys(question)).numbered()
        )
        return own.select_related("case__unit").order_by(
            "-decided_on", "-case__number", "-pk"
        )
    cases = LexSarahCase.objects.handled_by(reader).order_by().values("pk")
    reports = LexSarahReport.objects.filter(pk__in=_keys(question), case__in=cases)
    return reports.select_related("case", "unit").order_by("-received_on", "-number")


def model_of(question: Question) -> Any:
    """Return what a question counts: cases, actions, or reports of lex Sarah."""
    if question.subject == "actions":
        return Action
    if (question.subject, question.basis) == (Subject.LEXSARAH, "received"):
        return LexSarahReport
    return Case


@dataclass(frozen=True)
class Row:
    """One row as the page shows it; a case about a protected person has no title."""

    number: str
    url: str
    title: str
    unit: str
    day: Any
    state: str


def case_of(found: Case | LexSarahReport | Action) -> int:
    """Return the key of the case that a row is, or is about."""
    return found.pk if isinstance(found, Case) else found.case_id


def shown(found: Case | LexSarahReport | Action) -> Row:
    """Return what the page says of a row."""
    if isinstance(found, Case):
        return Row(
            found.number,
            reverse("casework:case", args=[found.number]),
            found.shown_title,
            found.unit.name,
            found.received_on,
            state_in_words(found),
        )
    case = found.case
    if isinstance(found, Action):
        place = found.place
        return Row(
            f"{case.number}, åtgärd {place}",
            reverse("casework:action", args=[case.number, place]),
            case.shown_title if case.protected else found.text,
            case.unit.name,
            found.decided_on,
            found.state.capitalize(),
        )
    return Row(
        found.number,
        reverse("casework:case", args=[case.number]),
        case.shown_title,
        found.unit.name,
        found.received_on,
        f"Utreds i {case.number}" if case.closed_on is None else "Avslutad",
    )
