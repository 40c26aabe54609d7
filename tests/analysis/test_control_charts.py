"""The drawings carry what spc found, by shape and words as well as colour, and stay on their paper."""

from __future__ import annotations

import datetime as dt
import re
from itertools import combinations, pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.charts.charts import Chart
from analysis.charts.control_charts import control, dots, funnel, month_label, pareto
from analysis.rules import funnels, spc
from analysis.rules.funnels import Place
from tests.examples import examples

NS = "{http://www.w3.org/2000/svg}"
SHIFT = [20, 21, 19, 20, 21, 20, 19, 20, 10, 10, 11, 9, 10, 11, 10, 10]
LABELS = [
    month_label(dt.date(2023 + place // 12, place % 12 + 1, 1)) for place in range(36)
]


def leveled(values: list[int]) -> Chart:
    labels = LABELS[: len(values)]
    return control("Nivån har sjunkit", labels, spc.level(values, labels))


def drawings(chart: Chart) -> list[ET.Element]:
    return [ET.fromstring(chart.wide), ET.fromstring(chart.narrow)]


def shapes(svg: ET.Element, name: str) -> int:
    return len(list(svg.iter(f"{NS}{name}")))


def texts(svg: ET.Element) -> str:
    return " ".join(text.text or "" for text in svg.iter(f"{NS}text"))


def boxes(svg: ET.Element) -> list[tuple[float, float, float, float]]:
    """Where each text lies, by a rough width that is smaller than the real one."""
    found = []
    for text in svg.iter(f"{NS}text"):
        size, x, y = (
            float(text.get("font-size", "13")),
            float(text.get("x", 0)),
            float(text.get("y", 0)),
        )
        width = 0.42 * size * len(text.text or "")
        left = {"end": x - width, "middle": x - width / 2}.get(
            text.get("text-anchor", ""), x
        )
        found.append((left, y - size * 0.7, left + width, y))
    return found


def assert_tidy(chart: Chart) -> None:
    for svg in drawings(chart):
        _, _, width, height = map(float, svg.get("viewBox", "").split())
        placed = boxes(svg)
        assert all(
            left >= 0 and right <= width and bottom <= height
            for left, _, right, bottom in placed
        )
        for one, other in combinations(placed, 2):
            apart = (
                one[2] <= other[0]
                or other[2] <= one[0]
                or one[3] <= other[1]
                or other[3] <= one[1]
            )
            assert apart, (one, other)
    assert not re.search(r"style|<script|on\w+=", chart.wide + chart.narrow)


def test_control_gives_more_and_fewer_a_shape_of_their_own() -> None:
    for svg in drawings(leveled(SHIFT)):
        # one of each in the legend
        assert (shapes(svg, "polygon"), shapes(svg, "rect"), shapes(svg, "circle")) == (
            9,
            9,
            1,
        )
        assert "fler än vanligt" in texts(svg)
        assert "färre än vanligt" in texts(svg)


def test_control_uses_no_colour_that_means_good_or_bad() -> None:
    classes = {found.get("class") for found in drawings(leveled(SHIFT))[0].iter()}
    assert not classes & {"bad", "good"}


def test_control_names_its_centre_and_limits() -> None:
    said = texts(drawings(leveled(SHIFT))[1])
    assert "medel 15" in said
    assert "gränser 3,4–26,7" in said


def test_control_of_few_cases_draws_a_median_and_no_limits() -> None:
    chart = leveled([1, 2, 3, 2, 1, 2, 3])
    assert "median 2" in texts(drawings(chart)[0])
    assert "dasharray" not in chart.wide
    assert chart.header == ("Månad", "Antal")


def test_control_table_says_what_stands_out() -> None:
    chart = leveled(SHIFT)
    assert chart.header == ("Månad", "Antal", "Läge")
    assert chart.rows[0] == ("jan 2023", "20", "fler än vanligt")


def test_control_of_shares_draws_and_tells_each_interval() -> None:
    labels = ["vår 2024", "höst 2024"]
    chart = control(
        "Andel",
        labels,
        spc.shares([(18, 20), (6, 20)], labels),
        value="Andel",
        unit="%",
    )
    assert chart.rows[1] == ("höst 2024", "30\u00a0%", "15–52\u00a0%")
    assert chart.wide.count('class="lim"') == 2


def test_control_of_nothing_says_so() -> None:
    assert "Inga uppgifter" in leveled([]).narrow


@examples(15)
@given(st.lists(st.integers(min_value=0, max_value=3_000), min_size=1, max_size=36))
def test_control_stays_on_its_paper_and_puts_no_text_on_text(values: list[int]) -> None:
    assert_tidy(leveled(values))


def test_pareto_has_the_largest_first_and_what_nobody_said_last() -> None:
    chart = pareto("Vanligast: Rutin, 6", [("Teknik", 2), ("", 9), ("Rutin", 6)])
    assert chart.header == ("Orsak", "Antal", "Andel", "Tillsammans")
    assert chart.rows == (
        ("Rutin", "6", "75\u00a0%", "75\u00a0%"),
        ("Teknik", "2", "25\u00a0%", "100\u00a0%"),
        ("Inte angivet", "9", "–", "–"),
    )
    assert_tidy(chart)


def test_pareto_of_nothing_says_so() -> None:
    assert "Inga uppgifter" in pareto("Inget", []).wide


def test_funnel_shows_the_own_unit_among_unnamed_others() -> None:
    chart = funnel(
        "20 per 100",
        funnels.funnel(
            [Place("Egen", 3, 40, own=True), *[Place("Hemlig", 12, 40)] * 5]
        ),
    )
    assert chart.rows == (("Egen", "3", "40", "7,5", "få rapporter"),)
    assert "Hemlig" not in chart.wide + chart.narrow
    svg = drawings(chart)[0]
    assert shapes(svg, "polyline") == 4
    assert shapes(svg, "circle") == 5 + 1
    assert shapes(svg, "polygon") == 1 + 1
    assert_tidy(chart)


@examples(8)
@given(
    st.lists(
        st.tuples(st.integers(0, 300), st.integers(1, 500)), min_size=1, max_size=12
    )
)
def test_funnel_stays_on_its_paper(units: list[tuple[int, int]]) -> None:
    assert_tidy(
        funnel(
            "t", funnels.funnel(Place(str(n), *unit) for n, unit in enumerate(units))
        )
    )


def test_funnel_curves_part_the_units_as_the_exact_limits_do() -> None:
    """A unit that is marked lies outside the curve that is drawn, one that is not inside it."""
    from analysis.charts.control_charts import _limits

    found = funnels.funnel([Place("alla", 300, 1000)])
    low, high = _limits(found, 200, funnels.INNER)
    for staff in range(10, 200, 7):
        exact_low, exact_high = found.limits(staff, funnels.INNER)
        step = 100 / staff
        assert exact_low - step <= _at(low, staff) <= exact_low + 1e-9
        assert exact_high - 1e-9 <= _at(high, staff) <= exact_high + step


def _at(curve: list[tuple[float, float]], staff: float) -> float:
    for (x1, y1), (x2, y2) in pairwise(curve):
        if x1 <= staff <= x2:
            return y1 + (y2 - y1) * (staff - x1) / (x2 - x1)
    return curve[0][1] if staff < curve[0][0] else curve[-1][1]


def test_dots_list_their_days_and_stack_what_meets() -> None:
    days = [dt.date(2024, 5, 2), dt.date(2023, 2, 1), dt.date(2024, 5, 3)]
    chart = dots("3 ärenden", days, first=dt.date(2022, 1, 1), end=dt.date(2025, 1, 1))
    assert [row[1] for row in chart.rows] == ["2023-02-01", "2024-05-02", "2024-05-03"]
    circles = [
        (c.get("cx"), c.get("cy")) for c in drawings(chart)[0].iter(f"{NS}circle")
    ]
    assert len({y for _, y in circles}) == 2
    assert_tidy(chart)


def test_dots_refuse_a_day_outside_what_is_drawn() -> None:
    with pytest.raises(ValueError, match="day"):
        dots(
            "t",
            [dt.date(2025, 1, 1)],
            first=dt.date(2022, 1, 1),
            end=dt.date(2025, 1, 1),
        )
