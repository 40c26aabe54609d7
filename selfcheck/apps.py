"""Application selfcheck."""

from django.apps import AppConfig


class SelfCheckConfig(AppConfig):
    """The application, with its Swedish name."""

    name = "selfcheck"
    verbose_name = "Egenkontroll"

    def ready(self) -> None:
        """Register the background work."""
        from selfcheck import tasks  # noqa: F401 -- models must be loaded first
