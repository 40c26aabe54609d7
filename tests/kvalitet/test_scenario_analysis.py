"""The demo's later years: the same every time, with what is to be found in them."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest

from analysis.figures import aggregate
from analysis.models import Kind, Level, Signal
from analysis.tertial import compiling
from demo.management.commands.demo import DEMO_DIR
from demo.scenario.analysis import PLANTED, SILENT, write_later_years
from deviations.imports import import_deviations
from organisation.registers.files import Import
from organisation.registers.imports import import_units

TODAY = dt.date(2026, 11, 22)
REGISTER = DEMO_DIR / "malmo" / "deviations.csv"


def _written(folder: Path) -> Path:
    path = folder / "deviations.csv"
    write_later_years(REGISTER, path, today=TODAY)
    return path


def test_write_twice_is_the_same(tmp_path: Path) -> None:
    first = _written(tmp_path).read_bytes()
    assert _written(tmp_path).read_bytes() == first


def test_write_keeps_the_silent_unit_silent(tmp_path: Path) -> None:
    with _written(tmp_path).open(encoding="utf-8", newline="") as file:
        rows = [
            row for row in csv.DictReader(file, delimiter=";") if row["unit"] == SILENT
        ]
    assert rows
    assert not [row for row in rows if "2026-05" <= row["received_on"][:7] <= "2026-08"]


@pytest.mark.django_db
def test_written_patterns_are_found(tmp_path: Path) -> None:
    for path, load in (
        (DEMO_DIR / "malmo" / "units.csv", import_units),
        (_written(tmp_path), import_deviations),
    ):
        run = Import()
        load(path, run)
        assert run.problems == []
    aggregate.count()
    compiling.look(2026, 2)
    found = Signal.objects.filter(kind=Kind.RISE, level=Level.PATTERN)
    assert {
        (unit, category)
        for unit, category in found.values_list("unit__code", "category")
    } >= {(facts["unit"], facts["category"]) for _, facts in PLANTED}
