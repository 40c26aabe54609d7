"""Application casework."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from casework.grants import grant


class CaseworkConfig(AppConfig):
    """The application, with its Swedish name."""

    name = "casework"
    verbose_name = "Ärenden"

    def ready(self) -> None:
        """Give the app role its rights when tables have been made or changed."""
        post_migrate.connect(grant, sender=self)
