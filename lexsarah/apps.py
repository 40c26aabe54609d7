"""Application lexsarah."""

from django.apps import AppConfig


class LexSarahConfig(AppConfig):
    """The application, with its Swedish name."""

    name = "lexsarah"
    verbose_name = "Lex Sarah"

    def ready(self) -> None:
        """Receive what deviations say is a misconduct."""
        from deviations.escalating import misconduct_reported
        from lexsarah.services import receive

        misconduct_reported.connect(receive, dispatch_uid="lexsarah.receive")
