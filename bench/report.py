"""Measure the building of an annual report against bare WeasyPrint: ``python bench/report.py [N]``.

Bare WeasyPrint gets the finished HTML and the same style sheet in a process of its own and writes
the same kind of PDF; what the product adds is the numbers, the sentences, the charts, the checksum,
the closed fetcher, the finishing of the tags and the binding of the chapters, which two processes lay
out.  Without N the report is that of the Malmö register, with N that of a generated one with N
deviations over five years, in 200 units with full appendices: N = 100000 is the largest legal year.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from io import BytesIO, StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django
import pikepdf

if TYPE_CHECKING:
    from reports.editions.built import Built
    from reports.models import AnnualReport

ROOT = Path(__file__).resolve().parent.parent
# Laid out anew, where two processors are free, and from the shelf.
ANEW, AGAIN = 1.1, 0.6
TIMES = 3
YEAR = 2024
PARAGRAPH = (
    "Verksamheten har under året arbetat vidare med de förbättringsområden som beslutades förra året. "
    "Rutinen för överlämning mellan enheterna är **reviderad** och har gåtts igenom på arbetsplatsträffar, "
    "och uppföljningen visar att färre moment missas. Det som återstår är dokumentationen."
)
TEXT = "\n\n".join(
    [PARAGRAPH, PARAGRAPH, "- en åtgärd\n- en åtgärd till\n- en tredje"] * 11
)
BARE = """
import sys
from weasyprint import HTML
page = HTML(string=sys.stdin.buffer.read().decode())
pdf = page.write_pdf(stylesheets=[sys.argv[1]], pdf_variant="pdf/ua-1")
sys.stdout.buffer.write(pdf)
"""


@contextmanager
def malmo() -> Iterator[None]:
    """Run with a database of its own that holds the Malmö register."""
    from django.core.management import call_command

    from bench.measure import empty_database

    with empty_database():
        call_command(
            "import_register", ROOT / "tests" / "data" / "malmo", stdout=StringIO()
        )
        yield


def write_bare(page: bytes) -> None:
    """Write the PDF of a page with nothing but WeasyPrint, in a fresh process."""
    style = str(ROOT / "static" / "css" / "report.css")
    done = subprocess.run(
        [sys.executable, "-c", BARE, style], input=page, capture_output=True, check=True
    )
    if not done.stdout.startswith(b"%PDF-"):
        raise RuntimeError("bare WeasyPrint failed")


def peak_megabytes(work: Callable[[], object]) -> int:
    """Return the most memory that all child processes together have held at once (Linux; 0 elsewhere).

    Pages that several of them share are counted once.
    """
    from bench.measure import processes_below

    kilobytes = [0]
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.1):
            kilobytes.append(
                sum(_proportional(pid) for pid in processes_below(os.getpid()))
            )

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        work()
    finally:
        done.set()
        watcher.join()
    return max(kilobytes) // 1024


def _proportional(pid: int) -> int:
    with suppress(OSError):
        found = re.search(
            r"^Pss:\s+(\d+) kB",
            Path(f"/proc/{pid}/smaps_rollup").read_text(),
            re.MULTILINE,
        )
        return int(found[1]) if found else 0
    return 0


class Queries:
    """How many questions the database got, and how long it took to answer."""

    def __init__(self) -> None:
        self.count = 0
        self.seconds = 0.0

    def __call__(self, execute: Callable[..., Any], *question: Any) -> Any:
        """Put one question and count it."""
        began = time.perf_counter()
        try:
            return execute(*question)
        finally:
            self.count += 1
            self.seconds += time.perf_counter() - began


def main(count: int | None, *, once: bool) -> None:
    """Build the report of the uppermost unit and print both, the memory and the part of the database.

    ``once`` tries the script: the report as it is begun, each way one time.
    """
    from django.core.management import call_command
    from django.db import connection
    from django.utils import timezone

    from bench.measure import filled_database, heading
    from casework.models import Case
    from organisation.models import Unit
    from reports.life.services import begin
    from reports.models import Template
    from reports.outlines.compiling import compile_report

    with malmo() if count is None else filled_database(count):
        if count is not None:
            fill_appendices()
        call_command("aggregate", stdout=StringIO())
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE analysis_cell")
        top = Unit.objects.order_by("path")[0]
        report = begin(unit=top, year=YEAR, template=Template.MALMO, actor=None)
        heading(f"The annual report of {top.name}, {Case.objects.count():,} cases")

        queries = Queries()
        with connection.execute_wrapper(queries):
            began = time.perf_counter()
            compile_report(report, extracted_on=timezone.localdate())
            compiled = time.perf_counter() - began

        print(
            f"compiling: {compiled * 1000:,.0f} ms, of it {queries.seconds * 1000:,.0f} ms ",
            end="",
        )
        print(f"in {queries.count} queries")
        if count is None or once:
            measure(report, "as it is begun", 1 if once else TIMES)
        if not once:
            write_texts(report)
            measure(report, "with texts in all sections", TIMES)


def measure(report: AnnualReport, words: str, times: int) -> None:
    """Print the building of one report, anew and again, against bare WeasyPrint, and the memory it took."""
    from bench.measure import in_turns, processor_time, show
    from reports.editions.building import build
    from reports.models import LaidOutChapter

    made: list[Built] = []
    whole = partial(build, report, lambda _percent, _doing: None)

    def forget() -> None:
        LaidOutChapter.objects.all().delete()

    peak = peak_megabytes(lambda: made.append(whole()))
    bare = partial(write_bare, made[0].page.encode())
    again_peak, bare_peak = peak_megabytes(whole), peak_megabytes(bare)
    with pikepdf.open(BytesIO(made[0].pdf)) as pdf:
        print(
            f"{words}: {len(pdf.pages)} pages, {len(made[0].page) // 1024} kB HTML",
            end="",
        )
    print(f", PDF {len(made[0].pdf) // 1024} kB")
    show(
        "  all chapters laid out",
        *in_turns(whole, bare, times=times, before=forget),
        goal=ANEW,
    )
    # What others do on the machine disturbs this measure less.
    spent = in_turns(whole, bare, times=times, before=forget, clock=processor_time)
    show("    in processor time", *spent)
    show(
        "  all chapters from the shelf", *in_turns(whole, bare, times=times), goal=AGAIN
    )
    print(
        f"  peak memory {peak} MB, from the shelf {again_peak} MB, bare {bare_peak} MB",
        flush=True,
    )


def write_texts(report: AnnualReport) -> None:
    """Write as much in every section as makes a report of some 60 pages."""
    from django.utils import timezone

    from reports.life.services import write
    from reports.outlines.compiling import compile_report

    for section in compile_report(report, extracted_on=timezone.localdate()).sections():
        if not section.appendix:
            write(report, section=section.key, text=TEXT, seen_version=0, actor=None)


def fill_appendices() -> None:
    """Give each of the sections a risk analysis, and a self-check every tertial: the rows of appendices."""
    from django.core.management import call_command

    from organisation.models import Unit

    words = "Det som granskades fanns på plats, men dokumentationen av uppföljningen behöver bli bättre."
    sections = list(
        Unit.objects.filter(level="sektion")
        .order_by("code")
        .values_list("code", "name")
    )
    risks = ["unit;decided_on;workplace;title;actions;improved_routine"]
    checks = [
        "unit;done_on;workplace;title;method;result;actions;improved_routine;met;reviewed"
    ]
    for code, name in sections:
        risks.append(
            f"{code};{YEAR}-05-02;{name};Inför ändrat arbetssätt, {name};{words};"
        )
        for month in ("03", "06", "10"):
            title = f"Loggar, {name}, {month}"
            checks.append(
                f"{code};{YEAR}-{month}-15;{name};{title};log_check;{words};{words};;;"
            )
    with tempfile.TemporaryDirectory() as folder:
        for stem, lines in (("risk_analyses", risks), ("selfchecks", checks)):
            (Path(folder) / f"{stem}.csv").write_text(
                "\n".join(lines) + "\n", encoding="utf-8"
            )
        call_command("import_register", folder, stdout=StringIO())


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kvalitet.settings")
    django.setup()
    numbers = [int(word) for word in sys.argv[1:] if word.isdecimal()]
    main(numbers[0] if numbers else None, once="--once" in sys.argv)
