"""A document laid out chapter by chapter is the same, whoever lays it out and whatever was kept."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from collections.abc import Sequence

import pikepdf
import pytest

from casework.files.pdf import ROOT, PdfError, pieces, render_pdf
from casework.files.pdf.chapters import split
from tests.casework.test_pdf import (
    ENDLESS,
    alive,
    children_of,
    command,
    linux,
    waited_for,
)
from tests.reports.specimen import document

ENDLESS_WORD = ENDLESS[ENDLESS.index("<p>a") :].partition("</p>")[0]
WIDE = (
    '<section class="chapter wide"><h1 id="b">2 Bilagan</h1><p>Se <a href="#a">kapitel 1</a>.</p>'
    '<table class="data text"><caption>Tabell</caption><thead><tr><th scope="col">Ett</th></tr></thead>'
    "<tbody><tr><td>1</td></tr><tr><td>2</td></tr></tbody></table></section>"
)


def two(first: str = "<p>Ord.</p>", last: str = WIDE) -> str:
    return document(
        '<nav class="toc" aria-labelledby="i"><h1 id="i">Innehåll</h1><ol>'
        '<li class="l1"><a href="#a">1 Ett</a></li><li class="l1"><a href="#b">2 Bilagan</a></li></ol></nav>'
        f'<div class="chapters"><section class="chapter"><h1 id="a">1 Ett</h1>{first}'
        f'<p>Se <a href="#b">bilagan</a>, men inte <a href="#borta">det här</a>.</p></section>{last}</div>'
    )


class Shelf(dict[str, bytes]):
    """A shelf that forgets when the test ends."""

    def find(self, keys: Sequence[str]) -> dict[str, bytes]:
        return {key: self[key] for key in keys if key in self}

    def keep(self, key: str, piece: bytes) -> None:
        self[key] = piece


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture(scope="module")
def bound(shelf: Shelf) -> bytes:
    return render_pdf(two(), shelf=shelf)


def links_of(pdf: bytes) -> list[set[tuple[str, int]]]:
    """The names that the links of each page have, and the pages that they lead to."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        flat = list(opened.Root.Names.Dests.Names)
        pages = [page.obj.objgen for page in opened.pages]
        pairs = zip(flat[::2], flat[1::2], strict=True)
        where = {str(name): pages.index(place[0].objgen) for name, place in pairs}
        links = [
            {str(note.Dest) for note in page.get("/Annots", [])}
            for page in opened.pages
        ]
    return [{(name, where[name]) for name in names} for names in links]


def test_split_gives_the_document_back() -> None:
    parts = split(two())

    assert parts is not None
    assert parts.front + "".join(parts.chapters) + parts.back == two()
    assert len(parts.chapters) == 2


@pytest.mark.parametrize("html", [document("<p>Kort.</p>"), two(last="")])
def test_split_leaves_a_document_without_chapters_whole(html: str) -> None:
    assert split(html) is None


def test_links_between_chapters_lead_to_their_pages(
    bound: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "split", lambda html: None)
    whole = render_pdf(two())

    assert links_of(bound) == [set(), {("a", 2), ("b", 3)}, {("b", 3)}, {("a", 2)}]
    assert links_of(bound) == links_of(whole)


def test_every_page_and_link_has_its_own_key_to_the_structure(bound: bytes) -> None:
    with pikepdf.open(io.BytesIO(bound)) as opened:
        nums = list(opened.Root.StructTreeRoot.ParentTree.Nums)
        keys = [page.StructParents for page in opened.pages]
        notes = [note for page in opened.pages for note in page.get("/Annots", [])]
        assert nums[::2] == list(range(len(opened.pages) + len(notes)))
        assert sorted([*keys, *(note.StructParent for note in notes)]) == nums[::2]
        assert all(nums[2 * note.StructParent + 1].S == "/Link" for note in notes)


def test_two_subsets_of_a_font_have_different_names(bound: bytes) -> None:
    with pikepdf.open(io.BytesIO(bound)) as opened:
        found = (
            item for item in opened.objects if isinstance(item, pikepdf.Dictionary)
        )
        names = [str(item.FontName) for item in found if "/FontName" in item]
    assert len(names) > len({name.partition("+")[2] for name in names})
    assert len(names) == len(set(names))


@pytest.mark.parametrize("processes", [1, 3])
def test_any_number_of_processes_gives_the_same_bytes(
    bound: bytes, processes: int
) -> None:
    assert render_pdf(two(), processes=processes) == bound


def test_chapters_from_the_shelf_give_the_same_bytes(
    bound: bytes, shelf: Shelf
) -> None:
    told: list[tuple[int, int]] = []

    assert (
        render_pdf(two(), shelf=shelf, on_chapter=lambda *how: told.append(how))
        == bound
    )
    assert told == [(2, 2)]


def test_chapter_of_another_layout_library_is_laid_out_again(
    bound: bytes, shelf: Shelf
) -> None:
    old = Shelf(
        {key: piece.replace(b"pango", b"gammal", 1) for key, piece in shelf.items()}
    )

    assert render_pdf(two(), shelf=old) == bound
    assert old == shelf


def test_changed_chapter_alone_is_laid_out_again(bound: bytes, shelf: Shelf) -> None:
    mine = Shelf(shelf)
    render_pdf(two("<p>Andra ord.</p>"), shelf=mine)

    assert len(mine) == len(shelf) + 1


def test_text_that_nests_too_deep_in_a_chapter_is_told_of() -> None:
    with pytest.raises(PdfError, match="för djupt indragen"):
        render_pdf(two("<div>" * 300 + "x" + "</div>" * 300))


def family_of(pid: int) -> set[int]:
    below = {
        child for child in children_of(pid) if "casework.files.pdf" in command(child)
    }
    return below.union(*map(family_of, below))


@linux
def test_all_processes_end_when_a_tick_fails() -> None:
    seen: set[int] = set()

    def lose_the_lease() -> None:
        seen.update(family_of(os.getpid()))
        if len(seen) >= 3:
            raise RuntimeError("lease lost")

    with pytest.raises(RuntimeError, match="lease lost"):
        render_pdf(
            two(ENDLESS_WORD, WIDE.replace("<p>", ENDLESS_WORD)), on_tick=lose_the_lease
        )
    assert waited_for(lambda: not any(alive(pid) for pid in seen))


@linux
def test_all_processes_die_with_the_one_that_asked() -> None:
    program = "import sys; from casework.files.pdf import render_pdf; render_pdf(sys.stdin.read())"
    parent = subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdin=subprocess.PIPE, text=True
    )
    assert parent.stdin
    parent.stdin.write(two(ENDLESS_WORD, WIDE.replace("<p>", ENDLESS_WORD)))
    parent.stdin.close()
    try:
        assert waited_for(lambda: len(family_of(parent.pid)) == 3, seconds=30)
        family = family_of(parent.pid)
    finally:
        parent.send_signal(signal.SIGKILL)
        parent.wait()
    assert waited_for(lambda: not any(alive(pid) for pid in family))
