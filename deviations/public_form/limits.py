"""How often one source may use the public forms, before it has to wait; nobody is turned away for good.

Many may share one address: a library, a shelter, all telephones of an operator.
"""

from __future__ import annotations

import datetime as dt
import logging

from django.conf import settings
from django.http import HttpRequest

from organisation.alarms import raise_alarm
from organisation.models import Alarm
from organisation.shown.told import SecurityEvent, tell_of_visitor
from organisation.sign_in.addresses import source_of
from organisation.sign_in.limiter import (
    Limit,
    SlowDownError,
    an_hour,
    consume,
    give_back,
)

logger = logging.getLogger("organisation.security")
EVERYBODY = "everybody"
# An anonymous report must not be traceable by the second.
GRAIN = dt.timedelta(minutes=1)
# How old a form must be while more comes in than usual: most people write longer than that.
SECONDS_OF_A_CROWD = 60


def filings() -> Limit:
    """Return the limit of what one source writes: complaints, and messages about them."""
    return an_hour("file", settings.FILINGS_AN_HOUR, grain=GRAIN)


def all_filings() -> Limit:
    """Return how many complaints from everybody are more than usual."""
    return an_hour("file, all", settings.ALL_FILINGS_AN_HOUR, grain=GRAIN)


def look_ups() -> Limit:
    """Return the limit of wrong codes from one source."""
    return an_hour("look up", settings.LOOK_UPS_AN_HOUR, grain=GRAIN)


def admit_filing(request: HttpRequest, *, is_fresh: bool) -> None:
    """Let a source file a complaint; raises SlowDownError when it must wait.

    When many come in from everywhere each of them waits until the form is a minute old, however many the
    others are: whoever sends many from many places can delay people, and not shut them out.
    """
    source = source_of(request)
    _spend(filings(), source)
    try:
        consume(all_filings(), EVERYBODY)
    except SlowDownError:
        raise_alarm(Alarm.MANY_FILINGS)
        if is_fresh:
            give_back(filings(), source)
            raise SlowDownError(SECONDS_OF_A_CROWD) from None


def admit_message(request: HttpRequest) -> None:
    """Let a source write in a case; raises SlowDownError when it must wait."""
    _spend(filings(), source_of(request))


def note_wrong_code(request: HttpRequest) -> None:
    """Count a wrong code; raises SlowDownError when there have been many.

    A right code always opens: codes of 140 bits are not guessed, and nobody is to be shut out by a neighbour.
    """
    _spend(look_ups(), source_of(request))


def _spend(limit: Limit, source: str) -> None:
    try:
        consume(limit, source)
    except SlowDownError:
        logger.info("public form slowed: %s", limit.name)
        tell_of_visitor(SecurityEvent.THROTTLED)
        raise
