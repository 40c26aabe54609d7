"""What is over all cases knows no kind of case by name: the kinds say what they are, once each."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from casework import kinds
from casework.models import Case
from kvalitet.celery import app as celery_app
from kvalitet.operations.schedule import SCHEDULE
from lexsarah.models import LexSarahCase
from tests.factories import make_unit

ROOT = Path(__file__).parents[1]
UPPER = ("deviations", "lexsarah", "selfcheck", "riskanalysis", "analysis", "reports")
# Migrations up to this one are history: it takes the names away.
LAST_THAT_NAMES = 2


def names_above() -> set[str]:
    """Return the names of the upper apps, of their tables, classes and constraints, and of their states.

    What is called by one everyday word is left out: a class (Block) is told by its table, a state (closed)
    by what it is compared with.
    """
    found = {*UPPER, *(kind.model.__name__.lower() for kind in kinds.registered())}
    found |= {state for state in states_above() if "_" in state}
    for app in UPPER:
        for model in apps.get_app_config(app).get_models():
            is_everyday = len(re.findall("[A-Z]", model.__name__)) < 2
            found.add(model._meta.db_table if is_everyday else model.__name__.lower())
            found |= {str(constraint.name) for constraint in model._meta.constraints}
    return found


def states_above() -> set[str]:
    """Return the states that the cases and reports of the upper apps may be in."""
    enums = (getattr(import_module(f"{app}.models"), "State", ()) for app in UPPER)
    return {str(state.value) for states in enums for state in states}


def words_of(source: str) -> Iterator[str]:
    """Yield the names and the strings in a module, without what explains it."""
    tree = ast.parse(source)
    nodes = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    explained = {
        id(n.body[0].value)
        for n in ast.walk(tree)
        if isinstance(n, nodes) and ast.get_docstring(n)
    }
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in explained
        ):
            yield node.value
        for attribute in ("id", "attr", "arg", "name", "module"):
            if isinstance(name := getattr(node, attribute, None), str):
                yield name


def told_of(words: Iterator[str], names: set[str]) -> set[str]:
    """Return the names that stand in some words, alone or as a part between dots, colons, signs or lines."""
    return {
        part
        for word in words
        for part in re.findall(r"[a-zåäö]+(?:_[a-z]+)*", word.lower())
    } & names


def modules() -> list[Path]:
    """Return the modules of casework, and its migrations from now on."""
    found = []
    for path in (ROOT / "casework").rglob("*.py"):
        is_history = path.parent.name == "migrations" and path.stem[:4].isdigit()
        if not (is_history and int(path.stem[:4]) <= LAST_THAT_NAMES):
            found.append(path)
    return found


def test_casework_names_no_app_above_it() -> None:
    names = names_above()
    found = {
        path.relative_to(ROOT).as_posix(): told_of(words_of(path.read_text()), names)
        for path in modules()
    }

    assert len(found) > 60
    assert {path: named for path, named in found.items() if named} == {}


def test_templates_of_casework_name_no_app_above_it() -> None:
    names = names_above()
    found = []
    for path in (ROOT / "templates" / "casework").rglob("*.*"):
        shown = re.sub(r"{#.*?#}", "", path.read_text(), flags=re.DOTALL)
        found.append((path.name, told_of(iter([shown]), names)))

    assert len(found) > 25
    assert [named for named in found if named[1]] == []


def states_compared(source: str) -> set[str]:
    """Return the states of upper apps that a module compares a state with."""
    compared = re.findall(
        r"\bstate(?:__in)?\s*(?:=|==|!=|in)\s*([\[({]?[^)\n]*)", source
    )
    return {
        word for text in compared for word in re.findall(r"['\"](\w+)['\"]", text)
    } & states_above()


def test_casework_compares_no_state_with_one_of_an_app_above_it() -> None:
    assert states_compared('cases.filter(state__in=["open", "closed"])') == {
        "open",
        "closed",
    }
    assert states_compared('if case.state == "escalated":') == {"escalated"}
    assert [path.name for path in modules() if states_compared(path.read_text())] == []


@pytest.mark.parametrize(
    "planted",
    [
        'Case.objects.filter(subject="lexsarah")',
        "case.deviation.state",
        'redirect("reports:mine")',
        "Q(selfcheck__done_on=None)",
        'import_string("riskanalysis.process.services.nudge")',
        "def of_analysis(): return Subject.ANALYSIS",
        "case.state = 'under_investigation'",
        "RemoveConstraint(model_name='case', name='deviation_known_words')",
    ],
)
def test_a_name_that_is_planted_is_found(planted: str) -> None:
    assert told_of(words_of(planted), names_above())


# --- the database -----------------------------------------------------------------------------
def definition_of(constraint: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s",
            [constraint],
        )
        return str(cursor.fetchone()[0])


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["case", "retention", "tombstone"])
def test_database_knows_the_kinds_there_are(table: str) -> None:
    known = re.findall(r"'(\w+)'", definition_of(f"{table}_known_subject"))

    assert set(known) == {kind.subject for kind in kinds.registered()}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change", [{"circle": ""}, {"subject": "unknown"}, {"circle": "unknown"}]
)
def test_database_refuses_a_case_that_is_read_by_more_or_of_no_kind(
    change: dict[str, str],
) -> None:
    facts = {
        "subject": "lexsarah",
        "circle": "few",
        "title": "x",
        "received_on": "2024-01-01",
    }
    case = LexSarahCase.objects.create(number="LS-1", unit=make_unit("A"), **facts)

    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(**change)


# --- the kinds --------------------------------------------------------------------------------
def test_every_table_of_cases_is_a_kind() -> None:
    children = {model for model in Case.__subclasses__() if not model._meta.abstract}

    assert {kind.model for kind in kinds.registered()} == children
    assert [kind.subject for kind in kinds.registered()] == [
        app for app in UPPER if app != "reports"
    ]


def test_every_circle_has_its_readers_and_handlers() -> None:
    assert set(kinds.circles()) == set(kinds.Circle)
    assert all(
        kinds.handlers_in(circle) <= kinds.readers_in(circle) for circle in kinds.Circle
    )


def test_a_circle_means_the_same_in_every_kind() -> None:
    kind = next(kind for kind in kinds.registered() if kind.circles)
    wider = kinds.CircleRule(frozenset(kinds.Role), frozenset(kinds.Role))

    with pytest.raises(ValueError, match="other people"):
        kinds.register(
            type(kind)(**{**vars(kind), "circles": {kinds.Circle.FEW: wider}})
        )


def test_daily_work_of_every_kind_is_scheduled() -> None:
    scheduled = {entry["task"] for entry in SCHEDULE.values()}
    daily = {task for kind in kinds.registered() for task in kind.daily}

    assert daily
    assert daily <= scheduled & celery_app.tasks.keys()


def test_no_app_adds_to_a_list_of_another_or_listens_to_its_signal() -> None:
    hook = re.compile(
        r"^\w+(?:: [^=\n]+)? = (?:\[\]|set\(\)|Signal\(\))$|\.connect\(", re.MULTILINE
    )
    paths = [path for app in UPPER for path in (ROOT / app).rglob("*.py")]
    paths += [path for path in modules() if path.name != "apps.py"]

    assert hook.search("SEARCHED: list[str] = []")
    assert [path.name for path in paths if hook.search(path.read_text())] == []
