"""Application kvalitet: the wiring."""

from django.apps import AppConfig


class KvalitetConfig(AppConfig):
    """The wiring, with its checks for those who run the product."""

    name = "kvalitet"
    verbose_name = "Kvalitet"

    def ready(self) -> None:
        """Register the checks."""
        from kvalitet.operations import checks  # noqa: F401 -- registering is all it does
