"""Application reports."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """The application, with its Swedish name."""

    name = "reports"
    verbose_name = "Rapporter"

    def ready(self) -> None:
        """Register background work, and where notices to authors lead."""
        from casework import kinds
        from reports import tasks  # noqa: F401 -- models must be loaded first
        from reports.life.topic import SECTIONS

        kinds.register_topic(SECTIONS)
