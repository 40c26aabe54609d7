"""Measure the product against the bare tool: in one run, in turns, and as the ratio of medians."""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import StringIO
from pathlib import Path
from statistics import median
from typing import Any

Work = Callable[[], object]
Clock = Callable[[], float]


def count_asked(usual: int) -> int:
    """Return the number on the command line, or the usual one."""
    if len(sys.argv) < 2:
        return usual
    return int(sys.argv[1])


def processor_time() -> float:
    """Return the seconds of processor that this process and its finished children have used."""
    return sum(os.times()[:4])


def seconds(work: Work, clock: Clock = time.perf_counter) -> float:
    """Return how long some work takes."""
    began = clock()
    work()
    return clock() - began


def in_turns(
    ours: Work,
    bare: Work,
    *,
    times: int,
    before: Work = lambda: None,
    clock: Clock = time.perf_counter,
) -> tuple[float, float]:
    """Return the median seconds of both; they take turns, so that both meet the same machine."""
    of_ours, of_bare = [], []
    for _ in range(times):
        before()
        of_ours.append(seconds(ours, clock))
        of_bare.append(seconds(bare, clock))
    return median(of_ours), median(of_bare)


def show(what: str, ours: float, bare: float, *, goal: float | None = None) -> None:
    """Print one comparison: both medians in milliseconds, and the ratio beside its goal."""
    aim = "" if goal is None else f"  (goal {goal})"
    print(
        f"{what:<44} {ours * 1000:11,.1f} ms {bare * 1000:11,.1f} ms {ours / bare:7.2f}{aim}",
        flush=True,
    )


def peak_memory() -> int:
    """Return the most memory that this process has used, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def heading(title: str) -> None:
    """Print what is measured, on which machine and which database."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version'), current_setting('fsync')"
        )
        version, fsync = cursor.fetchone()
    print(f"{title}; PostgreSQL {version}, fsync {fsync}, {os.cpu_count()} processors")
    print(f"{'median of':<44} {'ours':>14} {'bare':>14} {'ratio':>7}", flush=True)


def processes_below(pid: int) -> list[int]:
    """Return the processes that a process has started, and those that they have (Linux; none elsewhere)."""
    below: list[int] = []
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in map(int, (task / "children").read_text().split()):
                below += [child, *processes_below(child)]
    return below


@contextmanager
def empty_database() -> Iterator[None]:
    """Run with an empty, migrated database that is dropped afterwards."""
    from django.db import connection

    from kvalitet.operations.roles import as_owner

    name = connection.settings_dict["NAME"]
    # A database in which the migrations have been run already saves running them for each script.
    connection.settings_dict["TEST"]["TEMPLATE"] = os.environ.get("MIGRATED_DATABASE")
    with as_owner():  # benchmarks make tables beside ours, empty them and let the database look at its rows
        connection.creation.create_test_db(verbosity=0, autoclobber=True)
        try:
            yield
        finally:
            connection.creation.destroy_test_db(name, verbosity=0)


@contextmanager
def filled_database(count: int, **shape: Any) -> Iterator[None]:
    """Run with a database of its own that holds a register of so many deviations, not yet counted.

    ``shape`` gives the register other years and places than usual; see bench.register.write_register.
    """
    from django.core.management import call_command
    from django.db import connection

    from bench.register import write_register

    with empty_database():
        with tempfile.TemporaryDirectory() as folder:
            write_register(Path(folder), count, **shape)
            call_command("import_register", folder, stdout=StringIO())
        with connection.cursor() as cursor:
            # What autovacuum does within a minute of an import.
            cursor.execute("VACUUM ANALYZE")
        yield
