"""The results of a year's tertial analyses: judged patterns, conclusions, and effects.

No counts of a unit are shown here: a report is published, and a pattern may be as few as two cases.
"""

from __future__ import annotations

from django.db.models import Q

from analysis.counted.nouns import Noun
from analysis.models import Pattern, State, TertialAnalysis, Verdict
from analysis.tertial.signal_sentences import assessment_of, name_of
from casework.models import Action
from reports.document.blocks import Paragraph, Table
from reports.outlines.writer import Writer
from reports.tokens.sentences import amount

PATTERN = Noun("mönster", "mönster", neuter=True)
UNIT = Noun("enhet", "enheter")


def of_year(writer: Writer) -> list[Paragraph | Table]:
    """Return what the analyses of the year came to (SOSFS 2011:9 5 kap. 6-8 §§); of none, nothing."""
    return [*_conclusions(writer), *_patterns(writer), *_effects(writer)]


def _below(writer: Writer, prefix: str = "") -> Q:
    """Return the condition of the analyses under the report's unit; none about a protected person."""
    return Q(
        **{
            f"{prefix}about__path__startswith": writer.unit.path,
            f"{prefix}protected": False,
        }
    )


def _in_the_year(writer: Writer, prefix: str = "") -> Q:
    """Return the condition of the analyses of the report's year: three tertials, whichever year it is."""
    held = Q()
    for year, number in writer.tertials:
        held |= Q(**{f"{prefix}year": year, f"{prefix}tertial": number})
    return held


def concluded(writer: Writer) -> list[TertialAnalysis]:
    """Return the analyses of the year that have a conclusion, of the report's unit and those right below."""
    areas = [writer.unit, *writer.areas([writer.year])]
    found = TertialAnalysis.objects.filter(
        _below(writer), _in_the_year(writer), about__in=areas
    )
    with_words = found.exclude(conclusion="").select_related("about")
    return list(with_words.order_by("year", "tertial", "about__path"))


def judged(writer: Writer) -> list[Pattern]:
    """Return the judged patterns of the year."""
    found = Pattern.objects.filter(
        _below(writer, "analysis__"), _in_the_year(writer, "analysis__")
    )
    return list(
        found.exclude(verdict="")
        .select_related("analysis__about")
        .order_by(
            "analysis__year", "analysis__tertial", "analysis__about__path", "position"
        )
    )


def _conclusions(writer: Writer) -> list[Table]:
    """Return what was concluded each tertial of the report's unit and of those right below it."""
    rows = []
    for case in concluded(writer):
        tertial = f"Tertial {case.tertial}"
        if case.state != State.DONE:
            tertial += ", analysen pågår"
        rows.append((tertial, case.about.name, case.conclusion))
    if not rows:
        return []
    header = ("Tertial", "Verksamhet", "Slutsats")
    caption = f"Slutsatser per tertial {writer.year}"
    return [Table(caption, header, tuple(rows), widths=(15, 25, 60))]


def _patterns(writer: Writer) -> list[Paragraph | Table]:
    """Return the patterns that were judged, with what they mean and what was decided."""
    patterns = judged(writer)
    if not patterns:
        return []
    acted = sum(pattern.verdict == Verdict.ACTION for pattern in patterns)
    where = len({pattern.analysis.about_id for pattern in patterns})
    said = (
        f"Under {writer.year_in_words} bedömdes {amount(len(patterns), PATTERN)} i {amount(where, UNIT)}: "
        f"åtgärd för {acted} och ingen åtgärd för {len(patterns) - acted}."
    )
    rows = tuple(map(_pattern_row, patterns))
    header = ("Tertial", "Verksamhet", "Mönster", "Bedömning och beslut")
    return [
        Paragraph((said,)),
        Table(f"Bedömda mönster {writer.year}", header, rows, widths=(10, 25, 30, 35)),
    ]


def _pattern_row(pattern: Pattern) -> tuple[str, ...]:
    """Return a row about a pattern: when, where, what, and how it was judged."""
    return (
        f"T{pattern.analysis.tertial}",
        pattern.analysis.about.name,
        f"{pattern.get_kind_display().capitalize()}: {name_of(pattern)}",
        f"{pattern.get_verdict_display().capitalize()}. {assessment_of(pattern)}".strip(),
    )


def _effects(writer: Writer) -> list[Table]:
    """Return the actions of tertial analyses whose effect was followed up in the year."""
    analyses = TertialAnalysis.objects.filter(_below(writer)).order_by()
    period = writer.period
    followed = Action.objects.filter(
        case__in=analyses.values("pk"),
        effect_on__gte=period.first,
        effect_on__lt=period.end,
    )
    place = "case__tertialanalysis__about"
    rows = []
    for action in followed.select_related(place).order_by(f"{place}__path", "pk"):
        unit = action.case.tertialanalysis.about
        rows.append(
            (
                unit.name,
                action.text,
                action.state.capitalize(),
                action.effect_note or "–",
            )
        )
    if not rows:
        return []
    header = ("Verksamhet", "Åtgärd", "Effekt", "Vad uppföljningen visade")
    return [
        Table(
            f"Effekt av åtgärder {writer.year}",
            header,
            tuple(rows),
            widths=(20, 35, 15, 30),
        )
    ]
