"""A template engine that draws nothing, for tests that ask which doors open and not what lies behind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from django.template import engines


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


@contextmanager
def drawing_nothing() -> Iterator[None]:
    """Let every page that is drawn meanwhile be a blank, and keep the templates that are read already."""
    with patch.object(engines, "all", return_value=[BlankTemplates({"NAME": "blank"})]):
        yield
