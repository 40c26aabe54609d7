"""The one table of the kinds of self-check: what each records, its pages, and where a report shows it.

Process, pages, verbs and reports read it.  A new kind is a member, a row, and a template to begin from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from django.db import models


class Method(models.TextChoices):
    """How a self-check is done."""

    FILE_REVIEW = "file_review", "granskning av akter"
    MEASUREMENT_SERIES = "measurement_series", "mätserie"
    SURVEY = "survey", "enkät"
    LOG_CHECK = "log_check", "loggkontroll"
    WALKTHROUGH = "walkthrough", "genomgång på plats"
    COMPARISON = "comparison", "jämförelse"
    ATTITUDE = "attitude", "attityder"
    STATISTICS_REVIEW = "statistics_review", "genomgång av statistik"


class Asks(Enum):
    """A page that a method may have before its result; selfcheck.process.workflow says what it is."""

    SURVEY_ANSWERS = auto()
    INDICATORS = auto()
    PLACES = auto()
    SAMPLE = auto()
    # Readings are drawn from the product's own log, or from one that is uploaded.
    READINGS = auto()
    # Whose reading is checked is left to chance, with questions or without.
    WHOSE_READING = auto()
    REVIEW = auto()


class Group(Enum):
    """Where the report by department shows a check."""

    SURVEYS = auto()
    COMPARISONS = auto()
    REVIEWS = auto()
    OTHERS = auto()


@dataclass(frozen=True)
class MethodKind:
    """What a method asks for: its group in a report, its pages in order, and the fields it records."""

    group: Group
    asks: tuple[Asks, ...]
    records: tuple[str, ...] = ()

    @property
    def is_counted_elsewhere(self) -> bool:
        """Tell whether "X av Y" comes from a survey or a series, and is not typed."""
        return Asks.SURVEY_ANSWERS in self.asks or "series" in self.records


_DRAWN = (Asks.SAMPLE, Asks.REVIEW)
_RESPONSE = ("invited", "answered")
METHODS: Mapping[str, MethodKind] = {
    Method.FILE_REVIEW: MethodKind(Group.REVIEWS, _DRAWN),
    Method.MEASUREMENT_SERIES: MethodKind(
        Group.OTHERS, _DRAWN, ("series", "period_from", "period_to")
    ),
    Method.SURVEY: MethodKind(Group.SURVEYS, (Asks.SURVEY_ANSWERS,), _RESPONSE),
    Method.LOG_CHECK: MethodKind(
        Group.REVIEWS,
        (Asks.READINGS, Asks.WHOSE_READING, Asks.REVIEW),
        ("system", "period_from", "period_to", "registry_number"),
    ),
    Method.WALKTHROUGH: MethodKind(Group.OTHERS, (Asks.PLACES, Asks.REVIEW)),
    Method.COMPARISON: MethodKind(Group.COMPARISONS, (Asks.INDICATORS, *_DRAWN)),
    # Attitudes are asked for as a survey is; in both, each question says how many answered it.
    Method.ATTITUDE: MethodKind(Group.SURVEYS, (Asks.SURVEY_ANSWERS,), _RESPONSE),
    Method.STATISTICS_REVIEW: MethodKind(Group.OTHERS, (Asks.INDICATORS, *_DRAWN)),
}


def asks(method: str, page: Asks) -> bool:
    """Tell whether a method has a page."""
    return page in METHODS[method].asks


def methods_of(group: Group) -> list[str]:
    """Return the methods that a report shows together."""
    return [method for method, kind in METHODS.items() if kind.group is group]


def methods_that_record(field: str) -> list[str]:
    """Return the methods that record a field."""
    return [method for method, kind in METHODS.items() if field in kind.records]
