"""The processes of deviations, as tables: what comes from outside, and what staff report.

They share most steps.  A complaint is answered before it is closed; a deviation of the staff's own goes
through actions and follow-up (SOSFS 2011:9 5 kap. 3 and 5-8 §§).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from casework.measures import has_action, needs_effect
from casework.models import Notice
from casework.notifications import Audience
from casework.workflow import Step, Workflow
from deviations.lowering import ask_why_lowered
from deviations.models import CauseLevel, Deviation, IsDeviation, State
from organisation.access import CHIEFS, SENIORS
from organisation.models import Role

NEW = frozenset({State.REPORTED, State.ASSIGNED})
INVESTIGATED = frozenset(
    {State.UNDER_INVESTIGATION, State.ACTIONS_DECIDED, State.FOLLOWED_UP, State.ANSWERED}
)
OPEN = NEW | INVESTIGATED | {State.TRANSFERRED}
ENDED = frozenset({State.CLOSED, State.FORWARDED, State.MOVED, State.DUPLICATE})

# What staff answer beside the texts when they report, and handlers may correct (the step "ratta").
ANSWERED = ("kind", "consequence", "unit", "process", "category", "target_group")
SORTERS = CHIEFS | {Role.REGISTRAR, Role.QUALITY_CONTROLLER}


# --- what a case must be before it goes on ----------------------------------------------------
def needs_assessment(case: Deviation) -> str:
    """Ask whether it was a deviation, and why (SOSFS 2011:9 5 kap. 3 §)."""
    if case.is_deviation and case.assessment:
        return ""
    return "Bedöm först om det var en avvikelse."


def needs_cause_in_the_organisation(case: Deviation) -> str:
    """Ask what in the organisation made the event possible: an individual is never the whole cause."""
    if case.is_deviation == IsDeviation.NO:
        return ""
    if not case.cause_level:
        return "Beskriv först orsaken."
    if case.cause_level == CauseLevel.INDIVIDUAL and not case.organisation_part:
        return "Skriv också vad i organisationen som gjorde det möjligt, under Orsak."
    return ""


def needs_action(case: Deviation) -> str:
    """Ask for an action, or a reason for none (SOSFS 2011:9 5 kap. 7 §)."""
    if case.is_deviation == IsDeviation.NO or case.no_action_reason:
        return ""
    if has_action(case):
        return ""
    return "Lägg till en åtgärd, eller skriv varför ingen behövs."


def needs_answer(case: Deviation) -> str:
    """Ask for an answer to the one who reported, or a reason for none."""
    return (
        "" if case.answer or case.no_answer_reason else "Svara först, eller skriv varför inget svar lämnas."
    )


# --- what follows from a step -----------------------------------------------------------------
def _remember_sender(case: Deviation, _facts: Mapping[str, Any]) -> dict[str, Any]:
    return {"came_from": case.unit}


def _give_back(case: Deviation, _facts: Mapping[str, Any]) -> dict[str, Any]:
    return {"unit": case.came_from or case.unit, "came_from": None}


def _date_the_answer(_case: Deviation, facts: Mapping[str, Any]) -> dict[str, Any]:
    return {"answered_on": timezone.localdate() if facts.get("answer") else None}


def _date_an_answer(_case: Deviation, facts: Mapping[str, Any]) -> dict[str, Any]:
    return {"answered_on": timezone.localdate()} if facts.get("answer") else {}


_SHARED = (
    Step(
        name="fordela",
        label="Fördela till en enhet",
        did="Fördelades till en enhet",
        sources=frozenset({State.REPORTED}),
        target=State.ASSIGNED,
        roles=SENIORS | {Role.REGISTRAR, Role.QUALITY_CONTROLLER, Role.UNIT_CHIEF},
        law="SOSFS 2011:9 5 kap. 3 §",
        required=("unit",),
        lets_go=True,
        tells=((Notice.Kind.NEW, Audience.HANDLERS),),
    ),
    Step(
        name="utred",
        label="Börja utreda",
        did="Utredningen började",
        sources=NEW,
        target=State.UNDER_INVESTIGATION,
        roles=CHIEFS,
        law="SOSFS 2011:9 5 kap. 3 §",
        takes_over=True,
    ),
    Step(
        name="lamna-over",
        label="Lämna till en annan enhet",
        did="Lämnades till en annan enhet",
        sources=NEW | {State.UNDER_INVESTIGATION},
        target=State.TRANSFERRED,
        roles=CHIEFS | {Role.QUALITY_CONTROLLER},
        law="SOSFS 2011:9 4 kap. 5-6 §§",
        required=("unit", "reason"),
        lets_go=True,
        also=_remember_sender,
        tells=((Notice.Kind.RECEIVED, Audience.HANDLERS),),
    ),
    Step(
        name="ta-emot",
        label="Ta emot ärendet",
        did="Togs emot av enheten",
        sources=frozenset({State.TRANSFERRED}),
        target=State.UNDER_INVESTIGATION,
        roles=CHIEFS,
        law="SOSFS 2011:9 4 kap. 5-6 §§",
        clears=("came_from",),
        takes_over=True,
    ),
    Step(
        name="skicka-tillbaka",
        label="Skicka tillbaka",
        did="Skickades tillbaka",
        sources=frozenset({State.TRANSFERRED}),
        target=State.REPORTED,
        roles=CHIEFS,
        law="SOSFS 2011:9 4 kap. 5-6 §§",
        required=("reason",),
        lets_go=True,
        also=_give_back,
        tells=((Notice.Kind.RECEIVED, Audience.HANDLERS),),
    ),
    Step(
        name="lagg-tillbaka",
        label="Lägg tillbaka i inkorgen",
        did="Lades tillbaka i inkorgen",
        sources=frozenset({State.UNDER_INVESTIGATION}),
        target=State.REPORTED,
        roles=CHIEFS,
        law="SOSFS 2011:9 5 kap. 3 §",
        lets_go=True,
    ),
    Step(
        name="ratta",
        label="Rätta uppgifter",
        did="Uppgifterna rättades",
        sources=OPEN,
        target=None,
        roles=SORTERS,
        law="SOSFS 2011:9 5 kap. 6 §",
        required=("kind",),
        optional=("category", "target_group", "process", "consequence", "lowering_reason"),
        beside=("lowering_reason",),
        reasons=(("consequence", "lowering_reason"),),
        also=ask_why_lowered,
    ),
    Step(
        name="omedelbart",
        label="Omedelbar åtgärd",
        did="Omedelbar åtgärd beskrevs",
        sources=INVESTIGATED,
        target=None,
        roles=CHIEFS,
        law="SOSFS 2011:9 5 kap. 7 §",
        required=("immediate_measures",),
    ),
    Step(
        name="orsak",
        label="Orsak",
        did="Orsaken beskrevs",
        sources=INVESTIGATED,
        target=None,
        roles=CHIEFS,
        law="SOSFS 2011:9 5 kap. 6 §",
        required=("cause_level", "cause_area"),
        optional=("whys", "process", "organisation_part"),
    ),
    Step(
        name="bedom",
        label="Bedömning",
        did="Bedömningen skrevs",
        sources=INVESTIGATED,
        target=None,
        roles=CHIEFS,
        law="SOSFS 2011:9 2 kap. 1 § och 5 kap. 3 §",
        required=("is_deviation", "misconduct", "assessment"),
        optional=("requirement",),
    ),
    Step(
        name="dubblett",
        label="Koppla som dubblett",
        did="Kopplades som dubblett",
        sources=OPEN,
        target=State.DUPLICATE,
        roles=SORTERS,
        law="SOSFS 2011:9 5 kap. 6 §",
        required=("duplicate_of",),
        optional=("answer",),
        dates=("closed_on",),
        clears=("came_from",),
        also=_date_an_answer,
    ),
    Step(
        name="oppna-igen",
        label="Öppna igen",
        did="Öppnades igen",
        sources=ENDED,
        target=State.UNDER_INVESTIGATION,
        roles=frozenset({Role.QUALITY_CONTROLLER}),
        law="SOSFS 2011:9 3 kap. 2 §",
        required=("reason",),
        clears=("closed_on", "duplicate_of", "came_from"),
        tells=((Notice.Kind.ASSIGNED, Audience.OWNER),),
    ),
)

COMPLAINTS = Workflow(
    Deviation,
    (
        *_SHARED,
        Step(
            name="svara",
            label="Svara",
            did="Besvarades",
            sources=INVESTIGATED,
            target=State.ANSWERED,
            roles=CHIEFS,
            law="SOSFS 2011:9 5 kap. 3 §",
            optional=("answer", "no_answer_reason", "answer_to_duplicates"),
            beside=("answer_to_duplicates",),
            demands=(needs_assessment, needs_answer),
            also=_date_the_answer,
        ),
        Step(
            name="avsluta",
            label="Avsluta",
            did="Avslutades",
            sources=frozenset({State.ANSWERED}),
            target=State.CLOSED,
            roles=CHIEFS,
            law="SOSFS 2011:9 5 kap. 6 § och 7 kap. 1 §",
            optional=("no_action_reason",),
            dates=("closed_on",),
            demands=(needs_assessment, needs_cause_in_the_organisation, needs_action, needs_answer),
        ),
        Step(
            name="hanvisa",
            label="Hänvisa till en annan myndighet",
            did="Hänvisades till en annan myndighet",
            sources=OPEN - {State.TRANSFERRED},
            target=State.FORWARDED,
            roles=SORTERS,
            law="FL 6 och 8 §§",
            required=("forwarded_to",),
            optional=("answer",),
            dates=("closed_on",),
            also=_date_the_answer,
        ),
        Step(
            name="till-personakt",
            label="Flytta till personakten",
            did="Flyttades till personakten",
            sources=OPEN - {State.TRANSFERRED},
            target=State.MOVED,
            roles=CHIEFS,
            law="SoL 2025:400, dokumentationsskyldigheten",
            required=("reason",),
            optional=("answer",),
            dates=("closed_on",),
            also=_date_the_answer,
        ),
    ),
)

STAFF_REPORTS = Workflow(
    Deviation,
    (
        *_SHARED,
        Step(
            name="besluta",
            label="Besluta om åtgärder",
            did="Åtgärderna beslutades",
            sources=frozenset({State.UNDER_INVESTIGATION}),
            target=State.ACTIONS_DECIDED,
            roles=CHIEFS,
            law="SOSFS 2011:9 5 kap. 7 §",
            optional=("no_action_reason",),
            demands=(needs_assessment, needs_cause_in_the_organisation, needs_action),
        ),
        Step(
            name="aterkoppla",
            label="Återkoppla",
            did="Återkopplades",
            sources=INVESTIGATED,
            target=None,
            roles=CHIEFS,
            law="SOSFS 2011:9 6 kap. 3 §",
            optional=("answer", "no_answer_reason", "answer_to_duplicates"),
            beside=("answer_to_duplicates",),
            demands=(needs_answer,),
            also=_date_the_answer,
            tells=((Notice.Kind.ANSWERED, Audience.REPORTER),),
        ),
        Step(
            name="folj-upp",
            label="Markera som uppföljt",
            did="Följdes upp",
            sources=frozenset({State.ACTIONS_DECIDED}),
            target=State.FOLLOWED_UP,
            roles=CHIEFS,
            law="SOSFS 2011:9 5 kap. 8 §",
            demands=(needs_effect,),
        ),
        Step(
            name="avsluta",
            label="Avsluta",
            did="Avslutades",
            sources=frozenset({State.ACTIONS_DECIDED, State.FOLLOWED_UP}),
            target=State.CLOSED,
            roles=CHIEFS,
            law="SOSFS 2011:9 5 kap. 6 § och 7 kap. 1 §",
            dates=("closed_on",),
            demands=(needs_assessment, needs_cause_in_the_organisation, needs_action, needs_answer),
            tells=((Notice.Kind.ANSWERED, Audience.REPORTER),),
        ),
    ),
)


def workflow_of(case: Deviation) -> Workflow[Deviation]:
    """Return the process that a case follows."""
    return COMPLAINTS if case.is_from_outside else STAFF_REPORTS
