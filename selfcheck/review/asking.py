"""What a log check asks of the log of readings, so that the same question draws the same readings again.

Two things are left to chance, one after the other: whose readings (or which cases), and then which readings
of each.  The log is only added to, so a question that ends before it was asked has one answer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Protocol, Self

from django.db.models import F, Func, Q, QuerySet
from django.utils import timezone

from audit.models import Reading
from casework.kinds import readers_in
from casework.models import Case, Recusal
from organisation.access import may, roles_over
from organisation.models import Membership, Unit, User
from organisation.rights import Right
from selfcheck.models import Draw, DrawnReading, SelfCheck, State, UploadedReading
from selfcheck.review.drawing import draw
from selfcheck.review.flags import GLASS, OF_ONE_CASE, OPENED

# Breaking the glass waits for the next check, however long ago the one before it was.
GLASS_WAITS = dt.timedelta(days=400)


@dataclass(frozen=True)
class Asked:
    """A question to the log: whose readings or of which cases, of which days, and how many of each."""

    by: Draw.Of
    first: dt.date
    last: dt.date
    each: int
    # What came into the log later is not asked for.
    until: dt.datetime
    # The number of the file that was uploaded into the check; 0 asks the own log.
    file: int = 0

    def as_question(self) -> dict[str, Any]:
        """Return the question as it is stored with its draw."""
        return {
            "by": self.by.value,
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "each": self.each,
            "until": self.until.isoformat(),
            "uploaded": bool(self.file),
            "file": self.file,
        }

    @classmethod
    def of(cls, question: dict[str, Any]) -> Self:
        """Return a question that was stored."""
        return cls(
            by=Draw.Of(question["by"]),
            first=dt.date.fromisoformat(question["first"]),
            last=dt.date.fromisoformat(question["last"]),
            each=question["each"],
            until=dt.datetime.fromisoformat(question["until"]),
            file=question["file"],
        )

    @property
    def begins(self) -> dt.datetime:
        """Return when the first day begins, local time."""
        return _midnight(self.first)

    @property
    def ends(self) -> dt.datetime:
        """Return when the last day has ended, or when the question was asked."""
        return min(_midnight(self.last + dt.timedelta(days=1)), self.until)


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


class Log(Protocol):
    """A log that readings are drawn from."""

    def members(self) -> list[str]:
        """Return those that are drawn among, in an order that does not change."""

    def readings_of(self, member: str) -> list[Any]:
        """Return the readings of one of them, in the order of time."""


@dataclass(frozen=True)
class OwnLog:
    """The product's own log, as it is open to the reviewer of a check in a unit.

    Nobody reviews his or her own readings, nor those of a case that he or she is recused from or reported
    (FL 16-18 §§); a chief is told of no case that is kept from the chiefs.
    """

    unit: Unit
    reviewer: User
    asked: Asked

    def _rows(self) -> QuerySet[Reading]:
        kinds = OPENED if self.asked.by == Draw.Of.STAFF else OF_ONE_CASE
        rows = Reading.objects.filter(
            at__gte=self.asked.begins, at__lt=self.asked.ends, kind__in=kinds
        )
        return rows.exclude(person=self.reviewer).order_by("at", "id")

    def members(self) -> list[str]:
        """Return the keys of those in the unit who have read something, or of its cases that were read."""
        if self.asked.by == Draw.Of.STAFF:
            read = self._rows().filter(person__in=self._staff()).order_by()
            found = set(read.values_list("person", flat=True).distinct())
        else:
            cases = self._rows().order_by()
            keys = set(
                cases.annotate(one=Func(F("cases"), function="unnest"))
                .values_list("one", flat=True)
                .distinct()
            )
            inside = Case.objects.filter(
                pk__in=keys, unit__path__startswith=self.unit.path
            )
            found = set(inside.order_by().values_list("pk", flat=True))
            found -= kept_from(self.reviewer, found)
        return [str(key) for key in sorted(found)]

    def _staff(self) -> QuerySet[Any, Any]:
        held = Membership.objects.filter(
            Q(valid_to=None) | Q(valid_to__gt=self.asked.first),
            valid_from__lte=self.asked.last,
            unit__path__startswith=self.unit.path,
        )
        return held.order_by().values("user")

    def readings_of(self, member: str) -> list[Reading]:
        """Return the readings of a person, or of a case, that are not kept from the reviewer."""
        by_staff = self.asked.by == Draw.Of.STAFF
        which = Q(person=int(member)) if by_staff else Q(cases__contains=[int(member)])
        return without_kept(self.reviewer, self._rows().filter(which))

    def always(self, check: SelfCheck) -> list[Reading]:
        """Return what was read by breaking the glass and nobody has judged: of the unit's people, or cases."""
        judged = DrawnReading.objects.filter(
            judgements__isnull=False, reading__isnull=False
        )
        judged = judged.exclude(check_case=check).exclude(
            check_case__state=State.CANCELLED
        )
        broken = Reading.objects.filter(
            way=GLASS, at__gte=self.asked.until - GLASS_WAITS, at__lt=self.asked.until
        ).exclude(person=self.reviewer)
        rows = list(
            broken.exclude(id__in=judged.order_by().values("reading"))
            .select_related("unit")
            .order_by("at", "id")
        )
        keys = cases_in(rows)
        inside = set(
            Case.objects.filter(pk__in=keys, unit__path__startswith=self.unit.path)
            .order_by()
            .values_list("pk", flat=True)
        )
        near = [
            row
            for row in rows
            if inside.intersection(row.cases)
            or (row.unit and row.unit.path.startswith(self.unit.path))
        ]
        return without_kept(self.reviewer, near)


@dataclass(frozen=True)
class UploadedLog:
    """The lines that were uploaded into a check from another system."""

    check: SelfCheck
    reviewer: User
    asked: Asked

    def _rows(self) -> QuerySet[UploadedReading]:
        rows = UploadedReading.objects.filter(
            check_case=self.check,
            file=self.asked.file,
            at__gte=self.asked.begins,
            at__lt=self.asked.ends,
        )
        # The other system's log names its users in its own way: by name, or by account.
        return rows.exclude(who__iexact=self.reviewer.name).exclude(
            who__iexact=self.reviewer.username
        )

    def _column(self) -> str:
        return "who" if self.asked.by == Draw.Of.STAFF else "about"

    def members(self) -> list[str]:
        """Return whom the log names, or what they read."""
        found = self._rows().order_by().values_list(self._column(), flat=True)
        return sorted(set(found))

    def readings_of(self, member: str) -> list[UploadedReading]:
        """Return the lines of one of them."""
        rows = self._rows().filter(**{self._column(): member})
        return list(rows.order_by("at", "file", "line"))


def log_of(check: SelfCheck, reviewer: User, asked: Asked) -> OwnLog | UploadedLog:
    """Return the log that a question is asked of."""
    if asked.file:
        return UploadedLog(check, reviewer, asked)
    return OwnLog(check.unit, reviewer, asked)


# --- what is kept from a reviewer -------------------------------------------------------------
def kept_from(reviewer: User, keys: Iterable[int]) -> set[int]:
    """Return the cases whose readings a person must not review (FL 16-18 §§, OSL 26 kap. 1 §)."""
    cases = (
        Case.objects.filter(pk__in=set(keys))
        .select_related("unit")
        .only("pk", "reporter", "circle", "unit__path")
    )
    recused = set(
        Recusal.objects.filter(user=reviewer, case__in=set(keys)).values_list(
            "case", flat=True
        )
    )
    return {
        case.pk
        for case in cases
        if case.pk in recused
        or case.reporter_id == reviewer.pk
        or _is_of_few(case, reviewer)
    }


def _is_of_few(case: Case, reviewer: User) -> bool:
    """Tell whether few read a case and a person is none of them; who watches all logs is told of it."""
    if not case.circle or may(reviewer, Right.LOG_SEE_READINGS, case.unit):
        return False
    return not roles_over(reviewer, case.unit) & readers_in(case.circle)


def cases_in(rows: Iterable[Any]) -> set[int]:
    """Return the keys of all cases that some readings showed."""
    return set(chain.from_iterable(row.cases for row in rows))


def without_kept(reviewer: User, rows: Iterable[Reading]) -> list[Reading]:
    """Return some readings as the reviewer is shown them: without kept cases, and none that had no other."""
    rows = list(rows)
    kept = kept_from(reviewer, cases_in(rows))
    found = []
    for row in rows:
        left = [key for key in row.cases if key not in kept]
        if left or not row.cases:
            row.cases = left
            found.append(row)
    return found


# --- drawing ----------------------------------------------------------------------------------
def drawn_from(
    log: Log, members: Sequence[str], places: Sequence[int], *, seed: str, each: int
) -> Iterator[tuple[str, list[Any], list[Any]]]:
    """Yield each drawn member with all its readings and those of them that the seed draws, in time order."""
    for place in places:
        member = members[place - 1]
        rows = log.readings_of(member)
        chosen = draw(f"{seed}:{member}", size=len(rows), count=each)
        yield member, rows, [rows[number - 1] for number in sorted(chosen)]


def _key(row: Reading | UploadedReading) -> int:
    return row.id if isinstance(row, Reading) else row.pk


def is_repeated(check: SelfCheck, made: Draw) -> bool:
    """Draw again from the stored seed and question; tell whether the same readings come up.

    They do not where the log has been purged since, or the reviewer is kept from more cases than then.
    """
    log = log_of(check, made.drawn_by, Asked.of(made.question))
    members = log.members()
    if members != made.members:
        return False
    drawn = draw(made.seed, size=made.size, count=made.count)
    again: list[int] = []
    each = made.question["each"]
    for _, _, rows in drawn_from(log, members, drawn, seed=made.seed, each=each):
        again += [_key(row) for row in rows]
    of_chance = made.readings.filter(always=False)
    column = "uploaded" if made.question["uploaded"] else "reading"
    return drawn == made.drawn and again == list(
        of_chance.order_by("position").values_list(column, flat=True)
    )
