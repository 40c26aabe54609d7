"""What is told of sign-ins, refusals, rights and what leaves the house: the log of its own that answers for it.

Only the account is told, and which page: never an address, a browser, a case, or a name that was typed.
``audit.recording`` writes each event as it is told, in the transaction of the one who tells; where it cannot,
nothing of what is told happens either.  Of roles and closed accounts the database itself tells
(audit, 0002_security_events).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connection, models
from django.dispatch import Signal


class SecurityEvent(models.TextChoices):
    """What happened."""

    SIGNED_IN = "signed_in", "loggade in"
    WRONG_PASSWORD = "wrong_password", "fel lösenord"
    THROTTLED = "throttled", "fick vänta efter många försök"
    SIGNED_OUT = "signed_out", "loggade ut"
    SESSION_ENDED = "session_ended", "inloggningen avslutades"
    PASSWORD_CHANGED = "password_changed", "nytt lösenord"
    REFUSED = "refused", "fick inte se sidan"
    ROLE_GIVEN = "role_given", "fick en roll"
    ROLE_CHANGED = "role_changed", "en roll ändrades"
    ROLE_ENDED = "role_ended", "en roll fick en sista dag"
    ACCOUNT_CLOSED = "account_closed", "kontot stängdes"
    ACCOUNT_OPENED = "account_opened", "kontot öppnades igen"
    EXPORTED = "exported", "tog ut en lista som fil"
    GLASS_BROKEN = "glass_broken", "nödöppnade ett ärende"


# Sent with what happened, whose account it was, how many rows an export holds, and whether the day is enough.
happened = Signal()

_asking: ContextVar[Any] = ContextVar("asking", default=None)


@contextmanager
def asking(request: Any) -> Iterator[None]:
    """Know which request is answered, for as long as that lasts."""
    token = _asking.set(request)
    try:
        yield
    finally:
        _asking.reset(token)


def page_asked() -> str:
    """Return the URL name of the page that is answered now, or nothing outside a request."""
    match = getattr(_asking.get(), "resolver_match", None)
    return match.view_name if match else ""


def tell(what: SecurityEvent, account: int | None, *, count: int | None = None) -> None:
    """Tell what happened to an account, or to a name that is nobody's account."""
    happened.send(
        sender=SecurityEvent, what=what, account=account, count=count, by_day=False
    )


def tell_of_visitor(what: SecurityEvent) -> None:
    """Tell what a visitor met on a page for everybody: nobody is to know who, and no more of when than the day."""
    happened.send(
        sender=SecurityEvent, what=what, account=None, count=None, by_day=True
    )


def tell_of_reader(what: SecurityEvent, *, count: int | None = None) -> None:
    """Tell what the one does who is signed in and asks now; a visitor, whom anybody may be, leaves nothing."""
    user = getattr(_asking.get(), "user", None)
    if user is not None and user.is_authenticated:
        tell(what, user.pk, count=count)


@contextmanager
def acting(actor: int) -> Iterator[None]:
    """Let the database know who gives and ends roles meanwhile; it is asked within a transaction."""
    _act(str(actor))
    yield
    _act("")


def _act(actor: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('kvalitet.actor', %s, true)", [actor])
