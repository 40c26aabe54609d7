"""Which visible fields of a page's forms have no control in the page: nobody could answer them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Any, NamedTuple

from django.forms import BaseForm, BoundField
from django.forms.formsets import BaseFormSet
from django.forms.widgets import MultiWidget
from django.utils.functional import LazyObject
from django_filters import FilterSet

_FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)
_CONTROL = re.compile(
    r"<(?:input|select|textarea|button)\b[^>]*?\sname=\"([^\"]*)\"[^>]*>"
)


class Asked(NamedTuple):
    """A form that a page was given: its class, and its visible fields with and without a control."""

    form: str
    shown: frozenset[str]
    missing: frozenset[str]


def asked_in(answer: Any) -> list[Asked]:
    """Return the forms that the page was drawn with, each with the controls of one <form> of the page."""
    forms = {id(form): form for form in _forms(answer)}.values()
    wanted = [(form, names) for form in forms if (names := _names(form))]
    there = [*_controls_by_form(answer), set[str]()] if wanted else []
    asked = []
    while wanted:
        pairs = [(one, controls) for one in wanted for controls in there]
        (form, names), controls = max(pairs, key=_share_found)
        wanted = [one for one in wanted if one[0] is not form]
        asked.append(_take_from(controls, form, names))
    return asked


def _take_from(controls: set[str], form: BaseForm, names: dict[str, str]) -> Asked:
    """Return what of a form stands among some controls, which no other form can then have."""
    missing = frozenset(field for name, field in names.items() if name not in controls)
    controls -= names.keys()
    return Asked(type(form).__name__, frozenset(names.values()) - missing, missing)


def _share_found(pair: tuple[tuple[BaseForm, dict[str, str]], set[str]]) -> float:
    """Return how much of a form stands among some controls: two forms may have fields of the same name."""
    (_, names), controls = pair
    return len(controls & names.keys()) / len(names)


def _controls_by_form(answer: Any) -> list[set[str]]:
    page = answer.content.decode()
    return [set(map(unescape, _CONTROL.findall(form))) for form in _FORM.findall(page)]


def forgotten_in(asked: Iterable[Asked]) -> set[tuple[str, str]]:
    """Return the forgotten fields, by form, of all that a page asked of different people.

    A form that is offered to nobody is forgotten, and so is a field of a form that is shown in part; a form
    that is offered to some people only is not.
    """
    asked = list(asked)
    offered = {one.form for one in asked if one.shown}
    return {
        (one.form, field)
        for one in asked
        for field in one.missing
        if one.shown or one.form not in offered
    }


def seen_controls(answer: Any) -> set[str]:
    """Return the names of the controls of a page that somebody can see."""
    page = answer.content.decode()
    return {
        unescape(found[1])
        for found in _CONTROL.finditer(page)
        if 'type="hidden"' not in found[0]
    }


def _names(form: BaseForm) -> dict[str, str]:
    """Return the names of the controls that a form's visible fields take, with the field of each."""
    return {
        name: field.name for field in form.visible_fields() for name in _controls(field)
    }


def _controls(field: BoundField) -> list[str]:
    widget = field.field.widget
    if isinstance(widget, MultiWidget):
        return [f"{field.html_name}{suffix}" for suffix in widget.widgets_names]
    return [field.html_name]


def _forms(answer: Any) -> Iterator[BaseForm]:
    seen = set()
    for context in answer.context or ():
        for scope in getattr(context, "dicts", [context]):
            if id(scope) not in seen:
                seen.add(id(scope))
                for value in scope.values():
                    yield from _forms_in(value)


def _forms_in(value: object) -> Iterator[BaseForm]:
    if issubclass(
        type(value), LazyObject
    ):  # a context processor's: asking it what it is asks the database
        return
    match value:
        case BaseForm():
            yield value
        case BaseFormSet():
            yield from (value.management_form, *value.forms)
        case BoundField() | FilterSet():
            yield value.form
        case list() | tuple():
            for one in value:
                yield from _forms_in(one)
        case dict():
            yield from _forms_in(list(value.values()))
