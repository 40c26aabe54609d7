"""Keeps what authors have said of the numbers in their texts, as long as the texts are there."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from typing import Any

from django.conf import settings

from casework.models import KeptNumber
from casework.texts.personal_numbers import find_personal_numbers


def _imprint(text: str) -> str:
    """Return the hash by which a text is known again; its key is never rotated, as texts are not."""
    return hmac.digest(
        f"kept:{settings.FOLLOW_UP_KEY}".encode(), text.encode(), hashlib.sha256
    ).hex()


def keep_answers(text: str, said: Iterable[KeptNumber.Said]) -> None:
    """Keep with a text what its author has said of the numbers in it; said twice it is kept once."""
    imprint = _imprint(text)
    rows = [KeptNumber(text=imprint, said=answer) for answer in said]
    KeptNumber.objects.bulk_create(rows, ignore_conflicts=True)


def answers_kept(text: str) -> set[str]:
    """Return what has been said of the numbers in a text."""
    return set(
        KeptNumber.objects.filter(text=_imprint(text)).values_list("said", flat=True)
    )


def forget_answers(texts: Iterable[Any]) -> None:
    """Forget what was said of the numbers in texts that are purged."""
    imprints = [
        _imprint(text)
        for text in texts
        if isinstance(text, str) and find_personal_numbers(text)
    ]
    KeptNumber.objects.filter(text__in=imprints).delete()
