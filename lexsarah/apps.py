"""Application lexsarah."""

from django.apps import AppConfig


class LexSarahConfig(AppConfig):
    """The application, with its Swedish name."""

    name = "lexsarah"
    verbose_name = "Lex Sarah"

    def ready(self) -> None:
        """Receive what deviations say is a misconduct; register what keeps a case, and background work."""
        from casework.purging import holds, ties
        from deviations.escalating import misconduct_reported
        from lexsarah import keeping, tasks  # noqa: F401 -- models must be loaded first
        from lexsarah.models import LexSarahReport
        from lexsarah.receiving import receive

        misconduct_reported.connect(receive, dispatch_uid="lexsarah.receive")
        holds("IVO har inte svarat, eller ska få en anmälan.", keeping.before_ivo)
        holds("En annan skyldighet är inte avklarad.", keeping.unsettled_duties)
        ties(LexSarahReport, "deviation", "case")
