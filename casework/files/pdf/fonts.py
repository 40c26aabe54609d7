"""Our print fonts as the layout engine reads them."""

from __future__ import annotations

import base64
import io
from functools import cache

from casework.files.pdf.product import FONTS, STATIC


@cache
def unpacked() -> dict[str, str]:
    """Return each font by the name of its file, unpacked and written as text for the child.

    Whoever asks for documents unpacks them once: it takes longer than to lay out a short one.
    """
    from fontTools.ttLib import woff2  # loaded by none but who asks for a document

    def text(packed: bytes) -> str:
        out = io.BytesIO()
        woff2.decompress(io.BytesIO(packed), out)
        return base64.b64encode(out.getvalue()).decode()

    files = sorted((STATIC / FONTS).glob("*.woff2"))
    return {file.name: text(file.read_bytes()) for file in files}
