"""Shows what is asked about the numbers in a text at its field, in every form and without a script."""

from __future__ import annotations

from enum import Enum
from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from casework.texts.number_questions import (
    NUMBER,
    TELEPHONE,
    Numbers,
    Typed,
    answered_before,
    numbers_in,
)


class Asks(Enum):
    """Where an author is asked about the numbers in a text."""

    AT_THE_FIELD = 1
    ON_THE_PAGE = 2  # the page of the public form asks by itself, in its language
    NEVER = 3  # contact details


class AskingField(forms.BoundField):
    """A field of a form with what is asked about the numbers in its text, wherever it is shown."""

    @property
    def data(self) -> Any:
        """Return what was typed, with the answers that were sent beside it."""
        typed = super().data
        if isinstance(typed, list):
            return [self._answered(text, name) for name, text in self._named(typed)]
        return self._answered(typed, self.html_name)

    def _named(self, value: Any) -> list[tuple[str, Any]]:
        """Return the texts of the field by their names in the form: one, or several on rows of their own."""
        if isinstance(value, list):
            return [(f"{self.html_name}_{row}", text) for row, text in enumerate(value)]
        return [(self.html_name, value)]

    def _answered(self, typed: Any, name: str) -> Any:
        if not isinstance(typed, str):
            return typed
        answered = Typed(typed)
        answered.answers = self._answers(name)
        return answered

    def _answers(self, name: str) -> dict[str, str]:
        return {
            kind: str(self.form.data.get(f"{name}-{kind}", ""))
            for kind in (NUMBER, TELEPHONE)
        }

    def as_widget(
        self, widget: Any = None, attrs: Any = None, only_initial: bool = False
    ) -> SafeString:
        """Return the control, and below it what is to be answered, or the answers that go with the text."""
        control = super().as_widget(widget, attrs, only_initial)
        if self.field.asks is not Asks.AT_THE_FIELD:  # type: ignore[attr-defined]
            return control
        below: list[SafeString] = []
        for name, text in self._named(self.value()):
            below += [self._below(name, asked) for asked in numbers_in(text)]
        return format_html(
            "{}{}", control, format_html_join("", "{}", ((part,) for part in below))
        )

    def _below(self, name: str, asked: Numbers) -> SafeString:
        """Return the choices for numbers of one kind; once chosen, or kept with the text, a hidden answer."""
        sent = self._answers(name) if self.form.is_bound else {}
        if said := asked.answer(sent) or answered_before(asked):
            value = f"{said}-{asked.imprint}"
            return format_html(
                '<input type="hidden" name="{}-{}" value="{}">', name, asked.name, value
            )
        errors = self.form.errors.as_data().get(self.name, [])
        if asked.name not in {error.code for error in errors}:
            return SafeString("")
        context = {"name": name, "id": f"id_{name}", "asked": asked}
        return render_to_string("casework/number_question.html", context)
