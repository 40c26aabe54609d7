"""What everyone may read: the published editions, and their numbers as files."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO, StringIO

from casework.background import jobs
from casework.files.pdf import Data
from casework.models import Job
from organisation.lists.exports import as_text
from reports.document.word import render_word
from reports.editions.rebuilding import archive_pdf, document_of, sum_of
from reports.life.workflow import ARCHIVE
from reports.models import AnnualReport, Approval, Archive, Edition, Publication

# Swedish spreadsheets part by semicolon, and know UTF-8 by the mark at the beginning.
_BYTE_ORDER_MARK = "\ufeff"
HEADER = ("Tal", "Ämne", "Enhet", "Period", "Räknas på", "Urval", "Värde")
FIELDS = ("id", "subject", "unit", "period", "basis", "query", "value")


def published(year: int, unit: str) -> Publication | None:
    """Return the last publication of a unit and year."""
    about = {"edition__report__unit__code": unit, "edition__report__year": year}
    found = Publication.objects.filter(**about).select_related(
        "edition__report__unit", "edition__approval"
    )
    return found.defer("edition__pdf", "edition__inputs").first()


def all_published() -> list[Publication]:
    """Return the newest publication of each report, the newest year first."""
    found = Publication.objects.select_related("edition__report__unit").defer(
        "edition__pdf", "edition__inputs", "edition__html", "edition__figures"
    )
    order = ("-edition__report__year", "edition__report__unit__path", "-published_at")
    newest: dict[int, Publication] = {}
    for publication in found.order_by(*order):
        newest.setdefault(publication.edition.report_id, publication)
    return list(newest.values())


def rows_of(edition: Edition) -> list[tuple[str, ...]]:
    """Return every number of an edition with the question that it answers."""
    rows = []
    for number in edition.figures["numbers"]:
        answers = [str(number[name]) for name in FIELDS]
        rows.append(tuple(answers))
    return rows


def as_csv(edition: Edition) -> bytes:
    """Return the numbers with one line for each; no text in it becomes a formula."""
    out = StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADER)
    for row in rows_of(edition):
        writer.writerow(map(as_text, row))
    return (_BYTE_ORDER_MARK + out.getvalue()).encode()


def as_excel(edition: Edition) -> bytes:
    """Return the numbers as an Excel file, numbers as numbers."""
    from xlsxwriter import Workbook

    out = BytesIO()
    with Workbook(out, {"constant_memory": True}) as book:
        head = book.add_format({"bold": True, "bottom": 1})
        sheet = book.add_worksheet("Tal")
        sheet.freeze_panes(1, 1)
        sheet.set_column(1, len(HEADER) - 1, 24)
        sheet.write_row(0, 0, HEADER, head)
        for place, row in enumerate(rows_of(edition), start=1):
            for column, cell in enumerate(row):
                if HEADER[column] == "Värde" and cell.isdecimal():
                    sheet.write_number(place, column, int(cell))
                else:
                    sheet.write_string(place, column, as_text(cell))
    return out.getvalue()


def as_word(edition: Edition, *, approval: Approval | None = None) -> bytes:
    """Return an edition as Word; raises UnreadableError."""
    document = document_of(edition)
    return render_word(
        document, approval=approval, number=edition.number, checksum=edition.checksum
    )


def missing_files(report: AnnualReport) -> Job | None:
    """Return the job that makes the files of the last publication; None once they are there."""
    newest = Publication.objects.filter(edition__report=report).first()
    if newest is None or Archive.objects.filter(edition=newest.edition_id).exists():
        return None
    asked = Job.objects.filter(kind=ARCHIVE, arguments={"edition": newest.edition_id})
    return asked.order_by("-created_at").first()


def make_files_again(report: AnnualReport) -> bool:
    """Make the files of the last publication again where that failed; tell whether it had."""
    before = missing_files(report)
    if before is None or before.failed_at is None:
        return False
    jobs.enqueue(ARCHIVE, **before.arguments)
    return True


@dataclass(frozen=True)
class Files:
    """The files of a published edition that take long to make."""

    pdf: bytes
    word: bytes


def make_files(edition: Edition, *, on_tick: Callable[[], None] | None = None) -> Files:
    """Make the archive's PDF, which carries the numbers, and the Word file; slow, and writes nothing."""
    figures = json.dumps(edition.figures, ensure_ascii=False, indent=1, sort_keys=True)
    table = as_csv(edition).decode().removeprefix(_BYTE_ORDER_MARK)
    data = [
        Data("figures.json", "Alla tal med sina frågor", "application/json", figures),
        Data("tal.csv", "Alla tal som tabell", "text/csv", table),
    ]
    return Files(
        archive_pdf(edition, data, on_tick=on_tick),
        as_word(edition, approval=edition.approval),
    )


def store_files(edition: Edition, files: Files, *, job: Job | None) -> Archive:
    """Keep the files of a published edition; made twice, the first are kept."""
    checksum = sum_of(files.pdf)
    made, _ = Archive.objects.get_or_create(
        edition=edition,
        defaults={
            "job": job,
            "pdf": files.pdf,
            "word": files.word,
            "checksum": checksum,
        },
    )
    return made
