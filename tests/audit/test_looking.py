"""Who sees who has read a case, and what an employee has read."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from audit.models import Reading
from audit.models.reading import Kind, Way
from audit.words import page_in_words, question_in_words
from casework.models import NamedReader, Recusal, RetentionRule
from deviations.models import Deviation
from organisation.models import Unit, User
from organisation.rights import Role
from tests.factories import make_deviation, make_unit, make_user, signed_in
from tests.lent import bury
from tests.worlds import made_once

pytestmark = pytest.mark.django_db


@dataclass
class World:
    """One administration with everyone, another beside it, and a case."""

    root: Unit
    unit: Unit
    other: Unit
    chief: User
    controller: User
    officer: User
    staff: User
    stranger: User
    case: Deviation


def _make() -> World:
    root, other = make_unit("SOC"), make_unit("ASF")
    unit = make_unit("EK", root)
    staff = make_user("staff", (Role.STAFF, unit))
    return World(
        root=root,
        unit=unit,
        other=other,
        chief=make_user("chief", (Role.SECTION_CHIEF, unit)),
        controller=make_user("controller", (Role.QUALITY_CONTROLLER, root)),
        officer=make_user("officer", (Role.DATA_PROTECTION_OFFICER, root)),
        staff=staff,
        stranger=make_user("stranger", (Role.DATA_PROTECTION_OFFICER, other)),
        case=make_deviation(unit, number="KA-2024-7001", reporter=staff),
    )


world = made_once(_make)


def read(person: User, *cases: int, **facts: Any) -> Reading:
    """Let somebody have read some cases."""
    held = person.memberships.first()
    defaults = {
        "way": Way.ROLE,
        "kind": Kind.PAGE,
        "page": "deviations:detail",
        "count": len(cases),
        "role": held.role if held else "",
        "unit": held.unit if held else None,
    }
    return Reading.objects.create(
        person=person, cases=list(cases), **{**defaults, **facts}
    )


def look(who: User, page: str, *args: str, **asked: str) -> Any:
    return signed_in(who).get(reverse(f"audit:{page}", args=args), asked)


def rows_of(answer: Any) -> list[Reading]:
    return [row["reading"] for row in answer.context["rows"]]


# --- who has read a case ------------------------------------------------------------------------
def test_chief_sees_who_has_read_a_case_and_the_latest_first(world: World) -> None:
    first, second = (
        read(world.controller, world.case.pk),
        read(world.chief, world.case.pk),
    )

    answer = look(world.chief, "case", world.case.number)

    assert rows_of(answer) == [second, first]
    assert "Sida: avvikelse eller synpunkt" in answer.content.decode()


def test_to_look_is_a_reading_of_the_log(world: World) -> None:
    read(world.controller, world.case.pk)

    look(world.chief, "case", world.case.number)

    row = Reading.objects.order_by("-id").first()
    assert row is not None
    assert (row.kind, row.page, row.cases) == (Kind.LOG, "audit:case", [world.case.pk])
    assert row.people == [world.controller.pk]


def test_lists_and_files_that_showed_the_case_are_found(world: World) -> None:
    row = read(world.chief, 1, world.case.pk, kind=Kind.EXPORT, page="casework:export")

    assert rows_of(look(world.chief, "case", world.case.number)) == [row]


@pytest.mark.parametrize("who", ["stranger", "staff"])
def test_others_do_not_find_the_page(world: World, who: str) -> None:
    answer = look(getattr(world, who), "case", world.case.number)

    assert answer.status_code == 404


def test_officer_sees_the_number_and_neither_title_nor_way_to_the_case(
    world: World,
) -> None:
    text = look(world.officer, "case", world.case.number).content.decode()

    assert world.case.number in text
    assert world.case.title not in text
    assert reverse("casework:case", args=[world.case.number]) not in text


@pytest.mark.parametrize("who", ["chief", "controller", "officer"])
def test_who_is_kept_out_of_a_case_does_not_see_who_has_read_it(
    world: World, who: str
) -> None:
    Recusal.objects.create(case=world.case, user=getattr(world, who))

    assert look(getattr(world, who), "case", world.case.number).status_code == 404


def test_readers_of_a_protected_case_are_shown_to_those_who_read_it(
    world: World,
) -> None:
    Deviation.objects.filter(pk=world.case.pk).update(protected=True)
    NamedReader.objects.create(case=world.case, user=world.chief, position=1)

    asked = {
        who: look(getattr(world, who), "case", world.case.number).status_code
        for who in ("chief", "controller", "officer")
    }

    assert asked == {"chief": 200, "controller": 404, "officer": 404}


def test_reading_by_the_reporter_is_left_out_however_it_was_read(world: World) -> None:
    read(world.staff, world.case.pk, way=Way.REPORTER, page="deviations:own")
    read(world.staff, world.case.pk, kind=Kind.LIST, page="casework:inbox")
    read(world.chief, world.case.pk, page="deviations:mine", kind=Kind.LIST)
    another = make_user("another", (Role.STAFF, world.unit))
    read(another, world.case.pk, page="lexsarah:complement")
    read(another, world.case.pk, page="casework:notices", kind=Kind.LIST)

    answer = look(world.officer, "case", world.case.number)

    assert rows_of(answer) == []
    assert "Läsningar av den som själv rapporterade" in answer.content.decode()


def test_named_reader_without_a_role_over_the_case_is_shown(world: World) -> None:
    Deviation.objects.filter(pk=world.case.pk).update(protected=True)
    named = make_user("named", (Role.STAFF, world.unit))
    NamedReader.objects.create(case=world.case, user=world.chief, position=1)
    NamedReader.objects.create(case=world.case, user=named, position=2)
    row = read(named, world.case.pk, way=Way.NAMED)

    assert rows_of(look(world.chief, "case", world.case.number)) == [row]


def test_readers_are_narrowed_by_person_period_and_shape(world: World) -> None:
    long_ago = timezone.now() - dt.timedelta(days=40)
    old = read(world.chief, world.case.pk, at=long_ago)
    new = read(world.chief, world.case.pk)
    file = read(world.controller, world.case.pk, kind=Kind.FILE)
    day = timezone.localdate(long_ago).isoformat()

    def found(**asked: str) -> list[Reading]:
        return rows_of(look(world.officer, "case", world.case.number, **asked))

    assert found(last=day) == [old]
    assert new in found(first=timezone.localdate().isoformat(), kind="page")
    assert found(person=str(world.controller.pk)) == [file]
    assert found(kind="file") == [file]


def test_person_is_chosen_among_those_who_have_read(world: World) -> None:
    read(world.chief, world.case.pk)

    form = look(world.officer, "case", world.case.number).context["filter"].form

    # The officer has read of it by now.
    assert set(form.fields["person"].queryset) == {world.chief, world.officer}


def test_readers_are_a_file_with_number_role_and_time(world: World) -> None:
    read(world.chief, world.case.pk)

    answer = look(world.officer, "case_export", world.case.number, "csv")

    [_, line] = answer.content.decode().splitlines()
    assert line.startswith(f"{world.case.number};")
    assert ";Chief;chief;sektionschef;Enhet EK;;genom rollen;sida;" in line
    row = Reading.objects.order_by("-id").first()
    assert row is not None
    assert (row.kind, row.cases) == (Kind.EXPORT, [world.case.pk])


def purge(case: Deviation, by: User) -> int:
    """Let a case be gone, as the purging leaves it."""
    key = case.pk
    rule = RetentionRule.objects.create(
        unit=case.unit,
        subject="deviations",
        decision="SN 1",
        decided_on=dt.date(2024, 1, 1),
        registered_by=by,
    )
    bury(key=key, number=case.number, subject="deviations", unit=case.unit, rule=rule)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM deviations_deviation WHERE case_ptr_id = %s", [key])
        cursor.execute("DELETE FROM casework_case WHERE id = %s", [key])
    return key


def test_readings_of_a_purged_case_remain_for_the_officer_alone(world: World) -> None:
    row = read(world.chief, world.case.pk)
    read(world.staff, world.case.pk, kind=Kind.LIST, page="casework:inbox")
    purge(world.case, world.controller)

    assert rows_of(look(world.officer, "case", world.case.number)) == [row]
    for who in (world.chief, world.controller, world.stranger):
        assert look(who, "case", world.case.number).status_code == 404


def test_purged_case_that_only_those_who_were_named_read_stays_closed(
    world: World,
) -> None:
    read(world.chief, world.case.pk, way=Way.NAMED)
    purge(world.case, world.controller)

    assert look(world.officer, "case", world.case.number).status_code == 404


# --- what an employee has read --------------------------------------------------------------------
def test_officer_sees_what_an_employee_has_read_with_question_and_count(
    world: World,
) -> None:
    row = read(
        world.chief,
        world.case.pk,
        kind=Kind.SEARCH,
        page="casework:inbox",
        question="unit=EK&year=2024",
        words="Kanarie Svensson",
        count=812,
    )

    answer = look(world.officer, "person", "chief")

    text = answer.content.decode()
    assert rows_of(answer) == [row]
    assert "Sökning: inkorgen" in text
    assert "enhet: EK, år: 2024" in text
    assert "Antal: 812" in text
    assert world.case.number in text
    assert "Kanarie" not in text


def test_looking_at_an_employee_names_the_cases_that_were_shown(world: World) -> None:
    read(world.chief, world.case.pk)

    look(world.officer, "person", "chief")

    row = Reading.objects.order_by("-id").first()
    assert row is not None
    assert (row.kind, row.cases, row.people) == (
        Kind.LOG,
        [world.case.pk],
        [world.chief.pk],
    )


def test_number_of_a_protected_case_and_of_another_administration_is_masked(
    world: World,
) -> None:
    hidden = make_deviation(world.unit, protected=True)
    beyond = make_deviation(make_unit("BO", world.other))
    read(world.chief, hidden.pk, beyond.pk)

    text = look(world.officer, "person", "chief").content.decode()

    assert "skyddat ärende" in text
    assert "ärende i en annan förvaltning" in text
    assert hidden.number not in text
    assert beyond.number not in text


def test_what_an_employee_has_reported_is_not_told(world: World) -> None:
    read(world.staff, world.case.pk, way=Way.REPORTER, page="deviations:own")
    read(world.staff, world.case.pk, kind=Kind.LIST, page="casework:inbox")
    mine = make_deviation(world.unit, reporter=world.chief)
    read(world.chief, mine.pk)
    mixed = read(world.chief, mine.pk, world.case.pk, kind=Kind.LIST)

    assert rows_of(look(world.officer, "person", "staff")) == []
    answer = look(world.officer, "person", "chief")
    assert rows_of(answer) == [mixed]
    assert mine.number not in answer.content.decode()


def test_reading_in_another_administration_is_not_shown(world: World) -> None:
    read(world.chief, unit=world.other, role=Role.STAFF)

    assert rows_of(look(world.officer, "person", "chief")) == []


@pytest.mark.parametrize("who", ["chief", "controller", "stranger", "staff"])
def test_nobody_else_sees_what_an_employee_has_read(world: World, who: str) -> None:
    assert look(getattr(world, who), "person", "chief").status_code == 404


# --- where it begins --------------------------------------------------------------------------------
def test_number_leads_to_who_has_read_the_case(world: World) -> None:
    answer = signed_in(world.chief).post(
        reverse("audit:start"), {"do": "case", "number": world.case.number.lower()}
    )

    assert answer["Location"] == reverse("audit:case", args=[world.case.number])


def test_number_that_may_not_be_looked_up_is_kept_and_explained(world: World) -> None:
    answer = signed_in(world.stranger).post(
        reverse("audit:start"), {"do": "case", "number": world.case.number}
    )

    assert answer.status_code == 400
    text = answer.content.decode()
    assert "Du kan inte se vem som har läst ett ärende med det numret." in text
    assert world.case.number in text
    assert not Reading.objects.exists()


def test_name_of_several_lists_them_and_of_one_leads_to_the_person(
    world: World,
) -> None:
    make_user("chief2", (Role.UNIT_CHIEF, world.unit))
    client, page = signed_in(world.officer), reverse("audit:start")

    several = client.post(page, {"do": "person", "name": "chief"})
    one = client.post(page, {"do": "person", "name": "Controller"})

    assert [person.username for person in several.context["found"]] == [
        "chief",
        "chief2",
    ]
    assert one["Location"] == reverse("audit:person", args=["controller"])
    row = Reading.objects.get()
    assert (row.kind, row.page, row.words) == (Kind.LOG, "audit:start", "chief")


def test_officer_finds_nobody_of_another_administration(world: World) -> None:
    answer = signed_in(world.stranger).post(
        reverse("audit:start"), {"do": "person", "name": "chief"}
    )

    assert answer.status_code == 400


def test_case_leads_those_who_may_to_who_has_read_it(world: World) -> None:
    planner = make_user("planner", (Role.PLANNING_OFFICER, world.root))
    link = reverse("audit:case", args=[world.case.number])
    case_page = reverse("deviations:detail", args=[world.case.number])

    def page(who: User) -> str:
        answer = signed_in(who).get(case_page)
        return str(answer.content.decode())

    assert link in page(world.chief)
    assert link not in page(planner)


# --- words --------------------------------------------------------------------------------------
def test_page_that_is_gone_is_named_by_its_address() -> None:
    assert page_in_words("deviations:gone") == "deviations:gone"


def test_question_says_no_key_of_a_person() -> None:
    asked = question_in_words("owner=57&due_before=2024-03-01&novel=1")

    assert asked == "ansvarig: vald, klart senast: 2024-03-01, novel: 1"
