"""What the parts of the outline by department hold, as Göteborg's administration writes (report of 2024).

Each part is written about one department at a time; ``whole`` about all of them, with the sums.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analysis import catalogue
from analysis.catalogue import CHECKS, FROM_OUTSIDE, NOTIFIED, PRAISE_FROM_OUTSIDE
from analysis.indicators import BY_DEPARTMENT, Where
from deviations.models import Kind
from organisation.alphabet import alphabet_key
from organisation.models import Unit
from reports.appendices import NOTHING, measured, measures, result_of
from reports.document import Block, Paragraph, Table
from reports.live import rest, split_years, told
from reports.malmo import causes, key, paragraph
from reports.sentences import amount, in_letters, listed, share
from reports.writer import Writer
from selfcheck.models import Method, SelfCheck

VIEWS = catalogue.ALL_FROM_OUTSIDE.said(BY_DEPARTMENT)
QUALITY = catalogue.QUALITY.said(BY_DEPARTMENT)
INVESTIGATIONS = catalogue.INVESTIGATIONS.said(BY_DEPARTMENT)
OUTCOMES = (catalogue.NOT_FOUND, catalogue.FOUND, INVESTIGATIONS)
# Every method stands in one of these, or its checks would be missing from the report (tests/test_tables.py).
SURVEYS = (Method.SURVEY, Method.ATTITUDE)
COMPARISONS = (Method.COMPARISON,)
REVIEWS = (Method.FILE_REVIEW, Method.LOG_CHECK)
OTHERS = (Method.WALKTHROUGH, Method.MEASUREMENT_SERIES, Method.STATISTICS_REVIEW)
NO_CATEGORY = "Inte angivet"
# A name and what it is narrowed to, with its counts by year.
Split = dict[tuple[str, Where], dict[int, int | None]]
BY_DECISION = "utredningar efter beslutsdag"


def whole(writer: Writer) -> list[Block]:
    """Return the numbers of all departments: deviations by year, and investigations with their sum."""
    deviations, blocks = writer.per_area(QUALITY)
    return [
        key(writer, (FROM_OUTSIDE, PRAISE_FROM_OUTSIDE, QUALITY, INVESTIGATIONS, CHECKS)),
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
        sentences.append(share(INVESTIGATIONS.noun, found, whole, verb=catalogue.FOUND.verb))
    if notified:
        sentences.append(
            f"Under {writer.year_in_words} anmäldes {amount(notified, NOTIFIED.noun)} till Inspektionen för "
            "vård och omsorg (IVO)."
        )
    return Paragraph(tuple(sentences))


def _investigations_by_area(writer: Writer) -> list[Block]:
    """Return the investigations by department and outcome; every part is there, so the sums are right."""
    areas, years = writer.areas([writer.year]), [writer.year]
    counted = [writer.by_area(outcome, [*areas, writer.unit], years) for outcome in OUTCOMES]

    def of(unit: Unit) -> list[int | None]:
        none, found, everything = (counts[unit.pk][writer.year] for counts in counted)
        return [none, found, rest(everything, none, found), everything]

    total = of(writer.unit)
    if not total[-1]:
        return []
    rows = {area.name: of(area) for area in areas}
    left = [rest(whole, *parts) for whole, *parts in zip(total, *rows.values(), strict=True)]
    if any(left):
        rows["Gemensamt"] = left
    rows["Totalt"] = total
    header = ("Avdelning", "Inget missförhållande", "Missförhållande eller risk", "Utan bedömning", "Totalt")
    shown = [at for at in range(4) if at != 2 or total[2]]
    table = Table(
        f"{INVESTIGATIONS.label} {writer.year_in_words}",
        (header[0], *(header[at + 1] for at in shown)),
        tuple((name, *(told(row[at]) for at in shown)) for name, row in rows.items()),
        writer.source(BY_DECISION),
        total=True,
    )
    return [table]


def views_by_category(writer: Writer) -> list[Block]:
    """Return what came from outside by kind and category, so that praise is never added to complaints."""
    counts = writer.by_year(VIEWS, writer.years(VIEWS))
    said = paragraph(writer, VIEWS, counts)
    shown = _shown(counts)
    if not shown:
        return [said]
    split: Split = {}
    kinds: dict[str, int] = {}
    for kind in Kind:
        found = _split(writer, (*VIEWS.where, ("kind", kind.value)), shown)
        split |= {
            (f"{kind.label.capitalize()}: {name or NO_CATEGORY}", narrowed): counted
            for (name, narrowed), counted in found.items()
        }
        kinds[kind.value] = sum(counted.get(writer.year) or 0 for counted in found.values())
    told = Paragraph((*said.sentences, _of_kinds(kinds)))
    return [
        told,
        _category_table(writer, "Synpunkter efter slag och kategori", split, (counts, VIEWS.where)),
    ]


def _of_kinds(kinds: dict[str, int]) -> str:
    """Return how many of the year's views were praise, complaints and so on, where they were of several."""
    shown = [(catalogue.OF_KIND[kind].noun, count) for kind, count in kinds.items() if count]
    told = [
        f"{in_letters(count, noun)} {noun.singular if count == 1 else noun.plural}" for noun, count in shown
    ]
    return f"Av dem var {listed(told)}." if len(told) > 1 else ""


def deviations_by_category(writer: Writer) -> list[Block]:
    """Return the quality deviations by category, and the causes of those that were closed."""
    counts = writer.by_year(QUALITY, writer.years(QUALITY))
    said = paragraph(writer, QUALITY, counts)
    shown = _shown(counts)
    if not shown:
        return [said, *causes(writer)]
    found = _split(writer, QUALITY.where, shown)
    named = {(name or NO_CATEGORY, narrowed): counted for (name, narrowed), counted in found.items()}
    table = _category_table(writer, f"{QUALITY.label} efter kategori", named, (counts, QUALITY.where))
    return [said, table, *causes(writer)]


def _shown(counts: Mapping[int, int | None]) -> list[int]:
    """Return the year and the one before, as far as anything came in."""
    return [year for year in sorted(counts)[-2:] if counts[year]]


def _split(writer: Writer, where: Where, years: Sequence[int]) -> Split:
    """Return the counts of some years by category with what each is narrowed to, the largest first."""
    by_year = {
        year: writer.ledger.by_value(
            "deviations", "received", year, "category", where=where, unit=writer.unit
        )
        for year in years
    }
    is_split = split_years(by_year)
    names = sorted({name for found in by_year.values() for name in found}, key=alphabet_key)
    names.sort(key=lambda name: [-by_year[year].get(name, 0) for year in reversed(years)])
    return {
        (name, (*where, ("category", name))): {
            year: found.get(name, 0) if year in is_split else None for year, found in by_year.items()
        }
        for name in names
    }


def _category_table(
    writer: Writer, caption: str, split: Split, whole: tuple[dict[int, int | None], Where]
) -> Table:
    """Return the counts by category with their sum, each tied to its number in the ledger."""
    counts, where = whole
    shown = _shown(counts)

    def numbers(narrowed: Where) -> tuple[str, ...]:
        ids = (writer.ledger.id_of("deviations", "received", writer.unit, y, where=narrowed) for y in shown)
        return ("", *ids)

    rows = [(name, *(told(counted[year]) for year in shown)) for (name, _), counted in split.items()]
    rows.append(("Totalt", *(told(counts[year]) for year in shown)))
    return Table(
        f"{caption} {writer.years_in_words(shown)}",
        ("Kategori", *map(str, shown)),
        tuple(rows),
        writer.source("inkomna ärenden"),
        total=True,
        numbers=tuple(numbers(narrowed) for narrowed in [*(narrowed for _, narrowed in split), where]),
    )


def lexsarah(writer: Writer) -> list[Block]:
    """Return the department's investigations: done, what they found, and what went to IVO."""
    years = writer.years(INVESTIGATIONS)
    done = writer.by_year(INVESTIGATIONS, years)
    none, found = (writer.by_year(outcome, years) for outcome in (catalogue.NOT_FOUND, catalogue.FOUND))
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
        tuple((name, *(told(row[year]) for year in years)) for name, row in lines.items()),
        writer.source(BY_DECISION),
        total=True,
    )
    return [_investigated(writer), table]


def self_checks_done(writer: Writer) -> list[Block]:
    """Return how many self-checks were done; of none in any year, nothing."""
    counts = writer.by_year(CHECKS, writer.years(CHECKS))
    return [Paragraph((writer.compare(CHECKS, counts),))] if any(counts.values()) else []


def surveys(writer: Writer) -> list[Block]:
    """Return the surveys that were done: how many answered, and what they said."""
    return _checks(writer, SURVEYS, "Brukarenkäter", "Enkät")


def comparisons(writer: Writer) -> list[Block]:
    """Return the comparisons with others that were gone through."""
    return _checks(writer, COMPARISONS, "Jämförelser", "Jämförelse")


def reviews(writer: Writer) -> list[Block]:
    """Return the reviews of files and logs."""
    return _checks(writer, REVIEWS, "Interna granskningar", "Granskning")


def other_checks(writer: Writer) -> list[Block]:
    """Return the other self-checks, and the measurement series."""
    return [*_checks(writer, OTHERS, "Övriga egenkontroller", "Egenkontroll"), *measured(writer)]


def _checks(writer: Writer, methods: Sequence[Method], caption: str, heading: str) -> list[Block]:
    period = writer.period
    done = SelfCheck.objects.filter(
        done_on__gte=period.first,
        done_on__lt=period.end,
        method__in=methods,
        unit__path__startswith=writer.unit.path,
        protected=False,
    )
    rows = tuple(
        (check.title, check.workplace, _told(check), measures(check)[0])
        for check in done.select_related("template")
        .prefetch_related("actions", "answers")
        .order_by("done_on", "pk")
    )
    header = (heading, "Verksamhet", "Resultat", "Åtgärder")
    caption = f"{caption} {writer.year_in_words}"
    return [Table(caption, header, rows, widths=(25, 20, 30, 25))] if rows else []


def _told(check: SelfCheck) -> str:
    answered = f"Svarande: {check.response.words}" if check.response else ""
    result = result_of(check)
    return "\n".join(part for part in (answered, "" if answered and result == NOTHING else result) if part)
