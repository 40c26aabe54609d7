"""Do the parts of a sentence make its whole, and does its share follow from its counts? (pure)"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise

from analysis.charts.charts import number
from reports.checks.numerals import Kind, Numeral, numerals
from reports.checks.remarks import Remark, Severity

# How many sentences back the whole of "de övriga elva" is looked for.
WINDOW = 6
_DETERMINED = r"(?:de|dessa|totalt|sammanlagt|samtliga|alla|våra)"
_OF = re.compile(rf"(?i)^\s(?:st\s)?av(?:\s{_DETERMINED})?\s$")
_OUT_OF = re.compile(rf"(?i)(?:^|[^\w])(?<!\d\s)av(?:\s{_DETERMINED})?\s$")
_OF_WHICH = re.compile(r"(?i)\bvarav\b")
_OTHERS = re.compile(r"(?i)\b(?:övriga|resterande|återstående|kvarvarande)\s$")
_COMPARED = re.compile(
    r"(?i)\b(?:jämfört|än|mot|medan|istället|i stället|året innan|förra året)\b"
)
_STOPS_SHARE = re.compile(
    r"(?i)\b(?:jämfört|än|mot|då|medan|men|tidigare|föregående|förra|året innan)\b"
)
_ROW = re.compile(
    r"[^\d]{0,60}(?:\s*\(?\d{1,3}(?:[ \u00a0]\d{3})*(?:,\d+)?\s?%?\)?){3,6}\s*"
)
_AFTER_PART = re.compile(
    r"\s*(?:$|[.,;:()]|(?:i|och|av|var|vara|varit|är|har|hade|som|blev|inte|inget|en|ett|att|till|procent|st)\b"
    r"|\w{2,20}(?:de|des|te|tes|ts|ats|its)\b)"
)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to read the numbers of a passage: a whole, the parts that are named, and the remainder."""

    whole: Numeral
    parts: tuple[Numeral, ...]
    rest: Numeral

    @property
    def total(self) -> Fraction:
        """Return the sum of the parts and the remainder."""
        return _total(self.parts) + self.rest.value

    @property
    def gap(self) -> Fraction:
        """Return how far the sum is from the whole."""
        return abs(self.whole.value - self.total)

    @property
    def is_likely(self) -> bool:
        """Tell whether the sum is so near its whole that it was meant to be equal."""
        is_near = self.gap <= max(Fraction(3), self.whole.value / 10)
        return is_near and self.whole.value > self.rest.value


def remarks(sentences: Sequence[str]) -> Iterator[Remark]:
    """Yield the wrong sums and shares in the sentences of one paragraph."""
    read = [numerals(sentence) for sentence in sentences]
    for position, (sentence, found) in enumerate(zip(sentences, read, strict=True)):
        counts = [n for n in found if n.kind is Kind.COUNT]
        pairs = list(_pairs(sentence, counts))
        for part, whole in pairs:
            yield from _part_and_whole(sentence, part, whole)
        yield from _shares(sentence, pairs, found)
        yield from _sum_of_parts(sentence, counts)
        for rest in counts:
            if _OTHERS.search(sentence[: rest.start]):
                before = _counts_before(read, position, rest)
                yield from _remainder(sentences[: position + 1], before, rest)


def _counts_before(
    read: Sequence[Sequence[Numeral]], position: int, rest: Numeral
) -> list[tuple[int, Numeral]]:
    """Return the exact counts before a remainder in the nearest sentences, each with its sentence's place."""
    before = []
    for place in range(max(0, position - WINDOW), position + 1):
        for numeral in read[place]:
            is_exact = numeral.kind is Kind.COUNT and not numeral.about
            if is_exact and (place < position or numeral.end <= rest.start):
                before.append((place, numeral))
    return before


def row_remarks(line: str) -> Iterator[Remark]:
    """Yield the shares that do not follow in a row of a table pasted as text: whole, part, share.

    The published `Mars 552 (530) 117 (157) 21 % (24%)` holds two such rows, one in parentheses.
    """
    if "%" not in line or len(line) > 200 or not _ROW.fullmatch(line):
        return
    inside, outside = [], []
    for numeral in numerals(line):
        if line[: numeral.start].endswith("("):
            inside.append(numeral)
        else:
            outside.append(numeral)
    for row in (inside, outside):
        if [numeral.kind for numeral in row] == [Kind.COUNT, Kind.COUNT, Kind.SHARE]:
            whole, part, share = row
            yield from _share(line, part, whole, share)


def _pairs(
    sentence: str, counts: Sequence[Numeral]
) -> Iterator[tuple[Numeral, Numeral]]:
    """Yield part and whole of `157 av 530`, `av 112 bedömdes 44` and `98, varav 54`."""
    for one, other in pairwise(counts):
        between = sentence[one.end : other.start]
        if _OF.match(between):
            yield one, other
        elif _belongs(sentence, one, other) and (
            _OUT_OF.search(sentence[: one.start]) or _OF_WHICH.search(between)
        ):
            yield other, one


def _belongs(sentence: str, whole: Numeral, part: Numeral) -> bool:
    """Tell whether the later number counts the same as the earlier: it has no noun of its own."""
    between = sentence[whole.end : part.start]
    if _COMPARED.search(between) or len(between) > 160:
        return False
    if _AFTER_PART.match(sentence, part.end):
        return True
    noun = re.match(r"\s(\w{5})", sentence[part.end :])
    return noun is not None and noun[1].lower() in between.lower()


def _part_and_whole(sentence: str, part: Numeral, whole: Numeral) -> Iterator[Remark]:
    """Yield a remark on a part that is larger than its whole."""
    if part.value > whole.value and not whole.about:
        words = f"Delen är större än helheten: {_n(part)} av {_n(whole)}."
        yield Remark("part", Severity.MUST, words, sentence)


def _shares(
    sentence: str, pairs: Sequence[tuple[Numeral, Numeral]], found: Sequence[Numeral]
) -> Iterator[Remark]:
    """Compare each share of a sentence with the nearest part and whole that it may be of."""
    for share in found:
        if share.kind is not Kind.SHARE:
            continue
        for part, whole in reversed(pairs):
            first, last = sorted((part, whole), key=lambda n: n.start)
            if _is_told_of(sentence, share, last):
                if not any(last.end <= n.start < share.start for n in found):
                    yield from _share(sentence, part, whole, share)
                break
            if share.end <= first.start and re.fullmatch(
                r"\s?\(", sentence[share.end : first.start]
            ):
                yield from _share(sentence, part, whole, share)
                break


def _is_told_of(sentence: str, share: Numeral, last: Numeral) -> bool:
    """Tell whether a share stands near enough after the last number of a pair to be told of it."""
    between = sentence[last.end : share.start]
    return (
        last.end <= share.start
        and len(between) <= 90
        and not _STOPS_SHARE.search(between)
    )


def _share(
    sentence: str, part: Numeral, whole: Numeral, share: Numeral
) -> Iterator[Remark]:
    """Yield a remark on a share that its part and whole do not give, counted either way."""
    if not whole.value or part.value > whole.value:
        return
    exact = 100 * part.value / whole.value
    margin = Fraction(1, 2 * 10**share.decimals)
    if share.about or part.about or whole.about:
        margin = Fraction(3)
    if min(abs(share.value - exact), abs(100 - share.value - exact)) > margin:
        said = f"{_decimal(share.value, share.decimals)} procent"
        right = _decimal(exact, share.decimals)
        words = f"Andelen stämmer inte: {_n(part)} av {_n(whole)} är {right} procent, inte {said}."
        yield Remark("share", Severity.MUST, words, sentence)


def _sum_of_parts(sentence: str, counts: Sequence[Numeral]) -> Iterator[Remark]:
    """Compare `av N ... X ... och Y` and `N, varav X och Y` with their whole."""
    for position, whole in enumerate(counts[:-2]):
        parts = counts[position + 1 :]
        if not _is_divided(sentence, whole, parts):
            continue
        total = _total(parts)
        # Parts with nouns of their own may count something else, unless they nearly make the whole.
        same = all(_belongs(sentence, whole, part) for part in parts)
        if (same and total > whole.value) or 0 < abs(
            whole.value - total
        ) <= whole.value / 10:
            parts_in_words = " + ".join(map(_n, parts))
            words = f"Delarna blir inte helheten: {parts_in_words} = {number(int(total))}, inte {_n(whole)}."
            yield Remark("sum", Severity.SHOULD, words, sentence)
        return


def _is_divided(sentence: str, whole: Numeral, parts: Sequence[Numeral]) -> bool:
    """Tell whether a sentence divides a whole into parts, all of them exact and compared with nothing."""
    of_which = _OF_WHICH.search(sentence[whole.end : parts[0].start])
    if not of_which and not _OUT_OF.search(sentence[: whole.start]):
        return False
    if whole.about or any(part.about for part in parts):
        return False
    return not _COMPARED.search(sentence[whole.end : parts[-1].start])


def _remainder(
    sentences: Sequence[str], before: Sequence[tuple[int, Numeral]], rest: Numeral
) -> Iterator[Remark]:
    """Compare `23 utredningar ... i 13 ... i övriga elva` with each way that it can be read."""
    latest = [numeral for _, numeral in before[-7:]]
    nearest = min(
        _readings(latest, rest), key=lambda reading: reading.gap, default=None
    )
    if nearest is None or not nearest.gap or not nearest.is_likely:
        return
    parts_in_words = " + ".join(map(_n, (*nearest.parts, rest)))
    total, whole = number(int(nearest.total)), _n(nearest.whole)
    words = f"Summan stämmer inte: {parts_in_words} = {total}, men det står {whole}."
    begins = next(place for place, numeral in before if numeral is nearest.whole)
    yield Remark("sum", Severity.MUST, words, _passage(sentences[begins:]))


def _readings(counts: Sequence[Numeral], rest: Numeral) -> Iterator[_Reading]:
    """Yield every way to read one of some counts as the whole and up to four others as its parts."""
    for whole in counts:
        others = [numeral for numeral in counts if numeral is not whole]
        for size in range(1, 5):
            for parts in combinations(others, size):
                yield _Reading(whole, parts, rest)


def _passage(sentences: Sequence[str]) -> str:
    """Return some sentences as a quotation: of many the first and the last two."""
    if len(sentences) > 3:
        return " ".join([sentences[0], "…", *sentences[-2:]])
    return " ".join(sentences)


def _total(several: Sequence[Numeral]) -> Fraction:
    """Return the sum of some numbers."""
    return sum((numeral.value for numeral in several), Fraction())


def _n(numeral: Numeral) -> str:
    """Return a number as sentences write it."""
    return number(int(numeral.value))


def _decimal(value: Fraction, decimals: int) -> str:
    """Return a number rounded to some decimals, with a comma."""
    scaled = int(value * 10**decimals + Fraction(1, 2))
    whole, rest = divmod(scaled, 10**decimals)
    if not decimals:
        return str(whole)
    return f"{whole},{rest:0{decimals}}"
