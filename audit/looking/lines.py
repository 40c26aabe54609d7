"""What lists say of a reading, and the readers of a case as a file."""

from __future__ import annotations

from operator import attrgetter

from django.utils import dateformat, timezone

from audit.looking.access import Looked
from audit.models import Reading
from audit.models.reading import Way
from audit.words import page_in_words
from organisation.lists.exports import Column, Table
from organisation.rights import Role

OWN_REPORTS = "Läsningar av den som själv rapporterade finns inte med."


def role_of(reading: Reading) -> str:
    """Return the role by which something was read, in words."""
    return str(Role(reading.role).label) if reading.role in Role.values else "utan roll"


def unit_of(reading: Reading) -> str:
    """Return the name of the unit where the role was held."""
    return reading.unit.name if reading.unit else ""


def place_of(reading: Reading) -> str:
    """Return the role and its unit, in words."""
    return ", ".join(filter(None, (role_of(reading), unit_of(reading))))


def way_of(reading: Reading) -> str:
    """Return what let somebody read, in words."""
    return str(Way(reading.way).label)


def stands_in_for(reading: Reading) -> str:
    """Return the name of whom a substitute read for."""
    return reading.stands_in_for.name if reading.stands_in_for else ""


def minute_of(reading: Reading) -> str:
    """Return when something was read, as files say it."""
    return dateformat.format(timezone.localtime(reading.at), "Y-m-d H:i:s")


def readers_table(looked: Looked) -> Table:
    """Return the readers of a case as a file."""
    return Table(
        page="audit:case_export",
        stem="vem-har-last",
        sheet="Vem har läst",
        rows="läsningar",
        case=lambda _: looked.key,
        person=attrgetter("person_id"),
        lacks=(OWN_REPORTS,),
        columns=(
            Column("Ärende", 16, lambda _: looked.number),
            Column("Tid", 20, minute_of),
            Column("Namn", 30, lambda reading: reading.person.name),
            Column("Användarnamn", 20, lambda reading: reading.person.username),
            Column("Roll", 24, role_of),
            Column("Enhet", 30, unit_of),
            Column("Ersätter", 30, stands_in_for),
            Column("Läste", 26, way_of),
            Column("Sätt", 12, lambda reading: str(reading.get_kind_display())),
            Column("Vad", 44, lambda reading: page_in_words(reading.page)),
        ),
    )
