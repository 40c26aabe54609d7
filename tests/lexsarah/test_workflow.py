"""The process of lex Sarah: who may do what in which state, what a step demands, and where it leads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import product
from typing import Any, NamedTuple

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from casework.handling.services import recuse
from casework.models import Action, Case, LogEntry, Note, Notice
from casework.process.steps import Step
from casework.process.workflow import StepRefusedError, TooLateError, Workflow, take
from lexsarah.law.laws import reference
from lexsarah.law.policy import GOTEBORG, MALMO, Body, Rules
from lexsarah.models import Degree, LexSarahCase, Policy, State
from lexsarah.process.services import take_step
from lexsarah.process.workflow import workflow_for, workflow_of
from organisation.access import remembering
from organisation.models import Membership, Unit, User
from organisation.rights import CHIEFS, Role
from tests.covering import covering
from tests.factories import make_deviation, make_report_of, make_unit, make_user
from tests.municipality import make_lexsarah
from tests.worlds import made_once, world_for_a_module

TODAY, DAY = timezone.localdate(), dt.timedelta(days=1)
NARROW = Rules(chief_keeps_reading=False)
ORDERS = {"malmö": MALMO, "göteborg": GOTEBORG}

# What each role may do, by state.  lex: the investigator; chief: a chief of any level;
# secr: the board's secretary; ctrl: the quality controller.  All others: nothing.  What stands within
# brackets is open under Malmö's order and not under Göteborg's.
RIGHTS = """
state         | lex                                                                                                                                                     | chief                | secr                           | ctrl
reported      | ta-emot omedelbart foga-till skicka-tillbaka diariefor                                                                                                  | omedelbart           | -                              | -
investigating | ta-over omedelbart handelsen orsaker upprepning foga-till skicka-tillbaka besluta [foresla] [ordforande] anmald ivo-svar aterkoppla informera diariefor | omedelbart informera | [ordforande]                   | -
proposed      | ta-over omedelbart dra-tillbaka [ordforande] anmald komplettera ivo-svar aterkoppla informera diariefor                                                 | omedelbart informera | beslut aterremiss [ordforande] | -
decided       | ta-over omedelbart anmald komplettera ivo-svar aterkoppla informera diariefor gor-om avsluta                                                            | omedelbart informera | -                              | -
closed        | oppna-igen                                                                                                                                              | -                    | -                              | oppna-igen
returned      | -                                                                                                                                                       | -                    | -                              | -
joined        | -                                                                                                                                                       | -                    | -                              | -
"""  # noqa: E501 - a table is read across
COLUMNS = {
    "lex": {Role.LEX_INVESTIGATOR},
    "chief": set(CHIEFS),
    "secr": {Role.BOARD_SECRETARY},
    "ctrl": {Role.QUALITY_CONTROLLER},
}

# --- cases ------------------------------------------------------------------------------------
INVESTIGATED = {
    "type": "Bemötande",
    "event": "Ingen kom.",
    "noticed": "En anhörig ringde.",
    "cause_level": "system",
    "cause_area": "Teknik och system",
    "causes": "Listan föll bort.",
    "happened_before": "Nej.",
    "may_recur": "Ja.",
    "immediate_measures": "Mat kördes ut.",
    "immediate_measures_on": TODAY,
    "no_measures_reason": "Allt är redan gjort.",
}
DECIDED = {
    "decided_on": TODAY,
    "decided_by": "committee",
    "degree": "serious_misconduct",
}
TO_NOTIFY = {"ivo_decided_by": "committee", "notify_decided_on": TODAY}
NOTIFIED = {**TO_NOTIFY, "ivo_notified_on": TODAY, "ivo_outcome": "waiting"}
ANSWERED = {"answer": "Det är rättat.", "answered_on": TODAY, "informed_on": TODAY}
AS_IN: dict[str, dict[str, Any]] = {
    "reported": {},
    "investigating": {},
    "proposed": {
        "proposed_degree": "misconduct",
        "summary": "Mat uteblev.",
        "investigated_on": TODAY,
    },
    "decided": DECIDED,
    "closed": {**DECIDED, "closed_on": TODAY},
    "returned": {"closed_on": TODAY},
    "joined": {"closed_on": TODAY},
}


def make_case(unit: Unit, state: str, **facts: Any) -> LexSarahCase:
    """Make a case that is as it can be in a state, at least."""
    number = f"LS-2026-{LexSarahCase.objects.count() + 1:04d}"
    return make_lexsarah(
        unit, number=number, **{"state": state, **AS_IN[state], **facts}
    )


def order(unit: Unit, rules: Rules) -> None:
    """Let an order hold over a unit."""
    Policy.objects.create(
        unit=unit,
        finding_by=rules.finding_by,
        measures_by=rules.measures_by,
        serious_by=rules.serious_by,
        chair_may_decide=rules.chair_may_decide,
        chief_keeps_reading=rules.chief_keeps_reading,
    )


class World(NamedTuple):
    """A unit, its investigator and its board's secretary."""

    unit: Unit
    lex: User
    secretary: User


def make_world() -> World:
    unit = make_unit("A")
    lex = make_user("lex", (Role.LEX_INVESTIGATOR, unit))
    return World(unit, lex, make_user("secretary", (Role.BOARD_SECRETARY, unit)))


world = made_once(make_world)


@pytest.fixture
def unit(world: World) -> Unit:
    return world.unit


@pytest.fixture
def lex(world: World) -> User:
    return world.lex


@pytest.fixture
def secretary(world: World) -> User:
    return world.secretary


def step(case: LexSarahCase, name: str, actor: User, **facts: Any) -> LexSarahCase:
    """Take a step as the table says it, without what the verbs add."""
    return take(
        workflow_of(case),
        case,
        name,
        actor=actor,
        seen_version=case.version,
        facts=facts,
    )


def taken_by_people(workflow: Workflow[LexSarahCase]) -> list[Step]:
    """Return the steps that somebody takes in a role, not the product."""
    return [step for step in workflow.steps if not step.system]


# --- who may do what --------------------------------------------------------------------------
def rights() -> Iterator[tuple[str, str, dict[Role, set[str]]]]:
    for line, name in product(RIGHTS.strip().splitlines()[1:], ORDERS):
        state, *cells = (cell.strip() for cell in line.split("|"))
        by_role: dict[Role, set[str]] = {role: set() for role in Role}
        for roles, cell in zip(COLUMNS.values(), cells, strict=True):
            named = {
                word
                for word in cell.split()
                if name == "malmö" or not word.startswith("[")
            } - {"-"}
            for role in roles:
                by_role[role] |= {word.strip("[]") for word in named}
        yield name, state, by_role


class Refused(NamedTuple):
    """A step that a role is refused in a state, under an order."""

    order: str
    state: str
    role: Role
    step: str


def _refused() -> Iterator[Refused]:
    for name, state, by_role in rights():
        steps = taken_by_people(workflow_for(ORDERS[name]))
        for role, step in product(by_role, steps):
            if step.name not in by_role[role]:
                yield Refused(name, state, role, step.name)


# Who may take a step in some state: there nothing but the state is in the way of it.
ELSEWHERE = {
    (name, role, step)
    for name, _, by_role in rights()
    for role, steps in by_role.items()
    for step in steps
}


def _meetings(cell: Refused) -> Iterator[tuple[str, ...]]:
    """Return what meets in a refusal: each order asks each step of each state, and of each role.

    Where somebody may take it in another state, one of those asks.
    """
    if (cell.order, cell.role, cell.step) in ELSEWHERE:
        yield cell.order, cell.state, cell.step, "in this state"
    yield cell.order, cell.state, cell.step
    yield cell.role, cell.step
    yield cell.order, cell.state, cell.role


REFUSED = list(_refused())
TRIED = set(covering(REFUSED, _meetings))
UNDER = list(product(ORDERS, State.values))


People = dict[Role, User]


def everybody() -> tuple[Unit, People]:
    """Make a unit with a person for each role."""
    unit = make_unit("R")
    return unit, {role: make_user(role.value, (role, unit)) for role in Role}


@pytest.fixture(scope="class")
def roles(
    django_db_setup: None, django_db_blocker: Any
) -> Iterator[tuple[Unit, People]]:
    with world_for_a_module(django_db_blocker, everybody) as made, remembering():
        yield made


@pytest.mark.django_db
class TestEveryRole:
    """What the table of rights says of each role, in a unit that is made once."""

    @pytest.mark.parametrize(("name", "state", "by_role"), list(rights()))
    def test_open_to_offers_what_the_table_says(
        self,
        roles: tuple[Unit, People],
        name: str,
        state: str,
        by_role: dict[Role, set[str]],
    ) -> None:
        unit, people = roles
        order(unit, ORDERS[name])
        case = make_case(unit, state)
        workflow = workflow_of(case)

        offered = {
            role: {s.name for s in workflow.open_to(case, who)}
            for role, who in people.items()
        }

        assert offered == by_role

    @pytest.mark.parametrize(("name", "state"), UNDER)
    def test_take_refuses_every_step_that_the_table_does_not_name(
        self, roles: tuple[Unit, People], name: str, state: str
    ) -> None:
        here = [cell for cell in REFUSED if cell[:2] == (name, state)]
        _assert_refused(roles, [cell for cell in here if cell in TRIED])

    @pytest.mark.every
    @pytest.mark.parametrize(("name", "state"), UNDER)
    def test_take_refuses_every_step_to_every_role(
        self, roles: tuple[Unit, People], name: str, state: str
    ) -> None:
        here = [cell for cell in REFUSED if cell[:2] == (name, state)]
        _assert_refused(roles, [cell for cell in here if cell not in TRIED])


def _assert_refused(roles: tuple[Unit, People], cells: list[Refused]) -> None:
    """Let each role try a step; all of them are under one order and in one state."""
    unit, people = roles
    name, state, *_ = cells[0]
    order(unit, ORDERS[name])
    case = make_case(unit, state)
    workflow = workflow_of(case)
    for cell in cells:
        with pytest.raises(StepRefusedError):
            take(
                workflow,
                case,
                cell.step,
                actor=people[cell.role],
                seen_version=0,
                facts=FACTS[cell.step],
            )

    case.refresh_from_db()
    assert (case.state, case.version) == (state, 0)
    assert not any(model.objects.exists() for model in (LogEntry, Note, Notice))


def test_table_of_rights_names_every_state_and_step() -> None:
    rows = list(rights())
    named = {
        name for _, _, by_role in rows for steps in by_role.values() for name in steps
    }

    assert {state for _, state, _ in rows} == set(State.values)
    assert named == {step.name for step in taken_by_people(workflow_for(MALMO))}
    assert {step.name for step in taken_by_people(workflow_for(GOTEBORG))} == named - {
        "foresla",
        "ordforande",
    }


@pytest.mark.django_db
@pytest.mark.parametrize("state", State.values)
def test_recused_person_has_no_step(unit: Unit, lex: User, state: str) -> None:
    case = make_case(unit, state)
    recuse(case, person=lex, actor=lex)
    case.refresh_from_db()

    assert workflow_of(case).open_to(case, lex) == []
    for named in taken_by_people(workflow_of(case)):
        with pytest.raises(StepRefusedError, match="jävig"):
            step(case, named.name, lex, **FACTS[named.name])


@pytest.mark.django_db
def test_reporter_has_no_step(unit: Unit, lex: User) -> None:
    case = make_case(unit, "reported", reporter=lex)

    assert workflow_of(case).open_to(case, lex) == []


@pytest.mark.django_db
def test_investigator_of_another_administration_has_no_step(unit: Unit) -> None:
    case = make_case(unit, "reported")
    other = make_user("other", (Role.LEX_INVESTIGATOR, make_unit("B")))

    assert workflow_of(case).open_to(case, other) == []


@pytest.mark.django_db
def test_unnamed_investigator_has_no_step_about_a_protected_person(
    unit: Unit, lex: User
) -> None:
    assert (
        workflow_of(case := make_case(unit, "reported", protected=True)).open_to(
            case, lex
        )
        == []
    )


# --- every arrow ------------------------------------------------------------------------------
FACTS: dict[str, dict[str, Any]] = {
    "ta-emot": {},
    "ta-over": {},
    "omedelbart": {"immediate_measures": "Mat kördes ut."},
    "handelsen": {
        "type": "Bemötande",
        "area": "lss",
        "event": "Ingen kom.",
        "noticed": "Anhörig.",
    },
    "orsaker": {
        "cause_level": "team",
        "cause_area": "Kunskap och kompetens",
        "causes": "Ny personal.",
    },
    "upprepning": {"happened_before": "Nej.", "may_recur": "Ja."},
    "foga-till": {},
    "skicka-tillbaka": {"reason": "Insatsen gavs."},
    "besluta": {"degree": "none", "assessment": "Insatsen gavs."},
    "foresla": {
        "proposed_degree": "misconduct",
        "assessment": "Hot mot hälsan.",
        "summary": "Mat uteblev.",
    },
    "dra-tillbaka": {"reason": "Nya uppgifter."},
    "beslut": {
        "degree": "misconduct",
        "body": "committee",
        "on": TODAY,
        "notifies": False,
    },
    "aterremiss": {"reason": "Fråga personalen."},
    "ordforande": {"on": TODAY},
    "anmald": {"ivo_notified_on": TODAY},
    "komplettera": {"investigation_sent_on": TODAY},
    "ivo-svar": {"ivo_outcome": "closed", "ivo_answered_on": TODAY},
    "aterkoppla": {"answer": "Det är rättat."},
    "informera": {"informed_on": TODAY},
    "diariefor": {"registry_number": "ASN-2026-1"},
    "gor-om": {"reason": "Fel degree."},
    "avsluta": {},
    "oppna-igen": {"reason": "Nya uppgifter."},
}
# What a case has to be besides, for a step that demands something.
READY: dict[str, dict[str, Any]] = {
    "foresla": INVESTIGATED,
    "anmald": TO_NOTIFY,
    "komplettera": NOTIFIED,
    "ivo-svar": NOTIFIED,
    "avsluta": ANSWERED,
}


def arrows() -> list[tuple[str, str, str, str]]:
    """Return each step from each state, to which it leads, and a role that may."""
    return [
        (step.name, source, step.target or source, min(step.roles))
        for step in taken_by_people(workflow_for(MALMO))
        for source in sorted(step.sources)
    ]


# Each step, and each state that one begins in: that the others begin there too, the table of rights says.
WALKED = covering(arrows(), lambda arrow: (("step", arrow[0]), ("source", arrow[1])))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "source", "target", "role"),
    [
        pytest.param(*arrow, marks=() if arrow in WALKED else pytest.mark.every)
        for arrow in arrows()
    ],
)
def test_step_leads_to_its_state_and_is_logged(
    unit: Unit, name: str, source: str, target: str, role: str
) -> None:
    case = make_case(unit, source, **READY.get(name, {}))
    if name == "foga-till":
        facts: dict[str, Any] = {
            "duplicate_of": Case.objects.get(pk=make_case(unit, "reported").pk)
        }
    elif name == "skicka-tillbaka":
        facts = FACTS[name]
        make_report_of(make_deviation(unit), case)
    else:
        facts = FACTS[name]
    taken = step(case, name, make_user("person", (Role(role), unit)), **facts)

    case.refresh_from_db()
    assert (case.state, case.version, taken.state) == (target, 1, target)
    assert [
        (entry.action, entry.from_state, entry.to_state) for entry in case.log.all()
    ] == [(name, source, target)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", [s.name for s in workflow_for(MALMO).steps if s.required]
)
def test_step_without_what_it_asks_for_is_refused(unit: Unit, name: str) -> None:
    chosen = workflow_for(MALMO).step(name)
    case = make_case(unit, min(chosen.sources), **READY.get(name, {}))
    person = make_user("person", (Role(min(chosen.roles)), unit))
    with pytest.raises(ValidationError) as refused:
        step(case, name, person)

    assert sorted(refused.value.message_dict) == sorted(chosen.required)


@pytest.mark.django_db
def test_step_on_a_version_that_has_passed_is_too_late(unit: Unit, lex: User) -> None:
    case = make_case(unit, "reported")
    second = make_user("second", (Role.LEX_INVESTIGATOR, unit))
    step(case, "ta-emot", lex)
    with pytest.raises(TooLateError):
        take(workflow_of(case), case, "ta-emot", actor=second, seen_version=0)

    assert LexSarahCase.objects.get().owner == lex
    assert case.log.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["beslut", "aterremiss"])
def test_what_a_board_decides_is_recorded_at_its_meeting(
    unit: Unit, secretary: User, name: str
) -> None:
    case = make_case(unit, "proposed")
    with pytest.raises(StepRefusedError, match="sammanträdet"):
        take_step(case, name, actor=secretary, seen_version=0, facts=FACTS[name])

    case.refresh_from_db()
    assert (case.state, case.version) == ("proposed", 0)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["beslut", "aterremiss"])
def test_page_of_what_a_board_decides_leads_to_its_meetings(
    unit: Unit, client: Client, secretary: User, name: str
) -> None:
    case = make_case(unit, "proposed")
    Membership.objects.create(
        user=secretary,
        unit=unit,
        role=Role.LEX_INVESTIGATOR,
        valid_from=dt.date(2015, 1, 1),
    )
    client.force_login(secretary)
    asked = client.get(f"/lex-sarah/{case.number}/{name}/")

    assert (asked.status_code, asked["Location"]) == (302, "/lex-sarah/sammantraden/")
    assert f"/{name}/" not in client.get(f"/lex-sarah/{case.number}/").content.decode()


# --- what a step demands ----------------------------------------------------------------------
NOTHING_SAID = dict.fromkeys(INVESTIGATED, "") | {"immediate_measures_on": None}
SERIOUS_AND_NOTIFIED = {**NOTIFIED, **ANSWERED, "investigation_sent_on": TODAY}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "state", "facts", "says"),
    [
        ("foresla", "investigating", {**INVESTIGATED, "event": ""}, "Händelsen"),
        ("foresla", "investigating", {**INVESTIGATED, "noticed": ""}, "Händelsen"),
        ("foresla", "investigating", {**INVESTIGATED, "causes": ""}, "Orsaker"),
        ("foresla", "investigating", {**INVESTIGATED, "cause_level": ""}, "Orsaker"),
        (
            "foresla",
            "investigating",
            {**INVESTIGATED, "happened_before": ""},
            "Kan det hända igen",
        ),
        (
            "foresla",
            "investigating",
            {**INVESTIGATED, "may_recur": ""},
            "Kan det hända igen",
        ),
        (
            "foresla",
            "investigating",
            {**INVESTIGATED, "cause_level": "individual"},
            "organisationen",
        ),
        (
            "foresla",
            "investigating",
            {**INVESTIGATED, "immediate_measures": ""},
            "gjordes genast",
        ),
        (
            "foresla",
            "investigating",
            {**INVESTIGATED, "no_measures_reason": ""},
            "minst en åtgärd",
        ),
        ("anmald", "decided", {}, "inte beslutad"),
        ("anmald", "investigating", {}, "inte beslutad"),
        ("anmald", "decided", {**NOTIFIED, "ivo_outcome": "closed"}, "redan svarat"),
        ("komplettera", "decided", TO_NOTIFY, "när anmälan skickades"),
        ("ivo-svar", "decided", TO_NOTIFY, "när anmälan skickades"),
        ("ordforande", "proposed", TO_NOTIFY, "redan beslutad"),
        ("ordforande", "investigating", NOTIFIED, "redan beslutad"),
        ("foga-till", "investigating", NOTIFIED, "redan beslutad"),
        ("skicka-tillbaka", "investigating", TO_NOTIFY, "redan beslutad"),
        (
            "avsluta",
            "decided",
            {**SERIOUS_AND_NOTIFIED, "ivo_outcome": "closed", "answered_on": None},
            "Återkoppla",
        ),
        (
            "avsluta",
            "decided",
            {**SERIOUS_AND_NOTIFIED, "ivo_outcome": "closed", "informed_on": None},
            "berörda",
        ),
        ("avsluta", "decided", {**ANSWERED, **TO_NOTIFY}, "Anmäl först"),
        ("avsluta", "decided", {**ANSWERED, **NOTIFIED}, "hela utredningen"),
        ("avsluta", "decided", SERIOUS_AND_NOTIFIED, "IVO:s svar"),
    ],
)
def test_step_is_refused_with_what_is_missing(
    unit: Unit, name: str, state: str, facts: dict[str, Any], says: str
) -> None:
    case = make_case(unit, state, **facts)
    person = make_user(
        "person", (Role(min(workflow_for(MALMO).step(name).roles)), unit)
    )
    said = FACTS[name] or {
        "duplicate_of": Case.objects.get(pk=make_case(unit, "reported").pk)
    }
    with pytest.raises(StepRefusedError, match=says):
        step(case, name, person, **said)

    case.refresh_from_db()
    assert (case.state, case.version) == (state, 0)


@pytest.mark.django_db
def test_case_without_an_event_cannot_be_sent_back(unit: Unit, lex: User) -> None:
    case = make_case(unit, "reported")
    report = make_report_of(make_deviation(unit), case)
    type(report).objects.update(deviation=None)
    with pytest.raises(StepRefusedError, match="Besluta i stället"):
        step(case, "skicka-tillbaka", lex, reason="Nej.")


@pytest.mark.django_db
def test_case_is_not_closed_before_the_effect_is_known(unit: Unit, lex: User) -> None:
    case = make_case(unit, "decided", degree="misconduct", **ANSWERED)
    Action.objects.create(case_id=case.pk, text="Rätta listan", decided_on=TODAY)
    with pytest.raises(StepRefusedError, match="effekten"):
        step(case, "avsluta", lex)


@pytest.mark.django_db
@pytest.mark.parametrize("reason", ["no_answer_reason", "not_informed_reason"])
def test_reason_stands_for_what_is_not_done(unit: Unit, lex: User, reason: str) -> None:
    instead = (
        {"answered_on": None} if reason == "no_answer_reason" else {"informed_on": None}
    )
    facts = {**ANSWERED, **instead, reason: "Personen har slutat."}
    case = make_case(unit, "decided", **facts | {"degree": "misconduct"})

    assert step(case, "avsluta", lex).state == "closed"


@pytest.mark.django_db
def test_proposal_goes_on_with_a_measure_that_is_left(unit: Unit, lex: User) -> None:
    case = make_case(unit, "investigating", **INVESTIGATED | {"no_measures_reason": ""})
    Action.objects.create(case_id=case.pk, text="Rätta listan", decided_on=TODAY)

    assert step(case, "foresla", lex, **FACTS["foresla"]).state == "proposed"


# --- what a step brings with it ---------------------------------------------------------------
@pytest.mark.django_db
def test_narrow_order_keeps_the_chiefs_out_from_reception_to_decision(
    unit: Unit, lex: User
) -> None:
    order(unit, NARROW)
    case = step(make_case(unit, "reported"), "ta-emot", lex)
    assert case.circle == "investigator"

    assert step(case, "besluta", lex, degree="none", assessment="Nej.").circle == "few"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "facts", "sent"),
    [
        ("investigating", TO_NOTIFY, None),
        ("decided", TO_NOTIFY, TODAY),
        # The day is corrected: what was sent with the notification was sent that day, too; what was not, not.
        ("decided", {**NOTIFIED, "ivo_notified_on": TODAY - DAY}, None),
        (
            "decided",
            {
                **NOTIFIED,
                "ivo_notified_on": TODAY - DAY,
                "investigation_sent_on": TODAY - DAY,
            },
            TODAY,
        ),
    ],
)
def test_investigation_is_sent_with_a_notification_after_the_decision(
    unit: Unit, lex: User, state: str, facts: dict[str, Any], sent: dt.date | None
) -> None:
    case = step(make_case(unit, state, **facts), "anmald", lex, ivo_notified_on=TODAY)

    assert case.investigation_sent_on == sent


CHAIR = {"ivo_decided_by": "chair", "notify_decided_on": TODAY - DAY}
CHAIR_DONE = {**CHAIR, "ivo_notified_on": TODAY - DAY, "ivo_outcome": "waiting"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("before", "degree", "notifies", "by"),
    [
        ({}, "misconduct", False, ""),
        ({}, "serious_misconduct", True, "committee"),
        (CHAIR, "serious_misconduct", True, "chair"),  # it was the chair's
        (CHAIR, "serious_misconduct", False, "chair"),
        (
            CHAIR,
            "misconduct",
            False,
            "",
        ),  # not done yet: the committee thinks otherwise
        (CHAIR_DONE, "serious_misconduct", True, "chair"),
        (CHAIR_DONE, "misconduct", False, "chair"),  # what is notified is not withdrawn
    ],
)
def test_board_decides_also_whether_ivo_is_told(
    unit: Unit,
    secretary: User,
    before: dict[str, Any],
    degree: str,
    notifies: bool,
    by: str,
) -> None:
    case = make_case(unit, "proposed", **before)
    case = step(
        case,
        "beslut",
        secretary,
        degree=degree,
        body="committee",
        on=TODAY,
        notifies=notifies,
    )

    assert (case.degree, case.ivo_decided_by, bool(case.notify_decided_on)) == (
        degree,
        by,
        bool(by),
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("before", "degree", "by"),
    [
        ({}, "serious_misconduct", "investigator"),
        ({}, "misconduct", ""),
        (
            {"ivo_decided_by": "investigator", "notify_decided_on": TODAY},
            "misconduct",
            "",
        ),
        (CHAIR, "serious_misconduct", "chair"),
        (CHAIR_DONE, "misconduct", "chair"),
    ],
)
def test_investigator_who_decides_all_decides_also_whether_ivo_is_told(
    unit: Unit, lex: User, before: dict[str, Any], degree: str, by: str
) -> None:
    order(unit, GOTEBORG)
    case = make_case(unit, "investigating", **INVESTIGATED | before)

    assert (
        step(case, "besluta", lex, degree=degree, assessment="Ja.").ivo_decided_by == by
    )


@pytest.mark.django_db
def test_investigator_does_not_undo_what_the_chair_has_decided(
    unit: Unit, lex: User
) -> None:
    order(unit, GOTEBORG)
    case = make_case(unit, "investigating", **INVESTIGATED | CHAIR)
    with pytest.raises(ValidationError, match="allvarliga"):
        step(case, "besluta", lex, degree="misconduct", assessment="Ja.")


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["dra-tillbaka", "aterremiss", "beslut"])
def test_proposal_under_an_order_that_has_ended_is_still_settled(
    unit: Unit, lex: User, secretary: User, name: str
) -> None:
    case = make_case(unit, "proposed")
    order(unit, GOTEBORG)

    assert (
        step(
            case, name, lex if name == "dra-tillbaka" else secretary, **FACTS[name]
        ).version
        == 1
    )


# --- the process as a whole -------------------------------------------------------------------
ALL_RULES = [
    Rules(
        finding_by=finding,
        measures_by=measures,
        serious_by=serious,
        chair_may_decide=chair,
    )
    for finding, measures, serious, chair in product(Body, Body, Body, (True, False))
]
ALL_STEPS = {
    step.name: step for rules in ALL_RULES for step in workflow_for(rules).steps
}


def leads_to(workflow: Workflow[LexSarahCase]) -> dict[str, set[str]]:
    """Return the states to which the steps lead from each state, but those that stay."""
    reached: dict[str, set[str]] = {state: set() for state in State}
    for named in workflow.steps:
        for source in named.sources:
            reached[source] |= {named.target} - {None, source}  # type: ignore[arg-type]
    return reached


def reached_from(state: str, arrows: dict[str, set[str]]) -> set[str]:
    found, new = {state}, {state}
    while new:
        new = {target for source in new for target in arrows[source]} - found
        found |= new
    return found


@pytest.mark.parametrize("rules", ALL_RULES)
def test_each_degree_has_exactly_one_way_to_a_decision(rules: Rules) -> None:
    names = {step.name for step in workflow_for(rules).steps}
    for degree in Degree:
        own = "besluta" in names and degree in rules.investigators_own
        boards = {"foresla", "beslut"} <= names and rules.body_for(
            degree
        ) != Body.INVESTIGATOR
        assert (own, boards) in {(True, False), (False, True)}


@pytest.mark.parametrize("rules", ALL_RULES)
def test_no_step_stands_without_somebody_who_needs_it(rules: Rules) -> None:
    names = [step.name for step in workflow_for(rules).steps]

    assert len(names) == len(set(names))
    assert ("besluta" in names) == bool(rules.investigators_own)
    assert ("foresla" in names) == (len(rules.investigators_own) < len(Degree))
    assert ("ordforande" in names) == rules.chair_may_decide


@pytest.mark.parametrize("rules", ALL_RULES)
def test_more_serious_is_never_decided_lower(rules: Rules) -> None:
    ranks = [list(Body).index(rules.body_for(degree)) for degree in Degree]

    assert ranks == sorted(ranks)


@pytest.mark.parametrize("rules", ALL_RULES)
def test_every_state_is_reached_and_none_is_a_dead_end(rules: Rules) -> None:
    arrows = leads_to(workflow_for(rules))
    unused = set() if len(rules.investigators_own) < len(Degree) else {State.PROPOSED}

    assert reached_from(State.REPORTED, arrows) == set(State) - unused
    assert {state for state, targets in arrows.items() if not targets} == {State.JOINED}
    assert all(
        State.CLOSED in reached_from(state, arrows) for state in arrows if arrows[state]
    )


@pytest.mark.parametrize("name", ORDERS)
def test_diagram_draws_every_state_and_arrow(name: str) -> None:
    workflow = workflow_for(ORDERS[name])
    lines = workflow.diagram().splitlines()

    assert lines[0] == "stateDiagram-v2"
    assert "    reported --> investigating: Ta emot och börja utreda" in lines
    drawn = {
        word.strip() for line in lines[1:] for word in line.split(":")[0].split(" --> ")
    }
    # In Göteborg's order nothing is proposed any more.
    assert drawn == set(State.values) - ({"proposed"} if name == "göteborg" else set())


@pytest.mark.parametrize("step", ALL_STEPS.values(), ids=ALL_STEPS)
def test_step_says_what_was_done_and_by_which_law(step: Step) -> None:
    assert step.label
    assert step.did
    for day in (dt.date(2024, 1, 1), TODAY):
        assert reference(step.law, on=day).text


@pytest.mark.parametrize("step", ALL_STEPS.values(), ids=ALL_STEPS)
def test_step_asks_only_for_what_the_case_or_its_notes_keep(step: Step) -> None:
    kept = {field.name for field in LexSarahCase._meta.get_fields()}

    assert set(step.fields) - set(step.beside) <= kept
    assert set(step.beside) - {"reason"} <= set(step.fields)
