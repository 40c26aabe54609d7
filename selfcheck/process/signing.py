"""The part of the process that log checks have alone: readings that are drawn, judged and signed for.

Lag (2001:454) 10 §; the rest of their process is that of all self-checks (selfcheck.process.workflow).
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from casework.process.steps import Page, Step, Task, at, is_in
from organisation.rights import Right
from selfcheck.models import Finding, SelfCheck, State
from selfcheck.register.counted import count_around
from selfcheck.review.judging import last_draw, tally_of

BEGINNING = frozenset({State.PLANNED, State.ONGOING})
WITH_RESULT = frozenset({State.RESULT, State.DECIDED})
# The step that signs a log check, in the process and in the history.
SIGNS = "signera"


def needs_judgements(case: SelfCheck) -> str:
    """Ask for a judgement of each reading that was drawn (lag 2001:454 10 §)."""
    drawn = last_draw(case)
    if drawn is None:
        return "Dra först läsningar ur loggen, under Läsningar i loggen."
    left = tally_of(drawn).left
    return f"{left} läsningar är inte bedömda än." if left else ""


def needs_signature(case: SelfCheck) -> str:
    """Ask for the signature of whoever judged the readings, where some were drawn."""
    if last_draw(case) is not None and not case.log.filter(action=SIGNS).exists():
        return "Läsningar är dragna ur loggen. Bedöm dem och signera, under Läsningar i loggen."
    return ""


def draws_by_hand(case: SelfCheck) -> bool:
    """Tell whether no readings were drawn from a log, so that a draw is made and answered by hand."""
    return last_draw(case) is None


def _signed(case: SelfCheck, *_: object) -> dict[str, Any]:
    """Write down what the judgements say; where all readings were motivated, nothing is left to do."""
    drawn = last_draw(case)
    if drawn is None:
        return {"state": State.RESULT}
    tally, question = tally_of(drawn), drawn.question
    today = timezone.localdate()
    said: dict[str, Any] = {
        "due_on": None,
        "done_on": today,
        "system": case.system or "Kvalitet",
        "period_from": dt.date.fromisoformat(question["first"]),
        "period_to": dt.date.fromisoformat(question["last"]),
        "met": tally.motivated,
        "reviewed": tally.judged,
        "finding": tally.finding,
        "result": tally.words,
        "state": State.RESULT,
    }
    if tally.finding == Finding.NONE:
        closed = {"closed_on": today, "state": State.CLOSED}
        said |= closed | {"conclusion": "Läsningarna hade skäl i arbetet."}
    return said


def count_again(case: SelfCheck, _facts: object, actor: Any) -> None:
    """Let the series that count log checks count the year of this one again."""
    if case.done_on is not None:
        count_around(case.unit, case.done_on.year, actor=actor)


READINGS = Task(
    "Läsningar i loggen",
    done=is_in(*WITH_RESULT, State.CLOSED),
    optional=lambda case: case.draws.exists() and draws_by_hand(case),
)
READINGS_PAGE = Page(
    name="lasningar",
    sources=BEGINNING,
    right=Right.SELFCHECK_CHECK_LOGS,
    task=READINGS,
    address=at("selfcheck:readings"),
)
SIGN = Step(
    name=SIGNS,
    label="Signera loggkontrollen",
    did="Loggkontrollen signerades",
    sources=BEGINNING,
    target=None,
    targets=frozenset({State.RESULT, State.CLOSED}),
    right=Right.SELFCHECK_CHECK_LOGS,
    law="lag (2001:454) 10 §",
    required=("registry_number",),
    demands=(needs_judgements,),
    also=_signed,
    taken_at="selfcheck:readings",
    task=READINGS,
)
