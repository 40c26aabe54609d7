"""Application riskanalysis."""

from django.apps import AppConfig


class RiskAnalysisConfig(AppConfig):
    """The application, with its Swedish name."""

    name = "riskanalysis"
    verbose_name = "Riskanalys"

    def ready(self) -> None:
        """Register the kind of case, with its background work."""
        from casework import kinds
        from riskanalysis.kind import RISK_ANALYSIS

        kinds.register(RISK_ANALYSIS)
