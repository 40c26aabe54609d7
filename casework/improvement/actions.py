"""The verbs of improvement measures: decide, finish, judge the effect (SOSFS 2011:9 5 kap. 7-8 §§)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from casework.background.notifications import tell_people
from casework.cases.changes import changes_in, facts_of
from casework.cases.history import log
from casework.database.saving import save_checked
from casework.improvement.deciding import deciders_of, handles, may_decide
from casework.models import UPPER_LEVELS, Action, ActionLevel, Case, Effect, Notice
from casework.process.workflow import StepRefusedError, TooLateError

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


class By(Enum):
    """What somebody is to an action."""

    DECIDER = "who decides an action of its level"
    HANDLER = "who handles its case"
    OWNER = "who is to do it"


FOLLOWERS = (By.HANDLER, By.OWNER)


@dataclass(frozen=True)
class Verb:
    """What can be done with an action: its name in the address, the words of its button and of the history.

    ``by`` says to whom it is open: who decides an action of its level, who handles its case, or who is to
    do it.
    """

    name: str
    label: str
    past: str
    is_open: Callable[[Action], bool]
    by: Collection[By] = (By.DECIDER,)


def _is_proposed(action: Action) -> bool:
    return action.is_proposed


def _is_ongoing(action: Action) -> bool:
    return (
        action.decided_on is not None
        and action.done_on is None
        and action.rejected_on is None
    )


def _was_given_up(action: Action) -> bool:
    return action.decided_on is not None and action.rejected_on is not None


VERBS = {
    verb.name: verb
    for verb in (
        Verb(
            "besluta",
            "Besluta om åtgärden",
            "Beslutade",
            lambda action: action.is_proposed and action.level != ActionLevel.BOARD,
        ),
        Verb(
            "anteckna-beslut",
            "Anteckna nämndens beslut",
            "Antecknade nämndens beslut om",
            lambda action: action.is_proposed and action.level == ActionLevel.BOARD,
        ),
        Verb(
            "andra-forslaget",
            "Ändra förslaget",
            "Ändrade förslaget,",
            _is_proposed,
            by=(By.HANDLER,),
        ),
        Verb("avsla", "Avslå förslaget", "Avslog", _is_proposed),
        Verb(
            "dra-tillbaka",
            "Dra tillbaka förslaget",
            "Drog tillbaka",
            _is_proposed,
            by=(By.HANDLER,),
        ),
        Verb("klar", "Markera som genomförd", "Genomförde", _is_ongoing, by=FOLLOWERS),
        Verb(
            "effekt",
            "Följ upp effekten",
            "Följde upp",
            lambda action: action.done_on is not None,
            by=FOLLOWERS,
        ),
        Verb(
            "andra",
            "Ändra",
            "Ändrade",
            lambda action: action.rejected_on is None and not _is_proposed(action),
        ),
        Verb("genomfors-inte", "Genomför inte", "Genomför inte", _is_ongoing),
        Verb(
            "oppna",
            "Öppna igen",
            "Öppnade igen",
            lambda action: bool(action.done_on or action.rejected_on),
            by=(By.DECIDER, By.HANDLER),
        ),
    )
}
# Who decides an action of its level needs no verb that only proposes.
_ONLY_PROPOSES = frozenset({"andra-forslaget", "dra-tillbaka"})


def may_add(case: Case, user: User) -> bool:
    """Tell whether a person may decide or propose a new action in a case now: while it is open."""
    return case.closed_on is None and handles(case, user)


def has_action(case: Case) -> bool:
    """Tell whether a case has an action that counts; every process and every page asks this question."""
    return case.actions.that_count().exists()


def needs_action(
    words: str, *, reason: str = "", when: Callable[[Any], bool] = lambda _case: True
) -> Callable[[Any], str]:
    """Return the demand of a process for an action that counts (SOSFS 2011:9 5 kap. 7 §), in its own words.

    ``reason`` is the field that says why none is needed, ``when`` tells whether one is needed at all.
    """

    def demand(case: Any) -> str:
        is_settled = (
            not when(case) or (reason and getattr(case, reason)) or has_action(case)
        )
        return "" if is_settled else words

    return demand


def needs_effect(case: Case) -> str:
    """Ask what became of each action before its case counts as followed up (SOSFS 2011:9 5 kap. 8 §).

    What is proposed to those above is theirs to decide, and keeps no case open.
    """
    left_to_others = Q(decided_on=None, level__in=UPPER_LEVELS)
    ongoing = (
        case.actions.that_count().filter(effect="").exclude(left_to_others).exists()
    )
    return "Följ först upp effekten av varje åtgärd." if ongoing else ""


def _carries_out(action: Action, user: User) -> bool:
    """Tell whether an action was given to a person, who has not been kept from its case since then."""
    return (
        action.owner_id == user.pk
        and Action.objects.visible_to(user).filter(pk=action.pk).exists()
    )


def open_to(action: Action, user: User) -> list[Verb]:
    """Return what a person may do with an action now; the page's buttons."""
    decides = may_decide(action.case, user, action.level)
    is_to = {
        By.DECIDER: decides,
        By.HANDLER: handles(action.case, user),
        By.OWNER: _carries_out(action, user),
    }
    who = {by for by, is_one in is_to.items() if is_one}
    return [
        verb
        for verb in VERBS.values()
        if verb.is_open(action)
        and not who.isdisjoint(verb.by)
        and not (decides and verb.name in _ONLY_PROPOSES)
        and (decides or verb.name != "oppna" or not _was_given_up(action))
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
    """Decide an improvement measure in a case, or propose it to those who decide at its level.

    The history says which (SOSFS 2011:9 5 kap. 7 §).  The same facts sent twice on one day are one action.
    A closed case takes a new action only instead of one that had no effect.  Without actor it comes from a
    register, and nobody's right is asked.
    """
    with transaction.atomic():
        locked = _lock(case)
        if actor:
            _require_right(locked, actor, follows)
        is_decided = actor is None or may_decide(locked, actor, facts.get("level", ""))
        day = (decided_on or timezone.localdate()) if is_decided else None
        facts |= {"text": text, "decided_on": day, "follows": follows}
        if same := Action.objects.filter(case_id=case.pk, **facts).first():
            return same
        action = Action(case_id=case.pk, **facts)
        save_checked(action, force_insert=True)
        label = "Beslutade en åtgärd" if is_decided else "Föreslog en åtgärd"
        log(locked, action="action", label=label, actor=actor)
        _tell(locked, action, actor)
    return action


def _require_right(case: Case, actor: User, follows: Action | None) -> None:
    """Refuse a new action from those who do not handle the case, or in a closed case without need."""
    if not handles(case, actor):
        raise StepRefusedError(
            "Din roll ger inte rätt att besluta om åtgärder i ärendet."
        )
    is_needed = follows is not None and follows.effect == Effect.NO
    if case.closed_on and not is_needed:
        raise StepRefusedError(
            "Ärendet är avslutat. Öppna det igen om det behövs fler åtgärder."
        )


def change_action(
    action: Action, *, actor: User, seen_version: int, **facts: Any
) -> Action:
    """Change what an action says, or whom it is for; what was only proposed is decided by it.

    At a level that others decide it is their turn: then it is a proposal to them.
    """
    name = "besluta" if action.decided_on is None else "andra"
    is_decided = may_decide(action.case, actor, facts.get("level", action.level))
    if not is_decided and action.done_on:
        raise StepRefusedError(
            "Åtgärden är genomförd. Du kan inte lyfta den till dem som beslutar ovanför."
        )
    if name == "besluta" or not is_decided:
        facts["decided_on"] = timezone.localdate() if is_decided else None
    return _take(action, name, facts, actor=actor, seen_version=seen_version)


def change_proposal(
    action: Action, *, actor: User, seen_version: int, **facts: Any
) -> Action:
    """Change what is proposed to those who decide; it stays a proposal."""
    return _take(
        action, "andra-forslaget", facts, actor=actor, seen_version=seen_version
    )


def note_decision(
    action: Action,
    *,
    actor: User,
    seen_version: int,
    decided_on: dt.date,
    paragraph: str,
) -> Action:
    """Note that a board has decided a measure, by the day and paragraph of its minutes."""
    facts = {"decided_on": decided_on, "paragraph": paragraph}
    return _take(
        action, "anteckna-beslut", facts, actor=actor, seen_version=seen_version
    )


def finish(
    action: Action, *, actor: User, seen_version: int, done_on: dt.date
) -> Action:
    """Note that an action has been done, and when."""
    return _take(
        action, "klar", {"done_on": done_on}, actor=actor, seen_version=seen_version
    )


def reject(
    action: Action, *, actor: User, seen_version: int, rejected_reason: str
) -> Action:
    """Give an action up, turn a proposal down or take it back, for a reason that is written down."""
    name = "genomfors-inte"
    if action.decided_on is None:
        name = (
            "avsla" if may_decide(action.case, actor, action.level) else "dra-tillbaka"
        )
    facts = {"rejected_on": timezone.localdate(), "rejected_reason": rejected_reason}
    return _take(action, name, facts, actor=actor, seen_version=seen_version)


def judge_effect(
    action: Action, *, actor: User, seen_version: int, effect: str, effect_note: str
) -> Action:
    """Say whether an action helped, also after its case was closed (SOSFS 2011:9 5 kap. 8 §)."""
    facts = {
        "effect": effect,
        "effect_note": effect_note,
        "effect_on": timezone.localdate(),
    }
    return _take(action, "effekt", facts, actor=actor, seen_version=seen_version)


def reopen_action(action: Action, *, actor: User, seen_version: int) -> Action:
    """Let an action go on again that was marked as done or given up by mistake."""
    facts: dict[str, Any] = dict.fromkeys(("done_on", "rejected_on", "effect_on"))
    facts |= dict.fromkeys(("rejected_reason", "effect", "effect_note"), "")
    return _take(action, "oppna", facts, actor=actor, seen_version=seen_version)


def _lock(case: Case) -> Case:
    return (
        Case.objects.select_for_update(of=("self",))
        .select_related("unit")
        .get(pk=case.pk)
    )


def _take(
    action: Action,
    name: str,
    facts: Mapping[str, Any],
    *,
    actor: User,
    seen_version: int,
) -> Action:
    """Lock an action, check version, state and right, write the facts and a line of history.

    Raises TooLateError when somebody else came first and StepRefusedError when it may not be done.
    """
    verb = VERBS[name]
    with transaction.atomic():
        case = _lock(action.case)
        locked = Action.objects.numbered().get(pk=action.pk)
        locked.case = case
        if locked.version != seen_version:
            raise TooLateError(
                "Någon annan hann före. Läs det nya läget och försök igen."
            )
        if verb not in open_to(locked, actor):
            raise StepRefusedError(
                f"Du kan inte göra det här nu: {verb.label.lower()}."
            )
        before, facts_before = (
            (locked.owner_id, locked.level, locked.decided_on),
            facts_of(locked),
        )
        for field, value in facts.items():
            setattr(locked, field, value)
        locked.version += 1
        save_checked(locked, update_fields=[*facts, "version"])
        changes = changes_in(locked, facts_before, place=f"Åtgärd {locked.place}")
        label = f"{verb.past} åtgärd {locked.place}"
        log(case, action=f"action-{name}", label=label, actor=actor, changes=changes)
        if (locked.owner_id, locked.level, locked.decided_on) != before:
            _tell(case, locked, actor, told=before[0] if before[2] else None)
    return locked


def _tell(
    case: Case, action: Action, actor: User | None, *, told: int | None = None
) -> None:
    """Tell those who decide of a proposal, and a person of an action that somebody else has given."""
    if _is_proposed(action):
        deciders = [
            person for person in deciders_of(case, action.level) if person != actor
        ]
        tell_people(case, Notice.Kind.ACTION_PROPOSED, deciders)
    elif action.owner is not None and action.owner != actor and action.owner_id != told:
        tell_people(case, Notice.Kind.ACTION_GIVEN, [action.owner])
