"""What in the records prompts a risk analysis: a change, or something that recurs (SOSFS 2011:9 5 kap. 1 §).

A prompt is worked out and stored nowhere; only its answer is.  It is gone when an analysis about it is
planned or somebody has said why none is needed.  A constant number of questions, however many prompts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils import dateformat, timezone

from casework.deadlines import months_after
from casework.models import Action, Case, Routine, Subject
from casework.recurring import ROUTINE, recurring
from organisation.access import units_for
from organisation.models import Membership, Unit
from organisation.rights import Right
from riskanalysis.models import PromptAnswer, Reason, RiskAnalysis, Trigger

if TYPE_CHECKING:
    from organisation.models import User

# Defaults of the product: how long a change is new, how long an answer holds, how far ahead one plans,
# and from which day a year without any analysis is worth a word.
NEW_FOR, ANSWER_HOLDS, AHEAD = 6, 12, 12
YEARLY_FROM = (9, 1)
# The kinds of action that change how, by whom or with what the work is done.
CHANGES = {
    "Ny rutin": Trigger.METHOD,
    "Rutin reviderad": Trigger.METHOD,
    "Arbetsfördelning": Trigger.CHANGE,
    "Resurser": Trigger.STAFFING,
    "It-system": Trigger.CHANGE,
}


@dataclass(frozen=True)
class Prompt:
    """One thing that prompts an analysis: known by unit, kind and reference, said in words."""

    kind: Reason
    unit: Unit
    reference: str
    words: str
    title: str = ""
    trigger: str = ""
    process: str = ""
    url: str = ""
    # Where the analysis is made, when the unit itself has ended.
    instead: Unit | None = None

    def is_about(self, name: str) -> bool:
        """Tell whether the prompt is about a routine, by its code, or an action, by number and place."""
        return self.reference.split(" ")[0] == name

    @property
    def _query(self) -> str:
        return urlencode({"enhet": self.unit.code, "anledning": self.kind.value, "om": self.reference})

    @property
    def plan_url(self) -> str:
        """Return the address of the form in which the analysis is planned."""
        return f"{reverse('riskanalysis:plan')}?galler=brukare&{self._query}"

    @property
    def answer_url(self) -> str:
        """Return the address where somebody says why no analysis is needed."""
        return f"{reverse('riskanalysis:answer_prompt')}?{self._query}"


@dataclass(frozen=True)
class _Scope:
    """Whose prompts are asked for, on which day, in which units."""

    reader: User
    today: dt.date
    unit: Unit | None

    @cached_property
    def planned_in(self) -> dict[int, Unit]:
        """Return the units in which the reader plans analyses, those that ended lately too."""
        there = Q(valid_to=None) | Q(valid_to__gt=self.new_since)
        return {unit.pk: unit for unit in units_for(self.reader, Right.RISKANALYSIS_PLAN).filter(there)}

    @cached_property
    def units(self) -> dict[int, Unit]:
        """Return those of the units that are asked about: one of them, or all."""
        return {pk: unit for pk, unit in self.planned_in.items() if self.unit in (None, unit)}

    @property
    def new_since(self) -> dt.date:
        """Return the first day of what counts as new."""
        return months_after(self.today, -NEW_FOR)

    def is_there(self, unit: Unit) -> bool:
        """Tell whether a unit exists on the day."""
        return unit.valid_from <= self.today and (unit.valid_to is None or unit.valid_to > self.today)

    @cached_property
    def analysed(self) -> list[tuple[str, str, dt.date]]:
        """Return where, about which routine and when analyses were planned in the last twelve months."""
        planned = RiskAnalysis.objects.exclude(process="").order_by()
        since = months_after(self.today, -ANSWER_HOLDS)
        rows = planned.filter(received_on__gte=since).values_list("unit__path", "process", "received_on")
        return [(path, process.casefold(), on) for path, process, on in rows]

    def is_analysed(self, unit: Unit, process: str, since: dt.date) -> bool:
        """Tell whether an analysis of a routine was planned since a day, in the unit, above or below it."""
        return any(
            named == process.casefold()
            and on >= since
            and (unit.path.startswith(path) or path.startswith(unit.path))
            for path, named, on in self.analysed
        )


def in_words(day: dt.date | None) -> str:
    """Write a day as a sentence does."""
    return dateformat.format(day, "j F Y") if day else ""


# --- the reasons ------------------------------------------------------------------------------
def _of_units(scope: _Scope) -> Iterator[Prompt]:
    """Find the units that end, or ended lately; those that begin under the same unit that day take over."""
    last = months_after(scope.today, AHEAD)
    ending = {u.pk: u for u in scope.units.values() if u.valid_to and u.valid_to <= last}
    days = {unit.valid_to for unit in ending.values() if unit.valid_to}
    begin = Unit.objects.filter(valid_from__in=days, parent__in={u.parent_id for u in ending.values()})
    heirs = list(begin) if ending else []
    for unit in ending.values():
        if unit.parent_id in ending:  # the whole of it ends: one analysis, not one for each part
            continue
        ours = [
            heir for heir in heirs if (heir.parent_id, heir.valid_from) == (unit.parent_id, unit.valid_to)
        ]
        heir = ours[0].pk if len(ours) == 1 else unit.parent_id
        there = unit if scope.is_there(unit) else scope.planned_in.get(heir or 0)
        if there is None:
            continue
        becomes = f" och blir {' och '.join(heir.name for heir in ours)}" if ours else ""
        yield Prompt(
            kind=Reason.UNIT,
            unit=unit,
            reference=f"{unit.valid_to}",
            words=f"{unit.name} upphör {in_words(unit.valid_to)}{becomes}.",
            title=f"{unit.name} upphör{becomes}",
            trigger=Trigger.CHANGE,
            url=reverse("organisation:unit", args=[unit.code]),
            instead=there,
        )


def _of_routines(scope: _Scope) -> Iterator[Prompt]:
    """Find the routines that are new, or apply in a new version."""
    new = Routine.objects.current().filter(unit__in=scope.units, edition_on__gte=scope.new_since)
    for routine in new.order_by("-edition_on", "name_key"):
        since, unit = routine.edition_on, scope.units[routine.unit_id]
        if since is None or scope.is_analysed(unit, routine.name, since):
            continue
        edition = f" i version {routine.edition}" if routine.edition else ""
        yield Prompt(
            kind=Reason.ROUTINE,
            unit=unit,
            reference=f"{routine.code} {since}",
            words=f"{routine.name} gäller{edition} sedan {in_words(since)}.",
            title=f"Nytt arbetssätt: {routine.name}{edition}",
            trigger=Trigger.METHOD,
            process=routine.name,
            url=reverse("casework:routine", args=[routine.code]),
        )


def _of_actions(scope: _Scope) -> Iterator[Prompt]:
    """Find the actions of the cases one handles that change how, by whom or with what the work is done."""
    handled = Case.objects.handled_by(scope.reader).unprotected().filter(unit__in=scope.units, circle="")
    cases = handled.exclude(subject=Subject.RISKANALYSIS).order_by().values("pk")
    decided = Action.objects.that_count().filter(
        case__in=cases, category__in=CHANGES, decided_on__gte=scope.new_since
    )
    for action in decided.numbered().select_related("case").order_by("-decided_on", "pk"):
        case = action.case
        yield Prompt(
            kind=Reason.ACTION,
            unit=scope.units[case.unit_id],
            reference=f"{case.number}/{action.place}",
            words=f"Åtgärd {action.place} i {case.number} ändrar arbetet: {action.category.lower()}.",
            title=f"{action.category} efter {case.number}",
            trigger=CHANGES[action.category],
            process=action.improved_routine[:200],
            url=reverse("casework:action", args=[case.number, action.place]),
        )


def _of_recurrence(scope: _Scope) -> Iterator[Prompt]:
    """Find what at least three deviations of a unit have in common in twelve months."""
    for found in recurring(scope.units.values(), reader=scope.reader):
        unit, is_routine = scope.units[found.unit], found.shared.name == ROUTINE
        process = found.value if is_routine else ""
        if process and scope.is_analysed(unit, process, months_after(scope.today, -ANSWER_HOLDS)):
            continue
        yield Prompt(
            kind=Reason.RECURRING,
            unit=unit,
            reference=f"{found.shared.name}:{found.value}",
            words=f"{found.times} avvikelser med {found.shared.words} på ett år: {found.value}.",
            title=f"Avvikelser som återkommer: {found.value}"[:200],
            trigger=Trigger.RECURRING,
            process=process,
            url=f"{reverse('casework:inbox')}?{urlencode({'unit': unit.code, 'subject': 'deviations'})}",
        )


def _of_the_year(scope: _Scope) -> Iterator[Prompt]:
    """Find the units that have a chief of their own and no analysis this year, from September."""
    for unit in without_analysis(scope.today, list(scope.units.values())):
        yield Prompt(
            kind=Reason.YEARLY,
            unit=unit,
            reference=str(scope.today.year),
            words=f"Ingen riskanalys är gjord eller planerad {scope.today.year}.",
        )


def yearly_day(today: dt.date) -> dt.date:
    """Return the day from which a year without analysis is told of."""
    return dt.date(today.year, *YEARLY_FROM)


def without_analysis(today: dt.date, units: list[Unit] | None = None) -> list[Unit]:
    """Return the units with a chief of their own and no analysis this year, in them or below them.

    An analysis of a whole department does not count for its units: theirs would be too general (IVO).
    """
    if today < yearly_day(today):
        return []
    leads = Right.ORGANISATION_LEAD.roles
    led = Membership.objects.valid(on=today).filter(role__in=leads, user__is_active=True)
    found = Unit.objects.valid(on=today).filter(pk__in=led.order_by().values("unit"))
    made = Q(received_on__year=today.year) | Q(decided_on__year=today.year)
    paths = set(RiskAnalysis.objects.filter(made).order_by().values_list("unit__path", flat=True))
    asked = None if units is None else {unit.pk for unit in units}
    return [
        unit
        for unit in found
        if (asked is None or unit.pk in asked) and not any(path.startswith(unit.path) for path in paths)
    ]


_FOUND: dict[Reason, Callable[[_Scope], Iterator[Prompt]]] = {
    Reason.UNIT: _of_units,
    Reason.ROUTINE: _of_routines,
    Reason.ACTION: _of_actions,
    Reason.RECURRING: _of_recurrence,
    Reason.YEARLY: _of_the_year,
}


def prompts_for(
    reader: User, *, kind: Reason | None = None, unit: Unit | None = None, today: dt.date | None = None
) -> list[Prompt]:
    """Return what prompts an analysis in the units where a person plans them and nobody has answered."""
    today = today or timezone.localdate()
    scope = _Scope(reader, today, unit)
    if not scope.units:
        return []
    held = PromptAnswer.objects.filter(unit__in=scope.units, on__gt=months_after(today, -ANSWER_HOLDS))
    answered = set(held.values_list("unit", "kind", "reference"))
    return [
        prompt
        for which, find in _FOUND.items()
        if kind in (None, which)
        for prompt in find(scope)
        if (prompt.unit.pk, prompt.kind.value, prompt.reference) not in answered
    ]


def prompt_at(reader: User, *, code: str, kind: str, reference: str) -> Prompt | None:
    """Return the prompt that an address names, or None when it is answered, gone or not the reader's."""
    unit = Unit.objects.filter(code=code.replace("\0", "")).first()
    if unit is None or kind not in Reason.values:
        return None
    found = prompts_for(reader, kind=Reason(kind), unit=unit)
    return next((prompt for prompt in found if prompt.reference == reference), None)
