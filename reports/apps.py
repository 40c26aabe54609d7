"""Application reports."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """The application, with its Swedish name."""

    name = "reports"
    verbose_name = "Rapporter"

    def ready(self) -> None:
        """Register this application's background work."""
        from reports import tasks  # noqa: F401 -- models must be loaded first
