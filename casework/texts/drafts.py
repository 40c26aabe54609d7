"""What is typed in a form is kept until it is sent: one draft per person and form."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from django.db.models import Q, QuerySet
from django.urls import Resolver404, resolve
from django.utils import timezone

from casework.models import Case, FormDraft

if TYPE_CHECKING:
    from organisation.models import User

DAYS_KEPT = 30
LONGEST = 200_000  # characters: every text of the longest form, several times over
LONGEST_ADDRESS = 300

Typed = Mapping[str, list[str]]


class NotKeepableError(Exception):
    """There is no such form, or more is typed than any form can take."""


@dataclass(frozen=True)
class Place:
    """Where something is typed: the address that a form is sent to, and the names that it is known by."""

    address: str
    names: tuple[str, ...]

    @classmethod
    def of(cls, address: str, names: Collection[str]) -> Place:
        """Return the place of a form; raises NotKeepableError when no page has the address."""
        if (
            not names
            or len(address) > LONGEST_ADDRESS
            or "\0" in "".join([address, *names])
        ):
            raise NotKeepableError
        try:
            path = unquote(urlsplit(address).path)
            resolve(path)
        except (Resolver404, ValueError) as unknown:
            raise NotKeepableError from unknown
        return cls(path, tuple(sorted(set(names))))

    @property
    def form(self) -> str:
        """Return what tells two forms with the same address apart."""
        return hashlib.sha256(json.dumps(self.names).encode()).hexdigest()


def keep(
    place: Place, *, typed: Typed, actor: User, was_sent: bool = False
) -> FormDraft:
    """Keep what is typed so far in the place of what was kept before; raises NotKeepableError."""
    text = json.dumps(typed)
    if len(text) > LONGEST:
        raise NotKeepableError
    changed = {
        "names": list(place.names),
        "case": _case_of(place, actor),
        "typed": text,
        "was_sent": was_sent,
        "updated_at": timezone.now(),
    }
    draft, _ = FormDraft.objects.update_or_create(
        user=actor, address=place.address, form=place.form, defaults=changed
    )
    return draft


def of(actor: User) -> QuerySet[FormDraft]:
    """Return a person's own drafts, but not those about a case that he or she no longer reads."""
    readable = Q(case=None) | Q(case__in=Case.objects.visible_to(actor))
    return FormDraft.objects.filter(readable, user=actor)


def find(place: Place, *, actor: User) -> FormDraft | None:
    """Return a person's own draft of a form."""
    return of(actor).filter(address=place.address, form=place.form).first()


def remove(place: Place, *, actor: User) -> None:
    """Remove a person's own draft of a form."""
    FormDraft.objects.filter(
        user=actor, address=place.address, form=place.form
    ).delete()


def remove_sent(address: str, *, names: Collection[str], actor: User) -> None:
    """Remove the draft of what has been sent to an address and taken, known by the names of its fields."""
    FormDraft.objects.filter(
        user=actor, address=address, names__contained_by=list(names)
    ).delete()


def remove_old() -> int:
    """Remove what nobody has touched for thirty days (GDPR art. 5.1 e); return how many."""
    last = timezone.now() - dt.timedelta(days=DAYS_KEPT)
    removed, _ = FormDraft.objects.filter(updated_at__lt=last).delete()
    return removed


def _case_of(place: Place, actor: User) -> Case | None:
    """Return the case whose number stands in the address, if the one who types reads it."""
    parts = [part for part in place.address.split("/") if part]
    return Case.objects.visible_to(actor).filter(number__in=parts).first()
