"""What is counted of lex Sarah: reports received, cases decided and cases notified differ."""

from casework.statistics import Counting

_CASE = "lexsarah_lexsarahcase l JOIN casework_case c ON c.id = l.case_ptr_id"
_DIMENSIONS = {
    "type": "l.type",
    "degree": "l.degree",
    "decided_by": "l.decided_by",
    "ivo_decided_by": "l.ivo_decided_by",
    "ivo_outcome": "l.ivo_outcome",
    "target_group": "c.target_group",
    "process": "c.process",
}

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
    Counting("lexsarah", "decided", _CASE, "c.unit_id", "l.decided_on", _DIMENSIONS),
    Counting("lexsarah", "notified", _CASE, "c.unit_id", "l.ivo_notified_on", _DIMENSIONS),
)
