"""The tertial as a document, for the work and for the board: conclusions, figures, patterns, what is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from analysis.ask.table import HIDDEN
from analysis.charts.charts import Chart, grouped_bars, number
from analysis.counted.catalogue import TOLD_EACH_TERTIAL
from analysis.counted.indicators import Indicator
from analysis.counted.vocabulary import UNKNOWN
from analysis.figures.rows import rows_url
from analysis.models import Kind as RuleKind
from analysis.models import Level, Signal
from analysis.rules.patterns import Rules
from analysis.tertial.rule_sentences import counted_as
from casework.database.periods import Period, tertial, tertial_of
from organisation.models import Unit
from reports.document.blocks import (
    Document,
    Figure,
    Key,
    Paragraph,
    Section,
    Table,
    Text,
)
from reports.document.markup import web_links_only
from reports.tertial.findings import actions, eased, patterns, units, watched
from reports.tertial.sources import Compilation, Counted, Counts
from reports.tokens.sentences import compare, state

TERTIALS = ("Tertial 1", "Tertial 2", "Tertial 3")
WHY_HIDDEN = "det är under 5, eller skulle avslöja ett sådant tal"
NEUTRAL = "Fler rapporter behöver inte betyda sämre kvalitet: det kan lika gärna betyda att fler berättar."
CERTAIN = (
    "Fler och färre skrivs bara när skillnaden mellan två antal är så stor att slumpen ger den i färre än "
    "5 procent av fallen. Annars står båda antalen, och att ingen förändring är säker."
)


def compile_tertial(compilation: Compilation) -> Document:
    """Return the compilation and analysis of a tertial as a document (SOSFS 2011:9 5 kap. 6 §)."""
    document = Document(
        title=f"Sammanställning och analys av tertial {compilation.number} {compilation.year}",
        unit=compilation.unit,
        year=compilation.year,
        extracted_on=compilation.extracted_on,
        chapters=[
            _conclusions(compilation),
            _figures(compilation),
            patterns(compilation),
            actions(compilation),
            units(compilation),
            *watched(compilation),
            *eased(compilation),
            _rules(compilation),
        ],
        ledger=compilation.ledger,
        top=2,
    )
    document.number_all()
    return document


# --- what was concluded -----------------------------------------------------------------------
def _conclusions(compilation: Compilation) -> Section:
    """Return the conclusions about the unit and those right below it."""
    section = Section("slutsatser", "Slutsatser", [_own_conclusion(compilation)])
    own = compilation.own
    if own and own.no_action_reason:
        section.blocks.append(
            Paragraph((f"Ingen åtgärd behövs: {own.no_action_reason}",))
        )
    below = {area.pk for area in compilation.areas}
    for case in compilation.analyses:
        if case.about_id in below and case.conclusion:
            text = Text(web_links_only(case.conclusion), suggested=False)
            section.sections.append(
                Section(f"slutsats-{case.about_id}", case.about.name, [text])
            )
    return section


def _own_conclusion(compilation: Compilation) -> Text | Paragraph:
    """Return the conclusion about the unit, or the reason why there is none."""
    own, unit = compilation.own, compilation.unit
    if own is None and unit.pk in compilation.purged:
        return Paragraph((f"Analysen av tertialet är gallrad för {unit.name}.",))
    if own is None:
        return Paragraph((f"Analysen av tertialet är inte öppnad för {unit.name}.",))
    if not own.conclusion:
        return Paragraph(
            (f"Analysen av {unit.name} pågår. Slutsatsen är inte skriven än.",)
        )
    return Text(web_links_only(own.conclusion), suggested=False)


# --- what came in -----------------------------------------------------------------------------
@dataclass(frozen=True)
class _Line:
    """What is counted each tertial, and its counts."""

    indicator: Indicator
    counted: Counted

    def of(self, unit: Unit) -> Counts:
        """Return the counts of a unit by tertial."""
        return self.counted.by_unit[unit.pk]


def _figures(compilation: Compilation) -> Section:
    """Return the counts beside those of the same tertial last year; only certain changes are called so."""
    lines = [
        _Line(each, compilation.counts(each.subject, each.where))
        for each in TOLD_EACH_TERTIAL
    ]
    section = Section(
        "siffror", "Det som kom in", [_key(compilation, lines), Paragraph((NEUTRAL,))]
    )
    for line in lines:
        held = line.of(compilation.unit)
        section.blocks.append(
            Paragraph((_compared(compilation, line.indicator, held),))
        )
        if (
            compilation.period in held
            and any(held.values())
            and None not in held.values()
        ):
            caption = f"{line.indicator.label} per tertial"
            section.blocks.append(
                Figure(
                    caption,
                    _chart(compilation, line.indicator, held),
                    compilation.source,
                )
            )
    section.blocks.append(_by_tertial(compilation, lines))
    if compilation.areas:
        section.blocks.append(_by_area(compilation, lines))
    return section


def _key(compilation: Compilation, lines: Sequence[_Line]) -> Key:
    """Return each number of the tertial beside the one of a year before."""
    unit, period, (_, last_year) = (
        compilation.unit,
        compilation.period,
        compilation.names,
    )
    items, links = [], []
    for line in lines:
        held = line.of(unit)
        note = "inget att jämföra med"
        if compilation.year_before in held:
            note = f"{_shown(held[compilation.year_before])} {last_year}"
        items.append((line.indicator.label, _at(held, period), note))
        links.append(_link(compilation, line, unit, period))
    return Key(tuple(items), tuple(links))


def _compared(compilation: Compilation, line: Indicator, held: Counts) -> str:
    """Return the sentence that compares; of a hidden number not even the direction is told."""
    this, last_year = compilation.names
    if compilation.period not in held:
        return f"Uppgift om {line.noun.plural} {this} saknas."
    now, before = held[compilation.period], held.get(compilation.year_before)
    if now is None:
        return f"Antalet {line.noun.plural} {this} är dolt: {WHY_HIDDEN}."
    if before is None and compilation.year_before in held:
        return f"{state(line.noun, compilation.names, now, verb=line.verb)} Antalet {last_year} är dolt."
    return compare(line.noun, compilation.names, now, before, verb=line.verb)


def _shown(count: int | None) -> str:
    """Return a count as it is published."""
    return HIDDEN if count is None else number(count)


def _at(held: Counts, period: Period) -> str:
    """Return the count of a tertial as it is shown; of one that the register does not know, that it is so."""
    return _shown(held[period]) if period in held else UNKNOWN


def _chart(compilation: Compilation, line: Indicator, counts: Counts) -> Chart:
    """Draw a count tertial by tertial, one bar a year; what was not counted is no bar."""
    series = []
    for year in sorted({period.first.year for period in counts}):
        of_year = [counts.get(tertial(year, number)) for number in (1, 2, 3)]
        series.append((str(year), of_year))
    this, last_year = compilation.names
    title = f"{line.label}: {number(counts[compilation.period])} {this}"
    if compilation.year_before in counts:
        title += f", {number(counts[compilation.year_before])} {last_year}"
    return grouped_bars(title, TERTIALS, series, heading="Tertial")


def _by_tertial(compilation: Compilation, lines: Sequence[_Line]) -> Table:
    """Return the counts of the unit tertial by tertial."""
    rows, links = [], []
    for at in compilation.known:
        name = f"Tertial {tertial_of(at.first)[1]} {at.first.year}"
        rows.append((name, *_cells(lines, compilation.unit, at)))
        links.append(("", *_links(compilation, lines, compilation.unit, at)))
    header = ("Tertial", *_heads(lines))
    return Table(
        "Antal inkomna per tertial",
        header,
        tuple(rows),
        compilation.source,
        links=tuple(links),
    )


def _by_area(compilation: Compilation, lines: Sequence[_Line]) -> Table:
    """Return the tertial split by the units right below, with their common rest in a row of its own."""
    own, period = compilation.unit, compilation.period
    rows: list[tuple[str, ...]] = []
    links: list[tuple[str, ...]] = []
    for area in compilation.areas:
        rows.append((area.name, *_cells(lines, area, period)))
        links.append(("", *_links(compilation, lines, area, period)))
    common = [line.counted.common for line in lines]
    if any(count != 0 for count in common):
        rows.append(("Gemensamt", *map(_shown, common)))
        links.append(())
    rows.append(("Totalt", *_cells(lines, own, period)))
    links.append(("", *_links(compilation, lines, own, period)))
    return Table(
        f"Antal inkomna per enhet, {compilation.names[0]}",
        ("Enhet", *_heads(lines)),
        tuple(rows),
        compilation.source,
        total=True,
        links=tuple(links),
    )


def _heads(lines: Sequence[_Line]) -> list[str]:
    """Return the headings of the columns."""
    return [line.indicator.short for line in lines]


def _cells(lines: Sequence[_Line], unit: Unit, at: Period) -> list[str]:
    """Return the counts of a unit in a tertial."""
    return [_at(line.of(unit), at) for line in lines]


def _links(
    compilation: Compilation, lines: Sequence[_Line], unit: Unit, at: Period
) -> list[str]:
    """Return the addresses of the rows behind the counts of a unit in a tertial."""
    return [_link(compilation, line, unit, at) for line in lines]


def _link(compilation: Compilation, line: _Line, unit: Unit, at: Period) -> str:
    """Return the address of the rows behind a number that is known, where the reader may open them."""
    if not compilation.linked or at not in line.of(unit):
        return ""
    where = dict[str, Any](line.indicator.where)
    return rows_url(line.indicator.subject, unit, at, **where)


# --- how the rules count ----------------------------------------------------------------------
_RULES = {
    RuleKind.RISE: "Ökning",
    RuleKind.CONCENTRATED: "Koncentration",
    RuleKind.RECURRING: "Återkommer",
    RuleKind.REPEATED: "Trots åtgärd",
    RuleKind.EASED: "Färre efter åtgärd",
}


def _rules(compilation: Compilation) -> Section:
    """Return the limits in words: those that were stored with what was found, else those of today."""
    found = [*compilation.patterns, *compilation.signals]
    limits = found[0].parameters if found else Rules().as_parameters()
    sections = []
    for kind, heading in _RULES.items():
        example = Signal(
            kind=kind, level=Level.PATTERN, periods=limits["earlier"], parameters=limits
        )
        items = [f"- {sentence}" for sentence in counted_as(example)]
        text = Text("\n".join(items), suggested=False)
        sections.append(Section(f"regel-{kind.value}", heading, [text]))
    section = Section("regler", "Så räknar reglerna", appendix=True, sections=sections)
    section.blocks = [Paragraph((CERTAIN,))]
    return section
