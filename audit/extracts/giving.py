"""Give an extract: what it holds is stored as it is handed out, and never changed.

Names of employees stand in it only where the disclosure test says so (OSL 26 kap. 1 §), in which it is asked
whether one of them may have reported.  What was read as the one who reported is in no extract.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from itertools import chain
from typing import Any
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.text import capfirst

from audit.looking.access import (
    Known,
    Looked,
    employees,
    known_cases,
    readings_by,
)
from audit.looking.days import within_days
from audit.looking.lines import minute_of, place_of
from audit.models import Extract, Reading
from audit.models.extract import Disclosure
from audit.models.reading import Way
from audit.words import reading_in_words
from casework.handling.services import next_number, wait_for_form
from casework.models import Case
from organisation.access import administrations_for, may, units_for
from organisation.models import User
from organisation.rights import Right

SERIES = "LU"
# A table of so many rows is laid out in seconds.
MOST_LINES = 1_000
# Of a list, so many of its cases are named.
MOST_NUMBERS = 25


def may_extract(user: User, looked: Looked) -> bool:
    """Tell whether a person may hand out who has read a case; of a protected one no copy leaves the product."""
    return may(user, Right.LOG_EXTRACT, looked.unit) and not looked.protected


def extracts_of(user: User) -> QuerySet[Extract]:
    """Return the extracts that a person may see: of cases whose readers he or she may see, and of employees."""
    units = units_for(user, Right.LOG_EXTRACT).order_by()
    watched = units_for(user, Right.LOG_SEE_READINGS).order_by()
    read = Case.objects.handled_by(user).order_by()
    kept_from = Case.objects.filter(Q(protected=True) | Q(recusals__user=user))
    seen = Q(unit__in=watched) & ~Q(case__in=kept_from.order_by().values("pk"))
    by_reading = Q(case__in=read.values("pk"))
    found = Extract.objects.filter(seen | by_reading, unit__in=units)
    return found.select_related("person", "unit", "given_by")


def give_extract(
    about: Looked | User,
    *,
    actor: User,
    form_token: UUID,
    first: dt.date,
    last: dt.date,
    **asked: Any,
) -> Extract:
    """Store an extract of a period as it is handed out; the same form sent again gives the same extract.

    Raises ValidationError where the actor may not hand it out, or the period holds too much.
    """
    token = uuid5(form_token, str(actor.pk))
    with transaction.atomic():
        wait_for_form(token)
        if given := Extract.objects.filter(form_token=token).first():
            return given
        facts = _about(about, actor)
        rows = within_days(_readings(about, actor), first, last)
        found = list(rows.order_by("at", "id")[: MOST_LINES + 1])
        if len(found) > MOST_LINES:
            raise ValidationError(
                f"Perioden rymmer fler än {MOST_LINES} läsningar. Dela upp den i kortare perioder."
            )
        extract = Extract(
            number=next_number(SERIES, timezone.localdate().year),
            first=first,
            last=last,
            up_to=max((row.id for row in found), default=0),
            lines=_lines(about, found, actor, _names(asked["disclosure"])),
            given_by=actor,
            form_token=token,
            **facts,
            **asked,
        )
        extract.full_clean()
        extract.save(force_insert=True)
    return extract


def _about(about: Looked | User, actor: User) -> dict[str, Any]:
    """Return what an extract is about; raises ValidationError where the actor may not hand it out."""
    if isinstance(about, Looked):
        if not may_extract(actor, about):
            raise ValidationError("Du kan inte lämna ut vem som har läst ärendet.")
        return {
            "case": about.key,
            "case_number": about.number,
            "unit": about.unit,
            "unit_name": about.unit.name,
        }
    unit = administrations_for(actor, Right.LOG_SEE_READINGS).first()
    unit = unit or units_for(actor, Right.LOG_SEE_READINGS).first()
    if unit is None or not employees(actor).filter(pk=about.pk).exists():
        raise ValidationError("Du kan inte lämna ut vad medarbetaren har läst.")
    return {
        "person": about,
        "person_name": about.name,
        "unit": unit,
        "unit_name": unit.name,
    }


def _readings(about: Looked | User, actor: User) -> QuerySet[Reading]:
    return about.readings() if isinstance(about, Looked) else readings_by(actor, about)


def _names(disclosure: str) -> bool:
    return disclosure == Disclosure.GIVEN


def _lines(
    about: Looked | User, readings: list[Reading], actor: User, names: bool
) -> list[dict[str, Any]]:
    """Return what stands in the extract, reading by reading."""
    if isinstance(about, Looked):
        return [_line(reading, _reader(reading, names), []) for reading in readings]
    keys = set(chain.from_iterable(row.cases[:MOST_NUMBERS] for row in readings))
    known = known_cases(actor, keys, reader=about)
    return [
        _line(reading, _capacity(reading, names), named_in(reading, known))
        | {"keys": sorted(known.numbered & set(reading.cases[:MOST_NUMBERS]))}
        for reading in readings
    ]


def _line(reading: Reading, who: str, cases: Iterable[str]) -> dict[str, Any]:
    return {
        "at": minute_of(reading),
        "who": who,
        "what": reading_in_words(reading),
        "cases": list(cases),
        "keys": [],
    }


def _reader(reading: Reading, names: bool) -> str:
    """Return who read: the name where it may be told, and else the role and its unit."""
    capacity = _capacity(reading, names)
    return f"{reading.person.name}, {capacity}" if names else capfirst(capacity)


def _capacity(reading: Reading, names: bool) -> str:
    lent = reading.stands_in_for
    stands_in = (
        f"ersatte {lent.name}" if lent and names else "ersättare" if lent else ""
    )
    named = reading.get_way_display() if reading.way != Way.ROLE else ""
    return ", ".join(filter(None, (place_of(reading), stands_in, named)))


def named_in(reading: Reading, known: Known) -> list[str]:
    """Return the cases that a reading showed, in words: the first of them, and whether there were more."""
    first = reading.cases[:MOST_NUMBERS]
    told = list(dict.fromkeys(known.words[key] for key in first if key in known.words))
    return [*told, "och fler"] if len(reading.cases) > MOST_NUMBERS else told
