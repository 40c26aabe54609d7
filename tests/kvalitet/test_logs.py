"""Whatever fails, no log says what people have written: a secret word is in everything, and in no log."""

from __future__ import annotations

import contextlib
import io
import logging
import re
import smtplib
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from celery import Celery, shared_task
from django.db import connection
from django.test import Client

from casework.background import jobs
from casework.background.faults import without_values
from casework.background.jobs import handler
from casework.files.pdf.asking import Data, PdfError, render_pdf
from casework.files.pdf.child import FAILED, FAULT, guarded
from casework.models import Job
from demo import embedded
from demo.embedded import SILENT, Broker, Postgres
from kvalitet.operations.logs import CONFIG, configure
from tests.failing import SECRET, ways
from tests.programs import ask, free_port, running, wait_until

ROOT = embedded.VAR_DIR.parent
TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00 [A-Z]+ \S+ ")

Read = Callable[[], str]


@pytest.fixture
def logged() -> Iterator[Read]:
    """Log as the settings say, but to a place that can be read; return what was written."""
    stream = io.StringIO()
    console = CONFIG["handlers"]["console"] | {"stream": stream}
    configure(CONFIG | {"handlers": {"console": console}})
    yield stream.getvalue
    configure(CONFIG)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ways)
def test_page_that_fails_tells_no_log_what_it_held(
    name: str, logged: Read, settings: Any
) -> None:
    settings.ROOT_URLCONF = "tests.failing"
    client = Client(raise_request_exception=False, headers={"user-agent": SECRET})
    with contextlib.suppress(ValueError):
        answer = client.post(f"/fel/{name}/{SECRET}/?sok={SECRET}", {"text": SECRET})
        if answer.streaming:
            b"".join(answer)
    written = logged()

    assert SECRET.lower() not in written.lower()
    if name != "answer_that_breaks_in_the_middle":  # that is gunicorn's to tell
        assert TIME.match(written)
        assert "POST /fel/<name>/<key>/" in written


def test_fault_is_told_by_kind_code_and_place() -> None:
    try:
        ways["fault_that_comes_of_another"]()
    except RuntimeError as error:
        told = without_values(error).splitlines()

    assert told[1] == "builtins.KeyError"
    assert told[-1] == "builtins.RuntimeError"
    assert re.fullmatch(
        r'  File ".*/tests/failing\.py", line \d+, in fault_that_comes_of_another',
        told[0],
    )


@pytest.mark.django_db
def test_fault_of_the_database_is_told_by_rule_and_table() -> None:
    with pytest.raises(Exception, match=SECRET) as caught:
        ways["row_that_is_there_already"]()
    told = without_values(caught.value)

    assert (
        "psycopg.errors.UniqueViolation sqlstate=23505 table=organisation_unit constraint="
        in told
    )
    assert SECRET not in told


# --- jobs and mail ----------------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", sorted(ways.keys() - {"answer_that_breaks_in_the_middle"})
)
def test_job_that_fails_tells_neither_log_nor_its_row(name: str, logged: Read) -> None:
    @handler(f"tests.{name}")
    def fail(job: Job, tick: jobs.Tick) -> jobs.Effect:
        return lambda: ways[name] and ways[name]()

    job = jobs.enqueue(f"tests.{name}")
    assert jobs.run(job.pk) is False
    written = logged()
    job.refresh_from_db()

    assert f"job {job.pk} of kind tests.{name} failed" in written
    assert SECRET.lower() not in f"{written}{job.problem}{job.doing}".lower()


def test_mail_server_that_names_the_receiver_is_told_by_its_code() -> None:
    told = without_values(smtplib.SMTPDataError(554, f"{SECRET} is spam".encode()))

    assert told == "smtplib.SMTPDataError smtp_code=554"


# --- the programs around us -------------------------------------------------------------------
@shared_task(name="tests.fail")
def fail(word: str, *, named: str) -> None:
    """Fail with what the task was given."""
    raise ValueError(f"{word} and {named}")


def test_task_that_fails_tells_its_name_and_nothing_it_was_given(logged: Read) -> None:
    fail.apply(args=[SECRET], kwargs={"named": SECRET})
    written = logged()

    assert "Task tests.fail[" in written
    assert "raised unexpected" in written
    assert SECRET not in written


def test_library_that_quotes_is_told_by_its_own_words(logged: Read) -> None:
    strange = logging.getLogger("strange.library")
    strange.warning("cannot read %s on line %d", SECRET, 7)
    strange.error(f"cannot read {SECRET}")
    strange.error(ValueError(SECRET))
    strange.critical("cannot read %(what)s", {"what": SECRET})
    strange.error("stopped", exc_info=ValueError(SECRET))
    written = logged().splitlines()

    assert "cannot read … on line 7 (test_logs.py:" in written[0]
    assert written[1].split()[3:] == [
        f"(test_logs.py:{_line_of('strange.error(f')}",
        f"{_TEST})",
    ]
    assert "builtins.ValueError" in written
    assert SECRET not in "".join(written)


_TEST = "test_library_that_quotes_is_told_by_its_own_words"


def _line_of(words: str) -> int:
    lines = (ROOT / "tests/kvalitet/test_logs.py").read_text().splitlines()
    return next(
        number for number, line in enumerate(lines, 1) if line.strip().startswith(words)
    )


def test_message_of_several_lines_is_one_line(logged: Read) -> None:
    logging.getLogger("casework").error("first\n2026 ERROR forged")

    assert logged().count("\n") == 1


def test_thread_that_fails_tells_no_value(logged: Read) -> None:
    def stop() -> None:
        raise ValueError(SECRET)

    thread = threading.Thread(target=stop)
    thread.start()
    thread.join()
    written = logged()

    assert "builtins.ValueError" in written
    assert SECRET not in written


def test_layout_that_fails_tells_the_places_that_its_parent_logs(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert guarded(ways["fault_that_comes_of_another"]) == FAILED
    written = capsys.readouterr().err

    assert "fault: builtins.RuntimeError" in written.splitlines()
    assert all(line.startswith(FAULT) for line in written.splitlines())
    assert SECRET not in written


def test_layout_that_fails_is_logged_by_its_places(logged: Read) -> None:
    with pytest.raises(PdfError, match="fel i systemet"):
        render_pdf(
            f"<p>{SECRET}</p>", archive=True, data=[Data(SECRET, SECRET, SECRET, 1)]
        )  # type: ignore[arg-type]
    written = logged()

    assert "pdf failed, code 1" in written
    assert re.search(r'File ".*/casework/files/pdf/\w+\.py", line \d+', written)
    assert SECRET not in written


# --- the programs themselves ------------------------------------------------------------------
def this_database() -> str:
    return "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(
        **connection.settings_dict
    )


@pytest.mark.django_db(transaction=True)  # what the server stores is stored
def test_web_server_logs_no_secret(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    port = free_port()
    web = [
        "gunicorn",
        "kvalitet.wsgi",
        "--bind",
        f"127.0.0.1:{port}",
        "--threads",
        "2",
        "--no-control-socket",
    ]
    head = b"HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    word = SECRET.encode()
    with running(
        web, log, this_database(), DJANGO_SETTINGS_MODULE="tests.failing_settings"
    ):
        wait_until(lambda: ask(port, b"GET / " + head))
        for name in ways:
            ask(port, f"GET /fel/{name}/{SECRET}/?sok={SECRET} ".encode() + head)
        ask(port, b"GET /" + word + b" HTTP/nine\r\n\r\n")
        ask(
            port,
            b"GET / HTTP/1.1\r\nHost: localhost\r\n"
            + word
            + b" x: "
            + word
            + b"\r\n\r\n",
        )
        ask(port, b"GET / HTTP/1.1\r\nHost: " + word + b"\r\nConnection: close\r\n\r\n")
    written = log.read_text()

    assert "gunicorn.error Listening at: http://127.0.0.1" in written
    assert "500 GET /fel/<name>/<key>/" in written
    assert (
        "gunicorn.error Error handling request" in written
    )  # the answer that broke in the middle
    assert SECRET.lower() not in written.lower()
    assert [
        line
        for line in written.splitlines()
        if not (TIME.match(line) or FAULT_LINE.match(line))
    ] == []


@pytest.mark.django_db(transaction=True)
def test_worker_logs_no_secret(tmp_path: Path) -> None:
    log, home = (
        tmp_path / "worker.log",
        embedded._home(tmp_path / "broker", Broker.program()),
    )
    broker = Broker(home)
    broker.acquire()
    worker = [
        "celery",
        "--app",
        "kvalitet",
        "worker",
        "--concurrency",
        "1",
        "--loglevel",
        "INFO",
    ]
    try:
        with (
            running(worker, log, this_database(), REDIS_URL=broker.url()),
            Celery(broker=broker.url()) as app,
        ):
            wait_until(lambda: " ready." in log.read_text())
            app.send_task("casework.tasks.run_job", kwargs={"job_id": SECRET})
            app.send_task(
                "casework.tasks.run_job", args=[SECRET], kwargs={"name": SECRET}
            )
            app.send_task(f"tests.{SECRET}", args=[SECRET])
            wait_until(lambda: log.read_text().count(" ERROR ") >= 3)
        written = log.read_text()
    finally:
        broker.release()

    assert "Task casework.tasks.run_job[" in written
    assert "builtins.ValueError" in written
    assert SECRET.lower() not in written.lower()


FAULT_LINE = re.compile(r'  File "|[\w.]+( \w+=\S+)*$')


# --- PostgreSQL -------------------------------------------------------------------------------
STATEMENTS = (
    f"INSERT INTO people (name, age) VALUES ('{SECRET}', -1)",
    f"INSERT INTO people (name, age) VALUES ('{SECRET}', 1), ('{SECRET}', 1)",
    f"SELECT '{SECRET}'::integer",
    f"SELECT '{SECRET}'::date",
    f"SELECT {SECRET}",
    f"SELECT {SECRET}(1)",
    f"SET statement_timeout = 20; SELECT pg_sleep(5), '{SECRET}'",
    f"DO $$ BEGIN RAISE EXCEPTION '{SECRET}'; END $$",
    f"DO $$ BEGIN RAISE WARNING '{SECRET}'; END $$",
    f"SELECT convert_from('\\xc328', 'UTF8'), '{SECRET}'",
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    server = Postgres(
        embedded._home(tmp_path_factory.mktemp("log") / "postgres", Postgres.program())
    )
    server.acquire()
    with psycopg.connect(server.owner_url()) as link:
        link.execute("CREATE TABLE people (name text UNIQUE, age int CHECK (age > 0))")
        link.execute("GRANT ALL ON people TO kvalitet_app")
    yield server
    server.release()


def test_database_that_refuses_logs_no_row(server: Postgres) -> None:
    for statement in STATEMENTS:
        with contextlib.suppress(psycopg.Error), psycopg.connect(server.url()) as link:
            link.execute(statement)
    with contextlib.suppress(psycopg.Error), psycopg.connect(server.url()) as link:
        link.execute("INSERT INTO people VALUES (%s, %s)", [SECRET, -1], prepare=True)
    with (
        contextlib.suppress(psycopg.Error),
        psycopg.connect(server.url()) as link,
        link.cursor().copy("COPY people FROM STDIN") as copy,
    ):
        copy.write(f"{SECRET}\t{SECRET}\n")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(server.url().replace("kvalitet_app:", "kvalitet_app:fel"))
    written = server._log.read_text()

    assert (
        "password authentication failed" in written
    )  # it does log what concerns who runs it
    assert SECRET.lower() not in written.lower()


def test_locks_that_wait_for_each_other_log_no_row(server: Postgres) -> None:
    with psycopg.connect(server.owner_url(), autocommit=True) as link:
        link.execute(
            f"CREATE TABLE pair AS SELECT n, '{SECRET}' AS word FROM generate_series(1, 2) n"
        )
    ready = threading.Barrier(2)

    def cross(*order: int) -> None:
        with (
            contextlib.suppress(psycopg.Error),
            psycopg.connect(server.owner_url()) as link,
        ):
            link.execute(f"UPDATE pair SET word = '{SECRET}1' WHERE n = {order[0]}")
            ready.wait()
            link.execute(f"UPDATE pair SET word = '{SECRET}2' WHERE n = {order[1]}")

    threads = [threading.Thread(target=cross, args=order) for order in ((1, 2), (2, 1))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert SECRET.lower() not in server._log.read_text().lower()


def test_compose_file_starts_a_database_as_silent_as_ours() -> None:
    text = (ROOT / "docker-compose.yml").read_text()

    assert (
        dict(re.findall(r"^      - --(log_\w+)=(\S+)$", text, re.MULTILINE)) == SILENT
    )


def test_guide_names_every_setting_of_the_log() -> None:
    guide = (ROOT / "docs/drift.md").read_text()

    assert [
        name for name, value in SILENT.items() if f"{name} = {value}" not in guide
    ] == []
