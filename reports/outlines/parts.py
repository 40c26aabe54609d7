"""The named parts that outlines are made of: what each holds besides the authors' text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from reports.document.blocks import Block
from reports.outlines import (
    appendices,
    by_department,
    by_tool,
    improvements,
    tertial_conclusions,
)
from reports.outlines.writer import Writer

BlocksOf = Callable[[Writer], Sequence[Block]]


def _nothing(_: Writer) -> Sequence[Block]:
    return ()


@dataclass(frozen=True)
class Part:
    """One part: what those who choose it call it, its heading, and the blocks that follow the text.

    An optional part is left out while it has nothing to show; ``suggestion`` is proposed as text while
    the register has nothing; ``each_area`` makes a chapter of every area right below the unit.
    """

    name: str
    heading: str
    blocks: BlocksOf = _nothing
    suggestion: str = ""
    optional: bool = False
    appendix: bool = False
    each_area: bool = False


def _text(heading: str) -> Part:
    return Part(heading, heading)


_BY_TOOL: Mapping[str, Part] = {
    "sammanfattning": Part(
        "Sammanfattning med årets viktigaste tal", "Sammanfattning", by_tool.summary
    ),
    "uppfoljning": Part(
        "Uppföljning av förra årets utvecklingsområden",
        "Uppföljning av utvecklingsområden {year}",
    ),
    "ledningssystem": _text("Ledningssystemets uppbyggnad – processer och rutiner"),
    "forbattringsarbete": _text("Det systematiska förbättringsarbetet"),
    "avvikelser": _text("Avvikelser"),
    "utomstaende": Part(
        "Klagomål och synpunkter från utomstående, per verksamhetsområde",
        "Klagomål och synpunkter från utomstående",
        by_tool.from_outside,
    ),
    "personal": Part(
        "Rapporter från personal, per verksamhetsområde",
        "Klagomål och synpunkter från personal och kvalitetsavvikelser",
        by_tool.from_staff,
    ),
    "lexsarah": Part("Lex Sarah, per verksamhetsområde", "Lex Sarah", by_tool.lexsarah),
    "monster": Part(
        "Kategorier, orsaker och tertialens slutsatser",
        "Sammanställning och analys av avvikelser",
        by_tool.patterns,
    ),
    "riskanalys": Part("Riskanalyser i tal", "Riskanalys", by_tool.risk_analyses),
    "egenkontroll": Part("Egenkontroller i tal", "Egenkontroll", by_tool.self_checks),
    "matserier": Part(
        "Mätserier med diagram", "Mätserier", appendices.measured, optional=True
    ),
    "utveckling": Part(
        "Nästa års utvecklingsområden", "Prioriterade utvecklingsområden {next}"
    ),
    "bilaga-riskanalyser": Part(
        "Bilaga: alla riskanalyser",
        "Riskanalyser",
        appendices.risk_analyses,
        appendix=True,
    ),
    "bilaga-egenkontroller": Part(
        "Bilaga: alla egenkontroller",
        "Egenkontroller",
        appendices.self_checks,
        appendix=True,
    ),
}

_BY_AREA: Mapping[str, Part] = {
    "inledning": _text("Inledning"),
    "syfte": _text("Kvalitetsberättelsens syfte och sammanhang"),
    "bedomning": Part(
        "Samlad bedömning med avvikelser och lex Sarah per avdelning",
        "Sammanfattande bedömning",
        by_department.whole,
    ),
    "avdelning": Part("Ett kapitel för varje avdelning", "{unit}", each_area=True),
    "resultat": _text("Resultat av systematiskt kvalitetsarbete"),
    "kontroll": Part(
        "Egenkontroller i en mening", "Egenkontroll", by_department.self_checks_done
    ),
    "inflytande": _text("Brukares inflytande och delaktighet"),
    "enkater": Part(
        "Enkäter med svarande och resultat",
        "Brukarenkäter",
        by_department.surveys,
        "Ingen brukarenkät är registrerad under {period}.",
    ),
    "jamforelser": Part(
        "Öppna jämförelser",
        "Öppna jämförelser",
        by_department.comparisons,
        "Ingen genomgång av öppna jämförelser är registrerad under {period}.",
    ),
    "tillsyner": Part(
        "Externa tillsyner och granskningar",
        "Externa tillsyner och granskningar",
        suggestion="Ingen extern tillsyn eller granskning är redovisad för {days}.",
    ),
    "granskningar": Part(
        "Granskningar av akter och loggar",
        "Interna granskningar",
        by_department.reviews,
        "Ingen intern granskning är registrerad under {period}.",
    ),
    "ovrig": Part(
        "Övriga egenkontroller och mätserier som tabell",
        "Övrig egenkontroll",
        by_department.other_checks,
        "Ingen övrig egenkontroll är registrerad under {period}.",
    ),
    "inkommet": _text("Synpunkter, avvikelser och lex Sarah"),
    "synpunkter": Part(
        "Synpunkter efter kategori", "Synpunkter", by_department.views_by_category
    ),
    "kategorier": Part(
        "Avvikelser efter kategori och orsak",
        "Avvikelser",
        by_department.deviations_by_category,
    ),
    "utredningar": Part("Lex Sarah-utredningar", "Lex Sarah", by_department.lexsarah),
    "tertialer": Part(
        "Tertialernas slutsatser och mönster",
        "Mönster och slutsatser",
        tertial_conclusions.of_year,
        optional=True,
    ),
    "atgarder": Part(
        "Åtgärder med uppföljning",
        "Förbättringsarbetet sedan förra året",
        improvements.followed_up,
        "Ingen förbättringsåtgärd att följa upp är registrerad under {period}.",
    ),
    "slutsatser": Part(
        "Slutsatser, planerade åtgärder och egenkontroller",
        "Slutsatser och förbättringsåtgärder",
        improvements.planned,
    ),
}

PARTS: Mapping[str, Part] = {**_BY_TOOL, **_BY_AREA}
