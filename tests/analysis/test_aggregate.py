"""Counting into cells."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from analysis.figures import aggregate
from analysis.models import Cell, TertialClose
from casework.improvement.actions import decide_action
from casework.models import Recount
from lexsarah.models import LexSarahCase, LexSarahReport
from tests.factories import make_deviation, make_unit

pytestmark = pytest.mark.django_db


def counts() -> list[tuple[str, str, str, int]]:
    found = Cell.objects.order_by("unit__code", "basis", "month")
    return [
        (c.unit.code, c.basis, f"{c.month:%Y-%m}", c.count)
        for c in found.select_related("unit")
    ]


def test_refresh_counts_what_was_filed() -> None:
    unit = make_unit("A")
    make_deviation(unit, received_on=dt.date(2024, 3, 31))
    make_deviation(unit, received_on=dt.date(2024, 3, 1))
    aggregate.refresh()

    assert counts() == [("A", "received", "2024-03", 2)]


def test_refresh_counts_moved_case_in_its_new_unit() -> None:
    old, new = make_unit("A"), make_unit("B")
    case = make_deviation(old, received_on=dt.date(2024, 3, 31))
    aggregate.refresh()
    case.unit = new
    case.save(update_fields=["unit"])
    aggregate.refresh()

    assert counts() == [("B", "received", "2024-03", 1)]


def test_refresh_counts_actions_of_moved_case_in_its_new_unit() -> None:
    case = make_deviation(make_unit("A"))
    decide_action(case, text="Ny rutin", decided_on=dt.date(2024, 4, 2), actor=None)
    aggregate.refresh()
    case.unit = make_unit("B")
    case.save(update_fields=["unit"])
    aggregate.refresh()

    actions = Cell.objects.filter(subject="actions")
    assert list(actions.values_list("unit__code", "count")) == [("B", 1)]


def test_refresh_writes_only_cells_that_differ() -> None:
    unit = make_unit("A")
    make_deviation(unit, received_on=dt.date(2024, 2, 1))
    case = make_deviation(unit, received_on=dt.date(2024, 3, 1))
    aggregate.refresh()
    february = Cell.objects.get(month=dt.date(2024, 2, 1)).pk
    case.category = "Sekretess"
    case.save(update_fields=["category"])
    aggregate.refresh()

    assert Cell.objects.get(month=dt.date(2024, 2, 1)).pk == february


def test_refresh_counts_changed_category() -> None:
    case = make_deviation(make_unit("A"), received_on=dt.date(2024, 3, 31))
    aggregate.refresh()
    case.category = "Sekretess"
    case.save(update_fields=["category"])
    aggregate.refresh()

    assert list(Cell.objects.values_list("category", "count")) == [("Sekretess", 1)]


def test_refresh_twice_changes_nothing() -> None:
    make_deviation(make_unit("A"), received_on=dt.date(2024, 3, 31))

    assert [aggregate.refresh(), aggregate.refresh()] == [1, 0]
    assert Recount.objects.count() == 0


def test_refresh_counts_joined_report_for_the_unit_that_made_it() -> None:
    owner, other = make_unit("A"), make_unit("B")
    day = dt.date(2024, 5, 2)
    case = LexSarahCase.objects.create(
        number="LS-1",
        subject="lexsarah",
        circle="few",
        title="Bemötande",
        unit=owner,
        received_on=day,
        type="Bemötande",
    )
    LexSarahReport.objects.create(
        case=case, number="LS-1", unit=owner, received_on=day, description="a"
    )
    LexSarahReport.objects.create(
        case=case, number="LS-2", unit=other, received_on=day, description="b"
    )
    aggregate.refresh()
    case.type = "Röjd sekretess"
    case.save(update_fields=["type"])
    aggregate.refresh()

    assert list(
        Cell.objects.order_by("unit__code").values_list("unit__code", "type")
    ) == [
        ("A", "Röjd sekretess"),
        ("B", "Röjd sekretess"),
    ]


def test_count_all_gives_what_refresh_gives() -> None:
    unit = make_unit("A")
    for day in (1, 15, 28):
        make_deviation(unit, received_on=dt.date(2024, day % 12 + 1, day))
    aggregate.refresh()
    step_by_step = counts()
    aggregate.count()

    assert counts() == step_by_step


def test_close_tertial_notes_what_it_held_once() -> None:
    make_deviation(make_unit("A"), received_on=dt.date(2024, 4, 30))
    make_deviation(make_unit("B"), received_on=dt.date(2024, 5, 1))
    aggregate.refresh()
    for _ in range(2):
        aggregate.close_tertial(2024, 1)

    assert [(t.year, t.number, t.cases) for t in TertialClose.objects.all()] == [
        (2024, 1, 1)
    ]


def test_open_tertials_are_those_that_have_ended() -> None:
    unit = make_unit("A")
    make_deviation(unit, received_on=dt.date(2024, 4, 30))
    make_deviation(unit, received_on=timezone.localdate())
    aggregate.refresh()
    assert aggregate.open_tertials() == [(2024, 1)]
    aggregate.close_tertial(2024, 1)

    assert aggregate.open_tertials() == []
