"""Both registers in both outlines: every number of a report is counted again from the register's files."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections import Counter
from functools import cache
from typing import Any, ClassVar

from analysis.charts.charts import number
from analysis.counted.countings import ALL_BUT
from analysis.counted.nouns import Noun
from analysis.counted.vocabulary import UNKNOWN
from casework.database.periods import parse
from reports.document.blocks import Document, Figure, Table
from reports.document.numbers import where_of
from reports.document.rendering import figures_of
from reports.tokens.sentences import amount
from tests.imported import DATA, Imported
from tests.reports.as_imported import as_imported
from tests.reports.test_annual import words_of

EXTRACTED = dt.date(2026, 2, 2)
DAY_OF = {
    "received": "received_on",
    "closed": "closed_on",
    "decided": "decided_on",
    "notified": "ivo_notified_on",
}
# A case is decided and notified once, however many reports of it there are.
ONE_A_CASE = {("lexsarah", "decided"), ("lexsarah", "notified")}
THING = Noun("", "")
# Of these splits a sentence tells one part: the rest is asked for, and stands in the list of numbers alone.
ONE_PART_IS_TOLD = {"cause_level", "is_deviation", "action_level"}


@cache
def rows_of(register: str, name: str) -> list[dict[str, str]]:
    with (DATA / register / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


@cache
def below(register: str, code: str) -> set[str]:
    units = rows_of(register, "units")
    found = {code}
    while more := {unit["code"] for unit in units if unit["parent"] in found} - found:
        found |= more
    return found


def counted_again(register: str, kept: dict[str, Any]) -> int:
    """Count the rows of the register's file that a number of a report says it counts."""
    period, day = parse(kept["period"]), DAY_OF[kept["basis"]]
    first, end = period.first.isoformat(), period.end.isoformat()
    units, asked = below(register, kept["unit"]), where_of(kept["query"])

    def meets(row: dict[str, str], name: str, wanted: str) -> bool:
        but = ALL_BUT.get((name, wanted))
        return row[name] == wanted if but is None else row[name] not in but

    found = [
        row
        for row in rows_of(register, kept["subject"])
        if first <= row[day] < end
        and row["unit"] in units
        and all(meets(row, name, wanted) for name, wanted in asked)
    ]
    if (kept["subject"], kept["basis"]) in ONE_A_CASE:
        return len({row["case"] for row in found})
    return len(found)


class InBothOutlines:
    """What holds of a register's reports, whatever their outline and year."""

    register: ClassVar[str]
    unit: ClassVar[str]
    reports: ClassVar[tuple[tuple[str, int], ...]]

    documents: list[Document]

    @classmethod
    def setUpTestData(cls) -> None:
        """Compile each report once: the tests only read."""
        super().setUpTestData()  # type: ignore[misc]
        cls.documents = [
            as_imported(cls.register, cls.unit, year, template, EXTRACTED)
            for template, year in cls.reports
        ]

    def test_every_number_is_the_register_counted_again(self) -> None:
        counted: Counter[str] = Counter()
        for document in self.documents:
            for kept in document.ledger.numbers():
                # What is not known is no count, and tests/reports/test_known.py says where that is.
                if (
                    kept["subject"] in ("deviations", "lexsarah")
                    and kept["value"] != UNKNOWN
                ):
                    assert kept["value"] == counted_again(self.register, kept), kept
                    counted[kept["subject"]] += 1

        assert counted["deviations"] > 100
        assert counted["lexsarah"] > 25

    def test_every_number_is_in_the_figures_and_stands_in_the_report(self) -> None:
        for document in self.documents:
            figures = figures_of(document)
            text = words_of(document)
            assert figures_of(document) == figures, "to draw it asks for no more"
            told = [
                kept
                for kept in figures["numbers"]
                if kept["period"] == str(document.period)
                and not dict(where_of(kept["query"])).keys() & ONE_PART_IS_TOLD
            ]
            for kept in told:
                value = str(kept["value"])
                if value == UNKNOWN:
                    assert "saknas" in text, kept
                    continue
                shown = (
                    value.replace("/", " av ")
                    if "/" in value
                    else number(int(value)).replace("\u00a0", " ")
                )
                others = {shown, shown.replace(" av ", " ")}
                others |= {"Inga"} if value == "0" else set()
                others |= (
                    {amount(int(value), THING).strip()} if value.isdecimal() else set()
                )
                assert any(
                    re.search(rf"(?<!\d){re.escape(other)}(?!\d)", text)
                    for other in others
                ), kept

    def test_every_chart_and_table_has_a_source_and_something_in_it(self) -> None:
        for document in self.documents:
            for section in document.sections():
                for block in section.blocks:
                    if isinstance(block, Figure):
                        assert block.source
                        assert any(
                            cell not in ("0", "–")
                            for row in block.chart.rows
                            for cell in row[1:]
                        )
                    if isinstance(block, Table):
                        assert block.source or block.is_text
                        assert block.rows


class TestMalmo(InBothOutlines, Imported):
    """The register that the reports by tool were written from."""

    register = "malmo"
    unit = "ASF"
    reports = (
        ("malmo", 2022),
        ("malmo", 2024),
        ("malmo", 2025),
        ("goteborg", 2022),
        ("goteborg", 2024),
    )


class TestGoteborg(InBothOutlines, Imported):
    """The register that the report by department was written from."""

    register = "goteborg"
    unit = "SFC"
    reports = (("goteborg", 2024), ("goteborg", 2025), ("malmo", 2023), ("malmo", 2024))
