"""Numbers are chosen on the writing page, and a text is looked at before it is saved."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from deviations.models import Deviation
from reports.life.services import write
from reports.models import Block
from tests.municipality import Municipality, municipality_for_a_module

pytestmark = pytest.mark.django_db

WRITE = "/rapporter/EK/2024/malmo/skriv/uppfoljning/"
PREVIEW = f"{WRITE}forhandsgranska/"


@pytest.fixture(scope="module")
def town(django_db_setup: None, django_db_blocker: Any) -> Iterator[Municipality]:
    with municipality_for_a_module(django_db_blocker) as made:
        yield made


def test_writing_page_offers_the_numbers_of_the_report(town: Municipality) -> None:
    call_command("aggregate", stdout=StringIO())
    html = town.client("quality_controller").get(WRITE).content.decode()

    assert "{tal avvikelser inkomna slag=kvalitetsavvikelse}" in html
    assert 'data-insert="{jämför lexsarah inkomna}"' in html


def test_writing_page_shows_the_token_and_not_its_number(town: Municipality) -> None:
    write(
        town.report,
        section="uppfoljning",
        text="{tal lexsarah}",
        seen_version=0,
        actor=None,
    )

    assert (
        ">\n{tal lexsarah}</textarea>"
        in town.client("quality_controller").get(WRITE).content.decode()
    )


def test_preview_shows_the_number_and_keeps_what_was_typed_unsaved(
    town: Municipality,
) -> None:
    call_command("aggregate", stdout=StringIO())
    count = Deviation.objects.filter(unit=town.own, received_on__year=2024).count()
    text = "Vi fick **{tal avvikelser}** ärenden."
    response = town.client("quality_controller").post(
        PREVIEW, {"text": text, "seen_version": 0}
    )

    html = response.content.decode()
    assert response.status_code == 200
    assert count
    assert f"Vi fick <strong>{count}</strong> ärenden." in html
    assert f">\n{text}</textarea>" in html
    assert not Block.objects.filter(report=town.report, section="uppfoljning").exists()


def test_preview_says_which_number_means_nothing(town: Municipality) -> None:
    response = town.client("quality_controller").post(
        PREVIEW, {"text": "{tal hej}", "seen_version": 0}
    )

    assert response.status_code == 200
    assert "{tal hej}: skriv först vad som räknas" in response.content.decode()


def test_preview_shows_charts_references_and_notes(town: Municipality) -> None:
    call_command("aggregate", stdout=StringIO())
    text = "Se {se bild uppfoljning}.[^En not.]\n\n{bild avvikelser per=kategori}\n\n{se avsnitt hej}"
    response = town.client("quality_controller").post(
        PREVIEW, {"text": text, "seen_version": 0}
    )

    html = response.content.decode()
    assert '<a href="#bild-1">bild 1</a>' in html
    assert 'href="#not-uppfoljning-1"' in html
    assert '<li id="not-uppfoljning-1">En not.' in html
    assert "<b>Bild 1.</b> Ärenden, inkomna, per kategori 2024" in html
    assert "Hänvisningar som inte leder någonstans" in html


def test_preview_of_what_somebody_pasted_is_harmless(town: Municipality) -> None:
    text = '<script src="//x"></script> {tal avvikelser kategori="<img src=x>"}'
    html = (
        town.client("quality_controller")
        .post(PREVIEW, {"text": text, "seen_version": 0})
        .content.decode()
    )

    assert '<script src="//x">' not in html
    assert "<img src=x>" not in html


def test_preview_of_a_bad_answer_keeps_what_was_typed(town: Municipality) -> None:
    response = town.client("quality_controller").post(
        PREVIEW, {"text": "x" * 20_001, "seen_version": 0}
    )

    assert response.status_code == 400
    assert "x" * 20_001 in response.content.decode()


@pytest.mark.parametrize("who", ["section_chief", "stranger"])
def test_preview_of_one_who_does_not_write_is_not_found(
    town: Municipality, who: str
) -> None:
    assert (
        town.client(who).post(PREVIEW, {"text": "x", "seen_version": 0}).status_code
        == 404
    )
