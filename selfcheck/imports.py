"""Import of self-checks and of measurement series from a register."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from casework.imports import Unnumbered, copy_rows, import_unnumbered
from casework.models import Subject
from organisation.columns import CellError, Column, day, text, unit, whole_number, word
from organisation.registers import Import, Outcome, Row, Table
from selfcheck.models import Measurement, Method, SelfCheck, Series, State

# What a row is known by: the register has no numbers.
IDENTITY = ("unit", "done_on", "workplace", "title", "method")


def import_selfchecks(path: Path, run: Import) -> Outcome:
    """Store the self-checks that are new; the register gives them no number, so they get the next."""
    columns = [
        unit(),
        day("done_on", required=True),
        text("workplace", required=True),
        text("title", required=True),
        word("method", Method.values, required=True),
        text("result"),
        text("actions"),
        text("improved_routine"),
        whole_number("met"),
        whole_number("reviewed"),
    ]
    kind = Unnumbered(
        SelfCheck,
        prefix="EK",
        day="done_on",
        identity=IDENTITY,
        content=("result", "met", "reviewed"),
        to_case=_case,
        faults=_selfcheck_faults,
    )
    return import_unnumbered(Table(path, columns, run), kind)


def _case(row: Row) -> dict[str, Any]:
    kept = ("title", "workplace", "method", "done_on", "result", "met", "reviewed")
    return {name: row[name] for name in kept} | {
        "subject": Subject.SELFCHECK.value,
        "received_on": row["done_on"],
        "closed_on": row["done_on"],
        "state": State.CLOSED.value,
    }


def _selfcheck_faults(row: Row) -> Iterator[tuple[str, str]]:
    met, reviewed = row["met"], row["reviewed"]
    if not row["result"] and reviewed is None:
        yield "result", "är tom, men en genomförd egenkontroll ska ha ett resultat"
    if (met is None) != (reviewed is None):
        yield "met" if met is None else "reviewed", "är tom, men met och reviewed hör ihop"
    elif reviewed == 0:
        yield "reviewed", "ska vara minst 1"
    elif met is not None and met > reviewed:
        yield "met", f"{met} av {reviewed} går inte; met får inte vara större än reviewed"


# --- measurement series -----------------------------------------------------------------------
def import_series(path: Path, run: Import) -> Outcome:
    """Store the measurements that are new, and their series; one stored with other numbers is refused."""
    table, outcome = Table(path, _series_columns(), run), Outcome(path.name)
    series = {(found.unit_id, found.title): found for found in Series.objects.all()}
    stored = {
        (unit_id, title, period): numbers
        for unit_id, title, period, *numbers in Measurement.objects.values_list(
            "series__unit_id", "series__title", "period", "numerator", "denominator"
        )
    }
    met: dict[tuple[Any, ...], int] = {}
    new = []
    for line, row in table.rows():
        key = row["unit"], row["title"], row["period"]
        of = series.setdefault(key[:2], _series_of(row))
        if met.setdefault(key, line) != line:
            table.refuse(line, "period", f"samma mätserie och period står redan på rad {met[key]}")
        elif row["denominator"] is not None and row["numerator"] > row["denominator"]:
            table.refuse(line, "numerator", f"{row['numerator']} av {row['denominator']} går inte")
        elif column := _unlike(of, row):
            table.refuse(line, column, "mätserien har månader och år, eller andelar och antal, om vartannat")
        elif key not in stored:
            new.append(row)
        elif stored[key] == [row["numerator"], row["denominator"]]:
            outcome.unchanged += 1
        else:
            table.refuse(line, "numerator", "mätningen finns redan i systemet med andra tal")
    if not run.problems:
        Series.objects.bulk_create([found for found in series.values() if found.pk is None])
        points = ("period", "numerator", "denominator")
        rows = [{name: row[name] for name in points} | {"series_id": _key(series, row)} for row in new]
        copy_rows(Measurement, rows)
    outcome.new = len(new)
    return outcome


def _series_of(row: Row) -> Series:
    """Return the series that a row begins: its first row says what it is like."""
    every = Series.Every.MONTH if "-" in row["period"] else Series.Every.YEAR
    is_share = row["denominator"] is not None
    return Series(unit_id=row["unit"], title=row["title"], every=every, is_share=is_share)


def _unlike(series: Series, row: Row) -> str:
    """Return the column in which a row is not like the others of its series, or nothing."""
    like = _series_of(row)
    if series.every != like.every:
        return "period"
    return "denominator" if series.is_share != like.is_share else ""


def _key(series: dict[tuple[Any, str], Series], row: Row) -> int:
    return series[row["unit"], row["title"]].pk


def _series_columns() -> list[Column]:
    return [
        unit(),
        text("title", longest=200, required=True),
        Column("period", _period, required=True),
        whole_number("numerator", required=True),
        whole_number("denominator"),
    ]


def _period(cell: str) -> str:
    if not re.fullmatch(r"(19|20|21)\d\d(-(0[1-9]|1[0-2]))?", cell, re.ASCII):
        raise CellError(f"”{cell}” är inte ett år som 2024 eller en månad som 2024-04")
    return cell
