"""Files are shown to a virus scanner (clamd) before anybody can open them, where one is configured."""

from __future__ import annotations

import socket
import struct

from django.conf import settings
from django.db import transaction

from casework.background.jobs import Effect, Tick, enqueue, handler
from casework.models import Attachment, Job

SCAN = "casework.scan"
SECONDS = 20  # less than the lease of a job
CHUNK = 64 * 1024


class ScannerError(Exception):
    """The scanner gave no verdict: the file waits, and is shown to it again."""


def is_configured() -> bool:
    """Tell whether files are scanned in this installation (CLAMAV, host:port)."""
    return bool(settings.CLAMAV)


def is_infected(content: bytes) -> bool:
    """Ask the scanner about a file (clamd's INSTREAM: pieces with their length, and a piece of none).

    Raises ScannerError or OSError when there is no answer to trust.
    """
    host, _, port = settings.CLAMAV.rpartition(":")
    with socket.create_connection((host, int(port)), timeout=SECONDS) as scanner:
        scanner.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), CHUNK):
            piece = content[start : start + CHUNK]
            scanner.sendall(struct.pack("!I", len(piece)) + piece)
        scanner.sendall(struct.pack("!I", 0))
        answer = b""
        while not answer.endswith(b"\0") and (more := scanner.recv(4_096)):
            answer += more
    verdict = answer.rstrip(b"\0\n")
    if verdict.endswith(b" FOUND"):
        return True
    if verdict.endswith(b": OK"):
        return False
    raise ScannerError("The scanner gave no verdict.")


@handler(SCAN)
def scan(job: Job, tick: Tick) -> Effect:
    """Let the scanner decide about one file; what is infected is emptied, and its row says so."""
    waiting = Attachment.objects.filter(
        pk=job.arguments["attachment"], state=Attachment.State.PENDING
    )
    tick(10, "Kontrollerar en fil")
    content = waiting.values_list("content", flat=True).first()
    infected = content is not None and is_configured() and is_infected(bytes(content))

    def store() -> None:
        if infected:
            waiting.update(state=Attachment.State.INFECTED, content=b"")
        else:
            waiting.update(state=Attachment.State.CLEAN)

    return store


def scan_waiting() -> int:
    """Show the scanner again what it gave no verdict on, however long it was away; return how many wait."""
    waiting = Attachment.objects.filter(state=Attachment.State.PENDING).values_list(
        "pk", flat=True
    )
    with transaction.atomic():
        for pk in waiting:
            enqueue(SCAN, attachment=pk)
    return len(waiting)
