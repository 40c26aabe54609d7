"""Check a report before it is decided: sums, shares, words of direction, names, numbers typed by hand.

Every rule is pure and reads the compiled report; a remark says what is wrong, how grave it is and where.
The rules are made to be silent rather than wrong: what they cannot read for certain they leave alone.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from organisation.models import Unit, User
from reports.checks import directions, live_numbers, sums, tables, texts
from reports.checks import names as naming
from reports.checks.numerals import prose, split_sentences
from reports.checks.remarks import RULES, Remark, Severity
from reports.document.blocks import (
    Block,
    Document,
    Figure,
    Key,
    Paragraph,
    Section,
    Table,
    Text,
)
from reports.document.markup import to_words
from reports.models import AnnualReport
from reports.outlines.compiling import compile_report
from reports.outlines.late import late_in
from reports.tokens.tokens import ANY_TOKEN

ORDER = tuple(RULES)


@dataclass(frozen=True, slots=True)
class Finding:
    """A remark and its place: a section, and whether it is about an author's text."""

    remark: Remark
    section: str
    title: str
    written: bool

    @property
    def severity(self) -> Severity:
        """Return how grave it is."""
        return self.remark.severity

    @property
    def words(self) -> str:
        """Return the fault in plain Swedish."""
        return self.remark.words

    @property
    def quote(self) -> str:
        """Return the passage, short and without personal numbers."""
        return texts.quoted(self.remark.quote)


def check_report(report: AnnualReport, *, extracted_on: dt.date) -> list[Finding]:
    """Return the findings in a report as its figures and texts are now, the gravest first."""
    return check_document(report, compile_report(report, extracted_on=extracted_on))


def check_document(
    report: AnnualReport, document: Document, *, reader: User | None = None
) -> list[Finding]:
    """Return the findings in a report that is already compiled, the gravest first.

    Case numbers are named only to a ``reader`` who may read the cases.
    """
    names = dict(Unit.objects.below(report.unit).values_list("code", "name"))
    comments = Counter(
        report.comments.filter(resolved_at=None).values_list("section", flat=True)
    )
    changed = []
    for late in late_in(report, document):
        remark = Remark("late", Severity.CONSIDER, late.words(reader), late.sentence)
        changed.append(Finding(remark, late.section.key, late.section.title, False))
    return _ordered([*check(document, names=names, comments=comments), *changed])


def _ordered(found: Iterable[Finding]) -> list[Finding]:
    """Return findings with the gravest first, and those of a severity by rule."""
    return sorted(
        found, key=lambda finding: (finding.severity, ORDER.index(finding.remark.rule))
    )


def check(
    document: Document,
    *,
    names: Mapping[str, str],
    comments: Mapping[str, int] | None = None,
) -> list[Finding]:
    """Return the findings in a document; ``names`` are those of units by code, ``comments`` the open ones."""
    return _Checking(document, names, comments or {}).findings()


def count_by_severity(findings: Iterable[Finding]) -> dict[Severity, int]:
    """Return the number of findings of each severity, also where it is 0."""
    counts = Counter(finding.severity for finding in findings)
    return {severity: counts[severity] for severity in Severity}


def severities_found(findings: Iterable[Finding]) -> list[tuple[Severity, int]]:
    """Return each severity that any finding has with how many have it, the gravest first."""
    return [
        (severity, count)
        for severity, count in count_by_severity(findings).items()
        if count
    ]


class _Checking:
    """One reading of one report."""

    def __init__(
        self, document: Document, names: Mapping[str, str], comments: Mapping[str, int]
    ) -> None:
        self.document, self.names, self.comments = document, names, comments
        self.ledger = document.ledger.numbers()
        self.places = set(_places(document))
        self.known = naming.Names({*names.values(), *_categories(document)})
        self.spelt: dict[str, Section] = {}

    def findings(self) -> list[Finding]:
        """Return every finding once, the gravest first and else in reading order."""
        found: dict[Finding, None] = {}
        for section in self.document.sections():
            for remark, written in self._in_section(section):
                found[Finding(remark, section.key, section.title, written)] = None
        for one, other in naming.twins(self.spelt.keys()):
            remark = Remark(
                "names", Severity.CONSIDER, f"”{one}” och ”{other}” är nästan lika."
            )
            place = self.spelt[other]
            found[Finding(remark, place.key, place.title, True)] = None
        return _ordered(found)

    def _in_section(self, section: Section) -> Iterator[tuple[Remark, bool]]:
        """Yield the remarks on a section, each with whether it is about an author's text."""
        if _is_empty(section):
            yield Remark("empty", Severity.SHOULD, "Avsnittet är tomt."), True
        if waiting := self.comments.get(section.key):
            said = (
                "En kommentar väntar"
                if waiting == 1
                else f"{waiting} kommentarer väntar"
            )
            yield Remark("comments", Severity.SHOULD, f"{said} på svar."), True
        for block in section.blocks:
            if isinstance(block, Text):
                for remark in self._in_written(block, section):
                    yield remark, True
            else:
                for remark in _in_generated(block):
                    yield remark, False

    def _in_written(self, text: Text, section: Section) -> Iterator[Remark]:
        """Yield the remarks on a text, and on what its author placed in it."""
        yield from self._in_text(text, section)
        for placed in text.placed:
            if not isinstance(placed, str):
                yield from _in_generated(placed)

    def _in_text(self, text: Text, section: Section) -> Iterator[Remark]:
        """Yield the remarks on the words of a text; fewer on a proposal that is unchanged."""
        yield from _lost_tokens(text)
        read: list[str] = []
        for paragraph in _paragraphs(text.markup, *text.notes):
            sentences = split_sentences(paragraph)
            read += sentences
            yield from _in_sentences(sentences)
            for line in paragraph.split("\n"):
                yield from sums.row_remarks(line.strip())
        for sentence in prose(_typed_by_hand(text, read)):
            yield from texts.placeholder_remarks(sentence)
            yield from texts.date_remarks(sentence, self.document.extracted_on)
            if not text.suggested:
                yield from self._by_hand(sentence, section)
        if not text.suggested:
            yield from texts.readability_remarks(read)

    def _by_hand(self, sentence: str, section: Section) -> Iterator[Remark]:
        """Yield the remarks on a typed sentence, and remember the names in it."""
        document = self.document
        unit = section.about or document.unit.code
        yield from texts.reference_remarks(sentence, self.places)
        yield from self.known.remarks(sentence)
        yield from live_numbers.remarks(
            sentence, self.ledger, year=document.year, unit=unit, names=self.names
        )
        for name in naming.names_in([sentence]):
            self.spelt.setdefault(name, section)


def _lost_tokens(text: Text) -> Iterator[Remark]:
    """Yield the tokens of a text that mean nothing, and the references that lead nowhere."""
    for wrong in text.wrong:
        yield Remark("token", Severity.MUST, f"{wrong[0].upper()}{wrong[1:]}.")
    for reference in text.broken:
        said = f"{reference} leder ingenstans: det finns inte i berättelsen."
        yield Remark("reference", Severity.MUST, said)


def _paragraphs(*markups: str) -> Iterator[str]:
    """Yield the words of the paragraphs of some texts, without their markup."""
    for markup in markups:
        for _, words in to_words(markup):
            yield words


def _typed_by_hand(text: Text, read: list[str]) -> list[str]:
    """Return the sentences of a text without what was fetched into them."""
    typed = ANY_TOKEN.sub("", text.typed or text.markup)
    if typed == text.markup:
        return read
    sentences: list[str] = []
    for paragraph in _paragraphs(typed):
        sentences += split_sentences(paragraph)
    return sentences


def _in_generated(block: Block) -> Iterator[Remark]:
    """Yield the remarks on a block that the report made itself."""
    match block:
        case Paragraph():
            yield from _in_sentences(split_sentences(block.text))
        case Key():
            yield from tables.key_remarks(block)
        case Figure():
            yield from tables.figure_remarks(block)
        case Table():
            yield from tables.table_remarks(block)
            if block.is_text:
                for cell in chain.from_iterable(block.rows):
                    yield from texts.secret_remarks(cell)
                    yield from sums.remarks(prose(split_sentences(cell)))


def _in_sentences(sentences: list[str]) -> Iterator[Remark]:
    """Yield what does not follow in the sentences of a paragraph, and the secrets in them."""
    yield from sums.remarks(prose(sentences))
    yield from directions.remarks(prose(sentences))
    for sentence in sentences:
        yield from texts.secret_remarks(sentence)


def _is_empty(section: Section) -> bool:
    """Tell whether a section holds nothing, or only texts in which nothing is written."""
    if section.sections:
        return False
    return all(
        isinstance(block, Text) and not block.markup.strip() for block in section.blocks
    )


def _places(document: Document) -> Iterator[str]:
    """Yield what a text may refer to by number: sections, charts and tables."""
    for section in document.sections():
        kind = "bilaga" if section.appendix else "avsnitt"
        yield f"{kind} {section.number}"
        for block in section.shown:
            if isinstance(block, Figure):
                yield f"bild {block.number}"
            elif isinstance(block, Table):
                yield f"tabell {block.number}"


def _categories(document: Document) -> set[str]:
    """Return what the rows of the tables of numbers are called: units and categories of the register."""
    categories: set[str] = set()
    for section in document.sections():
        for block in section.shown:
            if isinstance(block, Table) and not block.is_text:
                categories.update(row[0] for row in block.rows if row)
    return categories
