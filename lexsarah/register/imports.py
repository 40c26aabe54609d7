"""Import of lex Sarah reports and the cases in which they were investigated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from casework.models import Circle
from casework.register.imports import (
    claim,
    copy_rows,
    purged_numbers,
    store_cases,
    taken_numbers,
)
from lexsarah.models import (
    SERIOUS,
    DecidedBy,
    Degree,
    IvoOutcome,
    LexSarahCase,
    LexSarahReport,
    State,
)
from organisation.registers.columns import Column, code, day, text, unit, word
from organisation.registers.files import Import, Outcome, Row, Table

_DECISION = ("decided_on", "decided_by", "degree")
_NOTIFICATION = ("ivo_notified_on", "ivo_decided_by", "ivo_outcome")
# What belongs to the case; the rest of a row belongs to the report.
_OF_THE_CASE = ("type", *_DECISION, *_NOTIFICATION)
_OF_THE_REPORT = ("unit", "occurred_on", "received_on", "description")

Lines = list[tuple[int, Row]]


def import_lexsarah(path: Path, run: Import) -> Outcome:
    """Store the reports that are new, those with the same ``case`` in one investigation.

    The outcome counts reports.  A case that is stored with other content is refused.
    """
    table, outcome = Table(path, _columns(), run), Outcome(path.name)
    cases = _by_case(table)
    stored, purged = _stored(list(cases)), purged_numbers(cases)
    new: dict[str, Lines] = {}
    for number, lines in cases.items():
        first_line = lines[0][0]
        if not claim(table, first_line, "case", number):
            continue
        if number in purged:
            outcome.purged += len(lines)
        elif number not in stored:
            new[number] = lines
        elif stored[number] == _content(lines):
            outcome.unchanged += len(lines)
        else:
            table.refuse(
                first_line,
                "case",
                f"”{number}” finns redan i systemet med annat innehåll",
            )
    _refuse_stored_reports(table, new)
    _store(new, run)
    outcome.new = sum(len(lines) for lines in new.values())
    return outcome


def _store(new: dict[str, Lines], run: Import) -> None:
    """Store the new cases, and the reports of each."""
    cases = [_case(number, lines) for number, lines in new.items()]
    keys = store_cases(LexSarahCase, cases, {}, run)
    if not keys:
        return
    reports: list[dict[str, Any]] = []
    for number, lines in new.items():
        reports += [_report(row, keys[number]) for _, row in lines]
    copy_rows(LexSarahReport, reports)


def _columns() -> list[Column]:
    return [
        code("reference"),
        code("case"),
        unit(),
        day("occurred_on"),
        day("received_on", required=True),
        text("type", longest=100, required=True),
        text("description", required=True),
        day("decided_on"),
        word("decided_by", DecidedBy.values),
        word("degree", Degree.values),
        word("ivo_decided_by", DecidedBy.values),
        day("ivo_notified_on"),
        word("ivo_outcome", IvoOutcome.values),
    ]


def _by_case(table: Table) -> dict[str, Lines]:
    """Return the rows of each case, checked, in the order of the reports."""
    cases: dict[str, Lines] = {}
    references: dict[str, int] = {}
    for line, row in table.rows():
        for column, reason in _faults(row):
            table.refuse(line, column, reason)
        if references.setdefault(row["reference"], line) != line:
            table.refuse(
                line,
                "reference",
                f"”{row['reference']}” står redan på rad {references[row['reference']]}",
            )
            continue
        lines = cases.setdefault(row["case"], [])
        lines.append((line, row))
        for column in _OF_THE_CASE:
            if row[column] != lines[0][1][column]:
                table.refuse(
                    line,
                    column,
                    f"är inte samma som på rad {lines[0][0]} i samma ärende (case)",
                )
    for lines in cases.values():
        lines.sort(key=lambda found: (found[1]["received_on"], found[1]["reference"]))
    return cases


def _faults(row: Row) -> Iterator[tuple[str, str]]:
    """Yield each rule that a row breaks; the database holds them too."""
    yield from _wrong_days(row)
    yield from _lacking(row, _DECISION, "ett beslut")
    yield from _lacking(row, _NOTIFICATION, "en anmälan till IVO")
    if row["ivo_notified_on"] and row["degree"] and row["degree"] not in SERIOUS:
        yield (
            "degree",
            "bara allvarliga missförhållanden och risker för sådana anmäls till IVO",
        )


def _wrong_days(row: Row) -> Iterator[tuple[str, str]]:
    """Yield the days that cannot be, beside the day on which the report came."""
    if row["occurred_on"] and row["occurred_on"] > row["received_on"]:
        yield (
            "occurred_on",
            "händelsen kan inte ha inträffat efter att den rapporterades (received_on)",
        )
    if row["decided_on"] and row["decided_on"] < row["received_on"]:
        yield (
            "decided_on",
            "beslutet kan inte fattas före den dag rapporten kom in (received_on)",
        )
    if row["ivo_notified_on"] and row["ivo_notified_on"] < row["received_on"]:
        yield (
            "ivo_notified_on",
            "anmälan kan inte göras före den dag rapporten kom in (received_on)",
        )


def _lacking(row: Row, part: Sequence[str], what: str) -> Iterator[tuple[str, str]]:
    """Yield the empty cells of a part that is filled in to some extent: it is whole, or not there."""
    empty = [name for name in part if not row[name]]
    if len(empty) == len(part):
        return
    for name in empty:
        yield name, f"är tom, men {what} ska ha {', '.join(part)}"


def _case(number: str, lines: Lines) -> dict[str, Any]:
    """Return the case: of its first report's unit, closed when decided and IVO is not waited for."""
    first = lines[0][1]
    waiting = first["ivo_outcome"] == IvoOutcome.WAITING
    occurred = [row["occurred_on"] for _, row in lines if row["occurred_on"]]
    return {name: first[name] for name in _OF_THE_CASE} | {
        "number": number,
        "subject": LexSarahCase._meta.app_label,
        "circle": Circle.FEW.value,
        "state": _state(first, waiting=waiting).value,
        "title": first["type"],
        "unit_id": first["unit"],
        "occurred_on": min(occurred, default=None),
        "received_on": first["received_on"],
        "closed_on": None if waiting else first["decided_on"],
    }


def _state(first: Row, *, waiting: bool) -> State:
    if not first["decided_on"]:
        return State.REPORTED
    return State.DECIDED if waiting else State.CLOSED


def _report(row: Row, case: int) -> dict[str, Any]:
    return {
        "case_id": case,
        "number": row["reference"],
        "unit_id": row["unit"],
        "occurred_on": row["occurred_on"],
        "received_on": row["received_on"],
        "description": row["description"],
    }


# --- what is already stored -------------------------------------------------------------------
Content = tuple[list[Any], dict[str, list[Any]]]


def _content(lines: Lines) -> Content:
    """Return what the rows of a case say: the case's values, and its reports' by their number."""
    first = lines[0][1]
    reports = {row["reference"]: _cells(row, _OF_THE_REPORT) for _, row in lines}
    return _cells(first, _OF_THE_CASE), reports


def _cells(row: Row, names: Sequence[str]) -> list[Any]:
    return [row[name] for name in names]


def _stored(numbers: list[str]) -> dict[str, Content | None]:
    """Return what is stored under the numbers; None when a case of another kind has it."""
    found: dict[str, Content | None] = dict.fromkeys(taken_numbers(numbers))
    if not found:
        return found
    cases = LexSarahCase.objects.filter(number__in=list(found)).values_list(
        "number", *_OF_THE_CASE
    )
    contents: dict[str, Content] = {number: (values, {}) for number, *values in cases}
    reports = LexSarahReport.objects.filter(
        case__number__in=list(contents)
    ).values_list("case__number", "number", "unit_id", *_OF_THE_REPORT[1:])
    for number, reference, *values in reports:
        contents[number][1][reference] = values
    return found | contents


def _refuse_stored_reports(table: Table, new: dict[str, Lines]) -> None:
    """Refuse a report that is already stored in another case than its row says."""
    rows = chain.from_iterable(new.values())
    lines = {row["reference"]: line for line, row in rows}
    stored = LexSarahReport.objects.filter(number__in=list(lines)).values_list(
        "number", "case__number"
    )
    for reference, number in stored:
        table.refuse(
            lines[reference],
            "reference",
            f"”{reference}” finns redan i ärende {number}",
        )
