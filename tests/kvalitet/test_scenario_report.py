"""The demo has a report that everyone may read, and one that several people write in."""

from __future__ import annotations

import pytest
from django.test import Client

from demo.scenario.report import DECIDED_YEAR, play_reports
from organisation.models import User
from organisation.rights import Role
from reports.models import AnnualReport, State
from tests.factories import make_user
from tests.municipality import make_municipality

AS = {
    "controller": "overseer",
    "planerare": "planning_officer",
    "enhetschef": "unit_chief",
    "sektionschef": "section_chief",
    "avdelningschef": "department_chief",
}


@pytest.mark.django_db
def test_play_takes_one_report_to_its_readers_and_shares_out_the_next() -> None:
    town = make_municipality()
    people: dict[str, User] = {name: town.people[role] for name, role in AS.items()}
    people["namndsekreterare"] = make_user(
        "secretary", (Role.BOARD_SECRETARY, town.root)
    )

    play_reports(people)

    decided, written = AnnualReport.objects.filter(unit=town.root).order_by("year")
    assert (decided.year, decided.state) == (DECIDED_YEAR, State.PUBLISHED)
    page = (
        Client()
        .get(f"/kvalitetsberattelse/{DECIDED_YEAR}/{town.root.code}/")
        .content.decode()
    )
    assert "Den som rapporterar ser nu själv" in page
    assert written.state == State.DRAFT
    assert written.assignments.exclude(author=None).count() == 5
    assert written.comments.filter(resolved_at=None).count() == 1
