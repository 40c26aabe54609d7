"""What two units of the demo municipality plan for the year, and the routines and templates it rests on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from casework.improvement.routines import register
from casework.models import Routine
from casework.process.deadlines import next_workday
from organisation.models import Unit, User
from selfcheck.models import Method, Plan, Rhythm, Template
from selfcheck.plan.planning import add_plan
from selfcheck.process.services import publish

PROCESS, ROUTINE = Routine.Kind.PROCESS, Routine.Kind.ROUTINE
# Name, kind, version, days until it is to be looked over, what it says.
SHARED = (
    ("Ekonomiskt bistånd", PROCESS, "4.0", 240, "Från ansökan till utbetalning."),
    (
        "Boende",
        PROCESS,
        "2.2",
        35,
        "Från ansökan om boende till uppföljning av hyresavtalet.",
    ),
    (
        "Skyddade personuppgifter",
        ROUTINE,
        "2.0",
        -95,
        "Vem som har behörighet, och hur kontakten sker säkert.",
    ),
    (
        "Loggkontroll",
        ROUTINE,
        "1.3",
        150,
        "Närmaste chef granskar varje månad ett urval av loggen.",
    ),
    (
        "Synpunkter och klagomål",
        PROCESS,
        "",
        None,
        "Hur synpunkter tas emot, utreds och besvaras.",
    ),
)
OWN = (
    (
        "Dokumentation i personakten",
        ROUTINE,
        "3.1",
        210,
        "Vad som skrivs, när och av vem.",
    ),
    (
        "Frågor om våld",
        ROUTINE,
        "1.2",
        -40,
        "Frågorna ställs till alla vuxna vid nybesök och en gång om året.",
    ),
    (
        "Utskick av beslut",
        ROUTINE,
        "2.1",
        75,
        "Adressen kontrolleras av en kollega före utskick.",
    ),
    (
        "Delaktighet i utredningen",
        ROUTINE,
        "1.0",
        320,
        "Den enskilde läser utredningen och får en vecka att svara.",
    ),
    (
        "Jourtelefonen på kvällen",
        ROUTINE,
        "1.1",
        90,
        "Hur telefonen lämnas över, och vem som får anteckna.",
    ),
)


@dataclass(frozen=True)
class Planned:
    """One self-check of the year: what, in how many days, how often, from which template, and why."""

    title: str
    days: int
    rhythm: Rhythm
    template: str
    why: str
    process: str = ""


YEAR = (
    Planned(
        "Delaktighet i utredningen",
        2,
        Rhythm.ONCE,
        "delaktighet",
        "Förra gången var bara tre av fyra delaktiga.",
        "Delaktighet i utredningen",
    ),
    Planned(
        "Frågor om våld",
        4,
        Rhythm.ONCE,
        "freda-kortfragor",
        "Utvecklingsområde i flera omgångar.",
        "Frågor om våld",
    ),
    Planned(
        "Skyddade personuppgifter",
        8,
        Rhythm.ONCE,
        "skyddade-personuppgifter",
        "Ett fel kan bli farligt för den som lever skyddat.",
        "Skyddade personuppgifter",
    ),
    Planned(
        "Loggkontroll",
        -130,
        Rhythm.MONTH,
        "loggkontroll",
        "Krav i lag.",
        "Loggkontroll",
    ),
    Planned(
        "Tjänstegenomgång",
        -98,
        Rhythm.QUARTER,
        "tjanstegenomgang",
        "Arbetet är ojämnt fördelat.",
    ),
    Planned(
        "Brukarenkät",
        16,
        Rhythm.ONCE,
        "brukarenkat",
        "Vi vet för lite om vad besökarna tycker.",
    ),
    Planned(
        "Dokumentation i personakten",
        25,
        Rhythm.HALF,
        "dokumentation",
        "Avvikelser om dokumentation återkommer.",
        "Dokumentation i personakten",
    ),
    Planned(
        "Genomgång av klagomål och avvikelser",
        34,
        Rhythm.TERTIAL,
        "klagomal-genomgang",
        "Mönster ska upptäckas tidigt.",
    ),
    Planned(
        "Uppföljning av beslut",
        20,
        Rhythm.ONCE,
        "uppfoljning-av-beslut",
        "Beslut följs upp för sent.",
    ),
)


def plan_year(people: Mapping[str, User], unit: Unit, neighbour: Unit) -> None:
    """Register routines, publish a template, and plan the year of two units."""
    _register(people, unit)
    _publish(people["controller"])
    for planned in YEAR:
        _plan(planned, unit, people["sektionschef"])
    for planned in (YEAR[2], YEAR[4]):
        _plan(planned, neighbour, people["grannchef"])


def _register(people: Mapping[str, User], unit: Unit) -> None:
    root = Unit.objects.get(parent=None)
    keepers = (
        (people["controller"], root, SHARED),
        (people["sektionschef"], unit, OWN),
    )
    for actor, of, described in keepers:
        for name, kind, edition, days, description in described:
            day = (
                None if days is None else timezone.localdate() + dt.timedelta(days=days)
            )
            said: dict[str, Any] = {"kind": kind, "edition": edition, "review_on": day}
            said |= {"owner": actor, "description": description}
            register(actor=actor, name=name, unit=of, **said)


def _publish(controller: User) -> None:
    facts = {
        "method": Method.FILE_REVIEW,
        "source": "Socialtjänstlagen (2025:400)",
        "intro": "Dra bland de utredningar som har avslutats det senaste halvåret. Skriv inga namn.",
        "questions": ["Har den enskilde varit delaktig i utredningen?"],
        "sample_size": 40,
    }
    name = "Delaktighet i utredningen"
    publish(actor=controller, template=None, code="delaktighet", name=name, facts=facts)


def _plan(planned: Planned, unit: Unit, chief: User) -> None:
    """Plan a check as if it had been done when the year began: what has passed since then is late."""
    template = Template.objects.get(code=planned.template)
    facts = {
        "title": planned.title,
        "why": planned.why,
        "process": planned.process,
        "template": template,
        "method": template.versions.all()[0].method,
        "rhythm": planned.rhythm,
        "first_on": _first_day(planned),
        "responsible": chief,
    }
    plan = add_plan(actor=chief, unit=unit, facts=facts)
    Plan.objects.filter(pk=plan.pk).update(holds_from=dt.date(plan.year, 1, 1))


def _first_day(planned: Planned) -> dt.date:
    """Return the first day of a plan: of this year, as soon as a few weeks of it have passed."""
    today = timezone.localdate()
    wanted, earliest = (
        today + dt.timedelta(days=planned.days),
        dt.date(today.year, 1, 10),
    )
    soon = earliest + dt.timedelta(days=14) > today
    return next_workday(wanted if soon else max(wanted, earliest))
