"""How the tests of reports come by an edition whose pages they do not look at."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from reports.editions import building, rebuilding


@pytest.fixture
def unlaid(monkeypatch: pytest.MonkeyPatch) -> None:
    """Build editions whose PDF is a sum of what it would show: to lay pages out takes seconds."""

    def sum_up(page: str, *, data: Any = (), **_how: Any) -> bytes:
        return b"%PDF-" + hashlib.sha256(repr((page, data)).encode()).digest()

    for module in (building, rebuilding):
        monkeypatch.setattr(module, "render_pdf", sum_up)
