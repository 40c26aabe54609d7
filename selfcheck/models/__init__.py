"""Self-checks, what is planned of them, what they review, and measurement series."""

from selfcheck.methods import Method
from selfcheck.models.check import WITH_FAULTS, Finding, SelfCheck, State
from selfcheck.models.log_check import (
    DrawnReading,
    Flag,
    Judgement,
    LogSource,
    UploadedReading,
    Verdict,
)
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
    "DrawnReading",
    "Finding",
    "Flag",
    "Indicator",
    "Judgement",
    "LogSource",
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
    "UploadedReading",
    "Verdict",
    "name_of",
]
