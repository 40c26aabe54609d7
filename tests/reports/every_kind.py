"""A document with every kind of part that a report can hold, made without a database."""

from __future__ import annotations

import datetime as dt
from typing import Any

from analysis.charts.charts import grouped_bars, line
from organisation.models import Unit
from reports.document.blocks import (
    Document,
    Figure,
    Key,
    Paragraph,
    Section,
    Table,
    Text,
)

DAY = dt.date(2025, 2, 3)
NUMBERS: list[dict[str, Any]] = [
    {
        "id": "n1",
        "subject": "deviations",
        "unit": "SOC",
        "period": "2024",
        "basis": "received",
        "query": "kind=fault reported_by=outside",
        "value": 177,
    },
    {
        "id": "n2",
        "subject": "deviations",
        "unit": "EK",
        "period": "2024",
        "basis": "received",
        "query": "category=Bemötande kind=praise",
        "value": 8,
    },
    {
        "id": "n3",
        "subject": "lexsarah",
        "unit": "SOC",
        "period": "2020",
        "basis": "notified",
        "query": "",
        "value": "uppgift saknas",
    },
    {
        "id": "n4",
        "subject": "series",
        "unit": "EK",
        "period": "2024",
        "basis": "measured",
        "query": "title=Beslut i tid",
        "value": "39/40",
    },
]
UNITS = [
    Unit(code="SOC", name="Socialförvaltningen", valid_from=dt.date(2010, 1, 1)),
    Unit(
        code="EK",
        name="Ekonomi",
        valid_from=dt.date(2012, 5, 1),
        valid_to=dt.date(2026, 1, 1),
    ),
]


def every_kind(ledger: Any) -> Document:
    """Return the document, with a ledger of the numbers above."""
    bars = grouped_bars(
        "Flest: Ekonomi, 8",
        ["Ekonomi", "Boende"],
        [("2023", [5, None]), ("2024", [8, 0])],
    )
    share = line(
        "Beslut i tid: 98 procent", ["jan", "feb", "mar"], [(39, 40), None, (18, 20)]
    )
    placed = (
        Figure(
            "Beröm 2024",
            bars,
            "Källa: registret.",
            token="{bild avvikelser slag=beröm år=2024}",
        ),
        Table(
            "Beröm 2024",
            ("Enhet", "2024"),
            (("Ekonomi", "8"), ("Totalt", "8")),
            "Källa: registret.",
            total=True,
            numbers=(("", "n2"), ("", "")),
            token="{tabell avvikelser slag=beröm år=2024}",
        ),
    )
    written = Text(
        "Det kom in **177** synpunkter.[^1]",
        suggested=False,
        typed="Det kom in **{tal avvikelser}** synpunkter.[^1]",
        wrong=("{tal katter}",),
        placed=("Före bilden.", *placed, "Efter."),
        broken=("{se ingenstans}",),
        notes=("SOSFS 2011:9, 7 kap.",),
        first_note=3,
        chapter="k1",
    )
    inner = Section(
        "omrade-ek",
        "Ekonomi",
        [Paragraph(("Åtta beröm kom in.", "", "Inget mer."))],
        about="EK",
    )
    inner.numbers = ("n2",)
    first = Section(
        "inledning",
        "Inledning",
        [written, Paragraph(("Under 2024 kom 177 in.",))],
        [inner],
    )
    first.blocks += [
        Key(
            (("Synpunkter", "177", "152 år 2023"), ("Anmälda", "uppgift saknas", "")),
            numbers=("n1", "n3"),
        ),
        Figure("Beslut i tid", share, "Källa: mätserier."),
    ]
    first.numbers = ("n1", "n3")
    texts = Table(
        "Riskanalyser 2024",
        ("Riskanalys", "Åtgärd"),
        (("Flytt", "Rutin\ninförd"),),
        widths=(40, 60),
    )
    appendix = Section(
        "bilaga-riskanalyser", "Riskanalyser", [texts], appendix=True, wide=True
    )
    document = Document(
        title="Kvalitetsberättelse 2024",
        unit=UNITS[0],
        year=2024,
        extracted_on=DAY,
        chapters=[first, Section("tom", "Tom", [Text("", suggested=True)]), appendix],
        ledger=ledger,
        year_kind="quality",
    )
    document.number_all()
    return document
