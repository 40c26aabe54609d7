"""Units as a tree is read: each under the one above it, those beside each other by name."""

from __future__ import annotations

from collections.abc import Iterable

from organisation.access import paths_above
from organisation.models import Unit
from organisation.texts.alphabet import alphabet_key


def by_name_in_tree(units: Iterable[Unit]) -> list[Unit]:
    """Return units as a tree is read, those with the same parent by name."""
    found = list(units)
    keys = {unit.path: alphabet_key(unit.name) for unit in found}

    def place(unit: Unit) -> list[tuple[str, str]]:
        return [(keys.get(path, ""), path) for path in paths_above(unit)]

    return sorted(found, key=place)


def by_name(units: Iterable[Unit]) -> list[Unit]:
    """Return units by name alone, wherever they lie."""
    return sorted(units, key=lambda unit: alphabet_key(unit.name))
