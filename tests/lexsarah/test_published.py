"""The published figures of both registers come out of the whole model, and so does a year as it was lived."""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter
from io import StringIO
from typing import Any, NamedTuple
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db.models import F
from django.utils import timezone

from casework.database.periods import STOCKHOLM, parse
from deviations.filing import send_report
from lexsarah.law.deadlines import completion_due
from lexsarah.models import FOUND, LexSarahCase, LexSarahReport, Meeting, State
from lexsarah.process.effects import clock_facts
from lexsarah.process.services import record_decision, take_step
from organisation.models import Unit, User
from organisation.rights import Role
from tests.factories import make_unit, make_user
from tests.imported import DATA, Imported

DAYS = {
    "received": "received_on",
    "decided": "decided_on",
    "notified": "ivo_notified_on",
}
DECISION = (
    "decided_on",
    "decided_by",
    "degree",
    "ivo_decided_by",
    "ivo_notified_on",
    "ivo_outcome",
)


def counted(entry: dict[str, Any]) -> int:
    """Return a published figure as it is asked of the model itself, past the stored cells."""
    unit, period = Unit.objects.get(code=entry["unit"]), parse(entry["period"])
    rows = (
        LexSarahReport if entry["basis"] == "received" else LexSarahCase
    ).objects.filter(unit__path__startswith=unit.path)
    for name, value in entry["where"].items():
        rows = (
            rows.filter(degree__in=FOUND)
            if value == "found"
            else rows.filter(**{name: value})
        )
    day = DAYS[entry["basis"]]
    return rows.filter(
        **{f"{day}__gte": period.first, f"{day}__lt": period.end}
    ).count()


def rows_of(register: str) -> list[dict[str, str]]:
    with (DATA / register / "lexsarah.csv").open(
        encoding="utf-8-sig", newline=""
    ) as file:
        return list(csv.DictReader(file, delimiter=";"))


def states_of(register: str) -> Counter[str]:
    """Return how many cases a register leaves in which state: decided, closed, or nothing done yet."""
    states = {}
    for row in rows_of(register):
        waits = row["ivo_outcome"] == "waiting"
        states[row["case"]] = (
            ("decided" if waits else "closed") if row["decided_on"] else "reported"
        )
    return Counter(states.values())


class Published:
    """What holds of both registers."""

    register: str
    published: list[dict[str, Any]]

    def test_model_gives_the_published_figures(self) -> None:
        mine = [entry for entry in self.published if entry["subject"] == "lexsarah"]

        assert [counted(entry) for entry in mine] == [entry["value"] for entry in mine]

    def test_cases_are_in_the_states_that_the_register_left_them(self) -> None:
        assert Counter(
            LexSarahCase.objects.values_list("state", flat=True)
        ) == states_of(self.register)

    def test_state_says_what_the_dates_say(self) -> None:
        cases = LexSarahCase.objects.all()

        assert (
            not cases.filter(state=State.REPORTED)
            .exclude(decided_on=None, closed_on=None)
            .exists()
        )
        assert not cases.filter(state=State.DECIDED).exclude(closed_on=None).exists()
        assert not cases.filter(state=State.CLOSED, closed_on=None).exists()
        assert not cases.filter(state=State.CLOSED, ivo_outcome="waiting").exists()


class TestMalmo(Published, Imported):
    """The register by calendar year, with committee and chair."""

    register = "malmo"

    def test_chair_decided_three_times_in_2022_before_the_case_was_decided(
        self,
    ) -> None:
        early = LexSarahCase.objects.filter(
            ivo_decided_by="chair", ivo_notified_on__lt=F("decided_on")
        )

        assert [
            case.number
            for case in early.order_by("number")
            if case.ivo_notified_on.year == 2022
        ] == [
            "LS-2022-0028",
            "LS-2022-0031",
            "LS-2022-0071",
        ]

    def test_case_of_the_register_goes_on_in_the_process(self) -> None:
        case = LexSarahCase.objects.filter(state=State.DECIDED).order_by("number")[0]
        lex = make_user("lex", (Role.LEX_INVESTIGATOR, case.unit))
        answer = {"ivo_outcome": "closed", "ivo_answered_on": timezone.localdate()}

        taken = take_step(
            case, "ivo-svar", actor=lex, seen_version=case.version, facts=answer
        )

        assert (taken.ivo_outcome, taken.state) == ("closed", "decided")


class TestGoteborg(Published, Imported):
    """The register by quality year, in which the investigator decides."""

    register = "goteborg"


# --- 2022 once more, as it was lived ----------------------------------------------------------
class Cast(NamedTuple):
    """Who takes part."""

    unit: Unit
    staff: User
    chief: User
    lex: User
    secretary: User


@pytest.fixture
def cast(db: None) -> Cast:
    root = make_unit("ASF")
    unit = make_unit("B", root)
    held = {
        "staff": (Role.STAFF, unit),
        "chief": (Role.SECTION_CHIEF, unit),
        "lex": (Role.LEX_INVESTIGATOR, root),
        "secretary": (Role.BOARD_SECRETARY, root),
    }
    return Cast(unit, **{name: make_user(name, role) for name, role in held.items()})


class Played:
    """A case that is taken from day to day."""

    def __init__(self, cast: Cast, clock: pytest.MonkeyPatch) -> None:
        self.cast, self.clock = cast, clock

    def on(self, day: str) -> dt.date:
        """Let it be a day."""
        now = dt.datetime.combine(dt.date.fromisoformat(day), dt.time(10), STOCKHOLM)
        self.clock.setattr(timezone, "now", lambda: now)
        return now.date()

    @property
    def case(self) -> LexSarahCase:
        """Return the case as it is stored."""
        return LexSarahCase.objects.get()

    def report(self, **facts: Any) -> None:
        """Let a member of staff report what happened."""
        said = {
            "kind": "quality_deviation",
            "proposal": "",
            "process": "Boende",
            "consequence": "occurred",
        }
        facts |= {
            "unit": self.cast.unit,
            "description": "Handlingar låg framme i väntrummet.",
        }
        send_report(
            actor=self.cast.staff,
            form_token=uuid4(),
            facts=said | facts,
            protected=False,
        )

    def step(self, name: str, actor: User, **facts: Any) -> None:
        """Take a step."""
        take_step(
            self.case, name, actor=actor, seen_version=self.case.version, facts=facts
        )

    def investigate(self) -> None:
        """Answer all that an investigation asks."""
        lex = self.cast.lex
        self.step(
            "omedelbart", self.cast.chief, immediate_measures="Handlingarna låstes in."
        )
        event = {
            "type": "Bemötande",
            "area": "sol",
            "event": "Akter låg framme.",
            "noticed": "En besökare.",
        }
        self.step("handelsen", lex, **event)
        self.step(
            "orsaker",
            lex,
            cause_level="system",
            cause_area="Kunskap och kompetens",
            causes="Flytt.",
        )
        self.step("upprepning", lex, happened_before="Nej.", may_recur="Ja.")

    def propose(self, degree: str) -> None:
        """Put the case before the committee."""
        facts = {
            "assessment": "Ja.",
            "summary": "Handlingar låg framme.",
            "no_measures_reason": "Gjort.",
        }
        self.step("foresla", self.cast.lex, proposed_degree=degree, **facts)

    def decide(self, day: dt.date, degree: str, *, notifies: bool) -> None:
        """Let the committee decide."""
        meeting = Meeting.objects.create(
            unit=self.cast.unit.parent,
            body="committee",
            on=day,
            created_by=self.cast.secretary,
        )
        facts = {
            "degree": degree,
            "notifies": notifies,
            "approves_measures": True,
            "paragraph": "§ 61",
        }
        record_decision(
            self.case,
            meeting=meeting,
            actor=self.cast.secretary,
            seen_version=self.case.version,
            facts=facts,
        )


def as_decided(case: LexSarahCase) -> dict[str, str]:
    return {name: str(getattr(case, name) or "") for name in DECISION}


@pytest.fixture
def notified_by_the_chair(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Played:
    """Play LS-2022-0028 until the chair's decision has been carried out."""
    played = Played(cast, monkeypatch)
    occurred = played.on("2022-03-24")
    played.on("2022-03-29")
    played.report(occurred_on=occurred)
    played.on("2022-03-30")
    played.step("ta-emot", cast.lex)
    day = played.on("2022-04-02")
    played.step(
        "ordforande",
        cast.lex,
        on=day,
        paragraph="O 4",
        motive="Utskottet möts om två veckor.",
    )
    played.step("anmald", cast.lex, ivo_notified_on=day, registry_number="ASN-2022-17")
    return played


def test_chair_decides_and_the_committee_half_a_year_later(
    notified_by_the_chair: Played,
) -> None:
    played = notified_by_the_chair
    assert (
        played.case.due_on < completion_due(dt.date(2022, 4, 2)) == dt.date(2022, 6, 2)
    )
    played.on("2022-05-30")
    played.investigate()
    played.propose("serious_misconduct")
    # IVO does not wait for the committee: the investigation is sent when it is done.
    sent = played.on("2022-06-01")
    played.step("komplettera", played.cast.lex, investigation_sent_on=sent)
    played.decide(played.on("2022-10-18"), "serious_misconduct", notifies=True)

    (row,) = (row for row in rows_of("malmo") if row["case"] == "LS-2022-0028")
    assert as_decided(played.case) == {name: row[name] for name in DECISION}
    assert (
        played.case.investigated_on
        < played.case.investigation_sent_on
        < played.case.decided_on
    )
    outcomes = [
        (made.outcome, made.body, str(made.on)) for made in played.case.decisions.all()
    ]
    assert outcomes == [
        ("notify", "chair", "2022-04-02"),
        ("decided", "committee", "2022-10-18"),
    ]


def test_case_that_was_played_is_counted_where_it_belongs(
    notified_by_the_chair: Played,
) -> None:
    played = notified_by_the_chair
    played.on("2022-05-30")
    played.investigate()
    played.propose("serious_misconduct")
    played.decide(played.on("2023-01-17"), "serious_misconduct", notifies=True)
    call_command("aggregate", stdout=StringIO())

    def figure(basis: str, period: str, *where: str) -> int:
        out = StringIO()
        asked = {
            "unit": "ASF",
            "period": period,
            "basis": basis,
            "where": [[word] for word in where],
        }
        call_command("figures", "lexsarah", stdout=out, **asked)
        return int(out.getvalue().splitlines()[-1])

    assert [figure("received", year) for year in ("2022", "2023")] == [1, 0]
    assert [
        figure("notified", year, "ivo_decided_by=chair") for year in ("2022", "2023")
    ] == [1, 0]
    assert [
        figure("decided", year, "decided_by=committee") for year in ("2022", "2023")
    ] == [0, 1]


def test_two_months_run_from_the_chairs_notification(
    notified_by_the_chair: Played,
) -> None:
    played = notified_by_the_chair
    played.investigate()
    facts = clock_facts(played.case)

    assert (facts.notified_on, facts.completed_on, facts.decided_on) == (
        dt.date(2022, 4, 2),
        None,
        None,
    )


def test_what_the_chair_notified_may_turn_out_less_serious(
    notified_by_the_chair: Played,
) -> None:
    played = notified_by_the_chair
    played.on("2022-05-30")
    played.investigate()
    played.propose("misconduct")
    played.decide(played.on("2022-06-14"), "misconduct", notifies=False)

    assert (played.case.degree, played.case.ivo_decided_by, played.case.state) == (
        "misconduct",
        "chair",
        "decided",
    )
