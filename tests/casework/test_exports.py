"""Lists as files: what each holds, how it is named, and what it says when there is more."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator
from functools import partial
from io import StringIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from casework.models import Action, NamedReader, Routine
from organisation.lists.exports import Column, Table, as_text
from organisation.models import Unit, User
from organisation.rights import Role
from riskanalysis.models import Risk
from tests.blank import draw_nothing
from tests.covering import every_value
from tests.factories import make_deviation, make_unit, make_user, signed_in
from tests.municipality import make_lexsarah, make_riskanalysis, make_selfcheck
from tests.offices import Office, make_office
from tests.spreadsheets import rows_of
from tests.worlds import made_once, world_for_a_module

pytestmark = pytest.mark.django_db
FILES = (
    "/inkorg/arenden",
    "/atgarder/atgarder",
    "/rutiner/rutiner",
    "/lex-sarah/lex-sarah",
    "/egenkontroll/egenkontroller",
    "/riskanalys/riskanalyser",
    "/organisation/EK/roller",
    "/analys/underlag/underlag",
    "/analys/tackning/tackning",
)
# What the rows behind a number are asked by; of no meaning elsewhere.
ASKED = {"amne": "avvikelser", "grund": "inkomna", "enhet": "EK", "period": "2024"}
office = made_once(make_office)


def lines(client: Client, path: str, **query: Any) -> list[dict[str, str]]:
    """Return the rows of a list's CSV by the names of their columns."""
    response = client.get(f"{path}.csv", query)
    assert response.status_code == 200, path
    text = response.content.decode("utf-8")
    assert text.startswith("\ufeff")
    return list(
        csv.DictReader(StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";")
    )


def make_action(unit: Unit, **facts: Any) -> Action:
    return Action.objects.create(
        case=make_deviation(unit),
        text="Hemlig text",
        decided_on=dt.date(2024, 3, 2),
        **facts,
    )


# --- every list ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("path", "kind"), every_value(FILES, ("ods", "xlsx.csv", "CSV", "%2e%2e"))
)
def test_file_of_another_kind_is_not_found(
    browser: Client, path: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw_nothing(monkeypatch)

    assert browser.get(f"{path}.{kind}").status_code == 404


def make_one_of_each(made: Office) -> None:
    """Make a row in every list."""
    make_action(made.unit, owner=made.chief, category="Ny rutin")
    make_lexsarah(made.unit, number="LS-1")
    make_selfcheck(made.unit, number="EG-1")
    make_riskanalysis(made.unit, number="RA-1")
    Routine.objects.create(unit=made.unit, name="Utskick", code="utskick")


@pytest.fixture(scope="class")
def one_of_each(office: Office, django_db_blocker: Any) -> Iterator[None]:
    with world_for_a_module(django_db_blocker, partial(make_one_of_each, office)):
        yield


@pytest.mark.usefixtures("one_of_each")
class TestBothKinds:
    """Every list as both kinds of file."""

    @pytest.mark.parametrize("path", FILES)
    def test_both_kinds_hold_the_same(self, browser: Client, path: str) -> None:
        query = {**ASKED, "visa": "enheten"} if "atgarder" in path else ASKED
        told = [list(row.values()) for row in lines(browser, path, **query)]
        shown = rows_of(browser.get(f"{path}.xlsx", query).content)

        assert len(told) == len(shown) - 1
        assert [len([cell for cell in row if cell]) for row in told] == [
            len([cell for cell in row if cell]) for row in shown[1:]
        ]

    @pytest.mark.parametrize(("path", "kind"), every_value(FILES, ("xlsx", "csv")))
    def test_file_is_named_by_its_list_and_the_day_alone(
        self, browser: Client, path: str, kind: str
    ) -> None:
        response = browser.get(f"{path}.{kind}", {**ASKED, "q": "Anna"})
        name = f"{path.rpartition('/')[2]}-{timezone.localdate().isoformat()}.{kind}"
        assert response["Content-Disposition"] == f'attachment; filename="{name}"'
        assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("path", FILES[:6])
def test_file_takes_as_many_queries_for_three_rows_as_for_one(
    browser: Client, unit: Unit, chief: User, path: str
) -> None:
    taken = []
    for rows in (1, 2):
        for serial in range(rows):
            below = make_unit(f"EK-{rows}{serial}", unit)
            make_action(below, owner=chief)
            make_lexsarah(below, number=f"LS-{below.code}")
            make_selfcheck(below, number=f"EG-{below.code}")
            make_riskanalysis(below, number=f"RA-{below.code}")
            Routine.objects.create(
                unit=below, name=f"R{rows}{serial}", code=f"r{rows}{serial}"
            )
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(f"{path}.csv").status_code == 200
        taken.append(len(captured))

    assert taken[0] == taken[1]


# --- what a file says ---------------------------------------------------------------------------
def as_answered(kind: str, rows: list[str]) -> bytes:
    table = Table(
        "casework:export",
        "x",
        "X",
        "rader",
        (Column("Namn", 10, str),),
        ("Något saknas.",),
    )
    return bytes(table.answer(rows, kind).content)


@pytest.mark.parametrize(
    "payload", ["=1+1", " =cmd|' /C calc'!A0", "＝1", "\t@SUM(1)", "+46", "-2+3"]
)
def test_no_cell_of_a_csv_begins_a_formula(payload: str) -> None:
    text = as_answered("csv", [payload]).decode("utf-8-sig")
    _, row = csv.reader(StringIO(text, newline=""), delimiter=";")

    assert row == [as_text(payload)] == [f"'{payload}"]


def test_csv_that_holds_everything_says_nothing_more() -> None:
    assert as_answered("csv", ["a", "b"]).decode("utf-8-sig") == "Namn\r\na\r\nb\r\n"


def test_csv_says_on_its_last_line_that_there_is_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("organisation.lists.exports.MOST_ROWS", 1)
    *_, last = as_answered("csv", ["a", "b"]).decode("utf-8-sig").splitlines()

    assert (
        last
        == "Filen rymmer 1 rader och fler finns. Filtrera listan för att få med alla."
    )


def test_page_says_what_its_files_lack_and_how_much_they_hold(
    browser: Client, unit: Unit
) -> None:
    make_deviation(unit)
    text = browser.get("/inkorg/").content.decode()

    assert "Filen rymmer högst 20\u00a0000 rader." in text
    assert "Ärenden med skyddade personuppgifter finns inte med." in text


# --- each list ----------------------------------------------------------------------------------
def test_inbox_tells_kind_cause_and_assessment_to_those_who_read_the_case(
    unit: Unit, chief: User
) -> None:
    staff = make_user("staff", (Role.STAFF, unit))
    make_deviation(
        unit,
        reporter=staff,
        kind="quality_deviation",
        category="Fel mottagare",
        consequence="possible",
        cause_area="Teknik och system",
        cause_level="system",
        is_deviation="yes",
    )
    names = (
        "Vad det gäller",
        "Kategori",
        "Orsaksområde",
        "Orsakens nivå",
        "Var det en avvikelse",
    )
    told = {
        who.username: [
            lines(signed_in(who), "/inkorg/arenden", visa="oppna")[0][name]
            for name in names
        ]
        for who in (chief, staff)
    }

    assert told == {
        "chief": [
            "Kvalitetsavvikelse",
            "Fel mottagare",
            "Teknik och system",
            "Organisation",
            "Ja",
        ],
        "staff": ["", "", "", "", ""],
    }


def test_actions_are_those_of_the_view_and_the_filter(
    browser: Client, unit: Unit, chief: User
) -> None:
    make_action(
        unit, owner=chief, level="unit", category="Ny rutin", due_on=dt.date(2190, 1, 1)
    )
    make_action(unit, level="group")
    (row,) = lines(browser, "/atgarder/atgarder", visa="enheten", level="unit")

    assert (row["Åtgärd"], row["Slag av åtgärd"], row["Riktad till"]) == (
        "1",
        "Ny rutin",
        "Enhet",
    )
    assert (row["Ansvarig"], row["Klart senast"], row["Beslutades"]) == (
        "Chief",
        "2190-01-01",
        "2024-03-02",
    )
    assert "Hemlig text" not in str(row)


def test_actions_of_protected_cases_are_left_out(
    browser: Client, unit: Unit, chief: User
) -> None:
    action = make_action(unit)
    NamedReader.objects.create(case=action.case, user=chief, position=1)
    type(action.case).objects.filter(pk=action.case.pk).update(protected=True)

    assert lines(browser, "/atgarder/atgarder", visa="enheten") == []


def test_routines_are_those_of_the_view_and_the_filter(
    browser: Client, unit: Unit
) -> None:
    below = make_unit("EK1", unit)
    for name, owner in (
        ("Utskick", unit),
        ("Post", below),
        ("Annan", make_unit("BO", unit.parent)),
    ):
        Routine.objects.create(
            unit=owner, name=name, code=name.lower(), description="Hemlig text"
        )
    rows = lines(browser, "/rutiner/rutiner", unit="EK1", visa="okontrollerade")

    assert sorted(row["Process eller rutin"] for row in rows) == ["Post", "Utskick"]
    assert {row["Kontrollerad"] for row in rows} == {"Aldrig"}
    assert "Hemlig text" not in str(rows)


def test_self_checks_tell_what_was_found_to_those_who_read_them(
    unit: Unit, chief: User
) -> None:
    starter = make_user("starter", (Role.STAFF, unit))
    make_selfcheck(
        unit,
        reporter=starter,
        state="result",
        done_on=dt.date(2024, 4, 1),
        finding="some",
        met=3,
        reviewed=4,
    )
    told = {}
    for who in (chief, starter):
        (row,) = lines(signed_in(who), "/egenkontroll/egenkontroller", year="2024")
        told[who.username] = [
            row[name] for name in ("Läge", "Fynd", "Uppfyller kravet", "Granskade")
        ]

    assert told == {
        "chief": ["Resultat finns", "Vissa brister", "3", "4"],
        "starter": ["Resultat finns", "", "", ""],
    }


def test_risk_analyses_count_their_risks_and_tell_the_highest(
    browser: Client, unit: Unit
) -> None:
    analysis = make_riskanalysis(unit)
    Risk.objects.filter(analysis=analysis).delete()
    words = {"event": "Hemlig text", "cause": "c", "consequence": "d"}
    for place, (probability, severity, crossed_out) in enumerate(
        [(2, 3, ""), (1, 1, ""), (4, 4, "fel")], 1
    ):
        Risk.objects.create(
            analysis=analysis,
            position=place,
            probability=probability,
            severity=severity,
            crossed_out=crossed_out,
            **words,
        )
    (row,) = lines(browser, "/riskanalys/riskanalyser")

    assert (row["Risker"], row["Högsta riskvärde"]) == ("2", "6")
    assert "Hemlig text" not in str(row)


def test_people_are_those_of_the_role_here_or_below(
    browser: Client, unit: Unit
) -> None:
    below = make_unit("EK1", unit)
    make_user("staff", (Role.STAFF, below))
    here = lines(browser, "/organisation/EK/roller")
    under = lines(browser, "/organisation/EK/roller", visa="under", role="staff")

    assert [(row["Namn"], row["Roll"]) for row in here] == [("Chief", "sektionschef")]
    assert [(row["Namn"], row["Enhet"]) for row in under] == [("Staff", below.name)]


def test_rows_behind_a_number_can_be_taken_out(browser: Client, unit: Unit) -> None:
    make_deviation(
        unit, number="X-1", received_on=dt.date(2024, 3, 1), kind="quality_deviation"
    )
    (row,) = lines(browser, "/analys/underlag/underlag", **ASKED)

    assert (row["Nummer"], row["Vad det gäller"]) == ("X-1", "Kvalitetsavvikelse")


def test_question_that_cannot_be_asked_leads_to_the_page_that_says_so(
    browser: Client, unit: Unit
) -> None:
    for page, query in (
        ("underlag", {"period": "i maj"}),
        ("tackning", {"unit": "EK", "year": "x"}),
    ):
        response = browser.get(f"/analys/{page}/{page}.csv", query)
        assert response.status_code == 302
        assert response["Location"].startswith(f"/analys/{page}/?")


@pytest.mark.parametrize("view", ["", "planer"])
def test_coverage_has_a_row_for_each_unit(
    browser: Client, unit: Unit, view: str
) -> None:
    rows = lines(
        browser, "/analys/tackning/tackning", unit="EK", year="2024", visa=view
    )

    assert [row["Kod"] for row in rows] == ["EK"]
    assert len(rows[0]) == (3 if view else 11)
