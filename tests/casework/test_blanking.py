"""A wrongly written text leaves the history, and the history says that it did and is otherwise whole."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from casework.cases.history import broken_logs, log
from casework.handling import blanking
from casework.handling.blanking import BlankingError, blank, texts_of
from casework.handling.purging import imprint
from casework.models import Blanking, Case, Change, KeptNumber, LogEntry, Note
from casework.texts.kept_numbers import answers_kept, keep_answers
from tests.factories import make_deviation, make_unit, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("purging_is_lent")]

WRITTEN = "Ring 19121212-1212 om flytten."
WHY = {"reason": "Personnumret hörde inte hit", "decision": "SN 41"}


@pytest.fixture
def case() -> Case:
    return Case.objects.get(pk=make_deviation(make_unit()).pk)


def note(case: Case, text: str = WRITTEN) -> Note:
    author = make_user("author")
    return Note.objects.create(case=case, kind="internal", text=text, author=author)


def change(
    case: Case, before: str = WRITTEN, after: str = "Ring om flytten."
) -> Change:
    """Write a line of the history that replaced something, with a line after it."""
    replaced = Change(
        case=case, position=1, model="casework.Case", field="title", before=before
    )
    replaced.after, replaced.reason = after, "Rättat"
    log(case, action="correct", label="Rättades", actor=None, changes=[replaced])
    log(case, action="read", label="Lästes", actor=None)
    return Change.objects.get(case=case)


# --- what is blanked ----------------------------------------------------------------------------
def test_text_of_a_note_is_blanked_and_leaves_a_hash_a_reason_and_a_decision(
    case: Case,
) -> None:
    written = note(case)
    stands = blank("casework_note", written.pk, "text", **WHY)

    left = Blanking.objects.get()
    assert (
        Note.objects.get().text
        == stands
        == f"[Struket enligt beslut, {left.imprint[:8]}]"
    )
    assert left.imprint == imprint(Note, [WRITTEN])
    assert (left.case, left.reason, left.decision) == (case, WHY["reason"], "SN 41")


@pytest.mark.parametrize("field", ["before", "after", "reason"])
def test_history_with_a_blanked_text_is_whole(case: Case, field: str) -> None:
    replaced = change(case)
    was = LogEntry.objects.get(action="correct").digest
    blank("casework_change", replaced.pk, field, **WHY)

    assert getattr(Change.objects.get(), field).startswith("[Struket")
    assert LogEntry.objects.get(action="correct").digest == was
    assert broken_logs() == []


def test_label_of_a_line_is_blanked_as_its_changes_are(case: Case) -> None:
    replaced = change(case)
    line = LogEntry.objects.get(action="correct")
    blank("casework_change", replaced.pk, "before", **WHY)
    blank("casework_logentry", line.pk, "label", **WHY)

    assert LogEntry.objects.get(pk=line.pk).label.startswith("[Struket")
    assert broken_logs() == []


def test_line_that_fits_no_more_is_not_blanked(case: Case) -> None:
    replaced = change(case)
    LogEntry.objects.create(
        case=case, sequence=3, action="x", label="Smög", digest="b" * 64
    )

    with pytest.raises(BlankingError, match="redan ändrad"):
        blank("casework_logentry", LogEntry.objects.get(sequence=3).pk, "label", **WHY)
    assert Change.objects.get(pk=replaced.pk).before == WRITTEN


def test_several_texts_of_one_line_are_blanked(case: Case) -> None:
    replaced = change(case)
    for field in ("before", "after", "reason"):
        blank("casework_change", replaced.pk, field, **WHY)

    assert broken_logs() == []
    assert Blanking.objects.count() == 3


def test_texts_of_a_case_are_listed_without_what_they_say(case: Case) -> None:
    written, replaced = note(case), change(case)

    listed = texts_of(case)
    assert {(one.place, one.row, one.field) for one in listed} == {
        ("casework_note", written.pk, "text"),
        ("casework_change", replaced.pk, "before"),
        ("casework_change", replaced.pk, "after"),
        ("casework_change", replaced.pk, "reason"),
        *(("casework_logentry", line.pk, "label") for line in case.log.all()),
    }
    assert {one.numbers for one in listed if one.field in {"text", "before"}} == {1}


def test_answers_about_a_blanked_text_are_forgotten(case: Case) -> None:
    keep_answers(WRITTEN, [KeptNumber.Said.BELONGS])
    blank("casework_note", note(case).pk, "text", **WHY)

    assert answers_kept(WRITTEN) == set()


def test_words_that_were_read_are_blanked() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_reading (at, role, way, kind, page, question, words, purpose, count, cases, people,"
            " person_id) VALUES (now(), '', 'role', 'search', 'p', '', '', %s, 0, '{}', '{}', %s) RETURNING id",
            [WRITTEN, make_user("reader").pk],
        )
        key = cursor.fetchone()[0]
    assert blank("audit_reading", key, "purpose", **WHY) == ""

    assert blanking.rows_changed_since() == []
    assert Blanking.objects.get().case is None


# --- what is refused ----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"reason": " "}, "varför"),
        ({"decision": ""}, "varför"),
        ({"reason": "Det var 19121212-1212"}, "personnummer"),
    ],
)
def test_blanking_without_a_good_reason_is_refused(
    case: Case, said: dict[str, str], words: str
) -> None:
    with pytest.raises(BlankingError, match=words):
        blank("casework_note", note(case).pk, "text", **{**WHY, **said})
    assert Note.objects.get().text == WRITTEN


@pytest.mark.parametrize(
    ("place", "field"),
    [
        ("casework_case", "title"),
        ("casework_note", "kind"),
        ("casework_logentry", "digest"),
        ("casework_tombstone", "imprint"),
        ("casework_blanking", "reason"),
        ("reports_edition", "html"),
        ("organisation_user", "password"),
    ],
)
def test_only_words_of_what_is_only_added_to_are_blanked(
    case: Case, place: str, field: str
) -> None:
    with pytest.raises(BlankingError, match="ingen text"):
        blank(place, 1, field, **WHY)
    with pytest.raises(DatabaseError, match="no text of"), transaction.atomic():
        call(place, 1, field)


def call(place: str, row: int, field: str, *, seal: str = "", why: str = "x") -> None:
    said = [place, row, field, "a" * 64, seal, seal, why, "SN 41"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT casework_blank(%s, %s, %s, %s, %s, %s, %s, %s)", said)


def test_text_that_is_blanked_already_is_not_blanked_again(case: Case) -> None:
    written = note(case)
    blank("casework_note", written.pk, "text", **WHY)

    with pytest.raises(DatabaseError, match="blanked_once"), transaction.atomic():
        call("casework_note", written.pk, "text")


def test_database_asks_for_a_reason_and_a_new_seal(case: Case) -> None:
    written, replaced = note(case), change(case)

    with pytest.raises(DatabaseError, match="says_why"), transaction.atomic():
        call("casework_note", written.pk, "text", why="")
    with pytest.raises(DatabaseError, match="sealed anew"), transaction.atomic():
        call("casework_change", replaced.pk, "before")


def test_row_that_is_not_there_is_refused() -> None:
    with pytest.raises(BlankingError, match="ingen text på rad 0"):
        blank("casework_note", 0, "text", **WHY)


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(
    "statement",
    [
        "SELECT public.casework_blank('casework_note', 1, 'text', 'a', '', '', 'x', 'y')",
        "INSERT INTO casework_blanking SELECT * FROM casework_blanking",
        "UPDATE casework_note SET text = 'x'",
        "DELETE FROM casework_blanking",
    ],
)
def test_app_role_blanks_nothing(statement: str) -> None:
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
