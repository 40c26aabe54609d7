"""Where heads go so that nobody who owns the database owns them too: a file, a syslog, a mail a day."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import QuerySet
from django.utils import timezone

from audit.models import Seal
from audit.sealing.heads import Outside, heads_in, is_signed, line_of

logger = logging.getLogger(__name__)

SUBJECT = "Kvalitet: dagens försegling"
MAIL = """Spara det här mejlet. Med raden nedan går det att visa att inget som skrevs i Kvalitet före den
har ändrats eller tagits bort efteråt: manage.py verify_log --head FIL, där FIL är en fil med raden.

{line}
"""
SYSLOG_PORT = 514
NOTICE = 4 * 8 + 5  # facility auth, severity notice (RFC 5424 6.2.1)
SECONDS_TO_ANSWER = 10


def places() -> list[str]:
    """Return where heads are sent, as the settings name them."""
    return [
        name
        for name in ("SEAL_FILE", "SEAL_SYSLOG", "SEAL_MAIL")
        if getattr(settings, name)
    ]


def last_sent() -> Outside | None:
    """Return the last head in the sealer's own file, which the database must still have."""
    path = settings.SEAL_FILE and Path(settings.SEAL_FILE)
    if not path or not path.exists():
        return None
    heads = heads_in(_end_of(path))
    return heads[-1] if heads else None


def _end_of(path: Path) -> str:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 10_000))
        return file.read().decode(errors="replace")


class Sender:
    """Sends heads to every place, and remembers what each has got: what does not get away is sent again."""

    def __init__(self) -> None:
        begun = last_sent()
        last = Seal.objects.order_by("number").last()
        # Without a file nobody knows what the other places have, and the latest head says it all.
        has_got = begun.number if begun else last.number - 1 if last else 0
        self.has_got = dict.fromkeys(places(), has_got)

    def send(self) -> bool:
        """Send each place what it has not got; returns whether all of them have everything."""
        done = [self._tried(name) for name in self.has_got]
        return all(done)

    def _tried(self, name: str) -> bool:
        if (
            name == "SEAL_FILE"
        ):  # another process may have written there, on somebody's word
            begun = last_sent()
            self.has_got[name] = begun.number if begun else 0
        first = self.has_got[name] + 1
        try:
            seals = [seal for seal in _seals_from(first) if is_signed(seal)]
            if seals:
                _WAYS[name](seals)
                self.has_got[name] = seals[-1].number
        except OSError:  # what the mail server says is one too
            logger.exception("heads from %s on did not get away by %s", first, name)
            return False
        return True


def _seals_from(number: int) -> QuerySet[Seal]:
    return Seal.objects.filter(number__gte=number).defer("guards").order_by("number")


def _to_file(seals: list[Seal]) -> None:
    """Add the heads to the file, and wait for the disk."""
    with Path(settings.SEAL_FILE).open("a", encoding="utf-8") as file:
        file.writelines(f"{line_of(seal)}\n" for seal in seals)
        file.flush()
        os.fsync(file.fileno())


def _to_syslog(seals: list[Seal]) -> None:
    """Send the heads to a syslog: a socket of this machine, or host:port by TCP, which tells when it fails."""
    where: str = settings.SEAL_SYSLOG
    is_here = where.startswith("/")
    with socket.socket(
        socket.AF_UNIX if is_here else socket.AF_INET,
        socket.SOCK_DGRAM if is_here else socket.SOCK_STREAM,
    ) as link:
        link.settimeout(SECONDS_TO_ANSWER)
        host, _, port = where.partition(":")
        link.connect(where if is_here else (host, int(port or SYSLOG_PORT)))
        for seal in seals:
            ending = "" if is_here else "\n"
            link.sendall(f"<{NOTICE}>kvalitet: {line_of(seal)}{ending}".encode())


def _to_mail(seals: list[Seal]) -> None:
    """Mail the first head of each day; one a minute nobody would keep."""
    for seal in seals:
        before = Seal.objects.filter(number__lt=seal.number).order_by("number").last()
        if before is None or _day(before) != _day(seal):
            EmailMessage(
                SUBJECT, MAIL.format(line=line_of(seal)), to=settings.SEAL_MAIL
            ).send()


def _day(seal: Seal) -> object:
    return timezone.localdate(seal.at)


_WAYS: dict[str, Callable[[list[Seal]], None]] = {
    "SEAL_FILE": _to_file,
    "SEAL_SYSLOG": _to_syslog,
    "SEAL_MAIL": _to_mail,
}
