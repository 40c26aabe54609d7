"""The verbs of people: choose how to be told, open one's calendar, let somebody stand in."""

from __future__ import annotations

import datetime as dt
import secrets

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.dispatch import Signal
from django.utils import timezone

from organisation.models import Membership, Rhythm, User
from organisation.rights import Right
from organisation.shown.told import acting

# Sent in the transaction in which somebody's role gets a last day, or another one.
roles_ended = Signal()

# A default of the product: whoever is away for longer has a successor, not a substitute.
LONGEST = dt.timedelta(days=365)


def choose_rhythm(*, actor: User, rhythm: Rhythm) -> None:
    """Choose how often mail comes about what has happened."""
    User.objects.filter(pk=actor.pk).update(rhythm=rhythm)


def open_calendar(*, actor: User) -> str:
    """Give a person's calendar a new address that cannot be guessed; an earlier one stops working."""
    key = secrets.token_urlsafe(32)
    User.objects.filter(pk=actor.pk).update(calendar_key=key)
    return key


def close_calendar(*, actor: User) -> None:
    """Take away the address of a person's calendar."""
    User.objects.filter(pk=actor.pk).update(calendar_key=None)


def appoint_substitute(
    *, actor: User, membership: Membership, person: User, first: dt.date, last: dt.date
) -> Membership:
    """Let a person hold a chief's own role between two days, both included and within a year.

    A substitute has what the role gives and nothing after the last day.  Raises ValidationError when the
    role is not the actor's to lend, or the days or the person do not fit.
    """
    with transaction.atomic():
        held = Membership.objects.select_for_update().get(pk=membership.pk)
        errors = {
            "membership": _fault_of_role(held, actor, first, last),
            "person": _fault_of_person(person, actor),
        }
        errors |= _faults_of_days(first, last)
        if wrong := {field: fault for field, fault in errors.items() if fault}:
            raise ValidationError(wrong)
        end = last + dt.timedelta(days=1)
        same = Membership.objects.filter(
            user=person, unit=held.unit_id, role=held.role, valid_from__lt=end
        )
        if same.filter(Q(valid_to=None) | Q(valid_to__gt=first)).exists():
            raise ValidationError(
                {"person": f"{person} har redan rollen någon av de dagarna."}
            )
        with acting(actor.pk):
            return Membership.objects.create(
                user=person,
                unit_id=held.unit_id,
                role=held.role,
                valid_from=first,
                valid_to=end,
                stands_in_for=actor,
            )


def _fault_of_role(held: Membership, actor: User, first: dt.date, last: dt.date) -> str:
    is_own = (
        held.user_id == actor.pk
        and held.role in Right.ORGANISATION_LEND.roles
        and held.stands_in_for_id is None
    )
    if not is_own:
        return "Välj en chefsroll som är din egen."
    if first < held.valid_from or (held.valid_to is not None and last >= held.valid_to):
        return "Du har inte rollen alla de dagarna. Välj andra dagar."
    return ""


def _fault_of_person(person: User, actor: User) -> str:
    if person == actor:
        return "Välj någon annan än dig själv."
    return "" if person.is_active else f"{person} kan inte logga in. Välj någon annan."


def _faults_of_days(first: dt.date, last: dt.date) -> dict[str, str]:
    today = timezone.localdate()
    if first < today:
        return {"first": "Välj i dag eller en senare dag."}
    if last < first:
        return {
            "last": "Den sista dagen ska vara samma dag som den första, eller senare."
        }
    return {"last": "Välj en sista dag inom ett år."} if last > today + LONGEST else {}


def end_substitute(*, actor: User, membership: Membership) -> None:
    """End at once what a chief has lent; what has not begun before today leaves no trace.

    Raises Membership.DoesNotExist when it is not the actor's, or is over already.
    """
    today = timezone.localdate()
    with transaction.atomic():
        lent = Membership.objects.select_for_update().filter(
            stands_in_for=actor, valid_to__gt=today
        )
        found = lent.get(pk=membership.pk)
        with acting(actor.pk):
            if found.valid_from >= today:
                found.delete()
            else:
                found.valid_to = today
                found.save(update_fields=["valid_to"])
        roles_ended.send(Membership)
