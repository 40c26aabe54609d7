"""Application riskanalysis."""

from django.apps import AppConfig


class RiskAnalysisConfig(AppConfig):
    """The application, with its Swedish name."""

    name = "riskanalysis"
    verbose_name = "Riskanalys"

    def ready(self) -> None:
        """Register the background work, and by what a purged analysis is known again."""
        from casework.purging import recognises
        from riskanalysis import tasks  # noqa: F401 -- models must be loaded first
        from riskanalysis.imports import IDENTITY
        from riskanalysis.models import RiskAnalysis

        recognises(RiskAnalysis, *IDENTITY)
