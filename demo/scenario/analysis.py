"""The demo's years after its register, with patterns in them, and the analysis of the latest tertial begun.

All of it is invented: each row takes its words from one of the register's of the same unit.
"""

from __future__ import annotations

import csv
import datetime as dt
import random
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from io import StringIO
from pathlib import Path

from django.core.management import call_command
from django.utils import timezone

from analysis.figures import aggregate
from analysis.models import TertialAnalysis, Verdict
from analysis.tertial import compiling, services
from casework.database.periods import tertial, tertial_of, tertials_before
from casework.improvement.actions import decide_action
from organisation.models import User

Row = dict[str, str]
SEED = 2011
SILENT = "IFO-OBF"
# What more than chance has happened in the tertial that is analysed.
PLANTED: tuple[tuple[int, Row], ...] = (
    (
        8,
        {
            "unit": "IFO-KRI-2",
            "category": "Sekretess",
            "target_group": "Våldsutsatta",
            "process": "Våld i nära relation",
            "cause_area": "Teknik och system",
            "description": "Kallelsen skrevs ut med vistelseadressen, fast den var markerad som skyddad.",
        },
    ),
    (
        9,
        {
            "unit": "IFO-BNÖ",
            "category": "Lagstadgad tid överskriden",
            "target_group": "Barn och unga",
            "process": "Barn- och ungdomsvård",
            "cause_area": "Organisation, bemanning, arbetsbelastning",
            "description": "Förhandsbedömningen blev inte klar inom fjorton dagar.",
        },
    ),
)


def write_later_years(source: Path, target: Path, *, today: dt.date) -> int:
    """Write a register of deviations from the year after another ends until today; return how many.

    The same day and the same source give the same file.
    """
    with source.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    last = max(row["received_on"] for row in rows)
    since = dt.date(int(last[:4]) + 1, 1, 1)
    written = [*_usual(rows, since, today), *_planted(today)]
    written.sort(key=lambda row: (row["received_on"], row["unit"], row["description"]))
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=";")
        writer.writeheader()
        for serial, row in enumerate(written, 1):
            # A series of its own: those of the register and of the product go on by themselves.
            writer.writerow(
                dict.fromkeys(rows[0], "")
                | row
                | {"reference": f"PK-2025-{serial:04d}"}
            )
    return len(written)


def _usual(rows: list[Row], since: dt.date, today: dt.date) -> Iterator[Row]:
    """Yield, month by month and unit by unit, as much as there was in the last three years of the source."""
    chance = random.Random(SEED)  # noqa: S311 -- the same every time
    pools: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row["closed_on"] and int(row["received_on"][:4]) >= since.year - 3:
            pools[row["unit"]].append(row)
    year, number = tertials_before(*tertial_of(today), 1)[0]
    quiet = tertial(year, number)
    for unit, pool in sorted(pools.items()):
        pause = len(pool) / 3 / 365
        passed = chance.expovariate(pause)
        while (on := since + dt.timedelta(days=int(passed))) < today:
            taken, days = chance.choice(pool), chance.randint(5, 60)
            if not (unit == SILENT and on in quiet):
                yield _dated(taken, on, days, today)
            passed += chance.expovariate(pause)


def _planted(today: dt.date) -> Iterator[Row]:
    year, number = tertials_before(*tertial_of(today), 1)[0]
    first = tertial(year, number).first
    for count, facts in PLANTED:
        for n in range(count):
            row = facts | {
                "kind": "quality_deviation",
                "reported_by": "staff",
                "channel": "system",
                "cause_level": "system",
                "is_deviation": "yes",
                "consequence": "possible",
            }
            yield _dated(row, first + dt.timedelta(days=11 * n + 2), 21, today)


def _dated(row: Row, on: dt.date, days: int, today: dt.date) -> Row:
    """Return a row as of a day, still open when it would be closed later than today."""
    closed = on + dt.timedelta(days=days)
    days_of = {"occurred_on": on, "received_on": on, "closed_on": closed}
    dated = row | {name: day.isoformat() for name, day in days_of.items()}
    if closed < today:
        return dated
    unjudged = dict.fromkeys(
        ("closed_on", "is_deviation", "action_category", "action_level"), ""
    )
    return dated | unjudged


def import_later_years(register: Path) -> None:
    """Import what the demo municipality reported after the register that it is made from."""
    with tempfile.TemporaryDirectory() as folder:
        write_later_years(
            register / "deviations.csv",
            Path(folder) / "deviations.csv",
            today=timezone.localdate(),
        )
        call_command("import_register", folder, stdout=StringIO())


def play_analysis(people: Mapping[str, User]) -> None:
    """Open the analyses of the tertial that has ended, and take one of them to its end."""
    last = tertials_before(*tertial_of(timezone.localdate()), 1)[0]
    aggregate.refresh()
    compiling.look(*last)
    services.open_analyses(*last)
    _done(last, people["grannchef"], people["planerare"])


def _done(last: tuple[int, int], chief: User, planner: User) -> None:
    case = TertialAnalysis.objects.of(*last).get(about__memberships__user=chief)
    _take(
        case,
        "kommentera",
        chief,
        chief_note="Vi har haft två vikarier. Det märks i dokumentationen.",
    )
    for pattern in case.patterns.all():
        services.judge(
            pattern,
            actor=planner,
            seen_version=pattern.version,
            verdict=Verdict.ACTION,
            assessment="Det återkommer när vikarier inte får genomgång. Introduktionen ska ändras.",
        )
    conclusion = "Dokumentationen brister när introduktionen hoppas över. Resten ligger på vanlig nivå."
    _take(case, "slutsats", planner, conclusion=conclusion)
    today = timezone.localdate()
    decide_action(
        TertialAnalysis.objects.get(pk=case.pk),
        actor=planner,
        text="Ta fram en checklista för vikariers första dag, och gå igenom den med alla tre grupper.",
        category="introduktion",
        level="unit",
        owner=chief,
        due_on=today + dt.timedelta(days=45),
        effect_measure="Räkna avvikelser i dokumentationen nästa tertial.",
        effect_due_on=today + dt.timedelta(days=150),
    )
    _take(case, "klar", planner)


def _take(case: TertialAnalysis, name: str, actor: User, **facts: str) -> None:
    fresh = TertialAnalysis.objects.get(pk=case.pk)
    services.take_step(
        fresh, name, actor=actor, seen_version=fresh.version, facts=facts
    )
