"""Check a report before it is decided: sums, shares, words of direction, names, numbers typed by hand.

Every rule is pure and reads the compiled report; a remark says what is wrong, how grave it is and where.
The rules are made to be silent rather than wrong: what they cannot read for certain they leave alone.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from organisation.models import Unit, User
from reports.annual import compile_report
from reports.checks import directions, live_numbers, sums, tables, texts
from reports.checks import names as naming
from reports.checks.numerals import prose, split_sentences
from reports.checks.remarks import RULES, Remark, Severity
from reports.document import Block, Document, Figure, Key, Paragraph, Section, Table, Text
from reports.late import late_in
from reports.markup import to_words
from reports.models import AnnualReport
from reports.tokens import ANY_TOKEN

ORDER = tuple(RULES)


@dataclass(frozen=True, slots=True)
class Finding:
    """A remark and its place: a section, and whether people wrote what is remarked upon."""

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
        """Return what is wrong, in plain Swedish."""
        return self.remark.words

    @property
    def quote(self) -> str:
        """Return the passage, short and without personal numbers."""
        return texts.quoted(self.remark.quote)


def check_report(report: AnnualReport, *, extracted_on: dt.date) -> list[Finding]:
    """Return everything to see to in a report as its figures and texts are now, the gravest first."""
    return check_document(report, compile_report(report, extracted_on=extracted_on))


def check_document(report: AnnualReport, document: Document, *, reader: User | None = None) -> list[Finding]:
    """Return everything to see to in a report that is already compiled, the gravest first.

    Case numbers are named only to a ``reader`` who may read the cases.
    """
    names = dict(Unit.objects.below(report.unit).values_list("code", "name"))
    comments = Counter(report.comments.filter(resolved_at=None).values_list("section", flat=True))
    changed = [
        Finding(
            Remark("late", Severity.CONSIDER, late.words(reader), late.sentence),
            late.section.key,
            late.section.title,
            False,
        )
        for late in late_in(report, document)
    ]
    return _ordered([*check(document, names=names, comments=comments), *changed])


def _ordered(found: Iterable[Finding]) -> list[Finding]:
    return sorted(found, key=lambda finding: (finding.severity, ORDER.index(finding.remark.rule)))


def check(
    document: Document, *, names: Mapping[str, str], comments: Mapping[str, int] | None = None
) -> list[Finding]:
    """Return what the rules find; ``names`` are those of units by code, ``comments`` the open ones."""
    return _Checking(document, names, comments or {}).findings()


def count_by_severity(findings: Iterable[Finding]) -> dict[Severity, int]:
    """Return how many findings there are of each severity, also of those that there are none of."""
    counts = Counter(finding.severity for finding in findings)
    return {severity: counts[severity] for severity in Severity}


class _Checking:
    """One reading of one report."""

    def __init__(self, document: Document, names: Mapping[str, str], comments: Mapping[str, int]) -> None:
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
            remark = Remark("names", Severity.CONSIDER, f"”{one}” och ”{other}” är nästan lika.")
            place = self.spelt[other]
            found[Finding(remark, place.key, place.title, True)] = None
        return _ordered(found)

    def _in_section(self, section: Section) -> Iterator[tuple[Remark, bool]]:
        if _is_empty(section):
            yield Remark("empty", Severity.SHOULD, "Avsnittet är tomt."), True
        if waiting := self.comments.get(section.key):
            said = "En kommentar väntar" if waiting == 1 else f"{waiting} kommentarer väntar"
            yield Remark("comments", Severity.SHOULD, f"{said} på svar."), True
        for block in section.blocks:
            if isinstance(block, Text):
                for remark in self._in_text(block, section):
                    yield remark, True
                for placed in block.placed:
                    for remark in () if isinstance(placed, str) else _in_generated(placed):
                        yield remark, True
            else:
                for remark in _in_generated(block):
                    yield remark, False

    def _in_text(self, text: Text, section: Section) -> Iterator[Remark]:
        for wrong in text.wrong:
            yield Remark("token", Severity.MUST, f"{wrong[0].upper()}{wrong[1:]}.")
        for reference in text.broken:
            said = f"{reference} leder ingenstans: det finns inte i berättelsen."
            yield Remark("reference", Severity.MUST, said)
        read: list[str] = []
        words = [words for part in (text.markup, *text.notes) for _, words in to_words(part)]
        for paragraph in words:
            sentences = split_sentences(paragraph)
            read += sentences
            yield from _in_sentences(sentences)
            for line in paragraph.split("\n"):
                yield from sums.row_remarks(line.strip())
        # What was fetched is not typed by hand.
        typed = ANY_TOKEN.sub("", text.typed or text.markup)
        by_hand = read
        if typed != text.markup:
            by_hand = [sentence for _, words in to_words(typed) for sentence in split_sentences(words)]
        for sentence in prose(by_hand):
            yield from texts.placeholder_remarks(sentence)
            yield from texts.date_remarks(sentence, self.document.extracted_on)
            if not text.suggested:
                yield from self._by_hand(sentence, section)
        if not text.suggested:
            yield from texts.readability_remarks(read)

    def _by_hand(self, sentence: str, section: Section) -> Iterator[Remark]:
        document = self.document
        unit = section.about or document.unit.code
        yield from texts.reference_remarks(sentence, self.places)
        yield from self.known.remarks(sentence)
        yield from live_numbers.remarks(
            sentence, self.ledger, year=document.year, unit=unit, names=self.names
        )
        for name in naming.names_in([sentence]):
            self.spelt.setdefault(name, section)


def _in_generated(block: Block) -> Iterator[Remark]:
    match block:
        case Paragraph():
            yield from _in_sentences(split_sentences(block.text))
        case Key():
            yield from tables.key_remarks(block)
        case Figure():
            yield from tables.figure_remarks(block)
        case Table():
            yield from tables.table_remarks(block)
            for row in block.rows if block.is_text else ():
                for cell in row:
                    yield from texts.secret_remarks(cell)
                    yield from sums.remarks(prose(split_sentences(cell)))


def _in_sentences(sentences: list[str]) -> Iterator[Remark]:
    yield from sums.remarks(prose(sentences))
    yield from directions.remarks(prose(sentences))
    for sentence in sentences:
        yield from texts.secret_remarks(sentence)


def _is_empty(section: Section) -> bool:
    texts = [block for block in section.blocks if isinstance(block, Text)]
    only_texts = len(texts) == len(section.blocks) and not section.sections
    return only_texts and not any(text.markup.strip() for text in texts)


def _places(document: Document) -> Iterator[str]:
    for section in document.sections():
        yield f"{'bilaga' if section.appendix else 'avsnitt'} {section.number}"
        for block in section.shown:
            if isinstance(block, Figure | Table):
                yield f"{'bild' if isinstance(block, Figure) else 'tabell'} {block.number}"


def _categories(document: Document) -> Collection[str]:
    """Return what the rows of the tables of numbers are called: units and categories of the register."""
    blocks = (block for section in document.sections() for block in section.shown)
    tables = (block for block in blocks if isinstance(block, Table) and not block.is_text)
    return {row[0] for table in tables for row in table.rows if row}
