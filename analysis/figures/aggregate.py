"""Count what happened into cells, set by set, in the database (SOSFS 2011:9 5 kap. 6 §).

The database marks what has changed (triggers of its migrations); ``refresh`` counts those units again.
Counting is idempotent: it replaces cells by what the rows say now, and those that were purged once said.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Q, Sum
from django.utils import timezone

from analysis.counted.countings import BASES_OF, COUNTINGS
from analysis.counted.subjects import Subject
from analysis.models import Cell, TertialClose
from casework.database.periods import Period, tertial
from casework.models import Recount
from casework.register.statistics import Counting
from organisation.models import Unit

# Any number serves, as long as all who count use the same: two counts at once would double a cell.
_COUNT_LOCK = 5_060_906


def statement(counting: Counting, *, scope: str = "TRUE") -> str:
    """Return the INSERT ... SELECT that counts the rows of one basis, limited by an SQL condition."""
    return f"INSERT INTO analysis_cell ({_columns(counting)}) {_selection(counting, scope)}"


def keeping(counting: Counting) -> str:
    """Return the INSERT ... SELECT that keeps what some cases count, by their keys, when they are purged."""
    scope = "c.id = ANY(%s)"
    return f"INSERT INTO analysis_keptcell ({_columns(counting)}) {_selection(counting, scope)}"


def _columns(counting: Counting) -> str:
    return ", ".join(
        ["subject", "basis", "count", "unit_id", "month", *counting.dimensions]
    )


def _selection(counting: Counting, scope: str) -> str:
    month = f"date_trunc('month', {counting.day})::date"
    groups = ", ".join(
        [counting.unit, month, *(d.sql for d in counting.dimensions.values())]
    )
    return (
        f"SELECT '{counting.subject}', '{counting.basis}', count(*), {groups} "  # noqa: S608 -- our own names only
        f"FROM {counting.source} WHERE {counting.day} IS NOT NULL AND {scope} GROUP BY {groups}"
    )


def _with_kept(counting: Counting, *, scope: str, cells: str) -> str:
    """Return the SELECT of what the rows say, and of what those that are purged said."""
    columns = _columns(counting)
    rest = ", ".join(["subject", "basis", "unit_id", "month", *counting.dimensions])
    kept = f"subject = '{counting.subject}' AND basis = '{counting.basis}' AND {cells}"
    return (
        f"WITH counted ({columns}) AS ({_selection(counting, scope)} "  # noqa: S608 -- our own names only
        f"UNION ALL SELECT {columns} FROM analysis_keptcell WHERE {kept}) "
        f"SELECT {columns.replace(', count,', ', sum(count)::int,')} FROM counted GROUP BY {rest}"
    )


def _renewal(counting: Counting, *, scope: str, cells: str) -> str:
    """Return the statement that makes the cells of a scope what they should be, and writes only what differs.

    Most cells of a unit are as they were, and a row that is not written costs nothing later.  A cell
    that is right is found twice, as counted now and as stored; one that is found once is new or stale.
    """
    columns, counted = (
        _columns(counting),
        _with_kept(counting, scope=scope, cells=cells),
    )
    stored = (
        f"subject = '{counting.subject}' AND basis = '{counting.basis}' AND {cells}"
    )
    return (
        f"WITH found ({columns}, id) AS (SELECT counted.*, NULL::bigint FROM ({counted}) counted "  # noqa: S608
        f"UNION ALL SELECT {columns}, id FROM analysis_cell WHERE {stored}), "
        f"once AS (SELECT {columns}, max(id) AS id FROM found GROUP BY {columns} HAVING count(*) = 1), "
        "stale AS (DELETE FROM analysis_cell WHERE id IN (SELECT id FROM once)) "
        f"INSERT INTO analysis_cell ({columns}) SELECT {columns} FROM once WHERE id IS NULL"
    )


def count(
    *,
    subjects: Collection[str] = tuple(BASES_OF),
    units: Collection[int] | None = None,
    period: Period | None = None,
) -> None:
    """Make the cells of some subjects, units (by id) and months, or all of them, what the rows say now."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_COUNT_LOCK])
        # One process counts at a time, and groups of this size are twice as fast in memory as on disk.
        cursor.execute("SET LOCAL work_mem = '64MB'")
        if units is None and period is None and set(subjects) == set(BASES_OF):
            _count_everything(cursor)
            return
        for counting in COUNTINGS:
            if counting.subject not in subjects:
                continue
            values: list[Any] = []
            scope = cells = "TRUE"
            if units is not None:
                scope, cells, values = (
                    f"{counting.unit} = ANY(%s)",
                    "unit_id = ANY(%s)",
                    [[*units]],
                )
            if period is not None:
                scope += f" AND {counting.day} >= %s AND {counting.day} < %s"
                cells += " AND month >= %s AND month < %s"
                values += [period.first, period.end]
            cursor.execute(_renewal(counting, scope=scope, cells=cells), values * 3)


def _count_everything(cursor: CursorWrapper) -> None:
    cursor.execute("DELETE FROM analysis_cell")
    for counting in COUNTINGS:
        counted = _with_kept(counting, scope="TRUE", cells="TRUE")
        cursor.execute(f"INSERT INTO analysis_cell ({_columns(counting)}) {counted}")


def refresh() -> int:
    """Count again what the database has marked as changed; return how many units and subjects.

    Marks and cells change in one transaction.  A case that commits meanwhile has its own mark, which
    is not seen here and stays for the next time.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_COUNT_LOCK])
        cursor.execute("DELETE FROM casework_recount RETURNING subject, unit_id")
        changed: dict[str, set[int]] = {}
        for subject, unit in cursor.fetchall():
            changed.setdefault(subject, set()).add(unit)
        marked = sum(len(units) for units in changed.values())
        if changed:
            # An action is counted with the unit and process of its case, whatever the case is about.
            changed["actions"] = set().union(*changed.values())
        if Subject.LEXSARAH in changed:
            # A report counts for the unit that made it, its case for the unit that has it.
            changed[Subject.LEXSARAH] |= _units_of_joined_reports(
                changed[Subject.LEXSARAH]
            )
        for subject, units in sorted(changed.items()):
            count(subjects=[subject], units=units)
    return marked


def waits_to_be_counted(unit: Unit) -> bool:
    """Tell whether the database has marked anything that a unit's figures may hold and that is not counted.

    A report of lex Sarah counts for its own unit and its case for another, so any such mark counts.
    """
    below = Q(unit__path__startswith=unit.path)
    return Recount.objects.filter(below | Q(subject=Subject.LEXSARAH)).exists()


def _units_of_joined_reports(units: set[int]) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT r.unit_id FROM lexsarah_lexsarahreport r "
            "JOIN casework_case c ON c.id = r.case_id "
            "WHERE c.unit_id = ANY(%s) AND r.unit_id <> c.unit_id",
            [list(units)],
        )
        return {unit for (unit,) in cursor.fetchall()}


def open_tertials() -> list[tuple[int, int]]:
    """Return the tertials that have ended, hold something and have not been closed, oldest first."""
    closed = set(TertialClose.objects.values_list("year", "number"))
    today = timezone.localdate()
    months = Cell.objects.values_list("month", flat=True).distinct().order_by("month")
    held = dict.fromkeys((month.year, (month.month + 3) // 4) for month in months)
    return [key for key in held if key not in closed and tertial(*key).end <= today]


def close_tertial(year: int, number: int) -> None:
    """Count a tertial that has ended once more, whole, and note that it is compiled; once only."""
    period = tertial(year, number)
    with transaction.atomic():
        count(period=period)
        received = Cell.objects.filter(
            basis="received", month__gte=period.first, month__lt=period.end
        )
        total = received.aggregate(total=Sum("count"))["total"] or 0
        TertialClose.objects.get_or_create(
            year=year,
            number=number,
            defaults={"closed_at": timezone.now(), "cases": total},
        )
