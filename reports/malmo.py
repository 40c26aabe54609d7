"""What the parts of the outline by tool hold: deviations, risk analyses, self-checks.

The chapters follow the published reports of Malmö's administration of 2022 and 2024; the standing texts
(reports.suggestions) are proposals that the authors change.
"""

from __future__ import annotations

from collections.abc import Sequence

from analysis.charts import number
from analysis.vocabulary import PRAISE_FROM_OUTSIDE, REMARKS_FROM_OUTSIDE
from deviations.models import CauseLevel, Kind
from lexsarah.models import DecidedBy, Degree
from reports import analyses
from reports.covering import Yearly
from reports.document import Block, Key, Paragraph, Table
from reports.live import Where, told
from reports.sentences import Noun, amount, share, state
from reports.writer import Writer

OUTSIDE = Noun("klagomål eller synpunkt från utomstående", "klagomål och synpunkter från utomstående")
PRAISE = Noun("beröm från utomstående", "beröm från utomstående", neuter=True)
FROM_STAFF = Noun("klagomål eller synpunkt från personal", "klagomål och synpunkter från personal")
QUALITY = Noun("kvalitetsavvikelse", "kvalitetsavvikelser")
LEX_REPORTS = Noun("rapport enligt lex Sarah", "rapporter enligt lex Sarah")
INVESTIGATIONS = Noun("lex Sarah-utredning", "lex Sarah-utredningar", own=True)
CLOSED_OUTSIDE = Noun("avslutat klagomål eller synpunkt", "avslutade klagomål och synpunkter", neuter=True)
ASSESSED = Noun("bedömd kvalitetsavvikelse", "avslutade kvalitetsavvikelser med angiven orsak")
ACTIONS = Noun("beslutad åtgärd", "beslutade åtgärder", own=True)
RISKS = Noun("riskanalys", "riskanalyser", own=True)
CHECKS = Noun("egenkontroll", "egenkontroller", own=True)
FROM_OUTSIDE_IN_ALL = Noun(
    "synpunkt, klagomål eller beröm från utomstående", "synpunkter, klagomål och beröm från utomstående"
)
FROM_OUTSIDE: Where = (("reported_by", "outside"),)
ONLY_QUALITY: Where = (("kind", Kind.QUALITY_DEVIATION.value),)


def paragraph(writer: Writer, noun: Noun, counts: Yearly, verb: str) -> Paragraph:
    """Return the year against the one before, and what the years say together."""
    return Paragraph((writer.compare(noun, counts, verb), writer.trend(noun, counts)))


def key(writer: Writer, lines: Sequence[tuple[str, str, str, Where]]) -> Key:
    """Return the numbers of the year that say most, each with the year before."""
    items, numbers = [], []
    for label, subject, basis, where in lines:
        years = [year for year in writer.years(subject, basis, where=where) if year >= writer.year - 1]
        counts = writer.by_year(subject, basis, years, where=where)
        before = counts.get(writer.year - 1)
        note = "" if before is None else f"{number(before)} {writer.before_in_words}"
        items.append((label, told(counts[writer.year]), note))
        numbers.append(writer.ledger.id_of(subject, basis, writer.unit, writer.year, where=where))
    return Key(tuple(items), numbers=tuple(numbers))


def summary(writer: Writer) -> list[Block]:
    """Return the key numbers of the year."""
    lines: list[tuple[str, str, str, Where]] = [
        ("Klagomål och synpunkter från utomstående", "deviations", "received", REMARKS_FROM_OUTSIDE),
        ("Kvalitetsavvikelser", "deviations", "received", (("kind", Kind.QUALITY_DEVIATION.value),)),
        ("Rapporter enligt lex Sarah", "lexsarah", "received", ()),
        ("Genomförda egenkontroller", "selfcheck", "done", ()),
    ]
    return [key(writer, lines)]


def from_outside(writer: Writer) -> list[Block]:
    """Return what came from outside, by year and area."""
    outside, blocks = writer.per_area(
        "deviations",
        REMARKS_FROM_OUTSIDE,
        OUTSIDE,
        caption="Antal inkomna klagomål och synpunkter från utomstående",
        words="inkomna ärenden",
    )
    return [paragraph(writer, OUTSIDE, outside, "togs emot"), *blocks, *praise(writer)]


def praise(writer: Writer) -> list[Block]:
    """Return how much praise came from outside, where any came in any year, and all that came from there."""
    years = writer.years("deviations", "received", where=FROM_OUTSIDE)
    everything = writer.by_year("deviations", "received", years, where=FROM_OUTSIDE)
    counts = writer.by_year("deviations", "received", years, where=PRAISE_FROM_OUTSIDE)
    if not any(counts.values()):
        return []
    said = [writer.compare(PRAISE, counts, "togs emot")]
    if (together := everything[writer.year]) is not None:
        said.append(state(FROM_OUTSIDE_IN_ALL, writer.year_named, together, verb="togs emot"))
    return [Paragraph(tuple(said))]


def from_staff(writer: Writer) -> list[Block]:
    """Return what staff reported, by year and area."""
    found: list[Block] = []
    staff_only: Where = (("kind", Kind.COMPLAINT.value), ("reported_by", "staff"))
    for noun, where, caption in (
        (FROM_STAFF, staff_only, "Antal inkomna klagomål och synpunkter från personal"),
        (QUALITY, ONLY_QUALITY, "Antal inkomna kvalitetsavvikelser"),
    ):
        counts, blocks = writer.per_area("deviations", where, noun, caption=caption, words="inkomna ärenden")
        found += [paragraph(writer, noun, counts, "rapporterades"), *blocks]
    return found


def lexsarah(writer: Writer) -> list[Block]:
    """Return reports received, investigations decided and events notified, which are different cases."""
    received, blocks = writer.per_area(
        "lexsarah",
        (),
        LEX_REPORTS,
        caption="Antal inkomna rapporter enligt lex Sarah",
        words="inkomna rapporter",
    )
    by_committee: Where = (("decided_by", DecidedBy.COMMITTEE.value),)
    years = writer.years("lexsarah", "decided", where=by_committee)
    lines: list[tuple[str, str, Where]] = [
        ("Avslutade utredningar", "decided", ()),
        ("varav behandlade av arbetsutskottet", "decided", by_committee),
        ("varav missförhållande eller påtaglig risk", "decided", (("degree", "found"),)),
        ("varav inget missförhållande", "decided", (("degree", Degree.NONE.value),)),
        ("Anmälda till IVO", "notified", ()),
        ("varav beslut av ordföranden", "notified", (("ivo_decided_by", "chair"),)),
    ]
    counts = {label: writer.by_year("lexsarah", basis, years, where=where) for label, basis, where in lines}
    committee = counts["varav behandlade av arbetsutskottet"]
    return [
        paragraph(writer, LEX_REPORTS, received, "kom in"),
        *blocks,
        Paragraph(
            (
                writer.compare(INVESTIGATIONS, committee, "behandlades av arbetsutskottet"),
                *_notified(writer, counts["Anmälda till IVO"], counts["varav beslut av ordföranden"]),
            )
        ),
        Table(
            f"Utredningar enligt lex Sarah {writer.years_in_words(years)}",
            ("Utredningar och anmälningar", *map(str, years)),
            tuple((label, *(told(row[y]) for y in years)) for label, row in counts.items()),
            writer.source("utredningar efter beslutsdag, anmälningar efter anmälningsdag"),
            numbers=tuple(
                ("", *(writer.ledger.id_of("lexsarah", basis, writer.unit, y, where=where) for y in years))
                for _, basis, where in lines
            ),
        ),
    ]


def _notified(writer: Writer, notified: Yearly, by_chair: Yearly) -> tuple[str, ...]:
    if notified[writer.year] is None:
        return (f"Uppgift om anmälningar till IVO {writer.year_in_words} saknas.",)
    sentences = [writer.compare(Noun("händelse", "händelser"), notified, "anmäldes till IVO")]
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
    categories = writer.by_value("deviations", "closed", "category", where=ONLY_QUALITY)
    if categories:
        blocks.append(
            writer.split("Avslutade kvalitetsavvikelser", "Kategori", categories, "avslutade ärenden")
        )
    blocks += causes(writer)
    assessed = writer.by_value("deviations", "closed", "is_deviation", where=REMARKS_FROM_OUTSIDE)
    if assessed:
        total = sum(assessed.values())
        sentence = share(
            CLOSED_OUTSIDE, assessed.get("no", 0), total, verb="visade efter utredning ingen avvikelse"
        )
        blocks.append(Paragraph((sentence,)))
    aimed = writer.by_value("actions", "decided", "action_level")
    if aimed:
        at_individuals = aimed.get("individual", 0)
        sentence = share(
            ACTIONS, at_individuals, sum(aimed.values()), verb="riktades till enskilda medarbetare"
        )
        blocks.append(Paragraph((sentence,)))
    return [*blocks, *analyses.of_year(writer)]


def causes(writer: Writer) -> list[Block]:
    """Return the causes of the closed quality deviations, and how many of them lay in the organisation."""
    found = writer.by_value("deviations", "closed", "cause_area", where=ONLY_QUALITY)
    found.pop("", None)
    if not found:
        return []
    levels = writer.by_value("deviations", "closed", "cause_level", where=ONLY_QUALITY)
    system = levels.get(CauseLevel.SYSTEM.value, 0)
    caption = "Orsaker till avslutade kvalitetsavvikelser"
    return [
        Paragraph((share(ASSESSED, system, sum(found.values()), verb="hade sin orsak i organisationen"),)),
        writer.split(caption, "Orsaksområde", found, "avslutade ärenden"),
    ]


def risk_analyses(writer: Writer) -> list[Block]:
    """Return how many risk analyses were decided, and where they stand."""
    years = writer.years("riskanalysis", "decided")
    counts = writer.by_year("riskanalysis", "decided", years)
    appendix = writer.appendix("bilaga-riskanalyser")
    reference = ""
    if counts[writer.year] == 0:
        reference = "Att ingen riskanalys är registrerad betyder inte att det saknas risker."
    if counts[writer.year]:
        reference = f"Analyserna redovisas i bilaga {appendix}." if appendix else ""
    return [Paragraph((writer.compare(RISKS, counts, "beslutades"), reference))]


def self_checks(writer: Writer) -> list[Block]:
    """Return how many self-checks were done, and where they stand."""
    years = writer.years("selfcheck", "done")
    counts = writer.by_year("selfcheck", "done", years)
    appendix = writer.appendix("bilaga-egenkontroller")
    is_shown = counts[writer.year] and appendix
    reference = f"Egenkontrollerna redovisas i bilaga {appendix}." if is_shown else ""
    return [Paragraph((writer.compare(CHECKS, counts, "genomfördes"), reference))]
