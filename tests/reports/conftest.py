"""How the tests of reports come by an edition whose pages they do not look at."""

from __future__ import annotations

from typing import Any

import pytest

from casework.pdf import render_pdf
from reports import editions
from tests.casework.test_pdf_chapters import Shelf


@pytest.fixture
def unlaid(monkeypatch: pytest.MonkeyPatch) -> None:
    """Build editions whose PDF is a stub: to lay pages out takes seconds."""
    monkeypatch.setattr(editions, "render_pdf", lambda page, **_how: b"%PDF-")


@pytest.fixture(scope="session")
def chapters() -> Shelf:
    return Shelf()


@pytest.fixture
def laid_out_once(monkeypatch: pytest.MonkeyPatch, chapters: Shelf) -> None:
    """Build editions from chapters that are laid out once for all tests; to build one again is as ever."""

    def lay_out(page: str, **how: Any) -> bytes:
        return render_pdf(page, **{**how, "shelf": chapters})

    monkeypatch.setattr(editions, "render_pdf", lay_out)
