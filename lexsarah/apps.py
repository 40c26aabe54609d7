"""Application lexsarah."""

from django.apps import AppConfig


class LexSarahConfig(AppConfig):
    """The application, with its Swedish name."""

    name = "lexsarah"
    verbose_name = "Lex Sarah"

    def ready(self) -> None:
        """Receive what deviations say is a misconduct, and register the background work."""
        from deviations.escalating import misconduct_reported
        from lexsarah import tasks  # noqa: F401 -- models must be loaded first
        from lexsarah.receiving import receive

        misconduct_reported.connect(receive, dispatch_uid="lexsarah.receive")
