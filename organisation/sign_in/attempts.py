"""How often anybody may try to sign in, so that guessing is slow and nobody is locked out.

A person tries from a browser that is known, or from anywhere else.  The known browser has tries of its
own, which nobody else can use up.  From elsewhere there are two ways, and one that is open is enough: a
source has five tries a day for each account and then waits that double, and all sources together have a
pace for the account.  The reasons and numbers are in docs/adr/0004-sign-in-limits.md.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone

from organisation.models import FailedSignIns, User
from organisation.shown.told import SecurityEvent, tell
from organisation.sign_in.addresses import neighbourhood_of, source_of
from organisation.sign_in.browsers import browser_of
from organisation.sign_in.limiter import Limit, SlowDownError, consume, count, give_back

logger = logging.getLogger("organisation.security")

IN_BROWSER = Limit(
    "sign in: browser", 5, dt.timedelta(minutes=5), longest=dt.timedelta(seconds=30)
)
AT_SOURCE = Limit(
    "sign in: source", 5, dt.timedelta(days=1) / 5, longest=dt.timedelta(hours=4)
)
NEARBY = Limit(
    "sign in: neighbourhood",
    50,
    dt.timedelta(days=1) / 50,
    longest=dt.timedelta(hours=4),
)
ALTOGETHER = Limit(
    "sign in: account", 5, dt.timedelta(minutes=5), longest=dt.timedelta(seconds=30)
)
# How many it takes before the holder is told: fewer are slips of one's own.
WORTH_TELLING = 5

# The same statement whether there is such a person or not, and no wait for the disk: neither takes longer.
_NOTE_FAILURE = """
INSERT INTO organisation_failedsignins AS f (user_id, count, since)
SELECT id, 1, %(today)s FROM organisation_user WHERE id = %(person)s
ON CONFLICT (user_id) DO UPDATE SET count = f.count + 1
"""


def failures() -> Limit:
    """Return how often one source may fail, whatever the accounts: it may be a whole municipality."""
    size, every = 100, dt.timedelta(hours=1) / settings.FAILED_LOGINS_AN_HOUR
    return Limit(
        "sign in: failures", size, every, longest=max(every, dt.timedelta(seconds=1))
    )


@dataclass(frozen=True)
class Attempt:
    """A try that may be examined, and what it has taken until it turns out right."""

    person: User | None
    browser: str | None
    taken: list[tuple[Limit, str]] = field(default_factory=list)

    def take(
        self, limit: Limit, key: str, how: Callable[[Limit, str], None] = consume
    ) -> None:
        """Take one of a limit; raises SlowDownError when it is too early."""
        how(limit, key)
        self.taken.append((limit, key))

    def give_back(self) -> None:
        """Undo what has been taken."""
        while self.taken:
            give_back(*self.taken.pop())

    def succeeded(self) -> None:
        """Let a right password cost nothing."""
        self.give_back()

    def failed(self) -> None:
        """Note a wrong password."""
        logger.info("sign-in failed")
        tell(SecurityEvent.WRONG_PASSWORD, self.account)
        self.note_for_holder()

    @property
    def account(self) -> int | None:
        """Return whose account it is, if anybody's: the name that was typed is told to nobody."""
        return self.person.pk if self.person else None

    def note_for_holder(self) -> None:
        """Count it for the holder of the account, unless it is a slip in the holder's own browser."""
        if self.browser is None:
            with connection.cursor() as cursor:
                cursor.execute(
                    _NOTE_FAILURE,
                    {"person": self.account or 0, "today": timezone.localdate()},
                )


def begin(request: HttpRequest, username: str) -> Attempt:
    """Let somebody try to sign in under a name; raises SlowDownError when it is too early.

    A name that nobody has is treated as one that somebody has.
    """
    person = User.objects.filter(username__iexact=username).order_by("pk").first()
    account = (person.username if person else username).upper()
    attempt = Attempt(person, browser_of(request, person))
    try:
        if attempt.browser:
            attempt.take(IN_BROWSER, f"{account} {attempt.browser}")
        else:
            _take_elsewhere(attempt, account, source_of(request))
    except SlowDownError:
        attempt.give_back()
        logger.info("sign-in slowed")
        tell(SecurityEvent.THROTTLED, attempt.account)
        attempt.note_for_holder()
        raise
    return attempt


def _take_elsewhere(attempt: Attempt, account: str, source: str) -> None:
    """Take a try from a browser that is not known, by one of the two ways."""
    own = AT_SOURCE, f"{account} {source}"
    try:
        attempt.take(*own)
        attempt.take(NEARBY, f"{account} {neighbourhood_of(source)}")
    except SlowDownError as closed:
        attempt.give_back()
        _take_in_turn(attempt, account, closed.seconds)
        attempt.take(failures(), source)
        attempt.take(*own, how=count)
    else:
        attempt.take(failures(), source)
        attempt.take(ALTOGETHER, account, how=count)


def _take_in_turn(attempt: Attempt, account: str, seconds: int) -> None:
    """Take the next try that all sources together have, where a source has none of its own."""
    try:
        attempt.take(ALTOGETHER, account)
    except SlowDownError as closed:
        raise SlowDownError(min(seconds, closed.seconds)) from closed


def told_of_failures(person: User) -> tuple[int, dt.date] | None:
    """Return how often others have failed to sign in as a person, and since when; it is told once."""
    found = FailedSignIns.objects.filter(user=person, count__gte=WORTH_TELLING).first()
    if found is None:
        return None
    found.delete()
    return found.count, found.since
