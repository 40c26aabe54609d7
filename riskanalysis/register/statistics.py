"""The counting of risk analyses that are decided."""

from casework.register.statistics import OF_CASES, Counting

COUNTINGS = (
    Counting(
        "riskanalysis",
        "decided",
        "riskanalysis_riskanalysis k JOIN casework_case c ON c.id = k.case_ptr_id",
        "c.unit_id",
        "k.decided_on",
        OF_CASES,
    ),
)
