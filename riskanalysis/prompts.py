"""Prompts for a risk analysis from the records: a change, or a recurrence (SOSFS 2011:9 5 kap. 1 §).

A prompt is worked out and stored nowhere; only its answer is.  It is gone when an analysis about it is
planned or somebody has said why none is needed.  A constant number of questions, however many prompts.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils import dateformat, timezone

from casework.improvement.recurrence import ROUTINE, recurring
from casework.models import Action, Case, Routine
from casework.process.deadlines import months_after
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

    @property
    def key(self) -> tuple[int, str, str]:
        """Return the unit, kind and reference that its answer is stored under."""
        return self.unit.pk, self.kind.value, self.reference

    def is_about(self, name: str) -> bool:
        """Tell whether the prompt is about a routine, by its code, or an action, by number and place."""
        return self.reference.split(" ")[0] == name

    @property
    def _query(self) -> str:
        return urlencode(
            {
                "enhet": self.unit.code,
                "anledning": self.kind.value,
                "om": self.reference,
            }
        )

    @property
    def plan_url(self) -> str:
        """Return the address of the form in which the analysis is planned."""
        return f"{reverse('riskanalysis:plan')}?galler=brukare&{self._query}"

    @property
    def answer_url(self) -> str:
        """Return the address of the form for why no analysis is needed."""
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
        return {
            unit.pk: unit
            for unit in units_for(self.reader, Right.RISKANALYSIS_PLAN).filter(there)
        }

    @cached_property
    def units(self) -> dict[int, Unit]:
        """Return those of the units that are asked about: one of them, or all."""
        if self.unit is None:
            return self.planned_in
        return {pk: unit for pk, unit in self.planned_in.items() if unit == self.unit}

    @property
    def new_since(self) -> dt.date:
        """Return the first day that counts as new."""
        return months_after(self.today, -NEW_FOR)

    def is_there(self, unit: Unit) -> bool:
        """Tell whether a unit exists on the day."""
        return unit.valid_from <= self.today and (
            unit.valid_to is None or unit.valid_to > self.today
        )

    @cached_property
    def analysed(self) -> list[tuple[str, str, dt.date]]:
        """Return where, about which routine and when analyses were planned in the last twelve months."""
        planned = RiskAnalysis.objects.exclude(process="").order_by()
        since = months_after(self.today, -ANSWER_HOLDS)
        rows = planned.filter(received_on__gte=since).values_list(
            "unit__path", "process", "received_on"
        )
        return [(path, process.casefold(), on) for path, process, on in rows]

    def is_analysed(self, unit: Unit, process: str, since: dt.date) -> bool:
        """Tell whether an analysis of a routine was planned since a day, in the unit, above or below it."""
        wanted = process.casefold()
        for path, named, on in self.analysed:
            is_near = unit.path.startswith(path) or path.startswith(unit.path)
            if is_near and named == wanted and on >= since:
                return True
        return False


def in_words(day: dt.date | None) -> str:
    """Write a day as a sentence does."""
    if day is None:
        return ""
    return dateformat.format(day, "j F Y")


# --- the reasons ------------------------------------------------------------------------------
def _of_units(scope: _Scope) -> Iterator[Prompt]:
    """Find the units that end, or ended lately; those that begin under the same unit that day take over."""
    last = months_after(scope.today, AHEAD)
    ending = {}
    for unit in scope.units.values():
        if unit.valid_to and unit.valid_to <= last:
            ending[unit.pk] = unit
    heirs = _heirs(ending.values())
    for unit in ending.values():
        if (
            unit.parent_id in ending
        ):  # the whole of it ends: one analysis, not one for each part
            continue
        own_heirs = heirs[unit.parent_id, unit.valid_to]
        analysed_in = _where_to_analyse(scope, unit, own_heirs)
        if analysed_in is None:
            continue
        ends = f"{unit.name} upphör"
        becomes = ""
        if own_heirs:
            becomes = f" och blir {' och '.join(heir.name for heir in own_heirs)}"
        yield Prompt(
            kind=Reason.UNIT,
            unit=unit,
            reference=f"{unit.valid_to}",
            words=f"{ends} {in_words(unit.valid_to)}{becomes}.",
            title=f"{ends}{becomes}",
            trigger=Trigger.CHANGE,
            url=reverse("organisation:unit", args=[unit.code]),
            instead=analysed_in,
        )


def _heirs(
    ending: Collection[Unit],
) -> Mapping[tuple[int | None, dt.date | None], list[Unit]]:
    """Return the units that begin where some units end, by parent and day."""
    heirs: dict[tuple[int | None, dt.date | None], list[Unit]] = defaultdict(list)
    if ending:
        days = [unit.valid_to for unit in ending if unit.valid_to]
        parents = [unit.parent_id for unit in ending]
        for heir in Unit.objects.filter(valid_from__in=days, parent__in=parents):
            heirs[heir.parent_id, heir.valid_from].append(heir)
    return heirs


def _where_to_analyse(scope: _Scope, unit: Unit, heirs: list[Unit]) -> Unit | None:
    """Return the unit while it exists, then its only heir, or else the unit above: if the reader's."""
    if scope.is_there(unit):
        return unit
    if len(heirs) == 1:
        return scope.planned_in.get(heirs[0].pk)
    return scope.planned_in.get(unit.parent_id or 0)


def _of_routines(scope: _Scope) -> Iterator[Prompt]:
    """Find the routines that are new, or apply in a new version."""
    new = Routine.objects.current().filter(
        unit__in=scope.units, edition_on__gte=scope.new_since
    )
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
    """Find the actions of handled cases that change how, by whom or with what the work is done."""
    handled = (
        Case.objects.handled_by(scope.reader)
        .unprotected()
        .filter(unit__in=scope.units, circle="")
    )
    cases = (
        handled.exclude(subject=RiskAnalysis._meta.app_label).order_by().values("pk")
    )
    decided = Action.objects.that_count().filter(
        case__in=cases, category__in=CHANGES, decided_on__gte=scope.new_since
    )
    for action in (
        decided.numbered().select_related("case").order_by("-decided_on", "pk")
    ):
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
    """Find the recurrences: at least three deviations alike in a unit in twelve months."""
    for found in recurring(scope.units.values(), reader=scope.reader):
        unit, is_routine = scope.units[found.unit], found.shared == ROUTINE
        process = found.value if is_routine else ""
        if process and scope.is_analysed(
            unit, process, months_after(scope.today, -ANSWER_HOLDS)
        ):
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
    led = Membership.objects.valid(on=today).filter(
        role__in=leads, user__is_active=True
    )
    found = Unit.objects.valid(on=today).filter(pk__in=led.order_by().values("unit"))
    made = Q(received_on__year=today.year) | Q(decided_on__year=today.year)
    analysed = RiskAnalysis.objects.filter(made).order_by()
    paths = set(analysed.values_list("unit__path", flat=True))
    if units is not None:
        found = found.filter(pk__in=[unit.pk for unit in units])
    return [unit for unit in found if not _is_above(unit, paths)]


def _is_above(unit: Unit, paths: Iterable[str]) -> bool:
    """Tell whether one of some paths leads to a unit, or to one below it."""
    return any(path.startswith(unit.path) for path in paths)


_FOUND: dict[Reason, Callable[[_Scope], Iterator[Prompt]]] = {
    Reason.UNIT: _of_units,
    Reason.ROUTINE: _of_routines,
    Reason.ACTION: _of_actions,
    Reason.RECURRING: _of_recurrence,
    Reason.YEARLY: _of_the_year,
}


def prompts_for(
    reader: User,
    *,
    kind: Reason | None = None,
    unit: Unit | None = None,
    today: dt.date | None = None,
) -> list[Prompt]:
    """Return the unanswered prompts in the units where a person plans analyses."""
    today = today or timezone.localdate()
    scope = _Scope(reader, today, unit)
    if not scope.units:
        return []
    held = PromptAnswer.objects.filter(
        unit__in=scope.units, on__gt=months_after(today, -ANSWER_HOLDS)
    )
    answered = set(held.values_list("unit", "kind", "reference"))
    prompts: list[Prompt] = []
    for reason, find in _FOUND.items():
        if kind in (None, reason):
            prompts += find(scope)
    return [prompt for prompt in prompts if prompt.key not in answered]


def prompt_at(reader: User, *, code: str, kind: str, reference: str) -> Prompt | None:
    """Return the prompt that an address names, or None when it is answered, gone or not the reader's."""
    unit = Unit.objects.filter(code=code.replace("\0", "")).first()
    if unit is None or kind not in Reason.values:
        return None
    for prompt in prompts_for(reader, kind=Reason(kind), unit=unit):
        if prompt.reference == reference:
            return prompt
    return None
