"""The dimensions by which figures can be split; names and values are those of the register files."""

DIMENSIONS = (
    "kind",
    "reported_by",
    "channel",
    "category",
    "target_group",
    "process",
    "cause_area",
    "cause_level",
    "is_deviation",
    "consequence",
    "type",
    "degree",
    "decided_by",
    "ivo_decided_by",
    "ivo_outcome",
    "method",
    "action_category",
    "action_level",
)
