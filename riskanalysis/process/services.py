"""The verbs of risk analyses: plan one, take a step, write a risk down and judge it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from casework.background.notifications import Audience, tell, tell_of_units
from casework.cases.changes import changes_in, facts_of
from casework.cases.history import log
from casework.database.saving import save_checked
from casework.handling.services import next_number, wait_for_form
from casework.models import Notice
from casework.process.workflow import StepRefusedError, TooLateError, take
from organisation.access import may
from organisation.models import Membership, Unit
from organisation.rights import Right
from riskanalysis.models import PromptAnswer, Reason, Risk, RiskAnalysis
from riskanalysis.process.workflow import workflow_of
from riskanalysis.prompts import Prompt, without_analysis, yearly_day

if TYPE_CHECKING:
    from organisation.models import User

WHILE_ANALYSED = (
    "event",
    "cause",
    "consequence",
    "probability",
    "severity",
    "decision",
    "reason",
)
AFTERWARDS = ("residual_probability", "residual_severity")


def plan(
    *,
    actor: User,
    form_token: UUID,
    facts: Mapping[str, Any],
    prompt: Prompt | None = None,
) -> RiskAnalysis:
    """Plan a risk analysis of the quality of the service (SOSFS 2011:9 5 kap. 1 §); one form is one analysis.

    What prompted it is answered by it, and the analysis is about the same routine.
    Raises StepRefusedError when the actor plans nothing in that unit.
    """
    token = uuid5(form_token, str(actor.pk))
    if not may(actor, Right.RISKANALYSIS_PLAN, facts["unit"]):
        raise StepRefusedError("Din roll ger inte rätt att planera riskanalyser där.")
    with transaction.atomic():
        wait_for_form(token)
        if planned := RiskAnalysis.objects.filter(form_token=token).first():
            return planned
        today = timezone.localdate()
        case = RiskAnalysis.objects.create(
            number=next_number("RA", today.year),
            subject=RiskAnalysis._meta.app_label,
            received_on=today,
            due_on=facts["planned_on"],
            form_token=token,
            process=prompt.process if prompt else "",
            **facts,
        )
        if prompt:
            _answer(prompt, actor, analysis=case)
        log(case, action="plan", label="Planerades", actor=actor, to_state=case.state)
        tell(case, Notice.Kind.NEW, audience=Audience.HANDLERS, but=actor)
    return case


def dismiss(prompt: Prompt, *, actor: User, reason: str) -> None:
    """Say why something that prompted an analysis needs none; the answer stays, and holds for a year.

    Raises StepRefusedError when the actor plans nothing in that unit.
    """
    if not may(actor, Right.RISKANALYSIS_PLAN, prompt.unit):
        raise StepRefusedError("Din roll ger inte rätt att planera riskanalyser där.")
    with transaction.atomic():
        Unit.objects.select_for_update(no_key=True).get(pk=prompt.unit.pk)
        said = PromptAnswer.objects.filter(
            unit=prompt.unit, kind=prompt.kind, reference=prompt.reference
        )
        if not said.filter(
            author=actor, reason=reason, on=timezone.localdate()
        ).exists():  # sent twice
            _answer(prompt, actor, reason=reason)


def _answer(prompt: Prompt, actor: User, **said: Any) -> None:
    about = {"kind": prompt.kind, "reference": prompt.reference, "words": prompt.words}
    PromptAnswer.objects.create(unit=prompt.unit, author=actor, **about, **said)


def nudge(*, today: dt.date | None = None) -> int:
    """Tell the chiefs of each unit without an analysis this year, from September and once a year (R5).

    Nobody is told of a unit where it is said why none is needed; return how many are told.
    """
    today = today or timezone.localdate()
    units = {unit.pk: unit for unit in without_analysis(today)}
    said = PromptAnswer.objects.filter(
        kind=Reason.YEARLY, reference=str(today.year), unit__in=units
    )
    left = units.keys() - set(said.values_list("unit", flat=True))
    held = Membership.objects.valid(on=today).filter(
        unit__in=left, user__is_active=True
    )
    chiefs = held.filter(role__in=Right.ORGANISATION_LEAD.roles)
    told = chiefs.order_by("unit", "user").values_list("user", "unit").distinct()
    people = [(person, units[unit]) for person, unit in told]
    return tell_of_units(Notice.Kind.NO_ANALYSIS, people, on=yearly_day(today))


def take_step(
    case: RiskAnalysis,
    name: str,
    *,
    actor: User,
    seen_version: int,
    facts: Mapping[str, Any],
) -> RiskAnalysis:
    """Take a step of the process; see casework.process.workflow.take for what it refuses."""
    return take(
        workflow_of(case),
        case,
        name,
        actor=actor,
        seen_version=seen_version,
        facts=facts,
    )


def may_write_risks(case: RiskAnalysis, user: User) -> bool:
    """Tell whether a person adds and changes the risks of an analysis: a chief, while it is not decided."""
    return workflow_of(case).opens("risker", case, user)


def may_judge_risks(case: RiskAnalysis, user: User) -> bool:
    """Tell whether a person says how high the risks are afterwards: a chief, when it is decided."""
    return workflow_of(case).opens("folj-upp", case, user)


def add_risk(
    case: RiskAnalysis, *, actor: User, form_token: UUID, facts: Mapping[str, Any]
) -> Risk:
    """Store a risk in its three parts, with its value and the decision about it, once per form."""
    token = uuid5(form_token, f"{case.pk} {actor.pk}")
    with transaction.atomic():
        locked = RiskAnalysis.objects.select_for_update(of=("self", "case_ptr")).get(
            pk=case.pk
        )
        if written := Risk.objects.filter(form_token=token).first():
            return written
        if not may_write_risks(locked, actor):
            raise StepRefusedError(
                "Analysen är beslutad. Gör om den för att ändra riskerna."
            )
        last = locked.risks.aggregate(last=Max("position"))["last"] or 0
        risk = Risk.objects.create(
            analysis=locked, position=last + 1, author=actor, form_token=token, **facts
        )
        log(locked, action="risk", label=f"Lade till risk {risk.position}", actor=actor)
    return risk


def change_risk(
    risk: Risk, *, actor: User, seen_version: int, facts: Mapping[str, Any]
) -> Risk:
    """Change a risk, or say how high it is after the measures; the history says that it was done.

    Raises TooLateError when somebody else came first, and StepRefusedError when it may not be changed now.
    """
    with transaction.atomic():
        case = RiskAnalysis.objects.select_for_update(of=("self", "case_ptr")).get(
            pk=risk.analysis_id
        )
        locked = Risk.objects.select_for_update().get(pk=risk.pk)
        is_judging = set(facts) <= set(AFTERWARDS)
        may = may_judge_risks if is_judging else may_write_risks
        if not may(case, actor):
            raise StepRefusedError("Det går inte att ändra risken nu.")
        if locked.version != seen_version:
            raise TooLateError(
                "Någon annan hann före. Läs det nya läget och försök igen."
            )
        before = facts_of(locked)
        for name, said in facts.items():
            setattr(locked, name, said)
        locked.version += 1
        save_checked(locked)
        did = "Ändrade"
        if is_judging:
            did = "Bedömde"
        elif facts.get("crossed_out"):
            did = "Strök"
        changes = changes_in(locked, before, place=f"Risk {locked.position}")
        log(
            case,
            action="risk",
            label=f"{did} risk {locked.position}",
            actor=actor,
            changes=changes,
        )
    return locked
