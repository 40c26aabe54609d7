"""How several write a report: who has which section, who writes now, drafts, and earlier versions."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from organisation.access import paths_above
from organisation.models import Membership, User
from organisation.rights import Right
from reports.document.markup import normalise
from reports.life import services
from reports.life.workflow import log
from reports.models import AnnualReport, Assignment, Block, ReportComment, TextDraft
from reports.outlines.parts import PARTS
from reports.writing import reminders

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from organisation.models import Unit
    from reports.document.blocks import Section

# Who has kept nothing for so long has gone to do something else.
WRITES_NOW = dt.timedelta(minutes=15)
DAYS_KEPT = 90
# Comparing takes the square of the lines or words: beyond this many, what changed is shown whole.
MOST_COMPARED = 1500


# --- who has which section ----------------------------------------------------------------------
def authors_around(unit: Unit) -> QuerySet[User]:
    """Return who may be given a section: chiefs and analysts over the unit or below it, by name."""
    held = Membership.objects.valid().filter(role__in=Right.REPORTS_WRITE_SECTION.roles)
    around = held.filter(unit__path__in=paths_above(unit)) | held.filter(
        unit__path__startswith=unit.path
    )
    return User.objects.filter(is_active=True, pk__in=around.values("user"))


def assign(
    report: AnnualReport,
    *,
    section: str,
    title: str = "",
    author: User | None,
    due_on: dt.date | None,
    status: str,
    actor: User,
) -> Assignment:
    """Give a section to an author until a day, or say how far it has come; the report's log tells who did."""
    with transaction.atomic():
        if not AnnualReport.objects.select_for_update().get(pk=report.pk).is_open:
            raise services.DecidedError
        before = (
            report.assignments.filter(section=section).select_related("author").first()
        )
        assignment, _ = Assignment.objects.update_or_create(
            report=report,
            section=section,
            defaults={
                "title": title[:200],
                "author": author,
                "due_on": due_on,
                "status": status,
            },
        )
        reminders.tell_of_change(
            assignment, before=before.author if before else None, actor=actor
        )
        done = f"{title or section}: {assignment.get_status_display()}"
        if author:
            done += f", {author}"
        log(report, "assign", done[:200], actor=actor)
    return assignment


def unassign(report: AnnualReport, *, section: str, actor: User) -> None:
    """Take back a section, also one that is no longer there; done twice, the first stands in the log."""
    with transaction.atomic():
        if not AnnualReport.objects.select_for_update().get(pk=report.pk).is_open:
            raise services.DecidedError
        given = (
            report.assignments.filter(section=section)
            .select_related("author", "report__unit")
            .first()
        )
        if given is None:
            return
        before, given.author = given.author, None
        given.delete()
        reminders.tell_of_change(given, before=before, actor=actor)
        log(
            report,
            "assign",
            f"{given.title or section}: ansvaret togs bort"[:200],
            actor=actor,
        )


@dataclass(frozen=True)
class Standing:
    """The progress of one section: its assignment, its newest text, and its open comments."""

    section: Section
    assignment: Assignment
    newest: Block | None
    comments: int

    @property
    def is_late(self) -> bool:
        """Tell whether its last day has passed and it is not done."""
        return self.assignment.is_late

    @property
    def is_done(self) -> bool:
        """Tell whether its author has said that it is done."""
        return self.assignment.status != Assignment.Status.DRAFT

    @property
    def tone(self) -> str:
        """Return the tone of its status."""
        return self.assignment.tone


def standing_of(report: AnnualReport, sections: Iterable[Section]) -> list[Standing]:
    """Return where each section that people write stands, in reading order, with four questions."""
    given = {
        found.section: found for found in report.assignments.select_related("author")
    }
    newest = (
        report.blocks.select_related("written_by")
        .order_by("section", "-version")
        .distinct("section")
    )
    texts = {block.section: block for block in newest.defer("text")}
    comments = Counter(
        report.comments.filter(resolved_at=None).values_list("section", flat=True)
    )
    return [
        Standing(
            section,
            given.get(section.key) or Assignment(report=report, section=section.key),
            texts.get(section.key),
            comments[section.key],
        )
        for section in sections
    ]


@dataclass(frozen=True)
class Orphan:
    """A section that has gone from the outline, with its assignment and its open comments."""

    section: str
    title: str
    assignment: Assignment | None
    remarks: list[ReportComment]


def orphans_of(report: AnnualReport, sections: Iterable[Section]) -> list[Orphan]:
    """Return the assignments and open comments of other sections, while the report is open."""
    if not report.is_open:
        return []
    there = [section.key for section in sections]
    gone = report.assignments.exclude(section__in=there).select_related("author")
    given = {assignment.section: assignment for assignment in gone}
    said: dict[str, list[ReportComment]] = defaultdict(list)
    remarks = report.comments.exclude(section__in=there).filter(resolved_at=None)
    for remark in remarks.select_related("author"):
        said[remark.section].append(remark)
    return [
        Orphan(key, _title_of(key, given.get(key)), given.get(key), said.get(key, []))
        for key in sorted(given.keys() | said.keys())
    ]


def _title_of(key: str, assignment: Assignment | None) -> str:
    """Return what a section was called when it was given, or what its part is called."""
    if assignment and assignment.title:
        return assignment.title
    return PARTS[key].name if key in PARTS else key


# --- drafts, and who writes now -----------------------------------------------------------------
def keep_draft(
    report: AnnualReport, *, section: str, text: str, seen_version: int, actor: User
) -> TextDraft:
    """Store a person's unsaved typing as a draft, apart from the saved text."""
    now = timezone.now()
    draft, _ = TextDraft.objects.update_or_create(
        report=report,
        section=section,
        author=actor,
        defaults={
            "text": normalise(text),
            "seen_version": seen_version,
            "typed_at": now,
            "updated_at": now,
        },
    )
    return draft


def note_opened(report: AnnualReport, *, section: str, actor: User) -> None:
    """Let others see that a person has a section open; what he or she has typed stays as it is."""
    now = timezone.now()
    TextDraft.objects.update_or_create(
        report=report, section=section, author=actor, defaults={"updated_at": now}
    )


def drop_draft(report: AnnualReport, *, section: str, actor: User) -> bool:
    """Remove a person's own draft of a section; tell whether there was one."""
    removed, _ = TextDraft.objects.filter(
        report=report, section=section, author=actor
    ).delete()
    return bool(removed)


def own_draft(
    report: AnnualReport, section: str, user: User, *, saved: str
) -> TextDraft | None:
    """Return a person's draft of a section; None where it is the same as the saved text."""
    own = report.drafts.filter(section=section, author=user)
    return own.exclude(text__in=("", saved)).first()


@dataclass(frozen=True)
class Writing:
    """Somebody who writes in a section now."""

    name: str
    minutes: int

    @property
    def when(self) -> str:
        """Return how long ago something was typed."""
        if not self.minutes:
            return "just nu"
        if self.minutes == 1:
            return "1 minut sedan"
        return f"{self.minutes} minuter sedan"


def writing_now(report: AnnualReport, section: str, *, but: User) -> list[Writing]:
    """Return the other people who have typed in a section lately; it locks nothing."""
    now = timezone.now()
    lately = report.drafts.filter(
        section=section, updated_at__gte=now - WRITES_NOW
    ).exclude(author=but)
    return [
        Writing(draft.author.name, int((now - draft.updated_at).total_seconds() // 60))
        for draft in lately.select_related("author").defer("text")
    ]


def remove_old_drafts() -> int:
    """Remove drafts that are untouched for ninety days; return how many."""
    before = timezone.now() - dt.timedelta(days=DAYS_KEPT)
    removed, _ = TextDraft.objects.filter(updated_at__lt=before).delete()
    return removed


# --- earlier versions ---------------------------------------------------------------------------
@dataclass(frozen=True)
class Piece:
    """A run of words that two versions share, or that one of them has."""

    kind: str
    text: str

    SAME, NEW, OLD = "same", "new", "old"


def compare(old: str, new: str) -> list[Piece]:
    """Return the differences of two versions, line by line and within a changed line word by word."""
    pieces: list[Piece] = []
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    if max(len(before), len(after)) > MOST_COMPARED:
        before, after = [old], [new]
    for piece in _differences(before, after):
        if pieces and pieces[-1].kind == piece.kind:
            pieces[-1] = Piece(piece.kind, pieces[-1].text + piece.text)
        else:
            pieces.append(piece)
    return pieces


def _differences(
    old: list[str], new: list[str], *, words: bool = False
) -> Iterator[Piece]:
    """Yield what two versions share, and what only one of them has."""
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, first, last, start, end in matcher.get_opcodes():
        gone, come = "".join(old[first:last]), "".join(new[start:end])
        if tag == "equal":
            yield Piece(Piece.SAME, gone)
            continue
        if tag == "replace" and not words:
            before, after = re.split(r"(\s+)", gone), re.split(r"(\s+)", come)
            if max(len(before), len(after)) <= MOST_COMPARED:
                yield from _differences(before, after, words=True)
                continue
        if gone:
            yield Piece(Piece.OLD, gone)
        if come:
            yield Piece(Piece.NEW, come)


def restore(
    report: AnnualReport, block: Block, *, seen_version: int, actor: User
) -> Block:
    """Let an earlier text count again, as a new version; raises what writing raises."""
    return services.write(
        report,
        section=block.section,
        text=block.text,
        seen_version=seen_version,
        actor=actor,
    )
