"""A small register that is good, for tests to spoil."""

import copy
from pathlib import Path
from typing import Any

from organisation.registers.files import Import, whole_or_nothing

Files = dict[str, list[dict[str, str]]]

UNITS = [
    {
        "code": "ASF",
        "parent": "",
        "level": "forvaltning",
        "name": "Socialförvaltningen",
        "valid_from": "2015-01-01",
    },
    {
        "code": "IFO",
        "parent": "ASF",
        "level": "avdelning",
        "name": "Individ och familj",
        "valid_from": "2015-01-01",
    },
    {
        "code": "IFO-BNÖ",
        "parent": "IFO",
        "level": "enhet",
        "name": "Enhet Norr",
        "valid_from": "2015-01-01",
    },
]
DEVIATION = {
    "reference": "KA-2024-0001",
    "kind": "quality_deviation",
    "reported_by": "staff",
    "channel": "system",
    "unit": "IFO-BNÖ",
    "occurred_on": "2024-02-27",
    "received_on": "2024-02-28",
    "closed_on": "2024-04-02",
    "category": "Sekretess",
    "target_group": "Vuxna",
    "process": "Boende",
    "cause_area": "Kommunikation och information",
    "cause_level": "team",
    "is_deviation": "yes",
    "consequence": "possible",
    "description": "Ett beslut skickades till fel mottagare.",
    "action_category": "Påminnelse om rutin",
    "action_level": "individual",
}
COMPLAINT = DEVIATION | {
    "reference": "KS-2024-0001",
    "kind": "complaint",
    "reported_by": "outside",
    "channel": "phone",
    "closed_on": "",
    "is_deviation": "",
    "cause_area": "",
    "cause_level": "",
    "action_category": "",
    "action_level": "",
}
REPORT = {
    "reference": "LS-2024-0001",
    "case": "LS-2024-0001",
    "unit": "IFO-BNÖ",
    "occurred_on": "2024-01-08",
    "received_on": "2024-01-10",
    "type": "Röjd sekretess",
    "description": "En akt blev kvarlämnad.",
    "decided_on": "2024-03-01",
    "decided_by": "committee",
    "degree": "serious_misconduct",
    "ivo_decided_by": "chair",
    "ivo_notified_on": "2024-02-01",
    "ivo_outcome": "closed",
}
UNDECIDED = (
    REPORT
    | {"reference": "LS-2024-0002", "case": "LS-2024-0002"}
    | dict.fromkeys(list(REPORT)[7:], "")
)
RISK_ANALYSIS = {
    "unit": "IFO",
    "decided_on": "2022-12-31",
    "workplace": "Enhet Norr",
    "title": "Riskanalys inför flytt.",
    "actions": "Information till berörda.",
    "improved_routine": "Rutin för flytt.",
}
SELFCHECK = {
    "unit": "IFO",
    "done_on": "2022-12-31",
    "workplace": "Enhet Norr",
    "title": "Logguppföljning enligt rutin.",
    "method": "log_check",
    "result": "Inga anmärkningar.",
    "actions": "",
    "improved_routine": "",
    "met": "39",
    "reviewed": "40",
}
SERIES = [
    {
        "unit": "IFO",
        "title": "Sena utredningar",
        "period": "2024-04",
        "numerator": "16",
        "denominator": "39",
    },
    {
        "unit": "IFO",
        "title": "Loggkontroller",
        "period": "2024",
        "numerator": "1117",
        "denominator": "",
    },
]


def good_register() -> Files:
    """Return the rows of a whole register, to be changed at will."""
    units = [unit | {"valid_to": "", "staff": "12"} for unit in UNITS]
    return copy.deepcopy(
        {
            "units.csv": units,
            "deviations.csv": [DEVIATION, COMPLAINT],
            "lexsarah.csv": [REPORT, UNDECIDED],
            "risk_analyses.csv": [RISK_ANALYSIS],
            "selfchecks.csv": [SELFCHECK],
            "series.csv": SERIES,
        }
    )


def write_file(path: Path, rows: list[dict[str, str]]) -> Path:
    """Write the rows with their header as a register file."""
    lines = [list(rows[0]), *(list(row.values()) for row in rows)]
    quoted = [
        ";".join('"' + cell.replace('"', '""') + '"' for cell in line) for line in lines
    ]
    # newline="": a line end inside a cell is part of what is tested.
    path.write_text(
        "\n".join(quoted) + "\n", encoding="utf-8", errors="surrogatepass", newline=""
    )
    return path


def write_register(folder: Path, files: Files) -> Path:
    """Write every file of a register and return its folder."""
    for name, rows in files.items():
        write_file(folder / name, rows)
    return folder


def import_rows(path: Path, rows: list[dict[str, str]], import_file: Any) -> Any:
    """Import the rows as one file and return the outcome; fail with the faults if there are any."""
    with whole_or_nothing() as run:
        outcome = import_file(write_file(path, rows), run)
    assert run.report() == []
    return outcome


def faults(path: Path, rows: list[dict[str, str]], import_file: Any) -> list[str]:
    """Import the rows as one file and return its faults as they are printed."""
    with whole_or_nothing() as run:
        import_file(write_file(path, rows), run)
    assert isinstance(run, Import)
    return run.report()
