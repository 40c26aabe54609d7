from pathlib import Path

import pytest

from organisation.registers.imports import import_units
from selfcheck.models import Measurement, SelfCheck
from selfcheck.register.imports import import_selfchecks, import_series
from tests.registers import SELFCHECK, SERIES, faults, good_register, import_rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder to write files in, once the units are stored."""
    import_rows(tmp_path / "units.csv", good_register()["units.csv"], import_units)
    return tmp_path


def test_import_stores_done_selfcheck(folder: Path) -> None:
    import_rows(folder / "selfchecks.csv", [SELFCHECK], import_selfchecks)
    stored = SelfCheck.objects.get()
    assert (stored.number, stored.title, stored.method) == (
        "EK-2022-0001",
        "Logguppföljning enligt rutin.",
        "log_check",
    )
    assert (stored.met, stored.reviewed, stored.closed_on) == (39, 40, stored.done_on)


def test_import_takes_counts_instead_of_result(folder: Path) -> None:
    assert (
        import_rows(
            folder / "selfchecks.csv", [SELFCHECK | {"result": ""}], import_selfchecks
        ).new
        == 1
    )


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"result": "", "met": "", "reviewed": ""}, "result"),
        ({"met": "0", "reviewed": "0"}, "reviewed"),
        ({"met": ""}, "met"),
    ],
)
def test_import_refuses_selfcheck_without_outcome(
    folder: Path, changes: dict[str, str], column: str
) -> None:
    said = faults(folder / "selfchecks.csv", [SELFCHECK | changes], import_selfchecks)
    assert len(said) == 1
    assert f"kolumn {column}:" in said[0]


def test_import_tells_selfchecks_with_different_results_apart(folder: Path) -> None:
    rows = [SELFCHECK, SELFCHECK | {"result": "Brister har konstaterats."}]
    assert import_rows(folder / "selfchecks.csv", rows, import_selfchecks).new == 2
    assert (
        import_rows(folder / "selfchecks.csv", rows[::-1], import_selfchecks).unchanged
        == 2
    )


def test_import_refuses_stored_selfcheck_with_other_result(folder: Path) -> None:
    import_rows(folder / "selfchecks.csv", [SELFCHECK], import_selfchecks)
    said = faults(
        folder / "selfchecks.csv",
        [SELFCHECK | {"result": "Brister."}],
        import_selfchecks,
    )
    assert "raden finns redan i systemet med annat innehåll" in said[0]


def test_import_stores_measurements_of_months_and_years(folder: Path) -> None:
    import_rows(folder / "series.csv", SERIES, import_series)
    stored = set(Measurement.objects.values_list("period", "numerator", "denominator"))
    assert stored == {("2024-04", 16, 39), ("2024", 1117, None)}


def test_import_refuses_stored_measurement_with_other_numbers(folder: Path) -> None:
    import_rows(folder / "series.csv", SERIES, import_series)
    said = faults(
        folder / "series.csv", [SERIES[0] | {"numerator": "17"}], import_series
    )
    assert "finns redan i systemet med andra tal" in said[0]
