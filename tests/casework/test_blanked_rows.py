"""What is done to a row after a text was blanked in it is found, and the command tells what it does."""

from __future__ import annotations

from contextlib import suppress
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from casework.cases.history import log
from casework.models import Case, Change, Note
from kvalitet.operations.roles import as_owner
from tests.factories import make_deviation, make_unit, make_user

pytestmark = pytest.mark.django_db(transaction=True)

WRITTEN = "Ring 19121212-1212 om flytten."
WHY = ["--reason", "Hörde inte hit", "--decision", "SN 41"]
GUARDED = ("casework_note", "casework_change", "casework_logentry")


@pytest.fixture
def case() -> Case:
    case = Case.objects.get(pk=make_deviation(make_unit()).pk)
    author = make_user("author")
    Note.objects.create(case=case, kind="internal", text=WRITTEN, author=author)
    replaced = Change(
        case=case, position=1, model="casework.Case", field="title", before=WRITTEN
    )
    log(case, action="correct", label="Rättades", actor=None, changes=[replaced])
    return case


def run(*words: Any) -> str:
    out = StringIO()
    call_command("blank", *map(str, words), stdout=out)
    return out.getvalue()


def verify() -> str:
    """Return what the check of the history says, whether or not all is well."""
    out = StringIO()
    with suppress(SystemExit):
        call_command("verify_log", stdout=out, stderr=out)
    return out.getvalue()


def forge(statement: str) -> None:
    """Do what only somebody can who has stolen the owner's password."""
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        for table in GUARDED:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER append_only")
        cursor.execute(statement)
    with as_owner(), connection.cursor() as cursor:
        for table in GUARDED:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER append_only")


def blank_both() -> None:
    run("casework_note", Note.objects.get().pk, "text", *WHY)
    run("casework_change", Change.objects.get().pk, "before", *WHY)


def test_command_blanks_as_the_purger_and_the_check_says_so(case: Case) -> None:
    blank_both()

    assert WRITTEN not in {Note.objects.get().text, Change.objects.get().before}
    assert "hel i alla ärenden" in verify()
    assert "strukna enligt beslut: 2" in verify()


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE casework_note SET text = 'Något annat'", "i casework_note är ändrad"),
        ("UPDATE casework_note SET source = 'x'", "i casework_note är ändrad"),
        ("UPDATE casework_change SET reason = 'Annat'", "i casework_change är ändrad"),
        ("UPDATE casework_change SET reason = 'Annat'", "ändrad i ärende"),
        ("UPDATE casework_logentry SET label = 'Annat'", "ändrad i ärende"),
        ("UPDATE casework_logentry SET digest = repeat('a', 64)", "ändrad i ärende"),
        ("DELETE FROM casework_note", "i casework_note är ändrad"),
    ],
)
def test_change_after_a_blanking_is_found(
    case: Case, statement: str, words: str
) -> None:
    blank_both()
    forge(statement)

    assert words in verify()


def test_owner_by_mistake_changes_nothing_else_in_a_blanked_row(case: Case) -> None:
    blank_both()

    with as_owner(), connection.cursor() as cursor:
        for said in ("text = 'x'", "text = text, source = 'x'", "id = id"):
            with pytest.raises(Exception, match="append-only"):
                cursor.execute(f"UPDATE casework_note SET {said}")


def test_command_lists_where_texts_stand_and_not_what_they_say(case: Case) -> None:
    said = run("--case", case.number)

    assert f"casework_note {Note.objects.get().pk} text" in said
    assert "personnummer: 1" in said
    assert "1212" not in said


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        ([], "Skriv antingen"),
        (["--case", "KA-1", "casework_note", "1", "text"], "Skriv antingen"),
        (["--case", "KA-1"], "inget ärende"),
        (["casework_note", "1", "text"], "varför"),
        (["casework_case", "1", "title", *WHY], "kan strykas"),
    ],
)
def test_command_says_what_it_needs(words: list[str], refusal: str) -> None:
    with pytest.raises(CommandError, match=refusal):
        run(*words)


def test_command_without_the_login_says_so(case: Case, settings: Any) -> None:
    settings.LOGIN_DATABASES = {}

    with pytest.raises(CommandError, match="DATABASE_PURGER_URL"):
        blank_both()
    assert Note.objects.get().text == WRITTEN
