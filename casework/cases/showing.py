"""What a page shows of cases that it knows by their numbers alone."""

from __future__ import annotations

from collections.abc import Iterable

from casework.cases.numbers import keys_of
from organisation.shown import show_cases


def show_numbered(numbers: Iterable[str]) -> None:
    """Note the cases that a page knows by their numbers alone."""
    if asked := {number for number in numbers if number}:
        show_cases(keys_of(asked))
