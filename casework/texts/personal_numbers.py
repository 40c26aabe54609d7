"""Finds Swedish personal identity numbers and coordination numbers in a text, however they are written.

Whether a number is one the library decides (day and check digit, folkbokföringslagen 1991:481 18-18 a §§);
here is only where to look.  Pure.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from personnummer import personnummer

# What nobody sees between two digits: soft hyphens, joiners, marks of direction, variants and keycaps.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\u20e3]"
)
_BLANK = r"\s{0,20}"
# Every dash and minus, the plus of those who are over a hundred, and what else people part numbers with.
_SIGN = (
    "[-+/._:\u00b7\u02d7\u058a\u05be\u1400\u1806\u2010-\u2015\u2043\u2044\u207b\u2212\u2215"
    "\u2e3a\u2e3b\u301c\u3030\ufe31\ufe32\ufe58\ufe63\uff0b\uff0d\uff0f]"
)
_JOINT = rf"(?P<joint>{_BLANK}{_SIGN}{{0,2}}{_BLANK})"
_PARTING = rf"(?:{_BLANK}{_SIGN}{_BLANK}|\s{{1,20}})"
_DAY = (
    r"(?:(?:18|19|20)?[0-9]{6}"
    rf"|(?:18|19|20)?[0-9]{{2}}{_PARTING}[0-9]{{2}}{_PARTING}[0-9]{{2}})"
)
# The last four must not begin a day of their own: "2024-11-19 2024-11-20" is a time, and no number.
_ANOTHER_DAY = rf"(?:18|19|20)[0-9]{{2}}{_SIGN}[0-9]{{2}}{_SIGN}?[0-9]{{2}}(?![0-9])"
# Looked for from every digit on, since what begins earlier may be no number and hide one that is.
_PERHAPS = re.compile(
    r"(?<![0-9])(?!(?<=[+\uff0b])46)"  # a telephone number as abroad: +46
    rf"(?=(?P<number>(?P<day>{_DAY}){_JOINT}(?P<last>(?!{_ANOTHER_DAY})[0-9]{{4}}))(?![0-9]))"
)
_ENOUGH = 10  # digits
_TELEPHONE = re.compile(r"0[1-9][0-9]{8}\Z")


@dataclass(frozen=True)
class PersonalNumber:
    """What seems to be a personal number: its digits, its place, and whether it may be a telephone's."""

    digits: str
    start: int
    end: int
    can_be_telephone: bool


def find_personal_numbers(text: str) -> list[PersonalNumber]:
    """Return what seems to be personal numbers, in order and each once."""
    seen, places = _as_seen(text)
    if sum(map(str.isdigit, seen)) < _ENOUGH:
        return []
    return list(_found(seen, places))


def _found(seen: str, places: list[int] | None) -> Iterator[PersonalNumber]:
    end = 0
    for found in _PERHAPS.finditer(seen):
        start = found.start("number")
        digits = re.sub(r"[^0-9]", "", found["number"])
        if start < end or not personnummer.valid(digits):
            continue
        end = found.end("number")
        # A telephone number is written without a sign between its sixth and seventh digit.
        alike = bool(_TELEPHONE.match(digits)) and not found["joint"].strip()
        if places is None:
            yield PersonalNumber(digits, start, end, alike)
        else:
            yield PersonalNumber(digits, places[start], places[end - 1] + 1, alike)


def _as_seen(text: str) -> tuple[str, list[int] | None]:
    """Return a text with plain digits and nothing unseen, and where in the text each character stands."""
    if text.isascii():
        return text, None
    kept = [
        (_plain(sign), place)
        for place, sign in enumerate(text)
        if not _UNSEEN.match(sign)
    ]
    return "".join(sign for sign, _ in kept), [place for _, place in kept]


def _plain(sign: str) -> str:
    """Return the figure that a sign of any script stands for, or the sign itself."""
    if sign.isascii():
        return sign
    value = unicodedata.digit(sign, None)
    return sign if value is None else str(value)


def holds_personal_number(text: str) -> bool:
    """Tell whether a text seems to hold a personal number that can be nothing else."""
    return any(not found.can_be_telephone for found in find_personal_numbers(text))


def may_hold_personal_number(text: str) -> bool:
    """Tell whether a text holds what may be a telephone number or a personal number."""
    return any(found.can_be_telephone for found in find_personal_numbers(text))


def without_personal_numbers(text: str, *, mark: str) -> str:
    """Return a text with a mark for each personal number; what may be a telephone number stays."""
    return _replaced(
        text,
        mark,
        [found for found in find_personal_numbers(text) if not found.can_be_telephone],
    )


def masked(text: str, *, mark: str) -> str:
    """Return a text as others may be shown it: a mark also in the place of what may be a telephone number."""
    return _replaced(text, mark, find_personal_numbers(text))


def _replaced(text: str, mark: str, numbers: list[PersonalNumber]) -> str:
    for found in reversed(numbers):
        text = text[: found.start] + mark + text[found.end :]
    return text
