"""What the parts of the outline by department hold, as Göteborg's administration writes (report of 2024).

Each part is written about one department at a time; ``whole`` about all of them, with the sums.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from analysis.counted import catalogue
from analysis.counted.catalogue import (
    CHECKS,
    FROM_OUTSIDE,
    NOTIFIED,
    PRAISE_FROM_OUTSIDE,
)
from analysis.counted.indicators import BY_DEPARTMENT, Where
from deviations.models import Kind
from organisation.models import Unit
from organisation.texts.alphabet import alphabet_key
from reports.document.blocks import Block, Paragraph, Table
from reports.document.counts import number_or_unknown, rest, split_years
from reports.document.months_covered import Yearly
from reports.outlines.appendices import NOTHING, measured, measures, result_of
from reports.outlines.by_tool import causes, key, paragraph
from reports.outlines.writer import Writer, row_of
from reports.tokens.sentences import amount, in_letters, listed, share
from selfcheck.methods import Group, methods_of
from selfcheck.models import SelfCheck

VIEWS = catalogue.ALL_FROM_OUTSIDE.said(BY_DEPARTMENT)
QUALITY = catalogue.QUALITY.said(BY_DEPARTMENT)
INVESTIGATIONS = catalogue.INVESTIGATIONS.said(BY_DEPARTMENT)
OUTCOMES = (catalogue.NOT_FOUND, catalogue.FOUND, INVESTIGATIONS)
# The caption of each group's table, and what its first column names.
TITLES = {
    Group.SURVEYS: ("Brukarenkäter", "Enkät"),
    Group.COMPARISONS: ("Jämförelser", "Jämförelse"),
    Group.REVIEWS: ("Interna granskningar", "Granskning"),
    Group.OTHERS: ("Övriga egenkontroller", "Egenkontroll"),
}
UNJUDGED = (
    2  # the place of those without an assessment among the outcomes of an investigation
)
NO_CATEGORY = "Inte angivet"
BY_DECISION = "utredningar efter beslutsdag"


@dataclass(frozen=True)
class Line:
    """A line of a table: its name, what its number is narrowed to, and its counts by year."""

    name: str
    where: Where
    counts: Mapping[int, int | None]


def whole(writer: Writer) -> list[Block]:
    """Return the numbers of all departments: deviations by year, and investigations with their sum."""
    deviations, blocks = writer.per_area(QUALITY)
    return [
        key(
            writer, (FROM_OUTSIDE, PRAISE_FROM_OUTSIDE, QUALITY, INVESTIGATIONS, CHECKS)
        ),
        paragraph(writer, QUALITY, deviations),
        *blocks,
        _investigated(writer),
        *_investigations_by_area(writer),
    ]


def _investigated(writer: Writer) -> Paragraph:
    """Return how many investigations were done, how many found something, and how many went to IVO."""
    years = writer.years(INVESTIGATIONS)
    done = writer.by_year(INVESTIGATIONS, years)
    found = writer.by_year(catalogue.FOUND, years)[writer.year]
    notified = writer.by_year(NOTIFIED, years)[writer.year]
    sentences = [writer.compare(INVESTIGATIONS, done)]
    if (whole := done[writer.year]) and found is not None:
        sentences.append(
            share(INVESTIGATIONS.noun, found, whole, verb=catalogue.FOUND.verb)
        )
    if notified:
        sentences.append(
            f"Under {writer.year_in_words} anmäldes {amount(notified, NOTIFIED.noun)} till Inspektionen för "
            "vård och omsorg (IVO)."
        )
    return Paragraph(tuple(sentences))


def _investigations_by_area(writer: Writer) -> list[Block]:
    """Return the investigations by department and outcome; every part is there, so the sums are right."""
    areas = writer.areas([writer.year])
    counted = [
        writer.by_area(outcome, [*areas, writer.unit], [writer.year])
        for outcome in OUTCOMES
    ]
    total = _outcomes(writer, counted, writer.unit)
    if not total[-1]:
        return []
    rows = {area.name: _outcomes(writer, counted, area) for area in areas}
    common = [
        rest(whole, *parts) for whole, *parts in zip(total, *rows.values(), strict=True)
    ]
    if any(common):
        rows["Gemensamt"] = common
    rows["Totalt"] = total
    header = [
        "Inget missförhållande",
        "Missförhållande eller risk",
        "Utan bedömning",
        "Totalt",
    ]
    if not total[UNJUDGED]:
        del header[UNJUDGED]
        for counts in rows.values():
            del counts[UNJUDGED]
    table = Table(
        f"{INVESTIGATIONS.label} {writer.year_in_words}",
        ("Avdelning", *header),
        tuple((name, *map(number_or_unknown, counts)) for name, counts in rows.items()),
        writer.source(BY_DECISION),
        total=True,
    )
    return [table]


def _outcomes(
    writer: Writer, counted: Sequence[Mapping[int, Yearly]], unit: Unit
) -> list[int | None]:
    """Return how many of a unit's investigations found nothing, found something, are unjudged, and all."""
    none, found, everything = [counts[unit.pk][writer.year] for counts in counted]
    return [none, found, rest(everything, none, found), everything]


def views_by_category(writer: Writer) -> list[Block]:
    """Return what came from outside by kind and category, so that praise is never added to complaints."""
    counts = writer.by_year(VIEWS, writer.years(VIEWS))
    said = paragraph(writer, VIEWS, counts)
    shown = _shown(counts)
    if not shown:
        return [said]
    lines: list[Line] = []
    of_kinds: dict[str, int] = {}
    for kind in Kind:
        found = _by_category(writer, (*VIEWS.where, ("kind", kind.value)), shown)
        lines += [
            replace(line, name=f"{kind.label.capitalize()}: {line.name}")
            for line in found
        ]
        of_kinds[kind.value] = sum(line.counts.get(writer.year) or 0 for line in found)
    whole = Line("Totalt", VIEWS.where, counts)
    return [
        Paragraph((*said.sentences, _of_kinds(of_kinds))),
        _category_table(writer, "Synpunkter efter slag och kategori", lines, whole),
    ]


def _of_kinds(kinds: Mapping[str, int]) -> str:
    """Return how many of the year's views were praise, complaints and so on, where they were of several."""
    amounts = []
    for kind, count in kinds.items():
        noun = catalogue.OF_KIND[kind].noun
        if count:
            amounts.append(f"{in_letters(count, noun)} {noun.of(count)}")
    return f"Av dem var {listed(amounts)}." if len(amounts) > 1 else ""


def deviations_by_category(writer: Writer) -> list[Block]:
    """Return the quality deviations by category, and the causes of those that were closed."""
    counts = writer.by_year(QUALITY, writer.years(QUALITY))
    said = paragraph(writer, QUALITY, counts)
    shown = _shown(counts)
    if not shown:
        return [said, *causes(writer)]
    lines = _by_category(writer, QUALITY.where, shown)
    whole = Line("Totalt", QUALITY.where, counts)
    table = _category_table(writer, f"{QUALITY.label} efter kategori", lines, whole)
    return [said, table, *causes(writer)]


def _shown(counts: Mapping[int, int | None]) -> list[int]:
    """Return the year and the one before, as far as anything came in."""
    return [year for year in sorted(counts)[-2:] if counts[year]]


def _by_category(writer: Writer, where: Where, years: Sequence[int]) -> list[Line]:
    """Return a line for each category in some years, the largest first."""
    by_year: dict[int, dict[str, int]] = {}
    every: set[str] = set()
    for year in years:
        found = writer.ledger.by_value(
            "deviations", "received", year, "category", where=where, unit=writer.unit
        )
        by_year[year] = found
        every |= found.keys()
    latest_first = list(reversed(years))

    def largest_first(category: str) -> list[int]:
        return [-by_year[year].get(category, 0) for year in latest_first]

    is_split = split_years(by_year)
    lines = []
    for category in sorted(sorted(every, key=alphabet_key), key=largest_first):
        counts: dict[int, int | None] = dict.fromkeys(years)
        for year in is_split:
            counts[year] = by_year[year].get(category, 0)
        lines.append(
            Line(category or NO_CATEGORY, (*where, ("category", category)), counts)
        )
    return lines


def _category_table(
    writer: Writer, caption: str, lines: Sequence[Line], whole: Line
) -> Table:
    """Return the counts by category with their sum, each tied to its number in the ledger."""
    shown = _shown(whole.counts)
    counted = ("deviations", "received", writer.unit)
    rows, numbers = [], []
    for line in (*lines, whole):
        ids = [writer.ledger.id_of(*counted, year, where=line.where) for year in shown]
        numbers.append(("", *ids))
        rows.append(row_of(line.name, line.counts, shown))
    return Table(
        f"{caption} {writer.years_in_words(shown)}",
        ("Kategori", *map(str, shown)),
        tuple(rows),
        writer.source("inkomna ärenden"),
        total=True,
        numbers=tuple(numbers),
    )


def lexsarah(writer: Writer) -> list[Block]:
    """Return the department's investigations: done, what they found, and what went to IVO."""
    years = writer.years(INVESTIGATIONS)
    done = writer.by_year(INVESTIGATIONS, years)
    none = writer.by_year(catalogue.NOT_FOUND, years)
    found = writer.by_year(catalogue.FOUND, years)
    if not any(done.values()):
        return [_investigated(writer)]
    unjudged = {year: rest(done[year], none[year], found[year]) for year in years}
    lines: dict[str, Mapping[int, int | None]] = {
        catalogue.NOT_FOUND.label: none,
        catalogue.FOUND.label: found,
    }
    if any(unjudged.values()):
        lines["Utan bedömning"] = unjudged
    lines["Totalt"] = done
    table = Table(
        f"{INVESTIGATIONS.label} {writer.years_in_words(years)}",
        ("Bedömning", *map(str, years)),
        tuple(row_of(name, counts, years) for name, counts in lines.items()),
        writer.source(BY_DECISION),
        total=True,
    )
    return [_investigated(writer), table]


def self_checks_done(writer: Writer) -> list[Block]:
    """Return how many self-checks were done; of none in any year, nothing."""
    counts = writer.by_year(CHECKS, writer.years(CHECKS))
    if not any(counts.values()):
        return []
    return [Paragraph((writer.compare(CHECKS, counts),))]


def surveys(writer: Writer) -> list[Block]:
    """Return the surveys that were done: how many answered, and what they said."""
    return _checks(writer, Group.SURVEYS)


def comparisons(writer: Writer) -> list[Block]:
    """Return the comparisons with others that were gone through."""
    return _checks(writer, Group.COMPARISONS)


def reviews(writer: Writer) -> list[Block]:
    """Return the reviews of files and logs."""
    return _checks(writer, Group.REVIEWS)


def other_checks(writer: Writer) -> list[Block]:
    """Return the other self-checks, and the measurement series."""
    return [
        *_checks(writer, Group.OTHERS),
        *measured(writer),
    ]


def _checks(writer: Writer, group: Group) -> list[Block]:
    """Return the self-checks of a group that were done in the year, as a table."""
    period = writer.period
    done = SelfCheck.objects.filter(
        done_on__gte=period.first,
        done_on__lt=period.end,
        method__in=methods_of(group),
        unit__path__startswith=writer.unit.path,
        protected=False,
    )
    ordered = (
        done.select_related("template")
        .prefetch_related("actions", "answers")
        .order_by("done_on", "pk")
    )
    rows = tuple(map(_check_row, ordered))
    if not rows:
        return []
    caption, heading = TITLES[group]
    header = (heading, "Verksamhet", "Resultat", "Åtgärder")
    return [
        Table(
            f"{caption} {writer.year_in_words}", header, rows, widths=(25, 20, 30, 25)
        )
    ]


def _check_row(check: SelfCheck) -> tuple[str, ...]:
    """Return what was checked, where, with which result, and what was done about it."""
    actions, _ = measures(check)
    return check.title, check.workplace, _answers_and_result(check), actions


def _answers_and_result(check: SelfCheck) -> str:
    """Return the number of answers to a survey and the result, as far as there are any."""
    result = result_of(check)
    if not check.response:
        return result
    answered = f"Svarande: {check.response.words}"
    return answered if result == NOTHING else f"{answered}\n{result}"
