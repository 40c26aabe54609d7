"""Application audit."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The application, with its Swedish name."""

    name = "audit"
    verbose_name = "Logg"
