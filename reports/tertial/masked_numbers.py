"""The numbers of a tertial as they may be published: masked once for the whole administration.

Every document for the board, whatever unit it is about, takes its numbers from the same masked tree of
units.  So no number that one document hides can be worked out from the documents of the units above,
below or beside it.  A tertial is masked by itself, since none of these documents adds tertials up; then
what was published of it does not change when the next one ends.

The year's report does add them up: its numbers are not masked, but judged before it is published.  What it
gives away of a tertial is found by ``reports.publishing.inferable_numbers`` and told to whoever publishes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from analysis.counted.indicators import Where
from analysis.counted.questions import Question
from analysis.figures.stored import rows
from analysis.rules.masking import ALL, LEAST
from analysis.rules.tree_masking import mask_tree
from casework.database.periods import Period
from organisation.access import paths_above
from organisation.models import Unit
from reports.document.ledger import covering

Masked = dict[str, int | None]
OWN = "/"  # after a unit's code: what is registered on the unit itself, not below it


class Published:
    """The counts of each unit of an administration and all below it, with small numbers suppressed."""

    def __init__(self, unit: Unit) -> None:
        units = list(
            Unit.objects.filter(path__startswith=paths_above(unit)[0]).order_by("path")
        )
        self.root = units[0]
        self._codes = {unit.pk: unit.code for unit in units}
        self._below: dict[int, list[int]] = defaultdict(list)
        for part in units[1:]:
            self._below[part.parent_id or 0].append(part.pk)
        self._inner = {self._codes[pk] for pk in self._below}
        self._parents: dict[str, str] = {}
        for parent, below in self._below.items():
            place = self._place(self._codes[parent])
            self._parents |= dict.fromkeys((self._codes[pk] for pk in below), place)
        self._parents |= {f"{code}{OWN}": self._place(code) for code in self._inner}

    def _place(self, code: str) -> str:
        """Return the name of a unit's sum in the masked tree."""
        return ALL if code == self.root.code else code

    def in_periods(
        self, subject: str, basis: str, periods: Sequence[Period], *, where: Where = ()
    ) -> dict[Period, Masked]:
        """Return the masked sums of every unit in each of some periods, from one reading."""
        monthly = rows(
            Question(
                subject, self.root, covering(periods), basis, ("unit", "month"), where
            )
        )
        found = {}
        for period in periods:
            months = {f"{month:%Y-%m}" for month in period.months}
            own: dict[str, int] = defaultdict(int)
            for code, month, count in monthly:
                if month in months:
                    own[code] += int(count)
            found[period] = self.masked(own)
        return found

    def of(self, unit: Unit, found: Masked) -> int | None:
        """Return the sum of a unit; None is hidden."""
        return found[self._place(unit.code)]

    def beside(self, unit: Unit, parts: Sequence[Unit], found: Masked) -> int | None:
        """Return what a unit has beside some of those right below it; None is hidden."""
        if unit.code not in self._inner:
            return self.of(unit, found)
        below = {self._codes[pk] for pk in self._below[unit.pk]}
        others = below - {part.code for part in parts}
        counts = [found[other] for other in (f"{unit.code}{OWN}", *others)]
        if None in counts:
            return None
        return sum(filter(None, counts))

    def masked(self, own: Mapping[str, int]) -> Masked:
        """Return the masked sums of every unit by code (cell suppression), from those on the unit itself.

        The sum of everything is called ALL, and what lies on a unit itself has its code and a stroke.
        """
        sums = dict.fromkeys([ALL, *self._parents], 0)
        for code in self._codes.values():
            place = f"{code}{OWN}" if code in self._inner else self._place(code)
            while place != ALL:
                sums[place] += own.get(code, 0)
                place = self._parents[place]
            sums[ALL] += own.get(code, 0)
        return mask_tree(sums, self._parents, least=LEAST)
