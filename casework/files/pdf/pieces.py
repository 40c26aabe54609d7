"""A document's chapters while they are laid out: which of them are done, and which lay on the shelf."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from typing import IO, Any, Protocol, Self

from casework.files.pdf.chapters import split
from casework.files.pdf.product import engine


class Shelf(Protocol):
    """Where chapters that were laid out are kept for the next time; it may lose any of them."""

    def find(self, keys: Sequence[str]) -> dict[str, bytes]:
        """Return those that are there."""

    def keep(self, key: str, piece: bytes) -> None:
        """Put one there."""


class Pieces:
    """One open file for each chapter, which the children fill, and a pipe in which they say that they have.

    There are none for a document that is laid out as a whole.
    """

    def __init__(
        self,
        asked: dict[str, Any],
        file: Callable[[], IO[bytes]],
        *,
        shelf: Shelf | None,
        on_chapter: Callable[[int, int], None] | None,
    ) -> None:
        divided = split(asked["html"])
        about = [engine(), asked["style"], asked["archive"]]
        alone = (
            [divided.alone(position) for position in range(len(divided.chapters))]
            if divided
            else []
        )
        self._keys = [
            hashlib.sha256(json.dumps([*about, page]).encode()).hexdigest()
            for page in alone
        ]
        self._files = [file() for _ in self._keys]
        self._shelf, self._on_chapter = shelf, on_chapter
        self._done = 0
        self._hears, self._told = os.pipe()
        os.set_blocking(self._hears, False)
        found = shelf.find(self._keys) if shelf is not None and self._keys else {}
        self._tell(len(found))
        for key, kept in zip(self._keys, self._files, strict=True):
            if key in found:
                kept.write(found[key])
                kept.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._hears)
        os.close(self._told)

    @property
    def for_the_child(self) -> dict[str, Any]:
        """Return what the child must know: where the chapters go, and where to say that one is done."""
        return {"pieces": [file.fileno() for file in self._files], "told": self._told}

    @property
    def inherited(self) -> list[int]:
        """Return the open files that the child is given."""
        return [self._told, *(file.fileno() for file in self._files)]

    def look(self) -> None:
        """Keep what has been done since the last look, and tell how much that is."""
        try:
            finished = os.read(self._hears, 2 * len(self._keys) + 1)
        except BlockingIOError:
            return
        for position in finished:
            file = self._files[position].fileno()
            piece = os.pread(file, os.fstat(file).st_size, 0)
            if self._shelf is not None and piece:
                self._shelf.keep(self._keys[position], piece)
        self._tell(len(finished))

    def _tell(self, more: int) -> None:
        # What lay on the shelf may have been laid out by another library, and be done again.
        self._done = min(self._done + more, len(self._keys))
        if self._on_chapter and self._keys:
            self._on_chapter(self._done, len(self._keys))
