"""Light, deterministic makers of rows: the cheapest default for everything a test does not care about."""

from __future__ import annotations

import datetime as dt
from itertools import count
from typing import Any

from django.test import Client

from deviations.models import Deviation
from lexsarah.models import LexSarahCase, LexSarahReport
from organisation.models import Membership, Unit, User
from organisation.rights import Role

_serial = count(1)
LONG_AGO = dt.date(2015, 1, 1)
LEVELS = ("forvaltning", "avdelning", "enhet", "sektion")


def make_unit(code: str = "A", parent: Unit | None = None, **facts: Any) -> Unit:
    """Make a unit, the root of a tree of its own unless it has a parent."""
    path = f"{parent.path if parent else ''}{code}/"
    defaults = {
        "name": f"Enhet {code}",
        "level": LEVELS[min(path.count("/") - 1, 3)],
        "valid_from": LONG_AGO,
    }
    return Unit.objects.create(
        code=code, parent=parent, path=path, **{**defaults, **facts}
    )


def make_user(name: str, *roles: tuple[Role, Unit], **facts: Any) -> User:
    """Make a person who holds some roles since long ago."""
    user = User.objects.create(username=name, name=name.capitalize(), **facts)
    for role, unit in roles:
        Membership.objects.create(user=user, unit=unit, role=role, valid_from=LONG_AGO)
    return user


def make_deviation(unit: Unit, **facts: Any) -> Deviation:
    """Make a quality deviation that was reported in 2024 and that nobody has handled."""
    defaults = {
        "number": f"KA-2024-{next(_serial):04d}",
        "subject": "deviations",
        "title": "Sekretess",
        "received_on": dt.date(2024, 3, 1),
        "kind": "quality_deviation",
        "reported_by": "staff",
        "channel": "system",
        "description": "Ett beslut skickades till fel mottagare.",
    }
    outside = {"from_outside": facts.get("reported_by") == "outside"}
    if facts.get("state") != "escalated":
        return Deviation.objects.create(unit=unit, **{**defaults, **outside, **facts})
    marked = {"misconduct": "misconduct", "circle": "few"}
    deviation = Deviation.objects.create(
        unit=unit, **{**defaults, **outside, **marked, **facts}
    )
    make_report_of(deviation)
    return deviation


def make_report_of(
    deviation: Deviation, case: LexSarahCase | None = None
) -> LexSarahReport:
    """Make the lex Sarah report of an event, in a case of its own unless one is given."""
    case = case or LexSarahCase.objects.create(
        unit=deviation.unit,
        number=f"LS-2024-{next(_serial):04d}",
        subject="lexsarah",
        circle="few",
        title=deviation.title,
        received_on=deviation.received_on,
        reporter=deviation.reporter,
        protected=deviation.protected,
    )
    return LexSarahReport.objects.create(
        case=case,
        number=f"LSR-2024-{next(_serial):04d}",
        unit=deviation.unit,
        received_on=deviation.received_on,
        description=deviation.description,
        deviation=deviation,
        reporter=deviation.reporter,
    )


def signed_in(user: User) -> Client:
    """Return a browser in which somebody has signed in."""
    client = Client()
    client.force_login(user)
    return client
