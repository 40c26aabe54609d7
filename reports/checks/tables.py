"""Do the tables and charts of a report add up, and does each say what it is? (pure)"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from analysis.charts.charts import number
from analysis.rules.masking import ALL, LEAST, mask
from reports.checks.remarks import Remark, Severity
from reports.document.blocks import Figure, Key, Table

_TOTALS = ("totalt", "summa", "samtliga", "sammanlagt")
_PART_OF_ABOVE = "varav"
_COUNT = re.compile(r"\d{1,3}(?:[ \u00a0\u202f]?\d{3}){0,3}|\d{1,9}")
_SHARE = re.compile(r"(\d{1,3})(?:,(\d{1,2}))?\s?(?:%|procent)?")
# Shorter cells are repeated for good reasons: a name, "Inte angivet".
_LONG = 15


@dataclass(frozen=True)
class _Counts:
    """A table of numbers whose cells are read as counts, with what remarks call it."""

    table: Table
    name: str
    rows: list[tuple[int | None, ...]]

    @property
    def columns(self) -> list[int]:
        """Return the places of the columns that hold counts."""
        return _counted_columns(self.table)

    def count(self, row: int, column: int) -> int | None:
        """Return the count in a cell, or None."""
        counts = self.rows[row]
        return counts[column] if column < len(counts) else None

    def label(self, row: int) -> str:
        """Return what a row is called."""
        return self.table.rows[row][0].strip()

    def is_part(self, row: int) -> bool:
        """Tell whether a row is a part of the one above it."""
        return self.label(row).lower().startswith(_PART_OF_ABOVE)

    @property
    def has_sum(self) -> bool:
        """Tell whether the last row is the sum of those above it."""
        last = len(self.rows) - 1
        return last > 0 and (self.table.total or _is_total(self.label(last)))

    def remark(self, rule: str, place: str, said: str) -> Remark:
        """Return a grave remark on a row or a column."""
        return Remark(
            rule, Severity.MUST, f"{self.name}, {place}: {said}", self.table.caption
        )


def _read(table: Table, name: str = "") -> _Counts:
    """Return a table with its cells read as counts."""
    return _Counts(table, name, [tuple(map(_count, row)) for row in table.rows])


def table_remarks(table: Table) -> Iterator[Remark]:
    """Yield the wrong sums, the missing captions and the small numbers of a table."""
    name = f"Tabell {table.number}"
    if not table.caption.strip():
        yield Remark("alternative", Severity.MUST, f"{name} saknar rubrik.")
    if table.is_text:
        yield from _repeated_cells(table, name)
        return
    counts = _read(table, name)
    yield from _columns(counts)
    yield from _parts_of_above(counts)
    yield from _row_sums(counts)
    yield from _shares_of_rows(counts)
    yield from _small_numbers(counts)


def figure_remarks(figure: Figure) -> Iterator[Remark]:
    """Yield the missing alternatives of a chart (DOS-lagen, WCAG 1.1.1)."""
    name = f"Bild {figure.number}"
    if not figure.caption.strip():
        yield Remark("alternative", Severity.MUST, f"{name} saknar rubrik.")
    if not figure.chart.title.strip():
        yield Remark(
            "alternative",
            Severity.MUST,
            f"{name} saknar text för den som inte ser bilden.",
        )
    if not figure.chart.rows:
        yield Remark(
            "alternative", Severity.SHOULD, f"{name} saknar en tabell med samma tal."
        )


def key_remarks(key: Key) -> Iterator[Remark]:
    """Yield the small numbers among those that stand out first."""
    small = [label for label, value, _ in key.items if _is_small(_count(value))]
    if small:
        words = f"Små tal bland nyckeltalen: {', '.join(small)}."
        yield Remark("small", Severity.SHOULD, words)


def small_cells(table: Table) -> list[tuple[int, int]]:
    """Return row and column of each count from 1 to 4 in a table of numbers (OSL 26 kap. 1 §)."""
    if table.is_text:
        return []
    counts = _read(table)
    small: list[tuple[int, int]] = []
    for row in range(len(table.rows)):
        small += [
            (row, column)
            for column in counts.columns
            if _is_small(counts.count(row, column))
        ]
    return small


def is_small(cell: str) -> bool:
    """Tell whether a cell is a count from 1 to 4."""
    return _is_small(_count(cell))


def _is_small(count: int | None) -> bool:
    """Tell whether a count is so small that it may identify a person."""
    return count is not None and 0 < count < LEAST


def _count(cell: str) -> int | None:
    """Return the count that a cell holds; None where it holds something else."""
    found = _COUNT.fullmatch(cell.strip())
    return int(re.sub(r"\D", "", found[0])) if found else None


def _counted_columns(table: Table) -> list[int]:
    """Return the places of the columns of a table that hold counts: not the names, not the shares."""
    return [
        c
        for c, heading in enumerate(table.header)
        if c and not heading.lower().startswith("andel")
    ]


def _is_total(label: str) -> bool:
    """Tell whether a heading is that of a sum."""
    return label.strip().lower().startswith(_TOTALS)


def _columns(counts: _Counts) -> Iterator[Remark]:
    """Compare the sum of each column with the last row, where that is a sum."""
    if not counts.has_sum:
        return
    last = len(counts.rows) - 1
    parts = [row for row in range(last) if not counts.is_part(row)]
    for column in counts.columns:
        said = counts.count(last, column)
        values = [counts.count(row, column) for row in parts]
        total = sum(filter(None, values))
        if said is None or None in values or total == said:
            continue
        words = f"raderna blir {number(total)}, men summan är {number(said)}."
        yield counts.remark("sum", f"kolumnen {counts.table.header[column]}", words)


def _parts_of_above(counts: _Counts) -> Iterator[Remark]:
    """Compare each row that begins with "varav" with the nearest one above that does not."""
    above: int | None = None
    for row in range(len(counts.rows)):
        if not counts.is_part(row):
            above = row
        elif above is not None:
            yield from _larger_than(counts, row, above)


def _larger_than(counts: _Counts, row: int, above: int) -> Iterator[Remark]:
    """Yield a remark on each number of a row that is larger than the one of which it is a part."""
    for column in counts.columns:
        whole, part = counts.count(above, column), counts.count(row, column)
        if whole is not None and part is not None and part > whole:
            words = f"”{counts.label(row)}” är {number(part)}, mer än helheten {number(whole)}."
            yield counts.remark(
                "part", f"kolumnen {counts.table.header[column]}", words
            )


def _row_sums(counts: _Counts) -> Iterator[Remark]:
    """Compare the sum of each row with its last column, where that is a sum."""
    last = len(counts.table.header) - 1
    if last < 3 or not _is_total(counts.table.header[last]):
        return
    for row, values in enumerate(counts.rows):
        parts = values[1:last]
        said, total = counts.count(row, last), sum(filter(None, parts))
        if said is None or None in parts or len(parts) < last - 1 or total == said:
            continue
        words = f"kolumnerna blir {number(total)}, men summan är {number(said)}."
        yield counts.remark("sum", f"raden {counts.table.rows[row][0]}", words)


def _shares_of_rows(counts: _Counts) -> Iterator[Remark]:
    """Compare each share with its count and whole, in the row (`Av`) or in the last row."""
    heads = list(map(str.lower, counts.table.header))
    if "antal" not in heads or "andel" not in heads:
        return
    part_at, share_at = heads.index("antal"), heads.index("andel")
    for row, whole in enumerate(_wholes(counts, heads, part_at)):
        cells, part = counts.table.rows[row], counts.count(row, part_at)
        if part is None or not whole or share_at >= len(cells):
            continue
        share = _SHARE.fullmatch(cells[share_at].strip())
        if share is not None:
            yield from _share_of_row(counts, row, share, (part, whole))


def _wholes(counts: _Counts, heads: list[str], part_at: int) -> list[int | None]:
    """Return the whole of each row: in its column `Av`, or the sum of the parts in the last row."""
    rows = range(len(counts.rows))
    if "av" in heads:
        return [counts.count(row, heads.index("av")) for row in rows]
    if not counts.table.total or not rows:
        return []
    return [counts.count(rows[-1], part_at)] * len(rows)


def _share_of_row(
    counts: _Counts, row: int, share: re.Match[str], part_and_whole: tuple[int, int]
) -> Iterator[Remark]:
    """Yield a remark on a part that is larger than its whole, or on a share that does not follow."""
    part, whole = part_and_whole
    place = f"raden {counts.table.rows[row][0]}"
    if part > whole:
        words = f"delen {number(part)} är större än helheten {number(whole)}."
        yield counts.remark("part", place, words)
    elif not _follows(share, part, whole):
        words = f"{number(part)} av {number(whole)} är inte {share.string}."
        yield counts.remark("share", place, words)


def _follows(share: re.Match[str], part: int, whole: int) -> bool:
    """Tell whether a share is what its part and whole give, rounded as it is."""
    decimals = share[2] or ""
    said = Fraction(int(share[1] + decimals), 10 ** len(decimals))
    gap = abs(said - Fraction(100 * part, whole))
    # Our own shares are never 0 or 100 unless it is exactly none or all.
    return gap <= Fraction(1, 2 * 10 ** len(decimals)) or (said in (1, 99) and gap < 1)


def _small_numbers(counts: _Counts) -> Iterator[Remark]:
    """Yield a remark on the small numbers of a table, with what it takes to hide them."""
    small = len(small_cells(counts.table))
    if not small:
        return
    what, them, they = "ett litet tal", "det", "det"
    if small > 1:
        what, them, they = f"{small} små tal", "dem", "de"
    words = f"{counts.name} har {what}."
    if hidden := _to_hide(counts):
        cells = "en cell" if hidden == 1 else f"{hidden} celler"
        words += f" Att dölja {them} så att {they} inte kan räknas fram tar {cells}."
    yield Remark("small", Severity.SHOULD, words, counts.table.caption)


def _to_hide(counts: _Counts) -> int:
    """Return how many cells must be hidden, or 0 where the table has no sum that could give them away."""
    if not counts.table.total:
        return 0
    hidden = 0
    for column in counts.columns:
        values = [counts.count(row, column) for row in range(len(counts.rows))]
        known = [value for value in values if value is not None]
        if len(known) < len(values) or sum(known[:-1]) != known[-1]:
            continue
        cells: dict[tuple[str, ...], int] = {
            (str(row),): value for row, value in enumerate(known[:-1])
        }
        cells[ALL,] = known[-1]
        masked = mask(cells, least=LEAST)
        hidden += list(masked.values()).count(None)
    return hidden


def _repeated_cells(table: Table, name: str) -> Iterator[Remark]:
    """Yield a remark on each row in which a long text stands twice."""
    for row in table.rows:
        long = [cell for cell in row if len(cell) >= _LONG]
        if len(set(long)) < len(long):
            words = f"{name}: samma text står i två celler på raden."
            yield Remark("repeated", Severity.SHOULD, words, row[0])
