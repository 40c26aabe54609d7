"""Whether what an answer shows is what its row in the log says: the numbers of cases in it are read."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

from audit.models import Reading
from audit.recording.middleware import SHOWS_NOTHING
from audit.words import named_pages
from casework.models import Case

_NUMBER = re.compile(r"\b[A-ZÅÄÖ]{2}-\d{4}-\d{4,}\b")


def text_of(answer: Any) -> str:
    """Return the text of an answer; a PDF has none that can be searched."""
    kind = answer.headers.get("Content-Type", "")
    if zipfile.is_zipfile(io.BytesIO(answer.content)):
        with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
            texts = [name for name in file.namelist() if name.endswith(".xml")]
            return " ".join(file.read(name).decode() for name in texts)
    is_text = kind.startswith("text/") or "json" in kind
    return str(answer.content.decode()) if is_text else ""


def last_reading() -> int:
    """Return the number of the latest row, to see which come after it."""
    return Reading.objects.order_by("-id").values_list("id", flat=True).first() or 0


def wrong_in_the_log(answer: Any, *, after: int) -> str:
    """Return what the log lacks, or has too much of, for an answer that came after a row of it; or nothing."""
    rows = list(Reading.objects.filter(id__gt=after))
    written = {key for row in rows for key in row.cases}
    if answer.status_code in SHOWS_NOTHING or answer.status_code >= 500:
        return f"{len(rows)} rows and nothing was shown" if rows else ""
    if len(rows) > 1:
        return f"{len(rows)} rows"
    if nameless := {row.page for row in rows} - named_pages().keys():
        return f"no words for {nameless}"
    if "pdf" in answer.headers.get("Content-Type", ""):
        return ""
    asked = set(_NUMBER.findall(text_of(answer)))
    named = dict(Case.objects.filter(number__in=asked).values_list("pk", "number"))
    lacks = sorted(number for key, number in named.items() if key not in written)
    extra = sorted(written - named.keys()) if text_of(answer) else []
    return " ".join(
        [
            *(f"lacks {number}" for number in lacks),
            *(f"too much: {key}" for key in extra),
        ]
    )
