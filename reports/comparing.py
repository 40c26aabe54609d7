"""What differs between two editions of a report: the numbers, and the texts of its sections."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from analysis.vocabulary import period_in_words
from casework.periods import parse
from reports.authoring import Piece, compare
from reports.live import where_of
from reports.models import Edition
from reports.rebuilding import document_of
from reports.tokens import said

Key = tuple[str, str, str, str, str]
Value = int | str | None
NO_TEXT = ("", "")


@dataclass(frozen=True)
class ChangedNumber:
    """One question that two editions answer differently; None is what an edition did not ask."""

    what: str
    unit: str
    period: str
    before: Value
    after: Value


@dataclass(frozen=True)
class ChangedText:
    """One section whose text is another than it was."""

    title: str
    pieces: list[Piece]


def changed_numbers(old: Edition, new: Edition) -> list[ChangedNumber]:
    """Return the numbers that are other than they were, or stand in one edition only, in reading order."""
    before, after = _values(old), _values(new)
    names = {**_names(old), **_names(new)}
    # First what the new edition holds, then what it has dropped.
    changed = [key for key in {**after, **before} if before.get(key) != after.get(key)]
    return [
        ChangedNumber(_what(key), names.get(key[2], key[2]), _when(key), before.get(key), after.get(key))
        for key in changed
    ]


def changed_texts(old: Edition, new: Edition) -> list[ChangedText]:
    """Return the sections whose texts differ; raises UnreadableError."""
    before, after = _texts(old), _texts(new)
    return [
        ChangedText(title, compare(before.get(key, NO_TEXT)[1], after.get(key, NO_TEXT)[1]))
        for key, (title, _) in {**before, **after}.items()
        if before.get(key, NO_TEXT)[1] != after.get(key, NO_TEXT)[1]
    ]


def _values(edition: Edition) -> dict[Key, Value]:
    return {
        (n["subject"], n["basis"], n["unit"], n["period"], n["query"]): n["value"]
        for n in edition.figures["numbers"]
    }


def _names(edition: Edition) -> dict[str, str]:
    """Return the names of an edition's units by code, as they were when it was built."""
    stored: list[dict[str, Any]] = edition.inputs.get("document", {}).get("units", [])
    return {unit["code"]: unit["name"] for unit in stored}


def _texts(edition: Edition) -> dict[str, tuple[str, str]]:
    """Return the heading and the text, as it was typed, of each section that people write."""
    written = (section for section in document_of(edition).sections() if section.is_written)
    return {
        section.key: (section.title, section.written_text.typed or section.written_text.markup)
        for section in written
    }


def _when(key: Key) -> str:
    return period_in_words(parse(key[3]))


def _what(key: Key) -> str:
    subject, basis, _, _, query = key
    return said(subject, basis, where_of(query))
