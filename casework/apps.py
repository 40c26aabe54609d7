"""Application casework."""

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    """The application, with its Swedish name."""

    name = "casework"
    verbose_name = "Ärenden"

    def ready(self) -> None:
        """Hear of roles that end and of who signs in: what is left is given back, what was sent is kept."""
        from django.contrib.auth.signals import user_logged_in

        from casework.carrying import take_over
        from casework.leaving import ask_to_give_back
        from organisation.services import roles_ended

        roles_ended.connect(ask_to_give_back, dispatch_uid="casework.give_back")
        user_logged_in.connect(take_over, dispatch_uid="carried over the sign-in")
