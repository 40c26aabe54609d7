"""Lists as files: the columns of each, as Excel or CSV, never what somebody wrote freely.

A file holds at most MOST_ROWS and says so when there is more.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO, StringIO
from itertools import islice
from operator import attrgetter
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone

from organisation.shown import What, show_as, show_cases, show_people
from organisation.shown.told import SecurityEvent, tell_of_reader

# What the files that leave the house are, in HTTP.
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"

MOST_ROWS = 20_000
CHUNK = 2_000
# Swedish spreadsheets part by semicolon, and know UTF-8 by the mark at the beginning.
BYTE_ORDER_MARK, SEMICOLON = "\ufeff", ";"
# What a spreadsheet may take for the beginning of a formula, here or after it is saved as plain text.
_FORMULA = tuple("=+-@＝＋－＠")

Value = str | int | dt.date | None


class Column(NamedTuple):
    """One column: its head, its width in Excel, and what it says of a row."""

    name: str
    width: int
    value: Callable[[Any], Value]


class Files(NamedTuple):
    """Where a page offers its list as files, and what it says about them."""

    excel: str
    csv: str
    about: str = ""


@dataclass(frozen=True)
class Table:
    """A list as a file: which page gives it, its file's and its sheet's name, its columns, what it lacks."""

    page: str
    stem: str
    sheet: str
    rows: str
    columns: tuple[Column, ...]
    lacks: tuple[str, ...] = ()
    # Which case a row is about by its key, and which person; None where the file is of neither.
    case: Callable[[Any], int | None] | None = None
    person: Callable[[Any], int | None] | None = None

    def files(self, query: str, *args: object) -> Files:
        """Return where the list of a filter is given as files."""
        excel, csv_ = (
            f"{reverse(self.page, args=[*args, kind])}?{query}"
            for kind in ("xlsx", "csv")
        )
        return Files(
            excel,
            csv_,
            " ".join((f"Filen rymmer högst {_written(MOST_ROWS)} rader.", *self.lacks)),
        )

    def answer(self, rows: QuerySet[Any] | Iterable[Any], kind: str) -> HttpResponse:
        """Give the rows as a file of a kind, named by the list and the day alone."""
        if kind not in _KINDS:
            raise Http404
        content_type, made = _KINDS[kind]
        # Within a transaction rows are fetched as they are written; outside, the database finds all of
        # them first, at a moment when no limit of time holds any more.
        with transaction.atomic():
            held = _Held(self)
            file = made(self, held.passed(_fetched(rows)))
            tell_of_reader(SecurityEvent.EXPORTED, count=min(held.count, MOST_ROWS))
        held.show()
        response = HttpResponse(file, content_type=content_type)
        name = f"{self.stem}-{timezone.localdate().isoformat()}.{kind}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    def is_more(self) -> str:
        """Return what a file says that does not hold everything."""
        return (
            f"Filen rymmer {_written(MOST_ROWS)} {self.rows} och fler finns. "
            "Filtrera listan för att få med alla."
        )


@dataclass
class _Held:
    """The cases and people that a file holds, noted row by row while it is written."""

    table: Table
    cases: list[int | None] = field(default_factory=list)
    people: list[int | None] = field(default_factory=list)
    count: int = 0

    def passed(self, rows: Iterator[Any]) -> Iterator[Any]:
        """Return the rows as they come."""
        for row in rows:
            self.count += 1
            self.cases += [self.table.case(row)] if self.table.case else []
            self.people += [self.table.person(row)] if self.table.person else []
            yield row

    def show(self) -> None:
        """Note what the file shows; the row that only says that there is more is not in it."""
        cases, people = self.cases[:MOST_ROWS], self.people[:MOST_ROWS]
        if self.table.case:
            show_cases(cases, count=len(cases))
            show_as(What.EXPORT)
        if self.table.person:
            show_people({key for key in people if key is not None}, count=len(people))
            show_as(What.EXPORT)


def as_text(value: str) -> str:
    """Return a text that no spreadsheet takes for a formula, whatever becomes of the file."""
    return f"'{value}" if value.lstrip().startswith(_FORMULA) else value


def csv_writer(out: StringIO) -> Any:
    """Return a writer of lines as Swedish spreadsheets read them."""
    return csv.writer(out, delimiter=SEMICOLON, lineterminator="\r\n")


def _written(number: int) -> str:
    return f"{number:,}".replace(",", "\u00a0")


def _fetched(rows: QuerySet[Any] | Iterable[Any]) -> Iterator[Any]:
    """Return the rows one by one, at most one more than a file holds."""
    if isinstance(rows, QuerySet):
        return iter(rows[: MOST_ROWS + 1].iterator(chunk_size=CHUNK))
    return islice(rows, MOST_ROWS + 1)


def _csv(table: Table, rows: Iterator[Any]) -> bytes:
    """Return the list as CSV; what does not fit is said on the last line."""
    out = StringIO()
    writer = csv_writer(out)
    writer.writerow(as_text(column.name) for column in table.columns)
    for row in islice(rows, MOST_ROWS):
        writer.writerow(_cell(column.value(row)) for column in table.columns)
    if next(rows, None) is not None:
        writer.writerow([table.is_more()])
    return (BYTE_ORDER_MARK + out.getvalue()).encode()


def _cell(value: Value) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()
    return (
        as_text(value)
        if isinstance(value, str)
        else ""
        if value is None
        else str(value)
    )


def _excel(table: Table, rows: Iterator[Any]) -> bytes:
    """Return the list as an Excel file, with a sheet that says what the file is."""
    from xlsxwriter import Workbook

    out = BytesIO()
    with Workbook(
        out, {"constant_memory": True, "default_date_format": "yyyy-mm-dd"}
    ) as book:
        sheet = book.add_worksheet(table.sheet)
        head = book.add_format({"bold": True, "bottom": 1})
        for place, column in enumerate(table.columns):
            sheet.set_column(place, place, column.width)
            sheet.write_string(0, place, as_text(column.name), head)
        sheet.freeze_panes(1, 0)
        last = 0
        for last, row in enumerate(islice(rows, MOST_ROWS), start=1):
            for place, column in enumerate(table.columns):
                _write(sheet, last, place, column.value(row))
        sheet.autofilter(0, 0, last, len(table.columns) - 1)
        about = book.add_worksheet("Om filen")
        about.set_column(0, 0, 80)
        for place, line in enumerate(
            _about(table, last, is_whole=next(rows, None) is None)
        ):
            about.write_string(place, 0, line)
    return out.getvalue()


def _write(sheet: Any, row: int, place: int, value: Value) -> None:
    if isinstance(value, dt.date):
        sheet.write_datetime(row, place, value)
    elif isinstance(value, int):
        sheet.write_number(row, place, value)
    elif value:
        sheet.write_string(row, place, as_text(value))


def _about(table: Table, count: int, *, is_whole: bool) -> Iterator[str]:
    yield f"Hämtad {timezone.localdate().isoformat()}. {_written(count)} {table.rows}."
    if not is_whole:
        yield table.is_more()
    yield from table.lacks


_KINDS: dict[str, tuple[str, Callable[[Table, Iterator[Any]], bytes]]] = {
    "xlsx": (EXCEL, _excel),
    "csv": (CSV, _csv),
}

PEOPLE = Table(
    page="organisation:people",
    stem="roller",
    sheet="Roller",
    rows="roller",
    person=attrgetter("user_id"),
    columns=(
        Column("Namn", 32, lambda held: held.user.name),
        Column("Roll", 24, lambda held: str(held.get_role_display())),
        Column("Enhet", 32, lambda held: held.unit.name),
    ),
)
