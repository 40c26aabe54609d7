"""What every page knows: the municipality's name and where this user can go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string

CHIEFS = frozenset({"section_chief", "unit_chief", "department_chief"})
ANALYSTS = frozenset({"planning_officer", "quality_controller"})
LEX_SARAH = frozenset({"lex_investigator", "board_secretary"})
HANDLERS = CHIEFS | ANALYSTS | LEX_SARAH | {"registrar"}


@dataclass(frozen=True)
class Place:
    """One entry of the menu: its words, its page, and the roles that see it (None: everyone)."""

    label: str
    url_name: str
    roles: frozenset[str] | None = None


class Link(NamedTuple):
    """A menu entry as the base page shows it."""

    label: str
    url: str
    is_current: bool


# The menu only spares people pages that are not for them; access is decided by every view.
MENU = (
    Place("Inkorg", "casework:inbox"),
    Place("Rapportera", "deviations:report"),
    Place("Lex Sarah", "lexsarah:list", CHIEFS | {"lex_investigator", "quality_controller"}),
    Place("Egenkontroll", "selfcheck:list", CHIEFS | ANALYSTS),
    Place("Riskanalys", "riskanalysis:list", CHIEFS | ANALYSTS),
    Place("Åtgärder", "casework:actions", HANDLERS),
    Place("Analys", "analysis:overview", CHIEFS | ANALYSTS | {"board_secretary"}),
    Place("Rapporter", "reports:list", ANALYSTS | {"department_chief", "board_secretary"}),
    Place("Organisation", "organisation:units", CHIEFS | ANALYSTS | {"system_admin"}),
)


def url_or_nothing(name: str) -> str:
    """Return the address of a page, or nothing where this installation does not have it."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def navigation(request: HttpRequest) -> list[Link]:
    """Return the menu of the signed-in user; the current entry is the one whose pages we are on."""
    if not request.user.is_authenticated:
        return []
    roles = import_string("organisation.access.roles_of")(request.user)
    places = [place for place in MENU if place.roles is None or place.roles & roles]
    found = [(place.label, url_or_nothing(place.url_name)) for place in places]
    return [Link(label, url, request.path.startswith(url)) for label, url in found if url]


def site(request: HttpRequest) -> dict[str, Any]:
    """Give every template the site's name and the menu, which is only made if it is shown."""
    return {
        "municipality_name": settings.MUNICIPALITY_NAME,
        "navigation": SimpleLazyObject(lambda: navigation(request)),
    }
