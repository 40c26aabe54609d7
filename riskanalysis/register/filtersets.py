"""The list of risk analyses, as its readers narrow it."""

from __future__ import annotations

from django.db.models import QuerySet

from casework.register.filtersets import CaseFilter
from organisation.models import User
from riskanalysis.models import RiskAnalysis


class AnalysisFilter(CaseFilter):
    """The risk analyses: words, unit and year."""

    @classmethod
    def readable(cls, user: User) -> QuerySet[RiskAnalysis]:
        """Return the risk analyses that a person may read."""
        return RiskAnalysis.objects.visible_to(user)
