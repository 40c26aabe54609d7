"""Application lexsarah."""

from django.apps import AppConfig


class LexSarahConfig(AppConfig):
    """The application, with its Swedish name."""

    name = "lexsarah"
    verbose_name = "Lex Sarah"

    def ready(self) -> None:
        """Register the kind of case, with its background work."""
        from casework import kinds
        from lexsarah.kind import LEX_SARAH

        kinds.register(LEX_SARAH)
