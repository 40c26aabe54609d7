"""What is removed when it has been of use: sessions, work that is done, notices that are read, mails.

Storage for no longer than is needed (GDPR art. 5.1 e).  An app registers its tables when it is loaded
(``empties``); everything is removed a few rows at a time, each time whole or not at all, so that nobody
waits for it and whoever is interrupted goes on where the other stopped.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, ForeignObjectRel, OuterRef, Q, QuerySet
from django.utils import timezone

from casework.models import Action, Job, Mail, Notice

EMPTY = "casework.empty"
AT_A_TIME = 1_000
# Returns the rows of a table that are of no more use at a moment.
Old = Callable[[dt.datetime], QuerySet[Any]]
Tick = Callable[[int, str], None]

EMPTIED: dict[str, Old] = {}


def empties(table: str) -> Callable[[Old], Old]:
    """Register which rows of a table are removed."""

    def register(old: Old) -> Old:
        EMPTIED[table] = old
        return old

    return register


def empty(*, tick: Tick, now: dt.datetime | None = None) -> dict[str, int]:
    """Remove what is of no more use; return how many rows of each table."""
    now = now or timezone.now()
    removed = {}
    for done, (table, old) in enumerate(EMPTIED.items()):
        removed[table] = 0
        for count in _remove(old(now)):
            removed[table] += count
            tick(100 * done // len(EMPTIED), "")
    return removed


def _remove(old: QuerySet[Any]) -> Iterator[int]:
    """Remove some rows at a time; one that somebody else holds waits for the next day."""
    while True:
        with transaction.atomic():
            some = old.order_by("pk").select_for_update(skip_locked=True, of=("self",))
            keys = list(some.values_list("pk", flat=True)[:AT_A_TIME])
            old.model._default_manager.filter(pk__in=keys).delete()
        if not keys:
            return
        yield len(keys)


@empties("django_session")
def _sessions(now: dt.datetime) -> QuerySet[Session]:
    """Sessions that have ended by themselves: nobody is signed in by them."""
    return Session.objects.filter(expire_date__lt=now)


@empties("casework_job")
def _jobs(now: dt.datetime) -> QuerySet[Job]:
    """Work that is done, or that somebody stopped; what failed is kept until the same has been done."""
    before = now - dt.timedelta(days=settings.KEEP_JOBS_DAYS)
    same = Job.objects.filter(kind=OuterRef("kind"), arguments=OuterRef("arguments"))
    done_since = Exists(same.filter(done_at__gt=OuterRef("failed_at")))
    over = Q(done_at__lt=before) | Q(failed_at__lt=before) & (
        Q(problem="") | Q(done_since)
    )
    jobs = Job.objects.filter(over)
    # An edition is known by the work that made it: else the same work could make it once more.
    for pointing in Job._meta.get_fields(include_hidden=True):
        if isinstance(pointing, ForeignObjectRel):
            made: Any = pointing.related_model
            jobs = jobs.exclude(
                Exists(made.objects.filter(**{pointing.field.name: OuterRef("pk")}))
            )
    return jobs


@empties("casework_notice")
def _notices(now: dt.datetime) -> QuerySet[Notice]:
    """Notices that are read, and those of people who have left, once nothing would write them anew.

    That something is late is told once: the notice says that it has been told, as long as it is so.  Of a
    unit people are told once a year.
    """
    before = now - dt.timedelta(days=settings.KEEP_NOTICES_DAYS)
    over = Q(read_at__lt=before) | Q(user__is_active=False, created_at__lt=before)
    left = Q(done_on=None, rejected_on=None)
    unseen = Q(done_on__isnull=False, effect="", effect_due_on__isnull=False)
    still_to_do = Action.objects.filter(left | unseen, case=OuterRef("case"))
    is_standing = Q(case__closed_on=None, kind__in=Notice.UNTIL_CLOSED)
    is_standing |= Q(Exists(still_to_do), kind__in=Notice.ABOUT_MEASURES)
    is_standing |= Q(unit__isnull=False, on__gt=before.date() - dt.timedelta(days=366))
    return Notice.objects.filter(over).exclude(is_standing)


@empties("casework_mail")
def _mails(now: dt.datetime) -> QuerySet[Mail]:
    """Mails that are sent, and those that never will be: what they say is no news any more."""
    return Mail.objects.filter(
        created_at__lt=now - dt.timedelta(days=settings.KEEP_MAILS_DAYS)
    )
