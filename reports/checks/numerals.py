"""Read Swedish numbers in running text: which are counts, which are shares, which are years (pure).

Most figures in a text count nothing: paragraphs, dates, registry numbers, telephone numbers, ages, sums
of money, references.  Those are never returned, since a false alarm costs an author more than a miss.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

MONTHS = (
    "januari",
    "februari",
    "mars",
    "april",
    "maj",
    "juni",
    "juli",
    "augusti",
    "september",
    "oktober",
    "november",
    "december",
)
_SMALL = (
    *(
        "noll",
        "ett",
        "två",
        "tre",
        "fyra",
        "fem",
        "sex",
        "sju",
        "åtta",
        "nio",
        "tio",
        "elva",
        "tolv",
    ),
    *("tretton", "fjorton", "femton", "sexton", "sjutton", "arton", "nitton"),
)
_TENS = ("tjugo", "trettio", "fyrtio", "femtio", "sextio", "sjuttio", "åttio", "nittio")
_UNITS = (
    "år|månad|månader|vecka|veckor|dag|dagar|dygn|timmar|tim|minuter|kronor|kr|mnkr|tkr|miljon|miljoner|"
    "miljarder|km|kvm|poäng|grader|årsarbetare|procentenhet|procentenheter|gånger|gång"
)
_MONTH = "|".join((*MONTHS, "jan|feb|mar|apr|jun|jul|aug|sep|okt|nov|dec"))
_NAMED = (
    "kap|kapitel|avsnitt|bilaga|bild|tabell|figur|sida|sidan|sid|punkt|steg|nivå|not|del|fråga|tertial|"
    "kvartal|vecka|version|fas|grupp|enhet|sektion|avdelning|mottag|typ|klass|årskurs|åk|prioritet|"
    "nr|nummer|dnr|diarienummer|id|agenda|region|område|kl|artikel"
)
_LIST = r"(?:\s?(?:,|och|–|-)\s?\d{1,4}){0,4}"
# Repetitions are bounded everywhere: a text of 20 000 odd characters must not take seconds.
_NO_COUNTS = re.compile(
    rf"""
    https?://[^\s]{{1,500}} | www\.[^\s]{{1,500}} | [^\s@]{{1,64}}@[^\s@]{{1,255}}
    | (?:\+46|\b0)[ ]?\d[\d\s-]{{5,20}}\d                                        # telephone
    | \b\d{{4}}-\d{{2}}-\d{{2}}\b | \b\d{{4}}:\d{{1,5}}\b                       # day, code of statutes
    | \b\d{{1,2}}(?:\s?[–-]\s?\d{{1,2}})?\s(?:{_MONTH})\b
    | §§?\s?\d{{1,4}}{_LIST} | \b\d{{1,4}}\s?[a-z]?{_LIST}\s?(?:§|kap\b|kapitlet\b|st\.)
    | \b(?:{_NAMED})\.?\s\d{{1,6}}(?:[.,]\d{{1,3}}){{0,4}}{_LIST}
    | \b[^\W\d_]{{1,20}}[-/]?\d[\w/-]{{0,30}}                                   # KA-2024-0001, covid19
    | \b\d{{1,9}}[-:/][^\W\d_]\w{{0,30}}                                        # 20-årig, 1:a
    | \b\d{{1,6}}(?:\.\d{{1,6}}){{1,5}}\b                                       # 4.1.4, 14.30
    | \b\d{{1,6}}\s?[–/-]\s?\d{{1,6}}(?:\s?%|\b)                                # ranges, 2023/2024
    | \b\d{{1,9}}(?:[,\s]\d{{1,3}})?\s(?:{_UNITS})\b
    | \b(?:{"|".join(_SMALL[2:])})\s(?:{_UNITS})\b
    | \bsex(?=\smot\b|\soch\srel|-)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_FIGURES = re.compile(
    r"(?<![\d,.])(?:\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)|\d{1,9}(?:,\d{1,4})?)(?![\d\w])"
)
_WORD = re.compile(r"\b[a-zåäö]{3,30}\b", re.IGNORECASE)
_SHARE = re.compile(r"\s?(?:%|procent\b)", re.IGNORECASE)
_ABOUT = re.compile(
    r"(?:\b(?:cirka|ca\.?|omkring|ungefär|drygt|nästan|knappt|närmare|runt|över|minst|högst|max|upp till)"
    r"|\b(?:mer|fler|färre|mindre) än)\s$",
    re.IGNORECASE,
)
# Longer than anyone writes: such a text is a table or a list that was pasted.
_LONGEST_SENTENCE = 1_000
_ENDS = re.compile(r"(?<=[.!?])[)”\"]?\s+(?=[A-ZÅÄÖ0-9”\"(])")
_ABBREVIATED = re.compile(
    r"(?:\b(?:t\.\s?ex|bl\.\s?a|p\.\s?g\.\s?a|s\.\s?k|f\.\s?d|kap|ca|nr|resp|jfr|st|dvs|kl|dnr|tel|sid)\.)$",
    re.IGNORECASE,
)


class Kind(Enum):
    """What a number in a text says."""

    COUNT = "count"
    SHARE = "share"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number in a text and where it stands; ``about`` when the text says that it is not exact."""

    value: Fraction
    kind: Kind
    start: int
    end: int
    decimals: int = 0
    about: bool = False
    letters: bool = False


def _words_of_numbers() -> dict[str, int]:
    """Return the numbers from 2 to 999 by how they are written in letters."""
    below = dict(zip(_SMALL, range(20), strict=True))
    for ten, tens in zip(_TENS, range(20, 100, 10), strict=True):
        below[ten] = tens
        below[f"{ten}en"] = tens + 1
        for unit, word in enumerate(_SMALL[1:10], 1):
            below[ten + word] = tens + unit
    hundreds = {"hundra": 100}
    for unit, word in enumerate(_SMALL[1:10], 1):
        hundreds[f"{word}hundra"] = 100 * unit
    words = below | hundreds
    for hundred, value in hundreds.items():
        for rest in below.keys() - {"noll"}:
            words[hundred + rest] = value + below[rest]
    # "Ett" is an article far more often than a number.
    return {word: value for word, value in words.items() if value > 1}


WORDS = _words_of_numbers()


def numerals(text: str) -> list[Numeral]:
    """Return the counts, shares and years of a sentence in the order in which they stand."""
    barred = bytearray(len(text))
    for match in _NO_COUNTS.finditer(text):
        barred[match.start() : match.end()] = bytes([1]) * (match.end() - match.start())
    found = []
    for match in (*_FIGURES.finditer(text), *_WORD.finditer(text)):
        if any(barred[match.start() : match.end()]):
            continue
        numeral = _read(text, match)
        if numeral is not None:
            found.append(numeral)
    return sorted(found, key=lambda numeral: numeral.start)


def _read(text: str, match: re.Match[str]) -> Numeral | None:
    """Return the number that stands in a place; None where it is no number that counts."""
    written = match[0]
    share = _SHARE.match(text, match.end())
    end = share.end() if share else match.end()
    about = bool(_ABOUT.search(text[max(0, match.start() - 12) : match.start()]))
    if written[0].isalpha():
        value = WORDS.get(written.lower())
        if value is None:
            return None
        kind = Kind.SHARE if share else Kind.COUNT
        return Numeral(
            Fraction(value), kind, match.start(), end, about=about, letters=True
        )
    whole, _, decimals = written.partition(",")
    if share:
        digits = re.sub(r"\D", "", whole)
        value_of = Fraction(int(digits + decimals), 10 ** len(decimals))
        return Numeral(value_of, Kind.SHARE, match.start(), end, len(decimals), about)
    if decimals:
        return None
    if len(written) == 4 and 1900 <= int(written) <= 2099:
        return Numeral(Fraction(int(written)), Kind.YEAR, match.start(), end)
    count = Fraction(int(re.sub(r"\D", "", written)))
    return Numeral(count, Kind.COUNT, match.start(), end, about=about)


def split_sentences(text: str) -> list[str]:
    """Return the sentences of a paragraph; a point after an abbreviation ends none."""
    sentences: list[str] = []
    open_ended = False
    for part in _ENDS.split(" ".join(text.split(" ")).replace("\n", " ")):
        if open_ended:
            sentences[-1] += f" {part}"
        elif part.strip():
            sentences.append(part.strip())
        open_ended = bool(sentences) and bool(_ABBREVIATED.search(sentences[-1][-12:]))
    return sentences


def prose(sentences: Sequence[str]) -> list[str]:
    """Return the sentences, with an empty one for each that is too long to be a sentence."""
    return [
        sentence if len(sentence) <= _LONGEST_SENTENCE else "" for sentence in sentences
    ]
