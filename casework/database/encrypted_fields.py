"""Text that a stolen database must not give away: encrypted with a key that lies outside it.

AES-256-GCM.  Each value begins with the name of its key, so that keys can be changed one at a time:
put the new key first in SEALING_KEYS, run ``manage.py reseal``, and take the old one away.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import Any, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models

_NONCE = 12


class UnreadableError(Exception):
    """The value was sealed with a key that is not here, or has been changed."""


def _keys() -> dict[str, bytes]:
    """Return the keys by name, the one to seal with first."""
    return {
        hashlib.sha256(secret.encode()).hexdigest()[:8]: hashlib.sha256(
            f"seal:{secret}".encode()
        ).digest()
        for secret in settings.SEALING_KEYS
    }


def seal(text: str, *, about: str) -> str:
    """Return the text encrypted; ``about`` says where it belongs and must be the same when it is opened."""
    name, key = next(iter(_keys().items()))
    nonce = secrets.token_bytes(_NONCE)
    closed = nonce + AESGCM(key).encrypt(nonce, text.encode(), about.encode())
    return f"{name}:{base64.b64encode(closed).decode()}"


def unseal(value: str, *, about: str) -> str:
    """Return the text of a sealed value; raises UnreadableError when no key here opens it."""
    name, _, coded = value.partition(":")
    key = _keys().get(name)
    if key is None:
        raise UnreadableError
    try:
        closed = base64.b64decode(coded)
        return (
            AESGCM(key)
            .decrypt(closed[:_NONCE], closed[_NONCE:], about.encode())
            .decode()
        )
    except (InvalidTag, ValueError) as changed:
        raise UnreadableError from changed


class Closed(str):
    """A value that no key here opens: it shows as words, and goes back as it was."""

    __slots__ = ("sealed",)
    sealed: str

    def __new__(cls, sealed: str) -> Self:
        """Show what an operator must do."""
        made = super().__new__(cls, "Går inte att läsa: nyckeln saknas.")
        made.sealed = sealed
        return made


class SealedTextField(models.TextField):  # type: ignore[type-arg]
    """Text that is encrypted in the database and plain in Python; it cannot be searched."""

    def _about(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"

    def get_prep_value(self, value: Any) -> Any:
        """Seal what is stored; nothing stays nothing."""
        if isinstance(value, Closed):
            return value.sealed
        return seal(value, about=self._about()) if value else ""

    def from_db_value(self, value: str, *_rest: Any) -> str:
        """Open what is read; a lost key must not make the rest of the case unreadable."""
        try:
            return unseal(value, about=self._about()) if value else ""
        except UnreadableError:
            return Closed(value)
