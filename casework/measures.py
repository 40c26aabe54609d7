"""The verbs of improvement measures: decide, finish, judge the effect (SOSFS 2011:9 5 kap. 7-8 §§)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from casework.changes import changes_in, facts_of
from casework.history import log
from casework.models import Action, Case, Effect, Notice
from casework.notifications import tell_people
from casework.workflow import StepRefusedError, TooLateError, is_recused
from organisation.access import CHIEFS, roles_over

if TYPE_CHECKING:
    from organisation.models import User

# What a new action says, and what can be changed in one.
FACTS = (
    "text",
    "level",
    "owner",
    "due_on",
    "effect_measure",
    "effect_due_on",
    "category",
    "improved_routine",
)


@dataclass(frozen=True)
class Verb:
    """What can be done with an action: its name in the address, the words of its button and of the history.

    ``by_owner`` opens it to the one who is to do the action, beside the chiefs.
    """

    name: str
    label: str
    past: str
    is_open: Callable[[Action], bool]
    by_owner: bool = False


def _is_proposed(action: Action) -> bool:
    return action.decided_on is None and action.rejected_on is None


def _is_ongoing(action: Action) -> bool:
    return action.decided_on is not None and action.done_on is None and action.rejected_on is None


VERBS = {
    verb.name: verb
    for verb in (
        Verb("besluta", "Besluta om åtgärden", "Beslutade", _is_proposed),
        Verb("klar", "Markera som genomförd", "Genomförde", _is_ongoing, by_owner=True),
        Verb(
            "effekt",
            "Följ upp effekten",
            "Följde upp",
            lambda action: action.done_on is not None,
            by_owner=True,
        ),
        Verb(
            "andra",
            "Ändra",
            "Ändrade",
            lambda action: action.rejected_on is None and not _is_proposed(action),
        ),
        Verb(
            "genomfors-inte",
            "Genomför inte",
            "Genomför inte",
            lambda action: _is_proposed(action) or _is_ongoing(action),
        ),
        Verb(
            "oppna", "Öppna igen", "Öppnade igen", lambda action: bool(action.done_on or action.rejected_on)
        ),
    )
}


def may_decide(case: Case, user: User) -> bool:
    """Tell whether a person decides the actions of a case: a chief over its unit who is not recused.

    In lex Sarah the investigator proposes them too (SOSFS 2011:5 5 kap.).
    """
    roles = CHIEFS | case.handler_roles
    return bool(roles_over(user, case.unit) & roles) and not is_recused(case, user)


def may_add(case: Case, user: User) -> bool:
    """Tell whether a person may decide a new action in a case now: while it is open."""
    return case.closed_on is None and may_decide(case, user)


def has_action(case: Case) -> bool:
    """Tell whether a case has an action that counts; every process and every page asks this question."""
    return case.actions.that_count().exists()


def needs_effect(case: Case) -> str:
    """Ask what became of each action before its case counts as followed up (SOSFS 2011:9 5 kap. 8 §)."""
    ongoing = case.actions.that_count().filter(effect="").exists()
    return "Följ först upp effekten av varje åtgärd." if ongoing else ""


def _carries_out(action: Action, user: User) -> bool:
    """Tell whether an action was given to a person, who has not been kept from its case since then."""
    return action.owner_id == user.pk and Action.objects.visible_to(user).filter(pk=action.pk).exists()


def open_to(action: Action, user: User) -> list[Verb]:
    """Return what a person may do with an action now; the page's buttons."""
    decides, carries_out = may_decide(action.case, user), _carries_out(action, user)
    return [
        verb
        for verb in VERBS.values()
        if verb.is_open(action) and (decides or (verb.by_owner and carries_out))
    ]


def decide_action(
    case: Case,
    *,
    text: str,
    actor: User | None,
    decided_on: dt.date | None = None,
    follows: Action | None = None,
    **facts: Any,
) -> Action:
    """Decide an improvement measure in a case and note it in the history (SOSFS 2011:9 5 kap. 7 §).

    The same facts decided twice on one day are one action.  A closed case takes a new action only instead
    of one that had no effect.  Without actor it comes from a register, and nobody's right is asked.
    """
    facts |= {"text": text, "decided_on": decided_on or timezone.localdate(), "follows": follows}
    with transaction.atomic():
        locked = _lock(case)
        if actor and not may_decide(locked, actor):
            raise StepRefusedError("Din roll ger inte rätt att besluta om åtgärder i ärendet.")
        if actor and locked.closed_on and (follows is None or follows.effect != Effect.NO):
            raise StepRefusedError("Ärendet är avslutat. Öppna det igen om det behövs fler åtgärder.")
        if same := Action.objects.filter(case_id=case.pk, **facts).first():
            return same
        action = Action(case_id=case.pk, **facts)
        action.validate_constraints()
        action.save(force_insert=True)
        log(locked, action="action", label="Beslutade en åtgärd", actor=actor)
        _tell_owner(locked, action, actor)
    return action


def change_action(action: Action, *, actor: User, seen_version: int, **facts: Any) -> Action:
    """Change what an action says, or whom it is for; what was only proposed is decided by it."""
    name = "besluta" if action.decided_on is None else "andra"
    if name == "besluta":
        facts["decided_on"] = timezone.localdate()
    return _take(action, name, facts, actor=actor, seen_version=seen_version)


def finish(action: Action, *, actor: User, seen_version: int, done_on: dt.date) -> Action:
    """Note that an action has been done, and when."""
    return _take(action, "klar", {"done_on": done_on}, actor=actor, seen_version=seen_version)


def reject(action: Action, *, actor: User, seen_version: int, rejected_reason: str) -> Action:
    """Give an action up, for a reason that is written down."""
    facts = {"rejected_on": timezone.localdate(), "rejected_reason": rejected_reason}
    return _take(action, "genomfors-inte", facts, actor=actor, seen_version=seen_version)


def judge_effect(action: Action, *, actor: User, seen_version: int, effect: str, effect_note: str) -> Action:
    """Say whether an action helped, also after its case was closed (SOSFS 2011:9 5 kap. 8 §)."""
    facts = {"effect": effect, "effect_note": effect_note, "effect_on": timezone.localdate()}
    return _take(action, "effekt", facts, actor=actor, seen_version=seen_version)


def reopen_action(action: Action, *, actor: User, seen_version: int) -> Action:
    """Let an action go on again that was marked as done or given up by mistake."""
    facts: dict[str, Any] = dict.fromkeys(("done_on", "rejected_on", "effect_on"))
    facts |= dict.fromkeys(("rejected_reason", "effect", "effect_note"), "")
    return _take(action, "oppna", facts, actor=actor, seen_version=seen_version)


def _lock(case: Case) -> Case:
    return Case.objects.select_for_update(of=("self",)).select_related("unit").get(pk=case.pk)


def _take(action: Action, name: str, facts: Mapping[str, Any], *, actor: User, seen_version: int) -> Action:
    """Lock an action, check version, state and right, write the facts and a line of history.

    Raises TooLateError when somebody else came first and StepRefusedError when it may not be done.
    """
    verb = VERBS[name]
    with transaction.atomic():
        case = _lock(action.case)
        locked = Action.objects.numbered().get(pk=action.pk)
        locked.case = case
        if locked.version != seen_version:
            raise TooLateError("Någon annan hann före. Läs det nya läget och försök igen.")
        if verb not in open_to(locked, actor):
            raise StepRefusedError(f"Du kan inte göra det här nu: {verb.label.lower()}.")
        owner_before, before = locked.owner_id, facts_of(locked)
        for field, value in facts.items():
            setattr(locked, field, value)
        locked.version += 1
        locked.validate_constraints()
        locked.save(update_fields=[*facts, "version"])
        changes = changes_in(locked, before, place=f"Åtgärd {locked.place}")
        label = f"{verb.past} åtgärd {locked.place}"
        log(case, action=f"action-{name}", label=label, actor=actor, changes=changes)
        if locked.owner_id != owner_before:
            _tell_owner(case, locked, actor)
    return locked


def _tell_owner(case: Case, action: Action, actor: User | None) -> None:
    """Give notice to whoever is given an action by somebody else."""
    if action.owner is not None and action.owner != actor:
        tell_people(case, Notice.Kind.ACTION_GIVEN, [action.owner])
