"""The series of registered log checks counts itself, and what was typed before it did stays."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from casework.database.periods import calendar_year
from organisation.models import Unit, User
from organisation.registers.files import whole_or_nothing
from organisation.rights import Role
from selfcheck.models import SelfCheck, Series, Share
from selfcheck.process.services import take_step
from selfcheck.register.counted import counted_lately
from selfcheck.register.imports import import_series
from selfcheck.register.statistics import shares_by_title
from selfcheck.series.measuring import let_count, measure, trend_of
from tests.factories import make_unit, make_user, signed_in
from tests.municipality import make_selfcheck, make_series

pytestmark = pytest.mark.django_db
# The review of a municipality, "diarieförda loggkontroller" year by year.
TYPED = {"2020": 370, "2021": 453, "2022": 802, "2023": 996, "2024": 1117}


@pytest.fixture
def root() -> Unit:
    return make_unit("A")


@pytest.fixture
def unit(root: Unit) -> Unit:
    return make_unit("B", root)


@pytest.fixture
def head(root: Unit) -> User:
    return make_user("head", (Role.ADMINISTRATION_CHIEF, root))


@pytest.fixture
def year() -> int:
    return timezone.localdate().year


@pytest.fixture
def series(root: Unit, head: User) -> Series:
    """Return the series of the whole administration, with its typed history."""
    made = make_series(
        root, title="Diarieförda loggkontroller", every="year", is_share=False
    )
    values = {period: Share(number, None) for period, number in TYPED.items()}
    measure(made, actor=head, seen_version=0, values=values)
    made.refresh_from_db()
    return made


def a_check(unit: Unit, **facts: Any) -> SelfCheck:
    """Return a log check that goes on, of which nothing is done yet."""
    usual = {"method": "log_check", "state": "ongoing"}
    nothing = dict.fromkeys(("done_on", "met", "reviewed"))
    return make_selfcheck(
        unit, number=f"EK-{uuid4().hex[:8]}", **{**usual, **nothing, **facts}
    )


def register(check: SelfCheck, actor: User) -> SelfCheck:
    """Do a check by hand, and note where it is registered."""
    result = {"finding": "none", "result": "Bra."}
    done = take_step(
        check, "resultat", actor=actor, seen_version=check.version, facts=result
    )
    day = timezone.localdate()
    about = {"system": "Lifecare", "period_from": day, "period_to": day}
    return take_step(
        done,
        "underlag",
        actor=actor,
        seen_version=done.version,
        facts={**about, "registry_number": "ASN-1"},
    )


def counted(series: Series, head: User, first: int) -> Series:
    return let_count(series, actor=head, seen_version=series.version, first_year=first)


def values(series: Series) -> dict[str, int]:
    return dict(series.points.values_list("period", "numerator"))


def test_typed_history_stays_and_the_years_from_then_on_are_counted(
    series: Series, unit: Unit, root: Unit, head: User, year: int
) -> None:
    counted(series, head, year)
    for where in (unit, unit, root):
        register(a_check(where), head)

    assert values(series) == {**TYPED, str(year): 3}
    sums = shares_by_title(root, calendar_year(year))
    assert sums["Diarieförda loggkontroller"] == Share(3, None)


def test_typed_years_are_compared_as_they_were_reported(series: Series) -> None:
    trend = trend_of({point.period: point.share for point in series.points.all()})

    assert trend
    assert trend.words == "1\u00a0117 mot 996 samma perioder 2023"


def test_only_what_is_done_and_registered_below_the_unit_counts(
    series: Series, unit: Unit, head: User, year: int
) -> None:
    today = timezone.localdate()
    done = {"state": "result", "done_on": today, "met": 1, "reviewed": 1}
    a_check(unit, **done)
    a_check(unit, registry_number="1")
    a_check(unit, method="walkthrough", registry_number="2", **done)
    a_check(make_unit("Z"), registry_number="3", **done)
    a_check(unit, registry_number="4", **done)

    counted(series, head, year)

    assert values(series)[str(year)] == 1


def test_each_change_of_the_count_is_told(
    series: Series, unit: Unit, head: User, year: int
) -> None:
    counted(series, head, year)
    check = register(a_check(unit), head)
    take_step(
        check,
        "slutsats",
        actor=head,
        seen_version=check.version,
        facts={"conclusion": "Bra."},
    )

    told = series.changes.filter(period=str(year)).order_by("pk")
    assert list(told.values_list("from_numerator", "to_numerator", "actor")) == [
        (None, 0, head.pk),
        (0, 1, head.pk),
    ]


def test_counted_year_is_not_typed(series: Series, head: User, year: int) -> None:
    counted(series, head, year)
    series.refresh_from_db()

    with pytest.raises(ValidationError, match="räknas av sig självt"):
        measure(
            series,
            actor=head,
            seen_version=series.version,
            values={str(year): Share(5, None)},
        )


def test_typed_year_before_is_still_corrected(
    series: Series, head: User, year: int
) -> None:
    counted(series, head, year)
    series.refresh_from_db()
    fixed = {"2024": Share(1118, None)}
    measure(series, actor=head, seen_version=series.version, values=fixed)

    assert values(series)["2024"] == 1118


@pytest.mark.parametrize("numerator", [0, 5])
def test_file_cannot_change_a_counted_year(
    series: Series, head: User, year: int, numerator: int, tmp_path: Any
) -> None:
    counted(series, head, year)
    path = tmp_path / "series.csv"
    path.write_text(
        "unit;title;period;numerator;denominator\n"
        f"A;Diarieförda loggkontroller;{year};{numerator};\n"
    )

    with whole_or_nothing() as run:
        import_series(path, run)

    assert bool(run.problems) is bool(numerator)


def test_year_with_typed_values_is_not_counted(
    series: Series, head: User, year: int
) -> None:
    typed = {str(year): Share(7, None)}
    measure(series, actor=head, seen_version=series.version, values=typed)
    series.refresh_from_db()

    with pytest.raises(ValidationError, match="Det finns redan"):
        counted(series, head, year)
    assert values(series)[str(year)] == 7


@pytest.mark.parametrize("off", [-2, 1])
def test_only_this_year_or_the_last_begins_the_count(
    off: int, root: Unit, head: User, year: int
) -> None:
    empty = make_series(root, title="Tom", every="year", is_share=False)

    with pytest.raises(ValidationError, match="Välj"):
        counted(empty, head, year + off)


def test_series_of_months_or_shares_does_not_count_itself(
    root: Unit, head: User, year: int
) -> None:
    monthly = make_series(root)

    with pytest.raises(ValidationError):
        counted(monthly, head, year)
    with pytest.raises(IntegrityError), transaction.atomic():
        Series.objects.filter(pk=monthly.pk).update(
            counts="log_checks", counted_from=2026
        )


def test_what_the_count_rests_on_is_not_purged_yet(unit: Unit, year: int) -> None:
    done = {"state": "result", "met": 1, "reviewed": 1, "registry_number": "1"}
    lately = a_check(unit, done_on=dt.date(year - 1, 1, 1), **done)
    a_check(unit, done_on=dt.date(year - 2, 12, 31), **done)

    assert list(counted_lately()) == [lately.pk]


def test_page_lets_a_series_count_itself(series: Series, head: User, year: int) -> None:
    browser = signed_in(head)
    page = "/egenkontroll/matserier/A/1/rakna/"
    assert browser.get(page).status_code == 200
    wrong = browser.post(page, {"first_year": "1999", "seen_version": series.version})
    assert wrong.status_code == 400
    sent = {"first_year": str(year), "seen_version": series.version}
    assert browser.post(page, sent).status_code == 302

    assert (
        "Räknas av sig själv"
        in browser.get("/egenkontroll/matserier/A/1/").content.decode()
    )
