"""Application selfcheck."""

from django.apps import AppConfig


class SelfCheckConfig(AppConfig):
    """The application, with its Swedish name."""

    name = "selfcheck"
    verbose_name = "Egenkontroll"

    def ready(self) -> None:
        """Register the kind of case, with its background work."""
        from casework import kinds
        from selfcheck.kind import SELF_CHECK

        kinds.register(SELF_CHECK)
