"""What is counted of deviations: those that came in, and those that were closed."""

from casework.register.statistics import (
    OF_CASES,
    AllBut,
    Counting,
    Dimension,
    Registers,
    by_name,
)
from deviations.models import (
    CauseLevel,
    Channel,
    Consequence,
    IsDeviation,
    Kind,
    ReportedBy,
)

_SOURCE = "deviations_deviation d JOIN casework_case c ON c.id = d.case_ptr_id"
# Praise is no remark: the two are counted apart.
_FAULT = AllBut("allt utom beröm", (Kind.PRAISE.value,))
_DIMENSIONS = {
    **by_name(
        Dimension("kind", "slag", "Slag", "d.kind", Kind.choices, {"fault": _FAULT}),
        Dimension(
            "reported_by", "fran", "Rapporterat av", "d.reported_by", ReportedBy.choices
        ),
        Dimension("channel", "vag", "Inkom genom", "d.channel", Channel.choices),
        Dimension("category", "kategori", "Kategori", "d.category"),
    ),
    **OF_CASES,
    **by_name(
        Dimension("cause_area", "orsak", "Orsaksområde", "d.cause_area"),
        Dimension(
            "cause_level",
            "orsaksniva",
            "Orsakens nivå",
            "d.cause_level",
            CauseLevel.choices,
        ),
        Dimension(
            "is_deviation",
            "bedomning",
            "Var det en avvikelse",
            "d.is_deviation",
            IsDeviation.choices,
        ),
        Dimension(
            "consequence",
            "foljd",
            "Följder för den enskilde",
            "d.consequence",
            Consequence.choices,
        ),
    ),
}

# Complaints and staff's own reports were often kept in registers of their own.
REGISTERS = Registers("reported_by", (ReportedBy.OUTSIDE.value, ReportedBy.STAFF.value))

COUNTINGS = (
    Counting(
        "deviations",
        "received",
        _SOURCE,
        "c.unit_id",
        "c.received_on",
        _DIMENSIONS,
        usual=("category", "reported_by"),
        registers=REGISTERS,
    ),
    Counting(
        "deviations",
        "closed",
        _SOURCE,
        "c.unit_id",
        "c.closed_on",
        _DIMENSIONS,
        usual=("category", "cause_area"),
        registers=REGISTERS,
    ),
)
