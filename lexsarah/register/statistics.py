"""What is counted of lex Sarah: reports received, cases decided and cases notified differ."""

from casework.register.statistics import (
    OF_CASES,
    AllBut,
    Counting,
    Dimension,
    Registers,
    by_name,
)
from lexsarah.models import DecidedBy, Degree, IvoOutcome

_CASE = "lexsarah_lexsarahcase l JOIN casework_case c ON c.id = l.case_ptr_id"
_FOUND = AllBut("missförhållande eller risk, alla grader", ("", Degree.NONE.value))
_DIMENSIONS = {
    **by_name(
        Dimension("type", "typ", "Typ av händelse", "l.type"),
        Dimension(
            "degree",
            "grad",
            "Bedömning enligt lex Sarah",
            "l.degree",
            Degree.choices,
            {"found": _FOUND},
        ),
        Dimension(
            "decided_by", "beslutat", "Beslutades av", "l.decided_by", DecidedBy.choices
        ),
        Dimension(
            "ivo_decided_by",
            "anmalan",
            "Anmälan beslutades av",
            "l.ivo_decided_by",
            DecidedBy.choices,
        ),
        Dimension(
            "ivo_outcome", "ivo", "Besked från IVO", "l.ivo_outcome", IvoOutcome.choices
        ),
    ),
    **OF_CASES,
}

# Some years only the committee's decisions were kept.
REGISTERS = Registers("decided_by", tuple(DecidedBy.values))

COUNTINGS = (
    Counting(
        "lexsarah",
        "received",
        "lexsarah_lexsarahreport r JOIN lexsarah_lexsarahcase l ON l.case_ptr_id = r.case_id "
        "JOIN casework_case c ON c.id = r.case_id",
        "r.unit_id",
        "r.received_on",
        _DIMENSIONS,
        row="r.id",
        usual=(),
    ),
    # A register says only when a case was decided: then its investigation was done.
    Counting(
        "lexsarah",
        "completed",
        _CASE,
        "c.unit_id",
        "coalesce(l.investigated_on, l.decided_on)",
        _DIMENSIONS,
    ),
    Counting(
        "lexsarah",
        "decided",
        _CASE,
        "c.unit_id",
        "l.decided_on",
        _DIMENSIONS,
        usual=(),
        registers=REGISTERS,
    ),
    Counting(
        "lexsarah", "notified", _CASE, "c.unit_id", "l.ivo_notified_on", _DIMENSIONS
    ),
)
