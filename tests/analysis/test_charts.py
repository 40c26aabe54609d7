"""Charts carry every number they were given, stay inside their paper and never put text on text."""

import re
from itertools import combinations
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.charts.charts import (
    Chart,
    grouped_bars,
    line,
    nice_ticks,
    number,
    percent,
)
from analysis.templatetags.charts import series_chart
from analysis.unit.figures import Figure
from selfcheck.models import Series, Share

NS = "{http://www.w3.org/2000/svg}"
AREAS = [
    "Ekonomiskt bistånd",
    "Stöd och behandling, barn, unga och familj",
    "Våld i nära relation",
]
YEARS = [("2022", [310, 402, 0]), ("2023", [1322, None, 4]), ("2024", [470, 341, 12])]
TITLE = "Högst 2024: Ekonomiskt bistånd, 470"

names = st.text(
    st.characters(categories=["L", "N", "P", "Zs"]), min_size=1, max_size=80
)
values = st.one_of(st.none(), st.integers(min_value=0, max_value=2_000_000))


def bars() -> Chart:
    return grouped_bars(TITLE, AREAS, YEARS)


def drawings(chart: Chart) -> list[ET.Element]:
    return [ET.fromstring(chart.wide), ET.fromstring(chart.narrow)]


def boxes(svg: ET.Element) -> list[tuple[float, float, float, float]]:
    """Where each text lies, by a rough width that is smaller than the real one."""
    found = []
    for text in svg.iter(f"{NS}text"):
        size, x, y = (
            float(text.get("font-size", "13")),
            float(text.get("x")),
            float(text.get("y")),
        )
        width = 0.42 * size * len(text.text)
        left = {"end": x - width, "middle": x - width / 2}.get(
            text.get("text-anchor"), x
        )
        found.append((left, y - size * 0.7, left + width, y))
    return found


def test_grouped_bars_names_the_picture_by_a_direct_title():
    for svg in drawings(bars()):
        title = svg.find(f"{NS}title")
        assert title.text == TITLE
        assert svg.get("role") == "img"
        assert svg.get("aria-labelledby") == title.get("id")


def test_grouped_bars_ids_are_unique_over_charts_and_variants():
    charts = [bars(), grouped_bars("Annat", AREAS, YEARS), bars_with_uid()]
    ids = [
        svg.find(f"{NS}title").get("id") for chart in charts for svg in drawings(chart)
    ]
    assert len(set(ids)) == len(ids)


def bars_with_uid() -> Chart:
    return grouped_bars(TITLE, AREAS, YEARS, uid="bild-7")


@pytest.mark.parametrize("variant", [0, 1])
def test_grouped_bars_prints_every_number(variant):
    texts = [text.text for text in drawings(bars())[variant].iter(f"{NS}text")]
    for _, series in YEARS:
        for value in series:
            assert number(value) in texts


def test_grouped_bars_table_holds_the_same_numbers():
    header, rows = bars().table
    assert header == ("Område", "2022", "2023", "2024")
    assert rows[0] == ("Ekonomiskt bistånd", "310", "1\u00a0322", "470")
    assert rows[1][2] == "–"


def test_grouped_bars_gives_the_last_year_the_dark_accent():
    fills = [rect.get("fill") for rect in drawings(bars())[0].iter(f"{NS}rect")]
    assert fills.count("#0b5766") == 1 + 3
    assert {rect.get("class") for rect in drawings(bars())[0].iter(f"{NS}rect")} == {
        "p1",
        "p2",
        "now",
    }


def test_grouped_bars_lengths_are_proportional_to_the_numbers():
    rects = [
        r for r in drawings(bars())[0].iter(f"{NS}rect") if r.get("height") == "12"
    ]
    widths = [float(rect.get("width")) for rect in rects]
    assert widths[1] / widths[0] == pytest.approx(1322 / 310, rel=0.01)


def test_grouped_bars_with_no_category_says_that_there_is_nothing():
    chart = grouped_bars("Inga kvalitetsavvikelser 2024", [], [("2024", [])])
    assert "Inga uppgifter" in chart.wide
    assert chart.rows == ()


def test_grouped_bars_with_only_zeros_draws_an_axis():
    chart = grouped_bars("Inga kvalitetsavvikelser 2024", ["Boende"], [("2024", [0])])
    assert ">0</text>" in chart.wide


@pytest.mark.parametrize(
    ("series", "reason"),
    [
        ([], "four"),
        ([("2024", [1])] * 5, "four"),
        ([("2024", [1, 2])], "one value"),
        ([("2024", [-1])], "negative"),
    ],
)
def test_grouped_bars_refuses_series_it_cannot_draw(series, reason):
    with pytest.raises(ValueError, match=reason):
        grouped_bars("t", ["Boende"], series)


def test_grouped_bars_refuses_an_empty_title():
    with pytest.raises(ValueError, match="title"):
        grouped_bars(" ", ["Boende"], [("2024", [1])])


def test_grouped_bars_escapes_hostile_names():
    chart = grouped_bars(
        "<script>", ["</svg><script>alert(1)</script>"], [('"><b>', [1])]
    )
    assert "<script" not in chart.wide + chart.narrow
    drawings(chart)


@given(
    categories=st.lists(names, max_size=6),
    data=st.data(),
    years=st.integers(min_value=1, max_value=4),
)
def test_grouped_bars_stays_on_its_paper_and_puts_no_text_on_text(
    categories, data, years
):
    series = [
        (str(2021 + i), [data.draw(values) for _ in categories]) for i in range(years)
    ]
    for svg in drawings(grouped_bars("t", categories, series)):
        _, _, width, height = map(float, svg.get("viewBox").split())
        placed = boxes(svg)
        assert all(
            left >= 0 and right <= width and bottom <= height
            for left, _, right, bottom in placed
        )
        for one, other in combinations(placed, 2):
            assert (
                one[2] <= other[0]
                or other[2] <= one[0]
                or one[3] <= other[1]
                or other[3] <= one[1]
            ), (
                one,
                other,
            )


def test_grouped_bars_uses_no_style_that_a_strict_policy_refuses():
    assert not re.search(r"style|<script|on\w+=", bars().wide + bars().narrow)


def test_line_leaves_a_gap_for_a_month_without_cases():
    chart = line("Mest i mars", ["jan", "feb", "mar"], [(1, 4), (0, 0), (3, 4)])
    assert chart.wide.count("<circle") == 2
    assert 'class="now" stroke' not in chart.wide
    assert chart.rows[1] == ("feb", "–", "–", "–")


def test_line_table_shows_part_whole_and_share():
    assert line("t", ["jan"], [(1, 3)]).rows == (("jan", "1", "3", "33\u00a0%"),)


def test_line_without_data_says_that_there_is_nothing():
    assert "Inga uppgifter" in line("t", ["jan"], [None]).narrow


def test_line_labels_of_two_years_do_not_touch_when_narrow():
    labels = [
        f"{month} {year}"
        for year in (2023, 2024)
        for month in (
            "jan",
            "feb",
            "mar",
            "apr",
            "maj",
            "jun",
            "jul",
            "aug",
            "sep",
            "okt",
            "nov",
            "dec",
        )
    ]
    chart = line("t", labels, [(i, 24) for i in range(24)])
    for svg in drawings(chart):
        below = [box for box in boxes(svg) if box[3] > 222]
        for one, other in combinations(below, 2):
            assert (
                one[2] <= other[0]
                or other[2] <= one[0]
                or one[3] <= other[1]
                or other[3] <= one[1]
            )


def test_line_refuses_a_part_larger_than_its_whole():
    with pytest.raises(ValueError, match="part"):
        line("t", ["jan"], [(2, 1)])


@given(st.integers(min_value=0, max_value=10**9), st.integers(min_value=3, max_value=8))
def test_nice_ticks_reach_the_highest_value_in_few_steps(highest, most):
    ticks = nice_ticks(highest, most)
    assert ticks[0] == 0
    assert ticks[-1] >= highest
    assert len(ticks) <= most
    assert str(ticks[1]).rstrip("0") in {"1", "2", "5"}


@pytest.mark.parametrize(
    ("part", "whole", "result"),
    [(0, 9, 0), (9, 9, 100), (1, 8, 13), (1, 900, 1), (899, 900, 99)],
)
def test_percent_is_nothing_or_all_only_when_it_is(part, whole, result):
    assert percent(part, whole) == result


def test_number_parts_thousands_with_a_hard_space():
    assert [number(7), number(1276), number(None)] == ["7", "1\u00a0276", "–"]


# --- measurement series -----------------------------------------------------------------------
def measured(values: list[tuple[int, int]], *, gap: bool = False) -> Figure:
    months = [f"2024-{month:02d}" for month in range(1, 13)][: len(values)]
    points = {month: Share(*value) for month, value in zip(months, values, strict=True)}
    if gap:
        del points["2024-02"]
    series = Series(title="Utredningar i tid", is_share=True, every=Series.Every.MONTH)
    found = series_chart(series, points)
    assert found is not None
    return found


def test_series_of_shares_shows_how_sure_they_are_and_whether_they_changed() -> None:
    found = measured([(18, 20), (6, 20)])
    assert found.says == (
        "6 av 20 i februari 2024, 18 av 20 i januari 2024: säker minskning.",
    )
    assert "95 procents säkerhet" in found.source


def test_series_of_twelve_shares_has_limits() -> None:
    assert "dasharray" in measured([(16, 20)] * 12).chart.wide
    assert "dasharray" not in measured([(16, 20)] * 11).chart.wide


def test_series_with_a_gap_is_a_broken_line_without_limits() -> None:
    found = measured([(18, 20), (6, 20), (6, 20)], gap=True)
    assert found.says == ()
    assert found.chart.rows[1] == ("februari 2024", "–", "–", "–")
