"""Every way an event can take, as docs/lex-sarah-vagar.csv says it to a lawyer, is taken by the product.

What comes from outside says nothing of consequences: the registrar does, when it is sorted.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, product
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone

from casework.models import Notice
from casework.process.deadlines import add_workdays, next_workday
from casework.process.workflow import StepRefusedError
from deviations.filing import send_report
from deviations.models import Deviation, Misconduct
from deviations.process.services import file_from_public, file_from_registrar
from deviations.process.services import take_step as take_deviation_step
from deviations.process.to_lexsarah import escalate
from lexsarah.board.policies import rules_over
from lexsarah.law.deadlines import clocks, completion_due
from lexsarah.law.policy import GOTEBORG, MALMO, SERIOUS, Body
from lexsarah.models import Degree, LexSarahCase, LexSarahReport, Meeting, Policy
from lexsarah.process.effects import clock_facts
from lexsarah.process.services import complement, record_decision, take_step
from lexsarah.process.step_forms import lexsarah_step_form
from lexsarah.process.workflow import workflow_of
from organisation.models import Unit, User
from organisation.rights import Role
from tests.covering import covering, every_value
from tests.factories import make_deviation, make_unit, make_user
from tests.municipality import make_lexsarah

pytestmark = pytest.mark.django_db

FILE = Path(__file__).parents[2] / "docs" / "lex-sarah-vagar.csv"
CONSEQUENCES = {
    "ingen": "none",
    "möjlig": "possible",
    "påtaglig risk": "tangible_risk",
    "inträffad": "occurred",
}
ACTS = {"gjordes": "act", "gjordes inte": "omission"}
OUTSIDE = ("någon utifrån via e-tjänst", "registrator för någon utifrån")
LATER = "chefens bedömning senare"
REPORTERS = {
    "medarbetare": "staff",
    "sektionschef": "chief",
    "lex Sarah-utredare": "lex",
    LATER: "staff",
}
ORDERS = {"Malmö": MALMO, "Göteborg": GOTEBORG}
COMBINED = ("konsekvens", "handling", "rapportör", "ordning")
HEADER = [
    *COMBINED,
    "väg",
    "utredaren beslutar själv",
    "andra beslutar",
    "klockor",
    "får veta genast",
]
Row = dict[str, str]

with FILE.open(encoding="utf-8-sig", newline="") as _file:
    ROWS: list[Row] = list(csv.DictReader(_file, delimiter=";"))
# Rows in which any two answers meet: make test-all lets events take the ways of the others.
TAKEN = covering(
    ROWS, lambda row: combinations([(name, row[name]) for name in COMBINED], 2)
)
OF_LEX_SARAH = {row["ordning"]: row for row in ROWS if row["väg"] == "lex Sarah"}

TODAY = timezone.localdate()
WEDNESDAY = dt.date(2026, 3, 4)  # with no day off near
INVESTIGATED = {
    "state": "investigating",
    "event": "Ingen kom.",
    "noticed": "En anhörig ringde.",
    "cause_level": "system",
    "causes": "Listan föll bort.",
    "happened_before": "Nej.",
    "may_recur": "Ja.",
    "immediate_measures": "Mat kördes ut.",
    "no_measures_reason": "Allt är redan gjort.",
}


class Cast(dict[str, User]):
    """Who works in the administration, and the unit where the event happened."""

    unit: Unit


@pytest.fixture(scope="module")
def cast(django_db_setup: None, django_db_blocker: Any) -> Iterator[Cast]:
    """Make everyone once; each test undoes what it does."""
    with django_db_blocker.unblock(), transaction.atomic():
        root = make_unit("A")
        unit = make_unit("B", root)
        held = {
            "staff": (Role.STAFF, unit),
            "chief": (Role.SECTION_CHIEF, unit),
            "boss": (Role.DEPARTMENT_CHIEF, root),
            "lex": (Role.LEX_INVESTIGATOR, root),
            "other": (Role.LEX_INVESTIGATOR, root),
            "registrar": (Role.REGISTRAR, root),
            "controller": (Role.QUALITY_CONTROLLER, root),
            "secretary": (Role.BOARD_SECRETARY, root),
        }
        made = Cast({name: make_user(name, role) for name, role in held.items()})
        made.unit = unit
        with django_db_blocker.block():
            yield made
        transaction.set_rollback(True)


def order(cast: Cast, name: str) -> None:
    """Let an order hold over the administration, as a policy that somebody has written."""
    rules = ORDERS[name]
    Policy.objects.create(
        unit=cast.unit.parent,
        finding_by=rules.finding_by,
        measures_by=rules.measures_by,
        serious_by=rules.serious_by,
        chair_may_decide=rules.chair_may_decide,
    )


# --- the table itself -------------------------------------------------------------------------
def test_table_has_each_combination_once() -> None:
    assert list(ROWS[0]) == HEADER
    combined = [tuple(row[name] for name in COMBINED) for row in ROWS]

    assert sorted(combined) == sorted(
        product(CONSEQUENCES, ACTS, [*REPORTERS, *OUTSIDE], ORDERS)
    )


def test_table_leaves_no_cell_empty() -> None:
    assert [
        row
        for row in ROWS
        if not all(cell.strip() == cell != "" for cell in row.values())
    ] == []


# --- an event takes its way -------------------------------------------------------------------
def happen(cast: Cast, row: Row) -> Deviation:
    """Let somebody say what happened, in the way that a row names."""
    by, consequence = row["rapportör"], CONSEQUENCES[row["konsekvens"]]
    said = {"description": "Ingen kom på två dygn.", "proposal": "", "unit": cast.unit}
    if by in OUTSIDE:
        facts = {**said, "kind": "complaint", "contact_way": "code"}
        if by == OUTSIDE[0]:
            filed = file_from_public(form_token=uuid4(), facts=facts)
        else:
            facts |= {"received_on": TODAY, "channel": "phone"}
            filed = file_from_registrar(
                actor=cast["registrar"], form_token=uuid4(), facts=facts
            )
        corrected = {"kind": "complaint", "consequence": consequence}
        return deviation_step(filed, "ratta", cast["registrar"], corrected)
    facts = {
        **said,
        "kind": "quality_deviation",
        "occurred_on": TODAY,
        "process": "Boende",
    }
    facts["consequence"] = (
        ("possible" if consequence != "none" else "none")
        if by == LATER
        else consequence
    )
    filed = send_report(
        actor=cast[REPORTERS[by]], form_token=uuid4(), facts=facts, protected=False
    )
    return assess(filed, cast, consequence) if by == LATER else filed


def deviation_step(
    deviation: Deviation, name: str, actor: User, facts: dict[str, Any]
) -> Deviation:
    deviation.refresh_from_db()
    taken = take_deviation_step(
        deviation, name, actor=actor, seen_version=deviation.version, facts=facts
    )
    taken.refresh_from_db()
    return taken


def assess(deviation: Deviation, cast: Cast, consequence: str) -> Deviation:
    """Let the chief find out afterwards what it was."""
    deviation = deviation_step(deviation, "utred", cast["chief"], {})
    found = {"tangible_risk": Misconduct.RISK, "occurred": Misconduct.YES}.get(
        consequence, Misconduct.NO
    )
    facts = {
        "is_deviation": "yes",
        "misconduct": found,
        "assessment": "Insatsen uteblev.",
    }
    return deviation_step(deviation, "bedom", cast["chief"], facts)


def words(degrees: list[str] | tuple[str, ...]) -> str:
    return ", ".join(Degree(degree).label for degree in degrees)


def offered(case: LexSarahCase, cast: Cast, step: str) -> list[str]:
    """Return the degrees that the form of a step lets the investigator choose, if there is such a step."""
    chosen = {found.name: found for found in workflow_of(case).steps}.get(step)
    if chosen is None:
        return []
    form = lexsarah_step_form(chosen.fields)(None, instance=case, user=cast["lex"])
    return [value for value, _ in form.fields[chosen.required[0]].choices]


def deciders(case: LexSarahCase, cast: Cast) -> str:
    """Return who else decides what, as the table words it."""
    rules = rules_over(case.unit)
    others = offered(case, cast, "foresla")
    theirs = {body: [d for d in others if rules.body_for(d) == body] for body in Body}
    parts = [
        f"{body.label}: {words(degrees)}" for body, degrees in theirs.items() if degrees
    ]
    if "ordforande" in {step.name for step in workflow_of(case).steps}:
        parts.append("ordföranden: anmälan till IVO innan ärendet är beslutat")
    return "; ".join(parts) or "ingen"


def told(cast: Cast, case_id: int, kind: str, reporter: str) -> set[str]:
    """Return the roles of those who have a notice of a kind about a case."""
    people = Notice.objects.filter(case=case_id, kind=kind).values_list(
        "user__username", flat=True
    )
    assert reporter not in people
    roles = {
        role
        for name in people
        for role in cast[name].memberships.values_list("role", flat=True)
    }
    other = "annan " if reporter == "lex" else ""
    return {
        f"{other if role == Role.LEX_INVESTIGATOR else ''}{Role(role).label}"
        for role in roles
    }


def running(case: LexSarahCase) -> set[tuple[str, dt.date]]:
    """Return every clock that runs in a case until it is closed, when each thing happens on the same day."""
    limits, begun = (
        rules_over(case.unit).limits,
        replace(clock_facts(case), reported_on=WEDNESDAY),
    )
    decided = replace(begun, decided_on=WEDNESDAY, notify_decided_on=WEDNESDAY)
    notified = replace(decided, notified_on=WEDNESDAY)
    stages = (begun, decided, notified)
    return {
        (clock.label, clock.due_on)
        for facts in stages
        for clock in clocks(facts, limits)
    }


def said_clocks(cell: str, day: dt.date) -> set[tuple[str, dt.date]]:
    """Return what the table says must be done, and by when, if each clock starts on a day."""
    return {
        (part.partition(": ")[0], due(part.partition(": ")[2], day))
        for part in cell.split("; ")
    }


def due(limit: str, day: dt.date) -> dt.date:
    if limit == "samma dag":
        return next_workday(day)
    if limit.startswith("två månader"):
        return completion_due(day)
    found = re.match(r"(\d+) (arbetsdag|dag)", limit)
    assert found, limit
    count = int(found[1])
    return (
        add_workdays(day, count)
        if found[2] == "arbetsdag"
        else next_workday(day + dt.timedelta(count))
    )


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(row, marks=() if row in TAKEN else pytest.mark.every)
        for row in ROWS
    ],
    ids=lambda row: "-".join(row[name] for name in COMBINED),
)
def test_event_takes_the_way_of_its_row(cast: Cast, row: Row) -> None:
    order(cast, row["ordning"])
    deviation = happen(cast, row)
    reporter = REPORTERS.get(row["rapportör"], "nobody")
    reports = list(LexSarahReport.objects.select_related("case__unit"))
    if not reports:
        clock, way = "Svara" if deviation.from_outside else "Utred", "avvikelse"
        own = others = "ingen"
        clocks_now, day = {(clock, deviation.due_on)}, deviation.received_on
        people = told(cast, deviation.pk, "new", reporter)
    else:
        (report,) = reports
        case, way = LexSarahCase.objects.get(pk=report.case_id), "lex Sarah"
        if report.reporter:
            said = dict.fromkeys(("noticed", "measures_taken", "happened_before"), "")
            said |= {
                "unexpected_death": False,
                "told_police": False,
                "act": ACTS[row["handling"]],
            }  # type: ignore[dict-item]
            complement(report, actor=report.reporter, facts=said)
        own, others = words(offered(case, cast, "besluta")), deciders(case, cast)
        clocks_now, day = running(case), WEDNESDAY
        people = told(cast, case.pk, "urgent", reporter)
        assert deviation.state == "escalated"

    assert [way, own, others] == [row[name] for name in HEADER[4:7]]
    assert clocks_now == said_clocks(row["klockor"], day)
    assert people == set(row["får veta genast"].split(", "))


@pytest.mark.parametrize(
    ("who", "state"),
    every_value(
        ["chief", "staff", "controller"], ["reported", "under_investigation", "closed"]
    ),
)
def test_event_that_anybody_reports_later_takes_the_same_way(
    cast: Cast, who: str, state: str
) -> None:
    ended = {"closed_on": TODAY, "is_deviation": "yes"} if state == "closed" else {}
    deviation = make_deviation(
        cast.unit,
        reporter=cast["staff"],
        received_on=TODAY,
        consequence="possible",
        state=state,
        **ended,
    )
    escalate(
        deviation, actor=cast[who], misconduct=Misconduct.YES, grounds="Fler uppgifter."
    )

    case = LexSarahCase.objects.get()
    assert running(case) == said_clocks(OF_LEX_SARAH["Malmö"]["klockor"], WEDNESDAY)
    expected = {"lex Sarah-utredare", "sektionschef"} - (
        {"sektionschef"} if who == "chief" else set()
    )
    assert told(cast, case.pk, "urgent", "nobody") == expected


# --- each degree is decided by whom the table says --------------------------------------------
def by_whom(name: str, degree: Degree) -> str:
    """Return who decides a degree, as the table says it: "" is the investigator."""
    row = OF_LEX_SARAH[name]
    if degree.label in row["utredaren beslutar själv"].split(", "):
        return ""
    (found,) = (
        part.partition(": ")[0]
        for part in row["andra beslutar"].split("; ")
        if degree.label in part.partition(": ")[2].split(", ")
    )
    return found


def investigated(cast: Cast) -> LexSarahCase:
    return make_lexsarah(cast.unit, number="LS-2026-0001", **INVESTIGATED)


@pytest.mark.parametrize("degree", Degree)
@pytest.mark.parametrize("name", ORDERS)
def test_degree_is_decided_by_whom_the_table_says(
    cast: Cast, name: str, degree: Degree
) -> None:
    order(cast, name)
    case, by = investigated(cast), by_whom(name, degree)
    own: dict[str, Any] = {"actor": cast["lex"], "seen_version": 0}
    if by == "":
        case = take_step(
            case, "besluta", facts={"degree": degree, "assessment": "Ja."}, **own
        )
    else:
        with pytest.raises(StepRefusedError, match="beslutar någon annan"):
            take_step(
                case, "besluta", facts={"degree": degree, "assessment": "Ja."}, **own
            )
        proposal = {
            "proposed_degree": degree,
            "assessment": "Ja.",
            "summary": "Ingen kom.",
        }
        case = take_step(case, "foresla", facts=proposal, **own)
        case = decide(case, cast, body_of(by), degree)

    decision = case.decisions.get()
    assert (case.state, case.degree, decision.body) == ("decided", degree, body_of(by))
    assert case.is_to_notify == decision.notifies == (degree in SERIOUS)


def body_of(label: str) -> str:
    return next(
        (body.value for body in Body if body.label == label), Body.INVESTIGATOR.value
    )


def decide(
    case: LexSarahCase, cast: Cast, body: str, degree: str, **facts: Any
) -> LexSarahCase:
    meeting = Meeting.objects.create(
        unit=cast.unit.parent, body=body, on=TODAY, created_by=cast["secretary"]
    )
    said = {
        "degree": degree,
        "notifies": degree in SERIOUS,
        "approves_measures": True,
        "paragraph": "§ 1",
    }
    return record_decision(
        case,
        meeting=meeting,
        actor=cast["secretary"],
        seen_version=case.version,
        facts=said | facts,
    )


@pytest.mark.parametrize(
    ("degree", "notifies", "says"),
    [
        ("serious_misconduct", False, "ska anmälas"),
        ("misconduct", True, "Bara det som är allvarligt"),
    ],
)
def test_what_is_serious_and_nothing_else_is_notified(
    cast: Cast, degree: str, notifies: bool, says: str
) -> None:
    case = make_lexsarah(
        cast.unit,
        number="LS-2026-0001",
        state="proposed",
        proposed_degree=degree,
        summary="Ingen kom.",
    )
    with pytest.raises(StepRefusedError, match=says):
        decide(case, cast, "committee", degree, notifies=notifies)

    case.refresh_from_db()
    assert (case.state, case.version, case.decisions.count()) == ("proposed", 0, 0)
