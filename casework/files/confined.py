"""Starts and ends child processes for what could take a server down, with little of ours in their hands."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[2]
# What a child needs to find its libraries and fonts; the passwords of the environment stay outside.
PASSED_ON = (
    "PATH",
    "HOME",
    "LD_LIBRARY_PATH",
    "FONTCONFIG_FILE",
    "FONTCONFIG_PATH",
    "XDG_CACHE_HOME",
)


@dataclass(frozen=True)
class Limits:
    """How long a child may work and how much memory it may take (casework.files.pdf.child.confine)."""

    seconds: int
    memory_mb: int


def start(
    module: str,
    limits: Limits,
    *arguments: str,
    files: Sequence[IO[bytes]],
    folder: str,
    inherited: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start a module as a child; ``files`` are what it reads, what it writes, and its messages."""
    asked, answer, messages = files
    environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    asked.seek(0)
    command = [
        sys.executable,
        "-m",
        module,
        str(os.getpid()),
        str(limits.seconds),
        str(limits.memory_mb),
    ]
    return subprocess.Popen(
        [*command, *arguments],
        cwd=ROOT,
        env={**environment, "LC_ALL": "C.UTF-8", "TMPDIR": folder},
        stdin=asked,
        stdout=answer,
        stderr=messages,
        pass_fds=inherited,
        start_new_session=True,
    )


def end(process: subprocess.Popen[bytes]) -> None:
    """Leave nothing of a child, however the wait for it ended."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def content(file: IO[bytes]) -> bytes:
    """Return all that a child has written in a file."""
    file.seek(0)
    return file.read()
