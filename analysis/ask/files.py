"""An answer of the register as a file: exactly the table of the page, and what it counts."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO, StringIO

from django.utils import timezone

from analysis.ask.table import Answer
from organisation.lists.exports import BYTE_ORDER_MARK, as_text, csv_writer


def as_csv(found: Answer) -> bytes:
    """Return the table with one line for each row; no text in it becomes a formula."""
    out = StringIO()
    writer = csv_writer(out)
    writer.writerow(map(as_text, (found.heading, *found.columns)))
    for line in found.lines:
        writer.writerow(
            [as_text(line.label), *(number.shown for number in line.numbers)]
        )
    return (BYTE_ORDER_MARK + out.getvalue()).encode()


def as_excel(found: Answer, facts: list[tuple[str, str]]) -> bytes:
    """Return the table as an Excel file with numbers as numbers, and a sheet that says what they count."""
    from xlsxwriter import Workbook

    out = BytesIO()
    with Workbook(out, {"constant_memory": True}) as book:
        bold = book.add_format({"bold": True})
        head = book.add_format({"bold": True, "bottom": 1})
        sheet = book.add_worksheet("Tabell")
        sheet.set_column(0, 0, 40)
        sheet.set_column(1, len(found.columns), 14)
        sheet.freeze_panes(1, 1)
        for place, name in enumerate((found.heading, *found.columns)):
            sheet.write_string(0, place, as_text(name), head)
        for row, line in enumerate(found.lines, start=1):
            look = bold if line.is_total else None
            sheet.write_string(row, 0, as_text(line.label), look)
            for place, number in enumerate(line.numbers, start=1):
                if number.count is None:
                    sheet.write_string(row, place, str(number.shown), look)
                else:
                    sheet.write_number(row, place, number.count, look)
        about = book.add_worksheet("Om tabellen")
        about.set_column(0, 0, 28)
        about.set_column(1, 1, 80)
        for row, (name, value) in enumerate([*facts, *_about(found)]):
            about.write_string(row, 0, as_text(name))
            about.write_string(row, 1, as_text(value))
    return out.getvalue()


def _about(found: Answer) -> Iterator[tuple[str, str]]:
    yield "Källa", "registret i Kvalitet"
    yield "Hämtad", timezone.localdate().isoformat()
    if found.is_masked:
        yield (
            "Maskerad",
            f"ja, {found.hidden} tal är dolda: under 5, eller sådana som avslöjar ett",
        )
    else:
        yield "Maskerad", "nej, tabellen är för arbetet inom förvaltningen"
