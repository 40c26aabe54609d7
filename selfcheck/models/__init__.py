"""Self-checks, what is planned of them, what they review, and measurement series."""

from selfcheck.models.check import WITH_FAULTS, Finding, SelfCheck, State
from selfcheck.models.measuring import Measurement, Share
from selfcheck.models.planning import Method, Plan, Rhythm, Template, TemplateVersion
from selfcheck.models.reviewing import Answer, Draw, SurveyQuestion

__all__ = [
    "WITH_FAULTS",
    "Answer",
    "Draw",
    "Finding",
    "Measurement",
    "Method",
    "Plan",
    "Rhythm",
    "SelfCheck",
    "Share",
    "State",
    "SurveyQuestion",
    "Template",
    "TemplateVersion",
]
