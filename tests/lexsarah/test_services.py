"""The verbs of lex Sarah: a report reaches the investigator, is decided, and comes back to who made it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from casework.models import Action, Case, Mail, Notice
from casework.process.workflow import StepRefusedError
from deviations.filing import send_report
from deviations.models import Deviation, Misconduct
from deviations.process.services import take_step as take_deviation_step
from deviations.process.to_lexsarah import escalate
from lexsarah.models import Decision, LexSarahCase, LexSarahReport, Meeting, Policy
from lexsarah.process.services import complement, record_decision, send_back, take_step
from organisation.models import Unit, User
from organisation.rights import Role
from tests.factories import make_deviation, make_unit, make_user
from tests.worlds import world_for_a_module

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
ASSESSED = {"is_deviation": "yes", "assessment": "Brukaren var utan mat i två dygn."}


class Cast(NamedTuple):
    """Who has to do with a report: the unit, and people by what they are."""

    unit: Unit
    people: dict[str, User]

    def __getitem__(self, name: Any) -> Any:
        """Return a person."""
        return self.people[name]


@pytest.fixture(scope="module")
def cast(django_db_setup: None, django_db_blocker: Any) -> Iterator[Cast]:
    with world_for_a_module(django_db_blocker, make_cast) as made:
        yield made


def make_cast() -> Cast:
    root = make_unit("A")
    unit = make_unit("B", root)
    people = {
        "staff": make_user("staff", (Role.STAFF, unit)),
        "chief": make_user(
            "chief", (Role.SECTION_CHIEF, unit), email="chief@example.se"
        ),
        "boss": make_user("boss", (Role.DEPARTMENT_CHIEF, root)),
        "lex": make_user("lex", (Role.LEX_INVESTIGATOR, root), email="lex@example.se"),
        "other": make_user("other", (Role.LEX_INVESTIGATOR, root)),
        "secretary": make_user("secretary", (Role.BOARD_SECRETARY, root)),
        "controller": make_user("controller", (Role.QUALITY_CONTROLLER, root)),
        "planner": make_user("planner", (Role.PLANNING_OFFICER, root)),
    }
    return Cast(unit, people)


def report(
    cast: Cast, *, actor: str = "staff", protected: bool = False, **facts: Any
) -> Deviation:
    about = {
        "kind": "quality_deviation",
        "description": "Ingen kom med mat på två dygn.",
        "proposal": "",
        "consequence": "occurred",
        "occurred_on": TODAY,
        "unit": cast.unit,
        "process": "Boende",
        "category": "",
        "target_group": "",
    }
    return send_report(
        actor=cast[actor],
        form_token=uuid4(),
        facts={**about, **facts},
        protected=protected,
    )


def step(case: LexSarahCase, name: str, actor: User, **facts: Any) -> LexSarahCase:
    fresh = LexSarahCase.objects.get(pk=case.pk)
    return take_step(fresh, name, actor=actor, seen_version=fresh.version, facts=facts)


def received(cast: Cast) -> Deviation:
    """Return an event whose report has come to the investigators, whatever the way."""
    about = {"reporter": cast["staff"], "received_on": TODAY, "process": "Boende"}
    states = {"state": "escalated", "state_before": "reported"}
    return make_deviation(cast.unit, consequence="occurred", **states, **about)


def investigated(cast: Cast) -> LexSarahCase:
    """Return a case in which everything that an investigation asks is answered."""
    received(cast)
    found = {
        "type": "Utförande av insats",
        "area": "sol",
        "event": "Två dygn.",
        "noticed": "Anhörig.",
        "immediate_measures": "Maten kördes ut samma kväll.",
        "immediate_measures_on": TODAY,
        "cause_level": "system",
        "cause_area": "Teknik och system",
        "causes": "Listan föll bort.",
        "happened_before": "Nej.",
        "may_recur": "Ja, tills listan är rättad.",
    }
    LexSarahCase.objects.update(state="investigating", owner=cast["lex"], **found)
    case = LexSarahCase.objects.get()
    Action.objects.create(
        case_id=case.pk, text="Rätta listan", level="unit", decided_on=TODAY
    )
    return case


def proposed(cast: Cast, degree: str = "misconduct") -> LexSarahCase:
    case = investigated(cast)
    return step(
        case,
        "foresla",
        cast["lex"],
        proposed_degree=degree,
        assessment="Ett hot mot hälsan.",
        summary="Mat uteblev.",
    )


def meeting(cast: Cast) -> Meeting:
    made, _ = Meeting.objects.get_or_create(
        unit=cast.unit.parent,
        body="committee",
        on=TODAY,
        defaults={"created_by": cast["secretary"]},
    )
    return made


def decide(cast: Cast, case: LexSarahCase, **facts: Any) -> LexSarahCase:
    said = {
        "degree": "misconduct",
        "notifies": False,
        "approves_measures": True,
        "paragraph": "§ 12",
    }
    return record_decision(
        case,
        meeting=meeting(cast),
        actor=cast["secretary"],
        seen_version=case.version,
        facts=said | facts,
    )


@pytest.mark.parametrize(
    ("consequence", "reports"),
    [("none", 0), ("possible", 0), ("tangible_risk", 1), ("occurred", 1)],
)
def test_report_with_a_consequence_becomes_a_lex_sarah_report(
    cast: Cast, consequence: str, reports: int
) -> None:
    report(cast, consequence=consequence)

    assert LexSarahReport.objects.count() == reports


def test_report_tells_the_investigators_and_the_chief_at_once(cast: Cast) -> None:
    report(cast)

    case = LexSarahCase.objects.get()
    told = Notice.objects.filter(case=case.pk, kind="urgent").values_list(
        "user__username", flat=True
    )
    assert sorted(told) == ["chief", "lex", "other"]
    assert sorted(Mail.objects.values_list("user__username", flat=True)) == [
        "chief",
        "lex",
    ]
    assert not any(
        word in mail.body.lower()
        for mail in Mail.objects.all()
        for word in ("sarah", "mat", "boende")
    )


def test_report_without_an_investigator_is_told_to_the_controller(cast: Cast) -> None:
    cast["lex"].memberships.all().delete()
    cast["other"].memberships.all().delete()
    report(cast)

    assert Notice.objects.filter(user=cast["controller"], kind="urgent").exists()


def test_report_is_no_longer_read_by_those_who_read_deviations(cast: Cast) -> None:
    deviation = report(cast)

    seen = {
        name
        for name, person in cast.people.items()
        if Case.objects.handled_by(person).filter(pk=deviation.pk)
    }
    assert seen == {"chief", "boss", "lex", "other", "controller"}


def test_report_about_a_protected_person_is_read_by_investigators_and_the_chief(
    cast: Cast,
) -> None:
    report(cast, protected=True)

    case = LexSarahCase.objects.get()
    assert case.protected
    assert {reader.user.username for reader in case.named_readers.all()} == {
        "lex",
        "other",
        "chief",
    }
    assert not Mail.objects.exists()


def test_report_by_an_investigator_is_for_the_other_one(cast: Cast) -> None:
    report(cast, actor="lex")

    case = LexSarahCase.objects.get()
    with pytest.raises(StepRefusedError, match="jävig"):
        step(case, "ta-emot", cast["lex"])
    assert step(case, "ta-emot", cast["other"]).owner == cast["other"]


def test_assessment_as_misconduct_makes_a_report_at_once(cast: Cast) -> None:
    deviation = make_deviation(
        cast.unit, state="under_investigation", owner=cast["chief"]
    )
    take_deviation_step(
        deviation,
        "bedom",
        actor=cast["chief"],
        seen_version=0,
        facts={**ASSESSED, "misconduct": "tangible_risk"},
    )

    deviation.refresh_from_db()
    assert (deviation.state, deviation.state_before, deviation.owner) == (
        "escalated",
        "under_investigation",
        None,
    )
    assert "två dygn" in LexSarahReport.objects.get(deviation=deviation).case.event


def test_correcting_the_category_of_what_came_back_makes_no_new_report(
    cast: Cast,
) -> None:
    deviation = report(cast)
    case = LexSarahCase.objects.get()
    step(case, "skicka-tillbaka", cast["lex"], reason="Insatsen gavs, men sent.")
    deviation.refresh_from_db()
    take_deviation_step(
        deviation,
        "ratta",
        actor=cast["chief"],
        seen_version=deviation.version,
        facts={
            "kind": "quality_deviation",
            "consequence": "occurred",
            "category": "Samordning",
        },
    )

    assert LexSarahReport.objects.count() == 1


def test_escalate_takes_a_closed_deviation(cast: Cast) -> None:
    deviation = make_deviation(
        cast.unit, state="closed", is_deviation="yes", closed_on=TODAY
    )
    escalate(
        deviation,
        actor=cast["planner"],
        misconduct=Misconduct.YES,
        grounds="Fler uppgifter har kommit.",
    )

    deviation.refresh_from_db()
    assert (deviation.state, deviation.closed_on) == ("escalated", None)
    assert LexSarahCase.objects.get().state == "reported"


def test_escalate_twice_makes_one_report(cast: Cast) -> None:
    deviation = make_deviation(cast.unit)
    for _ in range(2):
        escalate(deviation, actor=cast["chief"], misconduct=Misconduct.YES)

    assert LexSarahReport.objects.count() == 1


def test_send_back_gives_the_event_to_the_chief_with_the_reason(cast: Cast) -> None:
    deviation = report(cast)
    case = LexSarahCase.objects.get()
    step(case, "skicka-tillbaka", cast["lex"], reason="Insatsen gavs, men sent.")

    deviation.refresh_from_db()
    assert (deviation.state, deviation.circle, deviation.misconduct) == (
        "reported",
        "",
        "no",
    )
    assert deviation.due_on > TODAY
    assert LexSarahCase.objects.get().notes.get().text == "Insatsen gavs, men sent."


@pytest.mark.parametrize(
    "who", ["chief", "boss", "controller", "planner", "secretary", "staff"]
)
def test_send_back_is_for_the_investigator_alone(cast: Cast, who: str) -> None:
    received(cast)
    with pytest.raises(StepRefusedError):
        step(LexSarahCase.objects.get(), "skicka-tillbaka", cast[who], reason="Nej.")


def test_report_again_opens_the_case_that_was_sent_back(cast: Cast) -> None:
    deviation = report(cast)
    case = step(
        LexSarahCase.objects.get(), "skicka-tillbaka", cast["lex"], reason="Nej."
    )
    escalate(deviation, actor=cast["chief"], misconduct=Misconduct.YES, grounds="Jo.")

    case.refresh_from_db()
    assert (case.state, case.closed_on, case.reports.count()) == ("reported", None, 2)


def test_policy_can_keep_the_chief_out_while_it_is_investigated(cast: Cast) -> None:
    Policy.objects.create(
        unit=cast.unit.parent,
        finding_by="investigator",
        measures_by="investigator",
        serious_by="investigator",
        chief_keeps_reading=False,
        chair_may_decide=False,
    )
    received(cast)
    case = LexSarahCase.objects.get()

    def reads() -> bool:
        return LexSarahCase.objects.handled_by(cast["chief"]).exists()

    assert reads()
    step(case, "ta-emot", cast["lex"])
    assert not reads()
    step(case, "besluta", cast["lex"], degree="none", assessment="Insatsen gavs.")
    assert reads()


def test_decide_that_it_is_nothing_needs_only_its_reason(cast: Cast) -> None:
    deviation = received(cast)
    case = step(LexSarahCase.objects.get(), "ta-emot", cast["lex"])
    case = step(
        case,
        "besluta",
        cast["lex"],
        degree="none",
        assessment="Insatsen gavs, men sent.",
    )

    deviation.refresh_from_db()
    assert (case.degree, case.decided_by, deviation.state) == (
        "none",
        "investigator",
        "reported",
    )


def test_investigator_cannot_decide_what_the_committee_decides(cast: Cast) -> None:
    case = investigated(cast)
    with pytest.raises(StepRefusedError, match="förslag"):
        step(case, "besluta", cast["lex"], degree="misconduct", assessment="Ja.")

    assert LexSarahCase.objects.get().state == "investigating"


@pytest.mark.parametrize(
    ("missing", "says"),
    [
        ({"causes": ""}, "Orsaker"),
        ({"may_recur": ""}, "Kan det hända igen"),
        ({"immediate_measures": ""}, "Omedelbar åtgärd"),
        ({"cause_level": "individual"}, "organisationen"),
    ],
)
def test_propose_without_what_the_rules_demand_is_refused(
    cast: Cast, missing: dict[str, str], says: str
) -> None:
    case = investigated(cast)
    LexSarahCase.objects.update(**missing)
    with pytest.raises(StepRefusedError, match=says):
        step(
            case,
            "foresla",
            cast["lex"],
            proposed_degree="misconduct",
            assessment="Ja.",
            summary="Mat.",
        )


def test_propose_tells_the_secretary_who_cannot_read_the_case(cast: Cast) -> None:
    case = proposed(cast)
    secretary = cast["secretary"]

    assert Notice.objects.readable_by(secretary).get().kind == "to_decide"
    assert not LexSarahCase.objects.visible_to(secretary).exists()
    assert list(LexSarahCase.objects.put_before(secretary)) == [case]


def test_record_decision_writes_it_for_good(cast: Cast) -> None:
    case = decide(cast, proposed(cast))

    assert (case.degree, case.decided_by, case.decided_on) == (
        "misconduct",
        "committee",
        TODAY,
    )
    assert Deviation.objects.get().state == "closed"
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        Decision.objects.update(paragraph="§ 13")


def test_record_decision_of_a_lower_body_is_refused(cast: Cast) -> None:
    Policy.objects.create(
        unit=cast.unit.parent,
        finding_by="investigator",
        measures_by="committee",
        serious_by="board",
    )
    case = proposed(cast, "serious_misconduct")
    with pytest.raises(StepRefusedError, match="någon annan"):
        decide(cast, case, degree="serious_misconduct", notifies=True)

    assert decide(cast, case).degree == "misconduct"


def test_send_back_from_the_meeting_lets_the_investigation_go_on(cast: Cast) -> None:
    case = proposed(cast)
    send_back(
        case,
        meeting=meeting(cast),
        actor=cast["secretary"],
        seen_version=case.version,
        facts={"motive": "Vad säger personalen?", "paragraph": "§ 3"},
    )

    case.refresh_from_db()
    assert (case.state, case.investigated_on) == ("investigating", None)
    assert Decision.objects.get().outcome == "sent_back"


def test_chair_decides_to_notify_before_the_investigation_is_done(cast: Cast) -> None:
    case = investigated(cast)
    case = step(
        case,
        "ordforande",
        cast["secretary"],
        on=TODAY,
        paragraph="O 4",
        motive="Sammanträdet är sent.",
    )
    case = step(case, "anmald", cast["lex"], ivo_notified_on=TODAY)

    assert (case.state, case.ivo_decided_by, case.ivo_outcome) == (
        "investigating",
        "chair",
        "waiting",
    )
    assert case.investigation_sent_on is None


def test_notification_after_the_decision_sends_the_investigation_with_it(
    cast: Cast,
) -> None:
    case = decide(
        cast,
        proposed(cast, "serious_misconduct"),
        degree="serious_misconduct",
        notifies=True,
    )
    case = step(
        case, "anmald", cast["lex"], ivo_notified_on=TODAY, registry_number="ASN-2026-1"
    )

    assert case.investigation_sent_on == TODAY


def test_close_says_all_that_is_left(cast: Cast) -> None:
    case = decide(
        cast,
        proposed(cast, "serious_misconduct"),
        degree="serious_misconduct",
        notifies=True,
    )
    with pytest.raises(StepRefusedError) as refused:
        step(case, "avsluta", cast["lex"])

    for words in (
        "Återkoppla först",
        "den berörda",
        "Anmäl först till IVO",
        "effekten av varje åtgärd",
    ):
        assert words in str(refused.value)


def test_feedback_reaches_the_one_who_reported(cast: Cast) -> None:
    case = decide(cast, proposed(cast))
    step(
        case, "aterkoppla", cast["lex"], answer="Listan är rättad.", no_answer_reason=""
    )

    assert Deviation.objects.get().answer == "Listan är rättad."
    assert Notice.objects.filter(user=cast["staff"], kind="answered").exists()


def test_join_moves_the_reports_and_keeps_who_made_them_out(cast: Cast) -> None:
    report(cast)
    first = LexSarahCase.objects.get()
    report(cast, actor="chief", description="Samma brukare fick ingen mat.")
    second = LexSarahCase.objects.exclude(pk=first.pk).get()
    second = step(
        second, "foga-till", cast["lex"], duplicate_of=Case.objects.get(pk=first.pk)
    )

    assert (first.reports.count(), second.state) == (2, "joined")
    assert (
        not LexSarahCase.objects.handled_by(cast["chief"]).filter(pk=first.pk).exists()
    )


def test_join_of_a_protected_case_to_an_open_one_is_refused(cast: Cast) -> None:
    report(cast)
    first = LexSarahCase.objects.get()
    report(cast, protected=True, description="Adressen röjdes.")
    second = LexSarahCase.objects.exclude(pk=first.pk).get()
    with pytest.raises(StepRefusedError, match="inte skyddat"):
        step(
            second, "foga-till", cast["lex"], duplicate_of=Case.objects.get(pk=first.pk)
        )

    assert first.reports.count() == 1


def test_complement_fills_in_what_the_investigation_asks(cast: Cast) -> None:
    report(cast)
    said = {
        "act": "omission",
        "noticed": "En anhörig ringde.",
        "measures_taken": "Mat kördes ut.",
        "happened_before": "Ja, i mars.",
        "unexpected_death": False,
        "told_police": False,
    }
    complement(LexSarahReport.objects.get(), actor=cast["staff"], facts=said)

    case = LexSarahCase.objects.get()
    assert (case.noticed, case.happened_before) == ("En anhörig ringde.", "Ja, i mars.")


def test_clock_follows_the_case(cast: Cast) -> None:
    report(cast)
    case = LexSarahCase.objects.get()
    first = case.due_on
    case = step(case, "ta-emot", cast["lex"])
    case = step(case, "omedelbart", cast["lex"], immediate_measures="Mat.")

    assert first is not None
    assert case.due_on > first


def test_deferred_check_is_asked_at_the_end(cast: Cast) -> None:
    report(cast)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    assert Deviation.objects.get().state == "escalated"
