"""The table of rights: it says everything about who may what, and all that asks, asks it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import get_resolver

from kvalitet.management.commands.write_processes import PROCESSES
from kvalitet.web.context import MENU
from organisation.access import (
    SignedInRequest,
    administrations_for,
    may,
    right_required,
    units_for,
)
from organisation.management.commands.write_rights import AREAS, PATH, document
from organisation.models import User
from organisation.rights import Reach, Right, Role
from tests.factories import make_unit, make_user
from tests.test_access import LOOKED_AT, PEOPLE, WRITTEN_TO
from tests.test_house import ROOT, modules, tree_of

TABLE = Path("organisation/rights.py")
GROUPS = {"CHIEFS", "SENIORS", "ANALYSTS"}
# Words of their own in other lists: who reported, whose reading is checked.
ALSO_OTHER_WORDS = {Role.STAFF}


WORDS = {"Role", "Right", *GROUPS, *Role.values} - ALSO_OTHER_WORDS


@cache
def code() -> list[tuple[Path, ast.AST]]:
    """Return each place in the product that may name a role, a right or a group, with its module."""
    paths = [path for path in modules() if not path.name.startswith("scenario")]
    naming = [path for path in paths if any(word in path.read_text() for word in WORDS)]
    return [
        (path.relative_to(ROOT), node)
        for path in naming
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute | ast.ImportFrom | ast.Constant)
    ]


def _rights(patterns: list[Any], namespace: str = "") -> Iterator[tuple[str, Right]]:
    """Yield the name of each page that takes a right, and the right."""
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            yield from _rights(
                pattern.url_patterns,
                f"{pattern.namespace}:" if pattern.namespace else namespace,
            )
        elif right := getattr(pattern.callback, "right", None):
            yield f"{namespace}{pattern.name}", right


RIGHT_OF = dict(_rights(get_resolver().url_patterns))


# --- nothing about who may what stands elsewhere ------------------------------------------------
def test_no_module_but_the_table_names_a_role() -> None:
    named = {
        (path, node.attr)
        for path, node in code()
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "Role"
        and node.attr in Role.names
    }

    assert {path for path, _ in named} <= {TABLE}


def test_no_module_but_the_table_names_a_group_of_roles() -> None:
    imported = {
        path
        for path, node in code()
        if isinstance(node, ast.ImportFrom)
        and GROUPS & {alias.name for alias in node.names}
    }

    assert imported == set()


def test_no_module_but_the_table_types_a_role_as_a_word() -> None:
    typed = {
        path
        for path, node in code()
        if isinstance(node, ast.Constant)
        and node.value in set(Role.values) - ALSO_OTHER_WORDS
    }

    assert typed <= {TABLE, Path("demo/management/commands/demo.py")}


def test_every_right_is_asked_for() -> None:
    asked = {
        node.attr
        for path, node in code()
        if path != TABLE
        and isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "Right"
    }

    assert asked - {"roles"} == set(Right.__members__)


def test_document_of_the_rights_is_current() -> None:
    assert PATH.read_text(encoding="utf-8") == document(), "run manage.py write_rights"
    assert {right.area for right in Right} == set(AREAS)


def test_every_role_may_work_and_every_right_is_somebodys() -> None:
    assert Right.ORGANISATION_WORK.roles == set(Role)
    assert [right for right in Right if not right.roles] == []


# --- who asks it ------------------------------------------------------------------------------
@pytest.mark.parametrize("title", PROCESSES)
def test_every_step_names_a_right_of_its_process_or_is_the_products(title: str) -> None:
    process = PROCESSES[title]
    area = process.model._meta.app_label
    by_people = [each for each in process.table if not getattr(each, "system", False)]

    assert [
        each.name for each in by_people if each.right is None or each.right.area != area
    ] == []
    assert [
        each.name for each in process.table if each not in by_people and each.right
    ] == []


def test_menu_leads_nobody_to_a_page_that_is_closed_to_the_role() -> None:
    limited = [place for place in MENU if place.url_name in RIGHT_OF]
    wrong = [
        place.label
        for place in limited
        if not _roles(place.right) <= RIGHT_OF[place.url_name].roles
    ]

    assert len(limited) >= 4
    assert wrong == []


def _roles(right: Right | None) -> frozenset[Role]:
    return right.roles if right else frozenset(Role)


def test_pages_answer_those_alone_who_have_the_right() -> None:
    """The table of pages and people is written by hand: here it is held against the table of rights."""
    rows = [
        (page, row) for table in (LOOKED_AT, WRITTEN_TO) for page, row in table.items()
    ]
    wrong = [
        (page, role)
        for page, row in rows
        for short, role in PEOPLE.items()
        if page in RIGHT_OF and role in set(Role.values) - RIGHT_OF[page].roles
        if row[short] not in {404, 405}
    ]

    assert len(RIGHT_OF) >= 20
    assert wrong == []


# --- what is answered -------------------------------------------------------------------------
@pytest.mark.django_db
def test_right_over_a_unit_counts_for_it_and_all_below() -> None:
    root = make_unit("A")
    own, beside = make_unit("B", root), make_unit("C", root)
    below = make_unit("D", own)
    chief = make_user("chief", (Role.UNIT_CHIEF, own))

    answers = [
        may(chief, Right.CASES_ASSIGN, unit) for unit in (root, own, below, beside)
    ]

    assert answers == [False, True, True, False]
    assert list(units_for(chief, Right.CASES_ASSIGN)) == [own, below]
    assert may(chief, Right.CASES_ASSIGN)
    assert not may(chief, Right.DEVIATIONS_REOPEN)


@pytest.mark.django_db
def test_right_over_a_whole_administration_counts_only_at_the_top() -> None:
    root = make_unit("A")
    part = make_unit("B", root)
    whole = make_user("whole", (Role.QUALITY_CONTROLLER, root))
    partly = make_user("partly", (Role.QUALITY_CONTROLLER, part))

    answers = [may(person, Right.SELFCHECK_PUBLISH) for person in (whole, partly)]

    assert Right.SELFCHECK_PUBLISH.reach is Reach.WHOLE
    assert answers == [True, False]
    assert may(whole, Right.SELFCHECK_PUBLISH, part)
    assert not may(whole, Right.SELFCHECK_PUBLISH, make_unit("X"))
    assert not units_for(partly, Right.SELFCHECK_PUBLISH).exists()
    assert list(administrations_for(whole, Right.SELFCHECK_PUBLISH)) == [root]
    assert not administrations_for(partly, Right.SELFCHECK_PUBLISH).exists()


@pytest.mark.django_db
def test_right_anywhere_counts_over_every_unit() -> None:
    author = make_user("author", (Role.SECTION_CHIEF, make_unit("A")))

    assert Right.REPORTS_WRITE_SECTION.reach is Reach.ANYWHERE
    assert may(author, Right.REPORTS_WRITE_SECTION, make_unit("B"))


@pytest.mark.django_db
def test_view_of_a_right_does_not_exist_for_others() -> None:
    unit = make_unit()

    @right_required(Right.CASES_ASSIGN)
    def page(_request: HttpRequest) -> HttpResponse:
        return HttpResponse("ja")

    assert (
        page(_request_of(make_user("chief", (Role.UNIT_CHIEF, unit)))).content == b"ja"
    )
    with pytest.raises(Http404):
        page(_request_of(make_user("staff", (Role.STAFF, unit))))


def _request_of(user: User) -> SignedInRequest:
    request = RequestFactory().get("/")
    request.user = user
    return request  # type: ignore[return-value]
