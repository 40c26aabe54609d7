"""Every page, narrow and wide, light and dark: accessible, whole, quiet and asking nobody else."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import get_resolver, resolve
from playwright.sync_api import Page

from tests.e2e import inspection
from tests.e2e.conftest import Visit
from tests.e2e.municipality import Municipality
from tests.e2e.places import PLACES, Place

pytestmark = pytest.mark.e2e

# What no place begins at, and why.
NO_PLACE = {
    "health": "no page",
    "analysis:ask_csv": "a file",
    "analysis:ask_excel": "a spreadsheet",
    "analysis:coverage_export": "a file",
    "analysis:rows_export": "a file",
    "audit:case_export": "a file",
    "audit:events_export": "a file",
    "audit:openings_export": "a file",
    "selfcheck:log_record": "a file",
    "audit:extract_pdf": "a file",
    "casework:actions_export": "a file",
    "casework:export": "a file",
    "casework:routines_export": "a file",
    "lexsarah:export": "a file",
    "organisation:people": "a file",
    "riskanalysis:export": "a file",
    "selfcheck:export": "a file",
    "casework:assign": "seen from the inbox",
    "casework:attachment": "a file",
    "casework:calendar": "a calendar",
    "organisation:calendar": "leads to the settings",
    "organisation:end_substitute": "leads to the settings",
    "casework:case": "leads to the page of its kind of case",
    "casework:form_draft": "asked by the pages themselves",
    "casework:note": "seen from the page of a case",
    "deviations:receipt": "seen when a report is sent",
    "deviations:own": "seen in the journeys of the staff",
    "lexsarah:complement": "seen in the journeys of lex Sarah",
    "lexsarah:minutes_word": "a file",
    "lexsarah:minutes_text": "a file",
    "lexsarah:papers": "a file",
    "lexsarah:ivo_pdf": "a file",
    "published:archive": "a file",
    "published:excel": "a spreadsheet",
    "published:pdf": "a file",
    "published:table": "a file",
    "published:word": "a file",
    "reports:draft": "leads to the writing of a section",
    "reports:figures": "numbers",
    "reports:files_again": "leads to where a report stands",
    "reports:preview": "seen from the writing of a section",
    "reports:remark": "leads to the page of a section",
    "reports:build": "leads to the report",
    "reports:cancel": "leads to the report",
    "reports:progress": "a piece of a page",
    "reports:edition_pdf": "a file",
    "reports:outline": "seen when an outline is made",
    "reports:pdf": "a file",
    "reports:unassign": "leads to where a report stands",
    "reports:word": "a file",
    "reports:excel": "a file",
    "reports:table": "a file",
    "reports:tertial_build": "leads to the document",
    "reports:tertial_pdf": "a file",
    "reports:tertial_progress": "a piece of a page",
    "reports:tertial_word": "a file",
    "reports:write": "seen from the page of a report",
}


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_page_is_accessible_whole_and_quiet(
    place: Place, look: Visit, municipality: Municipality
) -> None:
    page = opened(place, look, municipality)

    assert page.locator("h1").count() >= 1
    found = inspection.faults(page, place.name, inspection.half_of(place.name)[0])
    assert not found, "\n".join(found)


@pytest.mark.every
@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_page_is_accessible_in_any_look(
    place: Place, look: Visit, municipality: Municipality
) -> None:
    page = opened(place, look, municipality)

    found = inspection.faults(page, place.name, inspection.half_of(place.name)[1])
    assert not found, "\n".join(found)


def opened(place: Place, look: Visit, municipality: Municipality) -> Page:
    """Return a page in the state that a place names."""
    page = look(place.who)
    page.goto(municipality.address(place.path))
    if place.first:
        place.first(page)
    return page


def test_every_colour_is_seen_in_every_look() -> None:
    for first, left in inspection.HALVES:
        colours = {
            (look.width, look.scheme)
            for look in (*first, *left)
            if look.rules != "others"
        }
        others = {look.width for look in first if look.rules != "colours"}
        assert colours == {(look.width, look.scheme) for look in inspection.LOOKS}
        assert others == {inspection.WIDE, inspection.NARROW}
    assert len({inspection.half_of(place.name) for place in PLACES}) == len(
        inspection.HALVES
    )


def test_every_page_has_a_place(municipality: Municipality) -> None:
    paths = [
        place.path.format(**municipality.places).partition("?")[0] for place in PLACES
    ]
    met = {resolve(path).view_name for path in paths if path != "/finns-inte/"}
    names = {
        f"{namespace}:{name}" if namespace else name
        for namespace, resolver in [("", get_resolver()), *namespaces()]
        for name in resolver.reverse_dict
        if isinstance(name, str)
    }

    assert sorted(names - met - NO_PLACE.keys()) == []


def namespaces() -> list[tuple[str, Any]]:
    """Return the apps whose addresses have names of their own."""
    return [
        (name, resolver)
        for name, (_, resolver) in get_resolver().namespace_dict.items()
    ]
