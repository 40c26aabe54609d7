"""HTML to PDF/UA-1 in child processes with no way to files or network, and with an end of time and memory.

`asking` is for whoever wants a PDF and loads only the standard library, until it unpacks the print
fonts (`fonts`) for the first document.  `python -m casework.files.pdf` is the child: it limits itself
before it reads a byte, dies with its parent and knows neither Django nor any secret of the environment.
A document with chapters is laid out chapter by chapter (`chapters`, `laying_out`), several at a time or
from a shelf of earlier ones, and bound into one PDF (`binding`, `finishing`): the same bytes however
many work at it and whatever lay on the shelf.
"""

from casework.files.pdf.asking import Data, PdfError, render_pdf
from casework.files.pdf.pieces import Shelf
from casework.files.pdf.product import FONTS, ROOT, STATIC, product, stylesheet

__all__ = [
    "FONTS",
    "ROOT",
    "STATIC",
    "Data",
    "PdfError",
    "Shelf",
    "product",
    "render_pdf",
    "stylesheet",
]
