"""The Swedish alphabet: by which key names are sorted, the same in every database, list and print.

A database sorts by the rules that it was built with, and not every one knows Swedish: so the key is made here
and stored, and what compares keys compares bytes.
"""

from __future__ import annotations

import unicodedata
from typing import Any

from django.db import models

# Å, Ä and Ö come after Z in that order, with the letters of the neighbours that stand for them (SS 03 76 20).
# The signs are those that follow "z" in ASCII.
_LAST = str.maketrans(
    {
        "å": "{",
        "ä": "|",
        "æ": "|",
        "ö": "}",
        "ø": "}",
        "œ": "}",
        "ü": "y",
        "đ": "d",
        "ł": "l",
    }
)
LONGEST = 500


def alphabet_key(name: str) -> str:
    """Return what a name is sorted by: small letters, accents and signs left out, å, ä and ö last."""
    letters = unicodedata.normalize("NFC", name.casefold()).translate(_LAST)
    plain = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", letters)
        if not unicodedata.combining(letter)
    )
    words = "".join(
        letter if letter.isalnum() or letter in "{|}" else " " for letter in plain
    ).split()
    return " ".join(words)[:LONGEST]


class AlphabetKeyField(models.CharField):  # type: ignore[type-arg]
    """The key that another field of the row is sorted by, made whenever the row is saved."""

    def __init__(self, *, of: str, **options: Any) -> None:
        self.of = of
        # "C" compares bytes, in every database.
        fixed = {
            "max_length": LONGEST,
            "editable": False,
            "default": "",
            "db_default": "",
        }
        fixed |= {"db_collation": "C"}
        super().__init__(**{**options, **fixed})

    def deconstruct(self) -> Any:
        """Return what a migration needs to make the field again."""
        name, path, args, options = super().deconstruct()
        return name, path, args, {**options, "of": self.of}

    def pre_save(self, instance: models.Model, add: bool) -> str:  # noqa: ARG002 - Django's way to ask
        """Make the key of what the row is called now."""
        key = alphabet_key(getattr(instance, self.of))
        setattr(instance, self.attname, key)
        return key
