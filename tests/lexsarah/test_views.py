"""The lex Sarah register in the browser: narrower than other cases, and whole for those who may read."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from casework.models import Case
from lexsarah.models import LexSarahReport
from organisation.models import Unit
from organisation.rights import Role
from tests.factories import make_unit, make_user
from tests.municipality import make_lexsarah

pytestmark = pytest.mark.django_db


def page_for(role: Role, unit: Unit) -> Client:
    client = Client()
    client.force_login(make_user("reader", (role, unit)))
    return client


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.LEX_INVESTIGATOR, 200),
        (Role.SECTION_CHIEF, 200),
        (Role.QUALITY_CONTROLLER, 200),
        (Role.PLANNING_OFFICER, 404),
        (Role.STAFF, 404),
        (Role.SYSTEM_ADMIN, 404),
    ],
)
def test_detail_opens_only_to_the_roles_of_lex_sarah(role: Role, status: int) -> None:
    unit = make_unit()
    case = make_lexsarah(unit, number="LS-1")

    assert page_for(role, unit).get(f"/lex-sarah/{case.number}/").status_code == status


def test_detail_shows_reports_decision_and_notification() -> None:
    unit = make_unit()
    day = dt.date(2024, 5, 2)
    case = make_lexsarah(
        unit,
        number="LS-1",
        state="decided",
        decided_on=day,
        decided_by="committee",
        degree="serious_misconduct",
        ivo_decided_by="chair",
        ivo_notified_on=day,
        ivo_outcome="waiting",
    )
    LexSarahReport.objects.create(
        case=case,
        number="LSR-7",
        unit=unit,
        received_on=day,
        description="Brev\noch <b>akt</b>",
    )
    text = (
        page_for(Role.LEX_INVESTIGATOR, unit).get("/lex-sarah/LS-1/").content.decode()
    )

    for words in (
        "LSR-7",
        "&lt;b&gt;akt&lt;/b&gt;",
        "Allvarligt missförhållande",
        "2 maj 2024",
        "Väntar",
    ):
        assert words in text


def test_list_says_where_each_case_stands() -> None:
    unit = make_unit()
    make_lexsarah(unit, number="LS-1")
    make_lexsarah(
        unit,
        number="LS-2",
        state="decided",
        decided_on=dt.date(2024, 4, 1),
        decided_by="investigator",
        degree="none",
    )
    make_lexsarah(unit, number="LS-3", state="returned", closed_on=dt.date(2024, 4, 1))
    text = page_for(Role.LEX_INVESTIGATOR, unit).get("/lex-sarah/").content.decode()

    assert all(state in text for state in ("Ny", "Beslutad", "Tillbaka hos chefen"))


JOINED = {"state": "joined", "closed_on": dt.date(2024, 5, 2)}


@pytest.mark.parametrize(
    ("about", "beside", "joins"),
    [
        ({"type": "Brist"}, {"type": "Brist"}, ""),
        ({}, JOINED, "LS-2"),
        (JOINED, {}, "LS-1"),
    ],
    ids=["similar", "joined", "original"],
)
@pytest.mark.parametrize(("where", "named"), [("EK", True), ("HT", False)])
def test_detail_names_another_case_only_to_who_reads_it(
    about: dict[str, Any], beside: dict[str, Any], joins: str, where: str, named: bool
) -> None:
    root = make_unit("SOC")
    units = {code: make_unit(code, root) for code in ("EK", "HT")}
    cases = {
        "LS-1": make_lexsarah(units["EK"], number="LS-1", **about),
        "LS-2": make_lexsarah(units[where], number="LS-2", **beside),
    }
    if joins:
        into = Case.objects.exclude(number=joins).get()
        cases[joins].duplicate_of = into
        cases[joins].save(update_fields=["duplicate_of"])

    reader = page_for(Role.SECTION_CHIEF, units["EK"])
    text = reader.get("/lex-sarah/LS-1/").content.decode()

    assert ("/lex-sarah/LS-2/" in text) is named
