"""The limits of a process that lays out documents, and how it shares its work with others of its kind."""

from __future__ import annotations

import ctypes
import gc
import os
import resource
import signal
import sys
from collections.abc import Callable

from casework.background.faults import without_values

TOO_LARGE, TOO_DEEP, FAILED = 3, 4, 1
PR_SET_PDEATHSIG = 1
# Marks the lines that may be logged: what the libraries write beside them quotes the document.
FAULT = "fault: "


def confine(parent: int, seconds: int, memory_mb: int) -> None:
    """Time, memory, no core file; and never alive without the process that asked."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    resource.setrlimit(resource.RLIMIT_AS, (memory_mb * 2**20,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _die_with(parent)


def _die_with(parent: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(FAILED)


def guarded(work: Callable[[], None]) -> int:
    """Do some work; return 0, or which of the ends it came to that a person can be told about."""
    try:
        work()
    except (
        MemoryError,
        SystemError,
    ):  # the latter where C code failed to allocate and did not say why
        return TOO_LARGE
    except RecursionError:
        return TOO_DEEP
    except Exception as fault:  # noqa: BLE001 - whatever it was, the process that asked logs it and tells a person
        for line in without_values(fault).splitlines():
            print(f"{FAULT}{line}", file=sys.stderr)
        return FAILED
    return 0


def share(work: Callable[[], None], processes: int) -> None:
    """Have several processes do the same work and wait for them; ends as the first one that fails.

    They inherit the limits, each with a clock of its own, and die with the one that shares.
    """
    gc.freeze()  # what is inherited is not looked through again by each
    me = os.getpid()
    for _ in range(processes):
        if os.fork() == 0:
            _die_with(me)
            # Straight out: nothing of what was inherited is this process's to tidy.
            os._exit(guarded(work))
    for _ in range(processes):
        _, status = os.wait()
        code = os.waitstatus_to_exitcode(status)
        if code < 0:
            os.kill(me, -code)
        if code:
            os._exit(code)
