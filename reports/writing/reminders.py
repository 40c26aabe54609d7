"""The sections that are assigned to people: their list, and notices when one is given, soon due, or late."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

from django.db.models import Case, QuerySet, Value, When
from django.utils import timezone

from casework.background.notifications import tell_of_units
from casework.models import Notice
from organisation.access import may, people_with
from organisation.models import Unit, User
from organisation.rights import Right
from reports.models import Assignment, State
from reports.outlines.written_sections import without_section

AHEAD = dt.timedelta(days=7)
# While texts can be written: the same as AnnualReport.is_open.
OPEN = (State.DRAFT, State.REVIEW, State.LOCKED)


def to_write(user: Any) -> QuerySet[Assignment]:
    """Return the sections that are assigned to a person in open reports, the unfinished first, by last day.

    Sections that are no longer there are not to be written: where the report stands tells of them.
    """
    if not may(user, Right.REPORTS_WRITE_SECTION):
        return Assignment.objects.none()
    mine = Assignment.objects.filter(author=user, report__state__in=OPEN)
    mine = mine.exclude(pk__in=without_section(mine))
    done_last = Case(
        When(status=Assignment.Status.DRAFT, then=Value(0)), default=Value(1)
    )
    return mine.select_related("report__unit").order_by(
        done_last, "due_on", "report__pk", "pk"
    )


def left_to_write(user: Any) -> int:
    """Return the number of unfinished sections that are assigned to a person, for the inbox."""
    return to_write(user).filter(status=Assignment.Status.DRAFT).count()


def tell_of_change(assignment: Assignment, *, before: User | None, actor: User) -> None:
    """Notify the new author of a section, and remove the notices of one who has none left."""
    author, unit = assignment.author, assignment.report.unit
    if author == before:
        return
    if author is not None and author != actor:
        tell_of_units(
            Notice.Kind.SECTION_GIVEN, [(author.pk, unit)], on=timezone.localdate()
        )
    if before is not None and not to_write(before).filter(report__unit=unit).exists():
        Notice.objects.filter(
            user=before, unit=unit, kind__in=Notice.ABOUT_SECTIONS, read_at=None
        ).delete()


def remind_authors(*, today: dt.date | None = None) -> int:
    """Tell authors of the last day of their sections: a week before, and when it has passed.

    Each is told once for the day that it is about; return how many notices are new.
    """
    today = today or timezone.localdate()
    waiting = Assignment.objects.filter(
        status=Assignment.Status.DRAFT,
        report__state__in=OPEN,
        author__in=people_with(Right.REPORTS_WRITE_SECTION),
        due_on__lte=today + AHEAD,
    )
    told: dict[tuple[Notice.Kind, dt.date], list[tuple[int, Unit]]] = defaultdict(list)
    waiting = waiting.exclude(pk__in=without_section(waiting))
    for row in waiting.select_related("report__unit"):
        if row.author_id is not None and row.due_on is not None:
            kind = (
                Notice.Kind.SECTION_OVERDUE
                if row.due_on < today
                else Notice.Kind.SECTION_DUE
            )
            told[kind, row.due_on].append((row.author_id, row.report.unit))
    return sum(
        tell_of_units(kind, people, on=day) for (kind, day), people in told.items()
    )
