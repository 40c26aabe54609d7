"""What any text from outside is made into, or refused for, before it is stored."""

from __future__ import annotations

import re
import unicodedata

LONGEST_TEXT = 8_000
MARKS_IN_A_ROW = 4
# The longest row in any language (UAX #15, stream-safe text); composing takes the square of its length.
SAFE_TO_COMPOSE = 30

_LINE_ENDS = re.compile(r"\r\n?|[\x85\u2028\u2029]")
# C0 and C1 control characters but newline and tab; characters that turn the reading direction
# around; halves of surrogate pairs, which PostgreSQL cannot store.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
# What Word and the web leave between letters, harmless and unseen, that keeps a word from being found:
# soft hyphen, zero width space, word joiner and the marks beside it, byte order mark.
_UNSEEN = re.compile("[\u00ad\u200b\u2060-\u2064\ufeff]")
# Joiners belong in Persian, Indian scripts and emoji, never beside a Latin letter, a blank or an end.
_LATIN_OR_BLANK = r"\x00-\u024f\u0300-\u036f\s"
_JOINERS = re.compile(
    rf"(?<![^{_LATIN_OR_BLANK}])[\u200c\u200d]+|[\u200c\u200d]+(?![^{_LATIN_OR_BLANK}])"
)


# Every combining mark lies in here, and hardly any Swedish text has so many of these in a row:
# looking up each character takes a hundred times longer.
_PERHAPS_MARKS = re.compile(
    rf"[\u0300-\u1fff\u20d0-\u20ff\u2cef-\U0010ffff]{{{MARKS_IN_A_ROW + 1}}}"
)


def clean_text(value: str) -> str:
    """Return the text in composed form (NFC), without what a reader cannot see or a page not carry.

    Line ends become a newline, control and direction characters and what hides inside words go, no letter
    keeps more than four combining marks, and space around the text is dropped.  Cleaning twice changes
    nothing.
    """
    text = (
        value
        if value.isprintable()
        else _UNSEEN.sub("", _HIDDEN.sub("", _LINE_ENDS.sub("\n", value)))
    )
    if text.isascii():
        return text.strip()
    composed = unicodedata.normalize("NFC", _limit_marks(text, SAFE_TO_COMPOSE))
    joined = _JOINERS.sub("", composed.strip())
    return unicodedata.normalize("NFC", _limit_marks(joined)).strip()


def find_fault(value: str) -> str:
    """Return in Swedish why a text does not belong in a register, or "" when it does.

    A form cleans silently, since a person pastes what he or she cannot see; a register is refused
    instead, since hidden characters there mean that the file is damaged or hostile.  What only hides inside
    words is dropped, and a text that begins as a formula is taken: it is neutralised where it goes out.
    """
    if not value.isprintable() and (
        found := _HIDDEN.search(_LINE_ENDS.sub("\n", value))
    ):
        return (
            f"innehåller ett tecken som inte syns (U+{ord(found[0]):04X}); ta bort det"
        )
    if "\ufffd" in value:
        return "innehåller tecken som inte är UTF-8 eller som har gått förlorade; spara om filen som UTF-8"
    if _limit_marks(value) != value:
        return f"har fler än {MARKS_IN_A_ROW} accenttecken på samma bokstav"
    return ""


def _limit_marks(text: str, most: int = MARKS_IN_A_ROW) -> str:
    if not _PERHAPS_MARKS.search(text):
        return text
    kept: list[str] = []
    in_a_row = 0
    for character in text:
        in_a_row = in_a_row + 1 if unicodedata.category(character)[0] == "M" else 0
        if in_a_row <= most:
            kept.append(character)
    return "".join(kept)
