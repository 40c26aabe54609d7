from pathlib import Path

import pytest

from organisation.registers.imports import import_units
from riskanalysis.models import RiskAnalysis
from riskanalysis.register.imports import import_risk_analyses
from tests.registers import RISK_ANALYSIS, faults, good_register, import_rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where to write risk analyses, once the units are stored."""
    import_rows(tmp_path / "units.csv", good_register()["units.csv"], import_units)
    return tmp_path / "risk_analyses.csv"


def test_import_keeps_what_the_appendix_shows(path: Path) -> None:
    import_rows(path, [RISK_ANALYSIS], import_risk_analyses)
    stored = RiskAnalysis.objects.get()
    action = stored.actions.get()
    assert stored.number == "RA-2022-0001"
    assert (stored.workplace, stored.title) == ("Enhet Norr", "Riskanalys inför flytt.")
    assert (action.text, action.improved_routine) == (
        "Information till berörda.",
        "Rutin för flytt.",
    )


def test_import_stores_no_action_when_nothing_was_done(path: Path) -> None:
    import_rows(
        path,
        [RISK_ANALYSIS | {"actions": "", "improved_routine": ""}],
        import_risk_analyses,
    )
    assert not RiskAnalysis.objects.get().actions.exists()


def test_import_stores_equal_rows_as_often_as_they_stand(path: Path) -> None:
    import_rows(path, [RISK_ANALYSIS, RISK_ANALYSIS], import_risk_analyses)
    outcome = import_rows(path, [RISK_ANALYSIS] * 3, import_risk_analyses)
    assert (outcome.new, outcome.unchanged) == (1, 2)
    assert max(RiskAnalysis.objects.values_list("number", flat=True)) == "RA-2022-0003"


def test_import_refuses_stored_analysis_with_other_actions(path: Path) -> None:
    import_rows(path, [RISK_ANALYSIS], import_risk_analyses)
    said = faults(path, [RISK_ANALYSIS | {"actions": "Annat."}], import_risk_analyses)
    assert said == [
        "risk_analyses.csv rad 2, kolumn title: raden finns redan i systemet med annat innehåll"
    ]
