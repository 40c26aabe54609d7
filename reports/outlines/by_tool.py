"""What the parts of the outline by tool hold: deviations, risk analyses, self-checks.

The chapters follow the published reports of Malmö's administration of 2022 and 2024; the standing texts
(reports.outlines.suggestions) are proposals that the authors change.
"""

from __future__ import annotations

from collections.abc import Sequence

from analysis.charts.charts import number
from analysis.counted import catalogue
from analysis.counted.catalogue import (
    ACTIONS,
    CHECKS,
    CLOSED_FROM_OUTSIDE,
    CLOSED_QUALITY,
    RISKS,
)
from analysis.counted.indicators import BY_TOOL, Indicator
from analysis.counted.nouns import Noun
from deviations.models import CauseLevel
from reports.document.blocks import Block, Key, Paragraph, Table
from reports.document.counts import number_or_unknown
from reports.document.months_covered import Yearly
from reports.outlines import tertial_conclusions
from reports.outlines.writer import Writer, row_of
from reports.tokens.sentences import amount, share, state

# The rows of the table about lex Sarah.
INVESTIGATED = (
    catalogue.INVESTIGATIONS,
    catalogue.BY_COMMITTEE,
    catalogue.FOUND,
    catalogue.NOT_FOUND,
    catalogue.NOTIFIED,
    catalogue.BY_CHAIR,
)


def paragraph(writer: Writer, counted: Indicator, counts: Yearly) -> Paragraph:
    """Return the year against the one before, and what the years say together."""
    return Paragraph(
        (writer.compare(counted, counts), writer.trend(counted.noun, counts))
    )


def key(writer: Writer, indicators: Sequence[Indicator]) -> Key:
    """Return the numbers of the year that say most, each with the year before."""
    items, numbers = [], []
    for counted in indicators:
        years = [year for year in writer.years(counted) if year >= writer.year - 1]
        counts = writer.by_year(counted, years)
        before = counts.get(writer.year - 1)
        note = "" if before is None else f"{number(before)} {writer.before_in_words}"
        items.append((counted.label, number_or_unknown(counts[writer.year]), note))
        numbers.append(writer.id_of(counted, writer.year))
    return Key(tuple(items), numbers=tuple(numbers))


def summary(writer: Writer) -> list[Block]:
    """Return the key numbers of the year."""
    return [
        key(
            writer,
            (catalogue.FROM_OUTSIDE, catalogue.QUALITY, catalogue.REPORTS, CHECKS),
        )
    ]


def _by_area(writer: Writer, indicator: Indicator) -> list[Block]:
    """Return what came in by year and area."""
    counted = indicator.said(BY_TOOL)
    counts, blocks = writer.per_area(counted)
    return [paragraph(writer, counted, counts), *blocks]


def from_outside(writer: Writer) -> list[Block]:
    """Return what came from outside, by year and area."""
    return [*_by_area(writer, catalogue.FROM_OUTSIDE), *praise(writer)]


def praise(writer: Writer) -> list[Block]:
    """Return how much praise came from outside, where any came in any year, and all that came from there."""
    everything = catalogue.ALL_FROM_OUTSIDE.said(BY_TOOL)
    praised = catalogue.PRAISE_FROM_OUTSIDE.said(BY_TOOL)
    years = writer.years(everything)
    together = writer.by_year(everything, years)[writer.year]
    counts = writer.by_year(praised, years)
    if not any(counts.values()):
        return []
    said = [writer.compare(praised, counts)]
    if together is not None:
        said.append(
            state(everything.noun, writer.year_named, together, verb=everything.verb)
        )
    return [Paragraph(tuple(said))]


def from_staff(writer: Writer) -> list[Block]:
    """Return what staff reported, by year and area."""
    return [
        *_by_area(writer, catalogue.FROM_STAFF),
        *_by_area(writer, catalogue.QUALITY),
    ]


def lexsarah(writer: Writer) -> list[Block]:
    """Return reports received, investigations decided and events notified, which are different cases."""
    received = _by_area(writer, catalogue.REPORTS)
    years = writer.years(catalogue.BY_COMMITTEE)
    counts = {counted: writer.by_year(counted, years) for counted in INVESTIGATED}
    return [
        *received,
        Paragraph(
            (
                writer.compare(catalogue.BY_COMMITTEE, counts[catalogue.BY_COMMITTEE]),
                *_notified(
                    writer, counts[catalogue.NOTIFIED], counts[catalogue.BY_CHAIR]
                ),
            )
        ),
        Table(
            f"Utredningar enligt lex Sarah {writer.years_in_words(years)}",
            ("Utredningar och anmälningar", *map(str, years)),
            tuple(
                row_of(counted.said(BY_TOOL).label, of_it, years)
                for counted, of_it in counts.items()
            ),
            writer.source(
                "utredningar efter beslutsdag, anmälningar efter anmälningsdag"
            ),
            numbers=tuple(writer.ids_of(counted, years) for counted in counts),
        ),
    ]


def _notified(writer: Writer, notified: Yearly, by_chair: Yearly) -> tuple[str, ...]:
    """Return how many events were notified to IVO, and how many of them the chair decided alone."""
    if notified[writer.year] is None:
        return (f"Uppgift om anmälningar till IVO {writer.year_in_words} saknas.",)
    sentences = [writer.compare(catalogue.NOTIFIED, notified)]
    if by_chair_now := by_chair[writer.year]:
        decided = amount(by_chair_now, Noun("fall", "fall", neuter=True))
        sentences.append(
            f"I {decided} kunde arbetsutskottets sammanträde inte avvaktas, och ordföranden beslutade "
            "om anmälan."
        )
    return tuple(sentences)


def patterns(writer: Writer) -> list[Block]:
    """Return what was closed by category and cause, what came of it, and what the tertials concluded."""
    blocks: list[Block] = []
    categories = writer.by_value(CLOSED_QUALITY, "category")
    if categories:
        blocks.append(
            writer.split(
                CLOSED_QUALITY.label,
                "Kategori",
                categories,
                CLOSED_QUALITY.rows_in_words,
            )
        )
    blocks += causes(writer)
    assessed = writer.by_value(CLOSED_FROM_OUTSIDE, "is_deviation")
    if assessed:
        total, none = sum(assessed.values()), assessed.get("no", 0)
        verb = "visade efter utredning ingen avvikelse"
        blocks.append(
            Paragraph((share(CLOSED_FROM_OUTSIDE.noun, none, total, verb=verb),))
        )
    aimed = writer.by_value(ACTIONS, "action_level")
    if aimed:
        total, at_individuals = sum(aimed.values()), aimed.get("individual", 0)
        verb = "riktades till enskilda medarbetare"
        blocks.append(
            Paragraph((share(ACTIONS.noun, at_individuals, total, verb=verb),))
        )
    return [*blocks, *tertial_conclusions.of_year(writer)]


def causes(writer: Writer) -> list[Block]:
    """Return the causes of the closed quality deviations, and how many of them lay in the organisation."""
    found = writer.by_value(CLOSED_QUALITY, "cause_area")
    found.pop("", None)
    if not found:
        return []
    levels = writer.by_value(CLOSED_QUALITY, "cause_level")
    system = levels.get(CauseLevel.SYSTEM.value, 0)
    caption = "Orsaker till avslutade kvalitetsavvikelser"
    return [
        Paragraph(
            (
                share(
                    CLOSED_QUALITY.noun,
                    system,
                    sum(found.values()),
                    verb="hade sin orsak i organisationen",
                ),
            )
        ),
        writer.split(caption, "Orsaksområde", found, CLOSED_QUALITY.rows_in_words),
    ]


def risk_analyses(writer: Writer) -> list[Block]:
    """Return how many risk analyses were decided, and where they stand."""
    counts = writer.by_year(RISKS, writer.years(RISKS))
    appendix = writer.appendix("bilaga-riskanalyser")
    reference = ""
    if counts[writer.year] == 0:
        reference = (
            "Att ingen riskanalys är registrerad betyder inte att det saknas risker."
        )
    elif counts[writer.year] and appendix:
        reference = f"Analyserna redovisas i bilaga {appendix}."
    return [Paragraph((writer.compare(RISKS, counts), reference))]


def self_checks(writer: Writer) -> list[Block]:
    """Return how many self-checks were done, and where they stand."""
    counts = writer.by_year(CHECKS, writer.years(CHECKS))
    appendix = writer.appendix("bilaga-egenkontroller")
    is_shown = counts[writer.year] and appendix
    reference = f"Egenkontrollerna redovisas i bilaga {appendix}." if is_shown else ""
    return [Paragraph((writer.compare(CHECKS, counts), reference))]
