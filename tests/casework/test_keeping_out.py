"""Who keeps whom from a case: oneself freely, others from above, and never so that nobody above reads it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from itertools import permutations

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from casework.handling.services import begin_protection, end_recusal, protect, recuse
from casework.models import Case, Note, Notice
from casework.process.workflow import StepRefusedError
from deviations.models import Deviation
from deviations.process.services import take_step
from organisation.models import Membership, Unit, User
from organisation.rights import Role
from tests.blank import draw_nothing
from tests.covering import each
from tests.factories import make_deviation, make_unit, make_user
from tests.municipality import make_lexsarah
from tests.worlds import made_once

pytestmark = pytest.mark.django_db
OUTSIDE = {"reported_by": "outside", "kind": "complaint"}


@dataclass
class Line:
    """A section with everybody who stands over it."""

    root: Unit = field(default_factory=lambda: make_unit("SOC"))
    people: dict[str, User] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.department = make_unit("IFO", self.root)
        self.unit = make_unit("KRI", self.department)
        self.section = make_unit("KRI-2", self.unit)
        held = (
            ("staff", Role.STAFF, self.section),
            ("section", Role.SECTION_CHIEF, self.section),
            ("unit", Role.UNIT_CHIEF, self.unit),
            ("department", Role.DEPARTMENT_CHIEF, self.department),
            ("planner", Role.PLANNING_OFFICER, self.department),
            ("head", Role.ADMINISTRATION_CHIEF, self.root),
            ("controller", Role.QUALITY_CONTROLLER, self.root),
            ("lex", Role.LEX_INVESTIGATOR, self.root),
            ("registrar", Role.REGISTRAR, self.root),
        )
        self.people = {name: make_user(name, (role, unit)) for name, role, unit in held}

    def __getitem__(self, name: str) -> User:
        return self.people[name]

    def client(self, name: str) -> Client:
        client = Client()
        client.force_login(self.people[name])
        return client


line = made_once(Line)


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask what an answer says but for its page."""
    draw_nothing(monkeypatch)


# Who may keep whom from a staff report in the section (rows: who does it).
MAY = """
who        staff section unit department planner head controller lex registrar
section    +     +       -    -          -       -    -          -   -
unit       +     +       +    -          -       -    -          -   -
department +     +       +    +          -       -    -          -   -
planner    -     -       -    -          +       -    -          -   -
head       +     +       +    +          +       +    -          -   -
controller +     +       +    +          +       +    +          -   +
"""
HEADER, *ROWS = (row.split() for row in MAY.strip().splitlines())


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_recuse_is_for_oneself_and_those_below(line: Line, row: list[str]) -> None:
    who, *cells = row
    found = []
    for person in HEADER[1:]:
        case = make_deviation(line.section)
        try:
            recuse(case, person=line[person], actor=line[who])
        except StepRefusedError:
            found.append("-")
        else:
            found.append("+")

    assert found == cells


@pytest.mark.usefixtures("undrawn")
def test_chief_who_is_complained_about_hides_the_case_from_nobody_above(
    line: Line,
) -> None:
    case = make_deviation(line.section, **OUTSIDE)
    client = line.client("section")
    for person in ("unit", "department", "planner", "controller", "head", "registrar"):
        assert (
            client.post(f"/arenden/{case.number}/jav/", {"person": person}).status_code
            == 400
        )
    client.post(
        f"/arenden/{case.number}/skydd/",
        {"readers": ["section"], "reason": "Skyddad adress"},
    )

    case.refresh_from_db()
    assert not case.protected
    for person in ("unit", "department", "planner", "controller"):
        assert line.client(person).get(f"/avvikelser/{case.number}/").status_code == 200


@pytest.mark.parametrize(
    "backwards", each(2, [False, True]), ids=["from below", "from above"]
)
def test_recuse_of_everybody_by_everybody_leaves_readers_above(
    line: Line, backwards: bool
) -> None:
    case = make_deviation(line.section)
    pairs = list(permutations(line.people.values(), 2))
    for actor, person in reversed(pairs) if backwards else pairs:
        with suppress(StepRefusedError):
            recuse(case, person=person, actor=actor)

    above = Membership.objects.exclude(unit__in=[line.section, line.unit]).values(
        "user"
    )
    readers = [
        person for person in User.objects.filter(pk__in=above) if reads(person, case)
    ]
    assert line["controller"] in readers


def reads(person: User, case: Case) -> bool:
    return Case.objects.handled_by(person).filter(pk=case.pk).exists()


def test_recuse_of_another_tells_the_controller_by_number(line: Line) -> None:
    case = make_deviation(line.section)
    recuse(case, person=line["section"], actor=line["unit"])
    recuse(case, person=line["planner"], actor=line["planner"])

    told = list(Notice.objects.values_list("user__name", "kind", "case__number"))
    assert told == [("Controller", "kept_out", case.number)]


def test_end_recusal_is_for_those_above(line: Line) -> None:
    case = make_deviation(line.section)
    recuse(case, person=line["unit"], actor=line["unit"])
    for name in ("section", "unit", "registrar"):
        with pytest.raises(StepRefusedError):
            end_recusal(case, person=line["unit"], actor=line[name])
    end_recusal(case, person=line["unit"], actor=line["department"])

    assert not case.recusals.exists()


def test_recuse_by_the_investigator_is_for_lex_sarah_alone(line: Line) -> None:
    with pytest.raises(StepRefusedError):
        recuse(make_deviation(line.section), person=line["section"], actor=line["lex"])
    recuse(
        make_lexsarah(line.section, number="LS-1"),
        person=line["head"],
        actor=line["lex"],
    )


# --- protection -------------------------------------------------------------------------------
READERS = [
    ("section", ["section"], False),
    ("section", ["section", "staff"], False),
    ("section", ["section", "planner"], False),
    ("section", ["section", "unit"], True),
    ("section", ["section", "controller"], True),
    ("section", ["section", "lex"], True),
    ("department", ["department"], False),
    ("department", ["department", "section"], False),
    ("department", ["section", "head"], True),
    ("controller", ["section", "controller"], False),
    ("controller", ["section"], False),
    ("controller", ["controller", "department"], True),
]


@pytest.mark.parametrize(("actor", "readers", "may"), READERS)
def test_protect_names_somebody_outside_the_unit_who_is_another(
    line: Line, actor: str, readers: list[str], may: bool
) -> None:
    case = make_deviation(line.section)
    named = [line[name] for name in readers]
    if may:
        protect(case, readers=named, actor=line[actor], reason="Hemlig adress")
    else:
        with pytest.raises(ValidationError, match="utanför enheten"):
            protect(case, readers=named, actor=line[actor], reason="Hemlig adress")

    assert Case.objects.get().protected is may


@pytest.mark.usefixtures("undrawn")
def test_protect_by_the_investigator_alone_is_refused(line: Line) -> None:
    case = make_lexsarah(line.section, number="LS-1")
    answer = line.client("lex").post(
        f"/arenden/{case.number}/skydd/",
        {"readers": ["lex"], "reason": "Skyddad adress"},
    )

    assert answer.status_code == 400
    assert not Case.objects.get().protected


@pytest.mark.usefixtures("undrawn")
def test_protect_needs_a_reason_which_the_readers_alone_read(line: Line) -> None:
    case = make_deviation(line.section)
    client, sent = (
        line.client("section"),
        {"readers": ["section", "unit"], "reason": ""},
    )
    assert client.post(f"/arenden/{case.number}/skydd/", sent).status_code == 400
    client.post(f"/arenden/{case.number}/skydd/", {**sent, "reason": "Hemlig adress"})

    assert Note.objects.get().text == "Hemlig adress"
    assert (
        line.client("controller").get(f"/avvikelser/{case.number}/").status_code == 404
    )


def test_protect_tells_the_controller_by_number_alone(line: Line) -> None:
    case = make_deviation(line.section, title="Bor på hemlig adress")
    readers = [line["section"], line["unit"]]
    protect(case, readers=readers, actor=line["section"], reason="Hemlig adress")
    page = line.client("controller").get("/notiser/").content.decode()

    assert case.number in page
    assert "hemlig adress" not in page.lower()
    opened = line.client("controller").post("/notiser/", {"case": case.number})
    assert opened["Location"] == "/organisation/jav-och-skydd/"


def test_protect_by_the_only_controller_tells_the_investigator(line: Line) -> None:
    case = make_deviation(line.section)
    readers = [line["section"], line["unit"]]
    protect(case, readers=readers, actor=line["controller"], reason="Hemlig adress")

    assert list(Notice.objects.values_list("user__name", "kind")) == [
        ("Lex", "protected")
    ]


@pytest.mark.usefixtures("undrawn")
def test_last_reader_outside_who_leaves_is_followed_by_another(line: Line) -> None:
    case = make_deviation(line.section)
    protect(
        case,
        readers=[line["section"], line["unit"]],
        actor=line["section"],
        reason="Hemlig adress",
    )
    recuse(case, person=line["unit"], actor=line["unit"])

    assert [named.user for named in case.named_readers.all()] == [
        line["section"],
        line["lex"],
    ]
    assert list(line["lex"].notices.values_list("kind", flat=True)) == ["protected"]
    assert line.client("lex").get(f"/avvikelser/{case.number}/").status_code == 200


def test_protected_case_that_is_handed_over_is_read_there_and_above(line: Line) -> None:
    other = make_unit("SBF", line.unit.parent)
    receiver = make_user("receiver", (Role.UNIT_CHIEF, other))
    case = make_deviation(line.section)
    begin_protection(
        case, readers=[line["section"], line["unit"]], actor=line["section"]
    )
    facts = {"unit": other, "reason": "Hände hos er."}
    take_step(
        case,
        "lamna-over",
        actor=line["section"],
        seen_version=case.version,
        facts=facts,
    )

    assert [named.user for named in case.named_readers.all()] == [
        receiver,
        line["department"],
    ]


# --- other ways of leaving a case with nobody -------------------------------------------------
def test_hand_over_to_a_unit_that_nobody_receives_for_is_refused() -> None:
    unit, elsewhere = make_unit("A", make_unit("A-ROOT")), make_unit("B")
    chief = make_user("chief", (Role.SECTION_CHIEF, unit))
    facts = {"unit": elsewhere, "reason": "Hände hos er."}
    with pytest.raises(StepRefusedError, match="Ingen kan ta emot"):
        take_step(
            make_deviation(unit, **OUTSIDE),
            "lamna-over",
            actor=chief,
            seen_version=0,
            facts=facts,
        )

    assert Deviation.objects.get().unit == unit


# --- the page of who watches ------------------------------------------------------------------
def test_page_counts_by_unit_and_tells_nothing_else(line: Line) -> None:
    case = make_deviation(line.section, title="Grannens dotter", **OUTSIDE)
    recuse(case, person=line["section"], actor=line["unit"])
    recuse(case, person=line["planner"], actor=line["planner"])
    closed = make_deviation(
        line.section, is_deviation="no", state="closed", closed_on="2024-06-01"
    )
    closed.recusals.create(user=line["unit"])
    begin_protection(
        make_deviation(line.unit),
        readers=[line["unit"], line["head"]],
        actor=line["unit"],
    )
    answer = line.client("controller").get("/organisation/jav-och-skydd/")

    rows = [tuple(row) for row in answer.context["rows"]]
    assert rows == [(line.unit.name, 0, 0, 1), (line.section.name, 1, 1, 0)]
    assert case.number not in answer.content.decode()
    assert "Grannens" not in answer.content.decode()


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize(
    ("name", "status"),
    [("lex", 200), ("head", 404), ("registrar", 404), ("staff", 404)],
)
def test_page_is_for_who_watches(line: Line, name: str, status: int) -> None:
    assert line.client(name).get("/organisation/jav-och-skydd/").status_code == status
