"""Application casework."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from casework.grants import grant


class CaseworkConfig(AppConfig):
    """The application, with its Swedish name."""

    name = "casework"
    verbose_name = "Ärenden"

    def ready(self) -> None:
        """Give the app role its rights after migrations, and listen to those who sign in.

        What they sent when their session had ended is theirs again.
        """
        from django.contrib.auth.signals import user_logged_in

        from casework.carrying import take_over

        post_migrate.connect(grant, sender=self)
        user_logged_in.connect(take_over, dispatch_uid="carried over the sign-in")
