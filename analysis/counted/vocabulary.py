"""The Swedish words of the figures: what subjects, bases, dimensions and values are called everywhere."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import dateformat

from analysis.counted.countings import DIMENSIONS
from analysis.counted.nouns import Noun
from casework.database.periods import Period
from casework.register.statistics import Named, NamedT, by_name

# What is said of a count outside the time of which the register is whole.
UNKNOWN = "uppgift saknas"
# What an address says for a value that nobody has given: an empty choice of a form narrows nothing.
MISSING = "saknas"
# What an address says when only the unit itself is meant, and nothing below it.
ALONE = "bara-enheten"


@dataclass(frozen=True)
class Topic(Named):
    """A subject of the register, and what one of its rows is called."""

    noun: Noun


@dataclass(frozen=True)
class Basis(Named):
    """On which basis something is counted: the verb of a sentence, and how free text speaks of it."""

    verb: str
    pattern: re.Pattern[str]


def said_as(pattern: str) -> re.Pattern[str]:
    """Return a pattern for what authors write, in capitals or not."""
    return re.compile(pattern, re.IGNORECASE)


CASE, REPORT = Noun("ärende", "ärenden", neuter=True), Noun("rapport", "rapporter")
SUBJECTS = by_name(
    Topic("deviations", "avvikelser", "Klagomål, synpunkter och avvikelser", CASE),
    Topic("lexsarah", "lexsarah", "Lex Sarah", CASE),
    Topic(
        "selfcheck",
        "egenkontroller",
        "Egenkontroller",
        Noun("egenkontroll", "egenkontroller", own=True),
    ),
    Topic(
        "riskanalysis",
        "riskanalyser",
        "Riskanalyser",
        Noun("riskanalys", "riskanalyser", own=True),
    ),
    Topic("actions", "atgarder", "Åtgärder", Noun("åtgärd", "åtgärder", own=True)),
)
BASES = by_name(
    Basis(
        "received",
        "inkomna",
        "inkomna",
        "kom in",
        said_as(
            r"\b(?:in)?kom(?:mit|na)?\b|\bemot\b|\brapporter\w+|\bregistrer\w+|\blämna\w*|\bkommit\sin"
        ),
    ),
    Basis("closed", "avslutade", "avslutade", "avslutades", said_as(r"\bavsluta\w+")),
    Basis(
        "completed",
        "utredda",
        "färdigutredda",
        "utreddes färdigt",
        said_as(r"\b(?:färdig)?utred(?:d|t|da|des|its)\b"),
    ),
    Basis(
        "decided",
        "beslutade",
        "beslutade",
        "beslutades",
        said_as(r"\b(?:avsluta\w+|färdigställ\w+|beslut\w+|behandla\w+|gjord\w*)"),
    ),
    Basis(
        "notified",
        "anmalda",
        "anmälda till IVO",
        "anmäldes till IVO",
        said_as(r"\banmäl\w+"),
    ),
    Basis(
        "done",
        "genomforda",
        "genomförda",
        "genomfördes",
        said_as(r"\b(?:genomför\w+|gjord\w*)"),
    ),
)
# How a table may be split: beside by the dimensions by these two.
SPLITS: Mapping[str, Named] = {
    **by_name(Named("unit", "enhet", "Enhet"), Named("month", "manad", "Månad")),
    **DIMENSIONS,
}


def value_in_words(dimension: str, value: str) -> str:
    """Return what people call a value of a dimension; nothing given is said in words."""
    if not value:
        return UNKNOWN
    return known_values(dimension).get(value, value)


def known_values(dimension: str) -> Mapping[str, str]:
    """Return the values that a dimension may have by its definition; none for one of free words."""
    if dimension not in DIMENSIONS:
        return {}
    return DIMENSIONS[dimension].words


def named(words: Mapping[str, NamedT], called: str) -> str | None:
    """Return the name in the register of what an address calls something, or None."""
    return next((thing.name for thing in words.values() if thing.slug == called), None)


def slug_of(words: Mapping[str, NamedT], name: str) -> str:
    """Return what an address calls something; what has no words is called by its name."""
    if name not in words:
        return name
    return words[name].slug


def choices_of(*things: Named) -> list[tuple[str, str]]:
    """Return things as a form offers them."""
    return [(thing.slug, thing.label) for thing in things]


def row_noun(subject: str, basis: str) -> Noun:
    """Return what one row is called: of lex Sarah it is reports that come in."""
    if (subject, basis) == ("lexsarah", "received"):
        return REPORT
    return SUBJECTS[subject].noun


def counted(subject: str, basis: str, count: int) -> str:
    """Return a count with the word for what is counted."""
    noun = row_noun(subject, basis)
    word = noun.singular if count == 1 else noun.plural
    return f"{count:,} {word}".replace(",", "\u00a0")


def period_in_words(period: Period) -> str:
    """Return a period as people say it: "tertial 1 2024", "mars 2024", "kvalitetsåret 2024"."""
    first, last = period.first, period.last_day
    months = len(period.months)
    if first.year == last.year and first.month % months == 1 % months:
        if months == 12:
            return str(first.year)
        if months == 6:
            half = "första" if first.month == 1 else "andra"
            return f"{half} halvåret {first.year}"
        if months == 4:
            return f"tertial {last.month // 4} {first.year}"
        if months == 1:
            return _month(first)
    if (first.month, months) == (9, 12):
        return f"kvalitetsåret {last.year}"
    return f"{_month(first)} till {_month(last)}"


def _month(day: dt.date) -> str:
    return dateformat.format(day, "F Y")
