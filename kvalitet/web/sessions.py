"""Sessions in PostgreSQL, where a cookie that no session could have is simply no session."""

from __future__ import annotations

import re

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.db import transaction

from organisation.shown.told import SecurityEvent, tell

_KEY = re.compile(r"[a-z0-9]{8,40}\Z")


class SessionStore(DatabaseSessions):
    """Ignore keys that Django never makes: a NUL in the cookie would otherwise be an error 500."""

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(
            session_key if session_key and _KEY.match(session_key) else None
        )

    # Set while a person signs out, which is told as that.
    is_signing_out = False

    def flush(self) -> None:
        """Tell whose session ends, unless that is said already: by a new password, or another's sign-in."""
        person = None if self.is_signing_out else self.get(SESSION_KEY)
        with transaction.atomic():
            if person is not None:
                tell(SecurityEvent.SESSION_ENDED, int(person))
            super().flush()
