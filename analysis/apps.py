"""Application analysis."""

from django.apps import AppConfig


class AnalysisConfig(AppConfig):
    """The application, with its Swedish name."""

    name = "analysis"
    verbose_name = "Analys"

    def ready(self) -> None:
        """Register the kind of case, and background work."""
        from analysis import tasks  # noqa: F401 -- models must be loaded first
        from analysis.kind import TERTIAL_ANALYSIS
        from casework import kinds

        kinds.register(TERTIAL_ANALYSIS)
