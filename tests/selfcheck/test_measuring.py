"""Measurement series: shares are derived, values that cannot be are refused, and every change is kept."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from casework.database.periods import calendar_year
from casework.process.workflow import StepRefusedError, TooLateError
from organisation.models import Unit, User
from organisation.rights import Role
from selfcheck.models import Measurement, MeasurementChange, SelfCheck, Series, Share
from selfcheck.process.services import begin, take_step
from selfcheck.register.statistics import shares_by_title
from selfcheck.series.measuring import (
    cited_by,
    describe_series,
    measure,
    start_series,
    summed,
    trend_of,
)
from tests.factories import make_unit, make_user, signed_in
from tests.municipality import make_selfcheck, make_series

pytestmark = pytest.mark.django_db
FACTS = {
    "title": "Försenade utredningar",
    "is_share": True,
    "every": "month",
    "counted": "utredningar över fyra månader",
    "whole": "inledda utredningar",
    "source": "",
    "process": "",
}
# Investigations of children that took more than four months, of those begun in the month (document 002,
# table 1), with the share that was printed and the share that the numbers give where they differ.
PRINTED = """
2024-01 125 406 31
2024-02 142 500 28
2024-03 157 530 24 30
2024-04 153 550 28
2024-05 158 539 29
2024-06 127 416 31
2025-01 107 531 20
2025-02 128 529 24
2025-03 117 552 21
2025-04 155 643 24
2025-05 144 577 22 25
2025-06 122 533 22 23
"""
ROWS = [[*line.split()] for line in PRINTED.split("\n") if line]
POINTS = {period: Share(int(part), int(of)) for period, part, of, *_ in ROWS}


@pytest.fixture
def unit() -> Unit:
    return make_unit("B", make_unit("A"))


@pytest.fixture
def chief(unit: Unit) -> User:
    return make_user("chief", (Role.SECTION_CHIEF, unit))


@pytest.fixture
def series(unit: Unit) -> Series:
    return make_series(unit)


@pytest.fixture
def browser(chief: User) -> Client:
    client = Client()
    client.force_login(chief)
    return client


def give(series: Series, chief: User, **values: Share | None) -> int:
    """Give values by month, as m01=Share(...)."""
    series.refresh_from_db()
    said = {f"2024-{name[1:]}": share for name, share in values.items()}
    return measure(series, actor=chief, seen_version=series.version, values=said)


def a_check(unit: Unit, chief: User, **facts: Any) -> SelfCheck:
    """Return a check by a measurement series that has begun."""
    about = {
        "unit": unit,
        "title": "I tid",
        "workplace": "Mottagningen",
        "method": "measurement_series",
    }
    about |= {"planned_on": timezone.localdate(), **facts}
    case = begin(actor=chief, form_token=uuid4(), facts=about)
    return take_step(case, "borja", actor=chief, seen_version=case.version, facts={})


# --- the published table ----------------------------------------------------------------------
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_share_of_the_published_table_is_what_its_numbers_give(row: list[str]) -> None:
    period, *_, right = row

    assert POINTS[period].percent == int(right)


def test_sum_of_the_published_half_year_is_23_per_cent() -> None:
    half = summed(
        share for period, share in POINTS.items() if period.startswith("2025")
    )

    assert half is not None
    assert half.words == "773 av 3\u00a0365, 23 %"


def test_trend_of_the_published_table_is_certainly_lower() -> None:
    trend = trend_of(POINTS)

    assert trend is not None
    assert trend.words == "Lägre än samma perioder 2024: 23 mot 29 %"


# --- what a trend claims ----------------------------------------------------------------------
@pytest.mark.parametrize(
    ("then", "now", "words"),
    [
        (
            Share(5, 10),
            Share(6, 10),
            "Ingen säker skillnad mot samma perioder 2023: 60 mot 50 %",
        ),
        (Share(10, 100), Share(60, 100), "Högre än samma perioder 2023: 60 mot 10 %"),
        (Share(370, None), Share(453, None), "453 mot 370 samma perioder 2023"),
        (Share(0, 0), Share(1, 2), "1 av 2, 50 % mot 0 av 0 samma perioder 2023"),
    ],
)
def test_trend_claims_no_more_than_the_numbers_bear(
    then: Share, now: Share, words: str
) -> None:
    trend = trend_of({"2023": then, "2024": now})

    assert trend is not None
    assert trend.words == words


def test_trend_compares_only_months_measured_both_years() -> None:
    points = {"2023-01": Share(1, 10), "2024-01": Share(2, 10), "2024-02": Share(9, 10)}
    trend = trend_of(points)

    assert trend is not None
    assert trend.now == Share(2, 10)


@pytest.mark.parametrize("points", [{}, {"2024-01": Share(1, 2)}])
def test_trend_without_a_year_before_is_nothing(points: dict[str, Share]) -> None:
    assert trend_of(points) is None


# --- giving values ----------------------------------------------------------------------------
def test_measure_stores_the_numbers_and_who_gave_them(
    series: Series, chief: User
) -> None:
    give(series, chief, m03=Share(157, 530))

    assert Measurement.objects.get().percent == 30
    assert MeasurementChange.objects.get().actor == chief


def test_measure_again_keeps_what_was_there_before(series: Series, chief: User) -> None:
    give(series, chief, m03=Share(127, 530))
    give(series, chief, m03=Share(157, 530))
    newest = series.changes.first()

    assert newest is not None
    assert (newest.before, newest.after) == (Share(127, 530), Share(157, 530))


def test_measure_nothing_removes_the_value_and_keeps_that_it_was_there(
    series: Series, chief: User
) -> None:
    give(series, chief, m03=Share(157, 530))
    give(series, chief, m03=None)
    newest = series.changes.first()

    assert not series.points.exists()
    assert newest is not None
    assert (newest.before, newest.after) == (Share(157, 530), None)


def test_measure_the_same_twice_is_once(series: Series, chief: User) -> None:
    values = {"2024-03": Share(157, 530)}
    for _ in range(2):  # the second form is as old as the first
        measure(series, actor=chief, seen_version=0, values=values)

    assert series.changes.count() == 1


def test_measure_after_another_is_too_late(series: Series, chief: User) -> None:
    give(series, chief, m03=Share(157, 530))

    with pytest.raises(TooLateError):
        measure(series, actor=chief, seen_version=0, values={"2024-03": Share(1, 2)})


@pytest.mark.parametrize(
    ("is_share", "period", "said"),
    [
        (True, "2024-03", Share(531, 530)),
        (True, "2024-03", Share(5, None)),
        (False, "2024-03", Share(5, 10)),
        (True, "2199-01", Share(1, 2)),
    ],
)
def test_measure_what_cannot_be_changes_nothing(
    is_share: bool, period: str, said: Share, unit: Unit, chief: User
) -> None:
    series = make_series(unit, is_share=is_share)
    good = Share(1, 2 if is_share else None)
    with pytest.raises(ValidationError):
        measure(
            series, actor=chief, seen_version=0, values={"2024-01": good, period: said}
        )

    assert not Measurement.objects.exists()


def test_measure_in_another_unit_is_refused(unit: Unit, chief: User) -> None:
    with pytest.raises(StepRefusedError):
        measure(
            make_series(unit.parent),
            actor=chief,
            seen_version=0,
            values={"2024-01": Share(1, 2)},
        )


def test_change_of_a_value_is_never_changed(series: Series, chief: User) -> None:
    give(series, chief, m03=Share(157, 530))

    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        MeasurementChange.objects.update(to_numerator=1)


# --- a series ---------------------------------------------------------------------------------
def test_start_series_twice_is_one(unit: Unit, chief: User) -> None:
    first, second = (
        start_series(actor=chief, unit=unit, facts=FACTS) for _ in range(2)
    )

    assert first == second


def test_start_series_of_a_taken_name_is_refused(unit: Unit, chief: User) -> None:
    start_series(actor=chief, unit=unit, facts=FACTS)

    with pytest.raises(ValidationError):
        start_series(actor=chief, unit=unit, facts={**FACTS, "every": "year"})


def test_start_series_in_a_unit_that_has_ended_is_refused(chief: User) -> None:
    ended = make_unit("C", Unit.objects.get(code="B"), valid_to=dt.date(2024, 1, 1))

    with pytest.raises(StepRefusedError):
        start_series(actor=chief, unit=ended, facts=FACTS)


def test_describe_series_keeps_its_kind_once_it_has_values(
    series: Series, chief: User
) -> None:
    give(series, chief, m03=Share(157, 530))

    with pytest.raises(ValidationError):
        describe_series(series, actor=chief, seen_version=1, facts={"is_share": False})


def test_describe_series_after_another_is_too_late(series: Series, chief: User) -> None:
    describe_series(series, actor=chief, seen_version=0, facts={"source": "Treserva"})

    with pytest.raises(TooLateError):
        describe_series(
            series, actor=chief, seen_version=0, facts={"source": "Procapita"}
        )


def test_statistics_sum_parts_over_wholes(
    series: Series, chief: User, unit: Unit
) -> None:
    give(series, chief, m01=Share(1, 10), m02=Share(9, 10))

    assert shares_by_title(unit, calendar_year(2024)) == {series.title: Share(10, 20)}


# --- a check by a series ----------------------------------------------------------------------
def test_check_cites_the_period_of_its_series(
    series: Series, chief: User, unit: Unit
) -> None:
    give(series, chief, m02=Share(1, 2), m03=Share(157, 530))
    case = a_check(unit, chief)
    facts = {
        "series": series,
        "period_from": dt.date(2024, 3, 1),
        "period_to": dt.date(2024, 3, 31),
    }
    case = take_step(
        case, "underlag", actor=chief, seen_version=case.version, facts=facts
    )
    cited = cited_by(case)

    assert cited is not None
    assert cited.words == "Utredningar i tid, mars 2024: 157 av 530, 30 %."


def test_check_cites_only_whole_years(unit: Unit) -> None:
    series = make_series(unit, every="year", is_share=False)
    for year in (2022, 2023, 2024):
        Measurement.objects.create(series=series, period=str(year), numerator=10)
    days = {"period_from": dt.date(2022, 3, 1), "period_to": dt.date(2023, 12, 31)}
    cited = cited_by(SelfCheck(series=series, unit=unit, **days))

    assert cited is not None
    assert cited.words == "Utredningar i tid, 2023: 10."


def test_result_form_suggests_what_the_series_says(
    series: Series, chief: User, unit: Unit, browser: Client
) -> None:
    give(series, chief, m03=Share(157, 530))
    case = a_check(unit, chief)
    sent = {
        "series": series.pk,
        "period_from": "2024-03",
        "period_to": "2024-03",
        "seen_version": case.version,
    }
    browser.post(f"/egenkontroll/{case.number}/underlag/", sent)

    assert (
        "157 av 530, 30 %."
        in browser.get(f"/egenkontroll/{case.number}/resultat/").content.decode()
    )


@pytest.mark.parametrize("month", ["2024-13", "mars", "1024-03"])
def test_month_that_is_none_is_asked_for_again(
    month: str, series: Series, chief: User, unit: Unit, browser: Client
) -> None:
    case = a_check(unit, chief)
    sent = {
        "series": series.pk,
        "period_from": month,
        "period_to": "2024-03",
        "seen_version": case.version,
    }
    answer = browser.post(f"/egenkontroll/{case.number}/underlag/", sent)

    assert answer.status_code == 400
    assert "till exempel 2026-03" in answer.content.decode()


def test_series_started_from_a_check_is_its_own(
    chief: User, unit: Unit, browser: Client
) -> None:
    case = a_check(unit, chief)
    sent = {**FACTS, "unit": unit.code, "is_share": "True", "seen_version": 0}
    answer = browser.post(
        f"/egenkontroll/matserier/ny/?egenkontroll={case.number}", sent
    )
    case.refresh_from_db()

    assert (
        answer.headers["Location"]
        == f"/egenkontroll/matserier/B/1/{timezone.localdate().year}/"
    )
    assert case.series == Series.objects.get()


def test_series_for_a_check_of_another_unit_is_not_there(
    browser: Client, unit: Unit
) -> None:
    make_selfcheck(unit.parent, number="A-1", method="measurement_series")

    address = "/egenkontroll/matserier/ny/?egenkontroll=A-1"
    assert browser.get(address).status_code == 404


# --- the pages --------------------------------------------------------------------------------
def test_list_derives_the_share_of_the_last_value(
    series: Series, chief: User, browser: Client
) -> None:
    give(series, chief, m03=Share(1, 3))

    assert "33 %" in browser.get("/egenkontroll/matserier/").content.decode()


def test_list_and_page_of_a_share_of_nothing_are_answered(
    series: Series, chief: User, browser: Client
) -> None:
    give(series, chief, m03=Share(0, 0))

    for page in ("/egenkontroll/matserier/", "/egenkontroll/matserier/B/1/"):
        assert browser.get(page).status_code == 200


def test_list_shows_series_of_the_own_units_only(unit: Unit, browser: Client) -> None:
    make_series(unit.parent, title="Grannens")

    assert "Grannens" not in browser.get("/egenkontroll/matserier/").content.decode()
    assert browser.get("/egenkontroll/matserier/A/1/").status_code == 404


def test_series_shows_every_change_of_its_values(
    series: Series, chief: User, browser: Client
) -> None:
    MeasurementChange.objects.bulk_create(
        MeasurementChange(
            series=series,
            period="2024-01",
            actor=chief,
            from_numerator=n,
            to_numerator=n + 1,
        )
        for n in range(1_000, 1_060)
    )
    text = browser.get("/egenkontroll/matserier/B/1/").content.decode()

    assert text.count("<br><span") == 60


def test_list_asks_as_much_however_many_series_there_are(
    unit: Unit, browser: Client, django_assert_max_num_queries: Any
) -> None:
    for n in range(20):
        made = make_series(unit, title=f"Serie {n}")
        Measurement.objects.create(
            series=made, period="2024-01", numerator=1, denominator=2
        )

    with django_assert_max_num_queries(16):
        browser.get("/egenkontroll/matserier/")


def test_form_of_a_year_holds_its_months_with_what_is_stored(
    series: Series, chief: User, browser: Client
) -> None:
    give(series, chief, m03=Share(157, 530))
    text = browser.get("/egenkontroll/matserier/B/1/2024/").content.decode()

    assert text.count('name="2024-') == 24
    assert 'value="157"' in text
    assert "30 %" in text


def test_form_sent_stores_the_values(series: Series, browser: Client) -> None:
    sent = {"2024-03": "157", "2024-03-av": "530", "seen_version": 0}
    answer = browser.post("/egenkontroll/matserier/B/1/2024/", sent)

    assert answer.headers["Location"] == "/egenkontroll/matserier/B/1/?ar=2024"
    assert Measurement.objects.get().share == Share(157, 530)


@pytest.mark.parametrize(
    ("part", "of", "words"),
    [
        ("531", "530", "Mars 2024: 531 av 530 går inte."),
        ("5", "", "Mars 2024: fyll i båda talen"),
        ("", "5", "Mars 2024: fyll i båda talen"),
        ("fem", "5", "Antal, mars 2024: skriv ett helt tal"),
        ("-1", "5", "skriv minst 0"),
        ("9" * 30, "9" * 30, "skriv ett mindre tal"),
    ],
)
def test_form_refuses_at_the_row_and_stores_nothing(
    part: str, of: str, words: str, series: Series, browser: Client
) -> None:
    sent = {
        "2024-01": "1",
        "2024-01-av": "2",
        "2024-03": part,
        "2024-03-av": of,
        "seen_version": 0,
    }
    answer = browser.post("/egenkontroll/matserier/B/1/2024/", sent)

    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not Measurement.objects.exists()


def test_form_sent_second_keeps_what_was_typed_beside_what_is_there(
    series: Series, chief: User, browser: Client
) -> None:
    give(series, chief, m03=Share(157, 530))
    sent = {"2024-03": "99", "2024-03-av": "530", "seen_version": 0}
    answer = browser.post("/egenkontroll/matserier/B/1/2024/", sent)
    text = answer.content.decode()

    assert answer.status_code == 409
    assert 'value="99"' in text
    assert "157 av 530, 30 %" in text
    assert 'name="seen_version" value="1"' in text


@pytest.mark.parametrize("place", ["0", "2", "9" * 30])
def test_page_of_a_place_that_is_not_there_is_not_found(
    place: str, series: Series, browser: Client
) -> None:
    assert browser.get(f"/egenkontroll/matserier/B/{place}/").status_code == 404


@pytest.mark.parametrize("year", ["2199", "1", "9999999"])
def test_form_of_a_year_that_cannot_be_measured_is_not_found(
    year: str, series: Series, browser: Client
) -> None:
    assert browser.get(f"/egenkontroll/matserier/B/1/{year}/").status_code == 404


def test_page_tells_who_changed_a_value(
    series: Series, chief: User, browser: Client
) -> None:
    give(series, chief, m03=Share(127, 530))
    give(series, chief, m03=Share(157, 530))
    text = browser.get("/egenkontroll/matserier/B/1/").content.decode()

    assert "127 av 530, 24 % blev 157 av 530, 30 %" in text


def test_description_changed_by_another_is_shown(
    series: Series, chief: User, browser: Client
) -> None:
    describe_series(series, actor=chief, seen_version=0, facts={"source": "Treserva"})
    said = {**FACTS, "is_share": "True", "source": "Procapita", "seen_version": 0}
    answer = browser.post("/egenkontroll/matserier/B/1/andra/", said)

    assert answer.status_code == 409
    assert "Treserva" in answer.content.decode()


@pytest.mark.parametrize(("protected", "named"), [(False, True), (True, False)])
def test_series_names_only_checks_that_the_reader_opens(
    series: Series, unit: Unit, browser: Client, protected: bool, named: bool
) -> None:
    make_selfcheck(unit, number="EK-1", series=series, protected=protected)

    text = browser.get("/egenkontroll/matserier/B/1/").content.decode()

    assert series.title in text
    assert ("EK-1" in text) is named


@pytest.mark.parametrize(("where", "leads"), [("B", True), ("C", False)])
def test_check_leads_to_its_series_only_who_reads_the_unit(
    series: Series, unit: Unit, where: str, leads: bool
) -> None:
    day = timezone.localdate()
    check = make_selfcheck(
        unit,
        number="EK-1",
        method="measurement_series",
        protected=True,
        series=series,
        period_from=day,
        period_to=day,
    )
    make_unit("C", unit.parent)
    place = Unit.objects.get(code=where)
    reader = make_user("reader", (Role.SECTION_CHIEF, place))
    check.named_readers.create(user=reader, position=1)

    text = signed_in(reader).get(f"/egenkontroll/{check.number}/").content.decode()

    assert series.title in text
    assert ("/egenkontroll/matserier/B/1/" in text) is leads
