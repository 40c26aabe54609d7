"""What units have marked as misconduct, against what the lex Sarah investigator has received.

Between 15 and 20 of 100 such events once never reached the investigator.  The database refuses one that
is marked and not reported; here both sides are counted all the same, each from its own source: the mark
from the event and its history, the reception from the case.

Everything over the reader's units is counted.  What a case is about, and its number, is shown to those
who may open it and to nobody else.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import (
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce, TruncDate

from casework.models import LogEntry, Note
from casework.process.deadlines import add_workdays, next_workday
from deviations.models import MARKED, MISCONDUCT_OF, Deviation
from lexsarah.law.policy import MALMO
from lexsarah.models import LexSarahCase, LexSarahReport, Policy, State
from organisation.access import paths_for, within
from organisation.models import Membership
from organisation.rights import Right

if TYPE_CHECKING:
    from organisation.models import User

MOST_NAMED = 10


class Summary(NamedTuple):
    """A year in numbers: each event that was marked is one, however often it was."""

    marked: int
    reported: int
    waiting: int
    sent_back: int

    @property
    def received(self) -> int:
        """Return how many an investigator has begun, or has answered."""
        return self.reported - self.waiting

    @property
    def is_whole(self) -> bool:
        """Tell whether everything that was marked has reached an investigator."""
        return self.received == self.marked


@dataclass(frozen=True)
class Line:
    """One event that was marked, and what has become of it; the number is empty if the reader may not know it."""

    number: str
    title: str
    url_name: str
    unit: str
    marked_on: dt.date
    case: str
    state: str
    received_on: dt.date | None
    waited: int | None
    why: str

    @property
    def is_missing(self) -> bool:
        """Tell whether an event is marked and nothing has been reported."""
        return not self.state


class Named(NamedTuple):
    """A case or an event in a list of problems; the number is empty if the reader may not open it."""

    number: str
    subject: str
    unit: str
    since: dt.date


@dataclass(frozen=True)
class Problem:
    """Something that is wrong today, whatever year it is from, and the cases or events that it is about."""

    title: str
    text: str
    tone: str
    named: list[Named]

    @property
    def first(self) -> list[Named]:
        """Return those that are named."""
        return self.named[:MOST_NAMED]

    @property
    def more(self) -> int:
        """Return how many there are besides."""
        return len(self.named) - len(self.first)


def paths_of(reader: User) -> list[str]:
    """Return the subtrees that a person reconciles: as controller, investigator or head of department."""
    return paths_for(reader, Right.LEXSARAH_RECONCILE)


# --- one year ---------------------------------------------------------------------------------
def marked_in(year: int, *, paths: Iterable[str], reader: User) -> QuerySet[Deviation]:
    """Return every event that a unit marked in a year, with its last lex Sarah case; what waits is first.

    An event counts in each year in which it was marked; one that came to the register without history,
    in the year of its report.
    """
    marks = LogEntry.objects.filter(case=OuterRef("pk"), action="escalate")
    last = LexSarahReport.objects.filter(deviation=OuterRef("pk")).order_by("-pk")
    opened = Deviation.objects.handled_by(reader).order_by().filter(pk=OuterRef("pk"))
    found = _ever_marked(paths).annotate(
        marked_at=Subquery(
            marks.filter(at__year=year).order_by("-at").values("at")[:1]
        ),
        lex=Subquery(last.values("case")[:1]),
        lex_state=Subquery(last.values("case__state")[:1]),
        reported_on=Subquery(last.values("received_on")[:1]),
    )
    without_history = Q(~Exists(marks)) & (
        Q(reported_on__year=year) | Q(reported_on=None, received_on__year=year)
    )
    is_waiting = ExpressionWrapper(
        Q(lex=None) | Q(lex_state=State.REPORTED), BooleanField()
    )
    return (
        found.filter(Q(marked_at__isnull=False) | without_history)
        .annotate(
            marked_on=Coalesce(TruncDate("marked_at"), "reported_on", "received_on"),
            is_waiting=is_waiting,
            opens=Exists(opened),
        )
        .select_related("unit")
        .order_by("-is_waiting", "-marked_on", "-number")
    )


def _ever_marked(paths: Iterable[str]) -> QuerySet[Deviation]:
    """Return the events that are marked now, and those that once were reported and came back."""
    reported = LexSarahReport.objects.exclude(deviation=None).values("deviation")
    marked = Q(misconduct__in=MARKED) | Q(pk__in=reported)
    return Deviation.objects.filter(within(paths, "unit__path")).filter(marked)


def summary_of(marked: QuerySet[Deviation]) -> Summary:
    """Count what was marked, what became a report, and what of that waits or was sent back."""
    counted = marked.order_by().aggregate(
        marked=Count("pk"),
        reported=Count("pk", filter=Q(lex__isnull=False)),
        waiting=Count("pk", filter=Q(lex_state=State.REPORTED)),
        sent_back=Count("pk", filter=Q(lex_state=State.RETURNED)),
    )
    return Summary(**counted)


def lines_of(events: Iterable[Any], *, reader: User, today: dt.date) -> list[Line]:
    """Return what the list says of some events, with one question for all their cases."""
    listed = list(events)
    keys = [event.lex for event in listed]
    cases = {case.pk: case for case in _cases(keys, reader)}
    return [_line(event, cases.get(event.lex), today) for event in listed]


def _cases(keys: list[int | None], reader: User) -> QuerySet[Any]:
    """Return cases with whether the reader may open each, and why it was sent back if it was.

    The reason of a step is a note without a form of its own, written in the transaction of the step.
    """
    opened = (
        LexSarahCase.objects.handled_by(reader).order_by().filter(pk=OuterRef("pk"))
    )
    reasons = Note.objects.filter(
        case=OuterRef("pk"), kind=Note.Kind.INTERNAL, form_token=None
    )
    return LexSarahCase.objects.filter(pk__in=[key for key in keys if key]).annotate(
        opens=Exists(opened),
        why=Subquery(reasons.order_by("-at", "-pk").values("text")[:1]),
    )


def _line(event: Any, case: Any | None, today: dt.date) -> Line:
    """Return what the list says of one event, and no more than the reader may know of it."""
    may_open = event.opens or (case is not None and case.opens)
    is_waiting = case is None or case.state == State.REPORTED
    since = event.reported_on or event.marked_on
    return Line(
        number=event.number if may_open else "",
        title=event.shown_title if may_open else "",
        url_name="deviations:detail" if event.opens else "",
        unit=event.unit.name,
        marked_on=event.marked_on,
        waited=(today - since).days if is_waiting else None,
        **_said_of(case),
    )


def _said_of(case: Any | None) -> dict[str, Any]:
    """Return what a line says of the case; its number and why it came back only to those who may open it."""
    if case is None:
        return {"case": "", "state": "", "received_on": None, "why": ""}
    why = case.why if case.opens and case.state == State.RETURNED else ""
    return {
        "case": case.number if case.opens else "",
        "state": _state(case),
        "received_on": case.begun_on,
        "why": why or "",
    }


def _state(case: LexSarahCase) -> str:
    """Return where a case stands, with its degree once that is decided."""
    if not case.degree:
        return case.state_label
    return f"{case.state_label}: {case.get_degree_display()}"


def before_the_system(year: int, *, paths: Iterable[str]) -> int:
    """Count what an imported register says had consequences in a year and nobody has reported here.

    It was reported, or not, before there was a process to report it in.
    """
    return (
        _with_consequences(paths).filter(_is_imported(), received_on__year=year).count()
    )


def _with_consequences(paths: Iterable[str]) -> QuerySet[Deviation]:
    reported = LexSarahReport.objects.exclude(deviation=None).values("deviation")
    said = Deviation.objects.filter(
        within(paths, "unit__path"), consequence__in=list(MISCONDUCT_OF)
    )
    return said.exclude(pk__in=reported).order_by()


def _is_imported() -> Exists:
    return Exists(LogEntry.objects.filter(case=OuterRef("pk"), action="import"))


# --- what is wrong today ----------------------------------------------------------------------
def problems_over(paths: list[str], *, reader: User, today: dt.date) -> list[Problem]:
    """Return what keeps an event from the investigator today, the worst first."""
    late, imported = _late(paths, reader, today)
    problems = [
        Problem(
            "Markerat men inte rapporterat",
            "Det här ska inte kunna hända. Rapportera händelserna, och kontakta systemförvaltaren.",
            "bad",
            _unreported(paths, reader),
        ),
        Problem(
            "Ingen utredare har tagit emot i tid",
            "Utredaren ska ta emot rapporterna nu.",
            "bad",
            late,
        ),
        Problem(
            "Enheten har ingen lex Sarah-utredare",
            "Ge någon rollen över enheten. Annars blir ärendena liggande.",
            "warn",
            _nobody(paths, reader),
        ),
        Problem(
            "Öppna ärenden från det tidigare registret",
            "Registret säger inte när de togs emot. Ta emot dem här, så att de kan beslutas och avslutas.",
            "warn",
            imported,
        ),
    ]
    return [problem for problem in problems if problem.named]


def _unreported(paths: list[str], reader: User) -> list[Named]:
    """Return what is marked, or is said to have had consequences, and has no report: there should be none."""
    reported = LexSarahReport.objects.exclude(deviation=None).values("deviation")
    marked = Deviation.objects.filter(
        within(paths, "unit__path"), misconduct__in=MARKED
    ).exclude(pk__in=reported)
    unmarked = _with_consequences(paths).filter(~_is_imported())
    either = Deviation.objects.filter(
        Q(pk__in=marked.order_by().values("pk")) | Q(pk__in=unmarked.values("pk"))
    )
    opened = Deviation.objects.handled_by(reader).order_by().filter(pk=OuterRef("pk"))
    rows = (
        either.annotate(opens=Exists(opened))
        .select_related("unit")
        .order_by("received_on", "number")
    )
    return [_named(row, row.received_on) for row in rows]


def _late(
    paths: list[str], reader: User, today: dt.date
) -> tuple[list[Named], list[Named]]:
    """Return the reports that nobody has begun within the administration's own limit for receiving.

    Those of an imported register stand by themselves: it does not say when they were received.
    """
    waiting = _open_cases(paths, reader).filter(state=State.REPORTED)
    rows = list(
        waiting.annotate(
            reported_on=Max("reports__received_on"), is_imported=_is_imported()
        )
    )
    limits = _days_to_receive(row.unit.path for row in rows) if rows else {}
    late: tuple[list[Named], list[Named]] = ([], [])
    for row in rows:
        since = row.reported_on or row.received_on
        days = limits.get(row.unit.path.partition("/")[0], MALMO.limits.receive)
        if next_workday(add_workdays(since, days)) < today:
            late[row.is_imported].append(_named(row, since))
    return late


def _days_to_receive(paths: Iterable[str]) -> dict[str, int]:
    """Return the limit of each administration that has a policy, by the code of its unit."""
    codes = {path.partition("/")[0] for path in paths}
    policies = Policy.objects.filter(unit__code__in=codes).order_by("pk")
    return dict(policies.values_list("unit__code", "receive_days"))


def _nobody(paths: list[str], reader: User) -> list[Named]:
    """Return the open cases over whose unit there is no lex Sarah investigator."""
    investigates = Right.LEXSARAH_INVESTIGATE.roles
    held = Membership.objects.valid().filter(
        role__in=investigates, user__is_active=True
    )
    covered = set(held.values_list("unit__path", flat=True))
    rows = _open_cases(paths, reader).exclude(within(covered, "unit__path"))
    return [_named(row, row.received_on) for row in rows]


def _open_cases(paths: list[str], reader: User) -> QuerySet[Any]:
    opened = (
        LexSarahCase.objects.handled_by(reader).order_by().filter(pk=OuterRef("pk"))
    )
    over = LexSarahCase.objects.filter(within(paths, "unit__path"), closed_on=None)
    return (
        over.annotate(opens=Exists(opened))
        .select_related("unit")
        .order_by("received_on", "number")
    )


def _named(row: Any, since: dt.date) -> Named:
    return Named(row.number if row.opens else "", row.subject, row.unit.name, since)
