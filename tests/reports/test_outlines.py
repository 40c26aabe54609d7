"""Outlines as data: the shipped ones, and the municipality's own, made in the browser without code."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.document.blocks import Text
from reports.life.services import begin
from reports.models import OwnOutline, Template
from reports.outlines.compiling import compile_report
from reports.outlines.editing import (
    OutlineError,
    changed,
    offered_parts,
    typed,
    with_places,
)
from reports.outlines.outline import Item, Outline, read_outline, shipped_outline
from reports.outlines.parts import PARTS
from reports.outlines.suggestions import SUGGESTIONS
from tests.municipality import Municipality, municipality_for_a_module

LIST = "/rapporter/mallar/"
SMALL = Outline(
    "Liten",
    "calendar",
    (
        Item("sammanfattning"),
        Item("avvikelser", parts=(Item("lexsarah"), Item("monster"))),
        Item("utveckling"),
    ),
)


def keys(outline: Outline) -> list[str]:
    return [item.key for _, item in with_places(outline.items)]


# --- the data ---------------------------------------------------------------------------------
@pytest.mark.parametrize("template", Template)
def test_shipped_outline_holds_known_parts_once(template: Template) -> None:
    held = keys(shipped_outline(template))

    assert len(held) == len(set(held))
    assert set(held) <= set(PARTS)


@pytest.mark.parametrize("template", Template)
def test_shipped_outline_is_called_the_same_everywhere(template: Template) -> None:
    assert shipped_outline(template).name == template.label


def test_every_suggestion_belongs_to_a_part() -> None:
    assert set(SUGGESTIONS) <= set(PARTS)


@pytest.mark.parametrize("template", Template)
def test_outline_that_is_stored_is_read_back(template: Template) -> None:
    outline = shipped_outline(template)

    assert read_outline(outline.as_data()) == outline


# --- changing ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("do", "held"),
    [
        ("save", ["sammanfattning", "avvikelser", "lexsarah", "monster", "utveckling"]),
        ("up-1", ["avvikelser", "lexsarah", "monster", "sammanfattning", "utveckling"]),
        ("up-0", ["sammanfattning", "avvikelser", "lexsarah", "monster", "utveckling"]),
        (
            "down-1.0",
            ["sammanfattning", "avvikelser", "monster", "lexsarah", "utveckling"],
        ),
        (
            "down-2",
            ["sammanfattning", "avvikelser", "lexsarah", "monster", "utveckling"],
        ),
        ("remove-1", ["sammanfattning", "utveckling"]),
        ("remove-1.1", ["sammanfattning", "avvikelser", "lexsarah", "utveckling"]),
        ("hej", ["sammanfattning", "avvikelser", "lexsarah", "monster", "utveckling"]),
    ],
)
def test_change_moves_and_removes_sections(do: str, held: list[str]) -> None:
    assert keys(changed(SMALL, do, {})) == held


@pytest.mark.parametrize(
    ("answer", "held"),
    [
        (
            {"part": "riskanalys"},
            [
                "sammanfattning",
                "avvikelser",
                "lexsarah",
                "monster",
                "utveckling",
                "riskanalys",
            ],
        ),
        (
            {"part": "utomstaende", "under": "1"},
            [
                "sammanfattning",
                "avvikelser",
                "lexsarah",
                "monster",
                "utomstaende",
                "utveckling",
            ],
        ),
        (
            {"part": "egen"},
            [
                "sammanfattning",
                "avvikelser",
                "lexsarah",
                "monster",
                "utveckling",
                "egen-1",
            ],
        ),
    ],
)
def test_add_puts_the_section_last_where_it_was_asked(
    answer: dict[str, str], held: list[str]
) -> None:
    assert keys(changed(SMALL, "add", answer)) == held


@pytest.mark.parametrize(
    ("do", "answer", "says"),
    [
        ("up-9", {}, "finns inte längre"),
        ("remove-1.x", {}, "finns inte längre"),
        ("add", {"part": "lexsarah"}, "Välj ett avsnitt"),
        ("add", {"part": "hej"}, "Välj ett avsnitt"),
        ("add", {"part": "riskanalys", "under": "7"}, "finns inte längre"),
        ("add", {"part": "avdelning", "under": "1"}, "ligger överst"),
        ("add", {"part": "bilaga-riskanalyser", "under": "1"}, "ligger överst"),
    ],
)
def test_change_that_is_not_possible_says_why(
    do: str, answer: dict[str, str], says: str
) -> None:
    with pytest.raises(OutlineError, match=says):
        changed(SMALL, do, answer)


def test_last_section_is_not_removed() -> None:
    with pytest.raises(OutlineError, match="minst ett avsnitt"):
        changed(Outline("En", "calendar", (Item("utveckling"),)), "remove-0", {})


def test_typed_heading_is_kept_and_the_usual_one_goes_on_to_follow_the_part() -> None:
    answer = {"heading-0": "Kort  sagt", "heading-1": "Avvikelser", "intro-0": "on"}
    outline = typed(SMALL, answer)

    assert [(item.heading, item.intro) for item in outline.items] == [
        ("Kort sagt", True),
        ("", False),
        ("", False),
    ]


@given(
    st.text(max_size=12),
    st.dictionaries(
        st.sampled_from(["part", "under", "heading-0"]), st.text(max_size=9)
    ),
)
def test_change_by_any_words_is_an_outline_or_an_error(
    do: str, answer: dict[str, str]
) -> None:
    try:
        outline = changed(typed(SMALL, answer), do, answer)
    except OutlineError:
        return
    assert read_outline(outline.as_data()) == outline


def test_part_that_is_held_is_not_offered_again() -> None:
    assert {"lexsarah", "sammanfattning"} & {
        key for key, _ in offered_parts(SMALL)
    } == set()


# --- in the browser ---------------------------------------------------------------------------
@pytest.fixture(scope="module")
def town(django_db_setup: None, django_db_blocker: Any) -> Iterator[Municipality]:
    with municipality_for_a_module(django_db_blocker) as made:
        yield made


@pytest.fixture
def own(town: Municipality, db: None) -> OwnOutline:
    return OwnOutline.objects.create(
        slug="egen-prov", name="Vår mall", data=SMALL.as_data()
    )


pytestmark = pytest.mark.django_db


def page(own: OwnOutline) -> str:
    return f"{LIST}{own.slug}/"


def test_begin_makes_an_own_outline_like_the_chosen(town: Municipality) -> None:
    response = town.client("quality_controller").post(
        LIST, {"name": "Vår", "base": "goteborg"}
    )

    made = OwnOutline.objects.get(name="Vår")
    assert response["Location"] == page(made)
    assert read_outline(made.data).items == shipped_outline(Template.GOTEBORG).items


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ({"name": "", "base": "malmo"}, "Skriv vad mallen ska heta."),
        (
            {"name": "Vår mall", "base": "malmo"},
            "Det finns redan en mall med det namnet.",
        ),
        ({"name": "Ny", "base": "hej"}, "Välj en mall i listan."),
    ],
)
def test_begin_with_a_bad_answer_says_what_to_do(
    town: Municipality, own: OwnOutline, answer: dict[str, str], says: str
) -> None:
    response = town.client("quality_controller").post(LIST, answer)

    assert response.status_code == 400
    assert says in response.content.decode()
    assert OwnOutline.objects.count() == 1


def test_button_moves_a_section_and_keeps_what_was_typed(
    town: Municipality, own: OwnOutline
) -> None:
    answer = {
        "do": "up-2",
        "seen": "1",
        "heading-0": "Kort sagt",
        "intro-0": "on",
        "intro-2": "on",
    }
    response = town.client("quality_controller").post(page(own), answer)

    own.refresh_from_db()
    assert response["Location"] == page(own)
    assert [item.title for item in read_outline(own.data).items] == [
        "Kort sagt",
        "Prioriterade utvecklingsområden {next}",
        "Avvikelser",
    ]


def test_second_who_saves_is_told_and_keeps_what_was_typed(
    town: Municipality, own: OwnOutline
) -> None:
    OwnOutline.objects.filter(pk=own.pk).update(version=2)
    answer = {"do": "save", "seen": "1", "heading-0": "Min rubrik"}
    response = town.client("quality_controller").post(page(own), answer)

    html = response.content.decode()
    assert response.status_code == 409
    assert 'value="Min rubrik"' in html
    assert 'name="seen" value="2"' in html


def test_heading_that_is_too_long_is_not_kept_and_not_lost(
    town: Municipality, own: OwnOutline
) -> None:
    response = town.client("quality_controller").post(
        page(own), {"do": "save", "seen": "1", "heading-0": "x" * 121}
    )

    own.refresh_from_db()
    assert response.status_code == 400
    assert "x" * 121 in response.content.decode()
    assert read_outline(own.data) == SMALL


@pytest.mark.parametrize(
    "who", ["planning_officer", "department_chief", "board_secretary", "section_chief"]
)
def test_others_make_no_outlines(town: Municipality, own: OwnOutline, who: str) -> None:
    for address in (LIST, page(own)):
        assert town.client(who).get(address).status_code == 404
        assert (
            town.client(who).post(address, {"name": "Min", "base": "malmo"}).status_code
            == 404
        )


def test_report_is_begun_and_written_in_an_own_outline(
    town: Municipality, own: OwnOutline
) -> None:
    client = town.client("quality_controller")
    response = client.post(
        "/rapporter/", {"unit": "EK", "year": "2020", "template": own.slug}
    )

    assert response["Location"] == f"/rapporter/EK/2020/{own.slug}/"
    html = client.get(response["Location"]).content.decode()
    assert "Vår mall" in html
    assert "2.1 Lex Sarah" in html
    assert client.get(f"{response['Location']}skriv/utveckling/").status_code == 200


def test_section_without_text_of_its_own_is_not_written(
    town: Municipality, own: OwnOutline
) -> None:
    outline = typed(SMALL, {"intro-0": "on", "heading-1": "Det som hände {year}"})
    OwnOutline.objects.filter(pk=own.pk).update(data=outline.as_data())
    report = begin(unit=town.own, year=2020, template=own.slug, actor=None)
    document = compile_report(report, extracted_on=dt.date(2021, 1, 10))

    written = {
        s.heading
        for s in document.sections()
        for block in s.blocks
        if isinstance(block, Text)
    }
    assert written == {"Sammanfattning"}
    assert document.chapters[1].heading == "Det som hände 2020"
    client = town.client("quality_controller")
    assert (
        client.get(f"{report.get_absolute_url()}skriv/avvikelser/").status_code == 404
    )
    assert client.get(report.get_absolute_url()).status_code == 200
