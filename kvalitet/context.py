"""What every page knows: the municipality's name and where this user can go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string

SENIORS = frozenset({"department_chief", "administration_chief"})
CHIEFS = SENIORS | {"section_chief", "unit_chief"}
ANALYSTS = frozenset({"planning_officer", "quality_controller"})
LEX_SARAH = frozenset({"lex_investigator", "board_secretary"})
MOST_COUNTED = 100  # unread notices: the same in casework.notifications
AT_WORK = CHIEFS | ANALYSTS | LEX_SARAH | {"staff", "registrar", "system_admin"}
HANDLERS = CHIEFS | ANALYSTS | LEX_SARAH | {"registrar"}


@dataclass(frozen=True)
class Place:
    """One entry of the menu: its words, its page, and the roles that see it (None: also who holds none)."""

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
    Place("Inkorg", "casework:inbox", AT_WORK),
    Place("Rapportera", "deviations:report", AT_WORK),
    Place("Notiser", "casework:notices", AT_WORK),
    Place("Mina rapporter", "deviations:mine"),
    Place("Registrera", "deviations:register", CHIEFS | {"registrar", "quality_controller"}),
    Place("Lex Sarah", "lexsarah:list", CHIEFS | {"lex_investigator", "quality_controller"}),
    Place("Sammanträden", "lexsarah:meetings", frozenset({"board_secretary"})),
    Place("Egenkontroll", "selfcheck:list", CHIEFS | ANALYSTS),
    Place("Riskanalys", "riskanalysis:list", CHIEFS | ANALYSTS),
    Place("Rutiner", "casework:routines", CHIEFS | ANALYSTS),
    Place("Åtgärder", "casework:actions", HANDLERS),
    Place("Analys", "analysis:overview", CHIEFS | ANALYSTS),
    Place("Rapporter", "reports:list", ANALYSTS | SENIORS | {"board_secretary"}),
    Place("Organisation", "organisation:units", CHIEFS | ANALYSTS | {"system_admin"}),
    Place("Jäv och skydd", "casework:watching", frozenset({"quality_controller", "lex_investigator"})),
    Place("Ordning för lex Sarah", "lexsarah:policy", frozenset({"system_admin"})),
    Place("Gallring", "casework:retention", frozenset({"registrar", "system_admin"})),
    Place("Skickade mejl", "casework:mails", frozenset({"system_admin"})),
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
    roles = _roles(request)
    places = [place for place in MENU if place.roles is None or place.roles & roles]
    unread = import_string("casework.notifications.count_unread")(request.user)
    found = [(_label(place, unread), url_or_nothing(place.url_name)) for place in places]
    here = max((url for _, url in found if url and request.path.startswith(url)), key=len, default="")
    return [Link(label, url, url == here) for label, url in found if url]


def _roles(request: HttpRequest) -> set[str]:
    """Return the roles of who is signed in; pages that need a role have asked already."""
    found: set[str] | None = getattr(request, "roles", None)
    return import_string("organisation.access.roles_of")(request.user) if found is None else found


def _label(place: Place, unread: int) -> str:
    if not unread or place.url_name != "casework:notices":
        return place.label
    return f"{place.label} ({unread if unread < MOST_COUNTED else f'{MOST_COUNTED - 1}+'})"


def site(request: HttpRequest) -> dict[str, Any]:
    """Give every template the site's name and the menu, which is only made if it is shown."""
    return {
        "municipality_name": settings.MUNICIPALITY_NAME,
        "navigation": SimpleLazyObject(lambda: navigation(request)),
        # Who holds no role today is offered nothing but what he or she has reported.
        "is_at_work": SimpleLazyObject(lambda: bool(_roles(request))),
        # Asked only by the page that shows it.
        "information_to_read": SimpleLazyObject(
            lambda: import_string("lexsarah.informing.lacked_by")(request.user)
        ),
        "sections_to_write": SimpleLazyObject(
            lambda: import_string("reports.telling.left_to_write")(request.user)
        ),
    }
