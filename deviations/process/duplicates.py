"""The one who reported what was reported already is answered with the case that is investigated.

Who reports is to be told what came of it (SOSFS 2011:9 6 kap. 3 §), also when the event is investigated in
somebody else's case.  Of that case nothing is said that its handler has not written for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from casework.background.notifications import Audience, tell
from casework.cases.changes import changes_in, facts_of
from casework.cases.history import log
from casework.models import Case, Notice
from deviations.models import Deviation, State

if TYPE_CHECKING:
    from organisation.models import User

ALREADY_ENDED = "Det andra ärendet är redan besvarat. Läs igenom svaret till den som rapporterade här."
ASK_FOR_ANSWER = "Skriv svaret till dem som har rapporterat samma händelse."
ELSEWHERE = (
    "Händelsen som du berättade om har utretts i ett annat ärende. Vi kan inte berätta mer om det ärendet "
    "här. Skriv till oss om du undrar något."
)


def is_itself_one(number: str) -> str:
    """Say that a case is a duplicate itself, and nobody's answer comes from it."""
    return f"{number} är självt en dubblett. Skriv numret på det ärende som utreds."


def lock_both(case: Deviation, main: Case) -> None:
    """Let nobody answer, end or link either of two cases until they hang together; in one order always."""
    list(
        Case.objects.select_for_update()
        .filter(pk__in=[case.pk, main.pk])
        .order_by("pk")
    )


def _refuse_unanswered(main: Deviation, answer: str) -> None:
    """Refuse a case from which no answer would come: since it was chosen somebody has linked or ended it."""
    if main.duplicate_of_id is not None:
        raise ValidationError({"duplicate_of": is_itself_one(main.number)})
    if (main.answer or main.closed_on) and not answer:
        raise ValidationError({"answer": ALREADY_ENDED})


def duplicates_of(case: Deviation) -> list[Deviation]:
    """Return the cases that are duplicates of a case, also through others, in the order of their keys."""
    found: dict[int, Deviation] = {}
    nearest = {case.pk}
    while nearest:
        linked = Deviation.objects.filter(
            duplicate_of__in=nearest, state=State.DUPLICATE
        )
        new = {
            row.pk: row for row in linked if row.pk not in found and row.pk != case.pk
        }
        found |= new
        nearest = set(new)
    return [found[key] for key in sorted(found)]


def is_told_of(case: Deviation) -> bool:
    """Tell whether others may be told what came of a case: not of one that few read."""
    return not (case.protected or case.circle)


def answer_duplicates(
    case: Deviation, *, actor: User | None, answer: str, again: bool = True
) -> None:
    """Give the reporters of all duplicates an answer, in the caller's transaction; the same twice is once.

    Unless ``again`` those who have an answer keep it.  Of a case that few read it is only said that it is
    investigated elsewhere.
    """
    text = answer if is_told_of(case) else ELSEWHERE
    for one in duplicates_of(case):
        locked = Deviation.objects.select_for_update(of=("self", "case_ptr")).get(
            pk=one.pk
        )
        if locked.answer == text or (locked.answer and not again):
            continue
        before = facts_of(locked)
        locked.answer, locked.answered_on, locked.no_answer_reason = (
            text,
            timezone.localdate(),
            "",
        )
        locked.version += 1
        locked.save(
            update_fields=["answer", "answered_on", "no_answer_reason", "version"]
        )
        changes = changes_in(locked, before)
        log(
            locked,
            action="answer",
            label="Besvarades med huvudärendet",
            actor=actor,
            changes=changes,
        )
        tell(locked, Notice.Kind.ANSWERED, audience=Audience.REPORTER, but=actor)
        if locked.contact:
            # Whoever waits for a letter, a call or a mail gets it from a person.
            tell(locked, Notice.Kind.MESSAGE, audience=Audience.HANDLERS, but=actor)


# --- what steps lead to ------------------------------------------------------------------------
def answer_with_main(
    case: Deviation, facts: Mapping[str, Any], actor: User | None
) -> None:
    """Answer the reporter of a case that is linked to another, and those of its own duplicates.

    Raises ValidationError when it is linked to a case from which no answer will come and none is written.
    """
    answer = facts.get("answer") or ""
    _refuse_unanswered(Deviation.objects.get(duplicates=case.pk), answer)
    if answer:
        tell(case, Notice.Kind.ANSWERED, audience=Audience.REPORTER, but=actor)
        answer_duplicates(case, actor=actor, answer=answer)


def answer_along(case: Deviation, facts: Mapping[str, Any], actor: User | None) -> None:
    """Answer the reporters of duplicates along with the case; raises ValidationError until it is said how."""
    if not facts.get("answer"):
        return
    to_duplicates = facts.get("answer_to_duplicates") or ""
    if not to_duplicates and is_told_of(case) and duplicates_of(case):
        raise ValidationError({"answer_to_duplicates": ASK_FOR_ANSWER})
    answer_duplicates(case, actor=actor, answer=to_duplicates)


def say_elsewhere(case: Deviation, _facts: object, actor: User | None) -> None:
    """Leave no reporter of a duplicate without an answer when the case ends."""
    answer_duplicates(case, actor=actor, answer=ELSEWHERE, again=False)
