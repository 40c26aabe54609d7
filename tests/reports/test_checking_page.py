"""The page where a report is checked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reports.life.services import write
from tests.municipality import Municipality, municipality_for_a_module

pytestmark = pytest.mark.django_db

REPORT, UNBUILT = "/rapporter/EK/2024/malmo/", "/rapporter/EK/2023/malmo/"


@pytest.fixture(scope="module")
def town(django_db_setup: None, django_db_blocker: Any) -> Iterator[Municipality]:
    with municipality_for_a_module(django_db_blocker) as made:
        yield made


def page_of(town: Municipality, who: str, report: str = UNBUILT) -> str:
    return town.client(who).get(f"{report}kontroll/").content.decode()


def plant(town: Municipality, text: str) -> None:
    newest = (
        town.unbuilt.blocks.filter(section="uppfoljning").order_by("-version").first()
    )
    version = newest.version if newest else 0
    write(
        town.unbuilt, section="uppfoljning", text=text, seen_version=version, actor=None
    )


def test_page_names_the_error_and_leads_to_where_it_is_written(
    town: Municipality,
) -> None:
    plant(town, "Av 530 utredningar blev 157 (24 procent) sena.")

    page = page_of(town, "quality_controller")

    assert "Måste rättas (1)" in page
    assert "157 av 530 är 30 procent, inte 24 procent." in page
    assert f'href="{UNBUILT}skriv/uppfoljning/"' in page


def test_reader_is_led_to_where_the_text_is_read(town: Municipality) -> None:
    plant(town, "Av 530 utredningar blev 157 (24 procent) sena.")

    page = page_of(town, "board_secretary")

    assert f'href="{UNBUILT}avsnitt/uppfoljning/"' in page
    assert "/skriv/" not in page


def test_personal_number_is_not_shown(town: Municipality) -> None:
    plant(town, "Samtalet med 19121212-1212 gav mycket.")

    assert "Samtalet med [personnummer] gav mycket." in page_of(
        town, "quality_controller"
    )
    assert "1212-1212" not in page_of(town, "quality_controller")


def test_text_is_escaped(town: Municipality) -> None:
    plant(town, "TODO <script>alert(1)</script>")

    assert "<script>alert" not in page_of(town, "quality_controller")


def test_report_page_counts_what_is_left(town: Municipality) -> None:
    plant(town, "TODO")

    page = town.client("quality_controller").get(UNBUILT).content.decode()

    assert "Måste rättas: 1" in page
    assert f'href="{UNBUILT}kontroll/"' in page


def test_report_without_remarks_says_so(town: Municipality) -> None:
    for section in ("uppfoljning", "utveckling"):
        newest = town.report.blocks.filter(section=section).order_by("-version").first()
        seen = newest.version if newest else 0
        write(
            town.report,
            section=section,
            text="Vi följer upp.",
            seen_version=seen,
            actor=None,
        )

    assert "Inget att anmärka" in page_of(town, "quality_controller", REPORT)


def test_number_of_queries_does_not_grow_with_what_is_found(town: Municipality) -> None:
    plant(town, "TODO")
    with CaptureQueriesContext(
        connection,
    ) as few:
        page_of(town, "quality_controller")
    plant(
        town,
        "\n\n".join(
            ["Av 530 utredningar blev 157 (24 procent) sena. TODO. Se avsnitt 9."] * 20
        ),
    )
    with CaptureQueriesContext(connection) as many:
        page_of(town, "quality_controller")

    assert len(many) == len(few)
