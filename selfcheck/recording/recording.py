"""The verbs that record the findings of a check without a draw: survey, figures, places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models, transaction

from casework.cases.changes import Facts, changes_in_rows, facts_of
from casework.cases.history import log
from casework.models import Change
from casework.process.workflow import StepRefusedError, TooLateError
from selfcheck.methods import Asks, asks
from selfcheck.models import Draw, Indicator, SelfCheck, SurveyQuestion
from selfcheck.process.services import MOST_DRAWN, lock_review
from selfcheck.review.drawing import Interval, wilson
from selfcheck.review.reviewing import Before

if TYPE_CHECKING:
    from organisation.models import User

MOST_ROWS = 40


# --- a survey ---------------------------------------------------------------------------------
def record_survey(
    case: SelfCheck,
    *,
    actor: User,
    seen_version: int,
    questions: Sequence[SurveyQuestion],
) -> None:
    """Record how many answered each question, and how many of them as one hopes; all questions at once.

    Raises TooLateError when somebody else came first, and ValidationError for more answers than persons.
    """
    with transaction.atomic():
        locked = lock_review(case, actor)
        if not asks(locked.method, Asks.SURVEY_ANSWERS):
            raise StepRefusedError("Egenkontrollen är ingen enkät.")
        if _same(
            locked.survey_questions.all(), questions, ("text", "answered", "positive")
        ):
            return
        _refuse_too_late(locked, seen_version)
        most = max((question.answered for question in questions), default=0)
        if locked.answered is not None and most > locked.answered:
            raise ValidationError(
                f"{most} svar går inte: {locked.answered} har svarat på enkäten."
            )
        before = _facts(locked.survey_questions.all())
        locked.survey_questions.all().delete()
        _number(locked, questions)
        SurveyQuestion.objects.bulk_create(questions)
        changes = changes_in_rows(SurveyQuestion, before, questions, place="Fråga")
        _count_up(
            locked,
            actor,
            "survey",
            f"Antecknade svaren på {_in_words(len(questions))}",
            changes,
        )


def _in_words(questions: int) -> str:
    return "en fråga" if questions == 1 else f"{questions} frågor"


def _refuse_too_late(case: SelfCheck, seen_version: int) -> None:
    if case.version != seen_version:
        raise TooLateError("Någon annan hann före. Läs det nya läget och försök igen.")


def _same(
    stored: models.QuerySet[Any], said: Sequence[models.Model], fields: tuple[str, ...]
) -> bool:
    """Tell whether the same rows are there already: a form sent twice."""
    told = attrgetter(
        *fields
    )  # of two fields or more: the values of each row as a tuple
    return list(map(told, said)) == list(stored.values_list(*fields))


def _number(case: SelfCheck, rows: Sequence[Any]) -> None:
    for position, row in enumerate(rows, start=1):
        row.check_case, row.position = case, position
        row.full_clean(exclude=["check_case"])


def _facts(rows: models.QuerySet[Any]) -> list[Facts]:
    return [facts_of(row) for row in rows]


def _count_up(
    case: SelfCheck, actor: User, action: str, label: str, changes: Sequence[Change]
) -> None:
    case.version += 1
    case.save(update_fields=["version"])
    log(case, action=action, label=label, actor=actor, changes=changes)


@dataclass(frozen=True)
class SurveyResult:
    """The answers to one question, beside those of the last round."""

    question: SurveyQuestion
    before: SurveyQuestion | None

    @property
    def interval(self) -> Interval | None:
        """Return where the share of all lies, with 95 % certainty."""
        return wilson(self.question.positive, self.question.answered)

    @property
    def change(self) -> str:
        """Return the change since last time; only a certain one is called a change."""
        if self.before is None:
            return ""
        now, then = self.interval, wilson(self.before.positive, self.before.answered)
        told = self.before.share.words
        if now is None or then is None or not now.separates_from(then):
            return f"{told}. Ingen säker förändring."
        return f"{told}. Andelen är {'högre' if now.low > then.high else 'lägre'} nu."


def survey_results(case: SelfCheck, before: Before | None) -> list[SurveyResult]:
    """Return the answers to each question, beside the same question in the last round."""
    questions = list(case.survey_questions.all())
    asked = before.case.survey_questions.all() if before and questions else ()
    earlier = {row.text.casefold(): row for row in asked}
    return [
        SurveyResult(question, earlier.get(question.text.casefold()))
        for question in questions
    ]


# --- figures looked at ------------------------------------------------------------------------
_INDICATOR = ("name", "value", "measure", "year", "beside", "other", "source", "link")


def record_indicators(
    case: SelfCheck, *, actor: User, seen_version: int, indicators: Sequence[Indicator]
) -> None:
    """Record the figures looked at, each with its comparison (SOSFS 2011:9 5 kap. 2 §).

    Raises TooLateError when somebody else came first.
    """
    with transaction.atomic():
        locked = lock_review(case, actor)
        if not asks(locked.method, Asks.INDICATORS):
            raise StepRefusedError(
                "Egenkontrollen är ingen jämförelse eller genomgång av statistik."
            )
        if _same(locked.indicators.all(), indicators, _INDICATOR):
            return
        _refuse_too_late(locked, seen_version)
        before = _facts(locked.indicators.all())
        locked.indicators.all().delete()
        _number(locked, indicators)
        Indicator.objects.bulk_create(indicators)
        changes = changes_in_rows(Indicator, before, indicators, place="Nyckeltal")
        _count_up(
            locked,
            actor,
            "indicators",
            f"Antecknade {len(indicators)} nyckeltal",
            changes,
        )


# --- places -----------------------------------------------------------------------------------
def list_places(
    case: SelfCheck, *, actor: User, places: Sequence[str], reason: str = ""
) -> Draw:
    """Say which places a walk-through goes through: all of them, in order, so that nothing is drawn.

    A second list needs a reason, and both stay to be read.  The same list sent twice is one.  Raises
    StepRefusedError when there are answers.
    """
    with transaction.atomic():
        locked = lock_review(case, actor)
        if not asks(locked.method, Asks.PLACES):
            raise StepRefusedError("Egenkontrollen är ingen genomgång på plats.")
        last = locked.draws.last()
        if last and last.of == Draw.Of.PLACES and last.members == list(places):
            return last
        if not 1 <= len(places) <= MOST_DRAWN:
            raise ValidationError(
                {"places": f"Skriv minst 1 och högst {MOST_DRAWN} platser."}
            )
        if last and not reason:
            raise ValidationError({"reason": "Skriv varför listan ändras."})
        if locked.answers.exists():
            raise StepRefusedError(
                "Genomgången har börjat. Det går inte att ändra platserna."
            )
        count = len(places)
        made = Draw.objects.create(
            check_case=locked,
            of=Draw.Of.PLACES,
            population="alla platser i listan",
            size=count,
            count=count,
            drawn=list(range(1, count + 1)),
            members=list(places),
            reason=reason,
            drawn_by=actor,
        )
        log(locked, action="draw", label=f"Listade {count} platser", actor=actor)
    return made
