"""The services of the compose file as plain programs of this machine: no container engine is needed.

PostgreSQL, the broker, migrations, web server, worker, scheduler and proxy are started by the file's own
commands, with its own environment and nothing else in it, from a copy of what the image gets a copy of.
Only the names of other services and the folders of containers are exchanged for this machine's own.
"""

from __future__ import annotations

import fnmatch
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg

from demo.embedded import Broker, Postgres
from demo.processes import Child, stop
from deploy.certificate import write_certificate
from deploy.compose import (
    ROOT,
    ComposeError,
    Service,
    command_of_image,
    filled_example,
    left_out_of_image,
    services,
)
from deploy.visitor import Site, Visitor

SECONDS_TO_START = 60


class Database(Postgres):
    """PostgreSQL as the compose file has it made."""

    def __init__(self, home: Path, service: Service) -> None:
        super().__init__(home)
        self.superuser = service.environment["POSTGRES_USER"]
        self.options = tuple(
            shlex.split(service.environment.get("POSTGRES_INITDB_ARGS", ""))
        )
        self.name = service.environment.get("POSTGRES_DB", self.superuser)
        self.settings = service.command[1:]  # after the program's name
        self.write("password", service.environment["POSTGRES_PASSWORD"])

    def command(self) -> list[str]:
        return [*super().command(), *self.settings]

    def connect(self) -> None:
        with psycopg.connect(
            self.url("postgres"), autocommit=True, connect_timeout=5
        ) as link:
            if (
                link.execute(
                    "SELECT FROM pg_database WHERE datname = %s", [self.name]
                ).fetchone()
                is None
            ):
                link.execute(
                    psycopg.sql.SQL("CREATE DATABASE {}").format(
                        psycopg.sql.Identifier(self.name)
                    )
                )

    def url(self, database: str = "") -> str:
        return f"postgres://{self.superuser}:{self.password()}@127.0.0.1:{self.port()}/{database or self.name}"


class Processes:
    """The whole of it in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        folder.chmod(0o711)  # PostgreSQL and the proxy's workers run as another account
        self.folder = folder
        self.values = filled_example()
        self.services = services(self.values)
        self.children: list[Child] = []
        self.database: Database | None = None
        self.ports = dict(
            zip(("broker", "web", "http", "https"), free_ports(4), strict=True)
        )
        self.exchanged = {
            "@broker:6379": f"@127.0.0.1:{self.ports['broker']}",
            "0.0.0.0:8000": f"127.0.0.1:{self.ports['web']}",
        }
        host = self.values["ALLOWED_HOSTS"].split(",")[0]
        trust = write_certificate(folder / "tls", host)
        self.site = Site(host, self.ports["https"], self.ports["http"], trust)

    # --- start --------------------------------------------------------------------------------
    def start(self) -> None:
        """Start all services in the order of the file, and wait until the proxy says that all is well."""
        self._copy_application()
        self._collect_static_files()
        for service in self.services.values():
            begin = {
                "database": self._start_database,
                "broker": self._start_broker,
                "proxy": self._start_proxy,
            }.get(service.name, self._start_application)
            begin(service)
        self._wait(self.is_ready, "the site does not answer through the proxy")

    def is_ready(self) -> bool:
        try:
            return Visitor(self.site).open("/halsa/").status == 200
        except OSError:
            return False

    def _copy_application(self) -> None:
        patterns = left_out_of_image()

        def is_left_out(path: str) -> bool:
            return any(_matches(path, pattern) for pattern in patterns)

        def left_out(folder: str, names: list[str]) -> set[str]:
            within = Path(folder).relative_to(ROOT)
            return {name for name in names if is_left_out(str(within / name))}

        shutil.copytree(ROOT, self.folder / "app", ignore=left_out)
        (self.folder / "app" / "var").mkdir()

    def _collect_static_files(self) -> None:
        arguments = [
            "python",
            "manage.py",
            "collectstatic",
            "--no-input",
            "--verbosity",
            "0",
        ]
        self._run(arguments, self._environment(self.services["web"]), "static files")

    def _start_database(self, service: Service) -> None:
        home = self.folder / "postgres"
        home.mkdir(mode=0o711)
        self.database = Database(home, service)
        self.database.acquire()
        self.exchanged["@database:5432"] = f"@127.0.0.1:{self.database.port()}"

    def _start_broker(self, service: Service) -> None:
        programs = self.folder / "programs"
        programs.mkdir()
        (programs / "redis-server").symlink_to(Broker.program())
        *shell, script = service.command
        here = {
            "redis-server -": f"redis-server - --bind 127.0.0.1 --port {self.ports['broker']}"
        }
        command = [*shell, replaced(script, here)]
        path = f"{programs}{os.pathsep}{os.defpath}"
        self._begin(
            "broker",
            self._in(self.folder, command),
            {"PATH": path, **service.environment},
        )

    def _start_application(self, service: Service) -> None:
        environment = self._environment(service)
        command = [self._here(word) for word in service.command or command_of_image()]
        if service.runs_once:
            self._run(command, environment, service.name)
        else:
            self._begin(
                service.name, self._in(self.folder / "app", command), environment
            )

    def _start_proxy(self, service: Service) -> None:
        path = f"{os.defpath}{os.pathsep}/usr/sbin"
        if not shutil.which("nginx", path=path):
            raise ComposeError("nginx is missing: apt-get install nginx-light")
        proxy, temporary = self.folder / "proxy", self.folder / "proxy-tmp"
        shutil.copytree(ROOT / "deploy" / "proxy", proxy)
        temporary.mkdir(mode=0o711)
        inside = {"/etc/kvalitet/": f"{proxy}/", "/tmp/": f"{temporary}/"}
        change(
            proxy / "start.sh", inside | {"web:8000": f"127.0.0.1:{self.ports['web']}"}
        )
        change(
            proxy / "nginx.conf",
            inside
            | {
                "/etc/kvalitet-tls/": f"{self.folder}/tls/",
                "listen 8080": f"listen 127.0.0.1:{self.ports['http']}",
                "listen 8443": f"listen 127.0.0.1:{self.ports['https']}",
            },
        )
        command = [
            word.replace("/etc/kvalitet/", inside["/etc/kvalitet/"])
            for word in service.command
        ]
        self._begin("proxy", command, {"PATH": path, **service.environment})

    # --- run ----------------------------------------------------------------------------------
    def manage(
        self, *arguments: str, given: Path | None = None, password: str = ""
    ) -> str:
        """Run a command of the product as the web server is run, and return what it says.

        It reads the file from /dev/stdin, and the password from PASSWORD.
        """
        command = ["python", "manage.py", *arguments]
        environment = self._environment(self.services["web"]) | {"PASSWORD": password}
        return self._run(command, environment, arguments[0], given)

    def log_of(self, name: str) -> str:
        """Return what a service has logged."""
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def pause(self, name: str) -> None:
        """Stop one service for good, as when it is being replaced."""
        stop([child for child in self.children if child.name == name])

    def stop(self) -> None:
        """Stop everything, and raise ComposeError when something did not end."""
        stop(self.children)
        if self.database:
            self.database.release()
            if self.database.alive():
                raise ComposeError("the database does not end")

    # --- within -------------------------------------------------------------------------------
    def _environment(self, service: Service) -> dict[str, str]:
        """Return what the file gives a service, beside what the image has for all of them."""
        given = {name: self._here(value) for name, value in service.environment.items()}
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.defpath}"
        own = {"PATH": path, "PYTHONUNBUFFERED": "1", "HOME": str(self.folder)}
        return own | {"STATIC_ROOT": str(self.folder / "static")} | given

    def _here(self, word: str) -> str:
        for name, own in self.exchanged.items():
            word = word.replace(name, own)
        return word

    def _in(self, folder: Path, command: list[str]) -> list[str]:
        return ["env", f"--chdir={folder}", *command]

    def _begin(
        self, name: str, command: list[str], environment: dict[str, str]
    ) -> None:
        self.children.append(
            Child(name, command, log=self.folder / f"{name}.log", env=environment)
        )

    def _run(
        self,
        command: list[str],
        environment: dict[str, str],
        what: str,
        given: Path | None = None,
    ) -> str:
        with (given or Path(os.devnull)).open("rb") as file:
            done = subprocess.run(
                command,
                cwd=self.folder / "app",
                env=environment,
                stdin=file,
                capture_output=True,
                text=True,
                check=False,
            )
        if done.returncode:
            raise ComposeError(
                f"{what} ends with {done.returncode}:\n{done.stdout}{done.stderr}"
            )
        return done.stdout

    def _wait(self, condition: Callable[[], bool], otherwise: str) -> None:
        deadline = time.monotonic() + SECONDS_TO_START
        while not condition():
            for child in self.children:
                if child.is_down():
                    raise ComposeError(
                        f"{child.name} has ended:\n{self.log_of(child.name)[-3000:]}"
                    )
            if time.monotonic() > deadline:
                raise ComposeError(otherwise)
            time.sleep(0.1)


def change(file: Path, words: dict[str, str]) -> None:
    """Exchange words of a file for others."""
    file.write_text(replaced(file.read_text("utf-8"), words), "utf-8")


def replaced(text: str, words: dict[str, str]) -> str:
    """Exchange words for others; one that does not occur means that the files no longer fit together."""
    missing = [word for word in words if word not in text]
    if missing:
        raise ComposeError(f"not found in what is started: {', '.join(missing)}")
    longest_first = sorted(words, key=len, reverse=True)
    return re.sub(
        "|".join(map(re.escape, longest_first)), lambda found: words[found[0]], text
    )


def free_ports(count: int) -> Iterator[int]:
    """Return so many ports of the loopback that nobody uses."""
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    for probe in probes:
        yield int(probe.getsockname()[1])
    for probe in probes:
        probe.close()


def _matches(path: str, pattern: str) -> bool:
    if pattern.startswith("**/"):
        return fnmatch.fnmatch(Path(path).name, pattern[3:])
    return path == pattern
