"""Kill what can die, and count what is lost: ``python bench/faults.py [--quick]``.

Starts a municipality of its own (database, broker, web server, worker, scheduler) in a temporary
folder and does four things to it:

(a) the worker and all that it started are killed in the middle of a report build, three times;
(b) citizens file without pause while the broker is killed, its data wiped and started again;
(c) the same form is sent fifty times at once;
(d) the building of a report is stopped by the one who asked for it.

Prints what was counted and ends with 1 if anything was lost, done twice or answered with an error.
``--quick`` kills the worker once and leaves (b) and (d) out.
"""

from __future__ import annotations

import re
import secrets
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from html import unescape
from itertools import chain, product
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.municipality import Municipality
    from casework.models import Job
    from reports.models import AnnualReport

ROOT = Path(__file__).resolve().parent.parent
SECONDS_TO_RECOVER, SECONDS_TO_DIE = 90, 5
BROKER_DEATHS, SECONDS_BETWEEN, SECONDS_DOWN = 4, 5, 2
CITIZENS, AT_ONCE = 4, 50
# A form that is sent sooner than anybody reads it is taken for a machine's.
SECONDS_TO_READ = 3.2
YEAR = 2024
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
NUMBER = re.compile(r"KS-\d{4}-\d{4,}")
CODE = re.compile(r"\b(?:[0-9A-Z]{4} ){6}[0-9A-Z]{4}\b")

Form = dict[str, str]


class Tally:
    """What was counted, beside what it should be."""

    def __init__(self) -> None:
        self.failed = False

    def check(self, what: str, counted: object, wanted: object) -> None:
        """Print one count, and remember when it is not the wanted one."""
        fault = ""
        if counted != wanted:
            self.failed, fault = True, f"   SHOULD BE {wanted}"
        print(f"  {what:<62} {counted!s:>8}{fault}", flush=True)

    def at_most(self, what: str, seconds: float, most: float) -> None:
        """Print how long something took, and remember when it was too long."""
        fault = ""
        if seconds > most:
            self.failed, fault = True, f"   AT MOST {most}"
        print(f"  {what:<62} {seconds:>6.1f} s{fault}", flush=True)


# --- citizens ---------------------------------------------------------------------------------
def send(address: str, form: Form | None = None) -> tuple[int, str]:
    """Fetch or send the form, each time from another place; return status and page."""
    data = urllib.parse.urlencode(form).encode() if form else None
    somewhere = {"X-Forwarded-For": ".".join(map(str, [10, *secrets.token_bytes(3)]))}
    try:
        with urllib.request.urlopen(
            urllib.request.Request(address, data, somewhere), timeout=60
        ) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode(errors="replace")
    except OSError as problem:
        return 0, str(problem)


def hidden(page: str) -> Form:
    """Return what the page's form carries along unseen."""
    return {name: unescape(value) for name, value in HIDDEN.findall(page)}


def filled(address: str, words: str) -> tuple[int, Form]:
    """Fetch the form, fill in all that it asks, and take the time that it takes."""
    status, page = send(address)
    time.sleep(SECONDS_TO_READ)
    return status, hidden(page) | {
        "kind": "complaint",
        "description": words,
        "step": "answer",
    }


def receipt(page: str) -> tuple[str, str] | None:
    """Return number and code of a receipt."""
    number, code = NUMBER.search(page), CODE.search(page)
    if number is None or code is None:
        return None
    return number[0], code[0]


class Citizen(threading.Thread):
    """Files one complaint after another, page by page as a browser does, until told to stop."""

    def __init__(self, address: str, stop: threading.Event) -> None:
        super().__init__()
        self.address, self.told_to_stop = address, stop
        self.receipts: list[tuple[str, str]] = []
        self.problems: list[str] = []

    def run(self) -> None:
        """File; whatever is not a receipt is a problem."""
        while not self.told_to_stop.is_set():
            status, form = filled(
                self.address, f"Ingen svarade i telefonen, {secrets.token_hex(4)}."
            )
            if status == 200:
                status, page = send(self.address, form | {"do": "next"})
            if status == 200:
                status, page = send(self.address, hidden(page) | {"do": "send"})
            found = receipt(page) if status == 200 else None
            if found:
                self.receipts.append(found)
            else:
                self.problems.append(f"status {status}")


# --- the faults -------------------------------------------------------------------------
def malmo_report() -> AnnualReport:
    """Return the report of the whole administration."""
    from organisation.models import Unit
    from reports.life.services import begin
    from reports.models import Template

    return begin(
        unit=Unit.objects.get(parent=None),
        year=YEAR,
        template=Template.MALMO,
        actor=None,
    )


def kill_during_build(site: Municipality, tally: Tally, percent: int) -> None:
    """Ask for an edition, kill the worker when so much is done, and count what comes of it."""
    from casework.models import Job
    from reports.life.services import request_build
    from reports.models import Edition, LaidOutChapter

    report = malmo_report()
    before = report.editions.count()
    LaidOutChapter.objects.all().delete()  # or it would be over before it is killed
    job = request_build(report)
    here = Job.objects.filter(pk=job.pk)
    site.wait(lambda: here.filter(percent__gte=percent).exists(), 60)
    laying_out = layout_processes(site)
    site.kill_worker()
    job.refresh_from_db()
    print(
        f"(a) worker killed at {job.percent} per cent of a report build, with {len(laying_out)} laying it out"
    )
    tally.check("of them alive after it", len(survivors(laying_out)), 0)
    tally.check("editions when it died", report.editions.count() - before, 0)
    began = time.monotonic()
    site.children[0].start()
    site.wait(lambda: here.exclude(done_at=None).exists(), SECONDS_TO_RECOVER)
    tally.at_most(
        "from new worker to finished report",
        time.monotonic() - began,
        SECONDS_TO_RECOVER,
    )
    tally.check("editions of the job", Edition.objects.filter(job=job).count(), 1)
    tally.check("editions in all", report.editions.count() - before, 1)


def layout_processes(site: Municipality) -> list[int]:
    """Return the processes below the worker that lay out pages."""
    from bench.measure import processes_below

    return [
        pid
        for pid in processes_below(site.children[0].process.pid)
        if "casework.files.pdf" in command_of(pid)
    ]


def command_of(pid: int) -> str:
    """Return how a process was started, or nothing when it is no more."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    return ""


def survivors(pids: list[int]) -> list[int]:
    """Return those that live after some seconds; a process that has ended has no command."""
    deadline = time.monotonic() + SECONDS_TO_DIE
    while (
        alive := [pid for pid in pids if command_of(pid)]
    ) and time.monotonic() < deadline:
        time.sleep(0.1)
    return alive


def stop_a_build(site: Municipality, tally: Tally) -> None:
    """Ask for an edition, stop it while its chapters are laid out, and ask again."""
    from casework.models import Job
    from reports.life.services import cancel_build, request_build
    from reports.models import LaidOutChapter

    report = malmo_report()
    before = report.editions.count()
    LaidOutChapter.objects.all().delete()
    request_build(report)
    site.wait(lambda: len(layout_processes(site)) > 1, 60)
    laying_out = layout_processes(site)
    print(f"(d) a build stopped while {len(laying_out)} processes laid it out")
    tally.check("stopped", (cancel_build(report), cancel_build(report)), (True, False))
    tally.check("processes alive after it", len(survivors(laying_out)), 0)
    tally.check("editions", report.editions.count() - before, 0)
    again = Job.objects.filter(pk=request_build(report).pk)
    site.wait(lambda: again.exclude(done_at=None).exists(), SECONDS_TO_RECOVER)
    tally.check("editions when asked for again", report.editions.count() - before, 1)


def wipe_while_filing(site: Municipality, tally: Tally) -> None:
    """Let citizens file and jobs be written while the broker dies, and look for every one of them."""
    from casework.models import Job, Recount

    written: list[Job] = []
    works = jobs_to_write()
    stop = threading.Event()
    citizens = [Citizen(site.address, stop) for _ in range(CITIZENS)]
    for citizen in citizens:
        citizen.start()

    def go_on(seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            written.append(next(works))
            site.wait(lambda: False, 0.3)

    try:
        for _ in range(BROKER_DEATHS):
            go_on(SECONDS_BETWEEN)
            site.kill_broker()
            go_on(SECONDS_DOWN)
            site.revive_broker()
    finally:
        stop.set()
        for citizen in citizens:
            citizen.join()
    began = time.monotonic()
    keys = [job.pk for job in written]
    pending = Job.objects.pending().filter(pk__in=keys)
    site.wait(
        lambda: not pending.exists() and not Recount.objects.exists(),
        SECONDS_TO_RECOVER,
    )
    print(
        f"(b) broker killed and wiped {BROKER_DEATHS} times while {CITIZENS} citizens filed"
    )
    tally.at_most(
        "from last restart to all done and counted",
        time.monotonic() - began,
        SECONDS_TO_RECOVER,
    )
    count_filed(tally, citizens)
    tally.check(f"of {len(keys)} jobs written meanwhile, not done", pending.count(), 0)
    tally.check(
        "of them given up",
        Job.objects.filter(pk__in=keys).exclude(failed_at=None).count(),
        0,
    )


def jobs_to_write() -> Iterator[Job]:
    """Ask for one report, and after that for one small thing after another."""
    from casework.background.jobs import enqueue
    from reports.life.services import request_build

    yield request_build(malmo_report())
    for year, number in product(range(1900, 2000), (1, 2, 3)):
        yield enqueue("analysis.close_tertial", year=year, number=number)


def count_filed(tally: Tally, citizens: list[Citizen]) -> None:
    """Look for every receipt in the database and in the figures."""
    from django.db.models import Sum
    from django.utils import timezone

    from analysis.models import Cell
    from deviations.models import Deviation
    from deviations.reporting.codes import hash_of

    receipts = list(chain.from_iterable(citizen.receipts for citizen in citizens))
    problems = sum(len(citizen.problems) for citizen in citizens)
    filed = dict(
        Deviation.objects.exclude(follow_up_hash=None).values_list(
            "number", "follow_up_hash"
        )
    )
    cells = Cell.objects.filter(
        subject="deviations",
        basis="received",
        month=timezone.localdate().replace(day=1),
        channel="e_service",
    )
    print(f"  {'receipts given':<62} {len(receipts):>8}")
    tally.check("answers that were no receipt", problems, 0)
    tally.check("different numbers", len(dict(receipts)), len(receipts))
    lost = [number for number, code in receipts if filed.get(number) != hash_of(code)]
    tally.check("receipts without their case", len(lost), 0)
    tally.check("cases in the database", len(filed), len(receipts))
    tally.check(
        "cases in the figures",
        cells.aggregate(total=Sum("count"))["total"],
        len(receipts),
    )


def send_at_once(site: Municipality, tally: Tally) -> None:
    """Send one form many times at the same moment."""
    from deviations.models import Deviation

    words = f"Skickat många gånger, {secrets.token_hex(8)}."
    _, form = filled(site.address, words)
    ready = threading.Barrier(AT_ONCE)

    def post(_: int) -> tuple[int, str]:
        ready.wait()
        return send(site.address, form | {"do": "send"})

    with ThreadPoolExecutor(AT_ONCE) as pool:
        receipts = [receipt(page) for _, page in pool.map(post, range(AT_ONCE))]
    print(f"(c) the same form sent {AT_ONCE} times at once")
    tally.check("answers with a receipt", AT_ONCE - receipts.count(None), AT_ONCE)
    tally.check("different receipts", len(set(receipts)), 1)
    tally.check("cases", Deviation.objects.filter(description=words).count(), 1)


def main(*, quick: bool) -> int:
    """Do them all and return 1 if anything was lost."""
    from bench.municipality import started

    began = time.monotonic()
    tally = Tally()
    with started() as running:
        print(f"started in {time.monotonic() - began:.0f} s", flush=True)
        for percent in (30,) if quick else (30, 5, 40):
            kill_during_build(running, tally, percent)
        if not quick:
            wipe_while_filing(running, tally)
        send_at_once(running, tally)
        if not quick:
            stop_a_build(running, tally)
    outcome = "SOMETHING WAS LOST" if tally.failed else "nothing lost"
    print(f"{outcome}, {time.monotonic() - began:.0f} s")
    return int(tally.failed)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main(quick="--quick" in sys.argv))
