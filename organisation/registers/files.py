"""One CSV file of a register: read it, and name every fault in it by file, line, column and reason.

The format is UTF-8 with a header, ``;`` between the cells, dates as YYYY-MM-DD, empty = unknown.
Each application says which columns its file has and which rules its rows follow.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

from django.db import DatabaseError, connection, transaction

from organisation.registers.columns import CellError, Column

Row = Mapping[str, Any]

SHOWN_PER_COLUMN = 20
_LONGEST_CELL = _LONGEST_LINE = (
    20_000_000  # more than this is not read into memory, only refused
)
_IMPORT_LOCK = 2_011_009  # any number, the same in every process


@dataclass(frozen=True)
class Problem:
    """One fault in a file that was to be imported."""

    file: str
    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        place = f"{self.file} rad {self.line}" if self.line else self.file
        return (
            f"{place}, kolumn {self.column}: {self.reason}"
            if self.column
            else f"{place}: {self.reason}"
        )


@dataclass
class Import:
    """One import of one or several files: its faults, and the case numbers that it has met so far."""

    problems: list[Problem] = field(default_factory=list)
    left_out: Counter[tuple[str, str]] = field(default_factory=Counter)
    numbers: dict[str, str] = field(default_factory=dict)
    _shown: Counter[tuple[str, str]] = field(default_factory=Counter)

    def refuse(self, problem: Problem) -> None:
        """Note a fault; of many in one column only the first are kept, and the rest are counted."""
        key = (problem.file, problem.column)
        self._shown[key] += 1
        if self._shown[key] <= SHOWN_PER_COLUMN:
            self.problems.append(problem)
        else:
            self.left_out[key] += 1

    def report(self) -> list[str]:
        """Return every fault as a line of text, then how many more there are of the same kind."""
        lines = [str(problem) for problem in self.problems]
        for (file, column), count in self.left_out.items():
            lines.append(
                f"{file}: {count} fel till" + (f" i kolumn {column}" if column else "")
            )
        return lines


@dataclass
class Outcome:
    """What the import of one file came to."""

    file: str
    new: int = 0
    unchanged: int = 0
    purged: int = 0
    changes: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        changed = f", {len(self.changes)} ändrade" if self.changes else ""
        purged = f", {self.purged} gallrade" if self.purged else ""
        return f"{self.file}: {self.new} nya, {self.unchanged} oförändrade{changed}{purged}"


@contextmanager
def whole_or_nothing(*, dry_run: bool = False) -> Iterator[Import]:
    """Run an import in one transaction that is undone if there is any fault, or for a dry run.

    One import runs at a time, so that each sees what the one before it stored.
    """
    run = Import()
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_IMPORT_LOCK])
            yield run
            if not run.problems:
                connection.check_constraints()  # those that otherwise wait for the commit
            if dry_run or run.problems:
                transaction.set_rollback(True)
    except DatabaseError as error:
        # The rows passed every rule here, so somebody else stored the same thing meanwhile.
        diagnosis = getattr(error.__cause__, "diag", None)
        rule = getattr(diagnosis, "constraint_name", None) or "okänd regel"
        run.refuse(
            Problem("databasen", 0, "", f"tog inte emot raderna ({rule}); försök igen")
        )


class Table:
    """A register file with its columns; give it rows() to iterate and refuse() to object to a row."""

    def __init__(self, path: Path, columns: Iterable[Column], run: Import) -> None:
        self.path = path
        self.columns = {column.name: column for column in columns}
        self.run = run

    def refuse(self, line: int, column: str, reason: str) -> None:
        """Note a fault in the file."""
        self.run.refuse(Problem(self.path.name, line, column, reason))

    def rows(self) -> Iterator[tuple[int, Row]]:
        """Yield the line number and the values of every row whose cells can all be read."""
        try:
            # Bytes that are not UTF-8 become U+FFFD, which every column refuses by name.
            with (
                self.path.open(
                    encoding="utf-8-sig", errors="replace", newline=""
                ) as handle,
                _large_cells(),
            ):
                first = handle.readline(_LONGEST_LINE)
                if fault := _header_fault(first, len(self.columns)):
                    self.refuse(1, "", fault)
                    return
                lines = self._split(
                    chain([first], iter(lambda: handle.readline(_LONGEST_LINE), ""))
                )
                if header := self._header(next(lines, None)):
                    yield from self._read(header, lines)
        except OSError as error:
            self.refuse(0, "", f"kan inte läsas: {error.strerror}")

    def _split(self, source: Iterator[str]) -> Iterator[tuple[int, list[str]]]:
        reader = csv.reader(source, delimiter=";", strict=True)
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                self.refuse(line, "", _csv_reason(str(error)))
                if line == 1:
                    return  # without a header no row can be read
            else:
                # A spreadsheet leaves rows of only delimiters where something stood once.
                if any(cell.strip() for cell in cells):
                    yield line, cells

    def _header(self, first: tuple[int, list[str]] | None) -> list[str]:
        """Return the names in the header, or none when the file cannot be read by it."""
        if first is None:
            return []
        line, names = first
        faults = self._header_faults(names)
        for name, reason in faults:
            shown = "".join(filter(str.isprintable, name[:40])) or "(utan namn)"
            self.refuse(line, shown, f"kolumnen {reason}")
        return [] if faults else names

    def _header_faults(self, names: list[str]) -> list[tuple[str, str]]:
        """Return the names that stand twice, that lack and that no column has, with why."""
        times = Counter(names)
        faults = [(name, "finns två gånger") for name in times if times[name] > 1]
        faults += [(name, "saknas") for name in self.columns if name not in names]
        faults += [(name, "är okänd") for name in names if name not in self.columns]
        return faults

    def _read(
        self, header: list[str], lines: Iterator[tuple[int, list[str]]]
    ) -> Iterator[tuple[int, Row]]:
        columns = [self.columns[name] for name in header]
        # Short cells repeat, long ones do not: remember what the short ones mean.
        readers = [
            lru_cache(maxsize=4_096)(column.value)
            if column.longest <= 200
            else column.value
            for column in columns
        ]
        for line, cells in lines:
            if len(cells) != len(header):
                self.refuse(
                    line,
                    "",
                    f"raden har {len(cells)} celler, rubriken har {len(header)}",
                )
                continue
            try:
                values = [read(cell) for read, cell in zip(readers, cells, strict=True)]
            except CellError:
                self._name_faults(line, columns, cells)
            else:
                yield line, dict(zip(header, values, strict=True))

    def _name_faults(self, line: int, columns: list[Column], cells: list[str]) -> None:
        for column, cell in zip(columns, cells, strict=True):
            try:
                column.value(cell)
            except CellError as error:
                self.refuse(line, column.name, str(error))


@contextmanager
def _large_cells() -> Iterator[None]:
    """Let a cell be so large that its column can be named; the limit is the whole process's."""
    before = csv.field_size_limit(_LONGEST_CELL)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _header_fault(line: str, columns: int) -> str:
    if not line.strip():
        return "filen är tom, rubrikraden saknas"
    if "\0" in line or "\ufffd" in line:
        return "filen är inte UTF-8; spara om den som UTF-8"
    if columns > 1 and ";" not in line:
        return "kolumnerna ska skiljas åt med semikolon"
    return ""


def _csv_reason(message: str) -> str:
    if "unexpected end of data" in message:
        return "ett citattecken öppnas här men avslutas aldrig"
    if "field larger than" in message:
        return f"en cell är längre än {_LONGEST_CELL} tecken; saknas ett avslutande citattecken?"
    if "expected after" in message:
        return 'det står text efter ett avslutande citattecken; skriv citattecken i en text dubbelt ("")'
    return f"raden går inte att läsa ({message})"
