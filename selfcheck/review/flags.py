"""What is remarkable about a reading: facts in, flags out (pure functions).

A flag is a reason to look closer and never a verdict.  What the product cannot know it does not flag: it
knows the names of its users alone, so a relative is found only as the one who reported a case, handles it
or is kept out of it, and in the words that somebody searched for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain

from audit.models.reading import Kind
from casework.process.deadlines import is_workday
from selfcheck.models.log_check import Flag

GLASS = "glass"
# Somebody went there: a list shows what there is, without being asked for any of it.
OPENED = (Kind.PAGE, Kind.FILE, Kind.PRINT, Kind.SEARCH, Kind.EXPORT)
# Of these the case was what was asked for.
OF_ONE_CASE = (Kind.PAGE, Kind.FILE, Kind.PRINT)
# What a search lists was not chosen, but a file of everything is taken along.
COUNTED = (*OF_ONE_CASE, Kind.EXPORT)
NIGHT_BEGINS, NIGHT_ENDS = dt.time(22), dt.time(6)
# More different cases than this are seldom read for the work with them.
MOST_IN_AN_HOUR, MOST_IN_A_DAY = 15, 40


@dataclass(frozen=True)
class About:
    """What is known of a case: whose it is, and the last names of the users in it."""

    key: int
    path: str
    reporter: int | None = None
    owner: int | None = None
    protected: bool = False
    closed_on: dt.date | None = None
    # By person, so that nobody is taken for a relative of his or her own.
    last_names: frozenset[tuple[int, str]] = frozenset()


@dataclass(frozen=True)
class Reader:
    """What is known of who reads: name, what he or she has done, and where he or she worked and works."""

    key: int
    name: str
    worked_in: frozenset[int] = frozenset()
    # Path, first day and the day after the last, of each role.
    held: tuple[tuple[str, dt.date, dt.date | None], ...] = ()


@dataclass(frozen=True)
class Read:
    """One reading: when (local time), by whom, how, and of which cases."""

    at: dt.datetime
    reader: Reader
    kind: str
    way: str = ""
    is_substitute: bool = False
    words: str = ""
    cases: tuple[About, ...] = ()
    # What else the same person opened that day: when, and which case.
    same_day: Sequence[tuple[dt.datetime, object]] = field(default=())


def flags_of(read: Read) -> list[Flag]:
    """Return what is remarkable about a reading."""
    asked = {
        Flag.GLASS: read.way == GLASS,
        Flag.NAME: shares_a_name(read),
        Flag.OWN: any(case.reporter == read.reader.key for case in read.cases),
        Flag.FORMER: any(is_former(case, read) for case in read.cases),
        Flag.NO_TASK: has_no_task(read),
        Flag.MASS: is_mass(read.at, read.same_day),
        Flag.NIGHT: is_at_night(read.at),
        Flag.DAY_OFF: not is_workday(read.at.date()),
        Flag.SUBSTITUTE: read.is_substitute,
        Flag.PROTECTED: any(case.protected for case in read.cases),
    }
    return [flag for flag, is_so in asked.items() if is_so]


def last_name(name: str) -> str:
    """Return the last name, the way it is compared; "" of a name that has only one part."""
    parts = name.casefold().split()
    return parts[-1] if len(parts) > 1 else ""


def shares_a_name(read: Read) -> bool:
    """Tell whether somebody else in the case, or the searched words, have the reader's last name."""
    own = last_name(read.reader.name)
    if not own:
        return False
    named = chain.from_iterable(case.last_names for case in read.cases)
    others = {name for person, name in named if person != read.reader.key}
    return own in others or own in read.words.casefold().split()


def is_former(case: About, read: Read) -> bool:
    """Tell whether a case was the reader's once: handled before it was closed, or of a unit he or she left."""
    reader, day = read.reader, read.at.date()
    is_closed = case.closed_on is not None and case.closed_on < day
    if is_closed and (case.owner == reader.key or case.key in reader.worked_in):
        return True
    ended, holds = False, False
    for path, first, end in reader.held:
        if not case.path.startswith(path) or first > day:
            continue
        if end is None or end > day:
            holds = True
        else:
            ended = True
    return ended and not holds


def has_no_task(read: Read) -> bool:
    """Tell whether the one case that was opened is none that the reader reported, handles or worked in."""
    if read.kind not in OF_ONE_CASE or not read.cases:
        return False
    key = read.reader.key
    return not any(
        key in {case.owner, case.reporter} or case.key in read.reader.worked_in
        for case in read.cases
    )


def is_at_night(at: dt.datetime) -> bool:
    """Tell whether a local time lies between ten in the evening and six in the morning."""
    return at.time() >= NIGHT_BEGINS or at.time() < NIGHT_ENDS


def is_mass(at: dt.datetime, opened: Iterable[tuple[dt.datetime, object]]) -> bool:
    """Tell whether more cases were opened around a reading than the work with them explains."""
    opened = list(opened)
    day = {case for when, case in opened if when.date() == at.date()}
    if len(day) > MOST_IN_A_DAY:
        return True
    half = dt.timedelta(minutes=30)
    near = {case for when, case in opened if abs(when - at) <= half}
    return len(near) > MOST_IN_AN_HOUR


# Said beside a flag: what was found, and what it does not mean.
EXPLAINED = {
    Flag.GLASS: "Läsaren öppnade ärendet med en nödöppning. Sådana läsningar kontrolleras alltid.",
    Flag.NAME: "Någon i ärendet, eller något i sökorden, har läsarens efternamn. De behöver inte vara släkt.",
    Flag.OWN: "Läsaren har själv rapporterat ärendet.",
    Flag.FORMER: "Läsaren handlade ärendet innan det avslutades, eller arbetade på dess enhet förr.",
    Flag.NO_TASK: "Läsaren rapporterade eller handlägger inte ärendet, och har inte skrivit något i det.",
    Flag.MASS: f"Fler än {MOST_IN_AN_HOUR} ärenden på en timme eller {MOST_IN_A_DAY} på en dag.",
    Flag.NIGHT: "Läsningen gjordes mellan klockan 22 och 6.",
    Flag.DAY_OFF: "Läsningen gjordes en lördag, söndag eller helgdag.",
    Flag.SUBSTITUTE: "Läsaren hade rollen i stället för någon annan.",
    Flag.PROTECTED: "Ärendet gäller någon med skyddade personuppgifter.",
}
