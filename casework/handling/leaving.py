"""What somebody leaves behind goes back to those who are there: no case waits for one who has gone.

Roles end by their last day, without anything that happens; so it is asked of the roles of today, again and
again, and each thing is given back and told of once.
"""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from casework.background.jobs import enqueue
from casework.background.notifications import Audience, tell, tell_people
from casework.cases.changes import changes_in, facts_of
from casework.cases.history import log
from casework.cases.receiving import (
    LYING,
    Holders,
    Lying,
    Receivers,
    people,
    receivers_of,
)
from casework.handling.services import name_one_outside
from casework.kinds import waits_in_itself
from casework.models import Action, Case, NamedReader, Notice
from casework.process.workflow import name_readers
from organisation.models import Membership, User

GIVE_BACK = "casework.give_back"
# A worker that has been away for so long still tells of whose role has ended.
LOOK_BACK = dt.timedelta(days=7)

_logger = logging.getLogger(__name__)


def ask_to_give_back(**_signal: Any) -> None:
    """Ask for what a leaver had to be given back, in the transaction in which roles end."""
    enqueue(GIVE_BACK)


def give_back(*, today: dt.date | None = None) -> int:
    """Give back what those had who can do it no more; return how many cases and actions that was."""
    today = today or timezone.localdate()
    receivers = Receivers.of()
    given_back = _name_others(receivers) + _cases(receivers) + _actions()
    _tell_of_ended(receivers, today)
    return given_back


# --- cases ------------------------------------------------------------------------------------
def _cases(receivers: Receivers) -> int:
    """Take the open cases from those who cannot handle them, and tell whoever receives them now."""
    owned = Case.objects.open().exclude(owner=None).order_by("pk")
    left = [
        (lying.pk, owner)
        for owner, *facts in owned.values_list("owner", *LYING).iterator()
        if receivers.has_left(owner, lying := Lying._make(facts))
    ]
    for key, owner in left:
        with transaction.atomic():
            case = _lock(key)
            if case.owner_id != owner or case.closed_on is not None:
                continue  # somebody has taken it meanwhile
            before = facts_of(case)
            case.owner, case.version = None, case.version + 1
            case.save(update_fields=["owner", "version"])
            label, changes = (
                "Saknar handläggare sedan den förra slutade",
                changes_in(case, before),
            )
            log(case, action="give-back", label=label, actor=None, changes=changes)
            tell(case, Notice.Kind.LEFT, audience=Audience.HANDLERS)
    return len(left)


def _name_others(receivers: Receivers) -> int:
    """Let the investigator read the protected cases of which no reader is left who can handle them.

    The next named reader who can handle a case needs nobody else (OSL 21 kap. 3 §), but none reads it alone:
    where the last of them outside the unit has left, somebody else outside it is named.
    """
    protected = Case.objects.open().filter(protected=True).filter(waits_in_itself())
    rows = [
        Lying._make(facts) for facts in protected.order_by("pk").values_list(*LYING)
    ]
    return sum(_name_another(lying, receivers) for lying in rows)


def _name_another(lying: Lying, receivers: Receivers) -> bool:
    """Name who is missing among the readers of a protected case; tell whether anybody was."""
    named = receivers.named.get(lying.pk, [])
    is_left, keys = not receivers.levels(lying), receivers.with_one_outside(lying)
    if is_left and not (nearest := receivers.to_name(lying)[:1]):
        _logger.error(
            "An open protected case has no reader who can handle it, and nobody to name."
        )
    elif is_left:
        keys = list(dict.fromkeys([*nearest, *named]))[: NamedReader.MOST]
    if keys == named:
        return False
    with transaction.atomic():
        case = _lock(lying.pk)
        receivers.named[lying.pk] = keys
        case.version += 1
        case.save(update_fields=["version"])
        if is_left:
            name_readers(case, readers=people(keys), actor=None)
            tell(case, Notice.Kind.LEFT, audience=Audience.HANDLERS)
        else:
            name_one_outside(case, readers=people(keys), actor=None)
    return True


def _tell_of_ended(receivers: Receivers, today: dt.date) -> None:
    """Tell who receives now what nobody handles, and what a person received until his or her role ended.

    Nothing is written in the case: it never had a handler.
    """
    ended = Membership.objects.filter(
        valid_to__lte=today, valid_to__gt=today - LOOK_BACK
    )
    for held in ended.select_related("unit").order_by("pk"):
        before = replace(receivers, holders=_with(receivers.holders, held))
        waiting = Case.objects.open().filter(
            owner=None, unit__path__startswith=held.unit.path
        )
        for lying in map(Lying._make, waiting.order_by("pk").values_list(*LYING)):
            now = _nearest(receivers, lying)
            if held.user_id in _nearest(before, lying) and held.user_id not in now:
                case = Case.objects.select_related("unit").get(pk=lying.pk)
                untold = User.objects.filter(pk__in=now).exclude(notices__case=lying.pk)
                tell_people(case, Notice.Kind.LEFT, untold, on=held.valid_to)


def _nearest(receivers: Receivers, lying: Lying) -> list[int]:
    return next(iter(receivers.levels(lying)), [])


def _with(holders: Holders, held: Membership) -> Holders:
    """Return who held which role while a role that has ended was still held."""
    path, role = held.unit.path, held.role
    there = holders.by_path.get(path, {})
    added = {**there, role: [*there.get(role, []), held.user_id]}
    return Holders({**holders.by_path, path: added})


# --- actions ----------------------------------------------------------------------------------
def _actions() -> int:
    """Take the actions from those who are there no more, and tell whoever receives their case."""
    owned = Action.objects.filter(rejected_on=None).exclude(owner=None)
    owned = owned.filter(
        Q(done_on=None) | Q(pk__in=Action.objects.awaiting_effect().values("pk"))
    )
    left = _of_leavers(owned)
    for action in owned.filter(pk__in=left).numbered().order_by("pk"):
        with transaction.atomic():
            case = _lock(action.case_id)
            changed = Action.objects.filter(
                pk=action.pk, version=action.version, owner=action.owner_id
            )
            if changed.update(owner=None, version=action.version + 1):
                label = f"Åtgärd {action.place} saknar ansvarig sedan den förra slutade"
                log(case, action="action-give-back", label=label, actor=None)
                tell_people(case, Notice.Kind.ACTION_LEFT, receivers_of(case))
    return len(left)


def _of_leavers(owned: QuerySet[Action]) -> list[int]:
    """Return the actions whose owner holds no role over their unit, has left, or is kept from the case."""
    held: dict[int, list[str]] = {}
    roles = Membership.objects.valid().filter(
        user__in=owned.values("owner"), user__is_active=True
    )
    for person, path in roles.values_list("user", "unit__path"):
        held.setdefault(person, []).append(path)
    rows = owned.order_by("pk").values_list("pk", "owner", "case__unit__path")
    gone = {
        key
        for key, owner, path in rows
        if not path.startswith(tuple(held.get(owner, ["-"])))
    }
    kept_out = owned.filter(case__recusals__user=F("owner")).values_list(
        "pk", flat=True
    )
    return sorted(gone | set(kept_out))


def _lock(key: int) -> Case:
    return (
        Case.objects.select_for_update(of=("self",)).select_related("unit").get(pk=key)
    )
