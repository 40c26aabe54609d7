"""Is the same unit or category called by two names that differ in a letter or two? (pure)

Sums and searches miss what is spelt in another way.  Inflection is no other name: only what neither a
Swedish ending nor a genitive explains is remarked upon.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

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
    """The names that a register or a report uses, looked up by what somebody typed instead."""

    def __init__(self, names: Iterable[str]) -> None:
        self._exact: set[Words] = set()
        self._near: dict[tuple[int, int, str], list[tuple[Words, str]]] = defaultdict(list)
        for name in sorted(set(names)):
            words = tuple(word.lower() for word in _WORDS.findall(name))
            if 1 <= len(words) <= _MOST_WORDS and len(name) >= _LEAST_LENGTH and words not in self._exact:
                self._exact.add(words)
                for key in _keys(words):
                    self._near[key].append((words, name))
        self._lengths = sorted({len(words) for words in self._exact})

    def remarks(self, sentence: str) -> Iterator[Remark]:
        """Return the passages that are a known name but for a letter or two."""
        typed = _WORDS.findall(sentence)
        lowered = [word.lower() for word in typed]
        for length in self._lengths:
            for start in range(len(lowered) - length + 1):
                words = tuple(lowered[start : start + length])
                if (name := self._meant(words)) is not None:
                    written = " ".join(typed[start : start + length])
                    said = f"”{written}” heter ”{name}” i registret."
                    yield Remark("names", Severity.SHOULD, said, sentence)

    def _meant(self, words: Words) -> str | None:
        if words in self._exact:
            return None
        for key in _keys(words):
            for known, name in self._near.get(key, ()):
                if _misspelt(known, words):
                    return name
        return None


def twins(names: Collection[str]) -> Iterator[tuple[str, str]]:
    """Return the pairs of names that differ by a letter or two, such as `VINR/beder` and `VINR/heder`."""
    by_beginning: dict[str, list[str]] = defaultdict(list)
    for name in sorted({name for name in names if len(name) >= _LEAST_LENGTH}):
        by_beginning[name[:3].lower()].append(name)
    for alike in by_beginning.values():
        for position, one in enumerate(alike):
            for other in alike[position + 1 :]:
                words = (one.lower().split(), other.lower().split())
                if len(words[0]) == len(words[1]) and _misspelt(tuple(words[0]), tuple(words[1])):
                    yield one, other


def names_in(sentences: Sequence[str]) -> set[str]:
    """Return the words of sentences that can only be names: capitals or strokes inside the sentence."""
    return {
        word
        for sentence in sentences
        for word in _WORDS.findall(sentence)[1:]
        if len(word) >= _LEAST_LENGTH and "/" in word and word[0].isupper()
    }


def _keys(words: Words) -> Iterator[tuple[int, int, str]]:
    """Return what two names that may be one have in common: a whole word, or how a single one begins."""
    if len(words) == 1:
        yield 1, 0, words[0][:3]
        return
    for position, word in enumerate(words):
        if len(word) > 3:
            yield len(words), position, word


def _misspelt(known: Words, typed: Words) -> bool:
    """Tell whether one word differs by a letter or two that no ending explains, and the rest are equal."""
    different = [(a, b) for a, b in zip(known, typed, strict=True) if a != b and not _inflected(a, b)]
    if len(different) != 1:
        return False
    a, b = different[0]
    if min(len(a), len(b)) < 5 or any(character.isdigit() for character in a + b):
        return False
    return distance(a, b) <= (1 if min(len(a), len(b)) < _LONG else 2)


def _inflected(a: str, b: str) -> bool:
    shared = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    # An ending may begin with the letter that the stem ends in: rutin, rutinen.
    ends = range(shared, max(shared - 2, 2), -1)
    return any(_ENDINGS.fullmatch(a, i) and _ENDINGS.fullmatch(b, i) for i in ends)


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
