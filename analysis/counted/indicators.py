"""An indicator: something that is counted, with its question to the register and the words for it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from analysis.counted.nouns import Noun
from analysis.counted.questions import Question
from analysis.counted.vocabulary import BASES, row_noun
from casework.database.periods import Period
from organisation.models import Unit

Where = tuple[tuple[str, str], ...]
# Where an indicator may be called something else than it is elsewhere.
BY_TOOL, BY_DEPARTMENT = "by_tool", "by_department"
OVERVIEW, KEY_FIGURES = "overview", "key_figures"


# Matches nothing: free text is not known to speak of it.
UNSPOKEN = re.compile(r"(?!)")


@dataclass(frozen=True)
class Wording:
    """What one place calls an indicator, as far as it differs from all other places."""

    label: str = ""
    noun: Noun | None = None
    verb: str = ""


@dataclass(frozen=True, eq=False)
class Indicator:
    """Something that is counted: its question to the register, and the words for it.

    ``label`` is a heading, ``short`` that of a column, and ``verb`` what a sentence says of the noun.
    """

    subject: str
    basis: str
    where: Where
    label: str
    noun: Noun
    verb: str = ""
    short: str = ""
    # How free text speaks of it, on whatever basis, and what the checker then calls it.
    pattern: re.Pattern[str] = UNSPOKEN
    called: str = ""
    # Whether authors' numbers of all bases are called by the noun.
    names_all_bases: bool = False
    elsewhere: Mapping[str, Wording] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "where", tuple(sorted(self.where)))
        object.__setattr__(self, "verb", self.verb or BASES[self.basis].verb)
        object.__setattr__(self, "called", self.called or self.noun.plural)

    def said(self, place: str) -> Indicator:
        """Return the same indicator with the words of a place."""
        other = self.elsewhere.get(place, Wording())
        return replace(
            self,
            label=other.label or self.label,
            noun=other.noun or self.noun,
            verb=other.verb or self.verb,
        )

    def asked(self, unit: Unit, period: Period, *by: str) -> Question:
        """Return the question to the register, about a unit and a period."""
        return Question(self.subject, unit, period, self.basis, by, self.where)

    @property
    def caption(self) -> str:
        """Return the heading of a table."""
        return f"Antal {BASES[self.basis].label} {self.noun.plural}"

    @property
    def rows_in_words(self) -> str:
        """Return what the rows are and on which basis they are counted, as a source tells it."""
        return f"{BASES[self.basis].label} {row_noun(self.subject, self.basis).plural}"
