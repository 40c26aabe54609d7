"""Blanking: a text that should never have been written leaves the history, and the history says that it did.

Dataskyddsförordningen artikel 16 and 17: a wrong or unneeded personal detail is put right or erased.  What is
only ever added to cannot be changed otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.apps import apps
from django.db import connection, models, transaction
from django.db.models import Prefetch

from casework.cases.history import blanked_lines, fits, seal_of
from casework.handling.blanking_functions import BLANKABLE, ROW_HASH
from casework.handling.purging import imprint
from casework.models import Blanking, Case, Change, LogEntry
from casework.texts.kept_numbers import forget_answers
from casework.texts.personal_numbers import find_personal_numbers


class BlankingError(Exception):
    """The text cannot be blanked; the message says why, in Swedish."""


@dataclass(frozen=True)
class Text:
    """A text that may be blanked: where it stands, its length, and how many personal numbers it seems to hold."""

    place: str
    row: int
    field: str
    length: int
    numbers: int


def _places() -> dict[tuple[str, str], str]:
    """Return the tables and columns with texts that may be blanked, and the column that names a row's case."""
    with connection.cursor() as cursor:
        cursor.execute(BLANKABLE)
        return {(place, field): column for place, field, column in cursor.fetchall()}


def _model(place: str) -> type[models.Model]:
    return next(m for m in apps.get_models() if m._meta.db_table == place)


def texts_of(case: Case) -> list[Text]:
    """Return the texts in a case's history that may be blanked, without what they say."""
    found: list[Text] = []
    for (place, field), column in sorted(_places().items()):
        if not column:
            continue
        rows = _model(place)._default_manager.filter(**{column: case.pk})
        for row, text in rows.order_by("pk").values_list("pk", field):
            if text:
                numbers = len(find_personal_numbers(text))
                found.append(Text(place, row, field, len(text), numbers))
    return found


@transaction.atomic
def blank(place: str, row: int, field: str, *, reason: str, decision: str) -> str:
    """Blank a text for a reason and under a decision; return what stands there now.

    Raises BlankingError when there is no such text, when it says what may not stand in a reason, or when the
    line of the history that it belongs to does not fit already.
    """
    reason, decision = reason.strip(), decision.strip()
    if not (reason and decision):
        raise BlankingError("Skriv varför texten ska strykas och beslutets nummer.")
    if find_personal_numbers(f"{reason} {decision}"):
        raise BlankingError("Skriv inget personnummer i skälet: det sparas.")
    if (place, field) not in _places():
        raise BlankingError(f"I {place} finns ingen text {field} som kan strykas.")
    model = _model(place)
    found = model._default_manager.filter(id=row).first()
    text = getattr(found, field, "")
    if found is None or not text:
        raise BlankingError(f"Det står ingen text på rad {row} i {place}.")
    left = imprint(model, [text])
    seal, resealed = "", ""
    if isinstance(found, Change | LogEntry):
        seal, resealed = _reseal(found, field, standing_for(left))
    forget_answers([text])
    with connection.cursor() as cursor:
        said: list[str | int] = [
            place,
            row,
            field,
            left,
            seal,
            resealed,
            reason,
            decision,
        ]
        cursor.execute("SELECT casework_blank(%s, %s, %s, %s, %s, %s, %s, %s)", said)
        return str(cursor.fetchone()[0])


def standing_for(left: str) -> str:
    """Return what stands where a text was blanked, as the database writes it."""
    return f"[Struket enligt beslut, {left[:8]}]"


def _reseal(part: Change | LogEntry, field: str, stands: str) -> tuple[str, str]:
    """Return the seal of a line of the history, and what it would be once a text in it is blanked."""
    entries = LogEntry.objects.prefetch_related(
        Prefetch("changes", Change.objects.order_by())
    )
    entry = entries.get(pk=part.pk if isinstance(part, LogEntry) else part.entry_id)
    before = LogEntry.objects.filter(
        case=entry.case_id, sequence=entry.sequence - 1
    ).first()
    previous = before.digest if before else ""
    if not fits(entry, previous, blanked_lines()):
        raise BlankingError(
            "Historiken i ärendet är redan ändrad. Kör manage.py verify_log, och ta reda på varför."
        )
    for one in (entry, *entry.changes.all()):
        if one == part:
            setattr(one, field, stands)
    return entry.digest, seal_of(entry, previous)


def rows_changed_since() -> list[tuple[str, int]]:
    """Return the rows, by table and key, in which something has changed since a text was blanked there."""
    found: list[tuple[str, int]] = []
    places = Blanking.objects.order_by("place").values_list("place", flat=True)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL timezone = 'UTC'")
        for place in places.distinct():
            cursor.execute(
                f"SELECT b.row FROM (SELECT DISTINCT ON (n.row) n.row, n.left_as FROM casework_blanking n"  # noqa: S608
                f" WHERE n.place = %s ORDER BY n.row, n.id DESC) b"
                f" LEFT JOIN {connection.ops.quote_name(place)} t ON t.id = b.row"
                f" WHERE {ROW_HASH} IS DISTINCT FROM b.left_as ORDER BY b.row",
                [place],
            )
            found += [(place, row) for (row,) in cursor.fetchall()]
    return found
