"""Finds the tables that are keyed by an enum, as literals, wherever they stand in the program."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[1]
FOLDERS = (
    *(
        "organisation",
        "casework",
        "deviations",
        "lexsarah",
        "selfcheck",
        "riskanalysis",
    ),
    *("analysis", "reports", "kvalitet", "bench"),
)
# A file without a key like this, "Method.SURVEY:", has no table to parse.
_KEY = re.compile(r"\b[A-Z]\w*\.[A-Z][A-Z0-9_]*\s*:")


class Table(NamedTuple):
    """A dictionary literal keyed by members of an enum: its place, the enum, and its keys."""

    place: str
    enum: type[Enum]
    keys: frozenset[Enum]

    @property
    def lacks(self) -> set[str]:
        """Return the names of the members without a row."""
        return {member.name for member in self.enum if member not in self.keys}


def tables(folders: Iterable[str] = FOLDERS) -> Iterator[Table]:
    """Find the tables of all modules."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            if "migrations" not in path.parts and _KEY.search(text):
                name = ".".join(
                    path.relative_to(ROOT).with_suffix("").parts
                ).removesuffix(".__init__")
                yield from tables_in(text, name)


def tables_in(text: str, module: str) -> Iterator[Table]:
    """Find the tables of one module; the names in it are those of the module as it is imported."""
    names = vars(import_module(module))
    for statement in ast.parse(text).body:
        if isinstance(statement, ast.ClassDef):
            own = {**names, **vars(names[statement.name])}
            for inner in statement.body:
                yield from _in_statement(inner, f"{module}.{statement.name}", own)
        else:
            yield from _in_statement(statement, module, names)


def _in_statement(
    statement: ast.stmt, before: str, names: Mapping[str, Any]
) -> Iterator[Table]:
    for node in ast.walk(statement):
        if isinstance(node, ast.Dict):
            members = [
                _member(key, names)
                for key in node.keys
                if isinstance(key, ast.Attribute)
            ]
            keys = frozenset(member for member in members if member is not None)
            if keys:
                yield Table(
                    f"{before}.{_name(statement)}", type(next(iter(keys))), keys
                )


def _name(statement: ast.stmt) -> str:
    match statement:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return name
        case (
            ast.AnnAssign(target=ast.Name(id=name))
            | ast.Assign(targets=[ast.Name(id=name), *_])
        ):
            return name
    return type(statement).__name__


def _member(key: ast.Attribute, names: Mapping[str, Any]) -> Enum | None:
    """Return the member that a key names, as "Method.SURVEY" or "Note.Kind.INTERNAL"."""
    first, *way = ast.unparse(key).split(".")
    found = names.get(first)
    for part in way:
        found = getattr(found, part, None)
    return found if isinstance(found, Enum) else None
