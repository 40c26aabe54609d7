"""Application riskanalysis."""

from django.apps import AppConfig


class RiskAnalysisConfig(AppConfig):
    """The application, with its Swedish name."""

    name = "riskanalysis"
    verbose_name = "Riskanalys"

    def ready(self) -> None:
        """Register the background work."""
        from riskanalysis import tasks  # noqa: F401 -- models must be loaded first
