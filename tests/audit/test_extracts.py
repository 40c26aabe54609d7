"""Extracts of the log: what they hold, who gives them, and that they stay as they were given."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.utils import DatabaseError, IntegrityError
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from audit.extracts import giving
from audit.extracts.forms import ExtractForm
from audit.extracts.giving import extracts_of, give_extract
from audit.looking.access import readers_of
from audit.models import Extract, Reading
from audit.models.reading import Kind, Way
from audit.views.extracts import document_of
from deviations.models import Deviation
from organisation.models import User
from organisation.rights import Role
from tests.audit.test_looking import World, _make, read
from tests.factories import make_deviation, make_user, signed_in
from tests.worlds import made_once

pytestmark = pytest.mark.django_db
world = made_once(_make)


def asked(**facts: Any) -> dict[str, Any]:
    today = timezone.localdate()
    defaults: dict[str, Any] = {
        "first": today - dt.timedelta(days=30),
        "last": today,
        "asked_by": "Kanarie Svensson",
        "capacity": "concerned",
        "disclosure": "none",
    }
    return defaults | facts


TESTED = {
    "disclosure": "given",
    "paragraph": "OSL 26 kap. 1 §",
    "reasons": "Inget men.",
}


def give(world: World, *, actor: User | None = None, **facts: Any) -> Extract:
    """Hand out who has read the case."""
    by = actor or world.officer
    looked = readers_of(by, world.case.number)
    assert looked is not None
    return give_extract(looked, actor=by, **({"form_token": uuid4()} | asked(**facts)))


def html_of(extract: Extract) -> str:
    fresh = Extract.objects.get(pk=extract.pk)
    return str(render_to_string("audit/extract_document.html", document_of(fresh)))


# --- what it holds ------------------------------------------------------------------------------
def test_extract_says_roles_and_units_where_names_are_not_tested(world: World) -> None:
    read(world.chief, world.case.pk)

    [line] = give(world).lines

    assert line["who"] == "Sektionschef, Enhet EK"
    assert line["what"] == "Sida: avvikelse eller synpunkt"


@pytest.mark.parametrize(
    ("disclosure", "is_named"), [("given", True), ("refused", False)]
)
def test_extract_says_names_only_where_the_test_says_so(
    world: World, disclosure: str, is_named: bool
) -> None:
    read(world.chief, world.case.pk, stands_in_for=world.controller)

    extract = give(world, **(TESTED | {"disclosure": disclosure}))

    assert ("Chief" in html_of(extract)) is is_named
    assert ("Controller" in html_of(extract)) is is_named
    assert "ersättare" in html_of(extract) or is_named


def test_extract_holds_its_period_and_nothing_else(world: World) -> None:
    now = timezone.now()
    read(world.chief, world.case.pk, at=now - dt.timedelta(days=90))
    inside = read(world.chief, world.case.pk, at=now - dt.timedelta(days=10))

    extract = give(world)

    assert [line["at"][:10] for line in extract.lines] == [
        timezone.localdate(inside.at).isoformat()
    ]
    assert extract.up_to == inside.id


def test_extract_leaves_out_who_reported(world: World) -> None:
    read(world.staff, world.case.pk, way=Way.REPORTER, page="deviations:own")

    assert give(world).lines == []


def test_extract_of_an_employee_says_what_was_read_and_masks_what_is_protected(
    world: World,
) -> None:
    hidden = make_deviation(world.unit, protected=True)
    read(world.chief, world.case.pk, hidden.pk, kind=Kind.LIST, page="casework:inbox")

    extract = give_extract(
        world.chief, actor=world.officer, form_token=uuid4(), **asked()
    )

    [line] = extract.lines
    assert sorted(line["cases"]) == sorted([world.case.number, "skyddat ärende"])
    assert extract.keys == {world.case.pk}
    assert (extract.person, extract.unit) == (world.chief, world.root)


def test_extract_is_the_same_when_people_have_changed_name(world: World) -> None:
    read(world.chief, world.case.pk)
    extract = give(world, **TESTED)
    before = html_of(extract)

    User.objects.filter(pk=world.chief.pk).update(name="Någon Annan")
    read(world.controller, world.case.pk)

    assert html_of(extract) == before


def test_extract_takes_no_more_than_a_pdf_holds(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(giving, "MOST_LINES", 1)
    read(world.chief, world.case.pk)
    read(world.controller, world.case.pk)

    with pytest.raises(ValidationError, match="Dela upp"):
        give(world)

    assert not Extract.objects.exists()


def test_form_that_is_sent_again_gives_the_same_extract(world: World) -> None:
    token = UUID(int=7)

    first, second = give(world, form_token=token), give(world, form_token=token)

    assert first == second
    assert first.number.startswith(f"LU-{timezone.localdate().year}-")


# --- who gives it -------------------------------------------------------------------------------
def test_of_a_protected_case_no_copy_leaves_the_product(world: World) -> None:
    looked = readers_of(world.controller, world.case.number)
    assert looked is not None

    with pytest.raises(ValidationError):
        give_extract(
            replace(looked, protected=True),
            actor=world.controller,
            form_token=uuid4(),
            **asked(),
        )


def test_chief_gives_no_extract(world: World) -> None:
    with pytest.raises(ValidationError):
        give(world, actor=world.chief)


@pytest.mark.parametrize("who", ["controller", "stranger"])
def test_only_the_officer_of_the_administration_gives_out_what_an_employee_has_read(
    world: World, who: str
) -> None:
    with pytest.raises(ValidationError):
        give_extract(
            world.chief, actor=getattr(world, who), form_token=uuid4(), **asked()
        )


def test_extracts_are_seen_by_those_who_see_the_readers(world: World) -> None:
    about_case = give(world)
    about_person = give_extract(
        world.chief, actor=world.officer, form_token=uuid4(), **asked()
    )

    def seen(who: User) -> set[Extract]:
        return set(extracts_of(who))

    assert seen(world.officer) == {about_case, about_person}
    assert seen(world.controller) == {about_case}
    assert seen(world.stranger) == set()


def test_extract_of_a_case_that_became_protected_is_closed(world: World) -> None:
    give(world)
    Deviation.objects.filter(pk=world.case.pk).update(protected=True)

    assert not extracts_of(world.officer).exists()
    assert not extracts_of(world.controller).exists()


# --- the form -----------------------------------------------------------------------------------
def sent(world: World, who: User, **facts: str) -> ExtractForm:
    form = ExtractForm(user=who)
    data = {
        name: str(form.get_initial_for_field(form.fields[name], name))
        for name in ("form_token", "begun")
    }
    data |= {name: str(value) for name, value in asked().items()} | facts
    return ExtractForm(data, user=who)


def test_form_asks_for_the_whole_test_where_names_were_tested(world: World) -> None:
    form = sent(world, world.officer, number=world.case.number, disclosure="given")

    assert form.errors == {
        "paragraph": ["Skriv lagrummet för prövningen."],
        "reasons": ["Skriv skälen för prövningen."],
    }


def test_form_takes_no_reasons_for_a_test_that_was_not_made(world: World) -> None:
    form = sent(world, world.officer, number=world.case.number, reasons="Inget men.")

    assert set(form.errors) == {"reasons"}


@pytest.mark.parametrize(
    ("facts", "at"),
    [
        ({}, "number"),
        ({"number": "KA-2024-7001", "username": "chief"}, "number"),
        ({"number": "KA-1900-0001"}, "number"),
        ({"username": "nobody"}, "username"),
        (
            {"number": "KA-2024-7001", "first": "2024-02-01", "last": "2024-01-01"},
            "last",
        ),
    ],
)
def test_form_says_what_is_wrong_where_it_is(
    world: World, facts: dict[str, str], at: str
) -> None:
    assert set(sent(world, world.officer, **facts).errors) == {at}


def test_controller_is_not_asked_about_employees(world: World) -> None:
    assert "username" not in ExtractForm(user=world.controller).fields


# --- the pages ----------------------------------------------------------------------------------
def test_extract_is_given_listed_and_shown(world: World) -> None:
    client = signed_in(world.officer)
    form = client.get(reverse("audit:new_extract"), {"arende": world.case.number})
    hidden = {
        field.name: str(field.value()) for field in form.context["form"].hidden_fields()
    }
    said = {name: str(value) for name, value in asked(**TESTED).items()}

    answer = client.post(
        reverse("audit:new_extract"), {**hidden, **said, "number": world.case.number}
    )

    given = Extract.objects.get()
    page = reverse("audit:extract", args=[given.number])
    assert answer["Location"] == page
    assert "Kanarie Svensson" in client.get(page).content.decode()
    assert page in client.get(reverse("audit:extracts")).content.decode()
    logged = Reading.objects.order_by("id").values_list("page", "kind", "cases")
    assert list(logged) == [
        ("audit:extract", Kind.LOG, [world.case.pk]),
        ("audit:extracts", Kind.LOG, [world.case.pk]),
    ]


def test_refused_form_keeps_what_was_typed(world: World) -> None:
    answer = signed_in(world.officer).post(
        reverse("audit:new_extract"), {"asked_by": "Kanarie Svensson"}
    )

    assert answer.status_code == 400
    assert "Kanarie Svensson" in answer.content.decode()


def test_pdf_is_a_print_and_the_same_each_time(world: World) -> None:
    read(world.chief, world.case.pk)
    given = give(world)
    page = reverse("audit:extract_pdf", args=[given.number])
    client = signed_in(world.officer)

    first, second = client.get(page), client.get(page)

    assert first.content == second.content
    assert first.content.startswith(b"%PDF-1.7")
    row = Reading.objects.order_by("-id").first()
    assert row is not None
    assert (row.kind, row.cases) == (Kind.PRINT, [world.case.pk])


# --- the table ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "attempt",
    [
        "UPDATE audit_extract SET paragraph = 'x'",
        "DELETE FROM audit_extract",
        "TRUNCATE audit_extract",
    ],
)
def test_extract_is_only_added(world: World, attempt: str) -> None:
    give(world)

    with (
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(attempt)


def test_who_asked_and_the_reasons_are_sealed(world: World) -> None:
    give(world, **TESTED)

    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_extract::text FROM audit_extract")
        [row] = cursor.fetchone()
    assert "Kanarie" not in row
    assert "Inget men" not in row


@pytest.mark.parametrize(
    ("constraint", "facts"),
    [
        ("extract_is_about_one", {"person_id": 1}),
        ("extract_says_how_it_was_tested", {"disclosure": "given"}),
        ("extract_says_who_asked", {"asked_by": ""}),
        ("extract_ends_after_it_begins", {"last": dt.date(2001, 1, 1)}),
        ("extract_known_capacity", {"capacity": "x"}),
    ],
)
def test_database_refuses_an_extract_that_says_too_little(
    world: World, constraint: str, facts: dict[str, Any]
) -> None:
    whole = give(world)
    kept = {
        field.attname: getattr(whole, field.attname)
        for field in Extract._meta.concrete_fields
        if not field.unique
    }
    if "person_id" in facts:
        facts = {"person_id": world.chief.pk}

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Extract.objects.create(
            **{**kept, "number": "LU-2001-0001", "form_token": uuid4(), **facts}
        )


def test_sealed_fields_are_open_to_who_may_read_the_extract(world: World) -> None:
    make_user("someone", (Role.STAFF, world.unit))
    extract = give(world, **TESTED)

    fresh = Extract.objects.get(pk=extract.pk)

    assert (fresh.asked_by, fresh.reasons) == ("Kanarie Svensson", "Inget men.")
