"""What a text must not hold before it is public, and what makes it hard to read (pure)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterator, Sequence

from casework.texts.personal_numbers import (
    holds_personal_number,
    masked,
    may_hold_personal_number,
)
from reports.checks.numerals import MONTHS
from reports.checks.remarks import Remark, Severity

HARD_TO_READ = 55
# Fewer words or sentences say too little of how a section reads.
_LEAST_WORDS, _LEAST_SENTENCES = 60, 3
_LONG_WORD = 6
REMOVED = "[personnummer]"
_PLACEHOLDER = re.compile(
    r"\b(?:x{2,8}|X{2,8}|y{3,8}|TODO|FIXME|TBD|lorem ipsum)\b|\?{2,}|_{3,}|\.{4,}"
    r"|\[(?:\.\.\.|…|\s{0,5}|[^\W\d][^\[\]]{0,60})\]"
)
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{2,63}){1,4}")
_PHONE = re.compile(
    r"(?<![\d-])(?:\+46\s?\(?0?\)?\s?|0)\d{1,3}[\s-]{1,2}\d{2,4}(?:\s?\d{2,3}){1,3}(?!\d)"
)
_ISO_DAY = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_DAY = re.compile(rf"(?i)\b(\d{{1,2}})\s({'|'.join(MONTHS)})\s(\d{{4}})\b")
_EXTRACTED = re.compile(r"(?i)\b(?:uttag\w*|hämtad\w*|hämtat)\b")
_HAPPENED = re.compile(
    r"(?i)\b(?:\w{2,20}(?:ades|ddes|ttes|rdes|ndes|ldes)|skedde|ägde rum|var|blev)\b"
)
_PLANNED = re.compile(
    r"(?i)\b(?:ska|skall|kommer|kan|plan\w*|senast|från och med|fr\.o\.m|till och med|t\.o\.m|före\w*|inför|"
    r"gäller|börja\w*)\b"
)
_REFERENCE = re.compile(
    r"(?i)\b(avsnitt|kapitel|bilaga|bild|tabell)\s(\d{1,3}(?:\.\d{1,2}){0,4})(?![\d:])"
)
_ELSEWHERE = re.compile(
    r"(?i)\b(?:SOSFS|HSLF|SFS|lag\w*|föreskrift\w*|handbok\w*|riktlinje\w*|proposition\w*)\b"
)


def secret_remarks(text: str) -> Iterator[Remark]:
    """Yield remarks on personal numbers and private addresses, without repeating them."""
    if holds_personal_number(text):
        words = "Det ser ut att stå ett personnummer i texten. Ta bort det."
        yield Remark("personal", Severity.MUST, words, quoted(text))
    elif may_hold_personal_number(text):
        words = "Det kan stå ett personnummer eller ett telefonnummer i texten. Ta bort det om det är en persons."
        yield Remark("personal", Severity.SHOULD, words, quoted(text))
    if _MAIL.search(text):
        words = "Det står en e-postadress i texten. Ta bort den om den inte är till en funktion."
        yield Remark("contact", Severity.SHOULD, words, quoted(text))
    if any(not holds_personal_number(found[0]) for found in _PHONE.finditer(text)):
        words = "Det ser ut att stå ett telefonnummer i texten. Ta bort det om det inte är till en funktion."
        yield Remark("contact", Severity.SHOULD, words, quoted(text))


def quoted(text: str, most: int = 240) -> str:
    """Return a passage as a remark may show it: short, and without personal numbers."""
    shown = masked(" ".join(text.split()), mark=REMOVED)
    return shown if len(shown) <= most else f"{shown[: most - 1]}…"


def placeholder_remarks(sentence: str) -> Iterator[Remark]:
    """Yield a remark on a placeholder that is left in a sentence."""
    if found := _PLACEHOLDER.search(sentence):
        words = f"Texten är inte färdig: ”{found[0]}” står kvar."
        yield Remark("placeholder", Severity.MUST, words, sentence)


def date_remarks(sentence: str, extracted_on: dt.date) -> Iterator[Remark]:
    """Yield days after the extraction that are told of as if they had been."""
    for day in _days(sentence):
        if day <= extracted_on:
            continue
        if _EXTRACTED.search(sentence):
            words = f"Uppgifterna kan inte vara hämtade {day}: underlaget är uttaget {extracted_on}."
            yield Remark("future", Severity.MUST, words, sentence)
        elif _HAPPENED.search(sentence) and not _PLANNED.search(sentence):
            words = f"Något som har hänt kan inte ha hänt {day}: underlaget är uttaget {extracted_on}."
            yield Remark("future", Severity.SHOULD, words, sentence)


def _days(sentence: str) -> Iterator[dt.date]:
    """Yield the days that a sentence names, in figures or in words."""
    parts = [tuple(map(int, found.groups())) for found in _ISO_DAY.finditer(sentence)]
    for found in _DAY.finditer(sentence):
        month = MONTHS.index(found[2].lower()) + 1
        parts.append((int(found[3]), month, int(found[1])))
    for year, month, day in parts:
        try:
            yield dt.date(year, month, day)
        except ValueError:
            continue


def reference_remarks(sentence: str, places: Collection[str]) -> Iterator[Remark]:
    """Yield references to chapters, charts and tables that the report does not have."""
    if _ELSEWHERE.search(sentence):
        return
    for kind, wanted in _REFERENCE.findall(sentence):
        name = {"kapitel": "avsnitt"}.get(kind.lower(), kind.lower())
        if f"{name} {wanted}" not in places:
            words = f"Texten hänvisar till {kind.lower()} {wanted}, som inte finns i berättelsen."
            yield Remark("reference", Severity.SHOULD, words, sentence)


def readability_remarks(sentences: Sequence[str]) -> Iterator[Remark]:
    """Say kindly that a section is hard to read: LIX above 55 (Björnsson 1968)."""
    score = lix(sentences)
    if score is not None and score > HARD_TO_READ:
        words = f"Avsnittet är tungt att läsa: läsbarhetsindex (LIX) är {score}."
        yield Remark("readability", Severity.CONSIDER, words, max(sentences, key=len))


def lix(sentences: Sequence[str]) -> int | None:
    """Return words per sentence plus per cent of words longer than six letters, or None of a short text."""
    words: list[str] = []
    for sentence in sentences:
        words += re.findall(r"[^\W\d_]+", sentence)
    if len(words) < _LEAST_WORDS or len(sentences) < _LEAST_SENTENCES:
        return None
    long = sum(len(word) > _LONG_WORD for word in words)
    return round(len(words) / len(sentences) + 100 * long / len(words))
