"""Kill what can die, and count what is lost: ``python bench/faults.py [--quick]``.

Starts a municipality of its own (database, broker, web server, worker, scheduler) in a temporary
folder and does three things to it:

(a) the worker and all that it started are killed in the middle of a report build, three times;
(b) citizens file without pause while the broker is killed, its data wiped and started again;
(c) the same form is sent fifty times at once.

Prints what was counted and ends with 1 if anything was lost, done twice or answered with an error.
``--quick`` kills the worker once and leaves (b) out.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from html import unescape
from io import StringIO
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django

if TYPE_CHECKING:
    from casework.models import Job
    from reports.models import AnnualReport

ROOT = Path(__file__).resolve().parent.parent
SECONDS_TO_RECOVER = 90
BROKER_DEATHS, SECONDS_BETWEEN, SECONDS_DOWN = 4, 5, 2
CITIZENS, AT_ONCE = 4, 50
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
        fine = counted == wanted
        self.failed |= not fine
        print(f"  {what:<62} {counted!s:>8}{'' if fine else f'   SHOULD BE {wanted}'}", flush=True)

    def at_most(self, what: str, seconds: float, most: float) -> None:
        """Print how long something took, and remember when it was too long."""
        self.failed |= seconds > most
        print(f"  {what:<62} {seconds:>6.1f} s{'' if seconds <= most else f'   AT MOST {most}'}", flush=True)


class Site:
    """A whole municipality of its own, with children that can be killed."""

    def __init__(self, folder: Path) -> None:
        from kvalitet.embedded import Broker, Postgres

        folder.chmod(0o711)  # the servers may run as another account
        for name in ("postgres", "broker"):
            (folder / name).mkdir(mode=0o711)
        self.folder = folder
        self.database, self.broker = Postgres(folder / "postgres"), Broker(folder / "broker")
        self.children: list[Any] = []
        self.address = ""

    def start(self) -> None:
        """Start the servers, load the Malmö register and start the three programs."""
        from kvalitet.processes import Child

        self.database.acquire()
        self.broker.acquire()
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "kvalitet.settings",
            "DATABASE_URL": self.database.url(),
            "REDIS_URL": self.broker.url(),
            "SECRET_KEY": secrets.token_hex(32),
            "PLAIN_STATIC": "1",
            "DEBUG": "0",
        }
        load()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}/synpunkt/skriv/"
        python, celery = [sys.executable, "-m"], ["celery", "--app", "kvalitet"]
        web = ["gunicorn", "kvalitet.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "4"]
        beat = [*celery, "beat", "--pidfile", "", "--schedule", str(self.folder / "schedule")]
        for name, command in (
            ("worker", [*celery, "worker", "--concurrency", "2", "--loglevel", "WARNING"]),
            ("beat", [*beat, "--loglevel", "WARNING"]),
            ("web", [*web, "--no-control-socket"]),
        ):
            log = self.folder / f"{name}.log"
            self.children.append(Child(name, [*python, *command], log=log, env=os.environ))
        self.wait(self.answers, 60)

    def answers(self) -> bool:
        """Tell whether the site is up."""
        try:
            with urllib.request.urlopen(self.address, timeout=5):
                return True
        except OSError:
            return False

    def stop(self) -> None:
        """End everything that was started."""
        from kvalitet.processes import stop

        stop(self.children)
        self.broker.release()
        self.database.release()

    def wait(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Keep the programs running until something has happened; tell whether it did."""
        deadline = time.monotonic() + seconds
        while not (happened := condition()) and time.monotonic() < deadline:
            for child in self.children:
                child.tend(lambda words: print(f"  {words}", flush=True))
            time.sleep(0.1)
        return happened

    def kill_worker(self) -> None:
        """Kill the worker and all that it started, at once."""
        worker = self.children[0]
        worker.kill_group()
        worker.process.wait()

    def kill_broker(self) -> None:
        """Kill the broker and wipe everything that it knew."""
        pid = int((self.broker.data / self.broker.pid_file).read_text())
        os.kill(pid, signal.SIGKILL)
        while self.broker.alive():
            time.sleep(0.02)
        shutil.rmtree(self.broker.data)

    def revive_broker(self) -> None:
        """Start an empty broker at the same address."""
        self.broker.release()
        self.broker.acquire()


def load() -> None:
    """Fill the database with the Malmö register, counted."""
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("import_register", ROOT / "tests" / "data" / "malmo", stdout=StringIO())
    call_command("aggregate", stdout=StringIO())


# --- citizens ---------------------------------------------------------------------------------
def send(address: str, form: Form | None = None) -> tuple[int, str]:
    """Fetch or send the form; return status and page."""
    data = urllib.parse.urlencode(form).encode() if form else None
    try:
        with urllib.request.urlopen(address, data, timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode(errors="replace")
    except OSError as problem:
        return 0, str(problem)


def hidden(page: str) -> Form:
    """Return what the page's form carries along unseen."""
    return {name: unescape(value) for name, value in HIDDEN.findall(page)}


def filled(address: str, words: str) -> tuple[int, Form]:
    """Fetch the form and fill it in."""
    status, page = send(address)
    return status, hidden(page) | {"kind": "complaint", "description": words}


def receipt(page: str) -> tuple[str, str] | None:
    """Return number and code of a receipt."""
    number, code = NUMBER.search(page), CODE.search(page)
    return (number[0], code[0]) if number and code else None


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
            status, form = filled(self.address, f"Ingen svarade i telefonen, {secrets.token_hex(4)}.")
            if status == 200:
                status, page = send(self.address, form | {"do": "check"})
            if status == 200:
                status, page = send(self.address, hidden(page) | {"do": "send"})
            found = receipt(page) if status == 200 else None
            if found:
                self.receipts.append(found)
            else:
                self.problems.append(f"status {status}")


# --- the three faults -------------------------------------------------------------------------
def malmo_report() -> AnnualReport:
    """Return the report of the whole administration."""
    from organisation.models import Unit
    from reports.models import Template
    from reports.services import begin

    return begin(unit=Unit.objects.get(parent=None), year=YEAR, template=Template.MALMO, actor=None)


def kill_during_build(site: Site, tally: Tally, percent: int) -> None:
    """Ask for an edition, kill the worker when so much is done, and count what comes of it."""
    from casework.models import Job
    from reports.models import Edition
    from reports.services import request_build

    report = malmo_report()
    before = report.editions.count()
    job = request_build(report)
    here = Job.objects.filter(pk=job.pk)
    site.wait(lambda: here.filter(percent__gte=percent).exists(), 60)
    site.kill_worker()
    job.refresh_from_db()
    print(f"(a) worker killed at {job.percent} per cent of a report build")
    tally.check("editions when it died", report.editions.count() - before, 0)
    began = time.monotonic()
    site.children[0].start()
    site.wait(lambda: here.exclude(done_at=None).exists(), SECONDS_TO_RECOVER)
    tally.at_most("from new worker to finished report", time.monotonic() - began, SECONDS_TO_RECOVER)
    tally.check("editions of the job", Edition.objects.filter(job=job).count(), 1)
    tally.check("editions in all", report.editions.count() - before, 1)


def wipe_while_filing(site: Site, tally: Tally) -> None:
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
    site.wait(lambda: not pending.exists() and not Recount.objects.exists(), SECONDS_TO_RECOVER)
    print(f"(b) broker killed and wiped {BROKER_DEATHS} times while {CITIZENS} citizens filed")
    tally.at_most("from last restart to all done and counted", time.monotonic() - began, SECONDS_TO_RECOVER)
    count_filed(tally, citizens)
    tally.check(f"of {len(keys)} jobs written meanwhile, not done", pending.count(), 0)
    tally.check("of them given up", Job.objects.filter(pk__in=keys).exclude(failed_at=None).count(), 0)


def jobs_to_write() -> Iterator[Job]:
    """Ask for one report, and after that for one small thing after another."""
    from casework.jobs import enqueue
    from reports.services import request_build

    yield request_build(malmo_report())
    for year, number in product(range(1900, 2000), (1, 2, 3)):
        yield enqueue("analysis.close_tertial", year=year, number=number)


def count_filed(tally: Tally, citizens: list[Citizen]) -> None:
    """Look for every receipt in the database and in the figures."""
    from django.db.models import Sum
    from django.utils import timezone

    from analysis.models import Cell
    from deviations.codes import hash_of
    from deviations.models import Deviation

    receipts = [found for citizen in citizens for found in citizen.receipts]
    problems = [problem for citizen in citizens for problem in citizen.problems]
    filed = dict(Deviation.objects.exclude(follow_up_hash=None).values_list("number", "follow_up_hash"))
    cells = Cell.objects.filter(
        subject="deviations", basis="received", month=timezone.localdate().replace(day=1), channel="e_service"
    )
    print(f"  {'receipts given':<62} {len(receipts):>8}")
    tally.check("answers that were no receipt", len(problems), 0)
    tally.check("different numbers", len({number for number, _ in receipts}), len(receipts))
    lost = [number for number, code in receipts if filed.get(number) != hash_of(code)]
    tally.check("receipts without their case", len(lost), 0)
    tally.check("cases in the database", len(filed), len(receipts))
    tally.check("cases in the figures", cells.aggregate(total=Sum("count"))["total"], len(receipts))


def send_at_once(site: Site, tally: Tally) -> None:
    """Send one form many times at the same moment."""
    from deviations.models import Deviation

    words = f"Skickat många gånger, {secrets.token_hex(8)}."
    _, form = filled(site.address, words)
    ready = threading.Barrier(AT_ONCE)

    def post(_: int) -> tuple[int, str]:
        ready.wait()
        return send(site.address, form | {"do": "send"})

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(post, range(AT_ONCE)))
    print(f"(c) the same form sent {AT_ONCE} times at once")
    tally.check("answers with a receipt", sum(receipt(page) is not None for _, page in answers), AT_ONCE)
    tally.check("different receipts", len({receipt(page) for _, page in answers}), 1)
    tally.check("cases", Deviation.objects.filter(description=words).count(), 1)


@contextmanager
def site() -> Iterator[Site]:
    """Run with a site of its own, and show the end of its logs when it breaks."""
    with tempfile.TemporaryDirectory(prefix="kvalitet-faults-") as temporary:
        made = Site(Path(temporary))
        try:
            made.start()
            yield made
        except BaseException:
            for log in sorted(made.folder.glob("*.log")):
                print(f"--- {log.name}\n{log.read_text()[-2000:]}", file=sys.stderr)
            raise
        finally:
            made.stop()


def main(*, quick: bool) -> int:
    """Do all three and return 1 if anything was lost."""
    began = time.monotonic()
    tally = Tally()
    with site() as running:
        print(f"started in {time.monotonic() - began:.0f} s", flush=True)
        for percent in (30,) if quick else (30, 5, 40):
            kill_during_build(running, tally, percent)
        if not quick:
            wipe_while_filing(running, tally)
        send_at_once(running, tally)
    print(f"{'SOMETHING WAS LOST' if tally.failed else 'nothing lost'}, {time.monotonic() - began:.0f} s")
    return int(tally.failed)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main(quick="--quick" in sys.argv))
