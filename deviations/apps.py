"""Application deviations."""

from django.apps import AppConfig


class DeviationsConfig(AppConfig):
    """The application, with its Swedish name."""

    name = "deviations"
    verbose_name = "Avvikelser"

    def ready(self) -> None:
        """Register the kind of case, and background work."""
        from casework import kinds
        from deviations import tasks  # noqa: F401 -- models must be loaded first
        from deviations.kind import DEVIATION

        kinds.register(DEVIATION)
