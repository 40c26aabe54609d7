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
from itertools import pairwise
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
            parts.append(
                book.take_over(
                    opened.enter_context(pikepdf.open(io.BytesIO(pdf))), count
                )
            )
        book.set_heads(
            own[first:after], [page for part in parts[1:] for page in part.pages]
        )
        parts.append(book.part_on(own[after:]))
        book.arrange(parts)
    return document


@dataclass(frozen=True)
class _Part:
    """Some pages, what stands on them as structure, and the bookmarks that lead to them."""

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
        here = {page.obj.objgen for page in pages}
        self._note(pages, self.parents)
        kids = [kid for kid in self.top.K if kid.Pg.objgen in here]
        return _Part(
            pages,
            kids,
            [mark for mark in _bookmarks(self.document) if mark.Dest[0].objgen in here],
        )

    def take_over(self, chapter: Any, count: int) -> _Part:
        """Copy a chapter's first pages with all that stands on them; the rest stays behind."""
        del chapter.pages[count:]
        here = {page.obj.objgen for page in chapter.pages}
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
        document, tree = self.document, self.document.Root.StructTreeRoot
        order = [page.obj for part in parts for page in part.pages]
        del document.pages[:]
        for page in order:
            document.pages.append(pikepdf.Page(page))
        self.top.K = pikepdf.Array(kid for part in parts for kid in part.kids)
        for kid in self.top.K:
            kid.P = self.top
        nums: list[Any] = []
        for key, (holder, name, above) in enumerate(self.keyed):
            holder[name] = key
            nums += [key, above]
        tree.ParentTree.Nums = pikepdf.Array(nums)
        here = {page.objgen for page in order}
        places = {
            name: place
            for name, place in self.places.items()
            if place[0].objgen in here
        }
        if places:
            names = sorted(map(pikepdf.String, places), key=bytes)
            flat = [half for name in names for half in (name, places[str(name)])]
            document.Root.Names.Dests.Names = pikepdf.Array(flat)
        _chain(document, [mark for part in parts for mark in part.bookmarks])


def _keyed(pages: Iterable[Any]) -> Iterator[tuple[Any, str]]:
    """The pages and their links, which have keys to the parent tree, and the names they have them under."""
    for page in pages:
        yield page.obj, "/StructParents"
        yield from ((note, "/StructParent") for note in page.get("/Annots", []))


def _pairs(flat: Any) -> Iterator[tuple[Any, Any]]:
    """The keys and values of a number tree or a name tree with one leaf."""
    for position in range(0, len(flat), 2):
        key = flat[position]
        yield (key if isinstance(key, int) else str(key)), flat[position + 1]


def _places(document: Any) -> Iterator[tuple[str, Any]]:
    """The named places that links lead to."""
    return _pairs(document.Root.get("/Names", {}).get("/Dests", {}).get("/Names", []))


def _bookmarks(document: Any) -> list[Any]:
    """The uppermost bookmarks."""
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
