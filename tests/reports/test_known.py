"""Outside the time of which the register is whole a count is not known: never 0, never compared."""

from __future__ import annotations

import datetime as dt
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from analysis.counted.vocabulary import UNKNOWN
from analysis.figures.known import Known, note_use
from analysis.models import RegisterPeriod
from casework.database.periods import calendar_year, parse
from organisation.models import Unit
from reports.document.blocks import Document, Paragraph, Table
from tests.factories import make_deviation, make_unit
from tests.imported import DATA, Imported
from tests.registers import good_register, write_register
from tests.reports.as_imported import as_imported

EXTRACTED = dt.date(2025, 2, 3)


def report_of(unit: str, year: int, template: str = "malmo") -> Document:
    register = {"ASF": "malmo", "SFC": "goteborg"}[unit]
    return as_imported(register, unit, year, template, EXTRACTED)


def said_in(document: Document) -> str:
    blocks = [block for section in document.sections() for block in section.blocks]
    said = [block.text for block in blocks if isinstance(block, Paragraph)]
    said += [block.chart.title for block in blocks if hasattr(block, "chart")]
    return " ".join(said).replace("\xa0", " ")


def rows_in(document: Document, caption: str) -> dict[str, tuple[str, ...]]:
    """Return the rows of the first table whose caption begins so, by their first cell."""
    blocks = [block for section in document.sections() for block in section.blocks]
    found = next(
        b for b in blocks if isinstance(b, Table) and b.caption.startswith(caption)
    )
    return {"": found.header[1:]} | {row[0]: tuple(row[1:]) for row in found.rows}


def figures(*asked: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("figures", *asked, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


class TestMalmo(Imported):
    """The register of an administration that published 2021 to 2024."""

    register = "malmo"

    def test_receipts_of_old_investigations_are_no_year(self) -> None:
        rows = rows_in(
            report_of("ASF", 2022), "Antal inkomna rapporter enligt lex Sarah"
        )
        assert rows[""] == ("2021", "2022")

    def test_decided_investigations_are_known_a_year_earlier(self) -> None:
        rows = rows_in(report_of("ASF", 2022), "Utredningar enligt lex Sarah")
        assert rows[""] == ("2020", "2021", "2022")
        assert rows["varav behandlade av arbetsutskottet"] == ("39", "40", "34")
        assert rows["Anmälda till IVO"] == (UNKNOWN, "8", "8")

    def test_year_of_which_only_the_committees_decisions_are_kept_is_known_of_them_alone(
        self,
    ) -> None:
        rows = rows_in(report_of("ASF", 2022), "Utredningar enligt lex Sarah")
        assert rows["Avslutade utredningar"] == (UNKNOWN, "109", "103")
        assert rows["varav inget missförhållande"] == (UNKNOWN, "69", "69")

    def test_year_without_any_notification_is_not_known(self) -> None:
        document = report_of("ASF", 2024)
        assert "0 året innan" not in said_in(document)
        assert "Uppgift för 2023 saknas" in said_in(document)
        rows = rows_in(document, "Utredningar enligt lex Sarah")
        assert rows["Anmälda till IVO"][-2:] == (UNKNOWN, "4")

    def test_self_checks_that_nobody_kept_are_not_none(self) -> None:
        said = said_in(report_of("ASF", 2024))
        assert "Uppgift om egenkontroller 2024 saknas." in said
        assert "Inga egenkontroller" not in said

    def test_figures_say_nothing_of_a_time_that_is_not_known(self) -> None:
        asked = ["lexsarah", "--unit", "ASF", "--basis", "notified", "--period"]
        assert figures(*asked, "2023") == (
            'count\n""\n',
            "Uppgift saknas för 12 månader mellan 2023-01 och 2023-12.\n",
        )
        assert figures(*asked, "2024") == ("count\n4\n", "")
        assert (
            figures(*asked, "2023", "--format", "json")[0]
            == '[\n {\n  "count": null\n }\n]\n'
        )
        assert figures(*asked, "2023", "--by", "unit")[0] == "unit;count\n"


class TestGoteborg(Imported):
    """The register of an administration with one department that begins a year later."""

    register = "goteborg"

    def test_department_without_a_year_before_is_not_compared(self) -> None:
        said = said_in(report_of("SFC", 2024, "goteborg"))
        assert "13 jämfört med 0" not in said
        assert (
            "Under kvalitetsåret 2024 registrerades 13 kvalitetsavvikelser. Uppgift för kvalitetsåret"
            in said
        )

    def test_sum_of_departments_is_not_known_where_one_is_not(self) -> None:
        rows = rows_in(
            report_of("SFC", 2024, "goteborg"), "Antal inkomna kvalitetsavvikelser"
        )
        assert rows[""] == ("2023", "2024")
        assert rows["Barn och unga"] == ("227", "208")
        assert rows["Stadsövergripande uppdrag - barn, familj och trygghet"] == (
            UNKNOWN,
            "13",
        )
        assert rows["Totalt"] == (UNKNOWN, "462")

    def test_year_that_was_not_split_by_category_has_no_zeros(self) -> None:
        rows = rows_in(
            report_of("SFC", 2024, "goteborg"), "Kvalitetsavvikelser efter kategori"
        )
        assert rows["Utreda och besluta SoL/LSS-ärende"] == (UNKNOWN, "100")
        assert rows["Totalt"] == ("227", "208")

    def test_every_stored_number_is_a_count_or_says_that_it_is_not_known(self) -> None:
        for number in report_of("SFC", 2024, "goteborg").ledger.numbers():
            assert (
                number["subject"] == "series"
                or number["value"] == UNKNOWN
                or number["value"] >= 0
            )


# --- what is said of it -----------------------------------------------------------------------
@pytest.mark.django_db
def test_import_says_of_which_time_the_register_is_whole() -> None:
    out = StringIO()
    call_command("import_register", str(DATA / "goteborg"), stdout=out)
    said = out.getvalue()
    assert (
        "SFC: Klagomål, synpunkter och avvikelser, inkomna, från personal: känt 2022-09–2024-08."
        in said
    )
    assert (
        "SBF: Klagomål, synpunkter och avvikelser, inkomna, från personal: saknas 2022-09–2023-08."
        in said
    )


KNOWN = [
    {
        "unit": "ASF",
        "subject": "deviations",
        "basis": "",
        "reported_by": "",
        "decided_by": "",
        "known": "yes",
        "first_month": "2019-01",
        "last_month": "",
        "reason": "Arkivet är genomgånget.",
    },
    {
        "unit": "ASF",
        "subject": "deviations",
        "basis": "received",
        "reported_by": "outside",
        "decided_by": "",
        "known": "no",
        "first_month": "2020-03",
        "last_month": "2020-05",
        "reason": "Systemet låg nere.",
    },
]


@pytest.mark.django_db
def test_import_takes_what_a_file_says(tmp_path: Path) -> None:
    files = good_register()
    root = files["units.csv"][0]["code"]
    write_register(
        tmp_path, files | {"known.csv": [row | {"unit": root} for row in KNOWN]}
    )
    call_command("import_register", tmp_path, stdout=StringIO())
    call_command("import_register", tmp_path, stdout=StringIO())

    unit = Unit.objects.get(code=root)
    known, asked = Known(unit), (unit, "deviations", "received")
    assert RegisterPeriod.objects.filter(subject="deviations").count() == 2
    assert known.is_whole(*asked, calendar_year(2019))
    outside = [("reported_by", "outside")]
    assert not known.tells(*asked, parse("2020-04"), where=outside)
    assert known.tells(*asked, parse("2020-04"), where=[("kind", "quality_deviation")])
    assert known.tells(*asked, calendar_year(2020), where=outside)
    assert not known.is_whole(*asked, calendar_year(2020), where=outside)
    assert not known.tells(*asked, calendar_year(2018))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("first_month", "2020-13", "är inte en månad som 2024-03"),
        ("last_month", "2018-12", "ligger före first_month"),
        ("basis", "notified", "kan vara received, closed eller tomt"),
        ("subject", "klagomål", ""),
        (
            "decided_by",
            "committee",
            "går bara att ange för lexsarah med grunden decided",
        ),
        ("known", "kanske", ""),
        ("reason", "", ""),
    ],
)
def test_import_refuses_a_file_that_says_it_wrongly(
    tmp_path: Path, column: str, cell: str, reason: str
) -> None:
    files = good_register()
    row = KNOWN[0] | {"unit": files["units.csv"][0]["code"], column: cell}
    write_register(tmp_path, files | {"known.csv": [row]})
    errors = StringIO()
    with pytest.raises(SystemExit):
        call_command("import_register", tmp_path, stdout=StringIO(), stderr=errors)
    assert f"known.csv rad 2, kolumn {column}:" in errors.getvalue()
    assert reason in errors.getvalue()
    assert not RegisterPeriod.objects.exists()


@pytest.mark.django_db
def test_register_in_use_is_known_from_the_tertial_of_its_first_case() -> None:
    unit = make_unit("F")
    make_deviation(unit, received_on=dt.date(2024, 6, 3))
    figures("deviations", "--unit", "F", "--period", "2024")  # which counts first
    make_deviation(
        unit, received_on=dt.date(2024, 1, 3)
    )  # comes in late: the register did not exist
    note_use()

    known = Known(unit)
    assert known.begins(unit, "deviations", "received") == dt.date(2024, 5, 1)
    assert not known.tells(unit, "deviations", "received", parse("2024T1"))
    assert (
        figures("deviations", "--unit", "F", "--period", "2024T1")[0] == 'count\n""\n'
    )
    assert figures("deviations", "--unit", "F", "--period", "2025T1") == (
        "count\n0\n",
        "",
    )


@pytest.mark.django_db
def test_register_that_was_read_in_goes_on_with_the_first_case_after_it() -> None:
    unit = make_unit("F")
    said = {"unit": unit, "subject": "deviations", "reason": "Inläst."}
    RegisterPeriod.objects.create(
        first=dt.date(2021, 1, 1), end=dt.date(2023, 1, 1), **said
    )
    make_deviation(unit, received_on=dt.date(2025, 2, 3))
    figures("deviations", "--unit", "F", "--period", "2025")

    known = Known(unit)
    asked = (unit, "deviations", "received")
    assert [known.tells(*asked, calendar_year(year)) for year in range(2020, 2027)] == [
        False,
        True,
        True,
        False,
        False,
        True,
        True,
    ]
