"""The outline by tool: deviations, risk analyses, self-checks (as the administration in Malmö writes).

The chapters follow that administration's published reports of 2022 and 2024; the standing texts
(reports.suggestions) are proposals that the authors change.
"""

from __future__ import annotations

from analysis.charts import number
from deviations.models import CauseLevel, Kind
from lexsarah.models import Degree
from reports import analyses, appendices
from reports.document import Key, Paragraph, Section, Table
from reports.live import Where
from reports.sentences import Noun, amount, share
from reports.writer import Writer, span_of

OUTSIDE = Noun("klagomål eller synpunkt från utomstående", "klagomål och synpunkter från utomstående")
FROM_STAFF = Noun("klagomål eller synpunkt från personal", "klagomål och synpunkter från personal")
QUALITY = Noun("kvalitetsavvikelse", "kvalitetsavvikelser")
LEX_REPORTS = Noun("rapport enligt lex Sarah", "rapporter enligt lex Sarah")
INVESTIGATIONS = Noun("lex Sarah-utredning", "lex Sarah-utredningar")
CLOSED_OUTSIDE = Noun("avslutat klagomål eller synpunkt", "avslutade klagomål och synpunkter", neuter=True)
ASSESSED = Noun("bedömd kvalitetsavvikelse", "avslutade kvalitetsavvikelser med angiven orsak")
ACTIONS = Noun("beslutad åtgärd", "beslutade åtgärder")
RISKS = Noun("riskanalys", "riskanalyser")
CHECKS = Noun("egenkontroll", "egenkontroller")


def _paragraph(writer: Writer, noun: Noun, counts: dict[int, int], verb: str) -> Paragraph:
    return Paragraph((writer.compare(noun, counts, verb), writer.trend(noun, counts)))


def outline(writer: Writer) -> list[Section]:
    """Return the chapters and appendices of a report by tool."""
    tools = [_deviations(writer), _risk_analyses(writer), _self_checks(writer)]
    return [
        _summary(writer),
        writer.section("uppfoljning", f"Uppföljning av utvecklingsområden {writer.year}"),
        writer.section("ledningssystem", "Ledningssystemets uppbyggnad – processer och rutiner"),
        writer.section("forbattringsarbete", "Det systematiska förbättringsarbetet", sections=tools),
        writer.section("utveckling", f"Prioriterade utvecklingsområden {writer.year + 1}"),
        appendices.risk_analyses(writer),
        appendices.self_checks(writer),
    ]


def _summary(writer: Writer) -> Section:
    section = writer.section("sammanfattning", "Sammanfattning")
    items = []
    for label, subject, basis, where in (
        ("Klagomål och synpunkter från utomstående", "deviations", "received", (("reported_by", "outside"),)),
        ("Kvalitetsavvikelser", "deviations", "received", (("kind", Kind.QUALITY_DEVIATION.value),)),
        ("Rapporter enligt lex Sarah", "lexsarah", "received", ()),
        ("Genomförda egenkontroller", "selfcheck", "done", ()),
    ):
        years = [year for year in writer.years(subject, basis) if year >= writer.year - 1]
        counts = writer.ledger.by_year(subject, basis, years, where=where)
        before = counts.get(writer.year - 1)
        note = "" if before is None else f"{number(before)} år {writer.year - 1}"
        items.append((label, number(counts[writer.year]), note))
    section.blocks.append(Key(tuple(items)))
    return section


def _deviations(writer: Writer) -> Section:
    section = writer.section("avvikelser", "Avvikelser")
    outside, blocks = writer.per_area(
        "deviations",
        (("reported_by", "outside"),),
        OUTSIDE,
        caption="Antal inkomna klagomål och synpunkter från utomstående",
        words="inkomna ärenden",
    )
    from_outside = writer.section("utomstaende", "Klagomål och synpunkter från utomstående")
    from_outside.blocks += [_paragraph(writer, OUTSIDE, outside, "togs emot"), *blocks]
    from_staff = writer.section("personal", "Klagomål och synpunkter från personal och kvalitetsavvikelser")
    staff_only: Where = (("kind", Kind.COMPLAINT.value), ("reported_by", "staff"))
    for noun, where, caption in (
        (FROM_STAFF, staff_only, "Antal inkomna klagomål och synpunkter från personal"),
        (QUALITY, (("kind", Kind.QUALITY_DEVIATION.value),), "Antal inkomna kvalitetsavvikelser"),
    ):
        counts, blocks = writer.per_area("deviations", where, noun, caption=caption, words="inkomna ärenden")
        from_staff.blocks += [_paragraph(writer, noun, counts, "rapporterades"), *blocks]
    section.sections = [from_outside, from_staff, _lexsarah(writer), _patterns(writer)]
    return section


def _lexsarah(writer: Writer) -> Section:
    section = writer.section("lexsarah", "Lex Sarah")
    received, blocks = writer.per_area(
        "lexsarah",
        (),
        LEX_REPORTS,
        caption="Antal inkomna rapporter enligt lex Sarah",
        words="inkomna rapporter",
    )
    section.blocks += [_paragraph(writer, LEX_REPORTS, received, "kom in"), *blocks]
    ledger = writer.ledger
    years = writer.years("lexsarah", "decided")
    lines: list[tuple[str, str, Where]] = [
        ("Avslutade utredningar", "decided", ()),
        ("varav behandlade av arbetsutskottet", "decided", (("decided_by", "committee"),)),
        ("varav missförhållande eller påtaglig risk", "decided", (("degree", "found"),)),
        ("varav inget missförhållande", "decided", (("degree", Degree.NONE.value),)),
        ("Anmälda till IVO", "notified", ()),
        ("varav beslut av ordföranden", "notified", (("ivo_decided_by", "chair"),)),
    ]
    counts = {label: ledger.by_year("lexsarah", basis, years, where=where) for label, basis, where in lines}
    committee = counts["varav behandlade av arbetsutskottet"]
    section.blocks += [
        Paragraph(
            (
                writer.compare(INVESTIGATIONS, committee, "behandlades av arbetsutskottet"),
                *_notified(writer, counts["Anmälda till IVO"], counts["varav beslut av ordföranden"]),
            )
        ),
        Table(
            f"Utredningar enligt lex Sarah {span_of(years)}",
            ("", *map(str, years)),
            tuple((label, *(number(row[y]) for y in years)) for label, row in counts.items()),
            writer.source("utredningar efter beslutsdag, anmälningar efter anmälningsdag"),
        ),
    ]
    return section


def _notified(writer: Writer, notified: dict[int, int], by_chair: dict[int, int]) -> tuple[str, ...]:
    event = Noun("händelse", "händelser")
    sentences = [writer.compare(event, notified, "anmäldes till IVO")]
    if by_chair[writer.year]:
        decided = amount(by_chair[writer.year], Noun("fall", "fall", neuter=True))
        sentences.append(
            f"I {decided} kunde arbetsutskottets sammanträde inte avvaktas, och ordföranden beslutade "
            "om anmälan."
        )
    return tuple(sentences)


def _patterns(writer: Writer) -> Section:
    section = writer.section("monster", "Sammanställning och analys av avvikelser")
    ledger, year = writer.ledger, writer.year
    kind: Where = (("kind", Kind.QUALITY_DEVIATION.value),)
    categories = ledger.by_value("deviations", "closed", year, "category", where=kind)
    if categories:
        section.blocks.append(
            writer.split("Avslutade kvalitetsavvikelser", "Kategori", categories, "avslutade ärenden")
        )
    causes = ledger.by_value("deviations", "closed", year, "cause_area", where=kind)
    causes.pop("", None)
    if causes:
        levels = ledger.by_value("deviations", "closed", year, "cause_level", where=kind)
        system = levels.get(CauseLevel.SYSTEM.value, 0)
        section.blocks += [
            Paragraph(
                (share(ASSESSED, system, sum(causes.values()), verb="hade sin orsak i organisationen"),)
            ),
            writer.split(
                "Orsaker till avslutade kvalitetsavvikelser", "Orsaksområde", causes, "avslutade ärenden"
            ),
        ]
    outside: Where = (("reported_by", "outside"),)
    assessed = ledger.by_value("deviations", "closed", year, "is_deviation", where=outside)
    if assessed:
        total = sum(assessed.values())
        sentence = share(
            CLOSED_OUTSIDE, assessed.get("no", 0), total, verb="visade efter utredning ingen avvikelse"
        )
        section.blocks.append(Paragraph((sentence,)))
    aimed = ledger.by_value("actions", "decided", year, "action_level")
    if aimed:
        at_individuals = aimed.get("individual", 0)
        sentence = share(
            ACTIONS, at_individuals, sum(aimed.values()), verb="riktades till enskilda medarbetare"
        )
        section.blocks.append(Paragraph((sentence,)))
    section.blocks += analyses.of_year(writer)
    return section


def _risk_analyses(writer: Writer) -> Section:
    section = writer.section("riskanalys", "Riskanalys")
    years = writer.years("riskanalysis", "decided")
    counts = writer.ledger.by_year("riskanalysis", "decided", years)
    reference = (
        "Analyserna redovisas i bilaga 1."
        if counts[writer.year]
        else "Att riskanalyser saknas betyder inte att risker saknas, utan att arbetssättet inte används."
    )
    sentence = writer.compare(RISKS, counts, "beslutades")
    section.blocks.append(Paragraph((sentence, reference)))
    return section


def _self_checks(writer: Writer) -> Section:
    section = writer.section("egenkontroll", "Egenkontroll")
    years = writer.years("selfcheck", "done")
    counts = writer.ledger.by_year("selfcheck", "done", years)
    sentence = writer.compare(CHECKS, counts, "genomfördes")
    reference = "Egenkontrollerna redovisas i bilaga 2." if counts[writer.year] else ""
    section.blocks.append(Paragraph((sentence, reference)))
    if series := appendices.measured(writer):
        measured = writer.section("matserier", "Mätserier")
        measured.blocks.extend(series)
        section.sections.append(measured)
    return section
