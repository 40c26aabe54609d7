"""Application lexsarah."""

from django.apps import AppConfig


class LexSarahConfig(AppConfig):
    """The application, with its Swedish name."""

    name = "lexsarah"
    verbose_name = "Lex Sarah"
