"""A template engine that draws nothing, for tests that ask which doors open and not what lies behind."""

from __future__ import annotations

from typing import Any


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
