"""The lex Sarah cases of the demo municipality today: one in each state that somebody has to act in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.utils import timezone

from casework.handling.services import write_note
from casework.improvement.actions import decide_action
from casework.models import Note
from deviations.process.services import file_from_staff
from lexsarah.models import LexSarahCase, Meeting
from lexsarah.process.services import complement, record_decision, take_step
from organisation.models import Unit, User

# What happened, the type, and a summary in which nobody can be recognised.
EVENTS = (
    (
        "En person med hemtjänst fick ingen tillsyn på två dygn. Passet fanns inte i planeringen.",
        "Utförande av insats",
        "En insats om daglig tillsyn uteblev under två dygn efter ett byte av planeringssystem.",
    ),
    (
        "En orosanmälan om ett barn låg oläst i elva dagar eftersom mottagaren hade semester.",
        "Rättssäkerhet vid handläggning och genomförande",
        "En orosanmälan bedömdes inte inom den tid som lagen anger, eftersom ingen ersatte mottagaren.",
    ),
    (
        "En boende blev nekad att ringa sin syster. Personalen hänvisade till en ordningsregel.",
        "Bemötande",
        "En person på ett boende nekades kontakt med en närstående med stöd av en lokal ordningsregel.",
    ),
    (
        "Ett beslut med uppgift om en skyddad vistelseort skickades till fel adress.",
        "Röjd sekretess",
        "En uppgift om vistelseort lämnades ut genom att en adress inte kontrollerades före utskick.",
    ),
    (
        "Medicin som skulle ha lämnats på morgonen lämnades först på kvällen.",
        "Utförande av insats",
        "En insats gavs tolv timmar för sent vid ett enstaka tillfälle.",
    ),
)


def play_lexsarah(people: Mapping[str, User], unit: Unit) -> None:
    """File a report of each event and take it as far as it is to be shown."""
    cases = [
        _report(people["medarbetare"], unit, number) for number in range(len(EVENTS))
    ]
    _complemented(cases[0], people["medarbetare"])
    _investigated(cases[1], people, 1)
    for number, degree in ((2, "misconduct"), (3, "serious_misconduct")):
        _proposed(cases[number], people, number, degree)
    _decided(cases[3], people)
    lex = people["lexsarah"]
    _step(cases[4], "ta-emot", lex)
    _step(
        cases[4],
        "skicka-tillbaka",
        lex,
        reason="Insatsen gavs samma dag. Chefen utreder varför den blev sen.",
    )


def _token(name: str) -> Any:
    return uuid5(NAMESPACE_URL, f"demo:lexsarah:{name}")


def _step(case: LexSarahCase, name: str, actor: User, **facts: Any) -> LexSarahCase:
    fresh = LexSarahCase.objects.get(pk=case.pk)
    return take_step(fresh, name, actor=actor, seen_version=fresh.version, facts=facts)


def _report(staff: User, unit: Unit, number: int) -> LexSarahCase:
    facts = {
        "kind": "quality_deviation",
        "description": EVENTS[number][0],
        "proposal": "",
        "consequence": "tangible_risk" if number == 2 else "occurred",
        "occurred_on": timezone.localdate() - dt.timedelta(days=number + 1),
        "unit": unit,
        "process": "Boende",
        "category": "",
        "target_group": "Vuxna",
    }
    deviation = file_from_staff(
        actor=staff, form_token=_token(f"report {number}"), facts=facts
    )
    return LexSarahCase.objects.get(reports__deviation=deviation)


def _complemented(case: LexSarahCase, staff: User) -> None:
    said = {
        "act": "omission",
        "noticed": "En anhörig ringde i går kväll.",
        "measures_taken": "Vi åkte dit direkt. Personen mår efter omständigheterna väl.",
        "happened_before": "Vet inte.",
        "unexpected_death": False,
        "told_police": False,
    }
    complement(case.reports.get(), actor=staff, facts=said)


def _investigated(
    case: LexSarahCase, people: Mapping[str, User], number: int
) -> LexSarahCase:
    lex, chief = people["lexsarah"], people["sektionschef"]
    _step(case, "ta-emot", lex)
    _step(
        case,
        "omedelbart",
        chief,
        immediate_measures="Det som gick att rätta rättades samma dag.",
    )
    _step(
        case,
        "handelsen",
        lex,
        type=EVENTS[number][1],
        area="sol",
        event=EVENTS[number][0],
        noticed="En kollega upptäckte det vid genomgången på morgonen.",
    )
    _step(
        case,
        "orsaker",
        lex,
        cause_level="system",
        cause_area="Processer, rutiner, riktlinjer",
        causes="Rutinen säger inte vem som gör det när den ansvariga är borta.",
    )
    note = "Sektionschefen bekräftar att ersättare inte var utsedd under veckan."
    fresh = LexSarahCase.objects.get(pk=case.pk)
    write_note(
        fresh,
        author=lex,
        kind=Note.Kind.INTERNAL,
        text=note,
        form_token=_token(f"note {number}"),
        nature="fact",
        source="Samtal med sektionschefen",
        learnt_on=timezone.localdate(),
    )
    return fresh


def _proposed(
    case: LexSarahCase, people: Mapping[str, User], number: int, degree: str
) -> None:
    lex, today = people["lexsarah"], timezone.localdate()
    investigated = _investigated(case, people, number)
    _step(
        case,
        "upprepning",
        lex,
        happened_before="Två liknande avvikelser det senaste året.",
        may_recur="Ja, tills rutinen är ändrad.",
    )
    decide_action(
        investigated,
        actor=lex,
        text="Utse ersättare i rutinen och kontrollera att den följs.",
        level="unit",
        owner=people["sektionschef"],
        due_on=today + dt.timedelta(days=30),
    )
    _step(
        case,
        "foresla",
        lex,
        proposed_degree=degree,
        assessment="Händelsen var ett hot mot den enskildes säkerhet. Orsaken ligger i arbetssättet.",
        summary=EVENTS[number][2],
    )


def _decided(case: LexSarahCase, people: Mapping[str, User]) -> None:
    secretary, today = people["namndsekreterare"], timezone.localdate()
    root = Unit.objects.get(memberships__user=secretary)
    meeting = Meeting.objects.create(
        unit=root, body="committee", on=today, created_by=secretary
    )
    fresh = LexSarahCase.objects.get(pk=case.pk)
    said = {
        "degree": "serious_misconduct",
        "notifies": True,
        "approves_measures": True,
        "paragraph": "§ 41",
    }
    record_decision(
        fresh, meeting=meeting, actor=secretary, seen_version=fresh.version, facts=said
    )
    _step(
        case,
        "anmald",
        people["lexsarah"],
        ivo_notified_on=today,
        registry_number="ASN-2026-0417",
    )
