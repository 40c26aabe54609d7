"""Is the same unit or category called by two names that differ in a letter or two? (pure)

Sums and searches miss what is spelt in another way.  Inflection is no other name: only what neither a
Swedish ending nor a genitive explains is remarked upon.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import combinations

from reports.checks.remarks import Remark, Severity

_LEAST_LENGTH = 9
_MOST_WORDS = 6
_LONG = 8
_WORDS = re.compile(r"[^\W_](?:[\w/&-]{0,60}[^\W_])?")
_ENDINGS = re.compile(
    r"(?:a|an|are|aren|ade|as|ans|e|en|ens|er|ern|ernas?|erna|ers|et|ets|es|ar|ars|arnas?|or|ornas?|on|ons|"
    r"n|ns|nas?|r|rs|rnas?|s|t|ts|da|de|des|ning|ningar|ningen)?"
)
Words = tuple[str, ...]


class Names:
    """The names that a register or a report uses, looked up by their misspellings."""

    def __init__(self, names: Iterable[str]) -> None:
        self._exact: set[Words] = set()
        self._near: dict[tuple[int, int, str], list[tuple[Words, str]]] = defaultdict(
            list
        )
        for name in sorted(set(names)):
            words = tuple(map(str.lower, _WORDS.findall(name)))
            if (
                1 <= len(words) <= _MOST_WORDS
                and len(name) >= _LEAST_LENGTH
                and words not in self._exact
            ):
                self._exact.add(words)
                for key in _keys(words):
                    self._near[key].append((words, name))
        self._lengths = sorted({len(words) for words in self._exact})

    def remarks(self, sentence: str) -> Iterator[Remark]:
        """Yield the passages that are a known name but for a letter or two."""
        typed = _WORDS.findall(sentence)
        lowered = list(map(str.lower, typed))
        for length in self._lengths:
            for start in range(len(lowered) - length + 1):
                words = tuple(lowered[start : start + length])
                if (name := self._meant(words)) is not None:
                    written = " ".join(typed[start : start + length])
                    said = f"”{written}” heter ”{name}” i registret."
                    yield Remark("names", Severity.SHOULD, said, sentence)

    def _meant(self, words: Words) -> str | None:
        """Return the known name that some words misspell, or None."""
        if words in self._exact:
            return None
        for key in _keys(words):
            for known, name in self._near.get(key, ()):
                if _misspelt(known, words):
                    return name
        return None


def twins(names: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield the pairs of names that differ by a letter or two, such as `VINR/beder` and `VINR/heder`."""
    by_beginning: dict[str, list[str]] = defaultdict(list)
    for name in sorted(set(names)):
        if len(name) >= _LEAST_LENGTH:
            by_beginning[name[:3].lower()].append(name)
    for alike in by_beginning.values():
        for one, other in combinations(alike, 2):
            words, other_words = (
                tuple(one.lower().split()),
                tuple(other.lower().split()),
            )
            if len(words) == len(other_words) and _misspelt(words, other_words):
                yield one, other


def names_in(sentences: Sequence[str]) -> set[str]:
    """Return the words of sentences that can only be names: capitals or strokes inside the sentence."""
    names: set[str] = set()
    for sentence in sentences:
        inside = _WORDS.findall(sentence)[1:]
        names.update(word for word in inside if _is_name(word))
    return names


def _is_name(word: str) -> bool:
    """Tell whether a word inside a sentence can only be a name."""
    return len(word) >= _LEAST_LENGTH and "/" in word and word[0].isupper()


def _keys(words: Words) -> Iterator[tuple[int, int, str]]:
    """Yield what two names that may be one have in common: a whole word, or how a single one begins."""
    if len(words) == 1:
        yield 1, 0, words[0][:3]
        return
    for position, word in enumerate(words):
        if len(word) > 3:
            yield len(words), position, word


def _misspelt(known: Words, typed: Words) -> bool:
    """Tell whether one word differs by a letter or two that no ending explains, and the rest are equal."""
    different = [
        (a, b)
        for a, b in zip(known, typed, strict=True)
        if a != b and not _inflected(a, b)
    ]
    if len(different) != 1:
        return False
    a, b = different[0]
    shortest = min(len(a), len(b))
    if shortest < 5 or any(map(str.isdigit, a + b)):
        return False
    most = 1 if shortest < _LONG else 2
    return distance(a, b) <= most


def _inflected(a: str, b: str) -> bool:
    """Tell whether two words differ in their Swedish endings only."""
    shared = _beginning(a, b)
    # An ending may begin with the letter that the stem ends in: rutin, rutinen.
    ends = range(shared, max(shared - 2, 2), -1)
    return any(_ENDINGS.fullmatch(a, i) and _ENDINGS.fullmatch(b, i) for i in ends)


def _beginning(a: str, b: str) -> int:
    """Return how many letters two words begin with in common."""
    for position, (x, y) in enumerate(zip(a, b, strict=False)):
        if x != y:
            return position
    return min(len(a), len(b))


def distance(a: str, b: str, most: int = 3) -> int:
    """Return how many letters must be put in, taken out or changed, or ``most`` where it is that or more."""
    if abs(len(a) - len(b)) >= most:
        return most
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        last, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (x != y))
        if min(row) >= most:
            return most
    return min(row[-1], most)
