"""What is inside a file: what it must not hold, and what is taken out of it.  Runs in the child alone.

OWASP ASVS 5.2: type, size and content.
"""

from __future__ import annotations

import codecs
import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable

from casework.files.asking import DOCX, JPEG, PDF, PNG, TEXT, RefusedFileError

MOST_PIXELS = 40_000_000
MOST_MEMBERS, HIGHEST_RATIO = 200, 100

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


def checked(media_type: str, content: bytes) -> bytes:
    """Return a file's content as it may be stored, or raise RefusedFileError."""
    return _CHECKS[media_type](content)


def _check_image(content: bytes) -> bytes:
    """Return an image drawn anew: place, camera and comments are not kept, nor what hides behind it."""
    from PIL import Image, ImageOps

    try:
        with Image.open(io.BytesIO(content), formats=["PNG", "JPEG"]) as image:
            width, height = image.size
            if width * height > MOST_PIXELS:
                raise RefusedFileError(
                    "har för många bildpunkter. Minska bilden och försök igen."
                )
            kind = image.format or "PNG"
            drawn = ImageOps.exif_transpose(image)
            drawn.info = {
                key: value for key, value in drawn.info.items() if key == "transparency"
            }
            if kind == "JPEG" and drawn.mode not in {"L", "RGB", "CMYK"}:
                drawn = drawn.convert("RGB")
            new = io.BytesIO()
            drawn.save(
                new,
                kind,
                **({"quality": 90} if kind == "JPEG" else {"compress_level": 2}),
            )
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise RefusedFileError(
            "har för många bildpunkter. Minska bilden och försök igen."
        ) from bomb
    except _UNREADABLE as unreadable:
        raise RefusedFileError(
            "går inte att läsa som bild. Spara om den och försök igen."
        ) from unreadable
    return new.getvalue()


def _check_pdf(content: bytes) -> bytes:
    """Refuse a PDF with a password, a script or a file inside it, which neither we nor a scanner see into."""
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(content), suppress_warnings=True) as pdf:
            for thing in pdf.objects:
                plain = (
                    thing.stream_dict if isinstance(thing, pikepdf.Stream) else thing
                )
                is_holder = isinstance(plain, pikepdf.Dictionary | pikepdf.Array)
                if is_holder and _ACTIVE.search(plain.unparse(resolved=True)):
                    raise RefusedFileError(
                        "innehåller ett skript eller en annan fil. Skriv ut den till en ny pdf och välj den."
                    )
            if any("bad_alloc" in str(warning) for warning in pdf.get_warnings()):
                # The library lets go of what does not fit in memory and goes on without it, unseen.
                raise MemoryError
    except pikepdf.PasswordError as locked:
        raise RefusedFileError(
            "är skyddad med lösenord. Spara den utan lösenord och försök igen."
        ) from locked
    except (pikepdf.PdfError, RuntimeError, *_UNREADABLE) as unreadable:
        raise RefusedFileError(
            "går inte att läsa som pdf. Spara om den och försök igen."
        ) from unreadable
    return content


def _check_docx(content: bytes) -> bytes:
    """Refuse a package that is no document, swells, or carries a program, without unpacking it."""
    members = _members(content)
    names = [member.filename.lower() for member in members]
    if "word/document.xml" not in names:
        raise RefusedFileError(
            "är inte ett Word-dokument, trots namnet. Spara om den och försök igen."
        )
    if any(member.flag_bits & 1 for member in members):
        raise RefusedFileError(
            "är skyddad med lösenord. Spara den utan lösenord och försök igen."
        )
    if any(_is_program(name) for name in names):
        raise RefusedFileError(
            "innehåller ett makro eller en annan fil. Spara den som docx utan makron."
        )
    if _is_dangerous(members, len(content)):
        raise RefusedFileError(
            "är byggd på ett sätt som kan vara farligt. Spara om den i Word och försök igen."
        )
    return content


def _members(content: bytes) -> list[zipfile.ZipInfo]:
    """Return the table of contents of a package."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            return package.infolist()
    except (zipfile.BadZipFile, NotImplementedError, *_UNREADABLE) as unreadable:
        raise RefusedFileError(
            "går inte att läsa som Word-dokument. Spara om den och försök igen."
        ) from unreadable


def _is_dangerous(members: list[zipfile.ZipInfo], size: int) -> bool:
    """Tell whether a package of some size would swell, or leave its folder, when it is unpacked."""
    unpacked = sum(member.file_size for member in members)
    if unpacked > HIGHEST_RATIO * size or len(members) > MOST_MEMBERS:
        return True
    return any(_leads_outside(member) for member in members)


def _is_program(name: str) -> bool:
    """Tell whether a member is a macro, a program or an embedded object, by its name in small letters."""
    return name.endswith(("vbaproject.bin", ".exe", ".dll")) or "oleobject" in name


def _leads_outside(member: zipfile.ZipInfo) -> bool:
    """Tell whether a member is a link, or would be unpacked outside its folder."""
    name = member.filename
    if stat.S_ISLNK(member.external_attr >> 16) or name.startswith(("/", "\\")):
        return True
    return ".." in re.split(r"[/\\]", name)


def _check_text(content: bytes) -> bytes:
    """Refuse what is not text in an encoding that Swedish files have; UTF-16 is kept as UTF-8."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = _decoded(content, "utf-16")
        kept = text.encode()
    else:
        text = _decoded(content, "utf-8") or _decoded(content, "cp1252")
        kept = content
    if not text or _CONTROL.search(text):
        raise RefusedFileError(
            "är inte en textfil, trots namnet. Spara om den som text och försök igen."
        )
    return kept


def _decoded(content: bytes, encoding: str) -> str:
    """Return the text in an encoding, or nothing when it is in another."""
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return ""


_CHECKS: dict[str, Callable[[bytes], bytes]] = {
    PDF: _check_pdf,
    PNG: _check_image,
    JPEG: _check_image,
    TEXT: _check_text,
    DOCX: _check_docx,
}
