"""A template engine that draws nothing, for tests that ask which doors open and not what lies behind."""

from __future__ import annotations

from typing import Any

import pytest
from django.template.backends.django import Template
from django.test.signals import template_rendered


class Blank:
    """A page that is not drawn."""

    def render(self, context: Any = None, request: Any = None) -> str:
        """Return nothing."""
        return ""


class BlankTemplates:
    """Every template there is, as a blank."""

    def __init__(self, params: dict[str, Any]) -> None:
        self.name = params["NAME"]

    def get_template(self, template_name: str) -> Blank:
        """Return a blank."""
        return Blank()


BLANK = [{"BACKEND": "tests.blank.BlankTemplates"}]


def draw_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw no page within one test, which may read in the context what would have been drawn.

    Unlike another engine it leaves the templates loaded for the tests that draw.
    """

    def render(self: Template, context: Any = None, request: Any = None) -> str:
        template_rendered.send(self, template=self, context=context or {})
        return ""

    monkeypatch.setattr(Template, "render", render)
