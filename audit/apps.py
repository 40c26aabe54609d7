"""Application audit."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The application, with its Swedish name."""

    name = "audit"
    verbose_name = "Logg"

    def ready(self) -> None:
        """Write what is told of accounts from now on."""
        from audit.recording import events  # noqa: F401
