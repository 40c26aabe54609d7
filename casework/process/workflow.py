"""The process as a table, and the only code that changes the state of a record.

A person takes a step with ``take``, the product one with ``take_by_system``; both lock, check, write and
log in one transaction.  ``Process`` does so with anything that has a state, a version and a unit, and
``Workflow`` adds the rules of cases.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, cast

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from casework.background.notifications import tell
from casework.cases.changes import Facts, changes_in, facts_of
from casework.cases.history import log
from casework.cases.receiving import readers_for, receivers_of, roles_in
from casework.database.saving import save_checked
from casework.models import Case, NamedReader, Note, Notice
from casework.process.steps import Effect, Page, Step, Task
from organisation.access import roles_over
from organisation.rights import Right

if TYPE_CHECKING:
    from organisation.models import User

RecordT = TypeVar("RecordT", bound=models.Model)
CaseT = TypeVar("CaseT", bound=Case)


class StepRefusedError(Exception):
    """The step may not be taken; the message says in Swedish why."""


class TooLateError(StepRefusedError):
    """Somebody else changed the case first: show what was typed again."""


@dataclass(frozen=True)
class Taken:
    """A step that has been written, with what was before it: what the history is told."""

    record: Any
    step: Step
    facts: Mapping[str, Any]
    actor: User | None
    state_before: str
    unit_before: int
    facts_before: Facts
    # When it was, unless it is now.
    at: dt.datetime | None = None


@dataclass(frozen=True)
class Process(Generic[RecordT]):
    """The table of one kind of record: its steps, and the pages that are tasks beside them, in their order.

    ``after`` is what every step leads to; in the states where it has ``ended`` nothing is left to do.
    """

    model: type[RecordT]
    table: tuple[Step | Page, ...]
    after: Effect | None = None
    ended: frozenset[str] = field(default_factory=frozenset)

    NOT_NOW: ClassVar[str]

    @property
    def steps(self) -> tuple[Step, ...]:
        """Return the arrows of the process, those that the product takes among them."""
        return tuple(each for each in self.table if isinstance(each, Step))

    @property
    def tasks(self) -> list[Task]:
        """Return what there may be to do, in the order it is done; steps that are the same task are one."""
        return list(dict.fromkeys(each.task for each in self.table if each.task))

    def step(self, name: str) -> Step:
        """Return the step with a name; raises KeyError when there is none."""
        return {step.name: step for step in self.steps}[name]

    def openings(self, record: RecordT, user: User) -> list[Step | Page]:
        """Return the steps and pages that are open to a person now, in the order of the table."""
        here: Any = record
        roles = self.roles(here, user)
        return [
            each
            for each in self.table
            if here.state in each.sources and each.roles & roles
        ]

    def open_to(self, record: RecordT, user: User) -> list[Step]:
        """Return the steps that a person may take now; the page's buttons."""
        return [each for each in self.openings(record, user) if isinstance(each, Step)]

    def opens(self, name: str, record: RecordT, user: User) -> bool:
        """Tell whether a step or a page is open to a person now."""
        each, here = (
            next(each for each in self.table if each.name == name),
            cast("Any", record),
        )
        return here.state in each.sources and not self.objection(record, each, user)

    def arrows(self) -> list[tuple[str, str, Step]]:
        """Return every way from one state to another, or to the same, with its step."""
        found: list[tuple[str, str, Step]] = []
        for step in self.steps:
            for source in sorted(step.sources):
                found += [(source, end, step) for end in step.ends_in(source)]
        return found

    def reached(self) -> frozenset[str]:
        """Return the states that a record can come to from the one that it begins in."""
        field: Any = self.model._meta.get_field("state")
        reached, new = set(), {str(field.get_default())}
        while new:
            reached |= new
            new = {
                end for source, end, _ in self.arrows() if source in reached
            } - reached
        return frozenset(reached)

    def diagram(self) -> str:
        """Return the ways from one state to another as a Mermaid state diagram for the documentation."""
        reached = self.reached()
        ways: dict[tuple[str, str], list[str]] = {}
        for source, end, step in self.arrows():
            if source in reached and source != end:
                ways.setdefault((source, end), []).append(step.label)
        lines = [
            f"    {source} --> {end}: {' / '.join(labels)}"
            for (source, end), labels in ways.items()
        ]
        return "\n".join(["stateDiagram-v2", *lines])

    def objection(self, record: Any, step: Step | Page, user: User) -> str:
        """Return why a person may not take a step whatever the state, or "" when nothing is in the way."""
        has_role = step.roles & self.roles(record, user)
        return "" if has_role else "Din roll ger inte rätt att göra det här."

    def roles(self, record: Any, user: User) -> AbstractSet[str]:
        """Return the roles in which a person may do something with a record."""
        return roles_over(user, record.unit)

    def lock(self, pk: int) -> RecordT:
        """Return the record as it stands, locked until the transaction ends."""
        rows = self.model._default_manager.select_for_update(of=("self",))
        return rows.select_related("unit").get(pk=pk)

    def keep(self, taken: Taken) -> None:
        """Write down that a step was taken."""
        raise NotImplementedError


class Workflow(Process[CaseT]):
    """The process of one kind of case."""

    NOT_NOW = "Ärendet är inte i ett läge där det går."

    def openings(self, record: CaseT, user: User) -> list[Step | Page]:
        """Return the steps and pages that are open to a person, who must not be recused, now."""
        possible = super().openings(record, user)
        if not possible:
            return []
        unread = is_recused(record, user, reads=False)
        kept = unread or _is_kept_from(record, user)
        return [each for each in possible if not (unread if each.unread else kept)]

    def objection(self, record: Any, step: Step | Page, user: User) -> str:
        """Return why a person may not take a step whatever the state, or "" when nothing is in the way."""
        if is_recused(record, user, reads=not step.unread):
            return "Du är jävig i ärendet och kan inte handlägga det."
        return super().objection(record, step, user)

    def roles(self, record: Any, user: User) -> AbstractSet[str]:
        """Return the roles in which a person may do something with a case."""
        return roles_in(record, user)

    def lock(self, pk: int) -> CaseT:
        """Return the case as it stands, both its rows locked until the transaction ends."""
        rows = self.model._default_manager.select_for_update(of=("self", "case_ptr"))
        return cast("CaseT", rows.get(pk=pk))

    def keep(self, taken: Taken) -> None:
        """Add the step to the history with what it replaced, keep its reason, and tell who is to know."""
        case, facts, step = taken.record, taken.facts, taken.step
        if case.unit_id != taken.unit_before:
            _need_receivers(case, taken.actor)
        if why := facts.get("reason"):
            Note.objects.create(
                case_id=case.pk, kind=Note.Kind.INTERNAL, text=why, author=taken.actor
            )
        reasons = {field: facts.get(fact) or "" for field, fact in step.reasons}
        log(
            case,
            action=step.name,
            label=step.did,
            actor=taken.actor,
            from_state=taken.state_before,
            to_state=case.state,
            at=taken.at,
            changes=changes_in(case, taken.facts_before, reasons=reasons),
        )
        for kind, audience in step.tells:
            tell(case, kind, audience=audience, but=taken.actor)


def is_recused(case: Case, user: User, *, reads: bool = True) -> bool:
    """Tell whether a person may not handle a case (FL 16-18 §§, jäv).

    Nobody handles what he or she reported or is named in, and a case about somebody with protected
    identity is handled by the named readers alone; who does not read it (``reads``) may be another.
    """
    if case.reporter_id == user.pk or case.recusals.filter(user=user).exists():
        return True
    return reads and _is_kept_from(case, user)


def _is_kept_from(case: Case, user: User) -> bool:
    return case.protected and not case.named_readers.filter(user=user).exists()


def may_in_case(case: Case, user: User, right: Right) -> bool:
    """Tell whether a person has a right in a case, also by taking somebody's place, and is not recused."""
    return bool(roles_in(case, user) & right.roles) and not is_recused(case, user)


def take(
    process: Process[RecordT],
    record: RecordT,
    name: str,
    *,
    actor: User,
    seen_version: int,
    facts: Mapping[str, Any] | None = None,
) -> RecordT:
    """Take a step as a person: lock the record, check arrow, role and facts, write and log; all or nothing.

    ``seen_version`` is the version the person saw: when somebody else came first, TooLateError is raised
    and nothing is written.  Raises StepRefusedError when the step is not open to the actor or the record
    lacks something, and ValidationError when a fact is missing or impossible.
    """
    step = process.step(name)
    with transaction.atomic():
        locked: Any = process.lock(record.pk)
        # Who may not take the step at all must not learn what has changed since.
        if refusal := process.objection(locked, step, actor):
            raise StepRefusedError(refusal)
        if locked.version != seen_version:
            raise TooLateError(
                "Någon annan hann före. Läs det nya läget och försök igen."
            )
        return _write(process, locked, step, facts or {}, actor)


def take_by_system(
    process: Process[RecordT],
    record: RecordT,
    name: str,
    *,
    actor: User | None,
    facts: Mapping[str, Any] | None = None,
    at: dt.datetime | None = None,
) -> RecordT:
    """Take a step that the product takes because of something else, which ``actor`` did; all or nothing.

    Raises StepRefusedError when the record is not where the step begins, and ValueError when the step is
    for people to take.
    """
    step = process.step(name)
    if not step.system:
        raise ValueError(f"{name} is taken by people, in their roles.")
    with transaction.atomic():
        return _write(process, process.lock(record.pk), step, facts or {}, actor, at=at)


def _write(
    process: Process[RecordT],
    locked: Any,
    step: Step,
    facts: Mapping[str, Any],
    actor: User | None,
    *,
    at: dt.datetime | None = None,
) -> RecordT:
    """Write a step into a locked record, with everything that belongs to it."""
    if locked.state not in step.sources:
        raise StepRefusedError(process.NOT_NOW)
    missing = [field for field in step.required if facts.get(field) in (None, "", [])]
    if missing:
        raise ValidationError(dict.fromkeys(missing, "Fyll i det här fältet."))
    taken = Taken(
        locked, step, facts, actor, locked.state, locked.unit_id, facts_of(locked), at
    )
    changed = _change(locked, step, facts, actor)
    if lacking := step.lacks(locked):
        raise StepRefusedError(" ".join(lacking))
    save_checked(locked, update_fields=changed)
    process.keep(taken)
    for effect in (step.after, process.after):
        if effect:
            effect(locked, facts, actor)
    return locked  # type: ignore[no-any-return]


def _need_receivers(case: Any, actor: User | None) -> None:
    """Refuse a unit where nobody receives the case; a protected one gets readers there instead of here."""
    if case.protected:
        name_readers(case, readers=readers_for(case), actor=actor)
    elif not receivers_of(case):
        raise StepRefusedError(
            "Ingen kan ta emot ärendet på den enheten. Välj en annan enhet."
        )


def name_readers(case: Case, *, readers: Sequence[User], actor: User | None) -> None:
    """Let some persons alone read a protected case, and keep in no list of notices what others were told.

    The caller holds the case's lock.  Raises StepRefusedError when there is nobody.
    """
    if not readers:
        raise StepRefusedError(
            "Ingen kan läsa ärendet på den enheten. Välj en annan enhet."
        )
    case.named_readers.all().delete()
    NamedReader.objects.bulk_create(
        NamedReader(case_id=case.pk, user=reader, position=position)
        for position, reader in enumerate(readers, start=1)
    )
    told = Notice.objects.filter(case_id=case.pk).exclude(kind__in=Notice.ABOUT_READERS)
    told.exclude(user__in=readers).delete()
    names = ", ".join(str(reader) for reader in readers)
    log(case, action="protect", label=f"Skyddas: läses av {names}", actor=actor)


def _change(
    record: Any, step: Step, facts: Mapping[str, Any], actor: User | None
) -> list[str]:
    """Write the step's facts and what follows from them into the record; return the names of the fields."""
    changed: dict[str, Any] = {
        field: facts[field]
        for field in step.fields
        if field in facts and field not in step.beside
    }
    changed |= step.also(record, facts, actor) if step.also else {}
    changed |= dict.fromkeys(step.dates, timezone.localdate()) | dict.fromkeys(
        step.clears
    )
    if step.takes_over or step.lets_go:
        changed["owner"] = actor if step.takes_over else None
    changed |= {
        "state": _state_after(record, step, changed),
        "version": record.version + 1,
    }
    for name, value in changed.items():
        setattr(record, name, value)
    return list(changed)


def _state_after(record: Any, step: Step, changed: Mapping[str, Any]) -> str:
    """Return the state that a step leads to; ValueError when the case says one that the table does not."""
    if not step.targets:
        return step.target or record.state
    if (said := str(changed.get("state"))) not in step.targets:
        raise ValueError(f"{step.name} does not lead to {said}.")
    return said
