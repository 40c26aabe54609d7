"""Whom a case concerns: the names are sealed, read one time for one reason, and found nowhere else."""

from __future__ import annotations

import logging
import threading
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone

from casework.background import jobs
from casework.cases.history import log
from casework.models import Case, Mail, Recusal
from casework.process.workflow import StepRefusedError
from lexsarah.duties.concerned import add_concerned, read_names, remove_concerned
from lexsarah.models import Concerned, LexSarahCase
from lexsarah.process.services import take_step
from organisation.models import Unit, User
from organisation.rights import Role
from tests.factories import make_unit, make_user
from tests.municipality import make_lexsarah
from tests.test_canary import found_in

pytestmark = pytest.mark.django_db
NAME, REFERENCE = "Kanarina Fågelsång", "Akt-kanarie-77"
PAGE = "/lex-sarah/LS-1/berorda/"


@pytest.fixture
def unit() -> Unit:
    return make_unit("B", make_unit("A"))


@pytest.fixture
def lex(unit: Unit) -> User:
    return make_user(
        "lex",
        (Role.LEX_INVESTIGATOR, unit),
        email="lex@kommun.example",
        rhythm="direct",
    )


@pytest.fixture
def case(unit: Unit) -> LexSarahCase:
    made = make_lexsarah(unit, number="LS-1")
    log(made, action="file", label="Rapporterades", actor=None, to_state="reported")
    return made


@pytest.fixture
def client(lex: User) -> Client:
    browser = Client()
    browser.force_login(lex)
    return browser


def add(case: LexSarahCase, actor: User, name: str = NAME) -> Concerned:
    return add_concerned(
        case, actor=actor, name=name, reference=REFERENCE, form_token=uuid4()
    )


def labels(case: LexSarahCase) -> list[str]:
    return list(case.log.order_by("sequence").values_list("label", flat=True))[1:]


# --- the verbs --------------------------------------------------------------------------------
def test_add_numbers_the_persons_and_says_so_without_the_name(
    case: LexSarahCase, lex: User
) -> None:
    first, second = add(case, lex), add(case, lex, "Någon Annan")

    assert (first.position, second.position) == (1, 2)
    assert labels(case) == ["Antecknade en person som berörs"] * 2


def test_add_of_the_same_form_twice_is_one_person(
    case: LexSarahCase, lex: User
) -> None:
    token = uuid4()
    for _ in range(2):
        add_concerned(case, actor=lex, name=NAME, reference="", form_token=token)

    assert case.concerned.count() == 1
    assert len(labels(case)) == 1


def test_add_of_somebody_else_with_the_same_form_is_somebody_else(
    case: LexSarahCase, lex: User
) -> None:
    token = uuid4()
    for name in (NAME, "Någon Annan"):
        add_concerned(case, actor=lex, name=name, reference="", form_token=token)

    assert [person.name for person in case.concerned.all()] == [NAME, "Någon Annan"]


def test_add_to_a_closed_case_is_refused(case: LexSarahCase, lex: User) -> None:
    Case.objects.filter(pk=case.pk).update(closed_on=timezone.localdate())
    with pytest.raises(StepRefusedError, match="avslutat"):
        add(case, lex)


@pytest.mark.parametrize(
    "role", [role for role in Role if role != Role.LEX_INVESTIGATOR]
)
def test_names_are_refused_to_every_other_role(
    role: Role, case: LexSarahCase, unit: Unit, lex: User
) -> None:
    person = make_user("other", (role, unit))
    with pytest.raises(StepRefusedError):
        read_names(case, actor=person, reason="Jag vill veta.")

    assert labels(case) == []


def test_names_are_refused_to_a_recused_investigator(
    case: LexSarahCase, lex: User
) -> None:
    add(case, lex)
    Recusal.objects.create(case_id=case.pk, user=lex)
    with pytest.raises(StepRefusedError):
        read_names(case, actor=lex, reason="Kontakt.")


def test_read_gives_the_names_and_writes_who_and_why_each_time(
    case: LexSarahCase, lex: User
) -> None:
    add(case, lex)
    for _ in range(2):
        (person,) = read_names(case, actor=lex, reason="Ska informera den berörda.")

    assert (person.name, person.reference) == (NAME, REFERENCE)
    assert labels(case)[1:] == ["Läste namnen på de berörda"] * 2
    note = case.notes.last()
    assert note is not None
    assert (note.author, note.kind) == (lex, "internal")
    assert note.text == "Läste namnen på de berörda: Ska informera den berörda."


@pytest.mark.parametrize(
    ("reason", "kept"),
    [
        ("Ringa kanarina i dag", "Ringa [namn] i dag"),
        ("Läsa Fågelsångs journal", "Läsa [namn] journal"),
        ("Ringa Kanarina Fågelsång", "Ringa [namn] [namn]"),
    ],
)
def test_read_keeps_no_name_that_stands_in_the_reason(
    reason: str, kept: str, case: LexSarahCase, lex: User
) -> None:
    add(case, lex)
    read_names(case, actor=lex, reason=reason)

    assert case.notes.get().text == f"Läste namnen på de berörda: {kept}"


def test_remove_takes_the_row_away_and_leaves_a_line(
    case: LexSarahCase, lex: User
) -> None:
    add(case, lex)
    assert remove_concerned(
        case, actor=lex, position=1, reason="Fel ärende, gällde Kanarina."
    )
    assert not remove_concerned(case, actor=lex, position=1, reason="Igen.")

    assert not case.concerned.exists()
    assert labels(case)[1:] == ["Tog bort en person som inte berörs"]
    assert case.notes.get().text.endswith("Fel ärende, gällde [namn].")


def test_add_after_a_removal_never_doubles_a_number(
    case: LexSarahCase, lex: User
) -> None:
    for name in ("Ett Namn", "Två Namn", "Tre Namn"):
        add(case, lex, name)
    remove_concerned(case, actor=lex, position=1, reason="Fel.")

    assert add(case, lex).position == 4


# --- the page ---------------------------------------------------------------------------------
def test_page_shows_how_many_and_no_name(
    case: LexSarahCase, lex: User, client: Client
) -> None:
    add(case, lex)
    text = client.get(PAGE).content.decode()

    assert "En person är antecknad" in text
    assert NAME not in text
    assert REFERENCE not in text


def test_page_does_not_even_ask_for_the_sealed_columns(
    case: LexSarahCase, lex: User, client: Client, django_assert_max_num_queries: Any
) -> None:
    add(case, lex)
    with django_assert_max_num_queries(20) as asked:
        client.get(PAGE)

    assert not any(
        '"lexsarah_concerned"."name"' in query["sql"]
        for query in asked.captured_queries
    )


def test_page_shows_the_names_in_the_answer_and_in_no_other(
    case: LexSarahCase, lex: User, client: Client
) -> None:
    add(case, lex)
    answer = client.post(
        PAGE, {"do": "read", "read-reason": "Ska informera den berörda."}
    )

    assert answer.status_code == 200
    assert NAME in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert NAME not in client.get(PAGE).content.decode()


@pytest.mark.parametrize("reason", ["", "   ", "Gäller 19121212-1212."])
def test_page_shows_no_name_without_a_fit_reason(
    reason: str, case: LexSarahCase, lex: User, client: Client
) -> None:
    add(case, lex)
    answer = client.post(PAGE, {"do": "read", "read-reason": reason})

    assert answer.status_code == 400
    assert NAME not in answer.content.decode()
    assert labels(case)[1:] == []


def test_page_adds_a_person_once(case: LexSarahCase, client: Client) -> None:
    sent = {
        "do": "add",
        "add-name": NAME,
        "add-reference": REFERENCE,
        "add-form_token": str(uuid4()),
    }
    answers = [client.post(PAGE, sent, follow=True) for _ in range(2)]

    assert case.concerned.get().name == NAME
    assert all(NAME not in answer.content.decode() for answer in answers)


@pytest.mark.parametrize("field", ["add-name", "add-reference"])
def test_page_refuses_a_personal_number_and_keeps_what_was_typed(
    field: str, case: LexSarahCase, client: Client
) -> None:
    sent = {
        "do": "add",
        "add-name": NAME,
        "add-reference": REFERENCE,
        "add-form_token": str(uuid4()),
    }
    answer = client.post(PAGE, {**sent, field: "Kanarina 121212-1212"})

    assert answer.status_code == 400
    assert "personnummer" in answer.content.decode()
    assert "Kanarina 121212-1212" in answer.content.decode()
    assert not case.concerned.exists()


def test_page_removes_a_person_and_bears_a_second_press(
    case: LexSarahCase, lex: User, client: Client
) -> None:
    add(case, lex)
    add(case, lex, "Någon Annan")
    sent = {"do": "remove", "remove-person": "1", "remove-reason": "Fel ärende."}
    statuses = [client.post(PAGE, sent).status_code for _ in range(2)]

    assert statuses == [302, 400]
    assert [person.position for person in case.concerned.all()] == [2]


def test_page_refuses_a_press_that_says_nothing(
    case: LexSarahCase, client: Client
) -> None:
    assert client.post(PAGE).status_code == 400


def test_part_of_the_case_page_counts_and_names_nobody(
    case: LexSarahCase, lex: User
) -> None:
    add(case, lex)
    part = "lexsarah/concerned_of_case.html"

    assert "En person är antecknad" in render_to_string(
        part, {"case": case, "investigates": True}
    )
    assert NAME not in render_to_string(part, {"case": case, "investigates": True})
    assert "Berörda" not in render_to_string(
        part, {"case": case, "investigates": False}
    )


# --- a stolen database, and keys --------------------------------------------------------------
def test_dump_of_the_database_logs_and_mails_name_nobody(
    case: LexSarahCase,
    lex: User,
    client: Client,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """A whole story with the names in it: added, read, removed, investigated, mailed about."""
    make_user(
        "chief",
        (Role.SECTION_CHIEF, case.unit),
        email="chief@kommun.example",
        rhythm="direct",
    )
    caplog.set_level(logging.DEBUG)
    connection.force_debug_cursor = True
    try:
        for name in (NAME, "Fågelsång Kanarina"):
            token = {"add-form_token": str(uuid4())}
            client.post(
                PAGE,
                {"do": "add", "add-name": name, "add-reference": REFERENCE, **token},
            )
        shown = client.post(
            PAGE, {"do": "read", "read-reason": f"Ska ringa {NAME}."}
        ).content.decode()
        client.post(
            PAGE,
            {
                "do": "remove",
                "remove-person": "2",
                "remove-reason": "Kanarina står två gånger.",
            },
        )
        client.post(PAGE, {"do": "add", "add-name": NAME})
        take_step(case, "ta-emot", actor=lex, seen_version=0, facts={})
        client.get("/lex-sarah/LS-1/ivo/")
        jobs.run_pending()
    finally:
        connection.force_debug_cursor = False
    written = caplog.text + "".join(capfd.readouterr())
    written += "".join(
        f"{letter.subject}{letter.body}"
        for letter in [*mail.outbox, *Mail.objects.all()]
    )

    assert NAME in shown
    assert case.concerned.get().name == NAME
    planted_in = found_in("Kanarina", "Fågelsång", REFERENCE)
    for planted, columns in planted_in.items():
        assert columns == set()
        assert planted.lower() not in written.lower()


@pytest.mark.django_db(transaction=True)
def test_keys_are_changed_while_somebody_reads(
    case: LexSarahCase, lex: User, settings: Any
) -> None:
    settings.SEALING_KEYS = ["old"]
    for number in range(30):
        add(case, lex, f"Person {number}")
    settings.SEALING_KEYS = ["new", "old"]
    expected = [f"Person {number}" for number in range(30)]
    readings: list[list[str]] = []
    is_done = threading.Event()

    def read() -> None:
        while not is_done.is_set() or not readings:
            readings.append([str(person.name) for person in case.concerned.all()])
        connection.close()

    reader = threading.Thread(target=read)
    reader.start()
    try:
        call_command("reseal", stdout=StringIO())
    finally:
        is_done.set()
        reader.join()
    settings.SEALING_KEYS = ["new"]

    assert all(names == expected for names in readings)
    assert [
        person.name for person in read_names(case, actor=lex, reason="Kontroll.")
    ] == expected


def test_names_whose_key_is_lost_say_so_and_break_no_page(
    case: LexSarahCase, lex: User, client: Client, settings: Any
) -> None:
    settings.SEALING_KEYS = ["old"]
    add(case, lex)
    settings.SEALING_KEYS = ["new"]
    answer = client.post(
        PAGE, {"do": "read", "read-reason": "Ska inte läsa med fel nyckel."}
    )

    assert "nyckeln saknas" in answer.content.decode()
    assert case.notes.get().text.endswith("Ska inte läsa med fel nyckel.")
