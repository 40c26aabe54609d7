from datetime import date
from pathlib import Path

import pytest

from lexsarah.models import LexSarahCase, LexSarahReport
from lexsarah.register.imports import import_lexsarah
from organisation.registers.imports import import_units
from tests.registers import REPORT, UNDECIDED, faults, good_register, import_rows

pytestmark = pytest.mark.django_db

SECOND = REPORT | {
    "reference": "LS-2024-0003",
    "received_on": "2024-01-09",
    "unit": "IFO",
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where to write reports, once the units are stored."""
    import_rows(tmp_path / "units.csv", good_register()["units.csv"], import_units)
    return tmp_path / "lexsarah.csv"


def test_import_closes_decided_case_and_leaves_undecided_open(path: Path) -> None:
    import_rows(path, [REPORT, UNDECIDED], import_lexsarah)
    closed = dict(LexSarahCase.objects.values_list("number", "closed_on"))
    assert closed == {"LS-2024-0001": date(2024, 3, 1), "LS-2024-0002": None}


def test_import_leaves_case_open_while_ivo_is_waited_for(path: Path) -> None:
    import_rows(path, [REPORT | {"ivo_outcome": "waiting"}], import_lexsarah)
    assert LexSarahCase.objects.get().closed_on is None


def test_import_joins_reports_of_one_case(path: Path) -> None:
    assert import_rows(path, [REPORT, UNDECIDED, SECOND], import_lexsarah).new == 3
    joined = LexSarahCase.objects.get(number="LS-2024-0001")
    assert list(joined.reports.values_list("number", flat=True)) == [
        "LS-2024-0003",
        "LS-2024-0001",
    ]
    assert (joined.received_on, joined.unit.code) == (date(2024, 1, 9), "IFO")


def test_import_changes_nothing_when_joined_case_is_repeated(path: Path) -> None:
    import_rows(path, [REPORT, SECOND], import_lexsarah)
    assert import_rows(path, [SECOND, REPORT], import_lexsarah).unchanged == 2
    assert LexSarahReport.objects.count() == 2


def test_import_refuses_stored_case_with_one_report_more(path: Path) -> None:
    import_rows(path, [REPORT], import_lexsarah)
    said = faults(path, [REPORT, SECOND], import_lexsarah)
    assert len(said) == 1
    assert "”LS-2024-0001” finns redan i systemet med annat innehåll" in said[0]


def test_import_refuses_stored_report_in_another_case(path: Path) -> None:
    import_rows(path, [REPORT], import_lexsarah)
    said = faults(path, [REPORT | {"case": "LS-2024-0007"}], import_lexsarah)
    assert said == [
        "lexsarah.csv rad 2, kolumn reference: ”LS-2024-0001” finns redan i ärende LS-2024-0001"
    ]


def test_import_takes_notification_before_decision(path: Path) -> None:
    pending = {"decided_on": "", "decided_by": "", "degree": ""}
    import_rows(path, [REPORT | pending | {"ivo_outcome": "waiting"}], import_lexsarah)
    assert LexSarahCase.objects.get().ivo_decided_by == "chair"
