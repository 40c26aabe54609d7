"""Ask for a PDF: a child process lays it out, and ends when its time, its memory or its parent does."""

from __future__ import annotations

import contextlib
import json
import logging
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import IO, Any

from casework.files.confined import Limits, content, end, start
from casework.files.pdf.child import FAULT, TOO_DEEP, TOO_LARGE
from casework.files.pdf.fonts import unpacked
from casework.files.pdf.pieces import Pieces, Shelf
from casework.files.pdf.product import stylesheet

PROCESSES = 2

logger = logging.getLogger("casework.files.pdf")


class PdfError(Exception):
    """The document did not become a PDF; the text says why, to the person who asked for it."""


@dataclass(frozen=True)
class Data:
    """A text file that an archive PDF carries: what its tables and charts were made from."""

    name: str
    description: str
    media_type: str
    content: str


def render_pdf(
    html: str,
    *,
    style: str = "",
    archive: bool = False,
    data: Sequence[Data] = (),
    on_tick: Callable[[], None] | None = None,
    on_chapter: Callable[[int, int], None] | None = None,
    shelf: Shelf | None = None,
    processes: int = PROCESSES,
    seconds: int = 120,
    memory_mb: int = 1024,
) -> bytes:
    """The document as PDF/UA-1; the same HTML gives the same bytes. `on_tick` comes about once a second.

    `style` is the style sheet that it was laid out with once, if not today's. For the archive it becomes
    PDF/A-3a and PDF/UA-1 in one (ISO 19005-3), which may carry `data`. Its chapters come from the `shelf`
    or from several processes; `on_chapter` is told how many of them are done, of how many.
    """
    asked = {"html": html, "style": style or stylesheet(), "archive": archive}
    asked |= {"data": [asdict(file) for file in data], "processes": processes}
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(
            tempfile.TemporaryDirectory(prefix="kvalitet-pdf-")
        )

        def file() -> IO[bytes]:
            # A file and not a pipe: a pipe that nobody empties stops its writer. It has no name, so that
            # nothing of a document is left on the disk by a process that is killed.
            return stack.enter_context(tempfile.TemporaryFile(dir=folder))

        pieces = stack.enter_context(
            Pieces(asked, file, shelf=shelf, on_chapter=on_chapter)
        )
        files = file(), file(), file()
        process = _start(asked, files, pieces, folder, Limits(seconds, memory_mb))
        try:
            code = _wait(process, pieces.look, on_tick, seconds)
        finally:
            end(process)
        pieces.look()
        finished, reason = (content(file) for file in files[1:])
    if code == 0 and finished.startswith(b"%PDF-"):
        return finished
    written = reason.decode("utf-8", "replace").splitlines()
    places = [line.removeprefix(FAULT) for line in written if line.startswith(FAULT)]
    logger.error("pdf failed, code %s\n%s", code, "\n".join(places))
    raise PdfError(_reason(code, seconds, memory_mb))


def _start(
    asked: dict[str, Any],
    files: Sequence[IO[bytes]],
    pieces: Pieces,
    folder: str,
    limits: Limits,
) -> subprocess.Popen[bytes]:
    """The child, with what is asked, the PDF and its messages in files."""
    # Half a surrogate pair is no text: it becomes a question mark, as it would in a file.
    told = json.dumps(
        asked | pieces.for_the_child | {"fonts": unpacked()}, ensure_ascii=False
    )
    files[0].write(told.encode("utf-8", "replace"))
    return start(
        "casework.files.pdf",
        limits,
        files=files,
        folder=folder,
        inherited=pieces.inherited,
    )


def _wait(
    process: subprocess.Popen[bytes],
    look: Callable[[], None],
    on_tick: Callable[[], None] | None,
    seconds: int,
) -> int:
    """The child's exit code, or the end of patience; a sign of life to the caller every second."""
    deadline = time.monotonic() + seconds
    while True:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return process.wait(timeout=1)
        if time.monotonic() > deadline:
            raise PdfError(_too_slow(seconds))
        look()
        if on_tick:
            on_tick()


def _reason(code: int, seconds: int, memory_mb: int) -> str:
    # The C libraries abort where Python would have raised MemoryError.
    if code in (TOO_LARGE, -signal.SIGABRT, -signal.SIGTRAP, -signal.SIGSEGV):
        return (
            f"Dokumentet är för stort för att bli en PDF: det behöver mer än {memory_mb} MB minne. "
            "Korta de längsta texterna och tabellerna och försök igen."
        )
    if code == TOO_DEEP:
        return (
            "Dokumentet kunde inte bli en PDF, för någon text är för djupt indragen. "
            "Förenkla listorna i den och försök igen."
        )
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        return _too_slow(seconds)
    return (
        "Dokumentet kunde inte bli en PDF på grund av ett fel i systemet. "
        "Felet är loggat. Försök igen om en stund."
    )


def _too_slow(seconds: int) -> str:
    return (
        f"Dokumentet hann inte bli en PDF på {seconds} sekunder. "
        "Korta de längsta texterna och tabellerna och försök igen."
    )
