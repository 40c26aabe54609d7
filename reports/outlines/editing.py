"""The verbs of outlines: make one's own from another, and change its sections, their order and headings."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from operator import itemgetter
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from reports.document.markup import normalise
from reports.models import AnnualReport, OwnOutline
from reports.outlines.outline import Item, Outline, outline_named
from reports.outlines.parts import PARTS

if TYPE_CHECKING:
    from organisation.models import User

OWN = "egen"
LONGEST, MOST, DEEPEST = 120, 60, 4
Items = tuple[Item, ...]
Place = tuple[int, ...]


class OutlineError(ValueError):
    """An outline cannot be so; the message says in Swedish what to change."""


class OutlineChangedError(Exception):
    """Somebody else has changed the outline meanwhile."""


def begin_outline(*, name: str, base: str, actor: User) -> OwnOutline:
    """Make an own outline that begins as another; raises OutlineError when the name is taken."""
    data = replace(outline_named(base), name=name).as_data()
    slug = f"{OWN}-{secrets.token_hex(4)}"
    try:
        with transaction.atomic():
            return OwnOutline.objects.create(
                slug=slug, name=name, data=data, created_by=actor
            )
    except IntegrityError as problem:
        raise OutlineError(
            "Det finns redan en mall med det namnet. Välj ett annat."
        ) from problem


def keep_outline(own: OwnOutline, outline: Outline, *, seen: int) -> None:
    """Keep a changed outline; raises OutlineChangedError when a newer one than the seen is there."""
    with transaction.atomic():
        newest = OwnOutline.objects.select_for_update().get(pk=own.pk)
        if newest.version != seen:
            raise OutlineChangedError
        newest.data, newest.version = outline.as_data(), newest.version + 1
        newest.save(update_fields=["data", "version"])


def reports_in(own: OwnOutline) -> int:
    """Return how many reports are written in an own outline, wherever they are."""
    return AnnualReport.objects.filter(template=own.slug).count()


def with_places(items: Items, before: Place = ()) -> list[tuple[Place, Item]]:
    """Return every section with its place: the positions that lead to it."""
    found: list[tuple[Place, Item]] = []
    for position, item in enumerate(items):
        place = (*before, position)
        found += [(place, item), *with_places(item.parts, place)]
    return found


def typed(outline: Outline, answer: Mapping[str, str]) -> Outline:
    """Return an outline with the headings and choices of a form; what it does not name stays."""

    def of(item: Item, place: Place) -> Item:
        called = ".".join(map(str, place))
        heading = " ".join(
            normalise(answer.get(f"heading-{called}", item.title)).split()
        )
        # What stands as the part has it goes on to follow the part; an own section is never nameless.
        if heading in ("", item.part.heading):
            heading = item.heading if item.key not in PARTS else ""
        return replace(
            item,
            heading=heading,
            intro=f"intro-{called}" in answer or item.part.appendix,
            parts=tuple(
                of(part, (*place, position)) for position, part in enumerate(item.parts)
            ),
        )

    return replace(
        outline, items=tuple(of(item, (at,)) for at, item in enumerate(outline.items))
    )


def changed(outline: Outline, do: str, answer: Mapping[str, str]) -> Outline:
    """Return an outline after a button of its page: save, up, down, remove or add.

    Raises OutlineError when that is not possible.
    """
    _check_headings(outline)
    if do == "add":
        return _added(outline, answer.get("part", ""), answer.get("under", ""))
    name, _, called = do.partition("-")
    if name not in _DO:
        return outline
    place = place_called(outline, called)
    items = _at(outline.items, place, _DO[name])
    if not items:
        raise OutlineError(
            "En mall behöver minst ett avsnitt. Lägg till ett annat först."
        )
    return replace(outline, items=items)


def place_called(outline: Outline, called: str) -> Place:
    """Return the place that a form names; raises OutlineError when nothing is there."""
    places = {
        ".".join(map(str, place)): place for place, _ in with_places(outline.items)
    }
    if called not in places:
        raise OutlineError("Avsnittet finns inte längre. Läs in sidan igen.")
    return places[called]


def _check_headings(outline: Outline) -> None:
    """Refuse headings that are too long."""
    for _, item in with_places(outline.items):
        if len(item.title) > LONGEST:
            raise OutlineError(
                f"Rubriken ”{item.title[:30]}…” är för lång. Skriv högst {LONGEST} tecken."
            )


def _at(items: Items, place: Place, do: Callable[[Items, int], Items]) -> Items:
    """Return the sections after something was done with the one in a place."""
    position, rest = place[0], place[1:]
    if not rest:
        return do(items, position)
    below = replace(items[position], parts=_at(items[position].parts, rest, do))
    return (*items[:position], below, *items[position + 1 :])


def _up(items: Items, at: int) -> Items:
    """Return the sections with one moved up."""
    if at == 0:
        return items
    return (*items[: at - 1], items[at], items[at - 1], *items[at + 1 :])


def _down(items: Items, at: int) -> Items:
    """Return the sections with one moved down."""
    return _up(items, at + 1) if at + 1 < len(items) else items


def _removed(items: Items, at: int) -> Items:
    """Return the sections without one."""
    return (*items[:at], *items[at + 1 :])


_DO: Mapping[str, Callable[[Items, int], Items]] = {
    "up": _up,
    "down": _down,
    "remove": _removed,
}


def offered_parts(outline: Outline) -> list[tuple[str, str]]:
    """Return the parts that an outline has not yet, by what they are called, and a chapter of one's own."""
    held = {item.key for _, item in with_places(outline.items)}
    parts = [(key, part.name) for key, part in PARTS.items() if key not in held]
    parts.sort(key=itemgetter(1, 0))
    return [(OWN, "Eget avsnitt med bara text"), *parts]


def _added(outline: Outline, key: str, under: str) -> Outline:
    """Return an outline with one more section, last or under another."""
    if key not in dict(offered_parts(outline)):
        raise OutlineError("Välj ett avsnitt i listan.")
    if len(with_places(outline.items)) >= MOST:
        raise OutlineError(f"En mall har högst {MOST} avsnitt. Ta bort något först.")
    new = Item(key)
    if key == OWN:
        outline = replace(outline, last_own=_last_own(outline) + 1)
        new = Item(f"{OWN}-{outline.last_own}", "Eget avsnitt")
    if not under:
        return replace(outline, items=(*outline.items, new))
    return _added_under(outline, new, place_called(outline, under))


def _last_own(outline: Outline) -> int:
    """Return the highest number that a chapter of the municipality's own has had."""
    last = outline.last_own
    for _, item in with_places(outline.items):
        named = re.fullmatch(rf"{OWN}-(\d+)", item.key)
        if named:
            last = max(last, int(named[1]))
    return last


def _added_under(outline: Outline, new: Item, place: Place) -> Outline:
    """Return an outline with one more section last under another; raises OutlineError where it cannot be."""
    above = dict(with_places(outline.items))[place]
    if new.part.appendix or new.part.each_area or above.part.appendix:
        raise OutlineError(
            "Bilagor och kapitel per avdelning ligger överst, inte under ett annat avsnitt."
        )
    if len(place) >= DEEPEST:
        raise OutlineError(f"Avsnitt kan ligga i högst {DEEPEST} nivåer.")

    def appended(items: Items, at: int) -> Items:
        holder = replace(items[at], parts=(*items[at].parts, new))
        return (*items[:at], holder, *items[at + 1 :])

    return replace(outline, items=_at(outline.items, place, appended))
