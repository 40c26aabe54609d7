"""The own servers: they start anywhere, are shared, survive every crash and let nobody in."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from demo import embedded
from demo.embedded import Broker, Postgres
from demo.embedded_server import EmbeddedError

ONCE = Retry(NoBackoff(), 0)
ROOT = Path(__file__).resolve().parents[2]


def remove(folder: Path) -> None:
    """Remove a folder in which a server that was told to stop may still be writing its last files."""
    deadline = time.monotonic() + 20
    while folder.exists():
        shutil.rmtree(folder, ignore_errors=True)
        assert time.monotonic() < deadline, f"{folder} is still in use"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder made by someone who keeps everything to himself; root's lies in /var/tmp."""
    folder = tmp_path_factory.mktemp("own") / "postgres"
    mask = os.umask(0o077)
    home = embedded._home(folder, Postgres.program())
    os.umask(mask)
    yield home
    if home != folder:
        remove(home)


@pytest.fixture
def server(home: Path) -> Iterator[Postgres]:
    server = Postgres(home, durable=False)
    server.acquire()
    yield server
    server.release()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    home = embedded._home(tmp_path / "broker", Broker.program())
    broker = Broker(home)
    broker.acquire()
    yield broker
    broker.release()
    remove(home)


def user_process(home: Path, *, then: str) -> subprocess.Popen[str]:
    """Start another process that uses the server of the folder, and wait until it does."""
    code = (
        "from pathlib import Path; from demo.embedded import Postgres\n"
        f"server = Postgres(Path({str(home)!r}), durable=False); server.acquire()\n"
        f"print('ready', flush=True)\n{then}"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert process.stdout is not None
    with process.stdout:
        assert process.stdout.readline() == "ready\n"
    return process


def server_pid(home: Path) -> int:
    return int((home / "data" / "postmaster.pid").read_text().split()[0])


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def test_url_opens_the_database_as_an_ordinary_role(server: Postgres) -> None:
    with psycopg.connect(server.url()) as link:
        row = link.execute(
            "SELECT current_database(), current_setting('is_superuser')"
        ).fetchone()
    assert row == ("kvalitet", "off")


def test_swedish_letters_fold_case(server: Postgres) -> None:
    with psycopg.connect(server.url()) as link:
        assert link.execute("SELECT lower('ÅÄÖ')").fetchone() == ("åäö",)


def test_wrong_password_is_refused(server: Postgres) -> None:
    with pytest.raises(
        psycopg.OperationalError, match="password authentication failed"
    ):
        psycopg.connect(f"postgres://kvalitet:fel@127.0.0.1:{server.port()}/kvalitet")


def test_password_is_in_no_command_line_and_no_readable_file(server: Postgres) -> None:
    assert (server.home / "password").stat().st_mode & 0o077 == 0
    assert server.data.stat().st_mode & 0o077 == 0
    assert server.password() not in " ".join(server.command())


def test_two_processes_share_one_server_and_the_last_one_stops_it(home: Path) -> None:
    first = user_process(home, then="import signal; signal.pause()")
    pid = server_pid(home)
    second = Postgres(home, durable=False)
    second.acquire()
    first.kill()
    first.wait()
    assert server_pid(home) == pid
    assert second.alive()
    second.release()
    assert not second.alive()


def test_a_killed_process_leaves_no_server_behind(home: Path) -> None:
    process = user_process(home, then="import os; os.kill(os.getpid(), 9)")
    process.wait()
    server = Postgres(home, durable=False)
    wait_until(lambda: not server.alive())


def test_a_server_that_survived_everyone_is_used_again(home: Path) -> None:
    process = user_process(home, then="import signal; signal.pause()")
    before = server_pid(home)
    for keeper in psutil.process_iter(["cmdline"]):
        if str(home) in (keeper.info["cmdline"] or []):
            keeper.kill()
    process.kill()
    process.wait()
    server = Postgres(home, durable=False)
    server.acquire()
    assert server_pid(home) == before
    server.release()
    assert not server.alive()


def test_rows_are_there_after_the_server_was_killed(home: Path) -> None:
    first = Postgres(home)
    first.acquire()
    with psycopg.connect(first.owner_url(), autocommit=True) as link:
        link.execute("CREATE TABLE kept AS SELECT 1 AS one")
    os.kill(server_pid(home), signal.SIGKILL)
    wait_until(lambda: not first.alive())
    second = Postgres(home)
    second.acquire()
    with psycopg.connect(second.owner_url(), autocommit=True) as link:
        assert link.execute("SELECT one FROM kept").fetchone() == (1,)
        link.execute("DROP TABLE kept")
    second.release()
    first.release()
    assert not second.alive()


def test_a_number_left_by_a_crash_that_another_process_has_now_is_never_signalled(
    home: Path,
) -> None:
    with subprocess.Popen(["sleep", "60"]) as stranger:
        (home / "data" / "postmaster.pid").write_text(
            f"{stranger.pid}\n{home}/data\n1\n1\n\n127.0.0.1\n"
        )
        server = Postgres(home, durable=False)
        server.acquire()
        assert server_pid(home) != stranger.pid
        server.release()
        assert stranger.poll() is None
        stranger.kill()


def test_a_forked_child_does_not_stop_its_parents_server(server: Postgres) -> None:
    child = os.fork()
    if child == 0:
        server.release()
        os._exit(0)
    os.waitpid(child, 0)
    assert server.alive()


def test_a_port_that_is_taken_is_replaced(home: Path) -> None:
    server = Postgres(home, durable=False)
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", server.port()))
        other.listen()
        server.acquire()
        assert server.port() != other.getsockname()[1]
        server.release()


def test_a_folder_that_others_can_write_to_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    with pytest.raises(EmbeddedError, match="kan ändras av andra"):
        embedded._home(tmp_path, Postgres.program())


def test_the_broker_refuses_whoever_lacks_the_password(broker: Broker) -> None:
    with (
        redis.Redis(port=broker.port(), retry=ONCE) as client,
        pytest.raises(redis.AuthenticationError),
    ):
        client.ping()


def test_the_broker_keeps_what_it_got_when_it_is_killed(broker: Broker) -> None:
    with redis.Redis.from_url(broker.url(), retry=ONCE) as client:
        client.set("kept", "yes")
        time.sleep(1.2)  # the log is written to disk every second
    os.kill(int((broker.data / broker.pid_file).read_text()), signal.SIGKILL)
    wait_until(lambda: not broker.alive())
    again = Broker(broker.home)
    again.acquire()
    with redis.Redis.from_url(again.url(), retry=ONCE) as client:
        assert client.get("kept") == b"yes"
    again.release()
