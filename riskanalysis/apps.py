"""Application riskanalysis."""

from django.apps import AppConfig


class RiskAnalysisConfig(AppConfig):
    """The application, with its Swedish name."""

    name = "riskanalysis"
    verbose_name = "Riskanalys"
