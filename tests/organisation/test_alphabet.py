"""Names stand in the order of the Swedish alphabet, wherever they are listed."""

from __future__ import annotations

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from casework.models import Routine
from casework.register.inbox import chiefs_over_any
from deviations.reporting.forms import ReportForm
from organisation.lists.forms import UnitChoice
from organisation.lists.tree import by_name_in_tree
from organisation.models import Unit, User
from organisation.rights import Role
from organisation.texts.alphabet import alphabet_key
from tests.factories import make_unit, make_user

# As a Swedish telephone directory has them.
IN_ORDER = [
    "Ada Berg",
    "Ádám Kiss",
    "Anna-Karin Ek",
    "anna Lind",
    "Émile Roy",
    "Günter Zorn",
    "Gyula Ács",
    "Łukasz Nowak",
    "van Dijk",
    "Zorn",
    "Åkerman",
    "Ärlig",
    "Ærø",
    "Öberg",
    "Østergaard",
]


def test_key_sorts_as_the_swedish_alphabet() -> None:
    mixed = IN_ORDER[::-1]

    assert sorted(mixed, key=alphabet_key) == IN_ORDER


@pytest.mark.parametrize("name", ["Åkerman", "A\u030akerman", "ÅKERMAN"])
def test_key_is_the_same_however_a_letter_is_written(name: str) -> None:
    assert alphabet_key(name) == alphabet_key("åkerman")


@given(st.text(), st.text())
def test_key_of_any_text_compares_as_the_database_compares(
    one: str, other: str
) -> None:
    """Code points and the bytes of UTF-8 have the same order, which is that of the collation "C"."""
    keys = sorted([alphabet_key(one), alphabet_key(other)])

    assert keys == sorted(keys, key=lambda key: key.encode("utf-8", "surrogatepass"))


@pytest.mark.django_db
def test_people_are_listed_as_the_alphabet_has_them() -> None:
    unit = make_unit("A")
    for place, name in enumerate(reversed(IN_ORDER)):
        person = make_user(f"person{place}", (Role.SECTION_CHIEF, unit))
        person.name = name
        person.save()

    assert [person.name for person in User.objects.all()] == IN_ORDER
    assert [chief.name for chief in chiefs_over_any([unit])] == IN_ORDER


@pytest.mark.django_db
def test_key_follows_a_new_name() -> None:
    person = make_user("siv")
    person.name = "Öberg"
    person.save()

    assert User.objects.get(pk=person.pk).name_key == alphabet_key("Öberg")


@pytest.mark.django_db
def test_routines_are_listed_as_the_alphabet_has_them() -> None:
    unit = make_unit("A")
    for name in ("Öppenvård", "avslag", "Ärende", "Åtgärd", "Zon"):
        Routine.objects.create(code=alphabet_key(name)[-3:], name=name, unit=unit)

    assert [routine.name for routine in Routine.objects.all()] == [
        "avslag",
        "Zon",
        "Åtgärd",
        "Ärende",
        "Öppenvård",
    ]


@pytest.mark.django_db
def test_key_is_compared_by_bytes_in_any_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name || '.' || column_name, collation_name FROM information_schema.columns "
            "WHERE table_schema = 'public' AND column_name IN ('name_key', 'title_key')"
        )
        found = dict(cursor.fetchall())

    assert len(found) >= 6
    assert set(found.values()) == {"C"}


@pytest.mark.django_db
def test_units_are_offered_by_name_among_those_beside_them() -> None:
    root = make_unit("A", name="Förvaltningen")
    late = make_unit("1", root, name="Östra")
    make_unit("2", root, name="Ånga")
    make_unit("3", root, name="Västra")
    make_unit("4", late, name="Bo")
    make_unit("5", late, name="Ande")
    field = UnitChoice()
    field.queryset = Unit.objects.all()

    assert [label for _, label in field.choices] == [
        "Förvaltningen",
        "– Västra",
        "– Ånga",
        "– Östra",
        "– – Ande",
        "– – Bo",
    ]


@pytest.mark.django_db
def test_units_without_those_above_them_are_listed_all_the_same() -> None:
    root = make_unit("A")
    make_unit("B", root, name="Ö")
    make_unit("C", root, name="A")

    assert [
        unit.name for unit in by_name_in_tree(Unit.objects.exclude(parent=None))
    ] == ["A", "Ö"]


@pytest.mark.django_db
def test_report_offers_departments_by_name_and_their_units_by_name() -> None:
    root = make_unit("A")
    second, first = (
        make_unit("1", root, name="Ö-avdelningen"),
        make_unit("2", root, name="Ä-avdelningen"),
    )
    make_unit("5", make_unit("3", second, name="Boende"), name="Åsen")
    make_unit("4", second, name="Zon")
    make_unit("6", first, name="Enda")

    _, *groups = ReportForm().fields["unit"].choices  # type: ignore[attr-defined]

    assert groups == [
        ("Ä-avdelningen", [("6", "Enda")]),
        ("Ö-avdelningen", [("4", "Zon"), ("5", "Åsen")]),
    ]
