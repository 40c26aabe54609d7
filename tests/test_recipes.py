"""The recipes of CONTRIBUTING.md are true: a copy in which each has been followed passes the tests of the house.

What a recipe changes by hand is a patch in ``tests/recipes``, and the module beside it says that what is new is
there.  Where a patch no longer applies, do what it does again and store it by ``git diff``.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from bench.mutants import LEFT_OUT, Addresses, failing, within

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "tests" / "recipes"
HOUSE = (
    *("tests/test_house.py", "tests/test_layers.py", "tests/test_tables.py"),
    *("tests/test_documents.py", "tests/test_recipe.py"),
    "tests/casework/test_steps.py::test_document_of_the_processes_is_current",
)
PAGES = "tests/test_access.py"
SEEN = f"{PAGES}::test_get_answers_each_person_as_the_table_says"
# Each recipe, and what it is held by besides the tests of the house and its own.
RECIPES = {
    "field": ("tests/deviations/test_counted.py",),
    "role": (
        "tests/organisation/test_rights.py",
        "tests/kvalitet/test_demo.py::test_demo_has_an_account_for_every_role",
        f"{PAGES}::test_table_names_every_role",
        f"{SEEN}[casework:routines]",
        f"{SEEN}[casework:new_routine]",
    ),
    "part": ("tests/reports/test_outlines.py",),
    "selfcheck": ("tests/selfcheck/test_workflow.py",),
}
WRITTEN = ("write_rights", "write_processes", "write_import")
# Of a template of a new kind: published once the database knows the kind.
PUBLISHED = """
from selfcheck.migrations._standard_templates import publish  # noqa: E402

Migration.operations.append(migrations.RunPython(publish, migrations.RunPython.noop))
"""


def touched_by(name: str) -> set[str]:
    """Return the files of a patch, but for the row of the access test."""
    text = (FOLDER / f"{name}.patch").read_text(encoding="utf-8")
    return {*re.findall(r"^\+\+\+ b/(\S+)", text, re.MULTILINE)} - {PAGES}


@pytest.mark.parametrize("name", RECIPES)
def test_recipe_names_every_file_that_its_patch_touches(name: str) -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    [chapter] = [c for c in text.split("\n## ") if f"tests/recipes/{name}.patch" in c]
    most = re.search(r"At most (\d) files", chapter)

    assert most
    assert len(touched_by(name)) <= int(most[1])
    assert touched_by(name) <= {*re.findall(r"`([^`]+)`", chapter)}


@pytest.mark.parametrize("name", RECIPES)
def test_patch_applies_to_the_code_of_today(name: str) -> None:
    run("git", "apply", "--check", str(FOLDER / f"{name}.patch"), cwd=ROOT)


@pytest.fixture
def addresses(request: pytest.FixtureRequest) -> Iterator[Addresses]:
    """Give the copy a database of its own, and take it away with the one that it was made from."""
    own = f"recipe_{request.getfixturevalue('name')}"
    urls = ("DATABASE_URL", "OWNER_DATABASE_URL")
    addresses = {url: within(os.environ[url], own) for url in urls}
    yield addresses
    owner = within(addresses["OWNER_DATABASE_URL"], "postgres")
    with psycopg.connect(owner, autocommit=True) as server:
        named = "SELECT datname FROM pg_database WHERE starts_with(datname, %s)"
        for (database,) in server.execute(named, [f"test_{own}"]).fetchall():
            server.execute(f'DROP DATABASE "{database}" WITH (FORCE)')


@pytest.fixture
def copy(name: str, tmp_path: Path) -> Path:
    """Make a copy of the tree, in which the recipe is followed but for what commands write."""
    tree = tmp_path / "tree"
    shutil.copytree(ROOT, tree, ignore=lambda _, names: LEFT_OUT & set(names))
    (tree / "static").symlink_to(ROOT / "static")
    shutil.copy(FOLDER / f"{name}.py", tree / "tests" / "test_recipe.py")
    run("git", "apply", str(FOLDER / f"{name}.patch"), cwd=tree)
    return tree


def run(*command: str, cwd: Path, **environment: str) -> None:
    done = subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert not done.returncode, done.stdout + done.stderr


@pytest.mark.every
@pytest.mark.parametrize("name", RECIPES)
def test_copy_in_which_the_recipe_is_followed_passes(
    name: str, copy: Path, addresses: Addresses
) -> None:
    def manage(command: str) -> None:
        settings = {"DJANGO_SETTINGS_MODULE": "tests.settings", **addresses}
        run(sys.executable, "manage.py", command, cwd=copy, **settings)

    before = {*copy.glob("*/migrations/*.py")}
    manage("makemigrations")
    new = {*copy.glob("*/migrations/*.py")} - before
    for path in new if name == "selfcheck" else ():
        if path.parts[-3] == "selfcheck":
            path.write_text(path.read_text(encoding="utf-8") + PUBLISHED)
    for command in WRITTEN:
        manage(command)

    assert bool(new) == (name != "part")
    assert not failing(copy, addresses, *HOUSE, *RECIPES[name])
