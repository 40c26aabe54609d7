from datetime import date
from pathlib import Path

import pytest

from casework.models import Action
from deviations.imports import import_deviations
from deviations.models import Deviation
from organisation.registers.imports import import_units
from tests.registers import COMPLAINT, DEVIATION, faults, good_register, import_rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where to write deviations, once the units are stored."""
    import_rows(tmp_path / "units.csv", good_register()["units.csv"], import_units)
    return tmp_path / "deviations.csv"


def test_import_stores_closed_deviation_with_its_action(path: Path) -> None:
    import_rows(path, [DEVIATION], import_deviations)
    stored = Deviation.objects.get()
    assert (stored.number, stored.subject, stored.title) == (
        "KA-2024-0001",
        "deviations",
        "Sekretess",
    )
    assert (stored.state, stored.closed_on, stored.unit.code) == (
        "closed",
        date(2024, 4, 2),
        "IFO-BNÖ",
    )
    action = stored.actions.get()
    assert (action.category, action.level, action.done_on) == (
        "Påminnelse om rutin",
        "individual",
        date(2024, 4, 2),
    )


def test_import_stores_open_complaint_without_action(path: Path) -> None:
    import_rows(path, [COMPLAINT], import_deviations)
    assert Deviation.objects.get().state == "reported"
    assert not Action.objects.exists()


def test_import_stores_assessed_open_deviation_as_under_investigation(
    path: Path,
) -> None:
    import_rows(path, [DEVIATION | {"closed_on": ""}], import_deviations)
    stored = Deviation.objects.get()
    assert (stored.state, stored.actions.get().done_on) == ("under_investigation", None)


def test_import_titles_deviation_by_its_kind_when_it_has_no_category(
    path: Path,
) -> None:
    import_rows(path, [COMPLAINT | {"category": ""}], import_deviations)
    assert Deviation.objects.get().title == "Klagomål"


def test_import_gives_every_deviation_a_form_token(path: Path) -> None:
    import_rows(path, [DEVIATION, COMPLAINT], import_deviations)
    assert Deviation.objects.values("form_token").distinct().count() == 2


def test_import_stores_text_in_composed_form(path: Path) -> None:
    import_rows(
        path,
        [DEVIATION | {"description": " Va\u030ard\r\n- rad 2 "}],
        import_deviations,
    )
    assert Deviation.objects.get().description == "Vård\n- rad 2"


@pytest.mark.parametrize(
    "column", ["description", "closed_on", "unit", "action_category"]
)
def test_import_refuses_stored_deviation_with_other_content(
    path: Path, column: str
) -> None:
    import_rows(path, [DEVIATION], import_deviations)
    other = {
        "description": "Nytt.",
        "closed_on": "2024-05-01",
        "unit": "IFO",
        "action_category": "Utbildning",
    }
    said = faults(path, [DEVIATION | {column: other[column]}], import_deviations)
    assert said == [
        "deviations.csv rad 2, kolumn reference: ”KA-2024-0001” finns redan i systemet med annat innehåll"
    ]


def test_import_leaves_deviation_alone_when_an_action_was_added_since(
    path: Path,
) -> None:
    import_rows(path, [DEVIATION, COMPLAINT], import_deviations)
    for stored in Deviation.objects.all():
        Action.objects.create(case=stored, text="Nytt", decided_on=date(2024, 6, 1))
    assert import_rows(path, [DEVIATION, COMPLAINT], import_deviations).unchanged == 2
