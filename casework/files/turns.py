"""Lets only so many files be looked into at once on a computer, whatever its processes and threads."""

from __future__ import annotations

import fcntl
import os
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

AT_ONCE = 2
WAITS = 5.0  # seconds until somebody who waits for a slot is asked to come back
LASTS = 30.0  # seconds for all the files that are sent at once


class BusyError(Exception):
    """Others' files are being looked into, and there is no more room."""


@dataclass(frozen=True)
class Slot:
    """A slot that ends at a point of the monotonic clock."""

    ends: float

    @property
    def seconds_left(self) -> float:
        """Return how much of the time is left."""
        return max(self.ends - time.monotonic(), 0.0)


@contextmanager
def slot(*, waits: float = WAITS) -> Iterator[Slot]:
    """Take one of the slots of this computer, or raise BusyError; a process that dies gives its own back."""
    until = time.monotonic() + waits
    while (held := _try_to_hold()) is None:
        if time.monotonic() > until:
            raise BusyError
        time.sleep(0.05)
    try:
        yield Slot(time.monotonic() + LASTS)
    finally:
        os.close(held)


def _try_to_hold() -> int | None:
    """Return a lock on one of the places, as the open file that holds it."""
    folder = _folder()
    for place in range(AT_ONCE):
        opened = os.open(
            folder / f"turn-{place}", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600
        )
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(opened)
        else:
            return opened
    return None


def _folder() -> Path:
    """Return a folder that is ours alone: another's could hold our slots for ever."""
    folder = Path(tempfile.gettempdir()) / f"kvalitet-files-{os.getuid()}"
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise PermissionError(f"{folder} belongs to somebody else.")
    return folder
