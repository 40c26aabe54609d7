"""Files in a case: what may be added, what is taken out of it first, and by whom."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from casework.background.jobs import enqueue
from casework.cases.history import log
from casework.files import scanning
from casework.files.asking import (
    DOCX,
    JPEG,
    PATIENCE,
    PDF,
    PNG,
    TEXT,
    RefusedFileError,
    look_into,
)
from casework.models import Attachment, Case
from casework.process.workflow import StepRefusedError, is_recused
from organisation.access import may
from organisation.rights import Right
from organisation.texts.cleaning import clean_text

if TYPE_CHECKING:
    from organisation.models import User

LARGEST = 10 * 1024 * 1024
MOST_AT_ONCE, MOST_IN_CASE = 5, 50
LONGEST_NAME = 150

# By the kind of file: how its name ends and its content begins.  What is not here is refused.
_KINDS = {
    ".pdf": (PDF, b"%PDF-"),
    ".png": (PNG, b"\x89PNG\r\n\x1a\n"),
    ".jpg": (JPEG, b"\xff\xd8\xff"),
    ".jpeg": (JPEG, b"\xff\xd8\xff"),
    ".txt": (TEXT, b""),
    ".docx": (DOCX, b"PK\x03\x04"),
}
ENDINGS = tuple(_KINDS)
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"  # also how Word stores a document with a password


@dataclass(frozen=True)
class CheckedFile:
    """A file that may be stored: its name, and its content without what must not be kept."""

    name: str
    media_type: str
    content: bytes

    @property
    def checksum(self) -> str:
        """Return what tells whether two files are the same."""
        return hashlib.sha256(self.content).hexdigest()


def clean_name(name: str) -> str:
    """Return a file's name without folders and hidden characters, its ending kept when it is shortened."""
    last = re.split(r"[/\\]", clean_text(name))[-1]
    stem, dot, ending = " ".join(last.split()).strip(". ").rpartition(".")
    if not dot:
        return ending[:LONGEST_NAME] or "fil"
    ending = ending[:10]
    return f"{(stem or 'fil')[: LONGEST_NAME - len(ending) - 1]}.{ending}"


def check(name: str, content: bytes, *, patience: float = PATIENCE) -> CheckedFile:
    """Return a file as it may be stored, or raise RefusedFileError (OWASP ASVS 5.2: type, size, content).

    Nothing is opened in this process: what is inside is looked into by a child (casework.files).
    """
    name = clean_name(name)
    ending = f".{name.rpartition('.')[2].lower()}"
    if ending not in _KINDS:
        raise RefusedFileError(
            "har en filtyp som inte går att lägga till. Använd pdf, png, jpg, txt eller docx."
        )
    if not content:
        raise RefusedFileError("är tom. Kontrollera att du har valt rätt fil.")
    if len(content) > LARGEST:
        raise RefusedFileError("är för stor. En fil får vara högst 10 MB.")
    media_type, signature = _KINDS[ending]
    if ending == ".docx" and content.startswith(_OLD_OFFICE):
        raise RefusedFileError(
            "är skyddad med lösenord eller sparad i ett gammalt format. Spara den som docx utan lösenord."
        )
    if not content.startswith(signature):
        raise RefusedFileError(
            f"är inte en {ending[1:]}-fil, trots namnet. Spara om den och försök igen."
        )
    return CheckedFile(
        name, media_type, look_into(media_type, content, patience=patience)
    )


def may_attach(case: Case, user: User) -> bool:
    """Tell whether a person may add files to a case now: those who handle or file it, while it is open."""
    if case.closed_on is not None or is_recused(case, user):
        return False
    return may(user, Right.CASES_ATTACH, case.unit)


def attach(
    case: Case, *, files: Sequence[CheckedFile], actor: User
) -> tuple[list[Attachment], list[Attachment]]:
    """Add files to a case, all or none; return those that are new and those that it had already.

    Nobody can open a new file before the scanner has found it clean, where one is configured.
    """
    new: list[Attachment] = []
    had: list[Attachment] = []
    with transaction.atomic():
        locked = (
            Case.objects.select_for_update(of=("self",))
            .select_related("unit")
            .get(pk=case.pk)
        )
        if not may_attach(locked, actor):
            raise StepRefusedError("Du kan inte lägga till filer i ärendet.")
        known = {row.checksum: row for row in locked.attachments.defer("content")}
        for file in files:
            if file.checksum in known:
                had.append(known[file.checksum])
                continue
            if len(known) >= MOST_IN_CASE:
                raise StepRefusedError(f"Ett ärende kan ha högst {MOST_IN_CASE} filer.")
            position = 1 + max((row.position for row in known.values()), default=0)
            known[file.checksum] = _store(locked, file, position=position, actor=actor)
            new.append(known[file.checksum])
        if new:
            label = (
                "Lade till en fil" if len(new) == 1 else f"Lade till {len(new)} filer"
            )
            log(locked, action="attach", label=label, actor=actor)
    return new, had


def _store(case: Case, file: CheckedFile, *, position: int, actor: User) -> Attachment:
    scanned = scanning.is_configured()
    stored = Attachment.objects.create(
        case=case,
        position=position,
        name=file.name,
        media_type=file.media_type,
        size=len(file.content),
        checksum=file.checksum,
        content=file.content,
        state=Attachment.State.PENDING if scanned else Attachment.State.CLEAN,
        added_by=actor,
    )
    if scanned:
        enqueue(scanning.SCAN, attachment=stored.pk)
    return stored
