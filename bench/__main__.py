"""Run every benchmark in turn: ``python -m bench [N]``, with registers of N deviations (200 000).

``python -m bench --small`` runs each with as little as it takes, and says which of them break.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FOLDER = Path(__file__).parent
ROOT = FOLDER.parent
# With what each script is tried, so that it is known to run; what it then measures means nothing.
SMALL: dict[str, tuple[str, ...]] = {
    "aggregate.py": ("200",),
    "analysis.py": ("200", "1", "60"),
    "faults.py": ("--quick",),
    "filing.py": ("1",),
    "imports.py": ("200",),
    "inbox.py": ("200",),
    "mutants.py": ("--list",),
    "pages.py": ("200", "60", "--only=/atgarder/"),
    "patterns.py": ("1", "1"),
    "policies.py": ("200", "60"),
    "register.py": ("{folder}", "10"),
    "report.py": ("--once",),
    "sealing.py": ("200", "10"),
    "sign_in.py": ("1",),
}
# Scripts that end with 1 where they meet no goal, which little content cannot say anything about.
MEETS_GOALS = {"patterns.py", "pages.py", "policies.py"}


def scripts() -> set[str]:
    """Return the scripts here that are run by themselves."""
    return {
        path.name
        for path in FOLDER.glob("*.py")
        if "\nif __name__ ==" in path.read_text()
    } - {"__main__.py"}


def everything(count: str) -> int:
    """Run the scripts one by one and return 1 if any of them found a fault."""
    runs = (
        ["imports.py", count],
        ["aggregate.py", count],
        ["sealing.py", count],
        ["inbox.py", count],
        ["pages.py", count],
        ["policies.py", count],
        ["analysis.py", count],
        ["patterns.py"],
        ["report.py"],
        ["report.py", count],
    )
    failed = False
    for script, *arguments in (*runs, ["filing.py"], ["sign_in.py"], ["faults.py"]):
        print(f"\n--- {script} {' '.join(arguments)}", flush=True)
        path = Path(__file__).with_name(script)
        failed |= (
            subprocess.run([sys.executable, path, *arguments], check=False).returncode
            != 0
        )
    return int(failed)


def small(*wanted: str) -> int:
    """Run each script with little, and return 1 if any of them breaks; the end of what it said is shown."""
    environment = {
        **os.environ,
        "PLAIN_STATIC": "1",
    }  # each finds the servers, and the owner, by itself
    environment["MIGRATED_DATABASE"] = migrated_database()
    broken = 0
    with tempfile.TemporaryDirectory() as folder:
        for script in wanted or sorted(SMALL):
            arguments = [word.format(folder=folder) for word in SMALL[script]]
            began = time.monotonic()
            run = subprocess.run(
                [sys.executable, FOLDER / script, *arguments],
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            passes = {0, 1} if script in MEETS_GOALS else {0}
            is_broken = run.returncode not in passes or "Traceback" in run.stderr
            print(
                f"{'BROKEN' if is_broken else 'runs':<8}{script:<16}{time.monotonic() - began:6.1f} s",
                flush=True,
            )
            if is_broken:
                broken += 1
                print(run.stdout[-1_000:] + run.stderr[-3_000:], flush=True)
    return int(broken > 0)


def migrated_database() -> str:
    """Return the name of a database that the scripts copy, instead of running the migrations each."""
    import django

    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kvalitet.settings")
    os.environ.setdefault("PLAIN_STATIC", "1")
    django.setup()
    from django.conf import settings
    from django.db import connection

    from kvalitet.operations.roles import as_owner
    from tests.migrated import make_migrated_database

    # Named as what is measured here: a run of the tests at the same time has one of its own.
    settings.DATABASES["default"]["TEST"]["NAME"] = "bench"
    with as_owner():
        name = make_migrated_database()
    connection.close()
    return name


if __name__ == "__main__":
    given = sys.argv[1:]
    sys.exit(
        small(*given[1:])
        if given[:1] == ["--small"]
        else everything(given[0] if given else "200000")
    )
