"""Published reports: anyone reads the decided edition, and nothing else."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.test import Client

from reports.models import AnnualReport, Edition, State
from tests.municipality import EXTRACTED, Municipality, municipality_for_a_module
from tests.reports.specimen import render_archive
from tests.spreadsheets import rows_of

PAGE = "/kvalitetsberattelse/2018/EK/"


@pytest.fixture(scope="module")
def town(django_db_setup: None, django_db_blocker: Any) -> Iterator[Municipality]:
    with municipality_for_a_module(django_db_blocker) as made:
        yield made


@pytest.mark.django_db
@pytest.mark.parametrize(
    "page",
    [
        "",
        "kvalitetsberattelse.pdf",
        "arkiv.pdf",
        "kvalitetsberattelse.docx",
        "tal.csv",
        "tal.xlsx",
    ],
)
def test_report_that_is_not_published_is_not_found(
    town: Municipality, page: str
) -> None:
    for address in ("/kvalitetsberattelse/2024/EK/", "/kvalitetsberattelse/2018/BO/"):
        assert Client().get(f"{address}{page}").status_code == 404


@pytest.mark.django_db
def test_published_report_tells_its_decision(town: Municipality) -> None:
    html = Client().get(PAGE).content.decode()

    assert "Vi lärde oss mycket." in html
    assert "Socialnämnden beslutade om berättelsen 27 januari 2025, paragraf 41" in html
    assert "SN-2019-1" in html


@pytest.mark.django_db
def test_published_report_names_nobody(town: Municipality) -> None:
    html = Client().get(PAGE).content.decode()

    assert town.people["quality_controller"].name not in html


@pytest.mark.django_db
def test_published_report_is_read_while_a_new_edition_is_written(
    town: Municipality,
) -> None:
    AnnualReport.objects.filter(pk=town.published.pk).update(
        state=State.DRAFT, freeze=None
    )
    Edition.objects.create(
        report=town.published,
        number=2,
        extracted_on=EXTRACTED,
        figures={"numbers": []},
        html="<p>Halvfärdigt.</p>",
        pdf=b"%PDF-2",
        checksum="1" * 64,
    )

    assert "Vi lärde oss mycket." in Client().get(PAGE).content.decode()
    assert Client().get(f"{PAGE}kvalitetsberattelse.pdf").content == b"%PDF-1.7"


@pytest.mark.django_db
def test_list_names_what_is_published(town: Municipality) -> None:
    html = Client().get("/kvalitetsberattelse/").content.decode()

    assert PAGE in html
    assert "2024" not in html


@pytest.mark.django_db
def test_numbers_are_the_same_in_every_file(town: Municipality) -> None:
    numbers = town.published.editions.get().figures["numbers"]
    table = csv.reader(
        io.StringIO(Client().get(f"{PAGE}tal.csv").content.decode("utf-8-sig")),
        delimiter=";",
    )
    sheet = rows_of(Client().get(f"{PAGE}tal.xlsx").content)

    values = [str(number["value"]) for number in numbers]
    assert len(values) > 10
    assert [row[-1] for row in list(table)[1:]] == values
    assert [row[-1] for row in sheet[1:]] == values


# --- the archive's PDF --------------------------------------------------------------------------
@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("arkiv") / "arkiv.pdf"
    path.write_bytes(render_archive())
    return path


def test_archive_carries_its_data(archive: Path) -> None:
    with pikepdf.open(archive) as pdf:
        assert pdf.attachments["tal.csv"].get_file().read_bytes() == b"a;1\r\n"
        assert pdf.Root.AF[0].AFRelationship == "/Data"


def test_archive_of_the_same_document_has_the_same_bytes(archive: Path) -> None:
    assert render_archive() == archive.read_bytes()
