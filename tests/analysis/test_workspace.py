"""The workspace of a tertial: every number opens its rows, and those who read no cases do not see it."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries  # type: ignore[attr-defined]

from analysis.figures import aggregate
from analysis.models import Signal
from analysis.tertial import compiling, overview, services
from analysis.tertial.overview import (
    bars,
    findings,
    heat,
    rows_of,
    shown_analyses,
    silent_units,
    units_of,
)
from analysis.tertial.scope import Scope
from casework.database.periods import tertial, tertial_of, tertials_before
from organisation.models import Unit, User
from organisation.rights import Role
from tests.analysis.walking import numbers_of, walk
from tests.factories import make_deviation, make_unit, make_user
from tests.municipality import make_analysis, make_pattern
from tests.worlds import made_once

LAST = tertials_before(*tertial_of(timezone.localdate()), 1)[0]
pytestmark = pytest.mark.django_db


@dataclass
class Town:
    """A department with a loud unit and a silent one, and the planning officer who compiles for it."""

    root: Unit
    loud: Unit
    silent: Unit
    planner: User

    @property
    def scope(self) -> Scope:
        return Scope(self.root, *LAST)


def make_town() -> Town:
    root = make_unit("F")
    loud, silent = make_unit("F-1", root), make_unit("F-2", root)
    planner = make_user("planerare", (Role.PLANNING_OFFICER, root))
    for at in tertials_before(*LAST, 6):
        _report(loud, at, "Bemötande", cause_area="Kunskap och kompetens")
    for _ in range(9):
        _report(
            loud, LAST, "Sekretess", process="Boende", cause_area="Teknik och system"
        )
    _report(loud, LAST, "")
    aggregate.count()
    compiling.look(*LAST)
    return Town(root, loud, silent, planner)


town_once = made_once(make_town)


@pytest.fixture
def town(town_once: Town) -> Town:
    return deepcopy(town_once)


def _report(unit: Unit, at: tuple[int, int], category: str, **facts: Any) -> None:
    make_deviation(unit, received_on=tertial(*at).first, category=category, **facts)


def _page(user: User, **asked: object) -> Any:
    browser = Client()
    browser.force_login(user)
    year, number = LAST
    return browser.get(
        "/analys/", {"unit": "F", "year": year, "tertial": number, **asked}
    )


def test_show_opens_the_rows_of_every_number(town: Town) -> None:
    browser = Client()
    browser.force_login(town.planner)
    year, number = LAST
    found = walk(browser, f"/analys/?unit=F&year={year}&tertial={number}")
    assert len(found) >= 8
    assert [(said, count, link) for said, count, link in found if said != count] == []


def test_show_before_the_analyses_are_open_names_the_pattern_and_offers_to_open(
    town: Town,
) -> None:
    text = _page(town.planner).content.decode()
    assert "9 mot väntat 0" in text
    assert "Öppna enheternas analyser" in text


def test_show_links_to_patterns_and_tells_who_is_left(town: Town) -> None:
    services.open_analyses(*LAST)
    text = _page(town.planner).content.decode()
    assert "/monster/1/" in text
    assert "0 av 3 är klara" in text
    assert "Väntar på chefen" in text


def test_show_to_the_board_secretary_is_404(town: Town) -> None:
    assert (
        _page(make_user("sekreterare", (Role.BOARD_SECRETARY, town.root))).status_code
        == 404
    )


def test_show_to_a_stranger_is_404(town: Town) -> None:
    assert _page(make_user("medarbetare", (Role.STAFF, town.loud))).status_code == 404


def test_show_opens_the_second_page_of_what_is_shown_first(town: Town) -> None:
    for number in range(30):
        make_unit(f"F-9{number:02d}", town.root)
    client = Client()
    client.force_login(town.planner)
    assert "?page=2" in client.get("/analys/").content.decode()
    assert "Visar 26–" in client.get("/analys/?page=2").content.decode()


def test_show_says_of_what_the_register_does_not_know_that_it_is_missing(
    town: Town,
) -> None:
    page = _page(town.planner).content.decode()
    assert 'href=""' not in page
    assert "Uppgift saknas" in page


def test_show_of_another_unit_is_refused(town: Town) -> None:
    make_unit("G")
    assert _page(town.planner, unit="G").status_code == 400


@pytest.mark.parametrize(
    "asked", [{"tertial": "4"}, {"year": "hej"}, {"tertial": ""}, {"unit": "\x00"}]
)
def test_show_with_bad_input_says_what_to_do(town: Town, asked: dict[str, str]) -> None:
    assert _page(town.planner, **asked).status_code == 400


def test_show_asks_as_much_of_many_units_as_of_few(
    town: Town, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(12):
        unit = make_unit(f"F-1-{n}", town.root)
        for _ in range(4):
            _report(unit, LAST, "Samordning")
    aggregate.count()
    compiling.look(*LAST)
    services.open_analyses(*LAST)
    with django_assert_max_num_queries(57):
        _page(town.planner)


def test_findings_shows_the_first_units_and_counts_the_rest(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make_unit("F-3", town.root)
    for at in tertials_before(*LAST, 6):
        _report(other, at, "Bemötande")
    for _ in range(9):
        _report(other, LAST, "Sekretess")
    aggregate.count()
    compiling.look(*LAST)
    whole = findings(town.scope, town.planner)
    monkeypatch.setattr(overview, "MOST_UNITS", 1)
    found = findings(town.scope, town.planner)
    assert ({of_unit.unit for of_unit in whole.units}, whole.more) == (
        {town.loud, other},
        0,
    )
    assert (len(found.units), found.more, found.left) == (1, 1, whole.left)
    assert "1 enhet till har" in _page(town.planner).content.decode()


@pytest.mark.parametrize("opens", [True, False])
def test_findings_shows_what_nobody_has_judged_before_what_is(
    town: Town, monkeypatch: pytest.MonkeyPatch, opens: bool
) -> None:
    late = make_unit("Z", town.root)
    for unit in (town.loud, town.silent, *([late] if opens else [])):
        case = make_analysis(
            unit, number=f"TA-{unit.code}", year=LAST[0], tertial=LAST[1]
        )
        said = {"verdict": "no_action", "assessment": "Nej.", "judged_by": town.planner}
        judged = {**said, "judged_at": timezone.now()} if unit != late else {}
        make_pattern(case, chance=0.01 if unit == late else 0.000_1, **judged)
    if not opens:
        found = {
            "kind": "rise",
            "level": "pattern",
            "category": "Sekretess",
            "count": 7,
            "chance": 0.01,
        }
        more = {"before": 2, "periods": 6, "parameters": {}}
        Signal.objects.create(unit=late, year=LAST[0], tertial=LAST[1], **found, **more)
    monkeypatch.setattr(overview, "MOST_UNITS", 1)
    found_there = findings(town.scope, town.planner)
    assert ([of_unit.unit for of_unit in found_there.units], found_there.left) == (
        [late],
        1,
    )


def test_shown_analyses_of_many_that_are_all_done_are_the_first(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = {
        "state": "done",
        "chief_note": "Sett.",
        "conclusion": "Klart.",
        "closed_on": timezone.localdate(),
    }
    for unit in (town.root, town.loud, town.silent):
        make_analysis(
            unit, number=f"TA-{unit.code}", year=LAST[0], tertial=LAST[1], **done
        )
    monkeypatch.setattr(overview, "MOST_ANALYSES", 2)
    assert [case.about for case in shown_analyses(town.scope, town.planner, 3)] == [
        town.root,
        town.loud,
    ]
    page = _page(town.planner).content.decode()
    assert "Visa de första</summary>" in page


def test_shown_analyses_of_many_are_the_first_that_are_not_done(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.open_analyses(*LAST)
    monkeypatch.setattr(overview, "MOST_ANALYSES", 2)
    assert len(shown_analyses(town.scope, town.planner, 3)) == 2
    assert "Visa de första som inte är klara" in _page(town.planner).content.decode()


def test_heat_puts_the_commonest_category_first_and_flags_the_pattern(
    town: Town,
) -> None:
    found = heat(town.scope, units_of(town.scope))
    assert found.categories == ["Sekretess", "Bemötande", "Inte angivet"]
    cell = found.rows[0].cells[0]
    assert (cell.count, cell.shade, cell.flag) == (9, 4, "mönster")


def test_heat_rows_make_the_sum_of_every_column(town: Town) -> None:
    for n in range(12):
        _report(town.root, LAST, f"Ovanlig {n}")
    _report(town.root, LAST, "Sekretess")
    aggregate.count()
    found = heat(town.scope, rows_of(town.scope, units_of(town.scope)))
    assert [row.name for row in found.rows] == [
        "Direkt på Enhet F",
        "Enhet F-1",
        "Enhet F-2",
    ]
    columns = list(zip(*(row.cells for row in found.rows), strict=True))
    assert [sum(cell.count for cell in column) for column in columns] == [
        c.count for c in found.total.cells
    ]
    assert sum(row.total for row in found.rows) == found.total.total == 24


def test_heat_row_of_a_department_opens_what_lies_on_itself(town: Town) -> None:
    _report(town.root, LAST, "Sekretess")
    aggregate.count()
    browser = Client()
    browser.force_login(town.planner)
    page = browser.get(
        f"/analys/?unit=F&year={LAST[0]}&tertial={LAST[1]}"
    ).content.decode()
    links = [(said, link) for said, link in numbers_of(page) if "bara-enheten" in link]
    assert [said for said, _ in links] == [1, 1]
    assert all(
        'data-number="1"' in browser.get(link).content.decode() for _, link in links
    )


def test_heat_gathers_rare_categories(town: Town) -> None:
    for n in range(9):
        _report(town.loud, LAST, f"Ovanlig {n}")
    aggregate.count()
    found = heat(town.scope, units_of(town.scope))
    assert found.categories[-1] == "Övriga"
    assert sum(cell.count for cell in found.rows[0].cells) == found.rows[0].total == 20


def test_bars_add_up_to_all_and_count_what_is_missing(town: Town) -> None:
    found, missing = bars(town.scope, "cause_area")
    assert [(bar.name, bar.count, bar.so_far) for bar in found] == [
        ("Teknik och system", 9, 90),
        ("Kunskap och kompetens", 1, 100),
    ]
    assert missing == 1


def test_silent_units_are_those_that_reported_nothing(town: Town) -> None:
    assert silent_units(town.scope, units_of(town.scope)) == [town.silent]
