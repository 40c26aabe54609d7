"""Follow-up codes: how an anonymous citizen returns to a case without anybody knowing who it is.

A code is derived from the form's own token with a key outside the database, so the same form always
gives the same code, and only a keyed hash of it is stored.  140 bits, in 28 characters that cannot be
mistaken for each other.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from uuid import UUID

from django.conf import settings

LENGTH = 28
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TO_CROCKFORD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", _CROCKFORD)
_MISREAD = str.maketrans("OIL", "011")


def keyed_hash(purpose: str, message: bytes) -> bytes:
    """Return a hash that nobody can make, or test a guess against, without FOLLOW_UP_KEY."""
    return hmac.digest(
        f"{purpose}:{settings.FOLLOW_UP_KEY}".encode(), message, hashlib.sha256
    )


def code_for(token: UUID) -> str:
    """Return the follow-up code of the form with a token."""
    return (
        base64.b32encode(keyed_hash("code", token.bytes))
        .decode()
        .translate(_TO_CROCKFORD)[:LENGTH]
    )


def grouped(code: str) -> str:
    """Return a code in groups of four, to read aloud and to write down."""
    return " ".join(code[i : i + 4] for i in range(0, LENGTH, 4))


def hash_of(typed: str) -> str | None:
    """Return the stored hash of a typed code, or None when it cannot be one.

    Case, spaces and dashes do not matter, and O, I and L are read as 0 and 1.
    """
    code = _plain(typed)
    if len(code) != LENGTH or not set(code) <= set(_CROCKFORD):
        return None
    return keyed_hash("hash", code.encode()).hex()


def holds_code(text: str, typed: str) -> bool:
    """Tell whether a text gives away a code, however it is written there."""
    return _plain(typed) in _plain(text)


def _plain(typed: str) -> str:
    return "".join(c for c in typed.upper() if c.isalnum()).translate(_MISREAD)
