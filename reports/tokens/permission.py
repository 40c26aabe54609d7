"""The limits of what an author may ask for in one section: numbers of units within reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from organisation.access import paths_for
from organisation.models import Unit
from organisation.rights import Right
from reports.document.markup import normalise
from reports.tokens.placements import PLACED, read_placement
from reports.tokens.tokens import TOKEN, TokenError, read_token

if TYPE_CHECKING:
    from organisation.models import User
    from reports.document.blocks import Section
    from reports.models import AnnualReport


def beyond_reach(
    report: AnnualReport, section: Section, text: str, *, author: User
) -> list[str]:
    """Return the new tokens of a text that ask about a unit beyond the author's reach (OSL 26 kap. 1 §).

    Within reach is what the section is about, and where the author reads figures otherwise.  What stands
    in the section already has been told by somebody who may.
    """
    saved = section.written_text.typed
    areas = {
        token: area
        for token, area in _areas_in(normalise(text)).items()
        if token not in saved
    }
    if not areas:
        return []
    # A section of the whole tells of the whole, not of each unit in it; one of an area of all in the area.
    own = section.about or report.unit.code
    about = (
        Unit.objects.filter(code=section.about)
        if section.about
        else Unit.objects.none()
    )
    reach = (
        *paths_for(author, Right.ANALYSIS_READ),
        *about.values_list("path", flat=True),
    )
    asked = (
        Unit.objects.below(report.unit)
        .filter(code__in=areas.values())
        .exclude(code=own)
    )
    beyond = {unit.code for unit in asked if not unit.path.startswith(reach)}
    return [token for token, area in areas.items() if area in beyond]


def _areas_in(text: str) -> dict[str, str]:
    """Return the code of the unit that each token names; those that mean nothing ask for nothing."""
    found: dict[str, str] = {}
    for match in TOKEN.finditer(text):
        try:
            found[match[0]] = read_token(match[0]).area
        except TokenError:
            continue
    for match in PLACED.finditer(text):
        try:
            found[match[0]] = read_placement(match[0]).asked.area
        except TokenError:
            continue
    return {token: area for token, area in found.items() if area}
