"""Is a number typed by hand that the report holds as a live one, and does the register say the same? (pure)

Only a number whose sentence names what is counted is compared, so that two numbers that happen to be
equal are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from analysis.charts.charts import number
from analysis.counted.catalogue import SPOKEN_OF
from analysis.counted.countings import COUNTING_OF
from analysis.counted.indicators import Indicator
from analysis.counted.vocabulary import BASES, period_in_words, value_in_words
from casework.database.periods import parse
from reports.checks.numerals import Kind, Numeral, numerals
from reports.checks.remarks import Remark, Severity
from reports.document.numbers import query_of, where_of
from reports.tokens.tokens import Asked, is_open

# Fewer than so many are in a sentence for too many other reasons.
_LEAST = 5
Entry = Mapping[str, Any]

_THIS_YEAR = re.compile(r"(?i)\b(?:under|i)\s(?:året|år|kvalitetsåret)\b")
_NARROWING = re.compile(r"\w+=.*?(?=\s\w+=|$)")
# What narrows a count to something that the number of the ledger is not.
_NARROWED = re.compile(
    r"\b(?:av\s(?:de|dessa|dem)|varav|inom|hos|vid|gäll\w*|rör\w*|avs\w+|handla\w*|om|bedöm\w*|ytterligare|"
    r"fler|färre|månad\w*|tertial\w*|våren|hösten)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Said:
    """The contents of a sentence: its counts, their possible topics, and its years and units."""

    sentence: str
    counts: list[Numeral]
    topics: list[Indicator]
    years: set[int]
    units: set[str]

    @property
    def lowered(self) -> str:
        """Return the sentence in small letters."""
        return self.sentence.lower()

    def is_of(self, year: int) -> bool:
        """Tell whether it is about a year alone, named or as "under året"."""
        if self.years:
            return self.years == {year}
        return bool(_THIS_YEAR.search(self.sentence))


def _read(sentence: str, unit: str, names: Mapping[str, str]) -> _Said:
    """Read a sentence; one without counts has no topics."""
    counts, years = [], set()
    for numeral in numerals(sentence):
        if numeral.about:
            continue
        if numeral.kind is Kind.COUNT:
            counts.append(numeral)
        elif numeral.kind is Kind.YEAR:
            years.add(int(numeral.value))
    topics: list[Indicator] = []
    if counts:
        topics = [topic for topic in SPOKEN_OF if topic.pattern.search(sentence)]
    return _Said(
        sentence, counts, topics, years, _others_named(sentence.lower(), unit, names)
    )


def _others_named(lowered: str, unit: str, names: Mapping[str, str]) -> set[str]:
    """Return the codes of the units that a sentence names, other than the one that the section is about."""
    named = set()
    for code, name in names.items():
        if code != unit and len(name) > 3 and name.lower() in lowered:
            named.add(code)
    return named


def remarks(
    sentence: str,
    ledger: Sequence[Entry],
    *,
    year: int,
    unit: str,
    names: Mapping[str, str],
) -> Iterator[Remark]:
    """Yield the counts that a live number of the ledger equals, or contradicts under the same name.

    ``unit`` is the code of the unit that the section is about, ``names`` the names of units by code.
    """
    said = _read(sentence, unit, names)
    if not said.topics:
        return
    here = _here(ledger, said.units or {unit}, said.years or {year})
    for count in said.counts:
        same = _equal(count, here, said)
        if same is None:
            if not said.units and said.is_of(year):
                yield from _contradicted(sentence, count, here, said.topics)
        elif count.value >= _LEAST:
            yield _by_hand(
                sentence, count, same, said.topics, _token(same, year=year, unit=unit)
            )


def _here(ledger: Sequence[Entry], units: set[str], years: set[int]) -> list[Entry]:
    """Return the counts of some units in some years."""
    here = []
    for entry in ledger:
        is_count = isinstance(entry["value"], int)
        if is_count and entry["unit"] in units and _year_of(entry["period"]) in years:
            here.append(entry)
    return here


def _equal(count: Numeral, here: Sequence[Entry], said: _Said) -> Entry | None:
    """Return the number that a count of a sentence is, or None."""
    for topic, entry in product(said.topics, here):
        if _is_said(entry, topic, count, said.lowered):
            return entry
    return None


def _is_said(entry: Entry, topic: Indicator, count: Numeral, lowered: str) -> bool:
    """Tell whether a number is the one of the sentence: its topic, its value, and every narrowing named."""
    if entry["subject"] != topic.subject or entry["value"] != count.value:
        return False
    wanted, asked = _narrowings(entry["query"]), _narrowings(query_of(topic.where))
    if not asked <= wanted:
        return False
    return all(_in_words(narrowing) in lowered for narrowing in wanted - asked)


def _narrowings(query: str) -> set[str]:
    """Return the `name=value` of a question; a value may be several words."""
    return set(_NARROWING.findall(query))


def _in_words(narrowing: str) -> str:
    """Return the value of a narrowing as a sentence says it."""
    dimension, _, value = narrowing.partition("=")
    return str(value_in_words(dimension, value)).lower()


def _by_hand(
    sentence: str, count: Numeral, entry: Entry, topics: Sequence[Indicator], token: str
) -> Remark:
    """Return the remark that a number is typed which could be fetched."""
    live = f" Skriv {token} i stället." if token else ""
    words = f"{number(int(count.value))} är ett tal ur registret: {_told(entry, topics)}.{live}"
    return Remark("typed", Severity.SHOULD, words, sentence)


def _token(entry: Entry, *, year: int, unit: str) -> str:
    """Return what an author writes to have a number fetched, or nothing where that cannot be written."""
    counted, where = (entry["subject"], entry["basis"]), where_of(entry["query"])
    if counted not in COUNTING_OF or not is_open(*counted, *dict(where)):
        return ""
    asked = Asked(False, *counted, where)
    if entry["unit"] != unit:
        asked = replace(asked, area=entry["unit"])
    if _year_of(entry["period"]) != year:
        asked = replace(asked, year=_year_of(entry["period"]))
    return str(asked)


def _contradicted(
    sentence: str, count: Numeral, here: Sequence[Entry], topics: Sequence[Indicator]
) -> Iterator[Remark]:
    """Compare a count that stands right before its name with what the register has under that name."""
    if _NARROWED.search(sentence):
        return
    for topic in topics:
        named = topic.pattern.search(sentence, count.end)
        if named is None or not re.fullmatch(
            r"\s(?:\w+\s)?", sentence[count.end : named.start()]
        ):
            continue
        held = _held(here, topic, sentence)
        if held is not None:
            words = (
                f"Texten säger {number(int(count.value))}, men registret har "
                f"{number(held['value'])}: {_told(held, [topic])}."
            )
            yield Remark("contradicted", Severity.SHOULD, words, sentence)
            return


def _held(here: Sequence[Entry], topic: Indicator, sentence: str) -> Entry | None:
    """Return the number that the register has of a topic on a basis that a sentence names, or None."""
    wanted = _narrowings(query_of(topic.where))
    for entry in here:
        is_topic = (
            entry["subject"] == topic.subject and _narrowings(entry["query"]) == wanted
        )
        if is_topic and BASES[entry["basis"]].pattern.search(sentence):
            return entry
    return None


def _told(entry: Entry, topics: Sequence[Indicator]) -> str:
    """Return in words what a number of the register counts, of which period."""
    topic = next(topic for topic in topics if topic.subject == entry["subject"])
    narrowings = _narrowings(entry["query"]) - _narrowings(query_of(topic.where))
    said = ", ".join([topic.called, *map(_in_words, sorted(narrowings))])
    return f"{said}, {BASES[entry['basis']].label} {_period(entry['period'])}"


def _period(period: str) -> str:
    """Return a period in words; a calendar year is its figures."""
    return period if len(period) == 4 else period_in_words(parse(period))


def _year_of(period: str) -> int | None:
    """Return the year that a report means by a period of twelve months, or None for shorter ones."""
    if re.fullmatch(r"\d{4}", period):
        return int(period)
    months = re.fullmatch(r"(\d{4})-09\.\.(\d{4})-08", period)
    return int(months[2]) if months else None
