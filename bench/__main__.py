"""Run every benchmark in turn: ``python -m bench [N]``, with registers of N deviations (200 000)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def main(count: str) -> int:
    """Run the scripts one by one and return 1 if any of them found a fault."""
    runs = (
        ["imports.py", count],
        ["aggregate.py", count],
        ["inbox.py", count],
        ["analysis.py", count],
        ["patterns.py"],
        ["report.py"],
        ["report.py", count],
    )
    failed = False
    for script, *arguments in (*runs, ["filing.py"], ["sign_in.py"], ["faults.py"]):
        print(f"\n--- {script} {' '.join(arguments)}", flush=True)
        path = Path(__file__).with_name(script)
        failed |= subprocess.run([sys.executable, path, *arguments], check=False).returncode != 0
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "200000"))
