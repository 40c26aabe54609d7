"""Do the tables and charts of a report add up, and does each say what it is? (pure)"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from analysis.charts import number
from analysis.masking import ALL, LEAST, mask
from reports.checks.remarks import Remark, Severity
from reports.document import Figure, Key, Table

_TOTALS = ("totalt", "summa", "samtliga", "sammanlagt")
_PART_OF_ABOVE = "varav"
_COUNT = re.compile(r"\d{1,3}(?:[ \u00a0\u202f]?\d{3}){0,3}|\d{1,9}")
_SHARE = re.compile(r"(\d{1,3})(?:,(\d{1,2}))?\s?(?:%|procent)?")
# Shorter cells are repeated for good reasons: a name, "Inte angivet".
_LONG = 15


def table_remarks(table: Table) -> Iterator[Remark]:
    """Return what does not add up in a table, what is missing on it, and the small numbers in it."""
    name = f"Tabell {table.number}"
    if not table.caption.strip():
        yield Remark("alternative", Severity.MUST, f"{name} saknar rubrik.")
    if table.is_text:
        yield from _repeated_cells(table, name)
        return
    rows = [tuple(map(_count, row)) for row in table.rows]
    yield from _columns(table, rows, name)
    yield from _parts_of_above(table, rows, name)
    yield from _row_sums(table, rows, name)
    yield from _shares_of_rows(table, rows, name)
    yield from _small_numbers(table, rows, name)


def figure_remarks(figure: Figure) -> Iterator[Remark]:
    """Return what is missing for those who do not see the chart (DOS-lagen, WCAG 1.1.1)."""
    name = f"Bild {figure.number}"
    if not figure.caption.strip():
        yield Remark("alternative", Severity.MUST, f"{name} saknar rubrik.")
    if not figure.chart.title.strip():
        yield Remark("alternative", Severity.MUST, f"{name} saknar text för den som inte ser bilden.")
    if not figure.chart.rows:
        yield Remark("alternative", Severity.SHOULD, f"{name} saknar en tabell med samma tal.")


def key_remarks(key: Key) -> Iterator[Remark]:
    """Return the small numbers among those that stand out first."""
    small = [label for label, value, _ in key.items if _is_small(_count(value))]
    if small:
        words = f"Små tal bland nyckeltalen: {', '.join(small)}."
        yield Remark("small", Severity.SHOULD, words)


def small_cells(table: Table) -> list[tuple[int, int]]:
    """Return row and column of each count from 1 to 4 in a table of numbers (OSL 26 kap. 1 §)."""
    if table.is_text:
        return []
    counted = _counted_columns(table)
    cells = ((r, c) for r, row in enumerate(table.rows) for c in counted if c < len(row))
    return [(r, c) for r, c in cells if _is_small(_count(table.rows[r][c]))]


def is_small(cell: str) -> bool:
    """Tell whether a cell is a count from 1 to 4."""
    return _is_small(_count(cell))


def _is_small(count: int | None) -> bool:
    return count is not None and 0 < count < LEAST


def _count(cell: str) -> int | None:
    found = _COUNT.fullmatch(cell.strip())
    return int(re.sub(r"\D", "", found[0])) if found else None


def _counted_columns(table: Table) -> list[int]:
    return [c for c, heading in enumerate(table.header) if c and not heading.lower().startswith("andel")]


def _is_total(label: str) -> bool:
    return label.strip().lower().startswith(_TOTALS)


def _columns(table: Table, rows: Sequence[tuple[int | None, ...]], name: str) -> Iterator[Remark]:
    total = len(rows) - 1
    if total < 1 or not (table.total or _is_total(table.rows[total][0])):
        return
    parts = [r for r in range(total) if not table.rows[r][0].strip().lower().startswith(_PART_OF_ABOVE)]
    for c in _counted_columns(table):
        said = rows[total][c] if c < len(rows[total]) else None
        values = [rows[r][c] if c < len(rows[r]) else None for r in parts]
        known = [value for value in values if value is not None]
        if said is None or len(known) < len(values):
            continue
        if sum(known) != said:
            words = (
                f"{name}, kolumnen {table.header[c]}: raderna blir {number(sum(known))}, "
                f"men summan är {number(said)}."
            )
            yield Remark("sum", Severity.MUST, words, table.caption)


def _parts_of_above(table: Table, rows: Sequence[tuple[int | None, ...]], name: str) -> Iterator[Remark]:
    above: int | None = None
    for r, row in enumerate(rows):
        label = table.rows[r][0].strip()
        if not label.lower().startswith(_PART_OF_ABOVE):
            above = r
            continue
        for c in _counted_columns(table) if above is not None else ():
            whole = rows[above][c] if above is not None and c < len(rows[above]) else None
            part = row[c] if c < len(row) else None
            if whole is not None and part is not None and part > whole:
                words = (
                    f"{name}, kolumnen {table.header[c]}: ”{label}” är {number(part)}, "
                    f"mer än helheten {number(whole)}."
                )
                yield Remark("part", Severity.MUST, words, table.caption)


def _row_sums(table: Table, rows: Sequence[tuple[int | None, ...]], name: str) -> Iterator[Remark]:
    last = len(table.header) - 1
    if last < 3 or not _is_total(table.header[last]):
        return
    for r, row in enumerate(rows):
        parts = [value for value in row[1:last] if value is not None]
        said = row[last] if last < len(row) else None
        if said is not None and len(parts) == last - 1 and sum(parts) != said:
            words = (
                f"{name}, raden {table.rows[r][0]}: kolumnerna blir {number(sum(parts))}, "
                f"men summan är {number(said)}."
            )
            yield Remark("sum", Severity.MUST, words, table.caption)


def _shares_of_rows(table: Table, rows: Sequence[tuple[int | None, ...]], name: str) -> Iterator[Remark]:
    """Compare each share with its count and whole, in the row (`Av`) or in the last row."""
    columns = {heading.lower(): c for c, heading in enumerate(table.header)}
    part_at, share_at, whole_at = columns.get("antal"), columns.get("andel"), columns.get("av")
    if part_at is None or share_at is None or not rows or (whole_at is None and not table.total):
        return
    for r, row in enumerate(rows):
        cells = table.rows[r]
        if max(part_at, share_at, whole_at or 0) >= len(cells):
            continue
        whole = row[whole_at] if whole_at is not None else rows[-1][part_at]
        part, share = row[part_at], _SHARE.fullmatch(cells[share_at].strip())
        if part is None or not whole or share is None:
            continue
        if part > whole:
            words = f"{name}, raden {cells[0]}: delen {number(part)} är större än helheten {number(whole)}."
            yield Remark("part", Severity.MUST, words, table.caption)
        elif not _follows(share, part, whole):
            words = f"{name}, raden {cells[0]}: {number(part)} av {number(whole)} är inte {cells[share_at]}."
            yield Remark("share", Severity.MUST, words, table.caption)


def _follows(share: re.Match[str], part: int, whole: int) -> bool:
    decimals = share[2] or ""
    said = Fraction(int(share[1] + decimals), 10 ** len(decimals))
    exact = Fraction(100 * part, whole)
    # Our own shares are never 0 or 100 unless it is exactly none or all.
    return abs(said - exact) <= Fraction(1, 2 * 10 ** len(decimals)) or (
        said in (1, 99) and abs(said - exact) < 1
    )


def _small_numbers(table: Table, rows: Sequence[tuple[int | None, ...]], name: str) -> Iterator[Remark]:
    small = small_cells(table)
    if not small:
        return
    what = "ett litet tal" if len(small) == 1 else f"{len(small)} små tal"
    words = f"{name} har {what}."
    if hidden := _to_hide(table, rows):
        cells = "en cell" if hidden == 1 else f"{hidden} celler"
        them, they = ("det", "det") if len(small) == 1 else ("dem", "de")
        words += f" Att dölja {them} så att {they} inte kan räknas fram tar {cells}."
    yield Remark("small", Severity.SHOULD, words, table.caption)


def _to_hide(table: Table, rows: Sequence[tuple[int | None, ...]]) -> int:
    """Return how many cells must be hidden, or 0 where the table has no sum that could give them away."""
    if not table.total:
        return 0
    hidden = 0
    for c in _counted_columns(table):
        column = [row[c] if c < len(row) else None for row in rows]
        known = [value for value in column if value is not None]
        if len(known) < len(column) or sum(known[:-1]) != known[-1]:
            continue
        places: dict[tuple[str, ...], int] = {(str(r),): value for r, value in enumerate(known[:-1])}
        places[ALL,] = known[-1]
        hidden += sum(value is None for value in mask(places, least=LEAST).values())
    return hidden


def _repeated_cells(table: Table, name: str) -> Iterator[Remark]:
    for row in table.rows:
        long = [cell for cell in row if len(cell) >= _LONG]
        if len(set(long)) < len(long):
            words = f"{name}: samma text står i två celler på raden."
            yield Remark("repeated", Severity.SHOULD, words, row[0])
