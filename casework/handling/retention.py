"""Retention: what an archive decision lets go, and when (no decision, no purging).

SoL has no limit for the municipality's own files, so nothing is purged without a registered decision.  What
is purged leaves a tombstone, its counts and the codes by which citizens follow their cases; nothing else.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Case as First
from django.db.models import Count, Expression, Q, QuerySet, Value, When
from django.utils import timezone

from casework.database.scopes import reading_beyond
from casework.handling.purging import imprints, in_a_pair, leave, reasons, tied
from casework.models import Action, Case, RetentionRule
from organisation.access import administrations_for
from organisation.models import Unit
from organisation.rights import Right

if TYPE_CHECKING:
    from organisation.models import User

# The registrar keeps the archive's decisions; the system administrator runs the purging.
TIED = "Ett ärende som det hör ihop med är kvar."
BATCH = 100  # cases in one transaction
MOST_NUMBERS = 500  # that a page lists of one kind and year; the command lists all
YEARS_BEFORE = 2  # this year and so many before it are read row by row
READ = "Avslutat, eller med en åtgärd, i år eller de två åren före: redovisningen läser det ännu."
PURGE_LOCK = 5_060_909  # one purge at a time
_COLUMNS = ("pk", "number", "subject", "unit_id", "closed_on", "reason")


@dataclass(frozen=True)
class Due:
    """One case that a decision lets go."""

    key: int
    number: str
    subject: str
    unit: int
    closed_on: dt.date
    rule: RetentionRule


@dataclass
class Found:
    """What may be purged today, in groups that go together, and how many are kept back and why."""

    groups: list[list[Due]] = field(default_factory=list)
    kept: Counter[tuple[str, str]] = field(default_factory=Counter)

    def by_year(self) -> dict[tuple[str, int], list[str]]:
        """Return the numbers that may be purged, by kind of case and the year in which they were closed."""
        found: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
        cases = chain.from_iterable(self.groups)
        for case in sorted(cases, key=lambda case: case.number):
            found[case.subject, case.closed_on.year].append(case.number)
        return dict(sorted(found.items()))


@dataclass(frozen=True)
class Preview:
    """What may be purged today, by kind and year: how many and the first numbers; and what is kept back."""

    due: list[tuple[str, int, int, list[str]]]
    kept: Counter[tuple[str, str]]


def administrations(user: User) -> list[Unit]:
    """Return the administrations over all of which a person keeps the archive's decisions."""
    return list(administrations_for(user, Right.CASES_RETAIN))


def register(
    unit: Unit,
    *,
    subject: str,
    years: int | None,
    decision: str,
    decided_on: dt.date,
    actor: User,
) -> RetentionRule:
    """Register a retention decision; without years the cases are kept from now on.

    The same decision registered twice is one.
    Raises ValidationError when the unit is no administration of the actor's, or it is not yet decided.
    """
    if unit not in administrations(actor):
        raise ValidationError({"unit": "Välj en förvaltning i listan."})
    if decided_on > timezone.localdate():
        raise ValidationError({"decided_on": "Ange en dag som har varit, eller i dag."})
    facts: dict[str, Any] = {
        "years": years,
        "decision": decision,
        "decided_on": decided_on,
    }
    with transaction.atomic():
        Unit.objects.select_for_update().get(
            pk=unit.pk
        )  # two who register at once come after each other
        same = (
            RetentionRule.objects.in_force()
            .filter(unit=unit, subject=subject, **facts)
            .first()
        )
        return same or RetentionRule.objects.create(
            unit=unit, subject=subject, registered_by=actor, **facts
        )


def last_day_to_purge(years: int, *, on: dt.date) -> dt.date:
    """Return the day on which a case must have been closed, or earlier, to be purged on a day."""
    try:
        return on.replace(year=on.year - years)
    except ValueError:  # 29 February
        return on.replace(year=on.year - years, day=28)


def find(
    *,
    on: dt.date | None = None,
    units: Collection[Unit] | None = None,
    only: Collection[int] | QuerySet[Any, Any] | None = None,
) -> Found:
    """Return what the decisions in force let go on a day (today), of some administrations or of all.

    Closed cases alone, and none while something in it waits or a case that belongs to it is kept.  ``only``
    asks about the cases with some keys.
    """
    day = on or timezone.localdate()
    due: dict[int, Due] = {}
    back: dict[int, str] = {}
    for rule in _rules(units):
        cases = _past([rule], day)
        if only is not None:
            cases = cases.filter(pk__in=only)
        for key, number, subject, unit, closed_on, reason in cases.order_by(
            "pk"
        ).values_list(*_COLUMNS):
            due[key] = Due(key, number, subject, unit, closed_on, rule)
            if reason:
                back[key] = reason
    found = Found()
    for group in _groups(due.keys()):
        kept = group & back.keys() or not group <= due.keys()
        cases_due = [due[key] for key in sorted(group & due.keys())]
        if kept:
            found.kept.update(
                (case.subject, back.get(case.key, TIED)) for case in cases_due
            )
        else:
            found.groups.append(cases_due)
    return found


def _rules(units: Collection[Unit] | None) -> QuerySet[RetentionRule]:
    rules = rules_in_force().select_related("unit")
    return rules if units is None else rules.filter(unit__in=units)


def rules_in_force() -> QuerySet[RetentionRule]:
    """Return the decisions that let something go: the last of each administration and kind, with years."""
    return RetentionRule.objects.in_force().exclude(years=None)


def _past(rules: Iterable[RetentionRule], on: dt.date) -> QuerySet[Any]:
    """Return the cases that some decisions would let go on a day, and what keeps each: words, or ""."""
    which = Q(pk__in=())
    for rule in rules:
        last = last_day_to_purge(rule.years or RetentionRule.MOST_YEARS, on=on)
        which |= Q(
            subject=rule.subject,
            unit__path__startswith=rule.unit.path,
            closed_on__lte=last,
        )
    return kept_back(Case.objects.filter(which), _first_read(on))


def kept_back(
    cases: QuerySet[Case], first_read: dt.date | Expression
) -> QuerySet[Any, Any]:
    """Return cases with what keeps each of them back as ``reason``: words, or "".

    ``first_read`` is the first day of what pages and reports still read row by row.
    """
    kept = [
        When(held, then=Value(words))
        for words, held in {**reasons(), READ: _still_read(first_read)}.items()
    ]
    return cases.order_by().annotate(reason=First(*kept, default=Value("")))


def _first_read(on: dt.date) -> dt.date:
    return dt.date(on.year - YEARS_BEFORE, 1, 1)


def _still_read(first: dt.date | Expression) -> Q:
    """Return the condition that pages and reports still read a case row by row, and not only as counts.

    Medians go back six tertials, and the report of a year is written the year after.
    """
    lately = Action.objects.filter(
        Q(done_on__gte=first) | Q(effect_on__gte=first)
    ).order_by()
    return Q(closed_on__gte=first) | Q(pk__in=lately.values("case"))


@reading_beyond("numbers and counts, for whoever purges what its reader need not read")
def preview(units: Collection[Unit], *, on: dt.date | None = None) -> Preview:
    """Return what ``find`` would, counted by the database; only cases that belong together are looked at."""
    day = on or timezone.localdate()
    past = _past(_rules(units), day)
    found = find(on=day, units=units, only=past.filter(in_a_pair()).values("pk"))
    due = {key: (len(numbers), numbers) for key, numbers in found.by_year().items()}
    alone = past.exclude(in_a_pair()).values_list(
        "reason", "subject", "closed_on__year"
    )
    listed = ArrayAgg(
        "number", filter=Q(reason=""), order_by="number", default=Value([])
    )
    for reason, subject, year, count, numbers in alone.annotate(
        n=Count("pk"), numbers=listed
    ):
        if reason:
            found.kept[subject, reason] += count
        else:
            more, others = due.get((subject, year), (0, []))
            due[subject, year] = (count + more, sorted([*others, *numbers]))
    return Preview(
        [
            (*key, count, numbers[:MOST_NUMBERS])
            for key, (count, numbers) in sorted(due.items())
        ],
        found.kept,
    )


def _groups(keys: Collection[int]) -> list[set[int]]:
    """Return the cases in groups that go together, with those that are not due themselves."""
    group_of: dict[int, set[int]] = {}
    for one, other in tied(keys):
        joined = group_of.get(one, {one}) | group_of.get(other, {other})
        for key in joined:
            group_of[key] = joined
    found: dict[int, set[int]] = {}
    for key in sorted(keys):
        group = group_of.get(key, {key})
        found.setdefault(min(group), group)
    return list(found.values())


# --- purging ----------------------------------------------------------------------------------
def purge(*, on: dt.date | None = None) -> Iterator[int]:
    """Purge what may be purged, and yield how many cases went with each transaction.

    What belongs together goes together.  Whatever stops it, each transaction is whole: what is left is found
    again the next time.
    """
    day = on or timezone.localdate()
    batch: list[Due] = []
    for group in find(on=day).groups:
        if batch and len(batch) + len(group) > BATCH:
            yield _purge(batch, day)
            batch = []
        batch += group
    if batch:
        yield _purge(batch, day)


def _purge(cases: list[Due], day: dt.date) -> int:
    """Purge some cases in one transaction; what has changed since is found the next time.

    The database itself asks whether they may go, and removes them (casework.handling.purge_functions).
    """
    with transaction.atomic(), connection.cursor() as cursor:
        keys = [case.key for case in cases]
        cursor.execute("SELECT casework_may_go(%s, %s)", [keys, day])
        still = [key for (key,) in cursor.fetchall()]
        if still:
            known = imprints(still)
            leave(still)
            told = [known.get(key, "") for key in still]
            cursor.execute("SELECT casework_purge(%s, %s, %s)", [still, told, day])
    return len(still)
