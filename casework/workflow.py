"""The process as a table, and the one function that changes a case's state.

Buttons, permissions, validation, tests and the diagram in the documentation are read from the same
steps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from casework.changes import Facts, changes_in, facts_of
from casework.history import log
from casework.models import Case, NamedReader, Note, Notice
from casework.notifications import Audience, tell
from casework.receiving import readers_for, receivers_of, roles_in
from organisation.models import Role

if TYPE_CHECKING:
    from organisation.models import User

CaseT = TypeVar("CaseT", bound=Case)


class StepRefusedError(Exception):
    """The step may not be taken; the message says in Swedish why."""


class TooLateError(StepRefusedError):
    """Somebody else changed the case first: show what was typed again."""


# What a case must be before a step is taken: returns in Swedish what is missing, or "".
Demand = Callable[[Any], str]
# What a step changes besides the facts it asks for, worked out from the case and the facts.
Change = Callable[[Any, Mapping[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class Step:
    """One arrow of a process: from which states, to which, who may, which facts it needs, and why.

    ``label`` stands on its button and ``did`` in the history.  ``target`` None leaves the state as it is.
    ``dates`` are the date fields that taking the step sets to today, ``clears`` those that it empties;
    ``takes_over`` makes whoever takes it the one who handles the case, and ``lets_go`` nobody.  A fact named
    "reason" becomes a note in the case; ``beside`` names all facts that are written elsewhere than in its
    row, and ``reasons`` pairs a field with the fact that says why it is changed.  ``tells`` names who gets
    which notice; ``warning`` says what follows from the step, and is read before it is taken.  An ``unread``
    step records what others decided, by somebody who does not read the
    case: also about a protected person, whom its named readers alone read about.
    """

    name: str
    label: str
    did: str
    sources: frozenset[str]
    target: str | None
    roles: frozenset[Role]
    law: str
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    clears: tuple[str, ...] = ()
    takes_over: bool = False
    lets_go: bool = False
    beside: tuple[str, ...] = ("reason",)
    reasons: tuple[tuple[str, str], ...] = ()
    demands: tuple[Demand, ...] = ()
    also: Change | None = None
    tells: tuple[tuple[Notice.Kind, Audience], ...] = ()
    warning: str = ""
    unread: bool = False

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
        state: str = case.state  # type: ignore[attr-defined]
        kept, unread = is_recused(case, user), is_recused(case, user, reads=False)
        roles = roles_in(case, user)
        possible = (step for step in self.steps if state in step.sources and step.roles & roles)
        return [step for step in possible if not (unread if step.unread else kept)]

    def diagram(self) -> str:
        """Return the process as a Mermaid state diagram for the documentation."""
        lines = ["stateDiagram-v2"]
        for step in self.steps:
            lines += [
                f"    {source} --> {step.target or source}: {step.label}" for source in sorted(step.sources)
            ]
        return "\n".join(lines)


def is_recused(case: Case, user: User, *, reads: bool = True) -> bool:
    """Tell whether a person may not handle a case (FL 16-18 §§, jäv).

    Nobody handles what he or she reported or is named in, and a case about somebody with protected
    identity is handled by the named readers alone; who does not read it (``reads``) may be another.
    """
    if case.reporter_id == user.pk or case.recusals.filter(user=user).exists():
        return True
    return reads and case.protected and not case.named_readers.filter(user=user).exists()


def objection(case: Any, step: Step, user: User) -> str:
    """Return why a person may not take a step whatever the case's state, or "" when nothing is in the way."""
    if is_recused(case, user, reads=not step.unread):
        return "Du är jävig i ärendet och kan inte handlägga det."
    if not step.roles & roles_in(case, user):
        return "Din roll ger inte rätt att göra det här."
    return ""


def take(
    workflow: Workflow[CaseT],
    case: CaseT,
    name: str,
    *,
    actor: User,
    seen_version: int,
    facts: Mapping[str, Any] | None = None,
) -> CaseT:
    """Take a step with a case: lock it, check arrow, role and facts, write and log; all or nothing.

    ``seen_version`` is the version the person saw: when somebody else came first, TooLateError is raised
    and nothing is written.  Raises StepRefusedError when the step is not open to the actor or the case
    lacks something, and ValidationError when a fact is missing or impossible.
    """
    step, facts = workflow.step(name), facts or {}
    with transaction.atomic():
        locked: Any = workflow.model._default_manager.select_for_update(of=("self", "case_ptr")).get(
            pk=case.pk
        )
        # Who may not take the step at all must not learn what has changed since.
        if refusal := objection(locked, step, actor):
            raise StepRefusedError(refusal)
        if locked.version != seen_version:
            raise TooLateError("Någon annan hann före. Läs det nya läget och försök igen.")
        if locked.state not in step.sources:
            raise StepRefusedError("Ärendet är inte i ett läge där det går.")
        missing = [field for field in step.required if facts.get(field) in (None, "", [])]
        if missing:
            raise ValidationError(dict.fromkeys(missing, "Fyll i det här fältet."))
        source, unit, before = locked.state, locked.unit_id, facts_of(locked)
        changed = _change(locked, step, facts, actor)
        if lacking := [reason for demand in step.demands if (reason := demand(locked))]:
            raise StepRefusedError(" ".join(lacking))
        locked.validate_constraints()
        locked.save(update_fields=changed)
        if locked.unit_id != unit:
            _need_receivers(locked, actor)
        if why := facts.get("reason"):
            Note.objects.create(case_id=locked.pk, kind=Note.Kind.INTERNAL, text=why, author=actor)
        _log_step(locked, step, facts, actor, source=source, before=before)
        for kind, audience in step.tells:
            tell(locked, kind, audience=audience, but=actor)
    return cast("CaseT", locked)


def _log_step(
    case: Any, step: Step, facts: Mapping[str, Any], actor: User, *, source: str, before: Facts
) -> None:
    """Add the step to the history with what it replaced, and why where that was asked for."""
    reasons = {field: facts.get(fact) or "" for field, fact in step.reasons}
    log(
        case,
        action=step.name,
        label=step.did,
        actor=actor,
        from_state=source,
        to_state=case.state,
        changes=changes_in(case, before, reasons=reasons),
    )


def _need_receivers(case: Any, actor: User) -> None:
    """Refuse a unit where nobody receives the case; a protected one gets readers there instead of here."""
    if case.protected:
        name_readers(case, readers=readers_for(case), actor=actor)
    elif not receivers_of(case):
        raise StepRefusedError("Ingen kan ta emot ärendet på den enheten. Välj en annan enhet.")


def name_readers(case: Case, *, readers: Sequence[User], actor: User | None) -> None:
    """Let some persons alone read a protected case, and keep in no list of notices what others were told.

    The caller holds the case's lock.  Raises StepRefusedError when there is nobody.
    """
    if not readers:
        raise StepRefusedError("Ingen kan läsa ärendet på den enheten. Välj en annan enhet.")
    case.named_readers.all().delete()
    NamedReader.objects.bulk_create(
        NamedReader(case_id=case.pk, user=reader, position=position)
        for position, reader in enumerate(readers, start=1)
    )
    told = Notice.objects.filter(case_id=case.pk).exclude(kind__in=Notice.ABOUT_READERS)
    told.exclude(user__in=readers).delete()
    names = ", ".join(str(reader) for reader in readers)
    log(case, action="protect", label=f"Skyddas: läses av {names}", actor=actor)


def _change(case: Any, step: Step, facts: Mapping[str, Any], actor: User) -> list[str]:
    """Write the step's facts and what follows from them into the case; return the names of the fields."""
    changed: dict[str, Any] = {
        field: facts[field] for field in step.fields if field in facts and field not in step.beside
    }
    changed |= step.also(case, facts) if step.also else {}
    changed |= dict.fromkeys(step.dates, timezone.localdate()) | dict.fromkeys(step.clears)
    changed |= {"owner": actor} if step.takes_over else {}
    changed |= {"owner": None} if step.lets_go else {}
    changed |= {"state": step.target or case.state, "version": case.version + 1}
    for field, value in changed.items():
        setattr(case, field, value)
    return list(changed)
