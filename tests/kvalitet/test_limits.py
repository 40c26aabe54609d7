"""Nothing waits for ever: a page that cannot be had says so, and the health page always answers."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg
import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.models import F, Func, Value

from demo import embedded
from demo.embedded import Postgres
from kvalitet.operations.roles import as_owner
from organisation.models import Unit
from tests.factories import make_unit
from tests.programs import ROOT, ask, free_port, running, wait_until

THREADS = 2
# What the pages of these tests ask for; each start of Django takes seconds.
MIGRATE = """
import django
django.setup()
from django.core.management import call_command
for app in ("organisation", "sessions"):
    call_command("migrate", app, verbosity=0)
"""
A_SESSION = f"kvalitet={'a' * 32}"


@dataclass
class Site:
    """A web server, with a database server of its own that may be hurt."""

    port: int
    server: Postgres
    log: Path

    def get(self, path: str, *, cookie: str = "") -> tuple[int, str, float]:
        """Return status, page and how long it took."""
        began = time.monotonic()
        sent = f"Cookie: {cookie}\r\n" if cookie else ""
        head = (
            f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{sent}Connection: close\r\n\r\n"
        )
        answer = ask(self.port, head.encode()).decode()
        status = int(answer.split()[1]) if answer else 0
        return status, answer, time.monotonic() - began

    def is_well(self) -> bool:
        return self.get("/halsa/")[0] == 200

    @contextlib.contextmanager
    def asking(
        self, path: str, times: int = 1, *, cookie: str = ""
    ) -> Iterator[list[tuple[int, str, float]]]:
        """Have some visitors wait for a page meanwhile; what they got is there afterwards."""
        answers: list[tuple[int, str, float]] = []

        def visit() -> None:
            answers.append(self.get(path, cookie=cookie))

        threads = [threading.Thread(target=visit) for _ in range(times)]
        for thread in threads:
            thread.start()
        time.sleep(0.5)
        yield answers
        for thread in threads:
            thread.join()

    @contextlib.contextmanager
    def hanging(self) -> Iterator[Callable[[], None]]:
        """Let the database server take what is sent and answer nothing, until told to go on."""
        stopped = self.processes()

        def go_on() -> None:
            for process in stopped:
                with contextlib.suppress(
                    psutil.NoSuchProcess
                ):  # its client left meanwhile
                    process.send_signal(signal.SIGCONT)

        for process in stopped:
            process.send_signal(signal.SIGSTOP)
        try:
            yield go_on
        finally:
            go_on()

    def processes(self) -> list[psutil.Process]:
        main = psutil.Process(
            int((self.server.data / "postmaster.pid").read_text().split()[0])
        )
        return [main, *main.children()]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("limits")
    server = Postgres(
        embedded._home(folder / "postgres", Postgres.program()), durable=False
    )
    server.acquire()
    own = {
        "DJANGO_SETTINGS_MODULE": "kvalitet.settings",
        "OWNER_DATABASE_URL": server.owner_url(),
    }
    migrate = [sys.executable, "-c", MIGRATE]
    subprocess.run(
        migrate,
        cwd=ROOT,
        env=os.environ | own | {"DATABASE_URL": server.url()},
        check=True,
    )
    with psycopg.connect(server.owner_url()) as link:
        link.execute("CREATE TABLE held AS SELECT 1 AS one")
        link.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO kvalitet_app")
    site = Site(free_port(), server, folder / "web.log")
    web = [
        "gunicorn",
        "kvalitet.wsgi",
        "--bind",
        f"127.0.0.1:{site.port}",
        "--threads",
        str(THREADS),
    ]
    short = {"WEB_STATEMENT_SECONDS": "2", "WEB_LOCK_SECONDS": "1"}
    own = {"DJANGO_SETTINGS_MODULE": "tests.failing_settings", **short}
    with running([*web, "--no-control-socket"], site.log, server.url(), **own):
        wait_until(site.is_well)
        yield site
    server.release()


def assert_calm(answer: tuple[int, str, float], words: str) -> None:
    status, page, _ = answer
    assert status == 503
    assert "Retry-After: 10" in page
    assert words in page
    assert "112" in page


def test_page_whose_question_takes_too_long_is_ended(site: Site) -> None:
    answer = site.get("/fraga/sleep/")

    assert_calm(answer, "Sidan tog för lång tid")
    assert answer[2] < 15


def test_page_that_waits_for_a_lock_is_ended(site: Site) -> None:
    with psycopg.connect(site.server.owner_url()) as link:
        link.execute("LOCK TABLE held")
        assert_calm(site.get("/fraga/lock/"), "Sidan tog för lång tid")


def test_page_whose_connection_is_cut_says_so_and_the_next_one_is_well(
    site: Site,
) -> None:
    admin = site.server._address("postgres", "kvalitet")
    with site.asking("/fraga/sleep/") as answers, psycopg.connect(admin) as link:
        link.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'kvalitet_app'"
        )

    assert_calm(answers[0], "Tjänsten är stängd en kort stund")
    assert site.get("/fraga/one/")[0] == 200


def test_health_answers_while_all_threads_wait(site: Site) -> None:
    with site.asking("/fraga/sleep/", times=2 * THREADS):
        status, _, seconds = site.get("/halsa/")

    assert status == 200
    assert seconds < 2  # a thread is free when its question is ended, after two seconds


def test_health_answers_while_the_database_hangs(site: Site) -> None:
    assert site.get("/fraga/one/")[0] == 200
    with site.hanging() as go_on, site.asking("/fraga/one/", times=2 * THREADS):
        status, page, _ = site.get("/halsa/")
        go_on()

    assert (status, '"alive": true, "ready": false' in page) == (503, True)
    wait_until(site.is_well)


@pytest.mark.parametrize("path", ["/halsa/", "/halsa/finns-inte/"])
def test_health_answers_though_somebody_with_a_session_asked_for_it(
    site: Site, path: str
) -> None:
    site.get(path, cookie=A_SESSION)  # opens the connection by which it is looked up
    with site.hanging() as go_on, site.asking(path, cookie=A_SESSION):
        status, _, seconds = site.get("/halsa/")
        go_on()

    assert status == 503
    assert seconds < 6  # two seconds each, one after the other
    wait_until(site.is_well)


def test_health_answers_though_somebody_began_to_ask_and_went_silent(
    site: Site,
) -> None:
    with socket.create_connection(("127.0.0.1", site.port)) as silent:
        silent.sendall(b"GET /halsa/ HTTP/1.1\r\n")
        time.sleep(0.2)

        assert site.is_well()


def test_request_that_says_unreadably_what_it_holds_holds_nothing(site: Site) -> None:
    head = b"GET /fraga/one/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: a/b; charset*=nope''c\r\n"

    assert ask(site.port, head + b"Connection: close\r\n\r\n").startswith(
        b"HTTP/1.1 200 "
    )


def test_page_without_its_database_says_so_until_it_is_back(site: Site) -> None:
    os.kill(site.processes()[0].pid, signal.SIGINT)
    wait_until(lambda: not site.server.alive())
    away, health = site.get("/fraga/one/"), site.get("/halsa/")
    again = Postgres(site.server.home, durable=False)
    again.acquire()

    assert_calm(away, "Tjänsten är stängd en kort stund")
    assert health[0] == 503
    wait_until(site.is_well)
    assert site.get("/fraga/one/")[0] == 200
    again.release()
    written = site.log.read_text()
    assert "ERROR django.request 503 GET /fraga/<name>/" in written
    assert "  File " not in written  # one line each: an outage does not fill the disk


# --- which limits -----------------------------------------------------------------------------
NAMES = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")


ASK = """
import django
django.setup()
from django.db import connection
with connection.cursor() as cursor:
    for name in {names}:
        cursor.execute("SHOW " + name)
        print(cursor.fetchone()[0])
print(connection.settings_dict["DISABLE_SERVER_SIDE_CURSORS"])
print(connection.settings_dict["OPTIONS"]["connect_timeout"])
"""


def limits(code: str) -> list[str]:
    """Return the limits of a connection in a new process that runs some code first."""
    program = [sys.executable, "-c", code + ASK.format(names=NAMES)]
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "kvalitet.settings"}
    done = subprocess.run(
        program, cwd=ROOT, env=env, capture_output=True, check=True, text=True
    )
    return done.stdout.split()


def test_pages_wait_briefly_and_use_no_cursor_of_the_server() -> None:
    assert limits("import kvalitet.wsgi") == ["30s", "5s", "1min", "True", "3"]


def test_work_in_the_background_takes_its_time() -> None:
    assert limits("import kvalitet.celery") == ["0", "1min", "10min", "False", "3"]


@pytest.mark.django_db(transaction=True)
def test_migrations_give_up_a_lock_soon() -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("5s",)
        call_command("migrate", verbosity=0)


@pytest.mark.django_db(transaction=True)
def test_rows_read_one_by_one_are_ended_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the web server is set; a cursor of the server would read to the end."""
    make_unit()
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)
    slow = Unit.objects.annotate(
        slept=Func(F("pk") * 0 + Value(3), function="pg_sleep", output_field=None)
    )
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 200")
    try:
        with pytest.raises(OperationalError, match="statement timeout"):
            list(slow.values_list("pk", "slept").iterator())
    finally:
        connection.close()
