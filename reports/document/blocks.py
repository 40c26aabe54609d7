"""A report as data: numbered sections of blocks, which page, PDF and Word are made from."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain, zip_longest

from analysis.charts.charts import Chart
from casework.database.periods import Period
from organisation.models import Unit
from reports.document.ledger import YEARS, Ledger, PeriodOf
from reports.document.year_words import in_days


@dataclass(frozen=True)
class Text:
    """A text by people in light markup; ``suggested`` while the proposal is unchanged."""

    markup: str
    suggested: bool
    # As it was typed, where tokens stand for the numbers; and which of them mean nothing.
    typed: str = ""
    wrong: tuple[str, ...] = ()
    # The text with the charts and tables that its author placed in it, in order; nothing without any.
    placed: tuple[str | Figure | Table, ...] = ()
    # References that lead nowhere, and the endnotes, of which the first is numbered so in its chapter.
    broken: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    first_note: int = 1
    chapter: str = ""

    @property
    def parts(self) -> tuple[Block, ...]:
        """Return the text as it stands on the page: words, charts and tables in turn."""
        parts: list[Block] = []
        for part in self.placed:
            if isinstance(part, str):
                parts.append(replace(self, markup=part, placed=()))
            else:
                parts.append(part)
        return tuple(parts) or (self,)


# What stands where only people can write, and nobody has.
MISSING = "Här saknas text. Skriv avsnittet innan rapporten beslutas."


@dataclass(frozen=True)
class Paragraph:
    """Sentences that were generated from numbers."""

    sentences: tuple[str, ...]

    @property
    def text(self) -> str:
        """Return the sentences as one paragraph."""
        return " ".join(sentence for sentence in self.sentences if sentence)


@dataclass(frozen=True)
class Key:
    """The few numbers that say most: label, number, and what it is compared with.

    ``numbers`` are the ids of the numbers in the ledger, ``links`` the addresses of the rows behind them,
    where the reader may open them.
    """

    items: tuple[tuple[str, str, str], ...]
    links: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()

    @property
    def linked(self) -> list[tuple[str, str, str, str]]:
        """Return each item with the address of its rows, or nothing."""
        return [
            (*item, link)
            for item, link in zip_longest(self.items, self.links, fillvalue="")
        ]


@dataclass
class Figure:
    """A chart, numbered through the report."""

    caption: str
    chart: Chart
    source: str
    number: int = 0
    # What an author wrote to have it placed, with its year and unit; nothing in an outline's own.
    token: str = ""


@dataclass
class Table:
    """A table, numbered through the report; ``widths`` are per cent in steps of five, for texts.

    ``numbers`` has the shape of ``rows``: the ids of the numbers in the ledger, and ``links`` the addresses
    of the rows behind them, where the reader may open them.
    """

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    source: str = ""
    total: bool = False
    widths: tuple[int, ...] = ()
    links: tuple[tuple[str, ...], ...] = ()
    numbers: tuple[tuple[str, ...], ...] = ()
    number: int = 0
    token: str = ""

    @property
    def linked(self) -> list[list[tuple[str, str]]]:
        """Return the rows, each cell with the address of its rows, or nothing."""
        pairs = zip_longest(self.rows, self.links, fillvalue=())
        return [list(zip_longest(row, links, fillvalue="")) for row, links in pairs]

    @property
    def is_text(self) -> bool:
        """Tell whether all columns hold text rather than numbers."""
        return bool(self.widths)


Block = Text | Paragraph | Key | Figure | Table


@dataclass
class Section:
    """A heading with its blocks and the sections below it; ``key`` names its place for the text."""

    key: str
    heading: str
    blocks: list[Block] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    appendix: bool = False
    wide: bool = False
    number: str = ""
    level: int = 1
    # The code of the unit that the section is about, where it is not the report's own.
    about: str = ""
    # The ids of the numbers that the section holds, in words and drawings too.
    numbers: tuple[str, ...] = ()
    # The same numbers with what each counts and the address of its rows, where the reader may open them.
    opened: tuple[tuple[str, str, str], ...] = ()

    @property
    def anchor(self) -> str:
        """Return the id of the heading."""
        return f"avsnitt-{self.key}"

    @property
    def is_written(self) -> bool:
        """Tell whether people write in the section."""
        return any(isinstance(block, Text) for block in self.blocks)

    @property
    def written_text(self) -> Text:
        """Return the text that people write in the section; StopIteration when they do not write here."""
        return next(block for block in self.blocks if isinstance(block, Text))

    @property
    def shown(self) -> list[Block]:
        """Return the blocks as they stand on the page, with those that are placed in a text."""
        shown: list[Block] = []
        for block in self.blocks:
            if isinstance(block, Text):
                shown += block.parts
            else:
                shown.append(block)
        return shown

    @property
    def notes(self) -> list[tuple[int, str]]:
        """Return the endnotes of a chapter, with their numbers."""
        notes: list[tuple[int, str]] = []
        for section in self.walk():
            for block in section.blocks:
                if isinstance(block, Text):
                    notes += enumerate(block.notes, block.first_note)
        return notes

    @property
    def lacks_text(self) -> bool:
        """Tell whether the section waits for a text that only people can write."""
        if self.sections or len(self.blocks) != 1:
            return False
        only = self.blocks[0]
        return isinstance(only, Text) and only.suggested and not only.markup.strip()

    @property
    def title(self) -> str:
        """Return the heading with its number."""
        if self.appendix:
            return f"Bilaga {self.number}. {self.heading}"
        return f"{self.number} {self.heading}".lstrip()

    def walk(self) -> Iterator[Section]:
        """Yield this section and all below it, in reading order."""
        yield self
        for section in self.sections:
            yield from section.walk()


@dataclass
class Document:
    """A whole report: what stands on the cover, the chapters, and the numbers they hold.

    ``top`` is the level of the chapters' headings: 2 where the title is the only one of the first.
    """

    title: str
    unit: Unit
    year: int
    extracted_on: dt.date
    chapters: list[Section]
    ledger: Ledger
    top: int = 1
    year_kind: str = "calendar"
    # When the register was counted, and read at once; nothing while the document is only looked at.
    counted_at: dt.datetime | None = None
    # What was placed in texts when the report was locked, by what was written for it.
    kept: Mapping[str, Figure | Table] = field(default_factory=dict)

    @property
    def period_of(self) -> PeriodOf:
        """Return which months the report means by a year."""
        return YEARS[self.year_kind]

    @property
    def period(self) -> Period:
        """Return the months of the year that the report is about."""
        return self.period_of(self.year)

    @property
    def is_calendar(self) -> bool:
        """Tell whether the report's year is January to December."""
        return self.year_kind == "calendar"

    @property
    def year_in_days(self) -> str:
        """Return the days of a year that is not the calendar's, or nothing."""
        return "" if self.is_calendar else in_days(self.period)

    def sections(self) -> list[Section]:
        """Return every section in reading order."""
        return list(chain.from_iterable(chapter.walk() for chapter in self.chapters))

    @property
    def contents(self) -> list[Section]:
        """Return the sections that the table of contents lists: three levels."""
        return [section for section in self.sections() if section.level <= self.top + 2]

    def number_all(self) -> None:
        """Number chapters, appendices, charts and tables in reading order."""
        chapters = [chapter for chapter in self.chapters if not chapter.appendix]
        for position, chapter in enumerate(chapters, 1):
            _number(chapter, str(position), self.top)
        appendices = [chapter for chapter in self.chapters if chapter.appendix]
        for position, appendix in enumerate(appendices, 1):
            appendix.number, appendix.level = str(position), self.top
            for part in appendix.sections:
                part.level = self.top + 1
        self._number_blocks()

    def _number_blocks(self) -> None:
        """Number charts and tables, each kind by itself."""
        numbers: Counter[type[Block]] = Counter()
        for section in self.sections():
            for block in section.shown:
                if isinstance(block, Figure | Table):
                    numbers[type(block)] += 1
                    block.number = numbers[type(block)]


def _number(section: Section, number: str, level: int) -> None:
    """Number a section, and the sections below it after it."""
    section.number, section.level = number, level
    for position, child in enumerate(section.sections, 1):
        _number(child, f"{number}.{position}", level + 1)
