"""The verbs of lex Sarah: complement a report, take a step, record what a board decides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from casework.cases.changes import changes_in, facts_of
from casework.cases.history import log
from casework.process.workflow import StepRefusedError, take
from lexsarah.board.policies import rules_over
from lexsarah.law.policy import RANK, SERIOUS, Body
from lexsarah.models import Decision, LexSarahCase, LexSarahReport, Meeting, State
from lexsarah.process.workflow import workflow_of

if TYPE_CHECKING:
    from organisation.models import User

SAID_BY_REPORTER = (
    "act",
    "noticed",
    "measures_taken",
    "happened_before",
    "unexpected_death",
    "told_police",
)


def complement(
    report: LexSarahReport, *, actor: User, facts: Mapping[str, Any]
) -> None:
    """Let the reporter add what the short form did not ask, until the investigator has begun.

    Raises StepRefusedError when it is somebody else's report, or the investigation has begun.
    """
    with transaction.atomic():
        case = LexSarahCase.objects.select_for_update(of=("self", "case_ptr")).get(
            pk=report.case_id
        )
        locked = LexSarahReport.objects.select_for_update().get(pk=report.pk)
        if locked.reporter_id != actor.pk:
            raise StepRefusedError("Det är den som rapporterade som kompletterar.")
        if case.state != State.REPORTED:
            raise StepRefusedError(
                "Utredningen har börjat. Skriv ett meddelande i stället."
            )
        before, said_before = facts_of(case), facts_of(locked)
        for name in SAID_BY_REPORTER:
            setattr(locked, name, facts[name])
        locked.complemented_at = timezone.now()
        locked.save()
        case.noticed, case.happened_before = (
            _said(case, "noticed"),
            _said(case, "happened_before"),
        )
        case.unexpected_death = case.unexpected_death or facts["unexpected_death"]
        case.version += 1
        case.save(
            update_fields=["noticed", "happened_before", "unexpected_death", "version"]
        )
        said = changes_in(locked, said_before, place=f"Rapport {locked.number}")
        changes = changes_in(case, before) + said
        log(
            case,
            action="complement",
            label="Rapporten kompletterades",
            actor=actor,
            changes=changes,
        )


def _said(case: LexSarahCase, name: str) -> str:
    """Return what the reports of a case say of one thing, each once."""
    said = case.reports.exclude(**{name: ""}).values_list(name, flat=True)
    return "\n\n".join(dict.fromkeys(said))


# --- steps ------------------------------------------------------------------------------------
def take_step(
    case: LexSarahCase,
    name: str,
    *,
    actor: User,
    seen_version: int,
    facts: Mapping[str, Any],
) -> LexSarahCase:
    """Take a step of the process; see casework.process.workflow.take for what it refuses."""
    workflow = workflow_of(case)
    if workflow.step(name).taken_at:
        raise StepRefusedError(
            "Det som nämnden beslutar antecknas i listan för sammanträdet."
        )
    return take(
        workflow, case, name, actor=actor, seen_version=seen_version, facts=facts
    )


# --- what a board decides ---------------------------------------------------------------------
def record_decision(
    case: LexSarahCase,
    *,
    meeting: Meeting,
    actor: User,
    seen_version: int,
    facts: Mapping[str, Any],
) -> LexSarahCase:
    """Record what a body decided at a meeting: degree, whether measures are enough, whether IVO is told.

    Raises StepRefusedError when the body may not decide that degree, or IVO is not told of what is serious,
    or told of what is not (SoL 27 kap. 6 §).
    """
    degree, notifies = facts["degree"], facts["notifies"]
    if RANK[Body(meeting.body)] < RANK[rules_over(case.unit).body_for(degree)]:
        raise StepRefusedError(
            "Enligt er ordning beslutar någon annan om den bedömningen."
        )
    if notifies and degree not in SERIOUS:
        raise StepRefusedError(
            "Bara det som är allvarligt anmäls till IVO. Välj en annan bedömning, eller nej."
        )
    if degree in SERIOUS and not notifies and not case.ivo_decided_by:
        raise StepRefusedError(
            "Det som är allvarligt ska anmälas till IVO. Välj ja, eller en annan bedömning."
        )
    with transaction.atomic():
        about = {
            "degree": degree,
            "body": meeting.body,
            "on": meeting.on,
            "notifies": notifies,
        }
        taken = take(
            workflow_of(case),
            case,
            "beslut",
            actor=actor,
            seen_version=seen_version,
            facts=about,
        )
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
    return taken


def send_back(
    case: LexSarahCase,
    *,
    meeting: Meeting,
    actor: User,
    seen_version: int,
    facts: Mapping[str, Any],
) -> LexSarahCase:
    """Record that a body wants to know more before it decides (återremiss)."""
    with transaction.atomic():
        about = {"reason": facts["motive"]}
        taken = take(
            workflow_of(case),
            case,
            "aterremiss",
            actor=actor,
            seen_version=seen_version,
            facts=about,
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
    return taken
