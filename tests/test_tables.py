"""A new member of an enum is forgotten by no table: each has a row for it, or says here why it needs none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from enum import Enum
from typing import Any, NamedTuple

import pytest

from analysis.counted.catalogue import OF_KIND
from analysis.counted.countings import COUNTINGS
from deviations.models import Kind, ReportedBy
from deviations.words import CITIZEN_KINDS, STAFF_KINDS
from lexsarah.board.meetings import BODIES
from lexsarah.models import DecidedBy
from reports.models import State as ReportState
from reports.models import Template
from reports.outlines.outline import SHIPPED
from reports.views.life import WAY
from tests.tables import Table, tables, tables_in


class LeftOut(NamedTuple):
    """The members that a table has no row for, by name, and why."""

    names: str
    why: str


# Each names its members: one that is new to the enum is decided about anew.
LEFT_OUT = {
    "casework.improvement.deciding._UPPER": LeftOut(
        "INDIVIDUAL GROUP UNIT BOARD", "decided in the unit, or by a board"
    ),
    "casework.kinds._rules": LeftOut(
        "FEW INVESTIGATOR", "comes with a kind that has the circle"
    ),
    "lexsarah.law.circles.CIRCLES": LeftOut(
        "USUAL", "is every case's, and stands in casework"
    ),
    "lexsarah.kind.LEX_SARAH": LeftOut(
        "NEW URGENT ASSIGNED RECEIVED MESSAGE ANSWERED DUE OVERDUE ESCALATED ACTION_GIVEN "
        "ACTION_DUE ACTION_OVERDUE EFFECT_DUE NO_ANALYSIS KEPT_OUT PROTECTED EMERGENCY LEFT "
        "ACTION_LEFT ACTION_PROPOSED SECTION_GIVEN SECTION_DUE SECTION_OVERDUE",
        "leads to the case",
    ),
    "deviations.reporting.forms._contact_problem": LeftOut(
        "CODE NONE", "takes no contact details"
    ),
    "deviations.models.MISCONDUCT_OF": LeftOut("NONE POSSIBLE", "is nothing to report"),
    "deviations.public_form.status.TONES": LeftOut(
        "REPORTED ASSIGNED TRANSFERRED ACTIONS_DECIDED FOLLOWED_UP ESCALATED FORWARDED MOVED DUPLICATE",
        "has the neutral tone",
    ),
    "lexsarah.models.concerned.OtherDuty.HOURS": LeftOut(
        "LEX_MARIA POLICE", "no law gives it hours"
    ),
    "selfcheck.plan.wheel._STATES": LeftOut(
        "RESULT DECIDED CLOSED CANCELLED", "is done"
    ),
    "analysis.tertial.key_figures.KeyFigure._against_those_before": LeftOut(
        "SAME TOO_FEW", "is not unusual"
    ),
    "analysis.tertial.key_figures.KeyFigure.says": LeftOut(
        "SAME TOO_FEW", "is said in the words of the enum"
    ),
}


def registers_of(subject: str) -> tuple[str, ...]:
    """Return what parts the registers of a subject, the same in each of its countings that has several."""
    [values] = {
        c.registers.values for c in COUNTINGS if c.subject == subject and c.registers
    }
    return values


# Tables that hold their members in another way than as the keys of a literal.
HELD: dict[str, tuple[type[Enum], Iterable[Any]]] = {
    "analysis.counted.catalogue.OF_KIND": (Kind, OF_KIND),
    "the registers of deviations": (ReportedBy, registers_of("deviations")),
    "the registers of lex Sarah": (DecidedBy, registers_of("lexsarah")),
    "deviations.words, what can be said": (
        Kind,
        {kind for kind, _ in (*CITIZEN_KINDS, *STAFF_KINDS)},
    ),
    "lexsarah.board.meetings.BODIES, and who decides without one": (
        DecidedBy,
        {*BODIES.values(), DecidedBy.INVESTIGATOR, DecidedBy.CHAIR},
    ),
    "reports/outlines, one for each kind": (
        Template,
        [path.stem for path in SHIPPED.glob("*.toml")],
    ),
    "reports.views.life.WAY": (ReportState, WAY),
}


def forgotten(found: Iterable[Table]) -> dict[str, set[str]]:
    """Return what each table lacks and does not say that it leaves out."""
    lacking = {}
    for table in found:
        said = LEFT_OUT.get(table.place, LeftOut("", "")).names.split()
        if table.lacks != set(said):
            lacking[table.place] = table.lacks ^ set(said)
    return lacking


def test_every_table_keyed_by_an_enum_has_a_row_for_each_member() -> None:
    found = list(tables())

    assert len(found) >= 20
    assert forgotten(found) == {}
    assert LEFT_OUT.keys() <= {table.place for table in found}


@pytest.mark.parametrize("place", HELD)
def test_every_other_table_holds_each_member_once(place: str) -> None:
    enum, held = HELD[place]

    assert Counter(map(enum, held)) == Counter(enum)


@pytest.mark.parametrize("key", ["Note.Kind.INTERNAL", "Note.Kind.TO_REPORTER"])
def test_row_that_is_taken_away_is_missed(key: str) -> None:
    text = f"_LABELS = {{{key}: 'Skrev'}}"

    [table] = tables_in(text, "casework.handling.services")

    assert table.place == "casework.handling.services._LABELS"
    assert forgotten([table])["casework.handling.services._LABELS"] == {
        member.name for member in table.enum
    } - {key.rpartition(".")[2]}


def test_member_that_is_new_is_missed_by_a_table_that_leaves_others_out() -> None:
    [table] = [
        table for table in tables(["deviations"]) if table.place.endswith(".TONES")
    ]

    assert forgotten([table]) == {}
    assert forgotten([table._replace(keys=table.keys - {next(iter(table.keys))})]) != {}
