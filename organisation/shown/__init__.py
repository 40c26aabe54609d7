"""What an answer shows of cases and people: told by the page while it is made, and written down once it is.

Access to personal data is documented so that it can be checked (lag 2001:454 10 §).  A page tells here what
it shows; ``audit.recording`` writes one row of the log before the answer leaves the house.  Outside a request
nobody is shown anything, and nothing is noted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class What(StrEnum):
    """In which shape something was shown."""

    PAGE = "page"
    LIST = "list"
    SEARCH = "search"
    FILE = "file"
    EXPORT = "export"
    PRINT = "print"
    LOG = "log"


@dataclass
class Shown:
    """What one answer shows: cases and people by their keys, and the question that found them.

    ``one`` is the case that the page is about; of a list, ``count`` is how many the question found.
    ``reader`` is to whom it is shown, where that is somebody else than the one who is signed in.
    """

    what: What | None = None
    one: Any = None
    reader: Any = None
    cases: set[int] = field(default_factory=set)
    people: set[int] = field(default_factory=set)
    count: int | None = None
    question: dict[str, str] = field(default_factory=dict)
    words: str = ""
    purpose: str = ""


_noted: ContextVar[Shown | None] = ContextVar("shown", default=None)


@contextmanager
def noting() -> Iterator[Shown]:
    """Collect what is shown for as long as one request lasts."""
    shown = Shown()
    token = _noted.set(shown)
    try:
        yield shown
    finally:
        _noted.reset(token)


def show_case(case: Any, what: What = What.PAGE) -> None:
    """Note that the answer is about one case."""
    if shown := _noted.get():
        shown.what, shown.one = what, case
        shown.cases.add(case.pk)


def show_cases(keys: Iterable[int | None], *, count: int | None = None) -> None:
    """Note the cases that the answer lists, and of how many they are the ones on this page."""
    if shown := _noted.get():
        shown.what = shown.what or What.LIST
        shown.cases.update(key for key in keys if key is not None)
        shown.count = shown.count if count is None else count


def show_people(keys: Iterable[int], *, count: int | None = None) -> None:
    """Note the people that the answer lists."""
    if shown := _noted.get():
        shown.what = shown.what or What.LIST
        shown.people.update(keys)
        shown.count = shown.count if count is None else count


def show_to(person: Any) -> None:
    """Say who is shown it, where nobody is signed in."""
    if shown := _noted.get():
        shown.reader = person


def show_as(what: What) -> None:
    """Say in which shape the answer shows what it shows."""
    if shown := _noted.get():
        shown.what = what


def show_question(asked: Mapping[str, str], *, free: Collection[str] = ()) -> None:
    """Note what was asked for: the chosen values as they are, and what somebody wrote (``free``) apart."""
    if shown := _noted.get():
        shown.question |= {
            name: value for name, value in asked.items() if value and name not in free
        }
        words = (asked[name] for name in free if asked.get(name))
        shown.words = " ".join((shown.words, *words)).strip()
