"""What is to be done soon, or was not done in time, is told: to who is to do it, then to chiefs above.

Everything is worked out from the days themselves, so a worker that has been away for a week tells what
it missed; and each thing is told once, since a notice is dated by the day that it is about.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from django.db.models import Case as Choose
from django.db.models import QuerySet, When
from django.utils import timezone

from casework.cases.receiving import LYING, Lying, Receivers
from casework.improvement.deciding import Deciders
from casework.models import UPPER_LEVELS, Action, Case, Notice
from organisation.access import people_at_work

# Defaults of the product: told a week ahead, and to the next level of chiefs for each week of delay.
AHEAD = dt.timedelta(days=7)
UPWARDS = (dt.timedelta(days=7), dt.timedelta(days=14))
BATCH = 2_000


class Telling(NamedTuple):
    """One person is to be told one thing about one case; equal to the notice that says so."""

    user: int
    case: int
    kind: str
    on: dt.date


class Late(NamedTuple):
    """What is late or soon is, a case or an action in it: its day, and the keys of who may be told."""

    case: int
    due_on: dt.date
    owner: int | None
    levels: list[list[int]]

    def to_doer(self, kind: Notice.Kind) -> Iterator[Telling]:
        """Tell who is to do it, or the nearest level of chiefs while nobody is."""
        for person in [self.owner] if self.owner else next(iter(self.levels), []):
            yield Telling(person, self.case, kind, self.due_on)


def remind(*, today: dt.date | None = None) -> int:
    """Tell what is new today about cases and actions (R7); return how many notices were written."""
    today = today or timezone.localdate()
    soon = today + AHEAD
    receivers = Receivers.of()
    cases = Case.objects.open().filter(due_on__lte=soon)
    ongoing = Action.objects.ongoing().filter(due_on__lte=soon)
    deciders = Deciders.of_all(receivers)
    proposed = Action.objects.proposed().filter(due_on__lte=soon)
    unjudged = Action.objects.awaiting_effect().filter(effect_due_on__lte=today)
    return (
        _tell(cases, "due_on", receivers, lambda late: _about_case(late, today))
        + _tell(ongoing, "due_on", receivers, lambda late: _about_action(late, today))
        + _tell_deciders(proposed, deciders)
        + _tell(
            unjudged,
            "effect_due_on",
            receivers,
            lambda late: late.to_doer(Notice.Kind.EFFECT_DUE),
        )
    )


def _about_case(late: Late, today: dt.date) -> Iterator[Telling]:
    """Tell who is to handle a case; when it is a week late the next chiefs, and after two those above."""
    if late.due_on >= today:
        yield from late.to_doer(Notice.Kind.DUE)
        return
    yield from late.to_doer(Notice.Kind.OVERDUE)
    for delay, chiefs in zip(UPWARDS, late.levels[1:], strict=False):
        if late.due_on + delay <= today:
            for chief in chiefs:
                if chief != late.owner:
                    yield Telling(chief, late.case, Notice.Kind.ESCALATED, late.due_on)


def _about_action(late: Late, today: dt.date) -> Iterator[Telling]:
    is_over = late.due_on < today
    return late.to_doer(
        Notice.Kind.ACTION_OVERDUE if is_over else Notice.Kind.ACTION_DUE
    )


def _tell(
    rows: QuerySet[Any],
    day: str,
    receivers: Receivers,
    tellings: Callable[[Late], Iterator[Telling]],
) -> int:
    """Write the notices about some cases or actions that are not written yet, a batch at a time."""
    is_case = rows.model is Case
    key, of_case = ("pk", "") if is_case else ("case", "case__")
    # Who has left does nothing any more: then it is for those who receive the case.
    owner = Choose(When(owner__in=people_at_work(), then="owner"))
    columns = (day, "doer", *(f"{of_case}{column}" for column in LYING))
    written, last = 0, 0
    while batch := list(
        rows.filter(pk__gt=last)
        .annotate(doer=owner)
        .order_by("pk")
        .values_list("pk", *columns)[:BATCH]
    ):
        these = rows.filter(pk__gt=last, pk__lte=batch[-1][0]).order_by()
        last = batch[-1][0]
        wanted: set[Telling] = set()
        for _, due_on, doer, *facts in batch:
            lying = Lying._make(facts)
            has_left = is_case and doer is not None and receivers.has_left(doer, lying)
            late = Late(
                lying.pk, due_on, None if has_left else doer, receivers.levels(lying)
            )
            wanted |= set(tellings(late))
        told = Notice.objects.filter(
            case__in=these.values(key), kind__in={telling.kind for telling in wanted}
        )
        found = told.order_by().values_list("user", "case", "kind", "on")
        written += _write(wanted - set(map(Telling._make, found)))
    return written


def _tell_deciders(proposed: QuerySet[Action], deciders: Deciders) -> int:
    """Write the notices about proposals that nobody has decided, to those who decide at their level."""
    columns = ("due_on", "level", *(f"case__{column}" for column in LYING))
    wanted = set()
    for due_on, level, *facts in proposed.order_by("pk").values_list(*columns):
        lying = Lying._make(facts)
        upper = level in UPPER_LEVELS
        people = (
            deciders.of(lying, level)
            if upper
            else next(iter(deciders.receivers.levels(lying)), [])
        )
        wanted |= {
            Telling(person, lying.pk, Notice.Kind.ACTION_PROPOSED, due_on)
            for person in people
        }
    about = Notice.objects.filter(case__in=proposed.order_by().values("case"))
    told = about.filter(kind=Notice.Kind.ACTION_PROPOSED).order_by()
    return _write(
        wanted - set(map(Telling._make, told.values_list("user", "case", "kind", "on")))
    )


def _write(new: set[Telling]) -> int:
    notices = [
        Notice(user_id=t.user, case_id=t.case, kind=t.kind, on=t.on)
        for t in sorted(new)
    ]
    Notice.objects.bulk_create(notices, ignore_conflicts=True, batch_size=BATCH)
    return len(notices)
