"""A small municipality with all that is only added to, sealed four times, in a database of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from audit.models import Reading, Seal
from audit.models.reading import Kind, Way
from audit.sealing.heads import line_of
from audit.sealing.sealing import seal_rows
from casework.cases.history import log
from casework.models import Case, Note, RetentionRule
from organisation.models import Unit, User
from organisation.rights import Role
from reports.models import AnnualReport, Edition, TertialEdition
from tests.factories import make_deviation, make_unit, make_user
from tests.migrated import in_database, make_copy, make_migrated_database

KEY = "a key that the database has never seen"


@dataclass
class World:
    """What the tests forge, and the file with heads that the thief has not got."""

    database: str
    unit: Unit
    person: User
    rule: RetentionRule
    # Handled before sealing began, and two handled since.
    old: Case
    new: Case
    other: Case
    file: Path
    # The number of a note that a transaction took and never used.
    free: int = 0


def ago(minutes: int) -> dt.datetime:
    """Return the time so many minutes ago."""
    return timezone.now() - dt.timedelta(minutes=minutes)


def handle(case: Case, person: User, at: dt.datetime, *labels: str) -> None:
    """Write lines of a case's history, and a note."""
    for label in labels:
        log(case, action="step", label=label, actor=person, at=at)
    Note.objects.create(
        case=case, kind=Note.Kind.INTERNAL, text="Samtal.", author=person, at=at
    )


def read(case: Case, person: User, at: dt.datetime) -> Reading:
    """Let somebody read a case."""
    return Reading.objects.create(
        at=at,
        person=person,
        way=Way.ROLE,
        kind=Kind.PAGE,
        page="deviations:detail",
        count=1,
        cases=[case.pk],
    )


def build(database: str, file: Path) -> World:
    """Make the municipality and seal it four times in the last hour."""
    unit = make_unit("A")
    person = make_user("chief", (Role.SECTION_CHIEF, unit))
    rule = RetentionRule.objects.create(
        unit=unit,
        subject="deviations",
        years=5,
        decision="KS 2020/1",
        decided_on=dt.date(2020, 1, 1),
        registered_by=person,
    )
    old, new, other = (make_deviation(unit=unit) for _ in range(3))
    world = World(database, unit, person, rule, old, new, other, file)
    handle(old, person, ago(50), "Rapporterades", "Utreddes", "Avslutades")
    edit(world)
    seal(world, ago(45))
    handle(new, person, ago(40), "Rapporterades", "Utreddes", "Avslutades")
    read(new, person, ago(40))
    seal(world, ago(35))
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('casework_note', 'id'))")
        (world.free,) = cursor.fetchone()
    handle(other, person, ago(30), "Rapporterades", "Utreddes")
    read(other, person, ago(30))
    seal(world, ago(20))
    log(other, action="step", label="Avslutades", actor=person, at=ago(15))
    read(other, person, ago(15))
    seal(world, ago(11))
    return world


def edit(world: World) -> None:
    """Build an edition of a report and one of a tertial's document."""
    report = AnnualReport.objects.create(
        unit=world.unit, year=2024, created_by=world.person
    )
    made = {"figures": {}, "pdf": b"%PDF-1.7 edition", "checksum": "0" * 64}
    Edition.objects.create(
        report=report,
        number=1,
        extracted_on=dt.date(2025, 1, 2),
        html="<p>Talen</p>",
        **made,
    )
    TertialEdition.objects.create(
        unit=world.unit, year=2024, tertial=1, internal=True, **made
    )


def seal(world: World, at: dt.datetime | None = None) -> Seal | None:
    """Seal what is new, and send the head where the thief cannot reach it."""
    settings.SEALER_KEY = KEY
    made = seal_rows(now=at)
    if made is not None:
        with world.file.open("a", encoding="utf-8") as file:
            file.write(f"{line_of(made)}\n")
    return made


@contextmanager
def sealed_world(folder: Path, kind: str = "sealed") -> Iterator[World]:
    """Yield the municipality, committed, with the connection of its owner."""
    before = settings.SEALER_KEY
    name = make_copy(kind, like=make_migrated_database())
    with in_database(name):
        with transaction.atomic():
            connection.cursor().execute("SELECT audit_make_months(current_date)")
        world = build(name, folder / "heads.txt")
        try:
            yield world
        finally:
            settings.SEALER_KEY = before
