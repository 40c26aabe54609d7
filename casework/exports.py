"""Lists of cases as a spreadsheet: facts for follow-up, never what somebody wrote or who reported."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from io import BytesIO

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import capfirst

from casework.inbox import state_in_words
from casework.models import Case

# What the files that leave the house are, in HTTP.
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

MOST_ROWS = 20_000
COLUMNS = (
    ("Nummer", 18),
    ("Slag", 14),
    ("Enhet", 32),
    ("Målgrupp", 20),
    ("Process eller rutin", 32),
    ("Inträffade", 12),
    ("Inkom", 12),
    ("Klart senast", 12),
    ("Avslutades", 12),
    ("Läge", 36),
    ("Ansvarig", 24),
)
FACTS = (
    *("number", "subject", "target_group", "process", "occurred_on", "received_on", "due_on", "closed_on"),
    *("unit__name", "owner__name", "came_from__name"),
)
# What a spreadsheet may take for the beginning of a formula, here or after it is saved as plain text.
_FORMULA = tuple("=+-@＝＋－＠")


def spreadsheet_of(cases: QuerySet[Case]) -> bytes:
    """Return the cases as an Excel file (lag 2001:454 7 a §: only what the follow-up needs).

    At most MOST_ROWS, and none about a person with protected identity.  The title is left out: it is the
    beginning of what the reporter wrote.
    """
    from xlsxwriter import Workbook

    rows = cases.filter(protected=False).select_related("unit", "owner", "came_from").only(*FACTS)
    out = BytesIO()
    # Within a transaction rows are fetched as they are written; outside, the database finds all of them
    # first, at a moment when no limit of time holds any more.
    with (
        transaction.atomic(),
        Workbook(out, {"constant_memory": True, "default_date_format": "yyyy-mm-dd"}) as book,
    ):
        sheet = book.add_worksheet("Ärenden")
        head = book.add_format({"bold": True, "bottom": 1})
        for place, (name, width) in enumerate(COLUMNS):
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, name, head)
        sheet.freeze_panes(1, 0)
        last = 0
        for last, case in enumerate(rows[: MOST_ROWS + 1].iterator(chunk_size=2_000), start=1):
            if last > MOST_ROWS:
                break
            for place, value in enumerate(_cells(case)):
                if isinstance(value, dt.date):
                    sheet.write_datetime(last, place, value)
                elif value:
                    sheet.write_string(last, place, as_text(value))
        sheet.autofilter(0, 0, min(last, MOST_ROWS), len(COLUMNS) - 1)
        about = book.add_worksheet("Om filen")
        about.set_column(0, 0, 80)
        for row, line in enumerate(_about(last)):
            about.write_string(row, 0, line)
    return out.getvalue()


def as_text(value: str) -> str:
    """Return a text that no spreadsheet takes for a formula, whatever becomes of the file."""
    return f"'{value}" if value.lstrip().startswith(_FORMULA) else value


def _cells(case: Case) -> Iterable[str | dt.date | None]:
    return (
        case.number,
        capfirst(case.get_subject_display()),
        case.unit.name,
        case.target_group,
        case.process,
        case.occurred_on,
        case.received_on,
        case.due_on,
        case.closed_on,
        state_in_words(case),
        case.owner.name if case.owner else None,
    )


def _about(found: int) -> Iterable[str]:
    yield f"Hämtad {timezone.localdate().isoformat()}. {min(found, MOST_ROWS)} ärenden."
    if found > MOST_ROWS:
        yield f"Filen rymmer {MOST_ROWS} ärenden och fler finns. Filtrera i inkorgen för att få med alla."
    yield "Rubriker, beskrivningar och vem som rapporterade finns inte med."
    yield "Ärenden med skyddade personuppgifter finns inte med."
