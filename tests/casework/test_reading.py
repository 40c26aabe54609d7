"""The rule about who reads a case, told once more in plain Python, over municipalities made at random."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from casework.kinds import readers_in, registered
from casework.models import Action, Case, Circle, NamedReader, Recusal
from deviations.models import Deviation
from organisation import access
from organisation.models import Membership, Unit, User
from organisation.rights import CHIEFS, Role
from tests.factories import LONG_AGO, make_deviation, make_unit, make_user

pytestmark = pytest.mark.django_db
RECEIVED = dt.date(2024, 3, 1)
PEOPLE = 14


@dataclass
class Town:
    """Two administrations, their people with any roles, and cases that anything may have happened to."""

    units: list[Unit]
    people: list[User]
    cases: list[Case]
    actions: list[Action]


def make_town(seed: int) -> Town:
    chance = random.Random(seed)
    units = [make_unit("A"), make_unit("B")]
    for number in range(12):
        above = [unit for unit in units if unit.path.count("/") < 4]
        units.append(make_unit(f"U{number}", chance.choice(above)))
    people = [make_user(f"p{number}", is_active=number > 0) for number in range(PEOPLE)]
    for person in people:
        for role in chance.sample(list(Role), chance.choice([0, 1, 1, 2, 4])):
            begins, ends = chance.choice(
                [(LONG_AGO, None)] * 4 + [(LONG_AGO, RECEIVED), (_in_days(9), None)]
            )
            Membership.objects.create(
                user=person,
                unit=chance.choice(units),
                role=role,
                valid_from=begins,
                valid_to=ends,
            )
    cases = [make_case(chance, units, people, number) for number in range(60)]
    actions = [
        Action.objects.create(
            case=chance.choice(cases), text="Gör", owner=chance.choice([None, *people])
        )
        for _ in range(60)
    ]
    return Town(units, people, cases, actions)


def _in_days(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


def make_case(
    chance: random.Random, units: list[Unit], people: list[User], number: int
) -> Case:
    """Make an event in any state of the spine, now and then protected, handed over or recused from."""
    is_closed, from_outside = chance.random() < 0.4, chance.random() < 0.4
    facts: dict[str, Any] = {
        "circle": chance.choice([Circle.USUAL, *Circle]),
        "came_from": chance.choice([None, None, *units]),
        "reporter": None if from_outside else chance.choice([None, *people]),
        "protected": chance.random() < 0.3,
        "reported_by": "outside" if from_outside else "staff",
        "kind": "complaint" if from_outside else "quality_deviation",
        "closed_on": RECEIVED if is_closed else None,
        "state": "closed" if is_closed else "reported",
        "is_deviation": "no" if is_closed else "",
    }
    made = make_deviation(
        chance.choice(units), number=f"KA-2024-{number:04d}", **facts
    ).case_ptr
    some = chance.sample(people, 5)
    if made.protected:
        for position, reader in enumerate(some[: chance.randint(0, 3)], start=1):
            NamedReader.objects.create(case=made, user=reader, position=position)
    for person in some[3 : 3 + chance.randint(0, 2)]:
        Recusal.objects.create(case=made, user=person)
    return made


class Rule:
    """What the rule says, asked of one person and one case."""

    def __init__(self, person: User) -> None:
        self.person = person
        self.held = list(
            Membership.objects.valid().filter(user=person).select_related("unit")
        )
        self.recused = set(
            Recusal.objects.filter(user=person).values_list("case", flat=True)
        )
        self.named = set(
            NamedReader.objects.filter(user=person).values_list("case", flat=True)
        )

    def over(self, unit: Unit | None) -> set[str]:
        return {
            one.role
            for one in self.held
            if unit and unit.path.startswith(one.unit.path)
        }

    def handles(self, case: Case) -> bool:
        if not self.person.is_active or case.pk in self.recused:
            return False
        if case.protected:
            return case.pk in self.named
        reads = self.over(case.unit) & readers_in(case.circle)
        handed_over = (
            self.over(case.came_from) & CHIEFS and case.circle != Circle.INVESTIGATOR
        )
        is_open_from_outside = (
            case.from_outside and case.closed_on is None and case.circle == Circle.USUAL
        )
        registers = Role.REGISTRAR in self.over(case.unit) and is_open_from_outside
        return bool(reads or handed_over or registers)

    def sees(self, case: Case) -> bool:
        return self.handles(case) or (
            self.person.is_active and case.reporter_id == self.person.pk
        )

    def follows(self, action: Action) -> bool:
        is_own = action.owner_id == self.person.pk and self.person.is_active
        may_know = not action.case.protected and action.case_id not in self.recused
        return self.handles(action.case) or (is_own and may_know)


MOST_LISTED = {"keys": 500, "keys and paths": 2, "paths": 0}


def towns() -> Iterator[Any]:
    """Return each way of asking with each town; make test asks each way in a town of its own."""
    for place, (name, most) in enumerate(MOST_LISTED.items()):
        for seed in range(len(MOST_LISTED)):
            marks = () if seed == place else pytest.mark.every
            yield pytest.param(seed, most, id=f"{seed}-{name}", marks=marks)


@pytest.mark.parametrize(("seed", "most_listed"), list(towns()))
def test_reading_is_what_the_rule_says(
    seed: int, most_listed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, "MOST_LISTED", most_listed)
    town = make_town(seed)
    found = 0

    for person in town.people:
        rule = Rule(person)
        seen = {case.pk for case in town.cases if rule.sees(case)}
        handled = {case.pk for case in town.cases if rule.handles(case)}
        followed = {action.pk for action in town.actions if rule.follows(action)}
        assert {case.pk for case in Case.objects.visible_to(person)} == seen
        assert {case.pk for case in Case.objects.handled_by(person)} == handled
        assert {event.pk for event in Deviation.objects.visible_to(person)} == seen
        assert {event.pk for event in Deviation.objects.handled_by(person)} == handled
        assert {action.pk for action in Action.objects.visible_to(person)} == followed
        found += len(seen) + len(followed)
    assert found > 100


def plan_of(rows: Any) -> str:
    """Return how the database finds some rows when it may read no table from end to end."""
    sql, facts = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {sql}", facts)
        return "\n".join(line for (line,) in cursor.fetchall())


@pytest.mark.parametrize(
    "rows",
    [
        Case.objects.visible_to,
        lambda user: Case.objects.handled_by(user).open(),
        Deviation.objects.visible_to,
        Action.objects.visible_to,
    ],
    ids=["visible cases", "open handled cases", "events", "actions"],
)
def test_cases_of_a_person_are_found_by_indexes(rows: Any) -> None:
    unit = make_unit("B", make_unit("A"))
    chief = make_user("chief", (Role.SECTION_CHIEF, unit), (Role.REGISTRAR, unit))

    plan = plan_of(rows(chief).order_by())

    assert "Seq Scan" not in plan, plan


def test_page_looks_up_roles_once_however_often_it_asks(
    django_assert_num_queries: Any,
) -> None:
    chief = make_user("chief", (Role.SECTION_CHIEF, make_unit("A")))

    with access.remembering(), django_assert_num_queries(1):
        for _ in range(3):
            access.held_by(chief)


def test_role_given_within_a_page_counts_at_once() -> None:
    unit, person = make_unit("A"), make_user("person")
    with access.remembering():
        before = access.held_by(person)
        Membership.objects.create(
            user=person, unit=unit, role=Role.SECTION_CHIEF, valid_from=LONG_AGO
        )

        assert before == frozenset()
        assert {one.role for one in access.held_by(person)} == {Role.SECTION_CHIEF}


def test_role_is_not_remembered_from_page_to_page() -> None:
    unit, person = (
        make_unit("A"),
        make_user("person", (Role.SECTION_CHIEF, make_unit("B"))),
    )
    with access.remembering():
        access.held_by(person)
    Membership.objects.filter(user=person).update(unit=unit)

    with access.remembering():
        assert {one.path for one in access.held_by(person)} == {"A/"}


def test_subject_is_the_app_that_owns_the_rest_of_a_case() -> None:
    children = [model for model in Case.__subclasses__() if not model._meta.abstract]

    assert {model._meta.app_label for model in children} == {
        kind.subject for kind in registered()
    }
