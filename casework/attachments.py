"""Files in a case: what may be added, what is taken out of it first, and by whom."""

from __future__ import annotations

import hashlib
import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from PIL import Image, ImageOps

from casework import scanning
from casework.history import log
from casework.jobs import enqueue
from casework.models import Attachment, Case
from casework.workflow import StepRefusedError, is_recused
from organisation.access import CHIEFS, roles_over
from organisation.models import Role
from organisation.texts import clean_text

if TYPE_CHECKING:
    from organisation.models import User

LARGEST = 10 * 1024 * 1024
MOST_AT_ONCE, MOST_IN_CASE = 5, 50
LONGEST_NAME = 150
MOST_PIXELS = 40_000_000
MOST_MEMBERS, HIGHEST_RATIO = 200, 100

_ADDERS = CHIEFS | {Role.REGISTRAR, Role.QUALITY_CONTROLLER, Role.LEX_INVESTIGATOR}
# By the kind of file: how its name ends and its content begins.  What is not here is refused.
_KINDS = {
    ".pdf": ("application/pdf", b"%PDF-"),
    ".png": ("image/png", b"\x89PNG\r\n\x1a\n"),
    ".jpg": ("image/jpeg", b"\xff\xd8\xff"),
    ".jpeg": ("image/jpeg", b"\xff\xd8\xff"),
    ".txt": ("text/plain", b""),
    ".docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", b"PK\x03\x04"),
}
ENDINGS = tuple(_KINDS)
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"  # also how Word stores a document with a password
_UNREADABLE = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    ArithmeticError,
    LookupError,
    struct.error,
    zlib.error,
)
# What makes a PDF do something by itself, or carries another file.
_ACTIVE = re.compile(rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia|XFA)\b")
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f]")


class RefusedFileError(Exception):
    """The file is not taken; the message says in Swedish why, to be read after its name."""


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


def check(name: str, content: bytes) -> CheckedFile:
    """Return a file as it may be stored, or raise RefusedFileError (OWASP ASVS 5.2: type, size, content)."""
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
        raise RefusedFileError(f"är inte en {ending[1:]}-fil, trots namnet. Spara om den och försök igen.")
    return CheckedFile(name, media_type, _CHECKS[media_type](content))


def _check_image(content: bytes) -> bytes:
    """Return an image drawn anew: place, camera and comments are not kept, nor what hides behind it."""
    try:
        with Image.open(io.BytesIO(content), formats=["PNG", "JPEG"]) as image:
            width, height = image.size
            if width * height > MOST_PIXELS:
                raise RefusedFileError("har för många bildpunkter. Minska bilden och försök igen.")
            kind = image.format or "PNG"
            drawn = ImageOps.exif_transpose(image)
            drawn.info = {key: value for key, value in drawn.info.items() if key == "transparency"}
            if kind == "JPEG" and drawn.mode not in {"L", "RGB", "CMYK"}:
                drawn = drawn.convert("RGB")
            new = io.BytesIO()
            drawn.save(new, kind, **({"quality": 90} if kind == "JPEG" else {"compress_level": 2}))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise RefusedFileError("har för många bildpunkter. Minska bilden och försök igen.") from bomb
    except _UNREADABLE as unreadable:
        raise RefusedFileError("går inte att läsa som bild. Spara om den och försök igen.") from unreadable
    return new.getvalue()


def _check_pdf(content: bytes) -> bytes:
    """Refuse a PDF with a password, a script or a file inside it, which neither we nor a scanner see into."""
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(content), suppress_warnings=True) as pdf:
            for thing in pdf.objects:
                plain = thing.stream_dict if isinstance(thing, pikepdf.Stream) else thing
                is_holder = isinstance(plain, pikepdf.Dictionary | pikepdf.Array)
                if is_holder and _ACTIVE.search(plain.unparse(resolved=True)):
                    raise RefusedFileError(
                        "innehåller ett skript eller en annan fil. Skriv ut den till en ny pdf och välj den."
                    )
    except pikepdf.PasswordError as locked:
        raise RefusedFileError(
            "är skyddad med lösenord. Spara den utan lösenord och försök igen."
        ) from locked
    except (pikepdf.PdfError, RuntimeError, *_UNREADABLE) as unreadable:
        raise RefusedFileError("går inte att läsa som pdf. Spara om den och försök igen.") from unreadable
    return content


def _check_docx(content: bytes) -> bytes:
    """Refuse a package that is no document, swells, or carries a program; nothing is unpacked here."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            members = package.infolist()
    except (zipfile.BadZipFile, NotImplementedError, *_UNREADABLE) as unreadable:
        raise RefusedFileError(
            "går inte att läsa som Word-dokument. Spara om den och försök igen."
        ) from unreadable
    names = [member.filename.lower() for member in members]
    if "word/document.xml" not in names:
        raise RefusedFileError("är inte ett Word-dokument, trots namnet. Spara om den och försök igen.")
    if any(member.flag_bits & 1 for member in members):
        raise RefusedFileError("är skyddad med lösenord. Spara den utan lösenord och försök igen.")
    if any(name.endswith(("vbaproject.bin", ".exe", ".dll")) or "oleobject" in name for name in names):
        raise RefusedFileError("innehåller ett makro eller en annan fil. Spara den som docx utan makron.")
    links = any(stat.S_ISLNK(member.external_attr >> 16) for member in members)
    outside = any(name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) for name in names)
    swells = sum(member.file_size for member in members) > HIGHEST_RATIO * len(content)
    if links or outside or swells or len(members) > MOST_MEMBERS:
        raise RefusedFileError(
            "är byggd på ett sätt som kan vara farligt. Spara om den i Word och försök igen."
        )
    return content


def _check_text(content: bytes) -> bytes:
    """Refuse what is not text in an encoding that Swedish files have."""
    for encoding in ("utf-8", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _CONTROL.search(text):
            return content
    raise RefusedFileError("är inte en textfil, trots namnet. Spara om den som text och försök igen.")


_CHECKS: dict[str, Callable[[bytes], bytes]] = {
    "application/pdf": _check_pdf,
    "image/png": _check_image,
    "image/jpeg": _check_image,
    "text/plain": _check_text,
    _KINDS[".docx"][0]: _check_docx,
}


def may_attach(case: Case, user: User) -> bool:
    """Tell whether a person may add files to a case now: those who handle or file it, while it is open."""
    if case.closed_on is not None or is_recused(case, user):
        return False
    return bool(roles_over(user, case.unit) & _ADDERS)


def attach(
    case: Case, *, files: Sequence[CheckedFile], actor: User
) -> tuple[list[Attachment], list[Attachment]]:
    """Add files to a case, all or none; return those that are new and those that it had already.

    Nobody can open a new file before the scanner has found it clean, where one is configured.
    """
    new: list[Attachment] = []
    had: list[Attachment] = []
    with transaction.atomic():
        locked = Case.objects.select_for_update(of=("self",)).select_related("unit").get(pk=case.pk)
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
            label = "Lade till en fil" if len(new) == 1 else f"Lade till {len(new)} filer"
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
