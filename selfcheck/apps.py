"""Application selfcheck."""

from django.apps import AppConfig


class SelfCheckConfig(AppConfig):
    """The application, with its Swedish name."""

    name = "selfcheck"
    verbose_name = "Egenkontroll"

    def ready(self) -> None:
        """Register the background work, and say which cases show that a routine has been checked."""
        from django.db.models import Q

        from casework.routines import CHECKED
        from selfcheck import tasks  # noqa: F401 -- models must be loaded first

        CHECKED.append(Q(selfcheck__done_on__isnull=False))
