"""Check that no case's history has been changed behind the product's back."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from casework.cases.history import broken_logs


class Command(BaseCommand):
    """``verify_log``; exit code 1 when the history of any case is broken."""

    help = (
        "Kontrollera att ingen har ändrat eller tagit bort något i ärendenas historik."
    )

    def handle(self, **_options: Any) -> None:
        """Print the cases whose history is broken."""
        broken = broken_logs()
        if broken:
            self.stderr.write(
                "\n".join(
                    f"Historiken är ändrad i ärende {number}." for number in broken
                )
            )
            raise SystemExit(1)
        self.stdout.write("Historiken är hel i alla ärenden.")
