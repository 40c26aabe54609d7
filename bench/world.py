"""A municipality with people in every unit: open cases with days and handlers, actions with owners.

A register holds what is closed and names nobody.  Lists are made for people, so their speed is measured
with chiefs and staff in every section, and with the few rows of which each rule of reading is about.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from io import StringIO
from pathlib import Path

LONG_AGO = dt.date(2015, 1, 1)
STAFF_A_SECTION = 4
_OPEN_CASES = """
UPDATE casework_case c SET due_on = c.received_on + 30,
    owner_id = CASE WHEN c.id % 3 > 0 AND c.circle = '' THEN p.id END
FROM organisation_unit u JOIN organisation_user p ON p.username = u.code || '-0'
WHERE c.closed_on IS NULL AND u.id = c.unit_id
"""
_REPORTERS = """
UPDATE casework_case c SET reporter_id = p.id
FROM organisation_unit u JOIN organisation_user p ON p.username = u.code || '-1'
WHERE c.id % 20 = 0 AND c.subject = 'deviations' AND NOT c.from_outside AND u.id = c.unit_id
"""
_ACTIONS = """
UPDATE casework_action a SET owner_id = p.id, due_on = c.received_on + 90,
    done_on = CASE WHEN a.id % 4 > 0 THEN a.done_on END
FROM casework_case c JOIN organisation_unit u ON u.id = c.unit_id
    JOIN organisation_user p ON p.username IN (u.code || '-0', u.code || '-2')
WHERE c.id = a.case_id AND right(p.username, 1) = CASE WHEN a.id % 2 = 0 THEN '0' ELSE '2' END
"""
_HANDED_OVER = """
UPDATE casework_case SET came_from_id = (SELECT min(id) FROM organisation_unit WHERE level = 'sektion')
WHERE closed_on IS NULL AND circle = '' AND id % 400 = 0
"""
_PROTECTED = """
UPDATE casework_case SET protected = true, title = 'Skyddat' WHERE id % 2000 = 3
"""
_NAMED = """
INSERT INTO casework_namedreader (case_id, user_id, position)
SELECT c.id, p.id, 1 FROM casework_case c JOIN organisation_unit u ON u.id = c.unit_id
JOIN organisation_user p ON p.username = u.code || '-0' WHERE c.protected
"""
_RECUSED = """
INSERT INTO casework_recusal (case_id, user_id, created_at)
SELECT c.id, p.id, now() FROM casework_case c JOIN organisation_unit u ON u.id = c.unit_id
JOIN organisation_user p ON p.username = u.code || '-0' WHERE c.id % 1000 = 7 AND NOT c.protected
"""

_CHIEF_OF = {
    "sektion": "section_chief",
    "enhet": "unit_chief",
    "avdelning": "department_chief",
    "forvaltning": "department_chief",
}
_OF_THE_WHOLE = (
    "quality_controller",
    "planning_officer",
    "lex_investigator",
    "registrar",
    "board_secretary",
    "system_admin",
)


def make_world(count: int, places: int) -> None:
    """Fill an empty database with so many deviations in so many units, and everybody who works there."""
    from django.core.management import call_command
    from django.utils import timezone

    from bench.register import write_checks, write_register

    last_day = timezone.localdate() - dt.timedelta(days=1)
    with tempfile.TemporaryDirectory() as folder:
        register = Path(folder)
        write_register(register, count, years=4, places=places, last_day=last_day)
        write_checks(register, count, places=places, last_day=last_day)
        call_command("import_register", folder, stdout=StringIO())
    _make_people()
    _give_to_people()


def _make_people() -> None:
    """Make a chief of each unit, the staff of each section, and one of each role over the whole."""
    from organisation.models import Membership, Unit, User

    people: list[User] = []
    memberships: list[Membership] = []

    def add(unit: Unit, username: str, role: str) -> None:
        person = User(username=username, name=f"Person {username}", password="!")
        people.append(person)
        memberships.append(
            Membership(user=person, unit=unit, role=role, valid_from=LONG_AGO)
        )

    for unit in Unit.objects.all():
        add(unit, f"{unit.code}-0", _CHIEF_OF[unit.level])
        if unit.level == Unit.Level.SECTION:
            for number in range(1, STAFF_A_SECTION + 1):
                add(unit, f"{unit.code}-{number}", "staff")
        if unit.parent_id is None:
            for role in _OF_THE_WHOLE:
                add(unit, role, role)
    User.objects.bulk_create(people, batch_size=2_000)
    Membership.objects.bulk_create(memberships, batch_size=2_000)


def _give_to_people() -> None:
    """Let people report, handle and do what the register names nobody for."""
    from django.db import connection, transaction

    statements = (
        _OPEN_CASES,
        _REPORTERS,
        _ACTIONS,
        _HANDED_OVER,
        _PROTECTED,
        _NAMED,
        _RECUSED,
    )
    with connection.cursor() as cursor:
        with transaction.atomic():
            for statement in statements:
                cursor.execute(statement)
        cursor.execute("VACUUM ANALYZE")
