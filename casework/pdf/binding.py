"""Chapters that were laid out apart become one tagged PDF, with their heads, bookmarks and places.

The skeleton is the document laid out with empty pages where its chapters go.  It brings the cover, the
contents with their page numbers, and the running heads; each chapter brings its pages with their
structure.  The structure tree is simple to join, since the layout engine gives every page a tree of its own.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from typing import Any

import pikepdf

HEAD = b"/Artifact <</Type /Pagination>> BDC q %s Do Q EMC\n"
MARKS = {"BDC", "BMC", "EMC"}


def bind(skeleton: bytes, first: int, chapters: Iterable[tuple[int, bytes]]) -> Any:
    """Return the document; `first` is the first empty page, and each chapter comes with its page count."""
    document = pikepdf.open(io.BytesIO(skeleton))
    book = _Book(document)
    front, empty, back = [], [], []
    chapters = list(chapters)
    after = first + sum(count for count, _ in chapters)
    for position, page in enumerate(document.pages):
        (front if position < first else empty if position < after else back).append(page)
    pages = list(front)
    kids, outlines = book.parts_on(front)
    with ExitStack() as opened:
        for count, pdf in chapters:
            chapter = opened.enter_context(pikepdf.open(io.BytesIO(pdf)))
            new_pages, new_kids, new_outlines = book.take_over(chapter, count)
            pages, kids, outlines = pages + new_pages, kids + new_kids, outlines + new_outlines
        book.set_heads(empty, pages[first:])
        more_kids, more_outlines = book.parts_on(back)
        book.arrange([*pages, *back], [*kids, *more_kids], [*outlines, *more_outlines])
    return document


class _Book:
    """A document while others are bound into it."""

    def __init__(self, document: Any) -> None:
        self.document = document
        tree = document.Root.StructTreeRoot
        self.top = tree.K[0]
        # What each page and each link says of its place in the structure, by the key that it has there now.
        self.parents = dict(_pairs(tree.ParentTree.Nums))
        self.places = dict(_pairs(document.Root.Names.Dests.Names)) if "/Names" in document.Root else {}
        self.keyed: list[tuple[Any, str, Any]] = []

    def parts_on(self, pages: list[Any]) -> tuple[list[Any], list[Any]]:
        """Return the structure and the bookmarks of some of the document's own pages."""
        here = {page.obj.objgen for page in pages}
        self._note(pages, self.parents)
        kids = [kid for kid in self.top.K if kid.Pg.objgen in here]
        return kids, [item for item in _outlines(self.document) if item.Dest[0].objgen in here]

    def take_over(self, chapter: Any, count: int) -> tuple[list[Any], list[Any], list[Any]]:
        """Copy a chapter's pages, structure, bookmarks and places; what follows the pages stays behind."""
        del chapter.pages[count:]
        here = {page.obj.objgen for page in chapter.pages}
        before = len(self.document.pages)
        self.document.pages.extend(chapter.pages)
        pages = list(self.document.pages)[before:]
        tree = chapter.Root.StructTreeRoot
        kids = [kid for kid in tree.K[0].K if kid.Pg.objgen in here]
        keys = {page.StructParents for page in chapter.pages} | {
            note.StructParent for page in chapter.pages for note in page.get("/Annots", [])
        }
        del tree.K[0].P
        tree.K[0].K = pikepdf.Array(kids)
        parents = [(key, value) for key, value in _pairs(tree.ParentTree.Nums) if key in keys]
        names = chapter.Root.get("/Names", {}).get("/Dests", {}).get("/Names", [])
        places = [(name, place) for name, place in _pairs(names) if place[0].objgen in here]
        outlines = _outlines(chapter)
        for item in outlines:
            for link in ("/Parent", "/Prev", "/Next"):
                _drop(item, link)
        copied = self._copied(chapter, [kids, [value for _, value in parents], [p for _, p in places], outlines])
        self.places.update(zip((name for name, _ in places), copied[2], strict=True))
        self._note(pages, dict(zip((key for key, _ in parents), copied[1], strict=True)))
        return pages, list(copied[0]), list(copied[3])

    def _copied(self, chapter: Any, things: list[list[Any]]) -> Any:
        """Copy at once what hangs together, so that it still does."""
        return self.document.copy_foreign(chapter.make_indirect(pikepdf.Array(map(pikepdf.Array, things))))

    def _note(self, pages: list[Any], parents: dict[Any, Any]) -> None:
        for page in pages:
            self.keyed.append((page.obj, "/StructParents", parents[page.StructParents]))
            for note in page.get("/Annots", []):
                self.keyed.append((note, "/StructParent", parents[note.StructParent]))

    def set_heads(self, empty: list[Any], pages: list[Any]) -> None:
        """Paint what stands in the margins of each empty page on the page that takes its place."""
        for position, (blank, page) in enumerate(zip(empty, pages, strict=True)):
            steps = [step for step in pikepdf.parse_content_stream(blank) if str(step.operator) not in MARKS]
            blank.Contents = self.document.make_stream(pikepdf.unparse_content_stream(steps))
            head = self.document.make_indirect(blank.as_form_xobject())
            name = page.add_resource(head, pikepdf.Name.XObject, pikepdf.Name(f"/Head{position}"))
            page.contents_add(HEAD % str(name).encode(), prepend=True)

    def arrange(self, pages: list[Any], kids: list[Any], outlines: list[Any]) -> None:
        """Put everything in reading order and number what says where it belongs."""
        document, tree = self.document, self.document.Root.StructTreeRoot
        order = [page.obj for page in pages]
        places = {place[0].objgen for place in self.places.values()}
        del document.pages[:]
        for page in order:
            document.pages.append(pikepdf.Page(page))
        here = {page.objgen for page in order}
        for kid in kids:
            kid.P = self.top
        self.top.K = pikepdf.Array(kids)
        nums: list[Any] = []
        for key, (holder, name, parent) in enumerate(self.keyed):
            holder[name] = key
            nums += [key, parent]
        tree.ParentTree.Nums = pikepdf.Array(nums)
        if places:
            found = {name: place for name, place in self.places.items() if place[0].objgen in here}
            flat = [part for name in sorted(found) for part in (pikepdf.String(name), found[name])]
            document.Root.Names.Dests.Names = pikepdf.Array(flat)
        _relink(document, outlines)


def _pairs(flat: Any) -> Iterator[tuple[Any, Any]]:
    """The keys and values of a number tree or a name tree with one leaf."""
    for position in range(0, len(flat), 2):
        key = flat[position]
        yield (key if isinstance(key, int) else str(key)), flat[position + 1]


def _drop(holder: Any, name: str) -> None:
    if name in holder:
        del holder[name]


def _outlines(document: Any) -> list[Any]:
    """The uppermost bookmarks."""
    found = []
    item = document.Root.get("/Outlines", {}).get("/First")
    while item is not None:
        found.append(item)
        item = item.get("/Next")
    return found


def _relink(document: Any, outlines: list[Any]) -> None:
    """Make a chain of the uppermost bookmarks."""
    if not outlines:
        return
    root = document.make_indirect(pikepdf.Dictionary(First=outlines[0], Last=outlines[-1]))
    for item, following in zip(outlines, [*outlines[1:], None], strict=True):
        item.Parent = root
        if following is None:
            _drop(item, "/Next")
        else:
            item.Next, following.Prev = following, item
    _drop(outlines[0], "/Prev")
    root.Count = sum(1 + max(int(item.get("/Count", 0)), 0) for item in outlines)
    document.Root.Outlines = root
