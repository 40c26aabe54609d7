"""Check that nothing that is only added to has been changed behind the product's back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.sealing.checking import check
from audit.sealing.findings import Checked
from audit.sealing.heads import Outside, has_key, heads_in
from casework.cases.history import broken_logs
from casework.models import Blanking

WITHOUT_HEAD = "Utan --head FIL kan en säkerhetskopia som är återläst, eller ett bortklippt slut, inte upptäckas."
WITHOUT_KEY = "Utan SEALER_KEY kan det som tillkom efter huvudet vara omskrivet av den som äger databasen."


class Command(BaseCommand):
    """``verify_log``; exit code 1 when something is not as it was written or sealed."""

    help = (
        "Kontrollera att ingen har ändrat eller tagit bort något i ärendenas historik, i loggarna eller i "
        "utgåvorna. Med --head också mot huvuden som finns utanför databasen, och med SEALER_KEY att ingen "
        "annan har förseglat."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask for a head from outside the database."""
        parser.add_argument(
            "--head",
            type=Path,
            metavar="FIL",
            help="fil med huvuden: den som förseglaren skriver, eller rader ur syslog eller mejl",
        )

    def handle(self, *, head: Path | None, **_options: Any) -> None:
        """Print what was found, and what to do about each; or what has been shown to be whole."""
        outside = self._heads(head)
        broken = broken_logs()
        for number in broken:
            self.stderr.write(f"Historiken är ändrad i ärende {number}.")
        checked = check(outside)
        for finding in checked.findings:
            self.stderr.write(f"{finding.what}\n  {finding.advice}")
        if broken or checked.findings:
            raise SystemExit(1)
        self.stdout.write("Historiken är hel i alla ärenden.")
        if count := Blanking.objects.count():
            self.stdout.write(f"Texter som är strukna enligt beslut: {count}.")
        self._tell(checked, outside)

    def _heads(self, path: Path | None) -> list[Outside]:
        """Return the heads in a file; raises CommandError where there is none to read."""
        if path is None:
            return []
        try:
            heads = heads_in(path.read_text(encoding="utf-8", errors="replace"))
        except OSError as error:
            raise CommandError(f"Filen {path} går inte att läsa.") from error
        if not heads:
            raise CommandError(
                f"Det finns inget huvud i {path}. En rad ser ut så här: "
                "försegling 12 2026-12-01T10:15:00+00:00 huvud … signatur …"
            )
        return heads

    def _tell(self, checked: Checked, outside: list[Outside]) -> None:
        """Say what was gone through, and what that does not show."""
        if checked.last is None:
            self.stdout.write("Inget är förseglat: kör manage.py seal (docs/logg.md).")
            return
        self.stdout.write(
            f"{checked.rows} rader i {checked.seals} förseglingar är som de förseglades, till och med försegling "
            f"{checked.last.number}. {checked.purged} är gallrade, och i {checked.blanked} är en text struken "
            f"enligt beslut. {checked.waiting} väntar på nästa försegling."
        )
        if outside:
            self.stdout.write(
                f"Huvudet utifrån, försegling {outside[-1].number}, stämmer."
            )
        else:
            self.stdout.write(WITHOUT_HEAD)
        if not has_key():
            self.stdout.write(WITHOUT_KEY)
