"""Application deviations."""

from django.apps import AppConfig


class DeviationsConfig(AppConfig):
    """The application, with its Swedish name."""

    name = "deviations"
    verbose_name = "Avvikelser"
