"""Child processes are started again when they end, and all of them are gone after stop."""

import os
import time
from pathlib import Path

import pytest

from demo.processes import Child, stop


def child_that(script: str, tmp_path: Path) -> Child:
    return Child(
        "Barnet", ["/bin/sh", "-c", script], log=tmp_path / "child.log", env=os.environ
    )


def test_tend_says_and_starts_again_what_has_ended(tmp_path: Path) -> None:
    said: list[str] = []
    child = child_that("exit 3", tmp_path)
    child.process.wait()
    deadline = time.monotonic() + 5
    while child.starts < 2 and time.monotonic() < deadline:
        child.tend(said.append)
        time.sleep(0.05)
    stop([child])
    assert child.starts == 2
    assert len(said) == 1
    assert "slutade oväntat (kod 3)" in said[0]


def test_tend_leaves_a_running_child_alone(tmp_path: Path) -> None:
    child = child_that("sleep 60", tmp_path)
    child.tend(pytest.fail)
    stop([child])
    assert child.starts == 1


def test_stop_ends_a_child_that_does_not_listen_and_its_own_children(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("demo.processes.SECONDS_TO_STOP", 0.2)
    child = child_that("trap '' TERM; sleep 60 & echo $!; wait; sleep 60", tmp_path)
    while not child.log.read_text().endswith("\n"):
        time.sleep(0.01)
    grandchild = int(child.log.read_text())
    stop([child])
    assert child.is_down()
    assert not Path(f"/proc/{grandchild}/cwd").exists()
