"""Self-checks, what is planned of them, what they review, and measurement series."""

from selfcheck.methods import Method
from selfcheck.models.check import WITH_FAULTS, Finding, SelfCheck, State
from selfcheck.models.measuring import (
    Measurement,
    MeasurementChange,
    Series,
    Share,
    name_of,
)
from selfcheck.models.planning import Plan, Rhythm, Template, TemplateVersion
from selfcheck.models.reviewing import Answer, Draw, Indicator, SurveyQuestion

__all__ = [
    "WITH_FAULTS",
    "Answer",
    "Draw",
    "Finding",
    "Indicator",
    "Measurement",
    "MeasurementChange",
    "Method",
    "Plan",
    "Rhythm",
    "SelfCheck",
    "Series",
    "Share",
    "State",
    "SurveyQuestion",
    "Template",
    "TemplateVersion",
    "name_of",
]
