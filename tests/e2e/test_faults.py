"""Nothing that was filed or asked for is lost when programs die: the short run of bench/faults.py."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.e2e
@pytest.mark.every
def test_killed_worker_and_repeated_form_lose_nothing() -> None:
    command = [sys.executable, str(ROOT / "bench" / "faults.py"), "--quick"]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=540, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
