"""Application casework."""

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    """The application, with its Swedish name."""

    name = "casework"
    verbose_name = "Ärenden"
