"""What a process is made of, as plain data: steps, the pages beside them, and the tasks that both are.

A process is a table of these (casework.process.workflow).  Buttons, the list of tasks, permissions, validation,
tests and the diagrams in docs/processer.md are read from it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from casework.background.notifications import Audience
from casework.models import Notice
from organisation.rights import Right, Role

if TYPE_CHECKING:
    from organisation.models import User

# What a case must be before a step is taken: returns in Swedish what is missing, or "".
Demand = Callable[[Any], str]
# A question about a case that a task asks.
Test = Callable[[Any], bool]
# What a step changes besides the facts it asks for: from the case, the facts and whoever takes the step,
# who is a User, or None where the product takes it because of what an anonymous person did.
Change = Callable[[Any, Mapping[str, Any], Any], dict[str, Any]]
# What a step does elsewhere once the case is written, from the same; what it raises undoes the step.
Effect = Callable[[Any, Mapping[str, Any], Any], None]


def always(_case: Any) -> bool:
    """Say yes of every case."""
    return True


def never(_case: Any) -> bool:
    """Say no of every case."""
    return False


def is_in(*states: str) -> Test:
    """Return the test of a case's state."""
    reached = frozenset(states)
    return lambda case: case.state in reached


def at(page: str) -> Callable[[Any, User], str]:
    """Return the address of a case on a page of its own, by the page's URL name."""
    return lambda case, _user: reverse(page, args=[case.number])


@dataclass(frozen=True)
class Task:
    """One line in a case's list of what is left to do; several steps may be the same task.

    A task is done when ``done`` says so and none of the demands that it ``answers`` lacks anything: the
    list cannot call done what a step still demands.  ``optional`` tells whether the process asks for it of
    a case as it stands, ``applies`` whether the case has it at all.  ``left`` adds to the label how much is
    left to do.
    """

    label: str
    done: Test = always
    answers: tuple[Demand, ...] = ()
    optional: Test = never
    applies: Test = always
    left: Callable[[Any], str] | None = None

    def is_done(self, case: Any) -> bool:
        """Tell whether nothing is left to do of it in a case."""
        return self.done(case) and not any(demand(case) for demand in self.answers)

    def words(self, case: Any) -> str:
        """Return the label, with how much is left to do."""
        return f"{self.label}{self.left(case)}" if self.left else self.label


@dataclass(frozen=True, kw_only=True)
class Opening:
    """What people with a right may do with a case in some of its states, and the task that it is."""

    name: str
    sources: frozenset[str]
    # Nobody's where the product takes the step because of something else (``Step.system``).
    right: Right | None = None
    task: Task | None = None
    unread: bool = False

    @property
    def roles(self) -> frozenset[Role]:
        """Return the roles that it is open to."""
        return self.right.roles if self.right else frozenset()


@dataclass(frozen=True, kw_only=True)
class Page(Opening):
    """A task that is no step: it is done on a page of its own and leaves the state as it is.

    ``address`` returns where, or "" while there is nothing to do there.
    """

    address: Callable[[Any, User], str]


@dataclass(frozen=True, kw_only=True)
class Step(Opening):
    """One arrow of a process: from which states, to which, who may, which facts it needs, and why.

    An ``unread`` step records what others decided, by somebody who does not read the case: also about a
    protected person, whom its named readers alone read about.
    """

    # On its button, and in the history.
    label: str
    did: str
    # None leaves the state as it is; where the case says where it goes, ``also`` returns one of ``targets``.
    target: str | None
    targets: frozenset[str] = frozenset()
    law: str
    system: bool = False
    # The facts that its form asks for; a fact named "reason" is kept as why.
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    # Those of them that are written elsewhere than in the row.
    beside: tuple[str, ...] = ("reason",)
    # A field, and the fact that says why it is changed.
    reasons: tuple[tuple[str, str], ...] = ()
    demands: tuple[Demand, ...] = ()
    # Date fields that the step sets to today, and fields that it empties.
    dates: tuple[str, ...] = ()
    clears: tuple[str, ...] = ()
    # Whoever takes it handles the case from now on, or nobody does.
    takes_over: bool = False
    lets_go: bool = False
    also: Change | None = None
    after: Effect | None = None
    tells: tuple[tuple[Notice.Kind, Audience], ...] = ()
    # What follows from the step, read before it is taken.
    warning: str = ""
    # The URL name of the page where it is taken instead of on its own, and of one that offers it besides.
    taken_at: str = ""
    offered_at: str = ""
    # It undoes earlier steps.
    backwards: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the fields that the step's form asks for."""
        return self.required + self.optional

    def lacks(self, case: Any) -> list[str]:
        """Return in Swedish what must be so first and is not."""
        return [reason for demand in self.demands if (reason := demand(case))]

    def ends_in(self, source: str) -> list[str]:
        """Return the states that the step can lead to from one of its sources."""
        return sorted(self.targets) or [self.target or source]


# Where a case gets a new action (casework.improvement.actions).
NEW_ACTION = at("casework:new_action")
