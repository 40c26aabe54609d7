"""What IVO's form asks when something serious is notified, filled in from what the case already holds.

The form is an annex to SOSFS 2011:5.  A pure function: nothing is read but what it is given, and who the
persons concerned are is not given to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import dateformat

from casework.models import Action
from casework.texts.personal_numbers import find_personal_numbers
from lexsarah.law.deadlines import completion_due
from lexsarah.models import (
    SERIOUS,
    Decision,
    LexSarahCase,
    LexSarahReport,
    Policy,
    State,
)
from organisation.models import Unit

# Where something is filled in that is no step of the case.
IN_THE_POLICY, AS_MEASURES = "ordning", "atgarder"


@dataclass(frozen=True)
class Answer:
    """One field of the form: its label, what the case says, and the steps in which more can be said."""

    label: str
    text: str
    fill_in: tuple[str, ...] = ()

    @property
    def missing(self) -> bool:
        """Tell whether the case does not say it."""
        return not self.text

    @property
    def is_long(self) -> bool:
        """Tell whether the text needs more than a line."""
        return len(self.text) > 60 or "\n" in self.text

    @property
    def rows(self) -> int:
        """Return how many rows the text takes, at most as many as are comfortable to look at."""
        taken = sum(1 + len(line) // 70 for line in self.text.split("\n"))
        return min(taken + 1, 14)

    @property
    def has_personal_number(self) -> bool:
        """Tell whether the text may hold a personal number, which belongs in no notification."""
        return bool(find_personal_numbers(self.text))


@dataclass(frozen=True)
class Group:
    """The fields that stand together in the form."""

    title: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Sources:
    """All that a notification is written from."""

    case: LexSarahCase
    reports: Sequence[LexSarahReport]
    decisions: Sequence[Decision]
    actions: Sequence[Action]
    policy: Policy | None
    administration: Unit
    municipality: str


def notification(given: Sources) -> list[Group]:
    """Return what the form asks, group by group in its order, with what the case says (SOSFS 2011:5)."""
    return [
        Group("Avsändare", _sender(given)),
        Group("Vad anmälan gäller", _about(given)),
        Group("Kontakt och verksamhet", _contact(given)),
        Group("Var och när", _where_and_when(given)),
        Group("Händelsen", _event(given)),
        Group("Åtgärder", _measures(given)),
        Group("Utredningen", _investigation(given)),
    ]


def _sender(given: Sources) -> tuple[Answer, ...]:
    board = given.policy.board_name if given.policy else ""
    return (
        Answer(
            "Avsändarens diarienummer",
            given.case.registry_number,
            ("diariefor", "anmald"),
        ),
        Answer("Nämnd", board, (IN_THE_POLICY,)),
        Answer("Kommun", given.municipality),
    )


def _about(given: Sources) -> tuple[Answer, ...]:
    case = given.case
    found = case.degree or case.proposed_degree
    label = (
        case.get_degree_display() if case.degree else case.get_proposed_degree_display()
    )
    return (
        Answer(
            "Missförhållande eller risk",
            str(label).capitalize() if found in SERIOUS else "",
            ("foresla", "besluta"),
        ),
        Answer("Vem som beslutade att anmäla", _decided_by(given), ("ordforande",)),
        Answer(
            "Insatsen ges enligt", case.get_area_display().capitalize(), ("handelsen",)
        ),
    )


def _decided_by(given: Sources) -> str:
    """Return body, day and paragraph of the decision to notify; of an old register the body alone."""
    if not given.case.ivo_decided_by:
        return ""
    body = given.case.get_ivo_decided_by_display().capitalize()
    deciding = [decision for decision in given.decisions if decision.notifies]
    if not deciding:
        return body
    last = deciding[-1]
    return f"{body} {_day(last.on)}" + (f", {last.paragraph}" if last.paragraph else "")


def _contact(given: Sources) -> tuple[Answer, ...]:
    policy, case = given.policy, given.case
    return (
        Answer(
            "Kontaktperson", policy.contact_name if policy else "", (IN_THE_POLICY,)
        ),
        Answer("Telefon", policy.contact_phone if policy else "", (IN_THE_POLICY,)),
        Answer("E-post", policy.contact_email if policy else "", (IN_THE_POLICY,)),
        Answer(
            "Postadress", policy.contact_address if policy else "", (IN_THE_POLICY,)
        ),
        Answer("Förvaltning", given.administration.name),
        Answer("Verksamhet eller enhet", case.unit.name),
        Answer("Målgrupp", case.target_group),
        Answer("Process eller insats", case.process),
    )


def _where_and_when(given: Sources) -> tuple[Answer, ...]:
    case = given.case
    reports = [
        f"{report.number}, {_day(report.received_on)}" for report in given.reports
    ]
    return (
        Answer(
            "Plats eller enhet",
            " och ".join(dict.fromkeys(r.unit.name for r in given.reports)),
        ),
        Answer(
            "Datum för händelsen",
            _day(case.occurred_on),
            ("handelsen",) if not case.happened else (),
        ),
        Answer("När det hände", case.happened, ("handelsen",)),
        Answer("När och hur det uppmärksammades", case.noticed, ("handelsen",)),
        Answer("Rapporter", "\n".join(reports)),
        Answer("Utredningen inleddes", _day(case.begun_on), ("ta-emot",)),
        Answer(
            "Anmälan beslutades",
            _day(case.notify_decided_on),
            ("foresla", "ordforande", "besluta"),
        ),
    )


def _event(given: Sources) -> tuple[Answer, ...]:
    case = given.case
    acts = dict.fromkeys(
        report.get_act_display() for report in given.reports if report.act
    )
    told_police = any(report.told_police for report in given.reports)
    return (
        Answer("Typ av händelse", case.type, ("handelsen",)),
        Answer("Vad som hände, och följderna", case.event, ("handelsen",)),
        Answer("Handling eller underlåtenhet", "\n".join(acts).capitalize()),
        Answer("Oväntat dödsfall", "Ja" if case.unexpected_death else "Nej"),
        Answer("Polisanmält enligt rapporten", "Ja" if told_police else "Nej"),
    )


def _measures(given: Sources) -> tuple[Answer, ...]:
    planned = [
        _action(action) for action in given.actions if action.rejected_on is None
    ]
    return (
        Answer("Omedelbara åtgärder", given.case.immediate_measures, ("omedelbart",)),
        Answer(
            "Åtgärder för att det inte ska hända igen",
            "\n".join(planned) or given.case.no_measures_reason,
            (AS_MEASURES,),
        ),
    )


def _action(action: Action) -> str:
    if action.done_on:
        return f"{action.text} (genomförd {_day(action.done_on)})"
    return (
        f"{action.text} (klar senast {_day(action.due_on)})"
        if action.due_on
        else action.text
    )


def _investigation(given: Sources) -> tuple[Answer, ...]:
    case = given.case
    further = "\n\n".join(
        text for text in (case.assessment, case.other_findings) if text
    )
    answers = (
        Answer("Bifogas utredningen?", _is_attached(case)),
        Answer("Orsaker", case.causes, ("orsaker",)),
        Answer("Om det har hänt förut", case.happened_before, ("upprepning",)),
        Answer("Om det kan hända igen", case.may_recur, ("upprepning",)),
    )
    return (*answers, Answer("Övrigt", further)) if further else answers


def _is_attached(case: LexSarahCase) -> str:
    """Say whether the investigation goes with the notification, and else by when it comes."""
    if (
        case.investigation_sent_on
        and case.investigation_sent_on != case.ivo_notified_on
    ):
        return f"Nej. Den skickades {_day(case.investigation_sent_on)}."
    if case.state in {State.DECIDED, State.CLOSED}:
        return "Ja"
    if case.ivo_notified_on:
        return f"Nej. Den skickas senast {_day(completion_due(case.ivo_notified_on))}."
    return "Nej. Den skickas när den är klar, senast två månader efter anmälan."


def _day(day: object) -> str:
    return dateformat.format(day, "j F Y") if day else ""  # type: ignore[arg-type]
