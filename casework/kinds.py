"""The kinds of cases there are: what an app that owns one says of it, once, when it is loaded.

Everything over all cases (inbox, lists, routines, recurrence, purging, notices) reads it here and knows
no kind by name.  A kind stands in its app's ``kind.py`` and is registered by the app's ``ready``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet

from organisation.models import Unit
from organisation.rights import Right, Role

# Returns the keys of cases.
Hold = Callable[[], QuerySet[Any]]
# A table, and its two columns with keys of cases.
Tie = tuple[type[models.Model], str, str]
# Makes a case of this kind of a case of another, in the transaction that says that it is one.
Receive = Callable[..., Any]


class Circle(models.TextChoices):
    """Who reads a case: those who usually do, or fewer (OSL 26 kap. 1 §)."""

    USUAL = "", "som vanligt"
    FEW = "few", "cheferna, utredaren och kvalitetscontrollern"
    INVESTIGATOR = (
        "investigator",
        "utredaren och kvalitetscontrollern, inte enhetens chefer",
    )


@dataclass(frozen=True)
class CircleRule:
    """What holds in one circle: which roles read its cases of their own units, and which handle them."""

    readers: frozenset[Role]
    handlers: frozenset[Role]


@dataclass(frozen=True)
class Shared:
    """Something that cases may have in common: its name, where on the spine it is read, and in words."""

    name: str
    lookup: str
    words: str


@dataclass(frozen=True)
class Topic:
    """What notices of some kinds are about that is no case: in a word, and the URL name of its page."""

    word: str
    page: str
    notices: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class CaseKind:
    """One kind of case, as its app declares it."""

    # The table of its own, and what it is called in Swedish.
    model: type[models.Model]
    singular: str
    plural: str

    # --- its process ---
    # From a case its process (casework.process.workflow.Workflow), and from the names of fields a step's form.
    workflow_of: Callable[[Any], Any]
    form_of: Callable[[tuple[str, ...]], type[Any]]
    # The app's verb: the arguments of casework.process.workflow.take after the workflow.
    take: Callable[..., Any]

    # --- who reads and handles it ---
    handlers: frozenset[Role] = Right.ORGANISATION_LEAD.roles
    # Those who handle it besides where it is about a whole administration.
    central_handlers: frozenset[Role] = frozenset()
    # The circles of few that its cases are in; one without any is read as usual.
    circles: Mapping[Circle, CircleRule] = field(default_factory=dict)
    # Whether people outside the municipality write such cases.
    comes_from_outside: bool = False

    # --- what is written in it ---
    # Whether its handlers write to the one who reported, and whether their notes name a source.
    answers_reporter: bool = True
    asks_for_sources: bool = False

    # --- lists, search and files ---
    # The column of its own table that holds the words to search, beside number and title.
    searched: str = ""
    target_groups: tuple[str, ...] = ()
    # The fields of its own table in the inbox's file: words that are chosen, never written.
    chosen: tuple[str, ...] = ()

    # --- routines, and what recurs ---
    # How so many of its cases are said to name a routine, such as "avvikelser från"; "" where none does.
    naming_words: str = ""
    # The names that it offers whatever the register says, and the answers that are no routine's name.
    standing: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    # The condition on the spine for the cases that were done as a check of a routine.
    checked: Q | None = None
    # What cases of it may share besides the routine, None where nothing recurs, and which do not count.
    shared: tuple[Shared, ...] | None = None
    not_counted: Q | None = None

    # The template of what its app shows beside a routine.
    beside_routine: str = ""

    # --- pages that others lead to, by URL name ---
    # Where one is reported, and where people find what they reported themselves.
    report_page: str = ""
    own_page: str = ""
    # Where notices of some kinds lead those who do not read the case itself.
    leads: Mapping[str, str] = field(default_factory=dict)
    topics: tuple[Topic, ...] = ()

    # --- purging ---
    # What keeps its cases back, in Swedish words that say why.
    holds: Mapping[str, Hold] = field(default_factory=dict)
    # Cases that are purged together, when both are due.
    ties: tuple[Tie, ...] = ()
    # Columns that only point at a row: they are emptied when what they point at is purged.
    loose: tuple[tuple[type[models.Model], str], ...] = ()
    # By which columns the rows of a register without numbers are known again.
    recognised_by: tuple[str, ...] = ()
    # Called with the keys before the rows go, in the same transaction, to keep something of them.
    keep: tuple[Callable[[Collection[int]], None], ...] = ()

    # --- what other kinds become, and what is done every day ---
    receives: Mapping[type[models.Model], Receive] = field(default_factory=dict)
    # The names of the daily tasks (casework.background.daily).
    daily: tuple[str, ...] = ()

    @property
    def subject(self) -> str:
        """Return what the spine calls it: the name of the app that owns it."""
        return self.model._meta.app_label

    @property
    def page(self) -> str:
        """Return the URL name of the page of one case."""
        return f"{self.subject}:detail"

    @property
    def names_routines(self) -> bool:
        """Tell whether its cases name routines."""
        return bool(self.naming_words)

    @property
    def recurs(self) -> bool:
        """Tell whether several of its cases may be about the same fault."""
        return self.shared is not None

    @property
    def checks_routines(self) -> bool:
        """Tell whether its cases check routines."""
        return self.checked is not None

    def handlers_at(self, level: str) -> frozenset[Role]:
        """Return the roles that handle a case about a unit of a level, while it is read as usual."""
        is_central = level == Unit.Level.ADMINISTRATION
        return self.handlers | self.central_handlers if is_central else self.handlers


_kinds: dict[str, CaseKind] = {}
_topics: dict[str, Topic] = {}
_rules: dict[str, CircleRule] = {
    Circle.USUAL: CircleRule(Right.CASES_READ.roles, Right.ORGANISATION_LEAD.roles)
}


def register(kind: CaseKind) -> None:
    """Let everything over all cases know of a kind; a circle means the same in every kind."""
    for circle, rule in kind.circles.items():
        if _rules.setdefault(circle, rule) != rule:
            raise ValueError(
                f"{kind.subject} lets other people into the circle {circle}"
            )
    _kinds[kind.subject] = kind
    for topic in kind.topics:
        register_topic(topic)


def register_topic(topic: Topic) -> None:
    """Let notices lead to what they are about that is no case."""
    for notice in topic.notices:
        _topics[notice] = topic


def registered() -> list[CaseKind]:
    """Return the kinds of cases there are, in the order of the installed apps."""
    return list(_kinds.values())


def kind_of(subject: str) -> CaseKind:
    """Return the kind of the cases with a subject."""
    return _kinds[subject]


def choices() -> list[tuple[str, str]]:
    """Return the subjects that a case may have, with their Swedish words."""
    return [(kind.subject, kind.singular) for kind in registered()]


# --- pages ------------------------------------------------------------------------------------
def topic_of(notice: str) -> Topic | None:
    """Return what notices of a kind are about, or None where that is a case."""
    return _topics.get(notice)


def lead_of(notice: str) -> str:
    """Return the URL name of where a notice leads those who do not read its case, or ""."""
    return next(
        (kind.leads[notice] for kind in registered() if notice in kind.leads), ""
    )


def report_page() -> str:
    """Return the URL name of the page on which anybody reports."""
    return next(kind.report_page for kind in registered() if kind.report_page)


def own_page() -> str:
    """Return the URL name of the page on which people find what they reported."""
    return next(kind.own_page for kind in registered() if kind.own_page)


# --- who reads and handles --------------------------------------------------------------------
def readers_in(circle: str) -> frozenset[Role]:
    """Return the roles that read the cases of a circle, of their own part of the tree.

    Everyone else reads what they reported themselves.
    """
    return _rules[circle].readers


def handlers_in(circle: str) -> frozenset[Role]:
    """Return the roles that handle the cases of a circle, whatever they are about."""
    return _rules[circle].handlers


def circles() -> list[str]:
    """Return the circles that some kind of case is read in."""
    return list(_rules)


def opening_roles() -> frozenset[Role]:
    """Return every role that opens a case at all; the registrar only while what is from outside is open."""
    return Right.CASES_KEEP_REGISTER.roles.union(
        *(rule.readers for rule in _rules.values())
    )


def handlers_for(subject: str, circle: str, level: str) -> frozenset[Role]:
    """Return the roles that handle a case: in a circle of few those of the circle, else those of its kind."""
    return handlers_in(circle) if circle else kind_of(subject).handlers_at(level)


def waits_in_itself() -> Q:
    """Return the condition for the cases that wait for a handler of theirs.

    A case of another kind that is in a circle of few waits in the case that it became.
    """
    return Q(circle="") | Q(
        subject__in=[kind.subject for kind in registered() if kind.circles]
    )


def receiver_of(model: type[models.Model]) -> Receive | None:
    """Return what makes a case of another kind of one of this model, or None where nothing does."""
    return next(
        (kind.receives[model] for kind in registered() if model in kind.receives), None
    )
