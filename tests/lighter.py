"""A test client that costs less: it loads the middleware once, and keeps no context of a field's own template."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection
from django.db.transaction import Atomic
from django.test import client
from django.test.utils import ContextList

from casework.database import scopes
from kvalitet.web.sessions import SessionStore
from organisation.models import User


def lighten(patch: pytest.MonkeyPatch) -> None:
    """Let test clients share the loaded middleware, and copy the contexts of pages, not of each field in them.

    Middleware reads the settings when it is loaded: under other settings a client loads its own.
    """
    usual, loaded = settings._wrapped, list[Any]()
    load = client.ClientHandler.load_middleware

    def load_once(handler: client.ClientHandler) -> None:
        if settings._wrapped is not usual:
            load(handler)
            return
        if not loaded:
            load(handler)
            loaded.append(handler._middleware_chain)
        handler._middleware_chain = loaded[0]

    def keep_pages(
        store: dict[str, Any], template: Any, context: Any, **_: Any
    ) -> None:
        store.setdefault("templates", []).append(template)
        if not str(getattr(template, "name", "")).startswith("django/forms/"):
            store.setdefault("context", ContextList()).append(copy(context))

    patch.setattr(scopes, "atomic", _Unseen)
    patch.setattr(client.Client, "force_login", _sign_in)
    patch.setattr(client.ClientHandler, "load_middleware", load_once)
    patch.setattr(client, "store_rendered_templates", keep_pages)


class _Unseen(Atomic):
    """The transaction of a page, here a savepoint of the test's: no question that the page asks."""

    def __init__(self) -> None:
        super().__init__(using=None, savepoint=True, durable=False)

    def __enter__(self) -> None:
        with _unseen():
            super().__enter__()

    def __exit__(self, *ended: object) -> None:
        with _unseen():
            super().__exit__(*ended)


@contextmanager
def _unseen() -> Iterator[None]:
    is_watched, connection.force_debug_cursor = connection.force_debug_cursor, False
    try:
        yield
    finally:
        connection.force_debug_cursor = is_watched


def _sign_in(browser: client.Client, user: User, backend: str | None = None) -> None:
    """Let a person be signed in by a session that is stored at once, as if signed in before the test."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = backend or settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session._session_key = session._get_new_session_key()
    session.save(must_create=True)
    browser.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
