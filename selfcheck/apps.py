"""Application selfcheck."""

from django.apps import AppConfig


class SelfCheckConfig(AppConfig):
    """The application, with its Swedish name."""

    name = "selfcheck"
    verbose_name = "Egenkontroll"

    def ready(self) -> None:
        """Register background work, which cases show that a routine was checked, and what purging asks."""
        from django.db.models import Q

        from casework.purging import holds, recognises
        from casework.routines import CHECKED
        from selfcheck import tasks  # noqa: F401 -- models must be loaded first
        from selfcheck.imports import IDENTITY
        from selfcheck.models import SelfCheck
        from selfcheck.planning import planned_lately

        CHECKED.append(Q(selfcheck__done_on__isnull=False))
        holds("Årsplanen för i år eller i fjol räknar med den.", planned_lately)
        recognises(SelfCheck, *IDENTITY)
