"""Every list's FilterSet: it begins with what its reader may read, and no answer widens it or breaks it."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse

from casework.models import Case, Routine
from organisation.lists.filtersets import ListFilter
from organisation.models import Membership
from tests.covering import each
from tests.hostile import HOSTILE
from tests.municipality import Municipality
from tests.situations import cases_for_a_module
from tests.test_access_cases import PEOPLE

pytestmark = pytest.mark.django_db
Made = tuple[Municipality, dict[str, Case]]
# What a list of a table begins with; a register that everyone reads has no rule.
RULES = {
    "casework.InboxFilter": "visible_to",
    "casework.ActionFilter": "visible_to",
    "lexsarah.RegisterFilter": "handled_by",
    "selfcheck.CheckFilter": "visible_to",
    "selfcheck.SeriesFilter": "visible_to",
    "riskanalysis.AnalysisFilter": "visible_to",
    "casework.RoutineFilter": "",
    "organisation.PeopleFilter": "",
    "audit.EventFilter": "",
}
# Where each stands as a page, and as a file.
LISTS = {
    "casework.InboxFilter": ("casework:inbox", "casework:export"),
    "casework.ActionFilter": ("casework:actions", "casework:actions_export"),
    "lexsarah.RegisterFilter": ("lexsarah:list", "lexsarah:export"),
    "selfcheck.CheckFilter": ("selfcheck:list", "selfcheck:export"),
    "selfcheck.SeriesFilter": ("selfcheck:series_list", ""),
    "riskanalysis.AnalysisFilter": ("riskanalysis:list", "riskanalysis:export"),
    "casework.RoutineFilter": ("casework:routines", "casework:routines_export"),
    "organisation.PeopleFilter": ("organisation:unit", "organisation:people"),
    "audit.EventFilter": ("audit:events", "audit:events_export"),
}
ANSWERS = [*HOSTILE.values(), b"ingen", b"null", b"2024", b"EK"]
# Refused before any view (kvalitet.web.middleware).
ANSWERS = [value for value in ANSWERS if b"\0" not in value]
# Who meets a rule in different ways.
READERS = (
    "staff",
    "reporter",
    "section_chief",
    "quality_controller",
    "lex_investigator",
    "stranger",
)


def found_filters() -> dict[str, type[ListFilter]]:
    """Return every FilterSet that is a list, by app and name."""
    for app in apps.get_app_configs():
        if importlib.util.find_spec(f"{app.name}.filtersets"):
            importlib.import_module(f"{app.name}.filtersets")
    return {
        f"{cls.__module__.partition('.')[0]}.{cls.__name__}": cls
        for cls in _below(ListFilter)
        if cls.readable.__func__ is not ListFilter.readable.__func__  # type: ignore[attr-defined]
    }


def _below(cls: type[ListFilter]) -> Iterator[type[ListFilter]]:
    for inner in cls.__subclasses__():
        yield inner
        yield from _below(inner)


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[Made]:
    with cases_for_a_module(django_db_blocker) as town_and_cases:
        yield town_and_cases


def keys(rows: QuerySet[Any]) -> set[int]:
    return set(rows.order_by().values_list("pk", flat=True))


def address(page: str, town: Municipality, *more: str) -> str:
    return reverse(
        page,
        args=[*([town.own.code] if page.startswith("organisation:") else []), *more],
    )


def test_every_list_is_named_here() -> None:
    assert found_filters().keys() == RULES.keys() == LISTS.keys()


@pytest.mark.parametrize("name", RULES)
def test_no_other_rows_can_be_handed_in(name: str) -> None:
    taken = inspect.signature(found_filters()[name]).parameters

    assert not {"queryset", "request"} & taken.keys()
    assert "user" in taken


@pytest.mark.parametrize("name", [name for name, rule in RULES.items() if rule])
def test_list_begins_with_what_its_reader_may_read(name: str, made: Made) -> None:
    filter_class = found_filters()[name]
    model = filter_class.readable(made[0].people["section_chief"]).model
    for who in READERS:
        person = made[0].people[who]
        may_read = keys(getattr(model.objects, RULES[name])(person))
        assert keys(filter_class(QueryDict(), user=person).qs) == may_read


def test_registers_are_those_that_everyone_in_the_role_reads(made: Made) -> None:
    people, of = made[0].people, found_filters()

    assert keys(of["casework.RoutineFilter"].readable(people["staff"])) == set()
    assert keys(of["casework.RoutineFilter"].readable(people["stranger"])) == keys(
        Routine.objects.all()
    )
    assert keys(of["organisation.PeopleFilter"].readable(people["staff"])) == keys(
        Membership.objects.valid()
    )


@pytest.mark.parametrize(
    "name", [name for name in RULES if name != "organisation.PeopleFilter"]
)
def test_nobody_and_the_deactivated_read_nothing(name: str, made: Made) -> None:
    for who in (AnonymousUser(), made[0].people["deactivated"]):
        assert keys(found_filters()[name].readable(who)) == set()  # type: ignore[arg-type]


@pytest.mark.parametrize("turn", each(12, range(12)))
@pytest.mark.parametrize("name", RULES)
def test_no_answer_widens_a_list_or_breaks_it(name: str, turn: int, made: Made) -> None:
    """Each answer in a twelfth of the fields of each list, and in each what a database cannot take."""
    filter_class, person = found_filters()[name], made[0].people["section_chief"]
    may_read = keys(filter_class.readable(person))
    for place, field in enumerate(filter_class.base_filters):
        for value in {*ANSWERS[(place + turn) % 12 :: 12], HOSTILE["huge number"]}:
            query = QueryDict(mutable=True)
            query[field] = value.decode(errors="replace")
            assert keys(filter_class(query, user=person).qs) <= may_read, (
                field,
                value[:30],
            )


@pytest.mark.parametrize("name", RULES)
def test_answer_that_cannot_be_used_is_said_beside_the_list_and_its_files(
    name: str, made: Made
) -> None:
    town, _ = made
    page, file = LISTS[name]
    whole = town.answer(
        "quality_controller", "get", address(page, town)
    ).content.decode()
    fields = found_filters()[name].base_filters
    text = town.answer(
        "quality_controller",
        "get",
        address(page, town),
        **dict.fromkeys(fields, "x" * 101),
    ).content.decode()

    assert text.count('<p class="error">') == len(fields)
    assert text.count("<tr>") == whole.count("<tr>")
    for kind in ("xlsx", "csv") if file else ():
        assert f'href="{address(file, town, kind)}?' in whole


@pytest.mark.parametrize(
    "short", [pytest.param("sect", marks=pytest.mark.every), "rep"]
)
@pytest.mark.parametrize("name", [name for name, (_, file) in LISTS.items() if file])
def test_list_offers_its_files_and_keeps_the_filter(
    name: str, short: str, made: Made
) -> None:
    town, _ = made
    page, file = LISTS[name]
    query = {"visa": "oppna"} if page == "casework:inbox" else {}
    answer = town.answer(PEOPLE[short], "get", address(page, town), **query)
    if answer.status_code != 200 or "<table" not in (text := answer.content.decode()):
        return
    for kind in ("xlsx", "csv"):
        assert f'href="{address(file, town, kind)}?' in text
