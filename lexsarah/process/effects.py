"""What the steps of a lex Sarah case lead to: decisions, the events that it is about, and its clocks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from casework.cases.changes import changes_in, facts_of
from casework.cases.history import log
from casework.models import Case, Recusal
from casework.process.workflow import StepRefusedError
from deviations.models import Deviation
from deviations.models import State as DeviationState
from deviations.process.to_lexsarah import give_answer, resume, settle, take_back
from lexsarah.board.policies import rules_over
from lexsarah.law.deadlines import Facts, clocks
from lexsarah.models import DecidedBy, Decision, Degree, LexSarahCase, State

if TYPE_CHECKING:
    import datetime as dt

    from organisation.models import User


def follow(case: LexSarahCase, *_: object) -> None:
    """Let the events be read by those who read the case, and the case be due anew: after every step."""
    _follow_circle(case)
    set_clock(case)


def _follow_circle(case: LexSarahCase) -> None:
    """Let the event that is investigated be read by those who read the case, and no others."""
    events = [deviation.pk for deviation in _escalated(case)]
    Case.objects.filter(pk__in=events).exclude(circle=case.circle).update(
        circle=case.circle
    )


def _escalated(case: LexSarahCase) -> list[Deviation]:
    return list(
        Deviation.objects.filter(
            lexsarah_reports__case=case, state=DeviationState.ESCALATED
        ).distinct()
    )


# --- what single steps lead to ------------------------------------------------------------------
def record_own(case: LexSarahCase, facts: Mapping[str, Any], actor: User) -> None:
    """Record the investigator's own decision, and let the events follow it."""
    if case.degree not in rules_over(case.unit).investigators_own:
        raise StepRefusedError(
            "Den bedömningen beslutar någon annan om. Lägg fram ett förslag."
        )
    Decision.objects.create(
        case=case,
        outcome=Decision.Outcome.DECIDED,
        body=DecidedBy.INVESTIGATOR,
        on=case.decided_on or timezone.localdate(),
        degree=case.degree,
        notifies=case.is_serious,
        reason=case.assessment,
        recorded_by=actor,
    )
    settle_events(case, facts, actor)


def record_chair(case: LexSarahCase, facts: Mapping[str, Any], actor: User) -> None:
    """Record that the chair has decided that IVO is told."""
    Decision.objects.create(
        case=case,
        outcome=Decision.Outcome.NOTIFY,
        body=DecidedBy.CHAIR,
        on=facts["on"],
        paragraph=facts.get("paragraph", ""),
        notifies=True,
        reason=facts.get("motive", ""),
        recorded_by=actor,
    )


def settle_events(case: LexSarahCase, _facts: object, actor: User) -> None:
    """Close the events that were found to be misconducts; the chief goes on with those that were not."""
    for deviation in _escalated(case):
        if case.degree == Degree.NONE:
            take_back(deviation, actor=actor)
        else:
            settle(
                deviation,
                actor=actor,
                words=f"Utreddes enligt lex Sarah, se {case.number}.",
            )


def take_back_events(case: LexSarahCase, _facts: object, actor: User) -> None:
    """Let the chief go on with the events that are sent back."""
    for deviation in _escalated(case):
        take_back(deviation, actor=actor)


def resume_events(case: LexSarahCase, _facts: object, actor: User) -> None:
    """Take back the events whose case is investigated anew: what they are is open again."""
    for deviation in Deviation.objects.filter(lexsarah_reports__case=case).distinct():
        resume(deviation, actor=actor)


def answer_reporters(case: LexSarahCase, facts: Mapping[str, Any], actor: User) -> None:
    """Let those who reported read the answer where they reported."""
    if answer := facts.get("answer"):
        for deviation in Deviation.objects.filter(lexsarah_reports__case=case):
            give_answer(deviation, actor=actor, answer=answer)


def join(case: LexSarahCase, facts: Mapping[str, Any], actor: User) -> None:
    """Move the reports to the case that they join; whoever made them has no part in that one (FL 16 §)."""
    joined = facts["duplicate_of"]
    other = LexSarahCase.objects.select_for_update(of=("self", "case_ptr")).get(
        pk=joined.pk
    )
    if other.state not in {State.REPORTED, State.INVESTIGATING}:
        raise StepRefusedError(
            "Det andra ärendet är redan avgjort. Välj ett som utreds."
        )
    if case.protected and not other.protected:
        raise StepRefusedError(
            "Det andra ärendet är inte skyddat. Skydda det först, med samma läsare."
        )
    before = facts_of(other)
    for report in case.reports.all():
        report.case = other
        report.save(update_fields=["case"])
        other.event = f"{other.event}\n\nRapport {report.number}: {report.description}"
        if report.reporter_id and report.reporter_id != other.reporter_id:
            Recusal.objects.get_or_create(case_id=other.pk, user_id=report.reporter_id)
    other.version += 1
    other.save(update_fields=["event", "version"])
    label = f"Rapport från {case.number} fogades hit"
    log(
        other,
        action="joined",
        label=label,
        actor=actor,
        changes=changes_in(other, before),
    )


# --- clocks -----------------------------------------------------------------------------------
def clock_facts(case: LexSarahCase) -> Facts:
    """Return the days of a case that start and stop its clocks."""
    answered = case.answered_on or (
        case.closed_on if case.no_answer_reason == "" else case.decided_on
    )
    return Facts(
        reported_on=case.received_on,
        received_on=case.begun_on or case.decided_on,
        measures_on=case.immediate_measures_on or case.decided_on,
        decided_on=case.decided_on,
        notify_decided_on=case.notify_decided_on,
        notified_on=case.ivo_notified_on,
        completed_on=case.investigation_sent_on or case.ivo_answered_on,
        feedback_on=answered,
    )


def set_clock(case: LexSarahCase) -> None:
    """Let the case be due when the first of its clocks runs out; nothing is due in one that is closed."""
    due: dt.date | None = None
    if case.closed_on is None:
        running = clocks(clock_facts(case), rules_over(case.unit).limits)
        due = running[0].due_on if running else None
    if case.due_on != due:
        case.due_on = due
        case.save(update_fields=["due_on"])
