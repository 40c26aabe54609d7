import datetime as dt
from functools import partial
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from organisation.models import Membership, Unit, User
from organisation.registers.files import whole_or_nothing
from organisation.registers.imports import end_substitutes, import_people, import_units
from organisation.rights import Role
from tests.registers import faults, good_register, import_rows, write_file

pytestmark = pytest.mark.django_db

PERSON = {
    "username": "asa",
    "name": "Åsa Öberg",
    "email": "asa@example.se",
    "role": "section_chief",
    "unit": "IFO",
    "valid_from": "2020-01-01",
    "valid_to": "",
}


@pytest.fixture
def units(tmp_path: Path) -> list[dict[str, str]]:
    """Store a small administration and return its rows."""
    rows = good_register()["units.csv"]
    import_rows(tmp_path / "units.csv", rows, import_units)
    return rows


def test_import_units_builds_tree_in_any_order_of_rows(tmp_path: Path) -> None:
    rows = good_register()["units.csv"]
    import_rows(tmp_path / "units.csv", rows[::-1], import_units)
    assert list(Unit.objects.values_list("path", flat=True)) == [
        "ASF/",
        "ASF/IFO/",
        "ASF/IFO/IFO-BNÖ/",
    ]


def test_import_units_changes_name_staff_and_last_day(
    tmp_path: Path, units: list[dict[str, str]]
) -> None:
    units[2] |= {"name": "Enhet Öster", "staff": "", "valid_to": "2030-01-01"}
    outcome = import_rows(tmp_path / "units.csv", units, import_units)
    assert outcome.changes == ["IFO-BNÖ: ändrade namn, antal medarbetare, sista dag"]
    assert (outcome.new, outcome.unchanged) == (0, 2)
    assert Unit.objects.get(code="IFO-BNÖ").name == "Enhet Öster"


def test_import_units_refuses_another_parent(
    tmp_path: Path, units: list[dict[str, str]]
) -> None:
    units[2]["parent"] = "ASF"
    (fault,) = faults(tmp_path / "units.csv", units, import_units)
    assert "finns redan under en annan överordnad" in fault
    assert (
        "Ge enheten en sista dag" in fault
    )  # what can be done, and no page that is not there


def test_import_units_refuses_another_level_and_first_day(
    tmp_path: Path, units: list[dict[str, str]]
) -> None:
    units[2] |= {"level": "sektion", "valid_from": "2016-01-01"}
    said = faults(tmp_path / "units.csv", units, import_units)
    assert ["kolumn level" in said[0], "kolumn valid_from" in said[1]] == [True, True]


def test_import_units_takes_parent_that_is_stored(
    tmp_path: Path, units: list[dict[str, str]]
) -> None:
    row = units[2] | {"code": "IFO-BNÖ-1", "parent": "IFO-BNÖ", "level": "sektion"}
    assert import_rows(tmp_path / "units.csv", [row], import_units).new == 1


def test_import_units_command_stores_units(tmp_path: Path) -> None:
    path, out = (
        write_file(tmp_path / "units.csv", good_register()["units.csv"]),
        StringIO(),
    )
    call_command("import_units", path, stdout=out)
    assert "units.csv: 3 nya, 0 oförändrade" in out.getvalue()


# --- people -----------------------------------------------------------------------------------
def test_import_people_stores_person_with_several_roles(
    tmp_path: Path, units: object
) -> None:
    rows = [PERSON, PERSON | {"role": "staff", "unit": "IFO-BNÖ"}]
    assert import_rows(tmp_path / "people.csv", rows, import_people).new == 2
    person = User.objects.get(username="asa")
    assert set(person.memberships.values_list("role", flat=True)) == {
        Role.SECTION_CHIEF,
        Role.STAFF,
    }
    assert not person.has_usable_password()


def test_import_people_gives_new_people_the_first_password(
    tmp_path: Path, units: object
) -> None:
    import_rows(
        tmp_path / "people.csv",
        [PERSON],
        partial(import_people, initial_password="korrekt häst"),
    )
    assert User.objects.get(username="asa").check_password("korrekt häst")


def test_import_people_keeps_password_of_known_person(
    tmp_path: Path, units: object
) -> None:
    import_rows(
        tmp_path / "people.csv",
        [PERSON],
        partial(import_people, initial_password="korrekt häst"),
    )
    import_rows(
        tmp_path / "people.csv",
        [PERSON],
        partial(import_people, initial_password="något annat"),
    )
    assert User.objects.get(username="asa").check_password("korrekt häst")


def test_import_people_changes_nothing_when_repeated(
    tmp_path: Path, units: object
) -> None:
    import_rows(tmp_path / "people.csv", [PERSON], import_people)
    assert import_rows(tmp_path / "people.csv", [PERSON], import_people).unchanged == 1
    assert Membership.objects.count() == 1


def test_import_people_ends_membership(tmp_path: Path, units: object) -> None:
    import_rows(tmp_path / "people.csv", [PERSON], import_people)
    outcome = import_rows(
        tmp_path / "people.csv", [PERSON | {"valid_to": "2024-01-01"}], import_people
    )
    assert outcome.changes == ["asa: ändrade sista dag som sektionschef"]


def test_import_people_changes_name(tmp_path: Path, units: object) -> None:
    import_rows(tmp_path / "people.csv", [PERSON], import_people)
    import_rows(tmp_path / "people.csv", [PERSON | {"name": "Åsa Ek"}], import_people)
    assert User.objects.get().name == "Åsa Ek"


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("username", "Asa", "små bokstäver"),
        ("username", "åsa ek", "får bara ha"),
        ("username", "", "är tom"),
        ("name", "", "är tom"),
        ("email", "asa@", "inte en e-postadress"),
        ("role", "chef", "inte något av"),
        ("unit", "XXX", "finns inte"),
        ("valid_to", "2019-01-01", "efter startdatum"),
    ],
)
def test_import_people_refuses_spoiled_row(
    tmp_path: Path, units: object, column: str, value: str, reason: str
) -> None:
    said = faults(tmp_path / "people.csv", [PERSON | {column: value}], import_people)
    assert any(
        f"people.csv rad 2, kolumn {column}:" in line and reason in line
        for line in said
    ), said
    assert not User.objects.exists()


def test_import_people_refuses_two_names_for_one_person(
    tmp_path: Path, units: object
) -> None:
    rows = [PERSON, PERSON | {"role": "staff", "name": "Åsa Ek"}]
    assert faults(tmp_path / "people.csv", rows, import_people) == [
        "people.csv rad 3, kolumn name: är inte samma som på rad 2 för samma person"
    ]


def test_import_people_refuses_same_role_twice(tmp_path: Path, units: object) -> None:
    said = faults(tmp_path / "people.csv", [PERSON, PERSON], import_people)
    assert said == [
        "people.csv rad 3, kolumn role: samma roll i samma enhet står redan på rad 2"
    ]


def test_import_people_command_refuses_weak_password(
    tmp_path: Path, units: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIRST_PASSWORD", "kort")
    with pytest.raises(CommandError, match="FIRST_PASSWORD"):
        call_command(
            "import_people",
            write_file(tmp_path / "people.csv", [PERSON]),
            initial_password_from="FIRST_PASSWORD",
        )


def test_import_people_command_takes_password_from_caller(
    tmp_path: Path, units: object
) -> None:
    path = write_file(tmp_path / "people.csv", [PERSON])
    call_command(
        "import_people", path, initial_password="korrekt häst", stdout=StringIO()
    )
    assert User.objects.get(username="asa").check_password("korrekt häst")


def test_import_says_when_database_refuses_rows(tmp_path: Path, units: object) -> None:
    with whole_or_nothing() as run:
        Unit.objects.create(
            code="ASF", path="X/", level="enhet", name="X", valid_from="2020-01-01"
        )
    assert run.report() == [
        "databasen: tog inte emot raderna (organisation_unit_code_key); försök igen"
    ]


def test_import_people_ends_substitutes_with_the_role_they_stand_in_for(
    tmp_path: Path, units: object
) -> None:
    unit, chief = (
        Unit.objects.first(),
        User.objects.create(username="chief", name="Chef"),
    )
    stand_in = User.objects.create(username="other", name="Annan")
    facts = {"unit": unit, "role": Role.SECTION_CHIEF}
    held = Membership.objects.create(user=chief, valid_from="2024-01-01", **facts)
    lent = Membership.objects.create(
        user=stand_in,
        valid_from="2024-02-01",
        valid_to="2025-01-01",
        stands_in_for=chief,
        **facts,
    )
    held.valid_to = dt.date(2024, 6, 1)
    held.save()
    end_substitutes(held)

    lent.refresh_from_db()
    assert lent.valid_to == dt.date(2024, 6, 1)
