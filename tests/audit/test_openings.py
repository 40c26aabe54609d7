"""What is read in an emergency is told apart in the log, and who watches sees every opening with its reason."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import pytest
from django.test import Client
from django.utils import timezone

from audit.models import Reading
from audit.models.reading import Kind, Way
from audit.recording.writing import write_reading
from casework.cases.history import log
from casework.handling.emergency import open_in_emergency, opened_in_emergency
from casework.handling.services import begin_protection, recuse
from casework.models import Case, EmergencyOpening
from casework.register.filters import PAGE
from deviations.models import Deviation
from organisation.models import Membership, Unit, User
from organisation.rights import Role
from organisation.shown import Shown, What
from tests.factories import LONG_AGO, make_deviation, make_unit, make_user
from tests.municipality import make_attachment
from tests.worlds import made_once

pytestmark = pytest.mark.django_db
REASON = "Hen ringer nu och hotar att skada sig, chefen svarar inte."
PAGE_OF_ALL = "/logg/nodoppningar/"


@dataclass
class House:
    """An administration in which a chief has opened a case of the unit beside."""

    root: Unit = field(default_factory=lambda: make_unit("SOC"))

    def __post_init__(self) -> None:
        self.own, self.beside = make_unit("EK", self.root), make_unit("BO", self.root)
        self.chief = make_user("chief", (Role.SECTION_CHIEF, self.beside))
        self.theirs = make_user("theirs", (Role.SECTION_CHIEF, self.own))
        self.controller = make_user("controller", (Role.QUALITY_CONTROLLER, self.root))
        self.officer = make_user("officer", (Role.DATA_PROTECTION_OFFICER, self.root))
        stranger = (Role.QUALITY_CONTROLLER, make_unit("UTB"))
        self.stranger = make_user("stranger", stranger)
        self.case = make_deviation(self.own)
        log(self.case, action="file", label="Rapporterades", actor=None)
        open_in_emergency(self.case.number, actor=self.chief, reason=REASON)


house = made_once(House)


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


# --- readings ---------------------------------------------------------------------------------
def reading_of(person: User, case: Case | None) -> Reading:
    assert case is not None
    shown = Shown(what=What.PAGE, one=case, cases={case.pk})
    return write_reading(person, "deviations:detail", shown)


def test_reading_says_that_an_opening_let_it_happen(house: House) -> None:
    case = opened_in_emergency(Deviation, house.case.number, reader=house.chief)

    row = reading_of(house.chief, case)

    assert (row.way, row.role, row.unit) == (
        Way.GLASS,
        Role.SECTION_CHIEF,
        house.beside,
    )
    assert row.get_way_display() == "genom nödöppning"


def test_page_and_file_of_an_opened_case_leave_a_row_each(house: House) -> None:
    make_attachment(house.case)
    client = client_of(house.chief)

    client.get(f"/avvikelser/{house.case.number}/")
    client.get(f"/arenden/{house.case.number}/filer/1/")

    rows = Reading.objects.order_by("id").values_list("kind", "way", "cases")
    assert list(rows) == [
        (Kind.PAGE, Way.GLASS, [house.case.pk]),
        (Kind.FILE, Way.GLASS, [house.case.pk]),
    ]


def test_reading_of_who_reads_it_anyway_says_the_role(house: House) -> None:
    case = Deviation.objects.handled_by(house.theirs).get(pk=house.case.pk)

    assert reading_of(house.theirs, case).way == Way.ROLE


def test_reading_names_whom_a_substitute_stands_in_for(house: House) -> None:
    substitute = make_user("substitute")
    Membership.objects.create(
        user=substitute,
        unit=house.beside,
        role=Role.SECTION_CHIEF,
        stands_in_for=house.chief,
        valid_from=LONG_AGO,
        valid_to=dt.date(2199, 1, 1),
    )
    open_in_emergency(house.case.number, actor=substitute, reason=REASON)
    case = opened_in_emergency(Case, house.case.number, reader=substitute)

    row = reading_of(substitute, case)

    assert (row.way, row.stands_in_for) == (Way.GLASS, house.chief)


# --- the list ---------------------------------------------------------------------------------
def test_list_says_who_opened_which_case_and_why(house: House) -> None:
    page = client_of(house.controller).get(PAGE_OF_ALL).text

    for told in (house.case.number, "Chief", "Sektionschef", "Enhet BO", REASON):
        assert told in page
    assert house.case.description not in page


def test_list_is_for_those_who_watch_over_the_units(house: House) -> None:
    statuses = {
        person.username: client_of(person).get(PAGE_OF_ALL).status_code
        for person in (house.controller, house.officer, house.chief, house.theirs)
    }
    assert statuses == {"controller": 200, "officer": 200, "chief": 404, "theirs": 404}
    assert house.case.number not in client_of(house.stranger).get(PAGE_OF_ALL).text


def test_who_is_recused_from_a_case_does_not_see_who_opened_it(house: House) -> None:
    recuse(house.case, person=house.controller, actor=house.controller)

    assert house.case.number not in client_of(house.controller).get(PAGE_OF_ALL).text


def test_reason_is_hidden_once_the_case_is_protected(house: House) -> None:
    case = Case.objects.get(pk=house.case.pk)
    begin_protection(case, readers=[house.theirs, house.controller], actor=None)
    client = client_of(house.officer)

    page = client.get(PAGE_OF_ALL).text

    assert "Visas inte: ärendet är skyddat." in page
    assert REASON not in page
    file = client.get(f"{PAGE_OF_ALL}nodoppningar.csv").content.decode()
    assert case.number not in file


def test_file_has_every_opening_without_its_reason(house: House) -> None:
    file = (
        client_of(house.officer).get(f"{PAGE_OF_ALL}nodoppningar.csv").content.decode()
    )

    assert f"{house.case.number};Enhet EK;Chief;sektionschef;Enhet BO;" in file
    assert REASON not in file


def test_list_is_read_page_by_page(house: House) -> None:
    then = timezone.now() - dt.timedelta(days=1)
    EmergencyOpening.objects.bulk_create(
        EmergencyOpening(
            case=make_deviation(house.own),
            person=house.chief,
            role=Role.SECTION_CHIEF,
            unit=house.beside,
            reason=REASON,
            opened_at=then,
            closes_at=then + EmergencyOpening.LASTS,
        )
        for _ in range(PAGE)
    )
    client = client_of(house.officer)

    assert house.case.number in client.get(PAGE_OF_ALL).text
    assert len(client.get(f"{PAGE_OF_ALL}?page=2").context["rows"]) == 1


@pytest.mark.parametrize(
    ("path", "kind"), [("", Kind.LOG), ("nodoppningar.csv", Kind.EXPORT)]
)
def test_reading_the_list_is_logged(house: House, path: str, kind: Kind) -> None:
    client_of(house.officer).get(f"{PAGE_OF_ALL}{path}")

    row = Reading.objects.get(person=house.officer)
    assert (row.kind, row.cases, row.count) == (kind, [house.case.pk], 1)
    assert row.people == [house.chief.pk]
