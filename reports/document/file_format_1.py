"""Read the first file format of kept reports, in which the file had the names of the program's own classes.

The names below are those of that time and never change: what was called so then is called otherwise now.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# By kind: its name now, and by name of that time its name now and its value where it was not written yet.
_NAMES: Mapping[str, tuple[str, Mapping[str, tuple[str, Any]]]] = {
    "Text": (
        "text",
        {
            "markup": ("markup", ""),
            "suggested": ("is_suggestion", False),
            "typed": ("as_typed", ""),
            "wrong": ("tokens_without_meaning", []),
            "placed": ("with_placed", []),
            "broken": ("references_to_nothing", []),
            "notes": ("notes", []),
            "first_note": ("number_of_first_note", 1),
            "chapter": ("chapter", ""),
        },
    ),
    "Paragraph": ("paragraph", {"sentences": ("sentences", [])}),
    "Key": (
        "key_numbers",
        {"items": ("items", []), "links": ("links", []), "numbers": ("number_ids", [])},
    ),
    "Chart": (
        "chart",
        {
            "title": ("finding", ""),
            "wide": ("wide_svg", ""),
            "narrow": ("narrow_svg", ""),
            "header": ("header", []),
            "rows": ("rows", []),
        },
    ),
    "Figure": (
        "figure",
        {
            "caption": ("caption", ""),
            "chart": ("chart", None),
            "source": ("source", ""),
            "number": ("number", 0),
            "token": ("token", ""),
        },
    ),
    "Table": (
        "table",
        {
            "caption": ("caption", ""),
            "header": ("header", []),
            "rows": ("rows", []),
            "source": ("source", ""),
            "total": ("last_row_is_total", False),
            "widths": ("widths_in_per_cent", []),
            "links": ("links", []),
            "numbers": ("number_ids", []),
            "number": ("number", 0),
            "token": ("token", ""),
        },
    ),
    "Section": (
        "section",
        {
            "key": ("key", ""),
            "heading": ("heading", ""),
            "blocks": ("blocks", []),
            "sections": ("sections", []),
            "appendix": ("is_appendix", False),
            "wide": ("is_wide", False),
            "number": ("number", ""),
            "level": ("level", 1),
            "about": ("about_unit", ""),
            "numbers": ("number_ids", []),
            "opened": ("opened", []),
        },
    ),
}


def as_format_2(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return a report that was kept in format 1 as format 2 has it."""
    document = {name: _value(value) for name, value in stored["document"].items()}
    return {
        "format": 2,
        "unit": stored["unit"],
        "units": stored["units"],
        "numbers": stored["numbers"],
        "document": {
            "title": document["title"],
            "year": document["year"],
            "kind_of_year": document.get("year_kind", "calendar"),
            "extracted_on": document["extracted_on"],
            "counted_at": document.get("counted_at"),
            "level_of_chapters": document.get("top", 1),
            "chapters": document["chapters"],
        },
    }


def _value(value: Any) -> Any:
    """Return a value without the marks by which format 1 told days and tuples from words and lists."""
    if isinstance(value, list):
        return [_value(part) for part in value]
    if not isinstance(value, dict):
        return value
    for mark in ("tuple", "day", "moment"):
        if mark in value:
            return _value(value[mark])
    kind, names = _NAMES[value["kind"]]
    return {"kind": kind} | {
        now: _value(value.get(then, default)) for then, (now, default) in names.items()
    }
