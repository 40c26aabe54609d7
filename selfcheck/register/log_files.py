"""The log of another system as a file: read by the headings that say who, when and what (pure functions).

Systems write their logs in many ways: UTF-8 or Windows, semicolon, comma or tab.  Every fault is named by
line, column and reason, and a file with any fault is refused whole.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils import timezone

from casework.texts.personal_numbers import holds_personal_number
from organisation.texts.cleaning import clean_text, find_fault

MOST_BYTES, MOST_LINES = 10_000_000, 100_000
LONGEST_CELL = 200
MOST_FAULTS = 20
DELIMITERS = ";,\t"
_TIME = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)[T ]+(\d\d)[:.]?(\d\d)(?:[:.]?(\d\d)(?:[.,]\d+)?)?\s*(Z|[+-]\d\d:?\d\d)?",
    re.ASCII,
)


@dataclass(frozen=True)
class Mapping:
    """Which heading says what; ``place`` is "" where the file does not say it."""

    who: str
    at: str
    about: str
    place: str = ""

    def named(self) -> dict[str, str]:
        """Return the headings that are looked for, by what they say."""
        asked = {"who": self.who, "at": self.at, "about": self.about}
        return asked | ({"place": self.place} if self.place else {})


@dataclass(frozen=True)
class Line:
    """One reading of the file."""

    line: int
    who: str
    at: dt.datetime
    about: str
    place: str = ""


@dataclass(frozen=True)
class Fault:
    """Why something in the file cannot be read."""

    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        place = f"Rad {self.line}" if self.line else "Filen"
        return (
            f"{place}, kolumnen {self.column}: {self.reason}."
            if self.column
            else f"{place}: {self.reason}."
        )


@dataclass
class LogFile:
    """What a file holds: its readings, or what is wrong with it."""

    lines: list[Line] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    # How many faults there are besides those that are told.
    more: int = 0
    headings: list[str] = field(default_factory=list)

    def refuse(self, line: int, column: str, reason: str) -> None:
        """Note a fault; after the first ones they are only counted."""
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(line, column, reason))
        else:
            self.more += 1


def read_log(content: bytes, mapping: Mapping) -> LogFile:
    """Return the readings of a file, or its faults."""
    found = LogFile()
    if len(content) > MOST_BYTES:
        found.refuse(0, "", "är större än 10 MB. Ta ut färre dagar")
        return found
    text = _decoded(content)
    if not text.strip():
        found.refuse(0, "", "är tom")
        return found
    first = text.lstrip().splitlines()[0]
    delimiter = max(DELIMITERS, key=first.count)
    rows = _rows(text, delimiter, found)
    _, found.headings = next(rows, (0, []))
    places = _places(found, mapping)
    if not found.faults:
        _read(rows, places, mapping.named(), found)
    if not found.faults and not found.lines:
        found.refuse(0, "", "har inga rader under rubrikerna")
    return found


def _decoded(content: bytes) -> str:
    """Return the text, whatever Windows or the web calls it; what is neither shows as faults in its cells."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _rows(text: str, delimiter: str, found: LogFile) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            found.refuse(line, "", "går inte att läsa som CSV")
            return
        if any(cell.strip() for cell in cells):
            yield line, [cell.strip() for cell in cells]


def _places(found: LogFile, mapping: Mapping) -> dict[str, int]:
    """Return in which column stands what; a heading that is missing is a fault that names those there are."""
    known = {heading.casefold(): place for place, heading in enumerate(found.headings)}
    places = {}
    for what, heading in mapping.named().items():
        if heading.casefold() in known:
            places[what] = known[heading.casefold()]
        else:
            there = "".join(filter(str.isprintable, ", ".join(found.headings)))[:300]
            found.refuse(1, heading, f"rubriken finns inte. Filen har {there}")
    return places


def _read(
    rows: Iterator[tuple[int, list[str]]],
    places: dict[str, int],
    headings: dict[str, str],
    found: LogFile,
) -> None:
    for count, (line, cells) in enumerate(rows, start=1):
        if count > MOST_LINES:
            found.refuse(line, "", f"filen har fler än {MOST_LINES} rader")
            return
        said: dict[str, str] = {}
        for what, place in places.items():
            cell = cells[place] if place < len(cells) else ""
            if reason := _cell_fault(what, cell):
                found.refuse(line, headings[what], reason)
            said[what] = clean_text(cell)
        at = _time(said["at"])
        if said["at"] and at is None:
            found.refuse(line, headings["at"], "är inte en tid som 2026-03-04 12:30")
        if at is not None:
            place_said = said.get("place", "")
            found.lines.append(Line(line, said["who"], at, said["about"], place_said))


def _cell_fault(what: str, cell: str) -> str:
    if not cell:
        return "" if what == "place" else "är tom"
    if len(cell) > LONGEST_CELL:
        return f"är längre än {LONGEST_CELL} tecken"
    if fault := find_fault(cell):
        return fault
    if holds_personal_number(cell):
        return "har ett personnummer. Ta ut loggen med ärendenummer i stället"
    return ""


def _time(cell: str) -> dt.datetime | None:
    """Return a point in time; one without an offset is Swedish time."""
    met = _TIME.fullmatch(cell)
    if met is None:
        return None
    *numbers, offset = met.groups()
    try:
        year, month, day, hour, minute, second = (
            int(number or 0) for number in numbers
        )
        if not 1990 <= year < 2200:
            return None
        zone = _zone(offset) if offset else timezone.get_default_timezone()
        return dt.datetime(year, month, day, hour, minute, second, tzinfo=zone)
    except ValueError:
        return None


def _zone(offset: str) -> dt.timezone:
    if offset == "Z":
        return dt.UTC
    sign = -1 if offset[0] == "-" else 1
    digits = offset[1:].replace(":", "")
    ahead = dt.timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return dt.timezone(sign * ahead)
