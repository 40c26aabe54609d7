"""The documents stay short, name files that are there, and have every decision in their index."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kvalitet.management.commands.write_import import PATH as IMPORT
from kvalitet.management.commands.write_import import VALUES, document
from organisation.rights import Role

ROOT = Path(__file__).parents[1]
RECORDS = ROOT / "docs" / "adr"
# Two screens; a decision that needs more words is a record of its own.
LONGEST, WIDEST = 110, 110
OF_TODAY = (
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "GLOSSARY.md",
    "README.md",
    "docs/adr/README.md",
)


def test_architecture_fits_on_two_screens() -> None:
    lines = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").splitlines()

    assert len(lines) <= LONGEST
    assert [line for line in lines if len(line) > WIDEST] == []


def test_every_decision_has_a_number_of_its_own_and_stands_in_the_index() -> None:
    index = (RECORDS / "README.md").read_text(encoding="utf-8")
    rows = set(
        re.findall(r"^\| (\d{4}) \| \[(.+)\]\((\S+)\) \| (\S+) \|", index, re.MULTILINE)
    )
    records = set()
    for path in RECORDS.glob("[0-9]*.md"):
        head = re.match(
            r"# (\d{4}): (.+)\n\n(\d{4}-\d\d-\d\d)\n\n",
            path.read_text(encoding="utf-8"),
        )
        assert head, f"{path.name} does not begin with '# number: title' and its day"
        assert path.name.startswith(head[1])
        records.add((head[1], head[2], path.name, head[3]))

    assert rows == records
    assert len({number for number, *_ in rows}) == len(rows)


@pytest.mark.parametrize("document", OF_TODAY)
def test_files_that_a_document_names_are_there(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    near = (ROOT / document).parent
    links = re.findall(r"\]\(([^)#\s]+)\)", text) + re.findall(
        r"^\[\d+\]: (\S+)", text, re.MULTILINE
    )
    # With a folder it is a path; a bare name such as `urls` is said of every app.
    named = re.findall(r"`((?:\w+/)+(?:\w+\.(?:py|md|toml|js))?)`", text)
    paths = [near / link for link in links if "://" not in link] + [
        ROOT / name for name in named
    ]

    assert paths
    assert [path for path in paths if not path.exists()] == []


@pytest.mark.parametrize("column", VALUES)
def test_values_that_a_register_may_hold_are_documented(column: str) -> None:
    text = IMPORT.read_text(encoding="utf-8")
    row = re.search(rf"^\| `{column}`[^|]*\| (.+) \|$", text, re.MULTILINE)

    assert row
    assert re.findall(r"`(\w+)`", row[1]) == VALUES[column].values


def test_roles_that_people_may_be_given_are_documented() -> None:
    text = IMPORT.read_text(encoding="utf-8")
    said = re.search(r"Rollerna i `people.csv` är `([^`]+)`", text)

    assert said
    assert set(said[1].split()) == set(Role.values)


def test_values_and_roles_of_a_register_are_those_of_today() -> None:
    text = IMPORT.read_text(encoding="utf-8")

    assert text == document(text), "run manage.py write_import"
