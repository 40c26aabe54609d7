"""Do fewer, more, risen, fallen and doubled follow from the numbers that stand beside them? (pure)"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analysis.charts.charts import number
from reports.checks.numerals import Kind, Numeral, numerals
from reports.checks.remarks import Remark, Severity
from reports.tokens.sentences import changed

_UP = r"fler|högre|större|ökat|ökade|ökar|ökning|ökningen|stigit|steg|uppgång"
_DOWN = r"färre|lägre|mindre|minskat|minskade|minskar|minskning|minskningen|sjunkit|sjönk|nedgång"
_TIMES = {
    "fördubblats": (2, 1),
    "fördubblades": (2, 1),
    "tredubblats": (3, 1),
    "halverats": (1, 2),
    "halverades": (1, 2),
}
_DIRECTION = re.compile(
    rf"(?i)\b(?:(?P<up>{_UP})|(?P<down>{_DOWN})|(?P<times>{'|'.join(_TIMES)}))\b"
)
# A rate goes down where a count goes up; a bare comparison of the counts says nothing of it.
_RATES = re.compile(
    r"(?i)\b(?:räknat per|per månad|per \d|i förhållande till|andel\w* av)\b"
)
_DENIED = re.compile(
    r"(?i)\b(?:inte|ej|varken|utan|om|så att|för att|skulle|kan|ska|bör|borde)\W+(?:\w+\W+)?$"
)
_DIFFERENCE = re.compile(
    r"(?i)\s(?:procentenheter\s)?(?:fler|färre|högre|lägre|mer|mindre)\b"
)
_BY = re.compile(
    r"(?i)(?<!jämfört )(?<!tillsammans )\bmed(?:\s(?:hela|totalt|sammanlagt))?\s$"
)
_COMPARED = re.compile(
    r"(?i)\b(?:jämfört med|i stället för|istället för|mot)\s(?:\w+\s){0,5}$"
)
_FROM = re.compile(r"(?i)\bfrån\s(?:\w+\s){0,2}$")
_TO = re.compile(r"(?i)^\s(?:\w+\s){0,3}till\s(?:\w+\s){0,2}$")
_THAN = re.compile(r"(?i)\bän\b[^.;]{0,80}$")
_SINCE = re.compile(
    r"(?i)\b(?:ökning\w*|minskning\w*|uppgång|nedgång)\sfrån\s(?:\w+\s){0,2}$"
)
_REFERS_BACK = re.compile(r"(?i)^(?:Det|Detta|Den|Antalet)\s")


@dataclass(frozen=True, slots=True)
class _Compared:
    """The number that a word of direction is about, the one it is compared with, and how sure we are."""

    now: Numeral
    before: Numeral


def remarks(sentences: Sequence[str]) -> Iterator[Remark]:
    """Yield the words of direction that the numbers of a paragraph contradict or cannot carry."""
    for position, sentence in enumerate(sentences):
        word = _DIRECTION.search(sentence)
        if (
            not word
            or _RATES.search(sentence)
            or _DENIED.search(sentence[: word.start()])
        ):
            continue
        found = numerals(sentence)
        earlier: Sequence[str] = ()
        if _REFERS_BACK.match(sentence):
            earlier = sentences[max(0, position - 2) : position]
        compared = _find(sentence, found, earlier)
        if compared is not None:
            yield from _judge(
                sentence, word, compared, [n for n in found if n.kind is Kind.YEAR]
            )


def _find(
    sentence: str, found: Sequence[Numeral], earlier: Sequence[str]
) -> _Compared | None:
    """Return the two numbers that a sentence compares, the second perhaps with one of the sentence before."""
    numbers = _comparable(sentence, found)
    for position, numeral in enumerate(numbers):
        following = numbers[position + 1 :]
        if following and _goes_to(sentence, numeral, following[0]):
            return _Compared(following[0], numeral)
        if position and _COMPARED.search(
            sentence[numbers[position - 1].end : numeral.start]
        ):
            return (
                _Compared(numbers[position - 1], numeral) if len(numbers) == 2 else None
            )
        if _comes_after_than(sentence, numeral) and (
            now := _before_than(numbers, position, earlier)
        ):
            return _Compared(now, numeral)
    return None


def _before_than(
    numbers: Sequence[Numeral], position: int, earlier: Sequence[str]
) -> Numeral | None:
    """Return the only number before the one after "än", in its sentence or else in those before."""
    if position == 0:
        return _only_number(earlier)
    return numbers[0] if position == 1 else None


def _comparable(sentence: str, found: Sequence[Numeral]) -> list[Numeral]:
    """Return the numbers of a sentence that are no years and say how many, not how many more."""
    return [
        n for n in found if n.kind is not Kind.YEAR and not _is_difference(sentence, n)
    ]


def _goes_to(sentence: str, one: Numeral, next_one: Numeral) -> bool:
    """Tell whether two numbers stand as "från 12 till 14"."""
    if not _FROM.search(sentence[: one.start]):
        return False
    return bool(_TO.match(sentence[one.end : next_one.start]))


def _comes_after_than(sentence: str, numeral: Numeral) -> bool:
    """Tell whether a number is what another is compared with: "fler än 12", "en ökning från 12"."""
    head = sentence[: numeral.start]
    return bool(_SINCE.search(head) or _THAN.search(head))


def _only_number(earlier: Sequence[str]) -> Numeral | None:
    """Return the one count of the sentences before, the nearest that has any."""
    for sentence in reversed(earlier):
        counts = [n for n in numerals(sentence) if n.kind is not Kind.YEAR]
        if counts:
            return counts[0] if len(counts) == 1 else None
    return None


def _is_difference(sentence: str, numeral: Numeral) -> bool:
    """Tell whether a number says how large a change is, as "12 fler" and "med 12"."""
    after = _DIFFERENCE.match(sentence, numeral.end)
    return bool(after) or bool(_BY.search(sentence[: numeral.start]))


def _judge(
    sentence: str, word: re.Match[str], compared: _Compared, years: Sequence[Numeral]
) -> Iterator[Remark]:
    """Yield the remarks on a word of direction beside the two numbers that it compares."""
    now, before = compared.now, compared.before
    figures = f"{_n(now)} jämfört med {_n(before)}"
    said = word[0].lower()
    if word["times"]:
        up, down = _TIMES[said]
        if (
            now.value * down * 10 < before.value * up * 9
            or now.value * down * 10 > before.value * up * 11
        ):
            words = f"”{word[0]}” stämmer inte med talen, {figures}."
            yield Remark("direction", Severity.MUST, words, sentence)
        return
    rises = word["up"] is not None
    if (now.value > before.value) is not rises or now.value == before.value:
        words = f"Riktningen stämmer inte: det står ”{said}”, men talen är {figures}."
        yield Remark("direction", Severity.MUST, words, sentence)
    elif (
        len(years) == 2 and years[0].value < years[1].value and years[1].end < now.start
    ):
        words = (
            f"Meningen kan läsas på två sätt: {int(years[0].value)} står före {int(years[1].value)}. "
            f"Sätt det senare året och dess tal först."
        )
        yield Remark("order", Severity.SHOULD, words, sentence)
    elif _may_be_chance(now, before):
        words = (
            f"Så liten skillnad ({figures}) kan bero på slumpen. Skriv båda talen och att ingen säker "
            f"förändring syns, i stället för ”{said}”."
        )
        yield Remark("uncertain", Severity.CONSIDER, words, sentence)


def _may_be_chance(now: Numeral, before: Numeral) -> bool:
    """Tell whether two counts differ by no more than chance gives; of shares their wholes are not known."""
    if Kind.SHARE in {now.kind, before.kind} or now.about or before.about:
        return False
    return not changed(int(now.value), int(before.value))


def _n(numeral: Numeral) -> str:
    """Return a number as sentences write it."""
    value = numeral.value
    text = (
        number(int(value))
        if value.denominator == 1
        else str(float(value)).replace(".", ",")
    )
    return f"{text} procent" if numeral.kind is Kind.SHARE else text
