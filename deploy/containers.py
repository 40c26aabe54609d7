"""The compose file itself, started by Docker or Podman under a name of its own and taken away afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from deploy import addresses
from deploy.certificate import write_certificate
from deploy.compose import ROOT, ComposeError, filled_example, services
from deploy.processes import free_ports
from deploy.visitor import Site, Visitor

# Neither containers nor volumes of a real installation on this machine may be touched.
PROJECT = "kvalitet-trial"
SECONDS_TO_START = 300


class Containers:
    """All containers and volumes of one trial; the proxy tells visitors apart where addresses are taken."""

    def __init__(self, folder: Path, *, tells_apart: bool = False) -> None:
        own = addresses.PROXY if tells_apart else "127.0.0.1"
        http, https = free_ports(2)
        ports = {"HTTP_PORT": f"{own}:{http}", "HTTPS_PORT": f"{own}:{https}"}
        values = filled_example() | ports | {"TLS_FOLDER": str(folder / "tls")}
        self.services = services(values)
        host = values["ALLOWED_HOSTS"].split(",")[0]
        trust = write_certificate(folder / "tls", host)
        self.site = Site(host, https, http, trust, own, addresses.VISITORS)
        file = folder / ".env"
        file.touch(mode=0o600)
        file.write_text("".join(f"{name}={value}\n" for name, value in values.items()))
        program = engine()
        self.is_podman = program == ["podman-compose"]
        self.compose = [*program, "--project-name", PROJECT, "--env-file", str(file)]

    def start(self) -> None:
        """Build the image, start all services, and wait until the proxy says that all is well."""
        began = time.monotonic()
        self._run("build", "web")
        print(
            f"The image is built, after {time.monotonic() - began:.0f} s.", flush=True
        )
        if self.is_podman:
            self._start_one_by_one()
        else:
            self._run("up", "--detach", "--no-build")
        self._wait(self.is_ready, "the site does not answer through the proxy")

    def _start_one_by_one(self) -> None:
        """Start in the order of the file: not every Podman waits for what a service waits for."""
        for service in self.services.values():
            for other in service.waits_for:
                self._wait(
                    partial(self._has_come_up, other), f"{other} does not come up"
                )
            self._run("up", "--detach", "--no-deps", "--no-build", service.name)

    def _has_come_up(self, name: str) -> bool:
        """Tell whether a service has done what the others wait for: ended well, or found itself healthy."""
        container = f"{PROJECT}_{name}_1"
        if not self.services[name].runs_once:
            check = ["podman", "healthcheck", "run", container]
            return not subprocess.run(
                check, check=False, capture_output=True
            ).returncode
        state = podman(
            "inspect", "--format", "{{.State.Status}} {{.State.ExitCode}}", container
        )
        status, code = state.split()
        if status == "exited" and code != "0":
            raise ComposeError(f"{name} ends with {code}:\n{self.log_of(name)}")
        return status == "exited"

    def _wait(self, condition: Callable[[], bool], otherwise: str) -> None:
        deadline = time.monotonic() + SECONDS_TO_START
        while not condition():
            if time.monotonic() > deadline:
                raise ComposeError(f"{otherwise}:\n{self._run('ps').stdout}")
            time.sleep(0.5)

    def is_ready(self) -> bool:
        """Tell whether the site answers, and its database."""
        try:
            return Visitor(self.site).open("/halsa/").status == 200
        except OSError:
            return False

    def manage(
        self, *arguments: str, given: Path | None = None, password: str = ""
    ) -> str:
        """Run a command of the product beside the web server, and return what it answers.

        It reads the file from /dev/stdin, and the password from PASSWORD.  What it remarks is not its answer.
        """
        command = (
            "exec",
            "-T",
            "-e",
            "PASSWORD",
            "web",
            "python",
            "manage.py",
            *arguments,
        )
        return self._run(
            *command, given=given, environment={"PASSWORD": password}
        ).stdout

    def log_of(self, name: str) -> str:
        """Return what a service has logged."""
        log = self._run("logs", name)
        return log.stdout + log.stderr

    def pause(self, name: str) -> None:
        """Stop one service for good, as when it is being replaced."""
        self._run("stop", name)

    def stop(self) -> None:
        """Stop everything, and remove the containers and their data."""
        if self.is_podman:
            self._remove_containers_with_their_volumes()
        self._run("down", "--volumes")

    def _remove_containers_with_their_volumes(self) -> None:
        """Do what Podman's compose leaves undone: it forgets the volumes that nobody has named."""
        self._run("stop")
        ours = [
            "ps",
            "--all",
            "--quiet",
            "--filter",
            f"label=io.podman.compose.project={PROJECT}",
        ]
        if found := podman(*ours).split():
            podman("rm", "--ignore", "--depend", "--volumes", *found)

    def _run(
        self,
        *arguments: str,
        given: Path | None = None,
        environment: dict[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        with (given or Path(os.devnull)).open("rb") as file:
            done = subprocess.run(
                [*self.compose, *arguments],
                cwd=ROOT,
                env=os.environ | (environment or {}),
                stdin=file,
                capture_output=True,
                text=True,
                check=False,
            )
        if done.returncode:
            raise ComposeError(
                f"{arguments[0]} ends with {done.returncode}:\n{done.stdout}{done.stderr}"
            )
        return done


def engine() -> list[str]:
    """Return the command that starts compose files on this machine."""
    ask = ["docker", "compose", "version"]
    if (
        shutil.which("docker")
        and not subprocess.run(ask, check=False, capture_output=True).returncode
    ):
        return ["docker", "compose"]
    if shutil.which("podman-compose"):
        return ["podman-compose"]
    raise ComposeError("neither Docker nor podman-compose is installed")


def podman(*arguments: str) -> str:
    """Ask Podman itself, and return what it answers."""
    done = subprocess.run(
        ["podman", *arguments], check=False, capture_output=True, text=True
    )
    if done.returncode:
        raise ComposeError(
            f"podman {arguments[0]} ends with {done.returncode}:\n{done.stderr}"
        )
    return done.stdout
