"""What is known about drawn readings, fetched for all of them at once: the facts that flags are made of."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import reduce
from itertools import chain
from operator import or_

from django.db.models import Q
from django.utils import timezone

from audit.models import Reading
from casework.models import Action, Case, LogEntry, Note, Recusal
from casework.process.deadlines import is_workday
from organisation.models import Membership, User
from selfcheck.models import Flag, UploadedReading
from selfcheck.review.flags import (
    COUNTED,
    About,
    Read,
    Reader,
    flags_of,
    is_at_night,
    is_mass,
    last_name,
)

SameDay = list[tuple[dt.datetime, object]]


def flagged(rows: Sequence[Reading]) -> list[list[Flag]]:
    """Return what is remarkable about each of some readings of the own log."""
    about = cases_of(chain.from_iterable(row.cases for row in rows))
    readers = readers_of({row.person_id for row in rows}, about)
    days = _opened_on(rows)
    found = []
    for row in rows:
        at = timezone.localtime(row.at)
        read = Read(
            at=at,
            reader=readers[row.person_id],
            kind=row.kind,
            way=row.way,
            is_substitute=row.stands_in_for_id is not None,
            words=row.words,
            cases=tuple(about[key] for key in row.cases if key in about),
            same_day=days[row.person_id, at.date()],
        )
        found.append(flags_of(read))
    return found


def flagged_lines(
    rows: Sequence[UploadedReading], all_of: Iterable[UploadedReading]
) -> list[list[Flag]]:
    """Return what is remarkable about each of some uploaded lines, of which only who, when and what is known."""
    opened: dict[str, SameDay] = defaultdict(list)
    for row in all_of:
        opened[row.who].append((timezone.localtime(row.at), row.about))
    found = []
    for row in rows:
        at = timezone.localtime(row.at)
        own = last_name(row.who)
        asked = (
            (Flag.NAME, bool(own) and own in row.about.casefold().split()),
            (Flag.MASS, is_mass(at, opened[row.who])),
            (Flag.NIGHT, is_at_night(at)),
            (Flag.DAY_OFF, not is_workday(at.date())),
        )
        found.append([flag for flag, is_so in asked if is_so])
    return found


def spine_of(keys: Iterable[int]) -> dict[int, Case]:
    """Return what a page says of some cases to whoever checks their readings; one that was purged is not there."""
    found = Case.objects.filter(pk__in=set(keys)).select_related("unit")
    return {case.pk: case for case in found}


def cases_of(keys: Iterable[int]) -> dict[int, About]:
    """Return what is known of some cases; one that was purged is not there."""
    cases = Case.objects.filter(pk__in=set(keys)).select_related(
        "unit", "reporter", "owner"
    )
    kept_out: dict[int, list[User]] = defaultdict(list)
    for recusal in Recusal.objects.filter(case__in=set(keys)).select_related("user"):
        kept_out[recusal.case_id].append(recusal.user)
    found = {}
    for case in cases:
        people = [case.reporter, case.owner, *kept_out[case.pk]]
        found[case.pk] = About(
            key=case.pk,
            path=case.unit.path,
            reporter=case.reporter_id,
            owner=case.owner_id,
            protected=case.protected,
            closed_on=case.closed_on,
            last_names=frozenset(
                (person.pk, last_name(person.name)) for person in people if person
            ),
        )
    return found


def readers_of(people: Iterable[int], cases: Iterable[int]) -> dict[int, Reader]:
    """Return what is known of some people: what they did in some cases, and the roles they hold or held."""
    people, cases = set(people), set(cases)
    worked: dict[int, set[int]] = defaultdict(set)
    for case, person in chain(
        LogEntry.objects.filter(actor__in=people, case__in=cases)
        .order_by()
        .values_list("case", "actor"),
        Note.objects.filter(author__in=people, case__in=cases)
        .order_by()
        .values_list("case", "author"),
        Action.objects.filter(owner__in=people, case__in=cases)
        .order_by()
        .values_list("case", "owner"),
    ):
        if person is not None:
            worked[person].add(case)
    held: dict[int, list[tuple[str, dt.date, dt.date | None]]] = defaultdict(list)
    roles = Membership.objects.filter(user__in=people).order_by("pk")
    for role in roles.select_related("unit"):
        held[role.user_id].append((role.unit.path, role.valid_from, role.valid_to))
    return {
        user.pk: Reader(
            user.pk, user.name, frozenset(worked[user.pk]), tuple(held[user.pk])
        )
        for user in User.objects.filter(pk__in=people)
    }


def _opened_on(rows: Iterable[Reading]) -> dict[tuple[int, dt.date], SameDay]:
    """Return when the readers of some readings opened which cases, on those days."""
    days: dict[int, set[dt.date]] = defaultdict(set)
    for row in rows:
        days[row.person_id].add(timezone.localtime(row.at).date())
    found: dict[tuple[int, dt.date], SameDay] = defaultdict(list)
    for person, on in days.items():
        any_day = reduce(or_, (_of_day(day) for day in on))
        opened = Reading.objects.filter(any_day, person=person, kind__in=COUNTED)
        for when, cases in opened.order_by().values_list("at", "cases"):
            local = timezone.localtime(when)
            found[person, local.date()] += [(local, case) for case in cases]
    return found


def _of_day(day: dt.date) -> Q:
    begins = timezone.make_aware(dt.datetime.combine(day, dt.time()))
    tomorrow = day + dt.timedelta(days=1)
    ends = timezone.make_aware(dt.datetime.combine(tomorrow, dt.time()))
    return Q(at__gte=begins, at__lt=ends)
