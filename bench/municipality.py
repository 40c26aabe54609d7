"""A whole municipality of its own in a temporary folder, whose programs can be killed."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import django

from demo.embedded import Broker, Postgres
from demo.processes import Child, stop

ROOT = Path(__file__).resolve().parent.parent


class Municipality:
    """Its database, broker, worker, scheduler and web server."""

    def __init__(self, folder: Path) -> None:
        folder.chmod(0o711)  # the servers may run as another account
        for name in ("postgres", "broker"):
            (folder / name).mkdir(mode=0o711)
        self.folder = folder
        self.database, self.broker = (
            Postgres(folder / "postgres"),
            Broker(folder / "broker"),
        )
        self.children: list[Child] = []
        self.address = ""

    def start(self) -> None:
        """Start the servers, load the Malmö register and start the three programs."""
        self.database.acquire()
        self.broker.acquire()
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "kvalitet.settings",
            "DATABASE_URL": self.database.url(),
            "OWNER_DATABASE_URL": self.database.owner_url(),
            "REDIS_URL": self.broker.url(),
            "SECRET_KEY": secrets.token_hex(32),
            "PLAIN_STATIC": "1",
            "DEBUG": "0",
            "BEHIND_PROXY": "1",  # citizens come from many places, each with its own share
        }
        load()
        del os.environ["OWNER_DATABASE_URL"]  # the programs run as the app role
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}/synpunkt/skriv/"
        python, celery = [sys.executable, "-m"], ["celery", "--app", "kvalitet"]
        web = [
            "gunicorn",
            "kvalitet.wsgi",
            "--bind",
            f"127.0.0.1:{port}",
            "--workers",
            "2",
            "--threads",
            "4",
        ]
        beat = [
            *celery,
            "beat",
            "--pidfile",
            "",
            "--schedule",
            str(self.folder / "schedule"),
        ]
        for name, command in (
            (
                "worker",
                [*celery, "worker", "--concurrency", "2", "--loglevel", "WARNING"],
            ),
            ("beat", [*beat, "--loglevel", "WARNING"]),
            ("web", [*web, "--no-control-socket"]),
        ):
            log = self.folder / f"{name}.log"
            self.children.append(
                Child(name, [*python, *command], log=log, env=os.environ)
            )
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
    call_command(
        "import_register", ROOT / "tests" / "data" / "malmo", stdout=StringIO()
    )
    call_command("aggregate", stdout=StringIO())


@contextmanager
def started() -> Iterator[Municipality]:
    """Run with a municipality of its own, and show the end of its logs when it breaks."""
    made = Municipality(Path(tempfile.mkdtemp(prefix="kvalitet-faults-")))
    try:
        made.start()
        yield made
    except BaseException:
        for log in sorted(made.folder.glob("*.log")):
            print(f"--- {log.name}\n{log.read_text()[-2000:]}", file=sys.stderr)
        raise
    finally:
        made.stop()
        remove(made.folder)


def remove(folder: Path) -> None:
    """Remove the folder; the servers' keepers may touch their locks in it for another moment."""
    deadline = time.monotonic() + 5
    while folder.exists() and time.monotonic() < deadline:
        shutil.rmtree(folder, ignore_errors=True)
        time.sleep(0.4)
