"""Which app may import which, and within an app which room: held over all modules and all ways of importing."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# An app may import those above it in this table; `kvalitet` wires all of them, and `demo` uses all.
# A room (a folder or a module at the app's top) may import those that stand before it.
ROOMS = {
    "organisation": (
        *("rights", "texts", "shown", "models", "services", "alarms", "access"),
        *("sign_in", "registers", "lists", "views", "tasks", "apps", "management"),
    ),
    "casework": (
        *("database", "kinds", "models", "cases", "texts", "background", "files"),
        *("process", "handling", "improvement", "register"),
        *("views", "tasks", "apps", "management"),
    ),
    "audit": (
        *("models", "recording", "sealing", "register", "words", "looking"),
        *("extracts", "views", "tasks", "apps", "management"),
    ),
    "deviations": (
        *("models", "words", "statistics", "imports"),
        *("reporting", "process", "filing", "public_form"),
        *("kind", "views", "tasks", "apps"),
    ),
    "selfcheck": (
        *("methods", "models", "review", "register", "process", "series", "plan"),
        *("recording", "kind", "views", "apps"),
    ),
    "riskanalysis": (
        *("matrix", "models", "register", "prompts", "templatetags", "process"),
        *("kind", "views", "apps"),
    ),
    "lexsarah": (
        *("law", "models", "duties", "reconciliation", "information", "board"),
        *("register", "process", "reporting", "kind", "views", "apps"),
    ),
    "analysis": (
        *("counted", "rules", "models", "figures", "charts", "coverage"),
        *("tertial", "ask", "unit", "kind", "templatetags"),
        *("views", "tasks", "apps", "management"),
    ),
    "reports": (
        *("models", "document", "tokens", "tertial", "outlines", "checks", "life"),
        *("writing", "editions", "publishing", "templatetags"),
        *("views", "tasks", "apps", "management"),
    ),
    "kvalitet": (
        *("templatetags", "web", "operations", "settings", "celery", "urls"),
        *("wsgi", "apps", "management"),
    ),
    "demo": (
        *("processes", "embedded_server", "embedded", "older_folder", "scenario"),
        *("management",),
    ),
}
# What Django and Celery look for at an app's top, by these names.
PRESCRIBED = {"apps", "management", "migrations", "models", "tasks", "templatetags"}
# Where an app says what its kind of case is, and casework what a kind is.
REGISTRATION = {"kind", "kinds"}
MOST_ROOMS = 10
# An app that need not know every app above it in the table.
NOT_NEEDED = {
    "lexsarah": {"selfcheck", "riskanalysis"},
    "selfcheck": {"deviations", "lexsarah", "riskanalysis"},
    "riskanalysis": {"deviations", "lexsarah", "selfcheck"},
    "deviations": {"lexsarah", "selfcheck", "riskanalysis"},
}
# Besides forms: what shows something to people, takes it from them, or wires what does.
OF_PAGES = {
    *("views", "public", "urls", "filters", "filtersets", "templatetags"),
    *("kind", "apps", "management", "tasks", "asking_field"),
}
# Without a database of its own, the product is tried out with the demo's.
ALLOWED = {("kvalitet.settings", "demo.embedded")}
BY_NAME = {"import_string", "import_module"}


@cache
def modules(folders: tuple[str, ...] = tuple(ROOMS)) -> dict[str, Path]:
    """Return every module by its dotted name; migrations are history and import what they need."""
    found = {}
    for folder in folders:
        for path in (ROOT / folder).rglob("*.py"):
            if "migrations" not in path.parts:
                name = (
                    path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")
                )
                found[name.removesuffix(".__init__")] = path
    return found


def named(node: ast.AST) -> Iterator[str]:
    """Yield the names that a statement imports: also late, only for types, and by string."""
    if isinstance(node, ast.ImportFrom):
        assert node.level == 0, "an import says the whole name"
        yield from (f"{node.module}.{alias.name}" for alias in node.names)
    elif isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif (
        isinstance(node, ast.Call)
        and node.args
        and isinstance(node.args[0], ast.Constant)
    ):
        function = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if function in BY_NAME:
            yield str(node.args[0].value)


def module_of(name: str, folders: tuple[str, ...]) -> str:
    """Return the module in which an imported name stands, or nothing for a name from a library."""
    while name and name not in modules(folders):
        name = name.rpartition(".")[0]
    return name


@cache
def imported(module: str, folders: tuple[str, ...] = tuple(ROOMS)) -> frozenset[str]:
    """Return the modules in the folders that a module imports."""
    tree = ast.parse(modules(folders)[module].read_text(encoding="utf-8"))
    found = {
        module_of(name, folders) for node in ast.walk(tree) for name in named(node)
    }
    return frozenset(found - {"", module})


def room_of(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def is_of_pages(module: str) -> bool:
    """Tell whether a module asks people, shows something to them, or wires what does."""
    rooms, leaf = module.split(".")[1:-1], module.rsplit(".", maxsplit=1)[-1]
    return (
        leaf.endswith("forms")
        or bool({*rooms, leaf} & OF_PAGES)
        or module.split(".", maxsplit=1)[0] in {"kvalitet", "demo"}
    )


@pytest.mark.parametrize("app", ROOMS)
def test_app_imports_only_what_stands_below_it(app: str) -> None:
    order = list(ROOMS)
    below = set(order[: order.index(app) + 1]) - NOT_NEEDED.get(app, set())
    wrong = [
        f"{module} -> {other}"
        for module in modules()
        if module.split(".")[0] == app
        for other in imported(module)
        if other.split(".")[0] not in below and (module, other) not in ALLOWED
    ]

    assert wrong == []


@pytest.mark.parametrize("app", ROOMS)
def test_room_imports_only_rooms_before_it(app: str) -> None:
    place = {room: number for number, room in enumerate(ROOMS[app])}
    wrong = []
    for module in modules():
        if module.split(".")[0] != app or not room_of(module):
            continue
        for other in imported(module):
            known = other.split(".")[0] == app and room_of(other)
            if known and place[room_of(other)] > place[room_of(module)]:
                wrong.append(f"{module} -> {other}")

    assert wrong == []


@pytest.mark.parametrize("folders", [tuple(ROOMS), ("bench", "deploy")])
def test_no_modules_import_each_other(folders: tuple[str, ...]) -> None:
    circle: list[str] = []
    known = modules(folders)
    try:
        TopologicalSorter({each: imported(each, folders) for each in known}).prepare()
    except CycleError as error:
        circle = error.args[1]

    assert circle == []


def test_rules_and_verbs_know_no_forms_and_no_pages() -> None:
    wrong = [
        f"{module} -> {other}"
        for module in modules()
        if not is_of_pages(module)
        for other in imported(module)
        if is_of_pages(other)
    ]

    assert wrong == []


@pytest.mark.parametrize("app", ROOMS)
def test_table_names_every_room_and_no_other(app: str) -> None:
    there = {room_of(module) for module in modules() if module.split(".")[0] == app} - {
        ""
    }

    assert set(ROOMS[app]) == there


@pytest.mark.parametrize("app", ROOMS)
def test_app_has_few_rooms(app: str) -> None:
    assert len(set(ROOMS[app]) - PRESCRIBED - REGISTRATION) <= MOST_ROOMS
