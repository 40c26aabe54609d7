"""Ask what may be kept of a file: a child process looks into it, and ends when its time or memory does."""

from __future__ import annotations

import contextlib
import logging
import signal
import subprocess
import tempfile
from typing import IO

from casework.files.confined import Limits, content, end, start
from casework.files.pdf.child import TOO_DEEP, TOO_LARGE

# The largest picture that is taken needs some seconds and half of the memory.
LIMITS = Limits(seconds=10, memory_mb=768)
PATIENCE = 20.0  # seconds by the clock, for a computer with much else to do
REFUSED = 5
# What is looked into, as HTTP calls it.
PDF, PNG, JPEG, TEXT = "application/pdf", "image/png", "image/jpeg", "text/plain"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_TOO_MUCH = (
    TOO_LARGE,
    TOO_DEEP,
    -signal.SIGABRT,
    -signal.SIGTRAP,
    -signal.SIGSEGV,
    -signal.SIGBUS,
)
_TOO_LONG = (-signal.SIGXCPU, -signal.SIGKILL)

logger = logging.getLogger("casework.files")


class RefusedFileError(Exception):
    """The file is not taken; the message says in Swedish why, to be read after its name."""


def look_into(
    media_type: str, sent: bytes, *, patience: float = PATIENCE, limits: Limits = LIMITS
) -> bytes:
    """Return what may be kept of a file, or raise RefusedFileError; nothing is opened in this process."""
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(
            tempfile.TemporaryDirectory(prefix="kvalitet-file-")
        )

        def file() -> IO[bytes]:
            # A file without a name: nothing of it is left on the disk by a process that is killed.
            return stack.enter_context(tempfile.TemporaryFile(dir=folder))

        files = file(), file(), file()
        files[0].write(sent)
        process = start(
            "casework.files", limits, media_type, files=files, folder=folder
        )
        try:
            code = process.wait(timeout=patience)
        except subprocess.TimeoutExpired:
            code = -signal.SIGKILL
        finally:
            end(process)
        answer, messages = content(files[1]), content(files[2])
    if code == 0:
        return answer
    if code == REFUSED:
        raise RefusedFileError(answer.decode())
    raise RefusedFileError(_reason(code, messages))


def _reason(code: int, messages: bytes) -> str:
    if code in _TOO_MUCH:
        return (
            "är byggd så att den tar för mycket minne att öppna. Skriv ut den till en ny pdf, eller spara om "
            "den, och försök igen."
        )
    if code in _TOO_LONG:
        return (
            "tar för lång tid att kontrollera. Skriv ut den till en ny pdf, eller spara om den, och försök "
            "igen."
        )
    # What a library says may hold words of the file: only that it failed, and where, is noted.
    logger.error(
        "a file could not be looked into, code %s, %s bytes of messages",
        code,
        len(messages),
    )
    return "gick inte att kontrollera på grund av ett fel i systemet. Felet är loggat. Försök igen senare."
