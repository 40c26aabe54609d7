"""Template tags of the report: each block of a document as HTML."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from analysis.templatetags.charts import drawing
from reports.document.blocks import (
    MISSING,
    Block,
    Figure,
    Key,
    Paragraph,
    Section,
    Table,
    Text,
)
from reports.document.markup import to_html, to_line

register = template.Library()

# A heading in an author's text stands right below the one it belongs to, never above or beyond it.
_DEEPEST = 6
_TEMPLATES: dict[type, str] = {
    Key: "reports/block_key.html",
    Figure: "reports/block_figure.html",
    Table: "reports/block_table.html",
}


@register.simple_tag
def section_heading(section: Section) -> SafeString:
    """Return the heading of a section at its level, with the id that the contents point to."""
    return format_html(
        '<h{0} id="{1}">{2}</h{0}>', section.level, section.anchor, section.title
    )


@register.simple_tag
def report_block(block: Block, section: Section) -> SafeString:
    """Return a block as HTML."""
    if isinstance(block, Text):
        return _text(block, section)
    if isinstance(block, Paragraph):
        return format_html("<p>{}</p>\n", block.text) if block.text else SafeString("")
    context: dict[str, Any] = {"block": block}
    if isinstance(block, Figure):
        context["drawing"] = drawing(block.chart)
    return render_to_string(_TEMPLATES[type(block)], context)


def _text(block: Text, section: Section) -> SafeString:
    """Return a text as HTML, or a notice where a needed text is missing."""
    if block.markup.strip():
        html = to_html(block.markup, heading=min(section.level + 1, _DEEPEST))
        # reports.document.markup lets only its own few tags through.
        return mark_safe(html)  # noqa: S308
    if section.lacks_text:
        return format_html('<div class="aside"><p>{}</p></div>\n', MISSING)
    return SafeString("")


@register.filter
def one_line(text: str) -> SafeString:
    """Return a text of one line, such as a note, as HTML."""
    # As above.
    return mark_safe(to_line(text))  # noqa: S308
