"""How the tests of reports come by an edition whose pages they do not look at."""

from __future__ import annotations

import pytest

from reports.editions import building


@pytest.fixture
def unlaid(monkeypatch: pytest.MonkeyPatch) -> None:
    """Build editions whose PDF is a stub: to lay pages out takes seconds."""
    monkeypatch.setattr(building, "render_pdf", lambda page, **_how: b"%PDF-")
