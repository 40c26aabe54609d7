"""What is counted of deviations: those that came in, and those that were closed."""

from casework.statistics import Counting

_SOURCE = "deviations_deviation d JOIN casework_case c ON c.id = d.case_ptr_id"
_DIMENSIONS = {
    "kind": "d.kind",
    "reported_by": "d.reported_by",
    "channel": "d.channel",
    "category": "d.category",
    "target_group": "c.target_group",
    "process": "c.process",
    "cause_area": "d.cause_area",
    "cause_level": "d.cause_level",
    "is_deviation": "d.is_deviation",
    "consequence": "d.consequence",
}

COUNTINGS = tuple(
    Counting("deviations", basis, _SOURCE, "c.unit_id", day, _DIMENSIONS)
    for basis, day in (("received", "c.received_on"), ("closed", "c.closed_on"))
)
