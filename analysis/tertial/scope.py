"""The part of the organisation and the tertial of a page, and its cases, read once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import connection
from django.utils import timezone

from analysis.counted.catalogue import PRAISED, without_praise
from analysis.figures.known import Known
from analysis.figures.rows import rows_url
from casework.database.periods import Period, tertial
from organisation.models import Unit


@dataclass(frozen=True)
class Counted:
    """What came in, in sums: by unit and category, and by each value of some dimensions."""

    by_category: dict[tuple[int, str], int]
    by_value: dict[str, dict[str, int]]


@dataclass(frozen=True)
class Scope:
    """What is looked at: a part of the tree, in one tertial."""

    unit: Unit
    year: int
    number: int
    alone: bool = False  # without what lies below the unit

    @property
    def period(self) -> Period:
        """Return the tertial as a period."""
        return tertial(self.year, self.number)

    @property
    def name(self) -> str:
        """Return the tertial in words."""
        return f"tertial {self.number} {self.year}"

    @property
    def slug(self) -> str:
        """Return the tertial as addresses name it."""
        return str(self.period)

    @property
    def is_over(self) -> bool:
        """Tell whether the tertial has ended."""
        return self.period.end <= timezone.localdate()

    @cached_property
    def counted(self) -> Counted:
        """Return what came in during the tertial, read once for all that the page says of it."""
        return _counted(self.unit, self.period)

    @cached_property
    def known(self) -> Known:
        """Return of which time the register is whole."""
        return Known(self.unit)

    def tells(self, unit: Unit) -> bool:
        """Tell whether the register knows anything of what came in to a unit during the tertial."""
        return self.known.tells(unit, "deviations", "received", self.period)

    @property
    def is_known(self) -> bool:
        """Tell whether the register knows anything of the tertial."""
        return self.tells(self.unit)

    def url(self, subject: str = "deviations", **dimensions: Any) -> str:
        """Return the page with the rows behind a number of the tertial: like the number, without praise."""
        narrowed = without_praise(subject) | dimensions
        return rows_url(subject, self.unit, self.period, alone=self.alone, **narrowed)


_SUMS = """SELECT grouping(unit_id), grouping(cause_area), unit_id, category, cause_area, process,
    sum(count)::int
FROM analysis_cell
WHERE subject = 'deviations' AND basis = 'received' AND kind <> ALL(%s) AND month >= %s AND month < %s
    AND unit_id IN (SELECT id FROM organisation_unit WHERE path ^@ %s)
GROUP BY GROUPING SETS ((unit_id, category), (cause_area), (process))
"""


def _counted(unit: Unit, period: Period) -> Counted:
    """Read the cells of a period once for three tables: a year may have a million of them."""
    counted = Counted({}, {"cause_area": {}, "process": {}})
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, [PRAISED, period.first, period.end, unit.path])
        for no_unit, no_cause, at, category, cause, process, total in cursor.fetchall():
            if not no_unit:
                counted.by_category[at, category] = total
            elif not no_cause:
                counted.by_value["cause_area"][cause] = total
            else:
                counted.by_value["process"][process] = total
    return counted
