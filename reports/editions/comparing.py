"""The differences between two editions of a report: the numbers, and the texts of its sections."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from analysis.counted.vocabulary import period_in_words
from casework.database.periods import parse
from reports.document.numbers import where_of
from reports.editions.rebuilding import document_of
from reports.models import Edition
from reports.tokens.tokens import question_in_words
from reports.writing.authoring import Piece, compare

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
    names = _names(old) | _names(new)
    found = []
    # First what the new edition holds, then what it has dropped.
    for key in {**after, **before}:
        was, now = before.get(key), after.get(key)
        if was != now:
            unit = key[2]
            found.append(
                ChangedNumber(_what(key), names.get(unit, unit), _when(key), was, now)
            )
    return found


def changed_texts(old: Edition, new: Edition) -> list[ChangedText]:
    """Return the sections whose texts differ; raises UnreadableError."""
    before, after = _texts(old), _texts(new)
    found = []
    for key, (title, _) in {**before, **after}.items():
        was, now = before.get(key, NO_TEXT)[1], after.get(key, NO_TEXT)[1]
        if was != now:
            found.append(ChangedText(title, compare(was, now)))
    return found


def _values(edition: Edition) -> dict[Key, Value]:
    """Return the numbers of an edition by the questions that they answer."""
    values: dict[Key, Value] = {}
    for number in edition.figures["numbers"]:
        key = (
            number["subject"],
            number["basis"],
            number["unit"],
            number["period"],
            number["query"],
        )
        values[key] = number["value"]
    return values


def _names(edition: Edition) -> dict[str, str]:
    """Return the names of an edition's units by code, as they were when it was built."""
    stored: list[dict[str, Any]] = edition.inputs.get("document", {}).get("units", [])
    return {unit["code"]: unit["name"] for unit in stored}


def _texts(edition: Edition) -> dict[str, tuple[str, str]]:
    """Return the heading and the text, as it was typed, of each section that people write."""
    texts = {}
    for section in document_of(edition).sections():
        if section.is_written:
            text = section.written_text
            texts[section.key] = (section.title, text.typed or text.markup)
    return texts


def _when(key: Key) -> str:
    """Return the period of a question in words."""
    return period_in_words(parse(key[3]))


def _what(key: Key) -> str:
    """Return in words what a question counts."""
    subject, basis, _, _, query = key
    return question_in_words(subject, basis, where_of(query))
