"""The help beside an author's box: last year's text, promises, conclusions, and examples.

Nothing of a single case is read here but actions that concern more than it: what stands beside is what a
report may tell, and an example can be tied to no case.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING

from django.db.models import Case, Q, Value, When
from django.utils import timezone
from django.utils.text import Truncator

from analysis.rules.masking import LEAST
from analysis.tertial.signal_sentences import is_kept, name_of
from organisation.models import Unit
from reports.checks.texts import secret_remarks
from reports.models import AnnualReport, Block, State
from reports.outlines import improvements, tertial_conclusions
from reports.outlines.writer import Writer
from reports.tokens.tokens import MARKUP

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analysis.models import Pattern, TertialAnalysis
    from organisation.models import User
    from reports.document.blocks import Document, Section

MOST = 15
LONGEST = 1_200
# The name of a routine alone is no example.
LEAST_WORDS = 4
# Where the year before promised what a section follows up.
PROMISED_IN = {"uppfoljning": "utveckling"}
DECIDED = (State.APPROVED, State.PUBLISHED)


@dataclass(frozen=True)
class Passage:
    """A passage beside the box: its text, its source and its outcome."""

    text: str
    where: str = ""
    outcome: str = ""
    insert: str = ""

    @property
    def shown(self) -> str:
        """Return the text, of which no more than a page is shown."""
        return Truncator(self.text).chars(LONGEST)


@dataclass(frozen=True)
class Beside:
    """All that stands beside the box of a section; ``earlier`` and ``plan`` are texts of the year before."""

    earlier: Block | None
    plan: Block | None
    promised: list[Passage]
    actions: list[Passage]
    conclusions: list[Passage]
    patterns: list[Passage]
    examples: list[Passage]


def beside(
    report: AnnualReport, document: Document, section: Section, *, reader: User
) -> Beside:
    """Return the help beside the box of a section, about the unit of the section."""
    writer = _writer_of(report, document, section)
    texts = _last_year(report, section.key, reader)
    carried, decided = [], []
    for followed in improvements.follow_up(writer, reader=reader):
        if followed.carried_from:
            carried.append(followed)
        else:
            decided.append(followed)
    judged = tertial_conclusions.judged(writer)
    open_patterns = [
        pattern for pattern in judged if not is_kept(pattern, opened=False)
    ]
    return Beside(
        earlier=texts.get(section.key),
        plan=texts.get(PROMISED_IN.get(section.key, "")),
        promised=list(map(_of_action, carried[:MOST])),
        actions=list(map(_of_action, decided[:MOST])),
        conclusions=list(
            map(_of_conclusion, tertial_conclusions.concluded(writer)[:MOST])
        ),
        patterns=list(map(_of_pattern, open_patterns[:MOST])),
        examples=list(islice(_examples(writer, judged, reader), MOST)),
    )


def _writer_of(report: AnnualReport, document: Document, section: Section) -> Writer:
    """Return a writer about the unit that a section is about."""
    writer = Writer(report, timezone.localdate(), document.period_of)
    if section.about in ("", report.unit.code):
        return writer
    area = Unit.objects.filter(
        code=section.about, path__startswith=report.unit.path
    ).first()
    return writer.of(area) if area else writer


def _last_year(report: AnnualReport, key: str, reader: User) -> Mapping[str, Block]:
    """Return the texts of the year before by section, of a report that is decided or that one reads."""
    keys = {key, PROMISED_IN.get(key, key)}
    earlier = AnnualReport.objects.filter(
        unit=report.unit, year=report.year - 1
    ).order_by()
    read = Q(pk__in=AnnualReport.objects.visible_to(reader).order_by().values("pk"))
    reports = earlier.filter(read | Q(state__in=DECIDED)).values("pk")
    same_first = Case(
        When(report__template=report.template, then=Value(0)), default=Value(1)
    )
    found = Block.objects.filter(report__in=reports, section__in=keys).exclude(text="")
    newest = found.order_by("section", same_first, "report", "-version").distinct(
        "section"
    )
    return {block.section: block for block in newest.select_related("report")}


def _of_action(followed: improvements.FollowedUp) -> Passage:
    """Return an action with its outcome."""
    text, outcome = followed.action.text, followed.outcome
    where = f"Från {followed.carried_from}" if followed.carried_from else ""
    return Passage(text, where, outcome, _plain(f"{text.rstrip('.')}. {outcome}"))


def _of_conclusion(case: TertialAnalysis) -> Passage:
    """Return the conclusion of a tertial."""
    where = f"Tertial {case.tertial} {case.year}, {case.about.name}"
    return Passage(case.conclusion, where, insert=_plain(case.conclusion))


def _of_pattern(pattern: Pattern) -> Passage:
    """Return a pattern with its assessment."""
    analysis = pattern.analysis
    where = f"Tertial {analysis.tertial} {analysis.year}, {analysis.about.name}"
    what = f"{pattern.get_kind_display()}, {name_of(pattern)}"
    return Passage(
        pattern.assessment,
        f"{where}: {what}",
        pattern.get_verdict_display().capitalize(),
    )


def _plain(text: str) -> str:
    """Return words that stand as they are in a text: no markup and no token."""
    line = " ".join(text.split()).replace("{", "(").replace("}", ")")
    return MARKUP.sub(r"\\\1", line)


# --- examples that can be tied to no case -------------------------------------------------------
def _examples(
    writer: Writer, judged: Iterable[Pattern], reader: User
) -> Iterable[Passage]:
    """Yield what people have concluded of many cases, of risks and of routines; never words of a case.

    A pattern of fewer than five cases is no example, and neither is what holds a number or an address
    of somebody (OSL 26 kap. 1 §).
    """
    told: set[str] = set()
    for text, source in chain(_of_patterns(judged), _of_actions(writer, reader)):
        is_sentence = len(text.split()) >= LEAST_WORDS
        if is_sentence and text not in told and not any(secret_remarks(text)):
            told.add(text)
            yield Passage(text, source, insert=_plain(f"{text.strip()} ({source}.)"))


def _of_patterns(judged: Iterable[Pattern]) -> Iterable[tuple[str, str]]:
    """Yield what patterns of many deviations were judged to mean, each with its tertial."""
    for pattern in judged:
        if pattern.count >= LEAST and pattern.subject == "deviations":
            analysis = pattern.analysis
            yield (
                pattern.assessment,
                f"Tertialanalysen, tertial {analysis.tertial} {analysis.year}",
            )


def _of_actions(writer: Writer, reader: User) -> Iterable[tuple[str, str]]:
    """Yield what risk analyses led to, and routines that were improved after compiling many cases."""
    period = writer.period
    found = improvements.actions_of(writer, reader=reader).filter(
        case__subject__in=improvements.COMPILED,
        done_on__gte=period.first,
        done_on__lt=period.end,
    )
    for action in found.select_related("case")[: 2 * MOST]:
        if action.case.subject == "riskanalysis":
            yield action.text, f"Åtgärd efter en riskanalys {writer.year}"
        elif action.improved_routine:
            yield action.improved_routine, f"Förbättrad rutin {writer.year}"
