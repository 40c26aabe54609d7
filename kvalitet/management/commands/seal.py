"""Seal, each minute, what has been added, and send the head away."""

from __future__ import annotations

import logging
import signal
import threading
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, close_old_connections, connection

from audit.models import Seal
from audit.sealing.heads import has_key
from audit.sealing.sealing import SealingError, seal_rows
from audit.sealing.sending import Sender, last_sent, places
from kvalitet.operations.roles import as_login

logger = logging.getLogger(__name__)

SECONDS = 60
FEW = (
    "Huvudena skickas bara till {places}. Sätt minst två av SEAL_FILE, SEAL_SYSLOG och SEAL_MAIL, så att "
    "den som tar över databasen inte också kan skriva om dem (docs/logg.md)."
)


class Command(BaseCommand):
    """``seal`` runs until it is told to stop, ``seal --once`` once; the only holder of SEALER_KEY."""

    help = (
        "Försegla varje minut det som har lagts till i historik och loggar, och skicka huvudet till "
        "SEAL_FILE, SEAL_SYSLOG och SEAL_MAIL. Kräver SEALER_KEY."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask whether to go on, and whether somebody accepts what is not as it was."""
        parser.add_argument("--once", action="store_true", help="försegla en gång")
        parser.add_argument(
            "--accept",
            metavar="SKÄL",
            default="",
            help="försegla en gång, och godta att det som vaktar är ändrat eller att databasen är återläst; "
            "skälet förseglas, och ska inte innehålla personuppgifter",
        )

    def handle(self, *, once: bool, accept: str, **_options: Any) -> None:
        """Seal as the login that may; without one, as the app's role where that owns everything."""
        if not has_key():
            raise CommandError(
                "SEALER_KEY är inte satt. Bara den som förseglar ska ha nyckeln (docs/logg.md)."
            )
        if len(places()) < 2:
            self.stderr.write(FEW.format(places=", ".join(places()) or "ingenstans"))
        with as_login("sealer"):
            _refuse_who_may_not()
            sender = Sender()
            if once or accept:
                self._once(sender, accept)
            else:
                self._for_ever(sender)

    def _once(self, sender: Sender, note: str) -> None:
        try:
            seal = seal_rows(outside=last_sent(), note=note)
        except SealingError as problem:
            raise CommandError(str(problem)) from problem
        self._tell(seal)
        if not sender.send():
            raise CommandError(
                "Huvudet kom inte fram överallt. Se loggen, och kör igen."
            )

    def _for_ever(self, sender: Sender) -> None:
        """Seal each minute; a database that is away is waited for, and a chain that is not ours is left."""
        stop = threading.Event()
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, lambda *_: stop.set())
        while not stop.is_set():
            try:
                seal_rows(outside=last_sent())
                sender.send()
            except SealingError as problem:
                raise CommandError(str(problem)) from problem
            except DatabaseError:
                logger.exception("nothing was sealed this minute")
                close_old_connections()
            stop.wait(SECONDS)

    def _tell(self, seal: Seal | None) -> None:
        if seal is None:
            self.stdout.write("Inget nytt att försegla.")
            return
        rows = sum(seal.rows.values_list("count", flat=True))
        self.stdout.write(
            f"Försegling {seal.number}: {rows} rader. Skickas till {', '.join(places()) or 'ingen'}."
        )
        if not settings.SEAL_FILE:
            self.stdout.write(f"Huvud {seal.head}")


def _refuse_who_may_not() -> None:
    """Refuse a role that adds nothing to the seals: web and worker's, where there is no sealer's."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, has_table_privilege('audit_seal', 'INSERT')"
        )
        name, may = cursor.fetchone()
    if not may:
        raise CommandError(
            f"Rollen {name} får inte försegla. Sätt DATABASE_SEALER_URL, och kör make_roles och migrate med den "
            "satt (docs/drift.md)."
        )
