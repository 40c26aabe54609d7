"""Read what stands in a spreadsheet file that we made: one sheet, its texts beside its numbers."""

from __future__ import annotations

from io import BytesIO
from xml.etree import ElementTree
from zipfile import ZipFile

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def rows_of(content: bytes) -> list[list[str]]:
    """Return the cells of the first sheet as words, row by row."""
    with ZipFile(BytesIO(content)) as book:
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    return [
        [
            "".join(
                part.text or ""
                for part in cell.iter()
                if part.tag in (f"{MAIN}v", f"{MAIN}t")
            )
            for cell in row
        ]
        for row in sheet.iter(f"{MAIN}row")
    ]
