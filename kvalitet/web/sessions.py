"""Sessions in PostgreSQL, where a cookie that no session could have is simply no session."""

from __future__ import annotations

import re

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions

_KEY = re.compile(r"[a-z0-9]{8,40}\Z")


class SessionStore(DatabaseSessions):
    """Ignore keys that Django never makes: a NUL in the cookie would otherwise be an error 500."""

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(
            session_key if session_key and _KEY.match(session_key) else None
        )
