"""The demo never fills a database that is not its own, and its accounts cover every role."""

import os
import socket
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import TestCase

from casework.background.mails import address_of
from casework.models import Action, Routine
from demo.management.commands.demo import demo_people, free_port, lead_links_to, welcome
from demo.scenario.cases import play
from organisation.models import Unit, User
from organisation.rights import Role
from riskanalysis.models import RiskAnalysis
from selfcheck.models import Draw, Plan, SelfCheck
from selfcheck.plan.wheel import wheel_of
from selfcheck.review.drawing import draw
from selfcheck.review.reviewing import last_time, results_of
from tests.factories import make_unit, make_user


def test_demo_refuses_a_database_that_is_not_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://kvalitet@database/kvalitet")
    with pytest.raises(CommandError, match="--force"):
        call_command("demo")


def test_demo_has_an_account_for_every_role() -> None:
    assert {person["role"] for person in demo_people()} == set(Role.values)


def test_free_port_refuses_one_that_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(CommandError, match="make demo PORT="):
            free_port(port)


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("", "http://127.0.0.1:8117/notiser/"),
        ("https://prov.kommun.se", "https://prov.kommun.se/notiser/"),
    ],
)
def test_demo_leads_links_to_its_own_address(
    monkeypatch: pytest.MonkeyPatch, settings: Any, given: str, found: str
) -> None:
    settings.SITE_URL = "http://localhost:8000"
    monkeypatch.setenv("SITE_URL", given)
    lead_links_to("http://127.0.0.1:8117/")

    assert address_of("casework:notices") == found
    assert f"{os.environ['SITE_URL'].rstrip('/')}/notiser/" == found


def test_welcome_shows_address_password_and_accounts() -> None:
    text = welcome("http://127.0.0.1:8000/", "hemligt-ord")
    assert "http://127.0.0.1:8000/" in text
    assert "hemligt-ord" in text
    assert all(person["username"] in text for person in demo_people())


class TestScenario(TestCase):
    """What the demo shows of self-checks and risk analyses, in a municipality with its people alone."""

    @classmethod
    def setUpTestData(cls) -> None:
        """Let everybody have a place, and play."""
        units: dict[str, Unit] = {}
        for person in sorted(demo_people(), key=lambda person: person["unit"]):
            code = person["unit"]
            above = next(
                (
                    units[c]
                    for c in sorted(units, key=len, reverse=True)
                    if code.startswith(c)
                ),
                None,
            )
            unit = units.setdefault(
                code, units.get(code) or make_unit(code, above or units.get("ASF"))
            )
            make_user(person["username"], (Role(person["role"]), unit))
        play()

    def test_scenario_shows_checks_and_analyses_in_every_state(self) -> None:
        states = {"planned", "ongoing", "result", "decided", "closed"}
        assert set(SelfCheck.objects.values_list("state", flat=True)) == states
        states = {"planned", "in_progress", "decided", "followed_up"}
        assert set(RiskAnalysis.objects.values_list("state", flat=True)) == states

    def test_scenario_reproduces_the_published_counts(self) -> None:
        results = [
            result for check in SelfCheck.objects.all() for result in results_of(check)
        ]
        yes = {f"{result.met} av {result.reviewed}" for result in results}
        no = {f"{result.missed} av {result.reviewed}" for result in results}

        assert {"39 av 40", "16 av 39", "18 av 21"} <= yes
        assert {"15 av 21", "8 av 9"} <= no

    def test_scenario_draws_can_be_repeated_from_their_record(self) -> None:
        made = list(Draw.objects.all())

        assert len(made) == 6
        assert all(
            one.drawn == draw(one.seed, size=one.size, count=one.count) for one in made
        )

    def test_scenario_year_has_checks_done_late_begun_and_to_come(self) -> None:
        chief = User.objects.get(username="sektionschef")
        wheel = wheel_of(Plan.objects.filter(unit__memberships__user=chief), chief)
        states = {turn.state for _, turns in wheel for turn in turns}

        assert {"klar", "försenad", "pågår", "planerad", "ej öppnad"} <= states

    def test_scenario_compares_with_the_round_before(self) -> None:
        check = SelfCheck.objects.get(met=39, reviewed=40)
        before = last_time(check, SelfCheck.objects.all())

        assert before
        assert (before.case.met_of_reviewed, before.words) == (
            "29 av 40",
            "Andelen är högre.",
        )

    def test_scenario_ends_a_check_in_an_improved_routine(self) -> None:
        improved = Action.objects.exclude(improved_routine="").filter(
            case__closed_on__isnull=False
        )
        names = set(improved.values_list("improved_routine", flat=True))

        assert "Skyddade personuppgifter" in names
        assert Routine.objects.get(name="Skyddade personuppgifter").edition == "2.1"

    def test_scenario_has_routines_that_are_to_be_looked_over(self) -> None:
        late = {
            routine.name
            for routine in Routine.objects.all()
            if routine.is_to_be_reviewed()
        }

        assert "Frågor om våld" in late
        assert len(late) < Routine.objects.count()

    def test_scenario_spreads_five_risks_over_the_matrix(self) -> None:
        risks = list(RiskAnalysis.objects.get(state="in_progress").risks.all())

        assert len({(risk.probability, risk.severity) for risk in risks}) == 5
        assert {risk.level.name for risk in risks} == {"låg", "medel", "hög"}
