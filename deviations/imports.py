"""Import of complaints, views and quality deviations from a register."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from casework.models import Action, ActionLevel
from casework.register.imports import (
    batches,
    claim,
    purged_numbers,
    store_cases,
    taken_numbers,
)
from deviations.models import (
    CauseLevel,
    Channel,
    Consequence,
    Deviation,
    IsDeviation,
    Kind,
    ReportedBy,
    State,
)
from organisation.registers.columns import Column, code, day, text, unit, word
from organisation.registers.files import Import, Outcome, Row, Table

# The cells that are stored as they are, under the same name.
_AS_THEY_ARE = (
    "kind",
    "reported_by",
    "channel",
    "occurred_on",
    "received_on",
    "closed_on",
    "category",
    "target_group",
    "process",
    "cause_area",
    "cause_level",
    "is_deviation",
    "consequence",
    "description",
)
_COMPARED = ("unit_id", *_AS_THEY_ARE)


def import_deviations(path: Path, run: Import) -> Outcome:
    """Store the deviations that are new; one that is stored with other content is refused."""
    table, outcome = Table(path, _columns(), run), Outcome(path.name)
    for batch in batches(table.rows()):
        new = _new_rows(table, batch, outcome)
        store_cases(
            Deviation,
            [_case(row) for row in new],
            {row["reference"]: _action(row) for row in new if row["action_category"]},
            run,
        )
        outcome.new += len(new)
    return outcome


def _new_rows(
    table: Table, batch: Sequence[tuple[int, Row]], outcome: Outcome
) -> list[Row]:
    """Return the rows of a batch that are new; those that break a rule are refused, the others counted."""
    stored = _stored(batch)
    purged = purged_numbers(row["reference"] for _, row in batch)
    new = []
    for line, row in batch:
        reference = row["reference"]
        for column, reason in _faults(row):
            table.refuse(line, column, reason)
        if not claim(table, line, "reference", reference):
            continue
        if reference in purged:
            outcome.purged += 1
        elif reference not in stored:
            new.append(row)
        elif _same(row, stored[reference]):
            outcome.unchanged += 1
        else:
            reason = f"”{reference}” finns redan i systemet med annat innehåll"
            table.refuse(line, "reference", reason)
    return new


def _columns() -> list[Column]:
    return [
        code("reference"),
        word("kind", Kind.values, required=True),
        word("reported_by", ReportedBy.values, required=True),
        word("channel", Channel.values, required=True),
        unit(),
        day("occurred_on"),
        day("received_on", required=True),
        day("closed_on"),
        text("category", longest=100),
        text("target_group", longest=100),
        text("process", longest=200),
        text("cause_area", longest=100),
        word("cause_level", CauseLevel.values),
        word("is_deviation", IsDeviation.values),
        word("consequence", Consequence.values),
        text("description", required=True),
        text("action_category", longest=100),
        word("action_level", ActionLevel.values),
    ]


def _faults(row: Row) -> Iterator[tuple[str, str]]:
    """Yield each rule that a row breaks; the database holds most of them too."""
    yield from _wrong_days(row)
    if row["closed_on"] and not row["is_deviation"]:
        yield "is_deviation", "är tom, men ett avslutat ärende ska vara bedömt"
    if row["kind"] == Kind.QUALITY_DEVIATION and row["reported_by"] != ReportedBy.STAFF:
        yield "reported_by", "en kvalitetsavvikelse rapporteras av personal (staff)"
    if row["kind"] == Kind.PRAISE and row["is_deviation"] not in ("", IsDeviation.NO):
        yield "is_deviation", "beröm är inte en avvikelse"
    if row["action_level"] and not row["action_category"]:
        yield "action_level", "är ifylld, men action_category är tom"


def _wrong_days(row: Row) -> Iterator[tuple[str, str]]:
    """Yield the days that cannot be, beside the day on which the report came."""
    if row["occurred_on"] and row["occurred_on"] > row["received_on"]:
        yield (
            "occurred_on",
            "händelsen kan inte ha inträffat efter att den rapporterades (received_on)",
        )
    if row["closed_on"] and row["closed_on"] < row["received_on"]:
        yield (
            "closed_on",
            "ärendet kan inte avslutas före den dag det kom in (received_on)",
        )


def _case(row: Row) -> dict[str, Any]:
    state = State.CLOSED if row["closed_on"] else State.REPORTED
    if state == State.REPORTED and (row["is_deviation"] or row["action_category"]):
        state = State.UNDER_INVESTIGATION
    return {name: row[name] for name in _AS_THEY_ARE} | {
        "number": row["reference"],
        "subject": Deviation._meta.app_label,
        "title": row["category"] or Kind(row["kind"]).label.capitalize(),
        "unit_id": row["unit"],
        "state": state.value,
        "from_outside": row["reported_by"] == ReportedBy.OUTSIDE,
    }


def _action(row: Row) -> dict[str, Any]:
    """Return the action of a row: the register has its kind and level, and no day but the case's."""
    return {
        "text": row["action_category"],
        "category": row["action_category"],
        "level": row["action_level"],
        "decided_on": row["closed_on"] or row["received_on"],
        "done_on": row["closed_on"],
    }


# --- what is already stored -------------------------------------------------------------------
def _stored(batch: Sequence[tuple[int, Row]]) -> dict[str, tuple[Any, ...] | None]:
    """Return what is stored under the references of a batch: compared values, then its actions."""
    taken = taken_numbers(row["reference"] for _, row in batch)
    found: dict[str, tuple[Any, ...] | None] = dict.fromkeys(taken)
    if not found:
        return found
    actions: dict[int, set[tuple[str, str]]] = {}
    kinds = Action.objects.filter(case__number__in=list(found)).values_list(
        "case_id", "category", "level"
    )
    for case_id, category, level in kinds:
        actions.setdefault(case_id, set()).add((category, level))
    rows = Deviation.objects.filter(number__in=list(found)).values_list(
        "number", "pk", *_COMPARED
    )
    for number, key, *values in rows:
        found[number] = (*values, actions.get(key, set()))
    return found


def _same(row: Row, stored: tuple[Any, ...] | None) -> bool:
    """Tell whether a row says what is stored; an action decided in the system since is no difference."""
    if stored is None:  # the number belongs to a case of another kind
        return False
    *values, actions = stored
    action = (row["action_category"], row["action_level"])
    is_known_action = not row["action_category"] or action in actions
    return (
        values == [row["unit"], *(row[name] for name in _AS_THEY_ARE)]
        and is_known_action
    )
