"""Tokens in authors' texts: ``{tal ...}`` becomes a live number, ``{jämför ...}`` a sentence of comparison.

A token names a question in the words of the pages: what, on which basis, and what it is narrowed to, as
``{tal avvikelser inkomna slag=kvalitetsavvikelse område=BoU år=2024}``.  Left out, the area is the one that
the section is about and the year the report's, so that a text goes on to mean the right thing next year.
What means nothing becomes words that say so, where the number would have stood.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, replace

from analysis.charts.charts import number
from analysis.counted.catalogue import NAMED_IN_TEXTS, named_in_text
from analysis.counted.countings import BASES_OF, COUNTING_OF, DIMENSIONS
from analysis.counted.indicators import Where
from analysis.counted.nouns import Noun
from analysis.counted.questions import FigureError
from analysis.counted.subjects import Subject
from analysis.counted.vocabulary import (
    BASES,
    SUBJECTS,
    known_values,
    named,
    value_in_words,
)
from analysis.figures.access import OPEN_BASES
from casework.database.periods import Period
from reports.document.blocks import Document, Section
from reports.document.months_covered import covered
from reports.document.numbers import query_of, where_of
from reports.document.year_words import with_year_before
from reports.tokens.sentences import compare

TOKEN = re.compile(r"\{(tal|jämför)\b([^{}\n]*)\}")
# Whatever is filled in, here and in reports.tokens.placements and reports.tokens.references.
ANY_TOKEN = re.compile(r"\{(?:tal|jämför|bild|tabell|se)\b[^{}\n]*\}")
MARKUP = re.compile(r"([\\`*_\[\]#])")
# What a token may be narrowed to besides the dimensions.
AREA, YEAR = "område", "år"
LONGEST = 300

# Whoever writes: a report is published, and a case may be known by its type or how it was judged.
ONLY_HOW_MANY = (
    "av lex Sarah går det bara att räkna hur många som kom in, utreddes färdigt eller beslutades, "
    "inte typ, bedömning eller annat om ärendena"
)


class TokenError(ValueError):
    """A token means nothing; the message says in Swedish what to change."""


@dataclass(frozen=True)
class Asked:
    """What a token asks for; an empty area is the section's own, and no year the report's."""

    compares: bool
    subject: str
    basis: str
    where: Where = ()
    area: str = ""
    year: int | None = None

    @property
    def noun(self) -> Noun:
        """Return the noun of the count, in singular and plural."""
        named = named_in_text(self.subject, self.basis, self.where)
        noun = named.noun if named else SUBJECTS[self.subject].noun
        in_the_noun: Where = named.where if named else ()
        rest = [pair for pair in self.where if pair not in in_the_noun]
        if not rest:
            return noun
        narrowings = [
            f"{_lowered(DIMENSIONS[name].label)}: {value_in_words(name, value)}"
            for name, value in rest
        ]
        told = ", ".join(narrowings)
        return Noun(
            f"{noun.singular} ({told})",
            f"{noun.plural} ({told})",
            noun.neuter,
            noun.own,
        )

    @property
    def is_named(self) -> bool:
        """Tell whether what it is narrowed to has a name of its own."""
        return any(
            (i.subject, i.where) == (self.subject, self.where) for i in NAMED_IN_TEXTS
        )

    @property
    def words(self) -> str:
        """Return the count and its basis in words, for a list to choose from."""
        noun = self.noun.plural
        return f"{noun[0].upper()}{noun[1:]}, {BASES[self.basis].label}"

    @property
    def comparing(self) -> Asked:
        """Return the same question, compared with the year before."""
        return replace(self, compares=True)

    def __str__(self) -> str:
        """Return the token that asks for this."""
        head = "jämför" if self.compares else "tal"
        return "{" + " ".join([head, *self.token_words]) + "}"

    @property
    def token_words(self) -> list[str]:
        """Return the words of a token that asks for this."""
        narrowed = [
            (DIMENSIONS[name].slug, value_in_words(name, value))
            for name, value in self.where
        ]
        if self.area:
            narrowed.append((AREA, self.area))
        if self.year:
            narrowed.append((YEAR, str(self.year)))
        words = [f"{name}={_quoted(value)}" for name, value in narrowed]
        return [SUBJECTS[self.subject].slug, BASES[self.basis].slug, *words]


def question_in_words(subject: str, basis: str, where: Where) -> str:
    """Return in words what a kept number counts; a measurement series is called by its title."""
    if (subject, basis) not in COUNTING_OF:
        return dict(where).get("title", "")
    return Asked(False, subject, basis, where).words


def _lowered(label: str) -> str:
    """Return a label as it stands inside a sentence."""
    return f"{label[0].lower()}{label[1:]}"


def _quoted(value: str) -> str:
    """Return a value as a token holds it: in quotation marks where it has spaces."""
    return f'"{value}"' if re.search(r"[\s']", value) else value


def read_token(token: str) -> Asked:
    """Return what a token asks for; raises TokenError when it means nothing."""
    match = TOKEN.fullmatch(token)
    if match is None or len(token) > LONGEST:
        raise TokenError("skriv {tal …} eller {jämför …}")
    return replace(asked_in(words_in(match[2])), compares=match[1] == "jämför")


def words_in(told: str) -> list[str]:
    """Return the words of a token, where quotation marks keep some together."""
    try:
        return shlex.split(told)
    except ValueError as problem:
        raise TokenError("ett citattecken saknas") from problem


def asked_in(words: list[str]) -> Asked:
    """Return what the words of a token ask for; raises TokenError when they mean nothing."""
    plain = [word for word in words if "=" not in word]
    asked = _counted(plain)
    for word in words:
        name, is_narrowed, value = word.partition("=")
        if is_narrowed:
            asked = _narrowed(asked, name, value)
    where = tuple(sorted(asked.where))
    if where_of(query_of(where)) != where:
        raise TokenError("ett värde kan inte innehålla ett villkor till, som ”kind=”")
    return replace(asked, where=where)


def _counted(plain: list[str]) -> Asked:
    """Return the subject and the basis; without a basis the first of the subject is meant."""
    subject = named(SUBJECTS, plain[0]) if plain else None
    if subject is None:
        topics = [topic.slug for topic in SUBJECTS.values()]
        raise TokenError(f"skriv först vad som räknas: {', '.join(topics)}")
    bases = BASES_OF[subject]
    basis = bases[0] if len(plain) == 1 else named(BASES, plain[1])
    if basis not in bases or len(plain) > 2:
        known = [BASES[basis].slug for basis in bases]
        raise TokenError(f"{plain[0]} räknas som {', '.join(known)}")
    if not is_open(subject, basis):
        raise TokenError(ONLY_HOW_MANY)
    return Asked(False, subject, basis)


def is_open(subject: str, basis: str, *dimensions: str) -> bool:
    """Tell whether a text may count something on a basis, by dimensions: of lex Sarah only how many."""
    if subject != Subject.LEXSARAH:
        return True
    return basis in OPEN_BASES and not dimensions


def _narrowed(asked: Asked, name: str, value: str) -> Asked:
    """Return a question narrowed to a unit, a year or a value of a dimension."""
    if name == AREA:
        return replace(asked, area=value)
    if name == YEAR:
        if not re.fullmatch(r"(19|20|21)\d\d", value, re.ASCII):
            raise TokenError("skriv året med fyra siffror")
        return replace(asked, year=int(value))
    if not is_open(asked.subject, asked.basis, name):
        raise TokenError(ONLY_HOW_MANY)
    dimension = named(DIMENSIONS, name)
    counted_by = COUNTING_OF[asked.subject, asked.basis].dimensions
    if dimension is None or dimension not in counted_by:
        known = [DIMENSIONS[name].slug for name in counted_by]
        raise TokenError(
            f"”{name}” går inte att välja här, bara {', '.join(known)}, {AREA} och {YEAR}"
        )
    return replace(
        asked, where=(*asked.where, (dimension, _code_of(dimension, name, value)))
    )


def _code_of(dimension: str, name: str, value: str) -> str:
    """Return the register's code of a value; raises TokenError when the dimension has no such value."""
    codes = {label: code for code, label in known_values(dimension).items()}
    if codes and value not in codes and value not in codes.values():
        raise TokenError(f"{name} kan vara {', '.join(codes)}")
    return codes.get(value, value)


def answer(document: Document, section: Section, asked: Asked) -> str:
    """Return what a token becomes: a number, or a sentence that compares it with the year before."""
    ledger, year = document.ledger, asked.year or document.year
    unit = asked.area or section.about or document.unit.code
    period, earlier = document.period_of(year), document.period_of(year - 1)
    now = ledger.answer(asked.subject, asked.basis, unit, period, where=asked.where)
    if not asked.compares:
        return number(now)
    before: int | None
    try:
        before = ledger.answer(
            asked.subject, asked.basis, unit, earlier, where=asked.where
        )
    except FigureError:
        before = None
    months = _covered(document, asked, unit, period)
    months_before = _covered(document, asked, unit, earlier)
    if not months_before:
        before = None
    said = compare(
        asked.noun,
        with_year_before(year, is_calendar=document.is_calendar),
        now,
        before,
        verb=BASES[asked.basis].verb,
        months=(max(months, 1), months_before),
    )
    return MARKUP.sub(r"\\\1", said)


def _covered(document: Document, asked: Asked, unit: str, period: Period) -> int:
    """Return how many months a number covers, of those when the unit was there."""
    ledger, what = document.ledger, (asked.subject, asked.basis)
    about = ledger.there(unit)
    known = (
        ledger.known_months(*what, about, period, where=asked.where) if about else None
    )
    return covered(period, about, document.extracted_on, known=known)


def offered(document: Document, section: Section) -> Iterator[tuple[Asked, int]]:
    """Yield what the report counts of its year about a section's unit, with each number as it is now."""
    unit, period = section.about or document.unit.code, str(document.period)
    for kept in document.ledger.numbers():
        if (
            kept["unit"] != unit
            or kept["period"] != period
            or not isinstance(kept["value"], int)
        ):
            continue
        asked = Asked(False, kept["subject"], kept["basis"], where_of(kept["query"]))
        is_counted = (asked.subject, asked.basis) in COUNTING_OF
        if is_counted and is_open(asked.subject, asked.basis, *dict(asked.where)):
            yield asked, kept["value"]
