"""Application casework."""

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    """The application, with its Swedish name."""

    name = "casework"
    verbose_name = "Ärenden"

    def ready(self) -> None:
        """Listen to those who sign in: what they sent when their session had ended is theirs again."""
        from django.contrib.auth.signals import user_logged_in

        from casework.carrying import take_over

        user_logged_in.connect(take_over, dispatch_uid="carried over the sign-in")
