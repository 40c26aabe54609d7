"""What every page knows: the municipality's name and where this user can go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject

from casework.background.notifications import MOST_COUNTED, count_unread
from lexsarah.information.informing import lacked_by
from organisation.access import roles_of
from organisation.rights import Right
from reports.writing.reminders import left_to_write


@dataclass(frozen=True)
class Place:
    """One entry of the menu: its words, its page, and the right to it (None: also for who holds no role)."""

    label: str
    url_name: str
    right: Right | None = None


class Link(NamedTuple):
    """A menu entry as the base page shows it."""

    label: str
    url: str
    is_current: bool


# The menu only spares people pages that are not for them; access is decided by every view.
MENU = (
    Place("Inkorg", "casework:inbox", Right.ORGANISATION_WORK),
    Place("Rapportera", "deviations:report", Right.ORGANISATION_WORK),
    Place("Notiser", "casework:notices", Right.ORGANISATION_WORK),
    Place("Mina rapporter", "deviations:mine"),
    Place("Registrera", "deviations:register", Right.DEVIATIONS_REGISTER),
    Place("Lex Sarah", "lexsarah:list", Right.LEXSARAH_READ),
    Place("Sammanträden", "lexsarah:meetings", Right.BOARD_PREPARE),
    Place("Egenkontroll", "selfcheck:list", Right.SELFCHECK_PLAN),
    # Chiefs find it among their self-checks.
    Place("Loggkontroll", "selfcheck:log_checks", Right.LOG_SEE_READINGS),
    Place("Riskanalys", "riskanalysis:list", Right.RISKANALYSIS_PLAN),
    Place("Rutiner", "casework:routines", Right.ROUTINES_READ),
    Place("Åtgärder", "casework:actions", Right.ACTIONS_LIST),
    Place("Analys", "analysis:overview", Right.ANALYSIS_READ),
    Place("Rapporter", "reports:list", Right.REPORTS_READ),
    Place("Organisation", "organisation:units", Right.ORGANISATION_READ),
    Place("Logg", "audit:start", Right.LOG_SEE_READERS),
    Place("Jäv och skydd", "casework:watching", Right.CASES_WATCH),
    # The controller finds it on the page of lex Sarah.
    Place("Ordning för lex Sarah", "lexsarah:policy", Right.ORGANISATION_ADMINISTER),
    Place("Gallring", "casework:retention", Right.CASES_RETAIN),
    Place("Skickade mejl", "casework:mails", Right.ORGANISATION_ADMINISTER),
    Place("Händelser", "audit:events", Right.LOG_SEE_EVENTS),
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
    places = [
        place for place in MENU if place.right is None or place.right.roles & roles
    ]
    unread = count_unread(request.user)
    found = [
        (_label(place, unread), url_or_nothing(place.url_name)) for place in places
    ]
    here = max(
        (url for _, url in found if url and request.path.startswith(url)),
        key=len,
        default="",
    )
    return [Link(label, url, url == here) for label, url in found if url]


def _roles(request: HttpRequest) -> set[str]:
    """Return the roles of who is signed in; pages that need a role have asked already."""
    found: set[str] | None = getattr(request, "roles", None)
    return roles_of(request.user) if found is None else found


def _label(place: Place, unread: int) -> str:
    if not unread or place.url_name != "casework:notices":
        return place.label
    return (
        f"{place.label} ({unread if unread < MOST_COUNTED else f'{MOST_COUNTED - 1}+'})"
    )


def site(request: HttpRequest) -> dict[str, Any]:
    """Give every template the site's name and the menu, which is only made if it is shown."""
    return {
        "municipality_name": settings.MUNICIPALITY_NAME,
        "navigation": SimpleLazyObject(lambda: navigation(request)),
        # Who holds no role today is offered nothing but what he or she has reported.
        "is_at_work": SimpleLazyObject(lambda: bool(_roles(request))),
        # Asked only by the page that shows it.
        "left_to_read": SimpleLazyObject(lambda: _left_to_read(request.user)),
        "left_to_write": SimpleLazyObject(lambda: _left_to_write(request.user)),
    }


class Note(NamedTuple):
    """What a page says of work that is left to do on another."""

    title: str
    text: str
    url: str


def _left_to_read(user: Any) -> list[Note]:
    """Return the yearly information that a person has not read."""
    lacked = lacked_by(user)
    if not lacked:
        return []
    return [
        Note(
            "Du har information att läsa", lacked.title, reverse("lexsarah:information")
        )
    ]


def _left_to_write(user: Any) -> list[Note]:
    """Return how many sections of the annual report a person has not written."""
    left = left_to_write(user)
    if not left:
        return []
    text = f"Mina avsnitt i kvalitetsberättelsen: {left}"
    return [Note("Du har avsnitt att skriva", text, reverse("reports:mine"))]
