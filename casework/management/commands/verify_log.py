"""Check that no case's history has been changed behind the product's back."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from casework.cases.history import broken_logs
from casework.handling.blanking import rows_changed_since
from casework.models import Blanking


class Command(BaseCommand):
    """``verify_log``; exit code 1 when the history of any case is broken."""

    help = (
        "Kontrollera att ingen har ändrat eller tagit bort något i ärendenas historik."
    )

    def handle(self, **_options: Any) -> None:
        """Print the cases whose history is broken."""
        found = [f"Historiken är ändrad i ärende {number}." for number in broken_logs()]
        found += [
            f"Rad {row} i {place} är ändrad efter att en text ströks i den."
            for place, row in rows_changed_since()
        ]
        if found:
            self.stderr.write("\n".join(found))
            raise SystemExit(1)
        self.stdout.write("Historiken är hel i alla ärenden.")
        if count := Blanking.objects.count():
            self.stdout.write(f"Texter som är strukna enligt beslut: {count}.")
