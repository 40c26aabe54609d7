"""The tertial as a document, for the work and for the board: conclusions, figures, patterns, what is done."""

from __future__ import annotations

from typing import Any

from analysis.asking import HIDDEN
from analysis.catalogue import TOLD_EACH_TERTIAL
from analysis.charts import Chart, grouped_bars, number
from analysis.explaining import counted_as
from analysis.indicators import Indicator
from analysis.known import UNKNOWN
from analysis.models import Kind as RuleKind
from analysis.models import Level, Signal
from analysis.patterns import Rules
from analysis.rows import rows_url
from casework.periods import Period, tertial, tertial_of
from organisation.models import Unit
from reports.document import Document, Figure, Key, Paragraph, Section, Table, Text
from reports.markup import web_links_only
from reports.sentences import compare, state
from reports.tertial_findings import actions, eased, patterns, units, watched
from reports.tertials import Compilation, Counted, Counts

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
    """Return what was concluded of the unit, and of those right below it."""
    section = Section("slutsatser", "Slutsatser")
    own, name = compilation.own, compilation.unit.name
    if own is None and compilation.unit.pk in compilation.purged:
        section.blocks.append(Paragraph((f"Analysen av tertialet är gallrad för {name}.",)))
    elif own is None:
        section.blocks.append(Paragraph((f"Analysen av tertialet är inte öppnad för {name}.",)))
    elif not own.conclusion:
        section.blocks.append(Paragraph((f"Analysen av {name} pågår. Slutsatsen är inte skriven än.",)))
    else:
        section.blocks.append(Text(web_links_only(own.conclusion), suggested=False))
    if own and own.no_action_reason:
        section.blocks.append(Paragraph((f"Ingen åtgärd behövs: {own.no_action_reason}",)))
    below = {area.pk for area in compilation.areas}
    section.sections = [
        Section(
            f"slutsats-{case.about_id}",
            case.about.name,
            [Text(web_links_only(case.conclusion), suggested=False)],
        )
        for case in compilation.analyses
        if case.about_id in below and case.conclusion
    ]
    return section


# --- what came in -----------------------------------------------------------------------------
def _figures(compilation: Compilation) -> Section:
    """Return what came in beside the same tertial last year; a change is told only when it is certain."""
    own, (_, last_year) = compilation.unit, compilation.names
    counts = [compilation.counts(line.subject, line.where) for line in TOLD_EACH_TERTIAL]
    section = Section("siffror", "Det som kom in")
    items: list[tuple[str, str, str]] = []
    told: list[Paragraph | Figure] = []
    for line, counted in zip(TOLD_EACH_TERTIAL, counts, strict=True):
        held = counted.by_unit[own.pk]
        is_new = compilation.year_before not in held
        note = "inget att jämföra med" if is_new else f"{_shown(held[compilation.year_before])} {last_year}"
        items.append((line.label, _at(held, compilation.period), note))
        told.append(Paragraph((_compared(compilation, line, held),)))
        if compilation.period in held and any(held.values()) and None not in held.values():
            chart = _chart(compilation, line, held)
            told.append(Figure(f"{line.label} per tertial", chart, compilation.source))
    links = tuple(
        _link(compilation, own, line, counted.by_unit[own.pk])
        for line, counted in zip(TOLD_EACH_TERTIAL, counts, strict=True)
    )
    section.blocks = [Key(tuple(items), links), Paragraph((NEUTRAL,)), *told]
    section.blocks.append(_by_tertial(compilation, [counted.by_unit[own.pk] for counted in counts]))
    if compilation.areas:
        section.blocks.append(_by_area(compilation, counts))
    return section


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
    return HIDDEN if count is None else number(count)


def _at(held: Counts, period: Period) -> str:
    """Return the count of a tertial as it is shown; of one that the register does not know, that it is so."""
    return _shown(held[period]) if period in held else UNKNOWN


def _chart(compilation: Compilation, line: Indicator, counts: Counts) -> Chart:
    """Draw a count tertial by tertial, one bar a year; what was not counted is no bar."""
    years = sorted({period.first.year for period in counts})
    series = [(str(year), [counts.get(tertial(year, n)) for n in (1, 2, 3)]) for year in years]
    this, last_year = compilation.names
    title = f"{line.label}: {number(counts[compilation.period])} {this}"
    if compilation.year_before in counts:
        title += f", {number(counts[compilation.year_before])} {last_year}"
    return grouped_bars(title, TERTIALS, series, heading="Tertial")


def _by_tertial(compilation: Compilation, counts: list[Counts]) -> Table:
    rows = [
        (f"Tertial {tertial_of(at.first)[1]} {at.first.year}", *(_at(held, at) for held in counts))
        for at in compilation.known
    ]
    header = ("Tertial", *(line.short for line in TOLD_EACH_TERTIAL))
    links = [
        (
            "",
            *(
                _link(compilation, compilation.unit, line, held, at)
                for line, held in zip(TOLD_EACH_TERTIAL, counts, strict=True)
            ),
        )
        for at in compilation.known
    ]
    return Table("Antal inkomna per tertial", header, tuple(rows), compilation.source, links=tuple(links))


def _by_area(compilation: Compilation, counts: list[Counted]) -> Table:
    """Return the tertial split by the units right below; what is nobody's below them stands apart."""
    own, areas, period = compilation.unit, compilation.areas, compilation.period
    rows: list[tuple[str, ...]] = []
    links: list[tuple[str, ...]] = []
    for unit in (*areas, own):
        name = "Totalt" if unit == own else unit.name
        rows.append((name, *(_at(counted.by_unit[unit.pk], period) for counted in counts)))
        of_unit = (counted.by_unit[unit.pk] for counted in counts)
        pairs = zip(TOLD_EACH_TERTIAL, of_unit, strict=True)
        links.append(("", *(_link(compilation, unit, line, held) for line, held in pairs)))
    if any(counted.common != 0 for counted in counts):
        rows.insert(-1, ("Gemensamt", *(_shown(counted.common) for counted in counts)))
        links.insert(-1, ())
    return Table(
        f"Antal inkomna per enhet, {compilation.names[0]}",
        ("Enhet", *(line.short for line in TOLD_EACH_TERTIAL)),
        tuple(rows),
        compilation.source,
        total=True,
        links=tuple(links),
    )


def _link(
    compilation: Compilation, unit: Unit, line: Indicator, held: Counts, period: Period | None = None
) -> str:
    """Return the address of the rows behind a number that is known, where the reader may open them."""
    at = period or compilation.period
    if not compilation.linked or at not in held:
        return ""
    return rows_url(line.subject, unit, at, **dict[str, Any](line.where))


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
        example = Signal(kind=kind, level=Level.PATTERN, periods=limits["earlier"], parameters=limits)
        said = "\n".join(f"- {sentence}" for sentence in counted_as(example))
        sections.append(Section(f"regel-{kind.value}", heading, [Text(said, suggested=False)]))
    section = Section("regler", "Så räknar reglerna", appendix=True, sections=sections)
    section.blocks = [Paragraph((CERTAIN,))]
    return section
