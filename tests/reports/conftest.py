"""How the tests of reports come by an edition whose pages they do not look at."""

from __future__ import annotations

import pytest

from reports import editions


@pytest.fixture
def unlaid(monkeypatch: pytest.MonkeyPatch) -> None:
    """Build editions whose PDF is a stub: to lay pages out takes seconds."""
    monkeypatch.setattr(editions, "render_pdf", lambda page, **_how: b"%PDF-")
