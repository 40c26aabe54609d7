"""Do the parts of a sentence make its whole, and does its share follow from its counts? (pure)"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations, pairwise

from analysis.charts import number
from reports.checks.numerals import Kind, Numeral, numerals
from reports.checks.remarks import Remark, Severity

# How many sentences back the whole of "de övriga elva" is looked for.
WINDOW = 6
_DETERMINED = r"(?:de|dessa|totalt|sammanlagt|samtliga|alla|våra)"
_OF = re.compile(rf"(?i)^\s(?:st\s)?av(?:\s{_DETERMINED})?\s$")
_OUT_OF = re.compile(rf"(?i)(?:^|[^\w])(?<!\d\s)av(?:\s{_DETERMINED})?\s$")
_OF_WHICH = re.compile(r"(?i)\bvarav\b")
_OTHERS = re.compile(r"(?i)\b(?:övriga|resterande|återstående|kvarvarande)\s$")
_COMPARED = re.compile(r"(?i)\b(?:jämfört|än|mot|medan|istället|i stället|året innan|förra året)\b")
_STOPS_SHARE = re.compile(r"(?i)\b(?:jämfört|än|mot|då|medan|men|tidigare|föregående|förra|året innan)\b")
_ROW = re.compile(r"[^\d]{0,60}(?:\s*\(?\d{1,3}(?:[ \u00a0]\d{3})*(?:,\d+)?\s?%?\)?){3,6}\s*")
_AFTER_PART = re.compile(
    r"\s*(?:$|[.,;:()]|(?:i|och|av|var|vara|varit|är|har|hade|som|blev|inte|inget|en|ett|att|till|procent|st)\b"
    r"|\w{2,20}(?:de|des|te|tes|ts|ats|its)\b)"
)


def remarks(sentences: Sequence[str]) -> Iterator[Remark]:
    """Return what does not add up in the sentences of one paragraph."""
    read = [numerals(sentence) for sentence in sentences]
    for position, (sentence, found) in enumerate(zip(sentences, read, strict=True)):
        counts = [n for n in found if n.kind is Kind.COUNT]
        shares = [n for n in found if n.kind is Kind.SHARE]
        pairs = list(_pairs(sentence, counts))
        for part, whole in pairs:
            yield from _part_and_whole(sentence, part, whole)
        yield from _shares(sentence, pairs, shares, found)
        yield from _sum_of_parts(sentence, counts)
        for rest in counts:
            if _OTHERS.search(sentence[: rest.start]):
                before = [
                    (place, n)
                    for place in range(max(0, position - WINDOW), position + 1)
                    for n in read[place]
                    if n.kind is Kind.COUNT and not n.about and (place < position or n.end <= rest.start)
                ]
                yield from _remainder(sentences[: position + 1], before, rest)


def row_remarks(line: str) -> Iterator[Remark]:
    """Return the shares that do not follow in a row of a table pasted as text: whole, part, share.

    The published `Mars 552 (530) 117 (157) 21 % (24%)` holds two such rows, one in parentheses.
    """
    if "%" not in line or len(line) > 200 or not _ROW.fullmatch(line):
        return
    found = numerals(line)
    inside = [n for n in found if line[: n.start].endswith("(")]
    for row in (inside, [n for n in found if n not in inside]):
        if [n.kind for n in row] == [Kind.COUNT, Kind.COUNT, Kind.SHARE]:
            yield from _share(line, row[1], row[0], row[2])


def _pairs(sentence: str, counts: Sequence[Numeral]) -> Iterator[tuple[Numeral, Numeral]]:
    """Return part and whole of `157 av 530`, `av 112 bedömdes 44` and `98, varav 54`."""
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
    return bool(noun) and noun[1].lower() in between.lower() if noun else False


def _part_and_whole(sentence: str, part: Numeral, whole: Numeral) -> Iterator[Remark]:
    if part.value > whole.value and not whole.about:
        words = f"Delen är större än helheten: {_n(part)} av {_n(whole)}."
        yield Remark("part", Severity.MUST, words, sentence)


def _shares(
    sentence: str,
    pairs: Sequence[tuple[Numeral, Numeral]],
    shares: Sequence[Numeral],
    found: Sequence[Numeral],
) -> Iterator[Remark]:
    for share in shares:
        for part, whole in reversed(pairs):
            start, end = sorted((part, whole), key=lambda n: n.start)
            if end.end <= share.start:
                between = sentence[end.end : share.start]
                if start.start < share.start and len(between) <= 90 and not _STOPS_SHARE.search(between):
                    if not any(end.end <= n.start < share.start for n in found):
                        yield from _share(sentence, part, whole, share)
                    break
            elif share.end <= start.start and re.fullmatch(r"\s?\(", sentence[share.end : start.start]):
                yield from _share(sentence, part, whole, share)
                break


def _share(sentence: str, part: Numeral, whole: Numeral, share: Numeral) -> Iterator[Remark]:
    if not whole.value or part.value > whole.value:
        return
    exact = 100 * part.value / whole.value
    margin = Fraction(3) if share.about or part.about or whole.about else Fraction(1, 2 * 10**share.decimals)
    if all(abs(said - exact) > margin for said in (share.value, 100 - share.value)):
        said = f"{_decimal(share.value, share.decimals)} procent"
        right = _decimal(exact, share.decimals)
        words = f"Andelen stämmer inte: {_n(part)} av {_n(whole)} är {right} procent, inte {said}."
        yield Remark("share", Severity.MUST, words, sentence)


def _sum_of_parts(sentence: str, counts: Sequence[Numeral]) -> Iterator[Remark]:
    """Compare `av N ... X ... och Y` and `N, varav X och Y` with their whole."""
    for position, whole in enumerate(counts[:-2]):
        parts = counts[position + 1 :]
        of_which = _OF_WHICH.search(sentence[whole.end : parts[0].start])
        if not of_which and not _OUT_OF.search(sentence[: whole.start]):
            continue
        between = sentence[whole.end : parts[-1].start]
        if any(n.about for n in (whole, *parts)) or _COMPARED.search(between):
            continue
        total = sum((n.value for n in parts), Fraction())
        # Parts with nouns of their own may count something else, unless they nearly make the whole.
        same = all(_belongs(sentence, whole, n) for n in parts)
        if (same and total > whole.value) or 0 < abs(whole.value - total) <= whole.value / 10:
            parts_in_words = " + ".join(_n(n) for n in parts)
            words = f"Delarna blir inte helheten: {parts_in_words} = {number(int(total))}, inte {_n(whole)}."
            yield Remark("sum", Severity.SHOULD, words, sentence)
        return


def _remainder(
    sentences: Sequence[str], before: Sequence[tuple[int, Numeral]], rest: Numeral
) -> Iterator[Remark]:
    """Compare `23 utredningar ... i 13 ... i övriga elva` with each way that it can be read."""
    nearest: tuple[Fraction, Numeral, tuple[Numeral, ...]] | None = None
    latest = [n for _, n in before[-7:]]
    for whole in latest:
        others = [n for n in latest if n is not whole]
        for size in range(1, min(len(others), 4) + 1):
            for parts in combinations(others, size):
                gap = abs(whole.value - rest.value - sum((n.value for n in parts), Fraction()))
                if not gap:
                    return
                if nearest is None or gap < nearest[0]:
                    nearest = gap, whole, parts
    if (
        nearest is None
        or nearest[0] > max(Fraction(3), nearest[1].value / 10)
        or nearest[1].value <= rest.value
    ):
        return
    _, whole, parts = nearest
    total = number(int(sum(n.value for n in parts) + rest.value))
    sum_in_words = " + ".join([*(_n(n) for n in parts), _n(rest)])
    words = f"Summan stämmer inte: {sum_in_words} = {total}, men det står {_n(whole)}."
    begins = next(place for place, n in before if n is whole)
    between = sentences[begins + 1 : -1]
    passage = [sentences[begins], *(["…"] if len(between) > 1 else []), *between[-1:], sentences[-1]]
    if begins == len(sentences) - 1:
        passage = [sentences[-1]]
    yield Remark("sum", Severity.MUST, words, " ".join(passage))


def _n(numeral: Numeral) -> str:
    return number(int(numeral.value))


def _decimal(value: Fraction, decimals: int) -> str:
    scaled = int(value * 10**decimals + Fraction(1, 2))
    whole, rest = divmod(scaled, 10**decimals)
    return f"{whole},{rest:0{decimals}}" if decimals else str(whole)
