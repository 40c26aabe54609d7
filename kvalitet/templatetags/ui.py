"""The components of the product: one tag library, one template each, props declared here.

A component's props are the arguments of its function: a missing or unknown prop is a
TemplateSyntaxError when the template is compiled, a tone or kind that does not exist when it is
rendered.  Tags that hold content end in {% end<name> %}.  All are shown on the page /stil/.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms, template
from django.core.paginator import Page
from django.template import Context, TemplateSyntaxError
from django.template.loader import render_to_string
from django.utils import dateformat, timezone
from django.utils.safestring import SafeString

register = template.Library()

TONES = ("info", "neutral", "plain", "good", "warn", "bad")
BUTTON_KINDS = ("primary", "quiet", "danger")
NO_BREAK_SPACE = "\u00a0"
MINUS = "\u2212"
MISSING = "–"


def _one_of(value: str, allowed: tuple[str, ...], prop: str) -> str:
    """Refuse a prop value that the style sheet does not know."""
    if value not in allowed:
        raise TemplateSyntaxError(
            f"{prop}={value!r} is not one of {', '.join(allowed)}"
        )
    return value


# --- filters ----------------------------------------------------------------------------------
@register.filter
def thousands(number: float | Decimal | None) -> str:
    """Write a number the Swedish way: hard space between thousands, decimal comma, real minus."""
    if number is None:
        return MISSING
    text = f"{number:,}".replace(",", NO_BREAK_SPACE).replace(".", ",")
    return text.replace("-", MINUS)


def _local_date(value: dt.date | dt.datetime) -> dt.date:
    return timezone.localdate(value) if isinstance(value, dt.datetime) else value


@register.filter
def swedish_date(value: dt.date | dt.datetime | None) -> str:
    """Write a date for running text: 19 november 2026 (the local day of a point in time)."""
    return dateformat.format(_local_date(value), "j F Y") if value else MISSING


@register.filter
def short_date(value: dt.date | dt.datetime | None) -> str:
    """Write a date for tables: 2026-11-19 (the local day of a point in time)."""
    return _local_date(value).isoformat() if value else MISSING


@register.filter
def swedish_time(value: dt.datetime | None) -> str:
    """Write a point in time for running text: 19 november 2026 kl. 14.05.

    Exact midnight stands for the day alone: of what an anonymous person does, no time is stored.
    """
    if value is None:
        return MISSING
    local = timezone.localtime(value)
    return dateformat.format(
        local, "j F Y" if local.time() == dt.time() else r"j F Y \k\l. H.i"
    )


@register.filter
def workdays_left(count: int) -> str:
    """Write how long there is: the last day, or a number of working days left or passed."""
    if count == 0:
        return "sista dagen i dag"
    days = "arbetsdag" if abs(count) == 1 else "arbetsdagar"
    return f"{count} {days} kvar" if count > 0 else f"{-count} {days} sent"


# --- headings and ways ------------------------------------------------------------------------
@register.inclusion_tag("ui/heading.html")
def ui_heading(
    title: str,
    *,
    lead: str = "",
    tag: str = "",
    tone: str = "info",
    action: str = "",
    url: str = "",
) -> dict[str, Any]:
    """Head a page: its only h1, with at most one action to the right."""
    return {
        "title": title,
        "lead": lead,
        "tag": tag,
        "tone": _one_of(tone, TONES, "tone"),
        "action": action,
        "url": url,
    }


@register.inclusion_tag("ui/back.html")
def ui_back(label: str, url: str) -> dict[str, Any]:
    """Lead back to the page that this one belongs to."""
    return {"label": label, "url": url}


@register.inclusion_tag("ui/crumbs.html")
def ui_crumbs(items: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Show where the page lies: (label, url) from the top down, the page itself left out."""
    return {"items": items}


@register.inclusion_tag("ui/button.html")
def ui_button(
    label: str, *, kind: str = "primary", name: str = "", value: str = ""
) -> dict[str, Any]:
    """Send the form; the label is a verb."""
    return {
        "label": label,
        "kind": _one_of(kind, BUTTON_KINDS, "kind"),
        "name": name,
        "value": value,
    }


@register.inclusion_tag("ui/link_button.html")
def ui_link_button(label: str, url: str, *, kind: str = "primary") -> dict[str, Any]:
    """Go to a page where something is done."""
    return {"label": label, "url": url, "kind": _one_of(kind, BUTTON_KINDS, "kind")}


@register.inclusion_tag("ui/pills.html")
def ui_pills(items: Iterable[Mapping[str, Any]], *, label: str) -> dict[str, Any]:
    """Choose between views of one list: mappings with label, url, current and count (or None)."""
    return {"items": items, "label": label}


@register.inclusion_tag("ui/pagination.html", takes_context=True)
def ui_pagination(
    context: Context, page: Page[Any], *, param: str = "page"
) -> dict[str, Any]:
    """Say which rows are shown and lead to the others, keeping the filter in the address."""
    pages = []
    for number in page.paginator.get_elided_page_range(
        page.number, on_each_side=2, on_ends=1
    ):
        query = context["request"].GET.copy()
        query[param] = str(number)
        is_page = isinstance(number, int)
        pages.append(
            {"number": number, "url": f"?{query.urlencode()}" if is_page else ""}
        )
    return {"page": page, "pages": pages}


# --- forms ------------------------------------------------------------------------------------
def _anchor(bound: forms.BoundField) -> str:
    """Return the id that a link to the field must point at: of a group, its first control."""
    if bound.is_hidden:
        return ""
    return bound.id_for_label or f"{bound.auto_id}_0"


@register.filter
def field_errors(bound: forms.BoundField) -> list[str]:
    """Return the errors of a field; where a form has no words of its own, name what is missing."""
    texts = []
    for error in bound.errors.as_data():
        text = " ".join(error.messages)
        if (
            error.code == "required"
            and text == forms.Field.default_error_messages["required"]
        ):
            verb = "Välj" if isinstance(bound.field, forms.ChoiceField) else "Fyll i"
            text = f"{verb} ”{bound.label}”"
        texts.append(text)
    return texts


@register.inclusion_tag("ui/error_summary.html")
def error_summary(
    *fault_forms: forms.BaseForm, heading: str = "Rätta det här för att gå vidare"
) -> dict[str, Any]:
    """List every error of the forms above the page's h1, in the same words as at the fields."""
    errors: list[tuple[str, str]] = []
    for form in fault_forms:
        errors += [("", str(error)) for error in form.non_field_errors()]
        for bound in form:
            errors += [(_anchor(bound), text) for text in field_errors(bound)]
    return {"errors": errors, "heading": heading}


@register.inclusion_tag("ui/filters.html")
def ui_filters(
    form: forms.BaseForm, *, action: str = "Filtrera", view: str = ""
) -> dict[str, Any]:
    """Narrow a list by a GET form, where every field is optional and so marked as nothing.

    ``view`` is the view of the list that stays chosen.
    """
    return {"form": form, "action": action, "view": view}


@register.inclusion_tag("ui/downloads.html")
def ui_downloads(files: Any) -> dict[str, Any]:
    """Offer a list as Excel and CSV: files has excel, csv (addresses) and about (what they lack)."""
    return {"files": files}


# --- states and messages ----------------------------------------------------------------------
@register.inclusion_tag("ui/tag.html")
def ui_tag(text: str, *, tone: str = "info") -> dict[str, Any]:
    """Say a state in one or two words; the colour never says more than the words."""
    return {"text": text, "tone": _one_of(tone, TONES, "tone")}


@register.simple_block_tag
def ui_note(content: str, *, tone: str = "info", title: str = "") -> SafeString:
    """Set a remark apart from the text around it."""
    props = {"content": content, "tone": _one_of(tone, TONES, "tone"), "title": title}
    return render_to_string("ui/note.html", props)


@register.inclusion_tag("ui/empty.html")
def ui_empty(
    title: str, *, text: str = "", action: str = "", url: str = ""
) -> dict[str, Any]:
    """Stand where a list would be: say that it is empty and what to do."""
    return {"title": title, "text": text, "action": action, "url": url}


@register.inclusion_tag("ui/progress.html")
def ui_progress(
    label: str,
    *,
    id: str,  # noqa: A002 - the attribute's name in HTML
    percent: int | None = None,
    step: str = "",
) -> dict[str, Any]:
    """Show how far a job has come, in per cent and words; without per cent, that it is going on."""
    return {"label": label, "id": id, "percent": percent, "step": step}


@register.simple_block_tag
def ui_receipt(content: str, *, title: str, label: str, code: str) -> SafeString:
    """Confirm what was sent, with a code to keep; a long code is shown in groups of four."""
    groups = (
        [code[i : i + 4] for i in range(0, len(code), 4)] if code.isdigit() else [code]
    )
    props = {"content": content, "title": title, "label": label, "groups": groups}
    return render_to_string("ui/receipt.html", props)


# --- data -------------------------------------------------------------------------------------
@register.simple_block_tag
def ui_table(
    content: str,
    *,
    caption: str,
    id: str,  # noqa: A002 - the attribute's name in HTML
    cards: bool = False,
) -> SafeString:
    """Hold a table's thead and tbody: caption, and a region that the keyboard can scroll.

    With cards, rows become cards where the room is narrow; each td then needs data-label.
    """
    props = {"content": content, "caption": caption, "id": id, "cards": cards}
    return render_to_string("ui/table.html", props)


@register.simple_block_tag
def ui_summary(content: str) -> SafeString:
    """Hold the rows (ui_row) of a list of facts."""
    return render_to_string("ui/summary.html", {"content": content})


@register.inclusion_tag("ui/row.html")
def ui_row(
    key: str, value: Any, *, url: str = "", change: str = "Ändra"
) -> dict[str, Any]:
    """Show one fact, with a link to the page where it can be changed; nothing is "Inte angivet"."""
    return {"key": key, "value": value, "url": url, "change": change}


@register.simple_block_tag
def ui_kpis(content: str) -> SafeString:
    """Hold the key figures (ui_kpi) of a page."""
    return render_to_string("ui/kpis.html", {"content": content})


@register.inclusion_tag("ui/kpi.html")
def ui_kpi(label: str, value: Any, *, delta: str = "") -> dict[str, Any]:
    """Show one key figure, and in words what it is compared with."""
    return {"label": label, "value": value, "delta": delta}


@register.simple_block_tag
def ui_tasks(content: str) -> SafeString:
    """Hold the tasks (ui_task) of a case."""
    return render_to_string("ui/tasks.html", {"content": content})


@register.inclusion_tag("ui/task.html")
def ui_task(
    name: str, state: str, *, tone: str = "plain", url: str = ""
) -> dict[str, Any]:
    """Show one task and its state; without url it cannot be begun yet."""
    return {
        "name": name,
        "state": state,
        "tone": _one_of(tone, TONES, "tone"),
        "url": url,
    }


@register.simple_block_tag
def ui_history(content: str) -> SafeString:
    """Hold the events (ui_event) of a case, the newest first."""
    return render_to_string("ui/history.html", {"content": content})


@register.simple_block_tag
def ui_event(
    content: str, *, when: dt.datetime, what: str, who: str = ""
) -> SafeString:
    """Tell one event: what happened, who did it, when; the content is what was written."""
    props = {"content": content, "when": when, "what": what, "who": who}
    return render_to_string("ui/event.html", props)
