"""The verbs of lex Sarah: complement a report, take a step, join cases, record decisions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from casework.changes import changes_in, facts_of
from casework.history import log
from casework.models import Case, Recusal
from casework.workflow import StepRefusedError, take
from deviations.escalating import give_answer, resume, settle, take_back
from deviations.models import Deviation
from deviations.models import State as DeviationState
from lexsarah.deadlines import Facts, clocks
from lexsarah.models import DecidedBy, Decision, Degree, LexSarahCase, LexSarahReport, Meeting, State
from lexsarah.policies import rules_over, workflow_of
from lexsarah.rules import RANK, SERIOUS, Body
from lexsarah.workflow import AT_A_MEETING

if TYPE_CHECKING:
    import datetime as dt

    from organisation.models import User

SAID_BY_REPORTER = ("act", "noticed", "measures_taken", "happened_before", "unexpected_death", "told_police")


def complement(report: LexSarahReport, *, actor: User, facts: Mapping[str, Any]) -> None:
    """Let the reporter add what the short form did not ask, until the investigator has begun.

    Raises StepRefusedError when it is somebody else's report, or the investigation has begun.
    """
    with transaction.atomic():
        case = LexSarahCase.objects.select_for_update(of=("self", "case_ptr")).get(pk=report.case_id)
        locked = LexSarahReport.objects.select_for_update().get(pk=report.pk)
        if locked.reporter_id != actor.pk:
            raise StepRefusedError("Det är den som rapporterade som kompletterar.")
        if case.state != State.REPORTED:
            raise StepRefusedError("Utredningen har börjat. Skriv ett meddelande i stället.")
        before, said_before = facts_of(case), facts_of(locked)
        for name in SAID_BY_REPORTER:
            setattr(locked, name, facts[name])
        locked.complemented_at = timezone.now()
        locked.save()
        case.noticed, case.happened_before = _said(case, "noticed"), _said(case, "happened_before")
        case.unexpected_death = case.unexpected_death or facts["unexpected_death"]
        case.version += 1
        case.save(update_fields=["noticed", "happened_before", "unexpected_death", "version"])
        said = changes_in(locked, said_before, place=f"Rapport {locked.number}")
        changes = changes_in(case, before) + said
        log(case, action="complement", label="Rapporten kompletterades", actor=actor, changes=changes)


def _said(case: LexSarahCase, name: str) -> str:
    """Return what the reports of a case say of one thing, each once."""
    said = case.reports.exclude(**{name: ""}).values_list(name, flat=True)
    return "\n\n".join(dict.fromkeys(said))


# --- steps ------------------------------------------------------------------------------------
def take_step(
    case: LexSarahCase, name: str, *, actor: User, seen_version: int, facts: Mapping[str, Any]
) -> LexSarahCase:
    """Take a step of the process with all that belongs to it; see casework.workflow.take for refusals."""
    if name in AT_A_MEETING:
        raise StepRefusedError("Det som nämnden beslutar antecknas i listan för sammanträdet.")
    with transaction.atomic():
        taken = take(workflow_of(case), case, name, actor=actor, seen_version=seen_version, facts=facts)
        if afterwards := _AFTERWARDS.get(name):
            afterwards(taken, actor, facts)
        _follow_circle(taken)
        set_clock(taken)
    return taken


def _follow_circle(case: LexSarahCase) -> None:
    """Let the event that is investigated be read by those who read the case, and no others."""
    events = [deviation.pk for deviation in _escalated(case)]
    Case.objects.filter(pk__in=events).exclude(circle=case.circle).update(circle=case.circle)


def _record_own(case: LexSarahCase, actor: User, _facts: Mapping[str, Any]) -> None:
    if case.degree not in rules_over(case.unit).investigators_own:
        raise StepRefusedError("Den bedömningen beslutar någon annan om. Lägg fram ett förslag.")
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
    _settle_deviations(case, actor)


def _record_chair(case: LexSarahCase, actor: User, facts: Mapping[str, Any]) -> None:
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


def _settle_deviations(case: LexSarahCase, actor: User) -> None:
    """Close the events that were found to be misconducts; the chief goes on with those that were not."""
    for deviation in _escalated(case):
        if case.degree == Degree.NONE:
            take_back(deviation, actor=actor)
        else:
            settle(deviation, actor=actor, words=f"Utreddes enligt lex Sarah, se {case.number}.")


def _return(case: LexSarahCase, actor: User, _facts: Mapping[str, Any]) -> None:
    for deviation in _escalated(case):
        take_back(deviation, actor=actor)


def _redo(case: LexSarahCase, actor: User, _facts: Mapping[str, Any]) -> None:
    """Take back the events whose case is investigated anew: what they are is open again."""
    for deviation in Deviation.objects.filter(lexsarah_reports__case=case).distinct():
        resume(deviation, actor=actor)


def _answer(case: LexSarahCase, actor: User, facts: Mapping[str, Any]) -> None:
    if answer := facts.get("answer"):
        for deviation in Deviation.objects.filter(lexsarah_reports__case=case):
            give_answer(deviation, actor=actor, answer=answer)


def _join(case: LexSarahCase, actor: User, facts: Mapping[str, Any]) -> None:
    """Move the reports to the case that they join; whoever made them has no part in that one (FL 16 §)."""
    joined = facts["duplicate_of"]
    other = LexSarahCase.objects.select_for_update(of=("self", "case_ptr")).get(pk=joined.pk)
    if other.state not in {State.REPORTED, State.INVESTIGATING}:
        raise StepRefusedError("Det andra ärendet är redan avgjort. Välj ett som utreds.")
    if case.protected and not other.protected:
        raise StepRefusedError("Det andra ärendet är inte skyddat. Skydda det först, med samma läsare.")
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
    log(other, action="joined", label=label, actor=actor, changes=changes_in(other, before))


def _escalated(case: LexSarahCase) -> list[Deviation]:
    return list(
        Deviation.objects.filter(lexsarah_reports__case=case, state=DeviationState.ESCALATED).distinct()
    )


_AFTERWARDS = {
    "besluta": _record_own,
    "ordforande": _record_chair,
    "skicka-tillbaka": _return,
    "gor-om": _redo,
    "aterkoppla": _answer,
    "foga-till": _join,
}


# --- what a board decides ---------------------------------------------------------------------
def record_decision(
    case: LexSarahCase, *, meeting: Meeting, actor: User, seen_version: int, facts: Mapping[str, Any]
) -> LexSarahCase:
    """Record what a body decided at a meeting: degree, whether measures are enough, whether IVO is told.

    Raises StepRefusedError when the body may not decide that degree, or IVO is not told of what is serious,
    or told of what is not (SoL 27 kap. 6 §).
    """
    degree, notifies = facts["degree"], facts["notifies"]
    if RANK[Body(meeting.body)] < RANK[rules_over(case.unit).body_for(degree)]:
        raise StepRefusedError("Enligt er ordning beslutar någon annan om den bedömningen.")
    if notifies and degree not in SERIOUS:
        raise StepRefusedError(
            "Bara det som är allvarligt anmäls till IVO. Välj en annan bedömning, eller nej."
        )
    if degree in SERIOUS and not notifies and not case.ivo_decided_by:
        raise StepRefusedError(
            "Det som är allvarligt ska anmälas till IVO. Välj ja, eller en annan bedömning."
        )
    with transaction.atomic():
        about = {"degree": degree, "body": meeting.body, "on": meeting.on, "notifies": notifies}
        taken = take(workflow_of(case), case, "beslut", actor=actor, seen_version=seen_version, facts=about)
        Decision.objects.create(
            case=taken,
            outcome=Decision.Outcome.DECIDED,
            recorded_by=actor,
            meeting=meeting,
            body=meeting.body,
            on=meeting.on,
            degree=degree,
            notifies=notifies,
            paragraph=facts["paragraph"],
            approves_measures=facts["approves_measures"],
            reason=facts.get("motive", ""),
        )
        _settle_deviations(taken, actor)
        set_clock(taken)
    return taken


def send_back(
    case: LexSarahCase, *, meeting: Meeting, actor: User, seen_version: int, facts: Mapping[str, Any]
) -> LexSarahCase:
    """Record that a body wants to know more before it decides (återremiss)."""
    with transaction.atomic():
        about = {"reason": facts["motive"]}
        taken = take(
            workflow_of(case), case, "aterremiss", actor=actor, seen_version=seen_version, facts=about
        )
        Decision.objects.create(
            case=taken,
            outcome=Decision.Outcome.SENT_BACK,
            recorded_by=actor,
            meeting=meeting,
            body=meeting.body,
            on=meeting.on,
            paragraph=facts["paragraph"],
            reason=facts["motive"],
        )
        set_clock(taken)
    return taken


# --- clocks -----------------------------------------------------------------------------------
def clock_facts(case: LexSarahCase) -> Facts:
    """Return the days of a case that start and stop its clocks."""
    answered = case.answered_on or (case.closed_on if case.no_answer_reason == "" else case.decided_on)
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
