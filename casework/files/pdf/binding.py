"""Chapters that were laid out apart become one tagged PDF, with their heads, bookmarks and places.

The skeleton is the document laid out with empty pages where its chapters go.  It brings the cover, the
contents with their page numbers, and the running heads; each chapter brings its pages with their
structure.  The structure tree is simple to join, since the layout engine gives every page a tree of its own.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Any

import pikepdf

# After the page's own content, as the layout engine does it: what is copied from a page begins with its text.
HEAD = b"\nQ /Artifact <</Type /Pagination>> BDC %s Do EMC"
MARKS = {"BDC", "BMC", "EMC"}


def bind(skeleton: bytes, first: int, chapters: Sequence[tuple[int, bytes]]) -> Any:
    """Return the document; `first` is the first empty page, and each chapter comes with its page count."""
    document = pikepdf.open(io.BytesIO(skeleton))
    book = _Book(document)
    after = first + sum(count for count, _ in chapters)
    own = list(document.pages)
    parts = [book.part_on(own[:first])]
    with ExitStack() as opened:
        for count, pdf in chapters:
            chapter = opened.enter_context(pikepdf.open(io.BytesIO(pdf)))
            parts.append(book.take_over(chapter, count))
        book.set_heads(own[first:after], _flat(part.pages for part in parts[1:]))
        parts.append(book.part_on(own[after:]))
        book.arrange(parts)
    return document


@dataclass(frozen=True)
class _Part:
    """Some pages, the structure of what stands on them, and the bookmarks that lead to them."""

    pages: list[Any]
    kids: list[Any]
    bookmarks: list[Any]


class _Book:
    """A document while others are bound into it."""

    def __init__(self, document: Any) -> None:
        self.document = document
        tree = document.Root.StructTreeRoot
        self.top = tree.K[0]
        self.parents = dict(_pairs(tree.ParentTree.Nums))
        self.places = dict(_places(document))
        # What holds a key to the parent tree (a page or a link), under which name, and what it leads to.
        self.keyed: list[tuple[Any, str, Any]] = []

    def part_on(self, pages: list[Any]) -> _Part:
        """Return what stands on some of the document's own pages."""
        here = _objects(pages)
        self._note(pages, self.parents)
        kids = [kid for kid in self.top.K if kid.Pg.objgen in here]
        marks = _bookmarks(self.document)
        return _Part(pages, kids, [m for m in marks if m.Dest[0].objgen in here])

    def take_over(self, chapter: Any, count: int) -> _Part:
        """Copy a chapter's first pages with all that stands on them; the rest stays behind."""
        del chapter.pages[count:]
        here = _objects(chapter.pages)
        tree = chapter.Root.StructTreeRoot
        kids = [kid for kid in tree.K[0].K if kid.Pg.objgen in here]
        for kid in kids:
            del kid.P  # or the way up would lead to all the rest
        parents = dict(_pairs(tree.ParentTree.Nums))
        keys = [holder[name] for holder, name in _keyed(chapter.pages)]
        places = {
            name: place for name, place in _places(chapter) if place[0].objgen in here
        }
        bookmarks = _bookmarks(chapter)
        for mark in bookmarks:
            _unlink(mark, "/Parent", "/Prev", "/Next")
        before = len(self.document.pages)
        self.document.pages.extend(chapter.pages)
        pages = list(self.document.pages)[before:]
        # At once, so that what hangs together still does.
        together = [kids, [parents[key] for key in keys], places.values(), bookmarks]
        hold = chapter.make_indirect(pikepdf.Array(map(pikepdf.Array, together)))
        kids, above, aims, bookmarks = map(list, self.document.copy_foreign(hold))
        self.places.update(zip(places, aims, strict=True))
        self._note(pages, dict(zip(keys, above, strict=True)))
        return _Part(pages, kids, bookmarks)

    def _note(self, pages: list[Any], parents: dict[Any, Any]) -> None:
        self.keyed += [
            (holder, name, parents[holder[name]]) for holder, name in _keyed(pages)
        ]

    def set_heads(self, empty: list[Any], pages: list[Any]) -> None:
        """Paint what stands in the margins of each empty page on the page that takes its place."""
        for position, (blank, page) in enumerate(zip(empty, pages, strict=True)):
            steps = [
                step
                for step in pikepdf.parse_content_stream(blank)
                if str(step.operator) not in MARKS
            ]
            blank.Contents = self.document.make_stream(
                pikepdf.unparse_content_stream(steps)
            )
            head = self.document.make_indirect(blank.as_form_xobject())
            name = page.add_resource(
                head, pikepdf.Name.XObject, pikepdf.Name(f"/Head{position}")
            )
            page.contents_add(b"q ", prepend=True)
            page.contents_add(HEAD % str(name).encode())

    def arrange(self, parts: list[_Part]) -> None:
        """Put everything in reading order, and number what says where in the structure it belongs."""
        pages = _flat(part.pages for part in parts)
        here = _objects(pages)
        self._order_pages(pages)
        self._order_structure(_flat(part.kids for part in parts))
        self._keep_places(here)
        _chain(self.document, _flat(part.bookmarks for part in parts))

    def _order_pages(self, pages: list[Any]) -> None:
        order = [page.obj for page in pages]
        del self.document.pages[:]
        for page in order:
            self.document.pages.append(pikepdf.Page(page))

    def _order_structure(self, kids: list[Any]) -> None:
        """Hang everything under the top, and number what holds a key to the parent tree anew."""
        self.top.K = pikepdf.Array(kids)
        for kid in self.top.K:
            kid.P = self.top
        nums: list[Any] = []
        for key, (holder, name, above) in enumerate(self.keyed):
            holder[name] = key
            nums += [key, above]
        self.document.Root.StructTreeRoot.ParentTree.Nums = pikepdf.Array(nums)

    def _keep_places(self, here: set[Any]) -> None:
        """Write the named places on some pages, sorted as a name tree must be."""
        places = {
            name: place
            for name, place in self.places.items()
            if place[0].objgen in here
        }
        if not places:
            return
        flat: list[Any] = []
        for key in sorted(map(pikepdf.String, places), key=bytes):
            flat += [key, places[str(key)]]
        self.document.Root.Names.Dests.Names = pikepdf.Array(flat)


def _flat(lists: Iterable[list[Any]]) -> list[Any]:
    return list(chain.from_iterable(lists))


def _objects(pages: Iterable[Any]) -> set[Any]:
    """Return what pages are known by: the number and generation of their objects."""
    return {page.obj.objgen for page in pages}


def _keyed(pages: Iterable[Any]) -> Iterator[tuple[Any, str]]:
    """Yield pages and their links, with the name of the key that each has to the parent tree."""
    for page in pages:
        yield page.obj, "/StructParents"
        yield from ((note, "/StructParent") for note in page.get("/Annots", []))


def _pairs(flat: Any) -> Iterator[tuple[Any, Any]]:
    """Yield the keys and values of a number tree or a name tree with one leaf."""
    for position in range(0, len(flat), 2):
        key = flat[position]
        yield (key if isinstance(key, int) else str(key)), flat[position + 1]


def _places(document: Any) -> Iterator[tuple[str, Any]]:
    """Return the named places that links lead to."""
    return _pairs(document.Root.get("/Names", {}).get("/Dests", {}).get("/Names", []))


def _bookmarks(document: Any) -> list[Any]:
    """Return the uppermost bookmarks."""
    found = []
    mark = document.Root.get("/Outlines", {}).get("/First")
    while mark is not None:
        found.append(mark)
        mark = mark.get("/Next")
    return found


def _chain(document: Any, bookmarks: list[Any]) -> None:
    """Make bookmarks the uppermost, one after another."""
    if not bookmarks:
        return
    root = document.make_indirect(
        pikepdf.Dictionary(First=bookmarks[0], Last=bookmarks[-1])
    )
    for mark in bookmarks:
        _unlink(mark, "/Prev", "/Next")
        mark.Parent = root
    for mark, following in pairwise(bookmarks):
        mark.Next, following.Prev = following, mark
    root.Count = sum(1 + max(int(mark.get("/Count", 0)), 0) for mark in bookmarks)
    document.Root.Outlines = root


def _unlink(holder: Any, *names: str) -> None:
    for name in names:
        if name in holder:
            del holder[name]
