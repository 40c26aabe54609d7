"""Application casework."""

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    """The application, with its Swedish name."""

    name = "casework"
    verbose_name = "Ärenden"

    def ready(self) -> None:
        """Hear of roles that end: what was handled in them is given back."""
        from casework.leaving import ask_to_give_back  # models must be loaded first
        from organisation.services import roles_ended

        roles_ended.connect(ask_to_give_back, dispatch_uid="casework.give_back")
