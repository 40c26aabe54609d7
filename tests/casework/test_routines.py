"""The register of routines: who keeps it, what cases choose among, and which routines break most."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from casework.improvement import routines
from casework.models import Routine
from casework.process.workflow import StepRefusedError, TooLateError
from deviations.process.step_forms import deviation_step_form
from deviations.reporting.forms import ReportForm
from organisation.models import Unit, User
from organisation.rights import Role
from selfcheck.recording.forms import BeginForm
from tests.factories import make_deviation, make_unit, make_user
from tests.municipality import make_selfcheck

pytestmark = pytest.mark.django_db
LATER = dt.date(2190, 1, 1)


@pytest.fixture
def root() -> Unit:
    return make_unit("SOC")


@pytest.fixture
def unit(root: Unit) -> Unit:
    return make_unit("EK", root, name="Ekonomi")


@pytest.fixture
def chief(unit: Unit) -> User:
    return make_user("chief", (Role.SECTION_CHIEF, unit))


@pytest.fixture
def browser(chief: User) -> Client:
    client = Client()
    client.force_login(chief)
    return client


def make_routine(unit: Unit, name: str = "Utskick", **facts: object) -> Routine:
    defaults = {"code": name.lower().replace(" ", "-"), "review_on": LATER}
    return Routine.objects.create(unit=unit, name=name, **{**defaults, **facts})


def name_of(routine: Routine, unit: Unit, **facts: object) -> None:
    facts = {"received_on": timezone.localdate(), "process": routine.name, **facts}
    make_deviation(unit, **facts)


def places(form: object) -> list[str]:
    return [value for value, _ in form.fields["process"].choices]  # type: ignore[attr-defined]


# --- verbs ------------------------------------------------------------------------------------
def test_register_gives_a_code_from_the_name(unit: Unit, chief: User) -> None:
    made = routines.register(
        actor=chief, name="Utskick av beslut", unit=unit, review_on=LATER
    )

    assert (made.code, made.version) == ("utskick-av-beslut", 0)


@pytest.mark.parametrize(("name", "code"), [("Ny", "ny-2"), ("”!”", "rutin")])
def test_register_never_takes_an_address_of_another_page(
    name: str, code: str, unit: Unit, chief: User
) -> None:
    assert routines.register(actor=chief, name=name, unit=unit).code == code


@pytest.mark.parametrize("name", ["UTSKICK", "vet inte"])
def test_register_refuses_a_name_that_is_taken(
    name: str, unit: Unit, chief: User
) -> None:
    make_routine(unit)

    with pytest.raises(ValidationError):
        routines.register(actor=chief, name=name, unit=unit)


def test_register_takes_the_name_of_a_routine_that_was_withdrawn(
    unit: Unit, chief: User
) -> None:
    routines.withdraw(make_routine(unit), actor=chief)

    assert routines.register(actor=chief, name="Utskick", unit=unit).code == "utskick-2"


def test_register_in_another_chiefs_unit_is_refused(
    root: Unit, unit: Unit, chief: User
) -> None:
    with pytest.raises(StepRefusedError):
        routines.register(actor=chief, name="Annat", unit=root)


def test_register_by_the_controller_of_all_is_taken_in_every_unit(
    root: Unit, unit: Unit
) -> None:
    controller = make_user("controller", (Role.QUALITY_CONTROLLER, root))

    assert routines.register(actor=controller, name="Annat", unit=unit).unit == unit


def test_register_by_the_controller_of_a_part_is_refused(unit: Unit) -> None:
    controller = make_user("controller", (Role.QUALITY_CONTROLLER, unit))

    with pytest.raises(StepRefusedError):
        routines.register(actor=controller, name="Annat", unit=unit)


def test_database_refuses_two_routines_of_one_name(unit: Unit) -> None:
    make_routine(unit)

    with pytest.raises(IntegrityError), transaction.atomic():
        make_routine(unit, "UTSKICK", code="other")


def test_change_counts_the_versions(unit: Unit, chief: User) -> None:
    routine = make_routine(unit)
    changed = routines.change(
        routine, actor=chief, seen_version=0, facts={"edition": "2.0"}
    )

    assert (changed.edition, changed.version) == ("2.0", 1)


def test_change_of_nothing_counts_nothing(unit: Unit, chief: User) -> None:
    routine = make_routine(unit, edition="1")

    assert (
        routines.change(
            routine, actor=chief, seen_version=0, facts={"edition": "1"}
        ).version
        == 0
    )


def test_change_on_top_of_another_change_is_too_late(unit: Unit, chief: User) -> None:
    routine = make_routine(unit)
    routines.change(routine, actor=chief, seen_version=0, facts={"edition": "2.0"})

    with pytest.raises(TooLateError):
        routines.change(routine, actor=chief, seen_version=0, facts={"edition": "3.0"})


def test_change_gives_no_routine_to_a_unit_that_the_chief_does_not_lead(
    root: Unit, unit: Unit, chief: User
) -> None:
    with pytest.raises(StepRefusedError):
        routines.change(
            make_routine(unit), actor=chief, seen_version=0, facts={"unit": root}
        )


# --- what cases choose among ------------------------------------------------------------------
def test_report_offers_the_register_after_the_processes_and_before_no_routine(
    unit: Unit,
) -> None:
    make_routine(unit)

    assert places(ReportForm())[-3:] == ["Utskick", "Finns ingen rutin", "Vet inte"]


def test_report_offers_a_process_that_is_registered_once(unit: Unit) -> None:
    make_routine(unit, "boende")

    assert [name for name in places(ReportForm()) if name.casefold() == "boende"] == [
        "Boende"
    ]


def test_report_offers_no_routine_that_was_withdrawn(unit: Unit, chief: User) -> None:
    routines.withdraw(make_routine(unit), actor=chief)

    assert "Utskick" not in places(ReportForm())


def test_step_keeps_the_name_of_a_routine_that_was_withdrawn(
    unit: Unit, chief: User
) -> None:
    case = make_deviation(unit, process="Utskick")

    assert (
        places(deviation_step_form(("process",))(instance=case, user=chief))[-1]
        == "Utskick"
    )


def test_selfcheck_offers_the_processes_and_the_register(
    unit: Unit, chief: User
) -> None:
    make_routine(unit)
    offered = places(BeginForm(user=chief))

    assert (offered[0], offered[-1]) == ("", "Utskick")
    assert "Boende" in offered
    assert "Vet inte" not in offered


# --- the register -----------------------------------------------------------------------------
def test_register_page_has_the_routine_that_breaks_most_first(
    browser: Client, unit: Unit
) -> None:
    make_routine(unit, "Anmälan")
    name_of(make_routine(unit), unit)
    rows = browser.get("/rutiner/").context["page"]

    assert [(row.routine.name, row.broken) for row in rows] == [
        ("Utskick", 1),
        ("Anmälan", 0),
    ]


def test_register_page_counts_another_spelling(browser: Client, unit: Unit) -> None:
    name_of(make_routine(unit, "Ärende"), unit, process="ÄRENDE")

    assert browser.get("/rutiner/").context["page"][0].broken == 1


def test_register_page_counts_no_case_of_another_unit(
    browser: Client, root: Unit, unit: Unit
) -> None:
    name_of(make_routine(unit), root)

    assert browser.get("/rutiner/").context["page"][0].broken == 0


def test_register_page_counts_no_older_case(browser: Client, unit: Unit) -> None:
    name_of(
        make_routine(unit), unit, received_on=routines.since() - dt.timedelta(days=1)
    )

    assert browser.get("/rutiner/").context["page"][0].broken == 0


def test_register_page_lists_what_was_never_checked(
    browser: Client, unit: Unit
) -> None:
    make_routine(unit, "Anmälan")
    make_selfcheck(unit, number="EK-1", process=make_routine(unit).name)
    rows = browser.get("/rutiner/?visa=okontrollerade").context["page"]

    assert [row.routine.name for row in rows] == ["Anmälan"]


def test_check_that_is_only_planned_has_checked_nothing(
    browser: Client, unit: Unit
) -> None:
    planned = {"state": "planned", "done_on": None, "met": None, "reviewed": None}
    make_selfcheck(unit, number="EK-1", process=make_routine(unit).name, **planned)

    assert len(browser.get("/rutiner/?visa=okontrollerade").context["page"]) == 1


def test_register_page_says_in_words_what_is_to_be_reviewed(
    browser: Client, unit: Unit
) -> None:
    make_routine(unit, review_on=dt.date(2024, 1, 1))

    assert "Ska ses över" in browser.get("/rutiner/?visa=ses-over").content.decode()
    assert "ska ses över" in browser.get("/rutiner/").content.decode()


def test_register_page_of_a_unit_has_what_stands_above_it(
    browser: Client, root: Unit, unit: Unit
) -> None:
    make_routine(root, "Gemensam")
    make_routine(make_unit("BO", root), "Grannens")
    rows = browser.get("/rutiner/?unit=EK").context["page"]

    assert [row.routine.name for row in rows] == ["Gemensam"]


def test_register_page_asks_as_many_questions_however_many_routines(
    browser: Client, unit: Unit, django_assert_max_num_queries: object
) -> None:
    for place in range(8):
        name_of(make_routine(unit, f"Rutin {place}"), unit)

    with django_assert_max_num_queries(24):  # type: ignore[operator]
        browser.get("/rutiner/")


def test_page_of_a_routine_lists_the_cases_that_are_counted(
    browser: Client, unit: Unit
) -> None:
    routine = make_routine(unit)
    name_of(routine, unit, number="KA-1", process="UTSKICK")
    name_of(routine, unit, number="KA-2", process="Boende")
    text = browser.get("/rutiner/utskick/").content.decode()

    assert "KA-1" in text
    assert "KA-2" not in text
    assert "Aldrig gjord" in text


def test_new_routine_is_registered_from_the_form(browser: Client, unit: Unit) -> None:
    said = {
        "name": "Utskick",
        "kind": "rutin",
        "unit": "EK",
        "owner": "chief",
        "review_on": "2190-01-01",
    }
    answer = browser.post("/rutiner/ny/", {**said, "seen_version": "0"})

    assert answer["Location"] == "/rutiner/utskick/"
    assert Routine.objects.get().owner.username == "chief"  # type: ignore[union-attr]


def test_new_routine_of_a_taken_name_keeps_what_was_typed(
    browser: Client, unit: Unit
) -> None:
    make_routine(unit)
    said = {
        "name": "utskick",
        "kind": "rutin",
        "unit": "EK",
        "review_on": "2190-01-01",
        "edition": "7.1",
    }
    answer = browser.post("/rutiner/ny/", {**said, "seen_version": "0"})

    assert answer.status_code == 400
    assert routines.NAME_IS_TAKEN in answer.content.decode()
    assert "7.1" in answer.content.decode()


def test_change_in_the_browser_shows_what_another_wrote(
    browser: Client, unit: Unit, chief: User
) -> None:
    routine = make_routine(unit, kind="rutin")
    routines.change(
        routine, actor=chief, seen_version=0, facts={"description": "Den andras."}
    )
    said = {
        "kind": "rutin",
        "unit": "EK",
        "review_on": "2190-01-01",
        "description": "Min.",
    }
    answer = browser.post("/rutiner/utskick/andra/", {**said, "seen_version": "0"})

    assert answer.status_code == 409
    assert answer.context["theirs"] == [("Vad gäller den?", "Den andras.")]
    assert "Min." in answer.content.decode()


def test_withdraw_in_the_browser_takes_the_routine_out_of_use(
    browser: Client, unit: Unit
) -> None:
    make_routine(unit)
    browser.post("/rutiner/utskick/andra/", {"do": "withdraw"})

    assert not Routine.objects.current().exists()
    assert browser.get("/rutiner/utskick/").status_code == 200
