"""Who has been given one section asks for numbers of the section and of the own unit, and no others."""

from __future__ import annotations

from copy import deepcopy

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from organisation.models import Unit, User
from organisation.rights import Role
from reports.life.services import begin, write
from reports.models import AnnualReport, Assignment
from tests.covering import every_value
from tests.factories import make_deviation, make_unit, make_user
from tests.worlds import made_once

pytestmark = pytest.mark.django_db
OTHERS = "{tabell avvikelser inkomna per=månad område=BO}"
REFUSED = "Du kan hämta siffror om det som avsnittet handlar om"


def make_root() -> Unit:
    root = make_unit("SOC")
    for code in ("EK", "BO"):
        make_deviation(make_unit(code, root))
    make_unit("BO-1", Unit.objects.get(code="BO"))
    call_command("aggregate")
    return root


root_once = made_once(make_root)


@pytest.fixture
def root(root_once: Unit) -> Unit:
    return deepcopy(root_once)


@pytest.fixture
def chief(root: Unit) -> User:
    return make_user("chief", (Role.SECTION_CHIEF, Unit.objects.get(code="EK")))


def given(
    author: User, root: Unit, section: str = "riskanalys", template: str = "malmo"
) -> AnnualReport:
    report = begin(unit=root, year=2024, template=template, actor=None)
    Assignment.objects.create(report=report, section=section, author=author)
    return report


def send(
    page: str, report: AnnualReport, author: User, text: str, seen: int = 0
) -> tuple[int, str]:
    section = report.assignments.get().section
    client = Client()
    client.force_login(author)
    url = reverse(
        f"reports:{page}",
        args=(report.unit.code, report.year, report.template, section),
    )
    answer = client.post(url, {"text": text, "seen_version": seen})
    return answer.status_code, answer.content.decode()


@pytest.mark.parametrize(
    ("page", "token"),
    every_value(
        ("preview", "write"),
        (OTHERS, "{tal avvikelser område=BO}", "{bild avvikelser per=år område=BO}"),
    ),
)
def test_number_of_another_unit_is_refused_and_the_text_kept(
    root: Unit, chief: User, page: str, token: str
) -> None:
    report = given(chief, root)
    status, told = send(page, report, chief, f"Mina egna ord.\n\n{token}")

    assert (status, REFUSED in told) == (400, True)
    assert "Mina egna ord." in told
    assert not report.blocks.exists()


@pytest.mark.parametrize(
    ("asked", "token"),
    every_value(
        (("preview", 200), ("write", 302)),
        (
            "{tal avvikelser}",
            "{tal avvikelser område=EK}",
            "{tal avvikelser område=SOC}",
        ),
    ),
)
def test_number_of_the_section_or_of_the_own_unit_is_given(
    root: Unit, chief: User, asked: tuple[str, int], token: str
) -> None:
    report, (page, status) = given(chief, root), asked

    assert send(page, report, chief, token)[0] == status


def test_number_of_a_unit_in_the_area_of_the_section_is_given(
    root: Unit, chief: User
) -> None:
    report = given(chief, root, "slutsatser-bo", "goteborg")

    assert send("preview", report, chief, "{tal avvikelser område=BO-1}")[0] == 200
    assert send("preview", report, chief, "{tal avvikelser område=SOC}")[0] == 400


def test_number_that_stands_in_the_section_may_stay(root: Unit, chief: User) -> None:
    report = given(chief, root)
    write(report, section="riskanalys", text=OTHERS, seen_version=0, actor=None)

    assert send("write", report, chief, f"{OTHERS}\n\nMina egna ord.", seen=1)[0] == 302


def test_who_writes_the_whole_report_asks_for_any_unit_of_it(root: Unit) -> None:
    controller = make_user("controller", (Role.QUALITY_CONTROLLER, root))
    report = given(controller, root)

    assert send("write", report, controller, OTHERS)[0] == 302
