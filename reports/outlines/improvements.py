"""The improvement work of a department: actions with their follow-up, and what is planned for next year."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils import dateformat

from casework.models import Action, ActionLevel, Circle, Recusal
from reports.document.blocks import Block, Table
from reports.outlines.appendices import NOTHING
from reports.outlines.writer import Writer
from selfcheck.models import Plan

if TYPE_CHECKING:
    from organisation.models import User

# What one case led to in one unit stays there: it could tell who the case is about.
WIDE = (ActionLevel.DEPARTMENT, ActionLevel.ADMINISTRATION, ActionLevel.BOARD)
COMPILED = ("analysis", "riskanalysis", "selfcheck")


def actions_of(writer: Writer, *, reader: User | None = None) -> QuerySet[Action]:
    """Return the decided actions that concern more than one case, of the unit that is written about.

    A report has many readers: of a case that only some of them may read nothing is told (OSL 26 kap. 1 §).
    To ``reader``, when one is given, nothing is told of a case that he or she takes no part in (FL 16-18 §§).
    """
    broad = Q(level__in=WIDE) | Q(case__subject__in=COMPILED)
    read_by_all = Q(case__protected=False, case__circle=Circle.USUAL)
    recused = Recusal.objects.filter(user=reader).values("case")
    return (
        Action.objects.filter(
            broad, read_by_all, case__unit__path__startswith=writer.unit.path
        )
        .exclude(decided_on=None)
        .exclude(case__in=recused)
        .order_by("decided_on", "pk")
    )


def _left(on: dt.date) -> Q:
    """Return the condition of actions that were neither done nor given up before a day."""
    return (Q(done_on=None) | Q(done_on__gte=on)) & (
        Q(rejected_on=None) | Q(rejected_on__gte=on)
    )


@dataclass(frozen=True)
class FollowedUp:
    """An action and its outcome; carried over when it was decided before the year."""

    action: Action
    outcome: str
    carried_from: int | None


def follow_up(writer: Writer, *, reader: User | None = None) -> list[FollowedUp]:
    """Return the actions of the year and their outcomes (SOSFS 2011:9 5 kap. 7-8 §§, 7 kap. allmänna råd).

    An action that was decided earlier and was not done when the year began is carried over, and one that
    is not done when it ends remains.
    """
    period = writer.period
    actions = actions_of(writer, reader=reader).filter(
        _left(period.first), decided_on__lt=period.end
    )
    return [
        FollowedUp(action, _outcome(writer, action), _carried_from(writer, action))
        for action in actions
    ]


def followed_up(writer: Writer) -> list[Block]:
    """Return the actions of the year and their outcomes as a table."""
    rows = []
    for found in follow_up(writer):
        action = found.action.text
        if found.carried_from:
            action += f"\nFrån {found.carried_from}"
        rows.append((action, found.outcome))
    if not rows:
        return []
    header = ("Förbättringsåtgärd", "Uppföljning av åtgärden")
    caption = f"Förbättringsåtgärder och deras uppföljning {writer.year_in_words}"
    return [Table(caption, header, tuple(rows), widths=(50, 50))]


def _carried_from(writer: Writer, action: Action) -> int | None:
    """Return the year in which an action was decided, where that was before the report's."""
    decided = action.decided_on
    if decided is None or decided >= writer.period.first:
        return None
    return decided.year


def _outcome(writer: Writer, action: Action) -> str:
    """Return the outcome of an action by the end of the year, with its follow-up."""
    end = writer.period.end
    if action.rejected_on is not None and action.rejected_on < end:
        return f"Genomförs inte. {action.rejected_reason}".strip()
    if action.done_on is None or action.done_on >= end:
        due = f" Ska vara klar senast {_day(action.due_on)}." if action.due_on else ""
        return f"Kvarstår till nästa år.{due}"
    told = f"Genomförd {_day(action.done_on)}."
    if action.effect_on is None or action.effect_on >= end:
        return told
    return f"{told} Åtgärden {action.state}. {action.effect_note}".strip()


def _day(day: dt.date) -> str:
    """Return a day in words."""
    return dateformat.format(day, "j F Y")


def planned(writer: Writer) -> list[Block]:
    """Return the plans for next year: the remaining actions and the planned self-checks."""
    end = writer.period.end
    remaining = actions_of(writer).filter(
        _left(end), decided_on__lte=writer.extracted_on
    )
    actions = []
    for action in remaining:
        due = _day(action.due_on) if action.due_on else NOTHING
        actions.append((action.text, due))
    coming = writer.period_of(writer.year + 1)
    plans = Plan.objects.going_on().filter(
        unit__path__startswith=writer.unit.path,
        first_on__gte=coming.first,
        first_on__lt=coming.end,
    )
    checks = []
    for plan in plans.select_related("unit").order_by("unit__path", "first_on", "pk"):
        rhythm = plan.get_rhythm_display().capitalize()
        checks.append((plan.title, plan.unit.name, rhythm))
    year = writer.year_in_words.replace(str(writer.year), str(writer.year + 1))
    tables: list[Block] = []
    if actions:
        header: tuple[str, ...] = ("Förbättringsåtgärd", "Klar senast")
        tables.append(
            Table(
                f"Planerade förbättringsåtgärder {year}",
                header,
                tuple(actions),
                widths=(75, 25),
            )
        )
    if checks:
        header = ("Egenkontroll", "Verksamhet", "Hur ofta")
        tables.append(
            Table(
                f"Planerade egenkontroller {year}",
                header,
                tuple(checks),
                widths=(45, 35, 20),
            )
        )
    return tables
