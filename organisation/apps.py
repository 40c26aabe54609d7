"""Application organisation."""

from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    """The application, with its Swedish name."""

    name = "organisation"
    verbose_name = "Organisation"
