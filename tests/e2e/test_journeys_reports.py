"""What controllers come to do with reports: build one, see how it goes, download it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from casework.background import jobs
from casework.models import Job
from reports.models import Edition
from tests.e2e.conftest import Visit
from tests.e2e.municipality import Municipality
from tests.e2e.steps import follow, press

pytestmark = pytest.mark.e2e


def begin_report(page: Page, site: Municipality, unit: str, year: int) -> None:
    """Choose unit, year and outline, and open the report."""
    page.goto(site.address("/rapporter/"))
    page.get_by_label("Enhet").select_option(unit)
    page.get_by_label("År").fill(str(year))
    page.get_by_label("Mall").select_option("malmo")
    press(page, "Öppna berättelsen")
    expect(page.get_by_role("heading", level=1)).to_contain_text(
        f"Kvalitetsberättelse {year}"
    )


def test_controller_builds_a_report_and_downloads_it(
    visit: Visit, municipality: Municipality
) -> None:
    page = visit("controller")
    begin_report(page, municipality, "IFO", 2023)
    press(page, "Bygg berättelsen")
    expect(page.get_by_role("progressbar", name="Berättelsen byggs")).to_be_visible()
    expect(page.get_by_text("Väntar på att få börja")).to_be_visible()

    jobs.run_pending()

    # Nobody reloads: the page tells by itself that the report is there.
    with page.expect_download() as download:
        page.get_by_role("link", name="Hämta som PDF").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-")
    assert download.value.suggested_filename == "kvalitetsberattelse-2023-utgava-1.pdf"
    follow(page.get_by_role("link", name="Läs som webbsida"))
    expect(page.get_by_text("Bild 1.", exact=True)).to_be_visible()
    expect(page.get_by_text("Tabell 1.", exact=True)).to_be_visible()


def test_progress_moves_by_itself_while_the_report_is_built(
    visit: Visit, municipality: Municipality
) -> None:
    page = visit("controller")
    begin_report(page, municipality, "IFO-KRI", 2022)
    press(page, "Bygg berättelsen")
    job = Job.objects.pending().latest("created_at")
    Job.objects.filter(pk=job.pk).update(percent=35, doing="Hämtar siffror")

    expect(page.get_by_text("35 %")).to_be_visible()
    expect(page.get_by_text("Hämtar siffror")).to_be_visible()
    jobs.run_pending()
    expect(page.get_by_role("link", name="Läs som webbsida")).to_be_visible()


def test_double_click_builds_one_edition(
    visit: Visit, municipality: Municipality
) -> None:
    page = visit("controller")
    begin_report(page, municipality, "IFO-KRI", 2021)
    page.get_by_role("button", name="Bygg berättelsen").dblclick()
    expect(page.get_by_role("progressbar")).to_be_visible()
    jobs.run_pending()

    expect(page.get_by_role("heading", name="Bygg en ny utgåva")).to_be_visible()
    built = Edition.objects.filter(report__unit__code="IFO-KRI", report__year=2021)
    assert [edition.number for edition in built] == [1]
