"""Import of self-checks and of measurement series from a register."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from casework.register.imports import Unnumbered, copy_rows, import_unnumbered
from organisation.registers.columns import (
    CellError,
    Column,
    day,
    text,
    unit,
    whole_number,
    word,
)
from organisation.registers.files import Import, Outcome, Row, Table
from selfcheck.models import Measurement, Method, SelfCheck, Series, Share, State
from selfcheck.register.counted import is_counted

Key = tuple[int, str, str]  # of a measurement: unit, title of the series, and period
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
        "subject": SelfCheck._meta.app_label,
        "received_on": row["done_on"],
        "closed_on": row["done_on"],
        "state": State.CLOSED.value,
    }


def _selfcheck_faults(row: Row) -> Iterator[tuple[str, str]]:
    met, reviewed = row["met"], row["reviewed"]
    if not row["result"] and reviewed is None:
        yield "result", "är tom, men en genomförd egenkontroll ska ha ett resultat"
    if (met is None) != (reviewed is None):
        yield (
            "met" if met is None else "reviewed",
            "är tom, men met och reviewed hör ihop",
        )
    elif reviewed == 0:
        yield "reviewed", "ska vara minst 1"
    elif met is not None and met > reviewed:
        yield (
            "met",
            f"{met} av {reviewed} går inte; met får inte vara större än reviewed",
        )


# --- measurement series -----------------------------------------------------------------------
def import_series(path: Path, run: Import) -> Outcome:
    """Store the measurements that are new, and their series; one stored with other numbers is refused."""
    table, outcome = Table(path, _series_columns(), run), Outcome(path.name)
    series = {(found.unit_id, found.title): found for found in Series.objects.all()}
    stored = _stored_shares()
    met: dict[Key, int] = {}
    new = []
    for line, row in table.rows():
        key = row["unit"], row["title"], row["period"]
        of = series.setdefault(key[:2], _series_of(row))
        share = Share(row["numerator"], row["denominator"])
        if met.setdefault(key, line) != line:
            table.refuse(
                line,
                "period",
                f"samma mätserie och period står redan på rad {met[key]}",
            )
        elif problem := _problem(of, row, share, stored.get(key, share)):
            table.refuse(line, *problem)
        elif key in stored:
            outcome.unchanged += 1
        else:
            new.append((of, row["period"], share))
    if not run.problems:
        Series.objects.bulk_create(
            [found for found in series.values() if found.pk is None]
        )
        rows = [
            {"series_id": of.pk, "period": period, **asdict(share)}
            for of, period, share in new
        ]
        copy_rows(Measurement, rows)
    outcome.new = len(new)
    return outcome


def _stored_shares() -> dict[Key, Share]:
    """Return the stored measurements by unit, title and period."""
    points = Measurement.objects.values_list(
        "series__unit_id", "series__title", "period", "numerator", "denominator"
    )
    shares: dict[Key, Share] = {}
    for unit_id, title, period, numerator, denominator in points:
        shares[unit_id, title, period] = Share(numerator, denominator)
    return shares


def _problem(
    series: Series, row: Row, share: Share, stored: Share
) -> tuple[str, str] | None:
    """Return the column of a row that cannot be, and why; None when it can."""
    if share.denominator is not None and share.numerator > share.denominator:
        return "numerator", f"{share.numerator} av {share.denominator} går inte"
    if series.pk and is_counted(series, row["period"]):
        # What the register has counted comes again in a file that was taken from it.
        if share == stored:
            return None
        return "period", "räknas av sig självt i systemet"
    column = _unlike(series, row)
    if column:
        return (
            column,
            "mätserien har månader och år, eller andelar och antal, om vartannat",
        )
    if share != stored:
        return "numerator", "mätningen finns redan i systemet med andra tal"
    return None


def _series_of(row: Row) -> Series:
    """Return a new series of the kind that its first row shows."""
    every = Series.Every.MONTH if "-" in row["period"] else Series.Every.YEAR
    is_share = row["denominator"] is not None
    return Series(
        unit_id=row["unit"], title=row["title"], every=every, is_share=is_share
    )


def _unlike(series: Series, row: Row) -> str:
    """Return the column in which a row is not like the others of its series, or nothing."""
    like = _series_of(row)
    if series.every != like.every:
        return "period"
    if series.is_share != like.is_share:
        return "denominator"
    return ""


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
