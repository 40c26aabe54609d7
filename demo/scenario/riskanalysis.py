"""The risk analyses of the demo municipality today: one in each state, all of it invented."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.utils import timezone

from casework.improvement.actions import decide_action, finish, judge_effect
from organisation.models import Unit, User
from riskanalysis.models import Decision, Risk, RiskAnalysis, Trigger
from riskanalysis.process.services import add_risk, change_risk, plan, take_step

# Event, cause, consequence; probability and severity; what is done about it, and why when it is accepted.
Written = tuple[str, str, str, int, int, str, str]

HOLIDAY: tuple[Written, ...] = (
    (
        "att akuta nybesök får vänta mer än ett dygn",
        "färre handläggare under semestern",
        "att någon stannar kvar hos den som hotar",
        3,
        4,
        Decision.ACT,
        "",
    ),
    (
        "att en skyddad adress röjs",
        "vikarier som inte känner rutinen",
        "att den hotade blir hittad",
        1,
        4,
        Decision.ACT,
        "",
    ),
    (
        "att uppföljningar skjuts upp",
        "att varje handläggare täcker för en kollega",
        "att stödet inte ändras när behovet gör det",
        3,
        2,
        Decision.ACT,
        "",
    ),
    (
        "att samtal inte besvaras på förmiddagen",
        "att receptionen delas med en annan enhet",
        "att någon får ringa en gång till",
        2,
        1,
        Decision.ACCEPT,
        "Samtalen besvaras samma eftermiddag.",
    ),
    (
        "att tolk inte går att få samma dag",
        "semester hos tolkförmedlingen",
        "att samtalet förs på ett språk som den enskilde inte behärskar",
        2,
        3,
        "",
        "",
    ),
)
SYSTEM: tuple[Written, ...] = (
    (
        "att pågående insatser inte följer med till det nya systemet",
        "att de förs över för hand",
        "att en person blir utan sitt stöd",
        2,
        4,
        Decision.ACT,
        "",
    ),
    (
        "att handläggare läser fel ärende",
        "att nya nummer liknar de gamla",
        "att uppgifter lämnas till fel person",
        2,
        3,
        Decision.ACT,
        "",
    ),
    (
        "att dokumentationen försenas de första veckorna",
        "ovana vid systemet",
        "att en kollega saknar en aktuell uppgift",
        3,
        1,
        Decision.ACCEPT,
        "Två veckor är rimligt. Chefen följer upp varje fredag.",
    ),
)
PHONE: tuple[Written, ...] = (
    (
        "att ingen svarar på kvällen",
        "att telefonen lämnas över utan kvittens",
        "att den som är hotad inte får hjälp i tid",
        3,
        4,
        Decision.ACT,
        "",
    ),
    (
        "att samtalet inte antecknas",
        "att den som svarar saknar behörighet",
        "att nästa handläggare inte vet vad som sades",
        3,
        2,
        Decision.ACT,
        "",
    ),
)


def play_riskanalysis(people: Mapping[str, User], unit: Unit, neighbour: Unit) -> None:
    """Plan the analyses of two units, and take each as far as it is to be shown."""
    chief, other = people["sektionschef"], people["grannchef"]
    who = "Sektionschefen, två handläggare och receptionen."
    _plan(
        "Flytten till nya lokaler", Trigger.MOVE, unit, chief, days=14, participants=who
    )
    _plan(
        "Individuell riskanalys vid inskrivning",
        Trigger.INDIVIDUAL,
        neighbour,
        other,
        days=3,
    )
    _holiday(
        _plan(
            "Bemanningen när många är lediga",
            Trigger.STAFFING,
            unit,
            chief,
            days=9,
            participants=who,
        ),
        chief,
    )
    _decided(
        _plan(
            "Bytet av verksamhetssystem",
            Trigger.CHANGE,
            unit,
            chief,
            days=1,
            participants=who,
        ),
        chief,
    )
    phone = _plan(
        "Jourtelefonen på kvällen",
        Trigger.METHOD,
        unit,
        chief,
        days=1,
        participants=who,
    )
    _followed_up(phone, chief)


def _plan(
    title: str, trigger: Trigger, unit: Unit, chief: User, *, days: int, **facts: str
) -> RiskAnalysis:
    about = {
        "title": title,
        "trigger": trigger,
        "unit": unit,
        "workplace": unit.name,
        "planned_on": timezone.localdate() + dt.timedelta(days=days),
    }
    return plan(
        actor=chief,
        form_token=_token(title),
        facts={"participants": "", **about, **facts},
    )


def _token(name: str) -> Any:
    return uuid5(NAMESPACE_URL, f"demo:riskanalysis:{name}")


def _step(case: RiskAnalysis, name: str, actor: User, **facts: Any) -> RiskAnalysis:
    fresh = RiskAnalysis.objects.get(pk=case.pk)
    return take_step(fresh, name, actor=actor, seen_version=fresh.version, facts=facts)


def _analyse(
    case: RiskAnalysis,
    chief: User,
    scope: str,
    risks: tuple[Written, ...],
    *,
    process: str = "",
) -> list[Risk]:
    """Begin an analysis, say what it is about, and write its risks down."""
    _step(case, "borja", chief)
    same = {
        name: getattr(case, name)
        for name in ("title", "trigger", "workplace", "participants")
    }
    _step(case, "beskriv", chief, scope=scope, process=process, **same)
    names = (
        "event",
        "cause",
        "consequence",
        "probability",
        "severity",
        "decision",
        "reason",
    )
    return [
        add_risk(
            case,
            actor=chief,
            form_token=_token(risk[0]),
            facts=dict(zip(names, risk, strict=True)),
        )
        for risk in risks
    ]


def _holiday(case: RiskAnalysis, chief: User) -> None:
    scope = "Veckorna med minst bemanning. Jourtelefonen ingår inte, den analyserades för sig."
    _analyse(case, chief, scope, HOLIDAY)


def _decided(case: RiskAnalysis, chief: User) -> None:
    scope = "De första tre månaderna i det nya systemet."
    _analyse(case, chief, scope, SYSTEM, process="Dokumentation i personakten")
    today = timezone.localdate()
    for text, days in (
        ("Två personer stämmer av varje pågående insats före och efter bytet.", 20),
        ("Visa den enskildes initialer bredvid numret.", 35),
    ):
        decide_action(
            RiskAnalysis.objects.get(pk=case.pk),
            actor=chief,
            text=text,
            level="unit",
            owner=chief,
            due_on=today + dt.timedelta(days=days),
            effect_measure="Räkna avvikelser som beror på bytet.",
            effect_due_on=today + dt.timedelta(days=90),
        )
    _step(case, "besluta", chief, review_on=today + dt.timedelta(days=90))


def _followed_up(case: RiskAnalysis, chief: User) -> None:
    risks = _analyse(
        case, chief, "Vardagar mellan 17 och 22.", PHONE, process=case.title
    )
    today = timezone.localdate()
    decided = today - dt.timedelta(days=80)
    action = decide_action(
        RiskAnalysis.objects.get(pk=case.pk),
        actor=chief,
        text="Telefonen kvitteras med signatur, och den som svarar får behörighet att anteckna.",
        level="unit",
        owner=chief,
        decided_on=decided,
        due_on=decided + dt.timedelta(days=20),
        effect_measure="Ring tio gånger på kvällen.",
        improved_routine=case.title,
    )
    _step(case, "besluta", chief, review_on=today)
    done = decided + dt.timedelta(days=18)
    action = finish(action, actor=chief, seen_version=action.version, done_on=done)
    note = "Någon svarade alla tio gångerna."
    judge_effect(
        action, actor=chief, seen_version=action.version, effect="yes", effect_note=note
    )
    for risk, (probability, severity) in zip(risks, ((1, 4), (1, 2)), strict=True):
        facts = {"residual_probability": probability, "residual_severity": severity}
        change_risk(risk, actor=chief, seen_version=risk.version, facts=facts)
    _step(
        case,
        "folj-upp",
        chief,
        conclusion="Båda riskerna är lägre. Kvittensen blir kvar.",
    )
    # The whole demo is played today; this was planned and decided in another season.
    began = decided - dt.timedelta(days=10)
    days = {"received_on": began, "planned_on": decided, "decided_on": decided}
    RiskAnalysis.objects.filter(pk=case.pk).update(**days)
