"""How figures are declared: what is counted, by which date, and by what it can be split."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from casework.models import ActionLevel


@dataclass(frozen=True)
class Named:
    """What something is called: ``name`` in the register, ``slug`` in addresses, ``label`` on pages."""

    name: str
    slug: str
    label: str


NamedT = TypeVar("NamedT", bound=Named)


def by_name(*things: NamedT) -> Mapping[str, NamedT]:
    """Return things by their names, in the order in which they are declared."""
    return {thing.name: thing for thing in things}


class AllBut(NamedTuple):
    """A value that stands for all values of a dimension but some."""

    label: str
    left_out: tuple[str, ...]


@dataclass(frozen=True)
class Dimension(Named):
    """Something that a count can be split by and narrowed to: a column, with the words for its values.

    A dimension without ``values`` holds free words.
    """

    sql: str
    values: Sequence[tuple[str, str]] = ()
    groups: Mapping[str, AllBut] = field(default_factory=dict)

    @property
    def words(self) -> Mapping[str, str]:
        """Return what people call each value, and each value that stands for several."""
        grouped = {value: group.label for value, group in self.groups.items()}
        return dict(self.values) | grouped


class Registers(NamedTuple):
    """The registers that a count is of, where they may have begun at different times, and what parts them."""

    dimension: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Counting:
    """One basis of one subject: every row of ``source`` with a ``day`` counts one, for ``unit``.

    All strings are SQL of our own, never input.  Every statistic names its basis, because what was
    received, decided and notified in a year are different cases.
    """

    subject: str
    basis: str
    source: str
    unit: str
    day: str
    dimensions: Mapping[str, Dimension] = field(default_factory=dict)
    # The key of what is counted, so that the rows behind a number can be shown.
    row: str = "c.id"
    # The dimensions that most reports split it by; authors are offered no chart of what has None.
    usual: tuple[str, ...] | None = None
    registers: Registers | None = None


# What every case has, whatever it is about.
OF_CASES = by_name(
    Dimension("target_group", "malgrupp", "Målgrupp", "c.target_group"),
    Dimension("process", "rutin", "Process eller rutin", "c.process"),
)

COUNTINGS = (
    Counting(
        subject="actions",
        basis="decided",
        source="casework_action a JOIN casework_case c ON c.id = a.case_id",
        unit="c.unit_id",
        day="a.decided_on",
        dimensions={
            **by_name(
                Dimension("action_category", "atgard", "Slag av åtgärd", "a.category"),
                Dimension(
                    "action_level",
                    "atgardsniva",
                    "Åtgärden riktas till",
                    "a.level",
                    ActionLevel.choices,
                ),
            ),
            **OF_CASES,
        },
        row="a.id",
        usual=("action_level",),
    ),
)
