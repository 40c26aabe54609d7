"""The programs of the product as they are run in service, for tests of what only they do."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from kvalitet.operations.checks import NOT_FOR_WEB

ROOT = Path(__file__).parents[1]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running(
    command: list[str], log: Path, database: str, **environment: str
) -> Iterator[None]:
    """Run a program of the product as it is run in service, with its output in a file."""
    own = {
        "DJANGO_SETTINGS_MODULE": "kvalitet.settings",
        "DATABASE_URL": database,
        "PLAIN_STATIC": "1",
    }
    env = {name: value for name, value in os.environ.items() if name not in NOT_FOR_WEB}
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env=env | own | environment,
            stdout=out,
            stderr=out,
        )
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


def wait_until(condition: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


def ask(port: int, request: bytes) -> bytes:
    """Send a request as it is; return what came back before the connection ended."""
    with (
        contextlib.suppress(OSError),
        socket.create_connection(("127.0.0.1", port), timeout=10) as link,
    ):
        link.sendall(request)
        got = b""
        while piece := link.recv(65_536):
            got += piece
        return got
    return b""
