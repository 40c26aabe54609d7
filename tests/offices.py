"""A section with its chief, and a browser where the chief is signed in: what tests of lists begin from."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.test import Client

from organisation.models import Unit, User
from organisation.rights import Role
from tests.factories import make_unit, make_user, signed_in


@dataclass(frozen=True)
class Office:
    """A section, its chief, and the session of the chief."""

    unit: Unit
    chief: User
    session: str

    def browser(self) -> Client:
        """Return a new browser in which the chief is signed in."""
        client = Client()
        client.cookies[settings.SESSION_COOKIE_NAME] = self.session
        return client


def make_office() -> Office:
    """Make a section with its chief, who has signed in."""
    unit = make_unit("EK", make_unit("IFO", make_unit("SOC")), name="Ekonomi")
    chief = make_user("chief", (Role.SECTION_CHIEF, unit))
    session = signed_in(chief).cookies[settings.SESSION_COOKIE_NAME].value
    return Office(unit, chief, session)
