"""What of the product decides how a page looks: its style, its fonts, its libraries and this package."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
STATIC = ROOT / "static"
STYLE = "css/report.css"
FONTS = "fonts/print/"
LIBRARIES = ("weasyprint", "pikepdf", "pydyf", "tinyhtml5", "tinycss2")


def stylesheet() -> str:
    """Return the style that documents are laid out with today, for whoever keeps it beside a document."""
    return (STATIC / STYLE).read_text(encoding="utf-8")


def product() -> dict[str, Any]:
    """Return the versions of the libraries and the sums of the fonts, to be kept beside a document."""
    fonts = sorted((STATIC / FONTS).glob("*.woff2"))
    return {
        "libraries": {name: version(name) for name in LIBRARIES},
        "fonts": {
            font.name: hashlib.sha256(font.read_bytes()).hexdigest() for font in fonts
        },
    }


@cache
def engine() -> str:
    """Return a sum of all that lays out pages: a chapter from another engine is not the same chapter."""
    found = hashlib.sha256(repr(product()).encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()
