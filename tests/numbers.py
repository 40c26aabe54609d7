"""Made-up personal numbers and telephone numbers in the spellings that people use; the same every time."""

from __future__ import annotations

import datetime as dt
import random
import re
from collections.abc import Iterator
from typing import Any

_AREAS = (
    *(
        "08",
        "010",
        "011",
        "013",
        "016",
        "018",
        "019",
        "021",
        "023",
        "026",
        "031",
        "033",
        "035",
        "036",
        "040",
    ),
    *(
        "042",
        "044",
        "046",
        "054",
        "060",
        "063",
        "090",
        "0143",
        "0221",
        "0303",
        "0340",
        "0381",
        "0411",
        "0431",
    ),
    *(
        "0455",
        "0470",
        "0498",
        "0500",
        "0501",
        "0510",
        "0520",
        "0521",
        "0560",
        "0611",
        "0650",
        "0910",
        "0920",
    ),
)
_MOBILE = ("070", "072", "073", "076", "079")


def _check_digit(nine: str) -> str:
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(nine)]
    return str(-sum(value - 9 if value > 9 else value for value in doubled) % 10)


def personal_numbers(count: int, *, seed: int = 18) -> Iterator[tuple[str, str]]:
    """Yield the day (YYYYMMDD) and the last four of persons aged 0 to 115, a tenth of them coordinated."""
    draw = random.Random(seed)
    first, last = dt.date(1911, 1, 1), dt.date(2026, 6, 1)
    for _ in range(count):
        day = first + dt.timedelta(draw.randrange((last - first).days))
        date = day.strftime("%Y%m%d")
        if draw.random() < 0.1:
            date = f"{date[:6]}{day.day + 60}"
        birth = f"{draw.randint(1, 999):03}"
        yield date, birth + _check_digit(date[2:] + birth)


def spellings(day: str, last: str) -> list[str]:
    """Return the ways in which a personal number is met, typed by hand or pasted from Word."""
    short, iso = day[2:], f"{day[:4]}-{day[4:6]}-{day[6:]}"
    joints = [
        *(
            "",
            "-",
            "+",
            " ",
            "\u00a0",
            "\t",
            "\n",
            "\r\n",
            "\u00ad",
            "\u200b",
            "\u2060",
            "\ufeff",
            "/",
        ),
        *(
            "\u2010",
            "\u2011",
            "\u2012",
            "\u2013",
            "\u2014",
            "\u2212",
            "\uff0d",
            " - ",
            " \u2013 ",
            "-\n",
        ),
        *(
            "\u00a0-\u00a0",
            "-\u00ad",
            "\u200b-\u200b",
            "  ",
            "\u202f",
            "\u2009",
            "- ",
            " -",
            "--",
            ".",
        ),
    ]
    ways = [
        date + joint + last
        for date in (short, day, iso, iso[2:])
        for joint in joints
        if joint or "-" not in date
    ]
    dotted = (
        f"{day[:4]}{sign}{day[4:6]}{sign}{day[6:]}-{last}"
        for sign in (".", "/", " ", "\u2011", "\u2013")
    )
    arabic = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    plain = f"{short}-{last}"
    broken = "\u00ad".join(short + last)
    return [*ways, *dotted, plain.translate(arabic), plain.translate(wide), broken]


def telephone_numbers(count: int, *, seed: int = 46) -> Iterator[str]:
    """Yield telephone numbers, half of them mobile, as Swedes write them."""
    draw = random.Random(seed)
    for _ in range(count):
        area = draw.choice(_MOBILE if draw.random() < 0.5 else _AREAS)
        length = 7 if area in _MOBILE else draw.choice((8, 9, 10)) - len(area)
        own = str(draw.randint(1, 9)) + "".join(
            str(draw.randrange(10)) for _ in range(length - 1)
        )
        yield draw.choice(_ways(area, own))


def _ways(area: str, own: str) -> list[str]:
    parts = _parted(own)
    return [
        area + own,
        f"{area}-{own}",
        f"{area} {own}",
        f"{area}-{' '.join(parts)}",
        f"{area} {' '.join(parts)}",
        f"{area}/{' '.join(parts)}",
        f"{area}-{'-'.join(parts)}",
        f"{area}\u2013" + "\u00a0".join(parts),
        f"{area}{own[:1]}-{' '.join(_parted(own[1:]))}",
        f"+46{area[1:]}{own}",
        f"+46 {area[1:]} {' '.join(parts)}",
        f"+46 {area[1:]}-{' '.join(parts)}",
        f"+46 (0){area[1:]} {' '.join(parts)}",
        f"0046{area[1:]}{own}",
    ]


def _parted(own: str) -> list[str]:
    """Return the digits in groups of two, after one of three where they are uneven."""
    first = 3 if len(own) % 2 else 2
    return [own[:first], *(own[at : at + 2] for at in range(first, len(own), 2))]


def answers_on(response: Any, choice: str) -> dict[str, str]:
    """Return what a browser sends when a person makes a choice at each number that a page asks about."""
    asked = rf'name="([^"]+-(?:number|telephone))" value="((?:{choice}|telephone)-\w+)"'
    return dict(re.findall(asked, response.content.decode()))
