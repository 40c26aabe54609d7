"""The process as a table, and the one function that changes a case's state.

Buttons, permissions, validation, tests and the diagram in the documentation are read from the same
steps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from casework.history import log
from casework.models import Case
from organisation.access import holds
from organisation.models import Role

if TYPE_CHECKING:
    from organisation.models import User

CaseT = TypeVar("CaseT", bound=Case)


class StepRefusedError(Exception):
    """The step may not be taken; the message says in Swedish why."""


class TooLateError(StepRefusedError):
    """Somebody else changed the case first: show what was typed again."""


@dataclass(frozen=True)
class Step:
    """One arrow of a process: from which states, to which, who may, which facts it needs, and why.

    ``dates`` are the date fields that taking the step sets to today, ``clears`` those that it empties;
    ``takes_over`` makes whoever takes it the one who handles the case.
    """

    name: str
    label: str
    sources: frozenset[str]
    target: str
    roles: frozenset[Role]
    law: str
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    clears: tuple[str, ...] = ()
    takes_over: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the fields that the step's form asks for."""
        return self.required + self.optional


@dataclass(frozen=True)
class Workflow(Generic[CaseT]):
    """The steps of one kind of case."""

    model: type[CaseT]
    steps: tuple[Step, ...]

    def step(self, name: str) -> Step:
        """Return the step with a name; raises KeyError when there is none."""
        return {step.name: step for step in self.steps}[name]

    def open_to(self, case: CaseT, user: User) -> list[Step]:
        """Return the steps that a person may take with a case now; the page's buttons."""
        return [step for step in self.steps if not _objection(case, step, user)]

    def diagram(self) -> str:
        """Return the process as a Mermaid state diagram for the documentation."""
        lines = ["stateDiagram-v2"]
        for step in self.steps:
            lines += [f"    {source} --> {step.target}: {step.label}" for source in sorted(step.sources)]
        return "\n".join(lines)


def _objection(case: Any, step: Step, user: User) -> str:
    """Return why a person may not take a step, or "" when nothing is in the way."""
    if case.state not in step.sources:
        return "Ärendet är inte i ett läge där det går."
    if case.reporter_id == user.pk:
        # Nobody handles what he or she reported (FL 16-18 §§, jäv).
        return "Du har själv rapporterat ärendet och kan inte handlägga det."
    if not holds(user, step.roles, case.unit):
        return "Din roll ger inte rätt att göra det här."
    return ""


def take(
    workflow: Workflow[CaseT],
    case: CaseT,
    name: str,
    *,
    actor: User,
    seen_state: str,
    facts: Mapping[str, Any] | None = None,
) -> CaseT:
    """Take a step with a case: lock it, check arrow, role and facts, write and log; all or nothing.

    ``seen_state`` is the state the person saw: when somebody else came first, TooLateError is raised
    and nothing is written.  Raises StepRefusedError when the step is not open to the actor, and
    ValidationError when a fact is missing or impossible.
    """
    step, facts = workflow.step(name), facts or {}
    with transaction.atomic():
        locked: Any = workflow.model._default_manager.select_for_update(of=("self", "case_ptr")).get(
            pk=case.pk
        )
        if locked.state != seen_state:
            raise TooLateError("Någon annan hann före. Läs det nya läget och försök igen.")
        if objection := _objection(locked, step, actor):
            raise StepRefusedError(objection)
        missing = [field for field in step.required if facts.get(field) in (None, "")]
        if missing:
            raise ValidationError(dict.fromkeys(missing, "Fyll i det här fältet."))
        changed = {field: facts[field] for field in step.fields if field in facts}
        changed |= dict.fromkeys(step.dates, timezone.localdate()) | dict.fromkeys(step.clears)
        changed |= {"owner": actor} if step.takes_over else {}
        source = locked.state
        for field, value in {**changed, "state": step.target}.items():
            setattr(locked, field, value)
        locked.validate_constraints()
        locked.save(update_fields=["state", *changed])
        log(locked, action=step.name, label=step.label, actor=actor, from_state=source, to_state=step.target)
    return cast("CaseT", locked)
