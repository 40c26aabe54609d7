"""Child processes that are kept running together and never outlive the process that keeps them."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

SECONDS_TO_STOP = 15
LONGEST_PAUSE = 10
PR_SET_PDEATHSIG = 1  # prctl(2)

_libc = ctypes.CDLL(None)


class Child:
    """A program that is started again when it ends; its output goes to a log of its own."""

    def __init__(
        self, name: str, command: list[str], *, log: Path, env: Mapping[str, str]
    ) -> None:
        self.name = name
        self.command = command
        self.log = log
        self.env = env
        self.starts = 0
        self.start_at = 0.0
        self.start()

    def start(self) -> None:
        # The first start empties the log of last time.
        with self.log.open("ab" if self.starts else "wb") as log:
            self.process = subprocess.Popen(
                self.command,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C reaches only the keeper, which stops them in order
                preexec_fn=end_with_parent,  # noqa: PLW1509 - no threads here when it forks
            )
        self.starts += 1

    def is_down(self) -> bool:
        return self.process.poll() is not None

    def kill_group(self) -> None:
        """End also what the program itself has started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def tend(self, say: Callable[[str], None]) -> None:
        """Start the program again if it has ended, after a pause that grows if it keeps ending."""
        if not self.is_down():
            return
        if not self.start_at:
            self.kill_group()
            self.start_at = time.monotonic() + min(self.starts, LONGEST_PAUSE)
            code = self.process.returncode
            say(
                f"{self.name} slutade oväntat (kod {code}) och startas igen. Se {self.log}."
            )
        elif time.monotonic() >= self.start_at:
            self.start_at = 0.0
            self.start()


def stop(children: list[Child]) -> None:
    """End all of them, the last started first, and by force what does not end in time."""
    for child in reversed(children):
        if not child.is_down():
            child.process.terminate()
    deadline = time.monotonic() + SECONDS_TO_STOP
    while time.monotonic() < deadline and not all(
        child.is_down() for child in children
    ):
        time.sleep(0.05)
    for child in children:
        child.kill_group()
        child.process.wait()


def end_with_parent() -> None:
    """Ask the kernel to end this process when its parent dies, however that happens (Linux)."""
    if sys.platform == "linux":
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
