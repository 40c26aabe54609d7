"""Import of units and of people with their roles."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.contrib.auth.hashers import make_password
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from organisation.models import Membership, Unit, User
from organisation.registers.columns import (
    Column,
    code,
    day,
    text,
    unit,
    whole_number,
    word,
)
from organisation.registers.files import Import, Outcome, Row, Table
from organisation.rights import Role
from organisation.services import roles_ended

_LEVELS = list(Unit.Level.values)
# Nothing moves a unit yet: its cases would be counted where it never was.
_NEW_CODE = "det går inte att ändra. Ge enheten en sista dag och läs in den nya med en annan kod"
_MAY_CHANGE = {"name": "namn", "staff": "antal medarbetare", "valid_to": "sista dag"}


def import_units(path: Path, run: Import) -> Outcome:
    """Store the units of a file; of a unit that exists, name, staff and last day may change."""
    table, outcome = Table(path, _unit_columns(), run), Outcome(path.name)
    existing = {found.code: found for found in Unit.objects.select_related("parent")}
    for line, row in _parents_first(table, _once_each(table), existing):
        before = existing.get(row["code"])
        parent = existing.get(row["parent"])
        faults = list(_unit_faults(row, before, parent))
        for column, reason in faults:
            table.refuse(line, column, reason)
        if before is None:
            existing[row["code"]] = _new_unit(row, parent, is_good=not faults)
            outcome.new += 1
        elif changed := [
            name for name in _MAY_CHANGE if getattr(before, name) != row[name]
        ]:
            outcome.changes += [_change_unit(before, row, changed)]
        else:
            outcome.unchanged += 1
    return outcome


def _once_each(table: Table) -> dict[str, tuple[int, Row]]:
    """Return the rows by code; the second row with a code is refused."""
    rows: dict[str, tuple[int, Row]] = {}
    for line, row in table.rows():
        first, _ = rows.setdefault(row["code"], (line, row))
        if first != line:
            reason = f"”{row['code']}” står redan på rad {first}"
            table.refuse(line, "code", reason)
    return rows


def _new_unit(row: Row, parent: Unit | None, *, is_good: bool) -> Unit:
    """Return the unit of a row; a good one is stored even if others are not, so that later files can name it."""
    above = parent.path if parent else ""
    unit = Unit(**{**row, "parent": parent}, path=f"{above}{row['code']}/")
    if is_good and (parent is None or parent.pk):
        unit.save(force_insert=True)
    return unit


def _unit_columns() -> list[Column]:
    return [
        code("code"),
        code("parent", required=False),
        word("level", _LEVELS, required=True),
        text("name", longest=200, required=True),
        day("valid_from", required=True, future=True),
        day("valid_to", future=True),
        whole_number("staff"),
    ]


def _parents_first(
    table: Table, rows: dict[str, tuple[int, Row]], existing: dict[str, Unit]
) -> Iterator[tuple[int, Row]]:
    """Yield every row after the row of its parent, in whatever order the file has them."""
    waiting = dict(rows)
    placed = {"", *existing} - set(rows)
    while ready := [
        key for key, (_, row) in waiting.items() if row["parent"] in placed
    ]:
        for key in ready:
            yield waiting.pop(key)
        placed.update(ready)
    for line, row in waiting.values():
        reason = (
            "ligger under sig själv"
            if row["parent"] in rows
            else "finns inte eller har själv ett fel"
        )
        table.refuse(
            line, "parent", f"den överordnade enheten ”{row['parent']}” {reason}"
        )


def _unit_faults(
    row: Row, before: Unit | None, parent: Unit | None
) -> Iterator[tuple[str, str]]:
    """Yield each rule that a row breaks, beside its parent and beside the unit that is stored."""
    if row["valid_to"] and row["valid_to"] <= row["valid_from"]:
        yield "valid_to", "slutdatum ska vara efter startdatum"
    if parent is None and row["level"] != Unit.Level.ADMINISTRATION:
        yield "parent", "är tom, men bara en förvaltning står överst"
    if parent and _LEVELS.index(row["level"]) <= _LEVELS.index(parent.level):
        yield "level", f"{row['level']} kan inte ligga under {parent.level}"
    if before is not None:
        yield from _moved(row, before, parent)


def _moved(row: Row, before: Unit, parent: Unit | None) -> Iterator[tuple[str, str]]:
    """Yield what a row says of a stored unit that cannot change."""
    if before.parent != parent:
        yield "parent", f"enheten finns redan under en annan överordnad; {_NEW_CODE}"
    if before.level != row["level"]:
        yield "level", f"enheten finns redan som {before.level}; {_NEW_CODE}"
    if before.valid_from != row["valid_from"]:
        yield (
            "valid_from",
            f"enheten finns redan från {before.valid_from}; skriv den dagen i filen",
        )


def _change_unit(found: Unit, row: Row, changed: list[str]) -> str:
    """Change a unit and return what was changed, in words."""
    for name in changed:
        setattr(found, name, row[name])
    found.save(update_fields=changed)
    return f"{found.code}: ändrade {', '.join(_MAY_CHANGE[name] for name in changed)}"


# --- people -----------------------------------------------------------------------------------
def import_people(path: Path, run: Import, *, initial_password: str = "") -> Outcome:
    """Store people with one membership a row; without an initial password they cannot sign in yet."""
    table, outcome = Table(path, _people_columns(), run), Outcome(path.name)
    password = make_password(
        initial_password or None
    )  # None: a password that nothing matches
    people = {person.username: person for person in User.objects.all()}
    met: dict[str, tuple[int, Row]] = {}
    once: dict[tuple[object, ...], int] = {}
    for line, row in table.rows():
        first_line, first = met.setdefault(row["username"], (line, row))
        faults = list(_person_faults(row, first, first_line))
        membership = row["username"], row["unit"], row["role"], row["valid_from"]
        if once.setdefault(membership, line) != line:
            faults.append(
                (
                    "role",
                    f"samma roll i samma enhet står redan på rad {once[membership]}",
                )
            )
        for column, reason in faults:
            table.refuse(line, column, reason)
        if run.problems:
            continue
        if row["username"] not in people:
            people[row["username"]] = User.objects.create(
                username=row["username"],
                name=row["name"],
                email=row["email"],
                password=password,
            )
        _store_membership(people[row["username"]], row, outcome)
    return outcome


def _people_columns() -> list[Column]:
    return [
        text("username", longest=150, required=True),
        text("name", longest=200, required=True),
        text("email", longest=254),
        word("role", Role.values, required=True),
        unit(),
        day("valid_from", required=True, future=True),
        day("valid_to", future=True),
    ]


def _person_faults(row: Row, first: Row, first_line: int) -> Iterator[tuple[str, str]]:
    if row["username"] != row["username"].lower():
        yield (
            "username",
            "ska skrivas med små bokstäver",
        )  # sign-in does not tell large from small
    try:
        UnicodeUsernameValidator()(row["username"])
    except ValidationError:
        yield "username", "får bara ha bokstäver, siffror och tecknen @ . + - _"
    try:
        if row["email"]:
            validate_email(row["email"])
    except ValidationError:
        yield "email", f"”{row['email']}” är inte en e-postadress"
    for column in ("name", "email"):
        if row[column] != first[column]:
            yield column, f"är inte samma som på rad {first_line} för samma person"
    if row["valid_to"] and row["valid_to"] <= row["valid_from"]:
        yield "valid_to", "slutdatum ska vara efter startdatum"


def _store_membership(person: User, row: Row, outcome: Outcome) -> None:
    """Store a membership with the person's name and address; a known membership may end or go on."""
    changed = [name for name in ("name", "email") if getattr(person, name) != row[name]]
    if changed:
        person.name, person.email = row["name"], row["email"]
        person.save(update_fields=[*changed, "name_key"])
        outcome.changes.append(f"{person.username}: ändrade namn eller e-postadress")
    membership, is_new = Membership.objects.get_or_create(
        user=person,
        unit_id=row["unit"],
        role=row["role"],
        valid_from=row["valid_from"],
        defaults={"valid_to": row["valid_to"]},
    )
    if is_new:
        outcome.new += 1
    elif membership.valid_to != row["valid_to"]:
        membership.valid_to = row["valid_to"]
        membership.save(update_fields=["valid_to"])
        end_substitutes(membership)
        roles_ended.send(Membership)
        outcome.changes.append(
            f"{person.username}: ändrade sista dag som {membership.get_role_display()}"
        )
    elif not changed:
        outcome.unchanged += 1


def end_substitutes(held: Membership) -> None:
    """Let nobody stand in for a role longer than its holder has it."""
    if held.valid_to is None:
        return
    lent = Membership.objects.filter(
        stands_in_for=held.user_id, unit=held.unit_id, role=held.role
    )
    lent.filter(valid_from__gte=held.valid_to).delete()
    lent.filter(valid_to__gt=held.valid_to).update(valid_to=held.valid_to)
