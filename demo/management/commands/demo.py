"""Try the product out: a whole municipality on this computer, with one command."""

import csv
import os
import secrets
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from argparse import ArgumentParser
from io import StringIO
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import check_password, make_password
from django.core.management import BaseCommand, CommandError, call_command
from django.db import connections, transaction
from django.utils import timezone

from analysis.models import TertialAnalysis
from casework.database.logins import LOGINS
from demo import embedded, processes
from demo.older_folder import other_version
from demo.scenario import cases
from demo.scenario.analysis import import_later_years, play_analysis
from demo.scenario.report import play_reports
from deviations.models import Deviation
from organisation.models import User
from organisation.rights import Role
from reports.models import Publication

DEMO_DIR = settings.BASE_DIR / "demo"
PEOPLE = DEMO_DIR / "people.csv"
USUAL_PORT = 8000
SECONDS_TO_ANSWER = 60


class Command(BaseCommand):
    """Start everything, load the municipality once, and stop everything on Ctrl-C."""

    help = "Starta en provkommun med egen databas, webbserver och bakgrundsarbete. Stoppa med Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the port, and leave to fill a database that is not the demo's own."""
        parser.add_argument(
            "--port", type=int, help="port på 127.0.0.1 (annars 8000 eller en ledig)"
        )
        parser.add_argument(
            "--force",
            action="store_true",
            help="fyll databasen i DATABASE_URL med påhittade uppgifter",
        )

    def handle(self, *, port: int | None, force: bool, **_options: Any) -> None:
        """Run until told to stop.  A database that is in use is never filled by mistake."""
        if not (force or embedded.is_own(os.environ.get("DATABASE_URL", ""))):
            raise CommandError(
                "DATABASE_URL är satt, och demo fyller databasen med påhittade personer och ärenden. "
                "Ta bort DATABASE_URL, eller kör med --force om databasen är till för det."
            )
        children: list[processes.Child] = []
        end_on_signals()
        try:
            port = free_port(port)
            address = f"http://127.0.0.1:{port}/"
            lead_links_to(address)
            self.set_older_aside()
            self.load()
            password = self.set_password()
            self.start(children, port)
            self.say(welcome(address, password))
            while True:
                time.sleep(0.5)
                for child in children:
                    child.tend(self.say)
        except KeyboardInterrupt:
            self.say("\nStoppar ...")
        finally:
            processes.stop(children)

    def say(self, text: str) -> None:
        """Write at once, also to a pipe."""
        self.stdout.write(text)
        self.stdout.flush()

    def set_older_aside(self) -> None:
        """Begin anew where the own database is of a version that this one cannot carry on; it is kept."""
        server = embedded.own_database(os.environ.get("DATABASE_URL", ""))
        if server is None or not (other := other_version(server)):
            return
        connections.close_all()
        home, kept = server.home, server.set_aside(timezone.localdate().isoformat())
        self.say(
            f"Provkommunen i {home} är gjord med en {other} version av Kvalitet, så den är sparad i {kept} "
            "och en ny görs."
        )
        # The settings hold the address and the passwords of the server that is gone.
        del os.environ["DATABASE_URL"]
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - this command

    def load(self) -> None:
        """Fill an empty database; each step is all or nothing, so an interrupted one is done again."""
        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        if Publication.objects.exists():  # what is played last
            return
        self.say("Läser in provkommunen, en gång ...")
        call_command("import_register", str(DEMO_DIR / "malmo"), stdout=StringIO())
        import_later_years(DEMO_DIR / "malmo")
        call_command("import_people", str(PEOPLE), stdout=StringIO())
        if not Deviation.objects.exclude(reporter=None).exists():
            cases.play()
        call_command("aggregate", all=True, stdout=StringIO())
        people = {user.username: user for user in User.objects.all()}
        if not TertialAnalysis.objects.exists():
            play_analysis(people)
        with transaction.atomic():
            play_reports(people)

    def set_password(self) -> str:
        """Return the password of all demo accounts: DEMO_PASSWORD, or one made once and kept in var/."""
        password = os.environ.get("DEMO_PASSWORD") or kept_password()
        people = get_user_model().objects.filter(
            username__in=[person["username"] for person in demo_people()]
        )
        first = people.first()
        # Left alone when it is right: a new one would end the sessions of last time.
        if first is None or not check_password(password, first.password):
            people.update(password=make_password(password))
        return password

    def start(self, children: list[processes.Child], port: int) -> None:
        """Start web server, worker and scheduler, and wait until the site answers."""
        logs = settings.VAR_DIR / "log"
        logs.mkdir(exist_ok=True)
        env = os.environ | {
            "REDIS_URL": os.environ.get("REDIS_URL") or embedded.ensure_broker()
        }
        env.pop("OWNER_DATABASE_URL", None)
        celery = [sys.executable, "-m", "celery", "--app", "kvalitet"]
        web = [
            sys.executable,
            "-m",
            "gunicorn",
            "kvalitet.wsgi",
            "--bind",
            f"127.0.0.1:{port}",
        ]
        for name, log, command in [
            (
                "Webbservern",
                "web.log",
                [*web, "--workers", "2", "--threads", "4", "--no-control-socket"],
            ),
            (
                "Arbetaren",
                "worker.log",
                [*celery, "worker", "--concurrency", "2", "--loglevel", "WARNING"],
            ),
            (
                "Schemaläggaren",
                "beat.log",
                [*celery, "beat", "--pidfile", "", "--loglevel", "WARNING"],
            ),
        ]:
            children.append(processes.Child(name, command, log=logs / log, env=env))
        if sealer := sealer_of(os.environ.get("DATABASE_URL", "")):
            children.append(
                processes.Child(
                    "Förseglaren",
                    [sys.executable, str(settings.BASE_DIR / "manage.py"), "seal"],
                    log=logs / "sealer.log",
                    env=env | sealer,
                )
            )
        deadline = time.monotonic() + SECONDS_TO_ANSWER
        while not answers(f"http://127.0.0.1:{port}/halsa/"):
            if children[0].is_down() or time.monotonic() > deadline:
                raise CommandError(f"Webbservern startar inte. Se {children[0].log}.")
            time.sleep(0.1)


def end_on_signals() -> None:
    """End in order on Ctrl-C, a request to stop, or a closed window; the rest of them are ignored."""
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def end(_number: int, _frame: FrameType | None) -> None:
        for sign in signals:
            signal.signal(sign, signal.SIG_IGN)
        raise KeyboardInterrupt

    for sign in signals:
        signal.signal(sign, end)
    if "MAKELEVEL" in os.environ:
        processes.end_with_parent()


def free_port(wanted: int | None) -> int:
    """Return the wanted port, or the usual one, or any free one."""
    for port in [wanted] if wanted else [USUAL_PORT, 0]:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except (OSError, OverflowError):
                continue
            return int(probe.getsockname()[1])
    raise CommandError(
        f"Port {wanted} är upptagen eller otillåten. Välj en annan: make demo PORT=8123, "
        "eller manage.py demo --port 8123."
    )


def lead_links_to(address: str) -> None:
    """Let mails and calendars name this address, also those that the programs started later will write.

    Whoever has set SITE_URL reaches the demo in another way, and keeps it.
    """
    settings.SITE_URL = os.environ["SITE_URL"] = os.environ.get("SITE_URL") or address


def answers(address: str) -> bool:
    """Tell whether the site is up, in whatever health."""
    try:
        with urllib.request.urlopen(address, timeout=5):  # noqa: S310 - our own address
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def kept_password() -> str:
    """Return the demo's random password, made on first use and readable by its owner only."""
    return kept_secret("demo_password", 12)


def kept_secret(name: str, length: int) -> str:
    path: Path = settings.VAR_DIR / name
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(length))
    return path.read_text()


def sealer_of(database: str) -> dict[str, str]:
    """Return what only the sealer is told; nothing where the database is another's, with a sealer of its own."""
    server = embedded.own_database(database)
    if server is None:
        return {}
    [login] = [login for login in LOGINS if login.name == "sealer"]
    return {
        login.setting: server.login_url(login),
        "SEALER_KEY": kept_secret("sealer_key", 48),
        "SEAL_FILE": str(settings.VAR_DIR / "heads.txt"),
    }


def demo_people() -> list[dict[str, str]]:
    with PEOPLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def welcome(address: str, password: str) -> str:
    """Return what the newcomer needs to know, as one text."""
    accounts = [
        f"    {person['username']:<18}{person['name']}, {Role(person['role']).label} ({person['unit']})"
        for person in demo_people()
    ]
    return "\n".join(
        [
            "",
            f"Kvalitet är igång: {address}",
            "",
            f"Logga in med något av kontona. Alla har lösenordet {password}",
            *accounts,
            "",
            f"Invånare lämnar synpunkter utan konto på {address}synpunkt/",
            "Stoppa med Ctrl-C. Det du har gjort finns kvar till nästa gång.",
        ]
    )
