"""Application casework."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from casework.database.grants import grant


class CaseworkConfig(AppConfig):
    """The application, with its Swedish name."""

    name = "casework"
    verbose_name = "Ärenden"

    def ready(self) -> None:
        """Write the owner's functions, rights and policies after migrations; hear of what happens.

        What a leaver had is given back, and what was sent when a session had ended is its sender's again.
        """
        from django.contrib.auth.signals import user_logged_in

        from casework.cases.policies import install
        from casework.handling.blanking_functions import make_blanking_function
        from casework.handling.leaving import ask_to_give_back
        from casework.handling.purge_functions import make_purge_functions
        from casework.texts.carrying import take_over
        from organisation.services import roles_ended

        post_migrate.connect(make_purge_functions, sender=self)
        post_migrate.connect(make_blanking_function, sender=self)
        post_migrate.connect(grant, sender=self)
        # Whose turn it is last: every app's tables are there, and every kind of case is known.
        post_migrate.connect(install, dispatch_uid="casework.policies")
        roles_ended.connect(ask_to_give_back, dispatch_uid="casework.give_back")
        user_logged_in.connect(take_over, dispatch_uid="carried over the sign-in")
