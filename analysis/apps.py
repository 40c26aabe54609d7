"""Application analysis."""

from django.apps import AppConfig


class AnalysisConfig(AppConfig):
    """The application, with its Swedish name."""

    name = "analysis"
    verbose_name = "Analys"

    def ready(self) -> None:
        """Register this application's background work, and keep the counts of what is purged."""
        from analysis import tasks  # noqa: F401 -- models must be loaded first
        from analysis.keeping import keep_analysed, keep_counts
        from analysis.models import Pattern
        from casework.purging import loosens, purging

        purging.connect(keep_counts, dispatch_uid="analysis.keep_counts")
        purging.connect(keep_analysed, dispatch_uid="analysis.keep_analysed")
        loosens(Pattern, "follows")
