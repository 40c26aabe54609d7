"""Application selfcheck."""

from django.apps import AppConfig


class SelfCheckConfig(AppConfig):
    """The application, with its Swedish name."""

    name = "selfcheck"
    verbose_name = "Egenkontroll"
