"""A test client that costs less: it loads the middleware once, and keeps no context of a field's own template."""

from __future__ import annotations

from copy import copy
from typing import Any

import pytest
from django.conf import settings
from django.test import client
from django.test.utils import ContextList


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

    patch.setattr(client.ClientHandler, "load_middleware", load_once)
    patch.setattr(client, "store_rendered_templates", keep_pages)
