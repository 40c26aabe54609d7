"""Who holds no role today sees what he or she has reported, and nothing else."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from casework.handling import retention
from casework.models import Notice
from deviations.models import Deviation
from organisation.models import Membership, Unit, User
from organisation.rights import Role
from tests.factories import make_deviation, make_report_of, make_unit, make_user
from tests.lent import bury

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit() -> Unit:
    return make_unit("EK", make_unit("SOC"))


@pytest.fixture
def former(unit: Unit) -> User:
    person = make_user("former", (Role.UNIT_CHIEF, unit), email="former@kommun.example")
    Membership.objects.filter(user=person).update(valid_to=timezone.localdate())
    return person


@pytest.fixture
def client(former: User, client: Client) -> Client:
    client.force_login(former)
    return client


@pytest.fixture
def reported(unit: Unit, former: User) -> Deviation:
    return make_deviation(unit, reporter=former)


def test_home_leads_to_own_reports(client: Client, reported: Deviation) -> None:
    page = client.get("/", follow=True)

    assert page.request["PATH_INFO"] == "/rapportera/mina/"
    assert reported.number in page.content.decode()
    assert "Du har ingen roll här i dag." in page.content.decode()


def test_menu_offers_own_reports_alone(client: Client) -> None:
    page = client.get("/rapportera/mina/")

    assert [link.label for link in page.context["navigation"]] == ["Mina rapporter"]
    assert 'href="/rapportera/"' not in page.content.decode()


def test_own_report_is_read_and_written_in(client: Client, reported: Deviation) -> None:
    path = f"/rapportera/mina/{reported.number}/"
    page = client.get(path)
    token = page.context["note_form"]["form_token"].value()
    sent = client.post(path, {"text": "Jag minns mer.", "form_token": token})

    assert (page.status_code, sent.status_code) == (200, 302)
    assert reported.notes.get().text == "Jag minns mer."
    assert (
        "lex Sarah</a>" not in page.content.decode()
    )  # a link that would lead nowhere


def test_lex_sarah_report_of_one_s_own_is_complemented(
    client: Client, unit: Unit, former: User
) -> None:
    event = make_deviation(unit, reporter=former, state="escalated")
    number = event.lexsarah_reports.get().number

    assert client.get(f"/lex-sarah/rapport/{number}/").status_code == 200


def test_report_of_another_is_not_found(client: Client, unit: Unit) -> None:
    other = make_deviation(unit, reporter=make_user("other", (Role.STAFF, unit)))
    make_report_of(other)

    assert client.get(f"/rapportera/mina/{other.number}/").status_code == 404
    assert client.get(f"/avvikelser/{other.number}/").status_code == 404


def test_case_that_names_its_readers_is_closed_too(
    client: Client, unit: Unit, former: User
) -> None:
    case = make_deviation(unit, protected=True)
    case.named_readers.create(user=former, position=1)

    assert client.get(f"/avvikelser/{case.number}/").status_code == 404


def test_notices_lead_to_own_reports(
    client: Client, reported: Deviation, former: User
) -> None:
    Notice.objects.create(
        user=former,
        case=reported,
        kind=Notice.Kind.MESSAGE,
        on=timezone.localdate(),
        created_at=timezone.now(),
    )

    assert client.get("/notiser/")["Location"] == "/rapportera/mina/"


def test_calendar_of_who_holds_no_role_is_not_found(
    client: Client, former: User
) -> None:
    User.objects.filter(pk=former.pk).update(calendar_key="k" * 43)

    assert Client().get(f"/kalender/{'k' * 43}.ics").status_code == 404


def test_purged_case_is_not_told_of(client: Client, unit: Unit, former: User) -> None:
    registrar = make_user("registrar", (Role.REGISTRAR, Unit.objects.get(parent=None)))
    decided = {
        "subject": "deviations",
        "years": 1,
        "decision": "SN 41",
        "decided_on": dt.date(2015, 1, 1),
    }
    rule = retention.register(Unit.objects.get(parent=None), actor=registrar, **decided)
    bury(key=10**9, number="KA-2020-0001", subject="deviations", unit=unit, rule=rule)
    client.force_login(registrar)
    assert "gallrat" in client.get("/avvikelser/KA-2020-0001/").content.decode()
    client.force_login(former)

    assert "gallrat" not in client.get("/avvikelser/KA-2020-0001/").content.decode()


def test_role_of_today_opens_everything_at_once(
    client: Client, unit: Unit, former: User
) -> None:
    assert client.get("/inkorg/").status_code == 404
    Membership.objects.create(
        user=former, unit=unit, role=Role.STAFF, valid_from=timezone.localdate()
    )

    assert client.get("/inkorg/").status_code == 200
