"""What the public pages say, in each language that they speak: a file of texts per language, read once.

Easy Swedish is a language of its own here, though a browser is told that it is Swedish.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.formats import date_format

CODES = ("sv", "latt", "en", "ar")


@dataclass(frozen=True)
class Language:
    """A language: its code here, what a browser is told, and every text."""

    code: str
    lang: str
    direction: str
    name: str
    texts: dict[str, Any]

    def say(self, key: str, **facts: object) -> str:
        """Return a text, such as ``receipt.number``, with facts put into it."""
        text: Any = self.texts
        for part in key.split("."):
            text = text[part]
        return str(text).format(**facts)

    def day(self, day: dt.date) -> str:
        """Write a date for running text."""
        with translation.override(self.lang):
            return date_format(day, "j F Y")


@cache
def languages() -> dict[str, Language]:
    """Return every language by its code, in the order that they are offered."""
    return {code: _read(code) for code in CODES}


def _read(code: str) -> Language:
    texts = tomllib.loads(
        (Path(__file__).parent / f"{code}.toml").read_text(encoding="utf-8")
    )
    return Language(
        code, texts.pop("lang"), texts.pop("direction"), texts.pop("name"), texts
    )


def language(code: str | None) -> Language:
    """Return the language with a code, or Swedish."""
    return languages().get(code or "", languages()["sv"])
