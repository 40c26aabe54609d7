"""Write a believable register of N deviations: ``python bench/register.py FOLDER N [YEARS [UNITS]]``.

200 units and five years unless told, the last of them 2024; the same columns as any register, and
deterministic, so two runs can be compared.
"""

from __future__ import annotations

import csv
import datetime as dt
import random
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

UNITS, YEARS, LAST_YEAR = 200, 5, 2024
LAST_DAY = dt.date(LAST_YEAR, 12, 31)

KINDS = [
    ("quality_deviation", "staff", 70),
    ("complaint", "outside", 14),
    ("complaint", "staff", 6),
    ("suggestion", "outside", 5),
    ("praise", "outside", 3),
    ("improvement_idea", "outside", 2),
]
CATEGORIES = [
    ("Moment i handläggningen har missats", 30),
    ("Brister i dokumentationen", 22),
    ("Handling felaktigt hanterad", 16),
    ("Sekretess", 9),
    ("Lagstadgad tid överskriden", 8),
    ("Bemötande", 6),
    ("Samordning", 5),
    ("Felaktig beräkning eller utbetalning", 4),
]
CAUSES = [
    ("Processer, rutiner, riktlinjer", "system", 46),
    ("Kommunikation och information", "team", 20),
    ("Organisation, bemanning, arbetsbelastning", "system", 18),
    ("Kunskap och kompetens", "individual", 16),
]
ACTIONS = [
    ("Påminnelse om rutin", "individual", 40),
    ("Genomgång i grupp", "group", 38),
    ("Rutin reviderad", "unit", 12),
    ("Utbildning", "unit", 10),
]
ASSESSMENTS = [("yes", 70), ("partly", 10), ("no", 20)]
CONSEQUENCES = [("none", 60), ("possible", 30), ("occurred", 10)]
PROCESSES = [
    "Ekonomiskt bistånd",
    "Barn- och ungdomsvård",
    "Missbruk och beroende",
    "Boende",
    "",
]
TARGET_GROUPS = ["Barn och unga", "Vuxna", "Familjer", "Våldsutsatta", ""]
SENTENCES = [
    "Ett moment i utredningen blev inte gjort innan beslutet fattades.",
    "Journalanteckning saknas för ett besök.",
    "Ansökan registrerades inte när den kom in och hittades först vid genomgång.",
    "Beslutet skickades till fel mottagare.",
    "Överlämningen mellan enheterna brast och brukaren fick inte stöd i tid.",
    "Rutinen var inte känd i arbetsgruppen.",
    "Den enskilde har fått en ursäkt och ett nytt beslut.",
]

DEVIATION_HEADER = (
    "reference;kind;reported_by;channel;unit;occurred_on;received_on;closed_on;category;target_group;process;"
    "cause_area;cause_level;is_deviation;consequence;description;action_category;action_level"
)
LEXSARAH_HEADER = (
    "reference;case;unit;occurred_on;received_on;type;description;decided_on;decided_by;degree;"
    "ivo_decided_by;ivo_notified_on;ivo_outcome"
)
SELFCHECK_HEADER = (
    "unit;done_on;workplace;title;method;result;actions;improved_routine;met;reviewed"
)
RISK_ANALYSIS_HEADER = "unit;decided_on;workplace;title;actions;improved_routine"
Cells = list[object]


def units(count: int = UNITS) -> Iterator[Cells]:
    """Yield an administration of 5 departments, 35 units, and sections up to so many in all."""
    yield ["ASF", "", "forvaltning", "Socialförvaltningen", "2015-01-01", "", 3200]
    made = 1
    for department in range(1, 6):
        yield [
            f"A{department}",
            "ASF",
            "avdelning",
            f"Avdelning {department}",
            "2015-01-01",
            "",
            "",
        ]
        made += 1
    for number in range(1, 36):
        parent = f"A{number % 5 + 1}"
        yield [
            f"E{number:02d}",
            parent,
            "enhet",
            f"Enhet {number}",
            "2015-01-01",
            "",
            60,
        ]
        made += 1
    for number in range(count - made):
        parent = f"E{number % 35 + 1:02d}"
        yield [
            f"{parent}-{number:03d}",
            parent,
            "sektion",
            f"Sektion {number}",
            "2015-01-01",
            "",
            15,
        ]


def deviations(
    rng: random.Random,
    leaves: list[str],
    count: int,
    years: int,
    last_day: dt.date = LAST_DAY,
) -> Iterator[Cells]:
    """Yield deviations evenly over the years that end with a day, nine of ten of them closed."""
    for number in range(count):
        year = LAST_YEAR - years + 1 + number * years // count
        received = (
            dt.date(year, 1, 1)
            + dt.timedelta(days=rng.randrange(365))
            + (last_day - LAST_DAY)
        )
        closed = received + dt.timedelta(days=rng.randint(5, 150))
        is_closed = closed <= last_day and rng.random() < 0.94
        kind, reported_by, _ = _pick(rng, KINDS)
        is_deviation = ""
        if is_closed and kind == "praise":
            is_deviation = "no"
        elif is_closed:
            is_deviation = _pick(rng, [("yes", 70), ("partly", 10), ("no", 20)])[0]
        cause, action = _pick(rng, CAUSES)[:2], _pick(rng, ACTIONS)[:2]
        if is_deviation not in ("yes", "partly"):
            cause = action = ("", "")
        if reported_by == "staff":
            series, channel = "KA", "system"
        else:
            series, channel = "KS", rng.choice(["e_service", "phone", "letter"])
        yield [
            f"{series}-{year}-{number:07d}",
            kind,
            reported_by,
            channel,
            rng.choice(leaves),
            received - dt.timedelta(days=rng.randint(0, 9)),
            received,
            closed if is_closed else "",
            _pick(rng, CATEGORIES)[0],
            rng.choice(TARGET_GROUPS),
            rng.choice(PROCESSES),
            *cause,
            is_deviation,
            _pick(rng, CONSEQUENCES)[0],
            " ".join(rng.sample(SENTENCES, rng.randint(1, 3))),
            *action,
        ]


def lexsarah(
    rng: random.Random,
    leaves: list[str],
    count: int,
    years: int,
    last_day: dt.date = LAST_DAY,
) -> Iterator[Cells]:
    """Yield lex Sarah reports, most of them decided, each in a case of its own."""
    for number in range(count):
        year = LAST_YEAR - years + 1 + number * years // count
        received = (
            dt.date(year, 1, 1)
            + dt.timedelta(days=rng.randrange(365))
            + (last_day - LAST_DAY)
        )
        decided = received + dt.timedelta(days=rng.randint(30, 140))
        is_decided = decided <= last_day
        degree = _pick(
            rng, [("none", 60), ("misconduct", 30), ("serious_misconduct", 10)]
        )[0]
        decision: Cells = ["", "", ""]
        notified: Cells = ["", "", ""]
        if is_decided:
            decision = [decided, "committee", degree]
            if degree == "serious_misconduct":
                notified = ["committee", decided, "closed"]
        reference = f"LS-{year}-{number:06d}"
        yield [
            reference,
            reference,
            rng.choice(leaves),
            received - dt.timedelta(days=rng.randint(0, 5)),
            received,
            rng.choice(["Bemötande", "Röjd sekretess", "Utförande av insats"]),
            rng.choice(SENTENCES),
            *decision,
            *notified,
        ]


def selfchecks(
    rng: random.Random, leaves: list[str], count: int, last_day: dt.date
) -> Iterator[Cells]:
    """Yield self-checks that are done, evenly over the four years before a day."""
    for number in range(count):
        done = last_day - dt.timedelta(days=number * 4 * 365 // count)
        reviewed = rng.randint(1, 20)
        met = rng.randint(0, reviewed)
        title = f"Aktgranskning {number}"
        yield [
            *(
                rng.choice(leaves),
                done,
                "Arbetsgruppen",
                title,
                "file_review",
                "Ett resultat.",
            ),
            *("", "", met, reviewed),
        ]


def risk_analyses(
    rng: random.Random, leaves: list[str], count: int, last_day: dt.date
) -> Iterator[Cells]:
    """Yield risk analyses that are decided, evenly over the four years before a day."""
    for number in range(count):
        decided = last_day - dt.timedelta(days=number * 4 * 365 // count)
        yield [
            rng.choice(leaves),
            decided,
            "Arbetsgruppen",
            f"Riskanalys {number}",
            "Ny rutin.",
            "",
        ]


def write_register(
    folder: Path,
    count: int,
    *,
    years: int = YEARS,
    places: int = UNITS,
    last_day: dt.date = LAST_DAY,
) -> None:
    """Write the files of a register with so many deviations and a twentieth as many lex Sarah reports."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = random.Random(count)
    rows = list(units(places))
    leaves = _sections_in(rows)
    _write(
        folder / "units.csv", "code;parent;level;name;valid_from;valid_to;staff", rows
    )
    _write(
        folder / "deviations.csv",
        DEVIATION_HEADER,
        deviations(rng, leaves, count, years, last_day),
    )
    _write(
        folder / "lexsarah.csv",
        LEXSARAH_HEADER,
        lexsarah(rng, leaves, max(1, count // 20), years, last_day),
    )
    series: list[Cells] = []
    for number, year in enumerate(range(LAST_YEAR - years + 1, LAST_YEAR + 1)):
        series.append(
            ["ASF", "Diarieförda loggkontroller", str(year), 400 + number, ""]
        )
    _write(folder / "series.csv", "unit;title;period;numerator;denominator", series)


def write_checks(folder: Path, count: int, *, places: int, last_day: dt.date) -> None:
    """Add to a register the self-checks and risk analyses that so many deviations go with."""
    rng = random.Random(count)
    leaves = _sections_in(units(places))
    checks = selfchecks(rng, leaves, max(1, count * 23 // 1000), last_day)
    _write(folder / "selfchecks.csv", SELFCHECK_HEADER, checks)
    analyses = risk_analyses(rng, leaves, max(1, count * 4 // 1000), last_day)
    _write(folder / "risk_analyses.csv", RISK_ANALYSIS_HEADER, analyses)


def _sections_in(rows: Iterable[Cells]) -> list[str]:
    """Return the codes of the sections among some units."""
    return [str(code) for code, _, level, *_ in rows if level == "sektion"]


def _pick(rng: random.Random, weighted: Sequence[tuple[Any, ...]]) -> tuple[Any, ...]:
    return rng.choices(weighted, weights=[choice[-1] for choice in weighted])[0]


def _write(path: Path, header: str, rows: Iterable[Cells]) -> None:
    with path.open("w", newline="", encoding="utf-8") as handle:
        out = csv.writer(handle, delimiter=";")
        out.writerow(header.split(";"))
        out.writerows(rows)


if __name__ == "__main__":
    many = [int(word) for word in sys.argv[3:]] + [YEARS, UNITS][len(sys.argv) - 3 :]
    write_register(Path(sys.argv[1]), int(sys.argv[2]), years=many[0], places=many[1])
