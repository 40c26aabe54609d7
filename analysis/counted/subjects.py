"""What cases are about, by the names that figures are counted under."""

from __future__ import annotations

from enum import StrEnum


class Subject(StrEnum):
    """What a case is about; the value is the name of the app that owns its kind."""

    DEVIATIONS = "deviations"
    LEXSARAH = "lexsarah"
    SELFCHECK = "selfcheck"
    RISKANALYSIS = "riskanalysis"
    ANALYSIS = "analysis"
