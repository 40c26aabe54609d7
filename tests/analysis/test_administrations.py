"""Two administrations in one installation: neither is measured by what the other reports, or told of it."""

from __future__ import annotations

from copy import deepcopy
from typing import NamedTuple

import pytest
from django.utils import timezone

from analysis.figures import aggregate
from analysis.figures.stored import register_begins
from analysis.models import Kind
from analysis.tertial import signals
from analysis.tertial.key_figures import key_figures
from analysis.unit.over_time import OwnUnit
from casework.database.periods import tertial, tertial_of
from organisation.models import Unit
from tests.factories import make_deviation, make_unit, make_user
from tests.worlds import made_once

SPAN = signals.tertials_before(*tertial_of(timezone.localdate()), 7)
LAST = SPAN[-2]
pytestmark = pytest.mark.django_db


def _report(
    unit: Unit, at: tuple[int, int], category: str, times: int = 1, **facts: object
) -> None:
    for _ in range(times):
        make_deviation(unit, received_on=tertial(*at).first, category=category, **facts)


class Both(NamedTuple):
    """The unit of an administration that began to register in the last tertial, and that of another."""

    ours: Unit
    theirs: Unit


def make_both() -> Both:
    """Make an administration of one unit, and another that has registered other things for years."""
    ours = make_unit("A-1", make_unit("A"))
    _report(
        ours, LAST, "Sekretess", 9, process="Boende", cause_area="Teknik och system"
    )
    theirs = make_unit("B-1", make_unit("B"))
    for at in SPAN[:-1]:
        _report(theirs, at, "Bemötande", 12)
    aggregate.count()
    return Both(ours, theirs)


both = made_once(make_both)


@pytest.fixture
def ours(both: Both) -> Unit:
    return deepcopy(both.ours)


@pytest.fixture
def theirs(both: Both) -> Unit:
    return deepcopy(both.theirs)


def test_find_nothing_concentrated_beside_another_administration(theirs: Unit) -> None:
    assert not [s for s in signals.find(*LAST) if s.kind == Kind.CONCENTRATED]


def test_find_nothing_that_recurs_more_than_in_another_administration(
    theirs: Unit,
) -> None:
    assert not [s for s in signals.find(*LAST) if s.kind == Kind.RECURRING]


def test_find_no_rise_from_before_the_administration_registered_anything(
    ours: Unit, theirs: Unit
) -> None:
    assert not [s for s in signals.find(*LAST) if s.unit_id == ours.pk]


def test_begin_the_register_where_the_administration_did(
    ours: Unit, theirs: Unit
) -> None:
    assert register_begins(ours) == tertial(*LAST).first
    assert register_begins(theirs) == tertial(*SPAN[0]).first
    assert OwnUnit(ours, *LAST, reader=make_user("chef")).begins == tertial(*LAST).first


def test_compare_key_figures_with_nothing_from_before_the_unit_was_there(
    theirs: Unit,
) -> None:
    new = make_unit("B-2", theirs.parent, valid_from=tertial(*LAST).first)
    _report(new, LAST, "Bemötande", 12)
    aggregate.count()
    assert {line.says for line in key_figures(new, *LAST)} == {"inget att jämföra med"}


def test_call_a_tertial_that_goes_on_neither_fewer_nor_the_same(theirs: Unit) -> None:
    told = [
        line
        for line in key_figures(theirs, *SPAN[-1])
        if line.label != "Lex Sarah-rapporter"
    ]
    assert {line.says for line in told} == {"tertialet pågår"}


def test_lex_sarah_that_nobody_has_reported_in_yet_is_not_known(theirs: Unit) -> None:
    (line,) = [
        line
        for line in key_figures(theirs, *SPAN[-1])
        if line.label == "Lex Sarah-rapporter"
    ]
    assert (line.now.count, line.says) == (None, "inget att jämföra med")
