"""Every published figure comes out of the stored cells, from the registers as imported."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.factories import make_deviation, make_unit
from tests.imported import EXPECTED, Imported

REFUSED: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("deviations", {"unit": "X", "period": "2024"}, "ingen enhet"),
    ("deviations", {"unit": "ASF", "period": "2024T9"}, "går inte att läsa"),
    ("deviations", {"unit": "ASF", "period": "2024", "by": "colour"}, "kan inte delas"),
    ("deviations", {"unit": "ASF", "period": "2024", "basis": "decided"}, "räknas på"),
    (
        "deviations",
        {"unit": "ASF", "period": "2024", "where": [["kind"]]},
        "dimension=värde",
    ),
    ("weather", {"unit": "ASF", "period": "2024"}, "finns inte"),
)


def figures(subject: str, **options: Any) -> str:
    out = StringIO()
    call_command("figures", subject, stdout=out, **options)
    return out.getvalue()


def published(entry: dict[str, Any]) -> str:
    where = [[f"{name}={value}"] for name, value in entry["where"].items()]
    question = {name: entry[name] for name in ("unit", "period", "basis")}
    return figures(entry["subject"], where=where, **question).splitlines()[-1]


def test_expected_figures_are_all_64() -> None:
    assert len(EXPECTED) == 64


class TestMalmo(Imported):
    """Figures of the register by calendar year."""

    register = "malmo"

    def test_figures_are_the_published(self) -> None:
        answers = [published(entry) for entry in self.published]

        assert answers == [str(entry["value"]) for entry in self.published]

    def test_figures_of_parts_add_up_to_the_whole(self) -> None:
        parts = figures(
            "deviations", unit="ASF", period="2024", by="unit,kind"
        ).splitlines()[1:]
        whole = figures("deviations", unit="ASF", period="2024").splitlines()[1]

        assert sum(int(line.split(";")[-1]) for line in parts) == int(whole)

    def test_figures_of_tertials_add_up_to_the_year(self) -> None:
        tertials = [
            figures("lexsarah", unit="ASF", period=f"2024T{n}").split()[-1]
            for n in (1, 2, 3)
        ]

        assert sum(map(int, tertials)) == 112

    def test_figures_as_json_are_numbers(self) -> None:
        answer = json.loads(
            figures(
                "deviations", unit="ASF", period="2024", by="reported_by", format="json"
            )
        )

        assert answer == [
            {"reported_by": "outside", "count": 177},
            {"reported_by": "staff", "count": 1331},
        ]

    def test_figures_refuses_what_cannot_be_answered(self) -> None:
        for subject, options, words in REFUSED:
            with self.subTest(words), pytest.raises(CommandError, match=words):
                figures(subject, **options)


class TestGoteborg(Imported):
    """Figures of the register by quality year."""

    register = "goteborg"

    def test_figures_are_the_published(self) -> None:
        answers = [published(entry) for entry in self.published]

        assert answers == [str(entry["value"]) for entry in self.published]


@pytest.mark.django_db
def test_figures_as_csv_begin_no_cell_with_a_formula() -> None:
    unit = make_unit("EK")
    make_deviation(unit, category="=1+1")

    assert "'=1+1;1" in figures("deviations", unit="EK", period="2024", by="category")
