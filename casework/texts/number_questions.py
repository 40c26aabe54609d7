"""Asks an author about what seems to be a personal number in a text, and keeps the answer.

A number that can be nothing else may be taken away or left to stand; what may as well be a telephone number
is only asked about.  An answer holds for the numbers that it was given about, and is kept with the text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.crypto import salted_hmac

from casework.models import KeptNumber
from casework.texts.kept_numbers import answers_kept, keep_answers
from casework.texts.personal_numbers import (
    PersonalNumber,
    find_personal_numbers,
    without_personal_numbers,
)

REMOVED = "[borttaget]"
# What is sent beside a text, under the name of its field: the answer and what it was given about.
NUMBER, TELEPHONE = "number", "telephone"
_REMOVE, _KEEP, _IS_ONE = "remove", "keep", "telephone"
_WORDS = {_KEEP: KeptNumber.Said.BELONGS, _IS_ONE: KeptNumber.Said.TELEPHONE}
_ANSWERS = {NUMBER: (_REMOVE, _KEEP), TELEPHONE: (_IS_ONE,)}
_STANDS = {NUMBER: _KEEP, TELEPHONE: _IS_ONE}
_SHOWN = 5


class Typed(str):
    """A text as it was typed, with what was answered about the numbers in it."""

    __slots__ = ("answers",)
    answers: Mapping[str, str]


@dataclass(frozen=True)
class Numbers:
    """The numbers of one kind in a text."""

    name: str
    text: str
    found: tuple[PersonalNumber, ...]

    @property
    def imprint(self) -> str:
        """Return what an answer says it is about, from which the numbers cannot be read."""
        message = "|".join(sorted({number.digits for number in self.found}))
        return salted_hmac(
            "casework.number_questions", message, algorithm="sha256"
        ).hexdigest()[:20]

    @property
    def shown(self) -> str:
        """Return the numbers as they were typed, on one line."""
        typed = (
            " ".join(self.text[number.start : number.end].split())
            for number in self.found
        )
        return ", ".join(list(dict.fromkeys(typed))[:_SHOWN])

    def answer(self, answers: Mapping[str, str]) -> str:
        """Return what was answered about these very numbers, or nothing."""
        said, _, about = answers.get(self.name, "").partition("-")
        return said if about == self.imprint and said in _ANSWERS[self.name] else ""

    @property
    def error(self) -> ValidationError:
        """Return the question as the error of a field."""
        if self.name == TELEPHONE:
            words = (
                f"Det kan vara ett personnummer: {self.shown}. Ta bort det om det är det, eller kryssa i att "
                "det är ett telefonnummer."
            )
        else:
            words = f"Det ser ut som ett personnummer: {self.shown}. Välj vad som ska hända med det."
        return ValidationError(words, code=self.name)


def numbers_in(text: Any) -> list[Numbers]:
    """Return what there is to ask about in a text: what is sure, and what may be a telephone number."""
    found = find_personal_numbers(text) if isinstance(text, str) else []
    sure = tuple(number for number in found if not number.can_be_telephone)
    alike = tuple(number for number in found if number.can_be_telephone)
    return [
        Numbers(name, text, some)
        for name, some in ((NUMBER, sure), (TELEPHONE, alike))
        if some
    ]


def settled(text: str, typed: Any, *, refusal: str = "") -> str:
    """Return a text about whose numbers everything is answered; raise ValidationError with what is not.

    With a refusal no sure number may stand, whatever is answered.
    """
    questions = numbers_in(text)
    if not questions:
        return text
    if refusal and questions[0].name == NUMBER:
        raise ValidationError(refusal)
    said = _answers_to(questions, getattr(typed, "answers", {}))
    if said.get(NUMBER) == _REMOVE:
        text = without_personal_numbers(text, mark=REMOVED)
        said = {name: answer for name, answer in said.items() if name == TELEPHONE}
    keep_answers(text, map(_WORDS.__getitem__, said.values()))
    return text


def _answers_to(questions: list[Numbers], answers: dict[str, str]) -> dict[str, str]:
    """Return the answer to each question; raise ValidationError with those that have none."""
    said = {
        asked.name: asked.answer(answers) or answered_before(asked)
        for asked in questions
    }
    if open_questions := [asked.error for asked in questions if not said[asked.name]]:
        raise ValidationError(open_questions)
    return said


def answered_before(asked: Numbers) -> str:
    """Return what was answered about numbers when the same text was sent before, or nothing."""
    stands = _STANDS[asked.name]
    return stands if _WORDS[stands] in answers_kept(asked.text) else ""


def let_stand(questions: Iterable[Numbers]) -> None:
    """Keep that the author lets numbers stand, in the transaction that stores the texts."""
    for asked in questions:
        keep_answers(asked.text, [_WORDS[_STANDS[asked.name]]])
