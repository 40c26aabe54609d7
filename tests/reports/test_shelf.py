"""Chapters are kept for the next edition, and for no longer than they are of use."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from reports.editions import chapter_cache
from reports.models import LaidOutChapter

pytestmark = pytest.mark.django_db


def test_find_gives_what_was_kept() -> None:
    chapter_cache.ChapterShelf().keep("a", b"kapitel")

    assert chapter_cache.ChapterShelf().find(["a", "b"]) == {"a": b"kapitel"}


def test_keep_more_than_there_is_room_for_removes_what_was_used_longest_ago(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(chapter_cache, "MOST", 2)
    kept = chapter_cache.ChapterShelf()
    for key in "ab":
        kept.keep(key, b"x")
    kept.find(["a"])
    kept.keep("c", b"x")

    assert set(LaidOutChapter.objects.values_list("pk", flat=True)) == {"a", "c"}


def test_clear_shelf_removes_what_nobody_has_used_for_long() -> None:
    for key in "ab":
        chapter_cache.ChapterShelf().keep(key, b"x")
    LaidOutChapter.objects.filter(pk="a").update(
        used_at=timezone.now() - dt.timedelta(days=31)
    )

    assert chapter_cache.clear_shelf() == 1
    assert LaidOutChapter.objects.get().pk == "b"
