"""Pages of annual reports: begun, written and built by analysts, read by those who read reports."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from casework.models import Job
from reports.models import AnnualReport, Block
from reports.writing.authoring import assign, note_opened
from tests.municipality import Municipality, make_report, municipality_for_a_module
from tests.spreadsheets import rows_of

pytestmark = pytest.mark.django_db

REPORT, UNBUILT = "/rapporter/EK/2024/malmo/", "/rapporter/EK/2023/malmo/"
WRITE = f"{REPORT}skriv/uppfoljning/"
READERS = ("department_chief", "board_secretary")
HOSTILE = '<script src="//x"></script><img src=file:///etc/passwd onerror=alert(1)> [hej](javascript:alert(1))'


@pytest.fixture(scope="module")
def town(django_db_setup: None, django_db_blocker: Any) -> Iterator[Municipality]:
    with municipality_for_a_module(django_db_blocker) as made:
        yield made


# --- begin ------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["planning_officer", "quality_controller"])
def test_begin_leads_to_the_report(town: Municipality, who: str) -> None:
    response = town.client(who).post(
        "/rapporter/", {"unit": "EK", "year": "2020", "template": "malmo"}
    )

    assert response["Location"] == "/rapporter/EK/2020/malmo/"
    assert AnnualReport.objects.get(year=2020).created_by == town.people[who]


def test_begin_what_is_begun_leads_to_the_same_report(town: Municipality) -> None:
    response = town.client("planning_officer").post(
        "/rapporter/", {"unit": "EK", "year": "2024", "template": "malmo"}
    )

    assert response["Location"] == REPORT
    assert AnnualReport.objects.filter(year=2024).get() == town.report


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ({"unit": "BO"}, "Välj en enhet i listan."),
        ({"unit": ""}, "Välj en enhet."),
        ({"year": "1989"}, "Ange ett år från och med 1990."),
        ({"year": "2200"}, "Ange ett år före 2200."),
        ({"year": "i fjol"}, "Ange året med fyra siffror"),
        ({"template": "annan"}, "Välj en mall i listan."),
    ],
)
def test_begin_with_a_bad_answer_says_what_to_do(
    town: Municipality, answer: dict[str, str], says: str
) -> None:
    response = town.client("quality_controller").post(
        "/rapporter/", {"unit": "EK", "year": "2020", "template": "malmo", **answer}
    )

    assert response.status_code == 400
    assert says in response.content.decode()
    assert not AnnualReport.objects.filter(year=2020).exists()


@pytest.mark.parametrize("who", READERS)
def test_reader_begins_nothing(town: Municipality, who: str) -> None:
    response = town.client(who).post(
        "/rapporter/", {"unit": "EK", "year": "2020", "template": "malmo"}
    )

    assert response.status_code == 403
    assert not AnnualReport.objects.filter(year=2020).exists()


def test_list_takes_the_same_queries_however_many_reports(
    town: Municipality, django_assert_num_queries: Any
) -> None:
    for made in range(3):
        with django_assert_num_queries(6):
            town.client("department_chief").get("/rapporter/")
        make_report(town.own, 2010 + made)


# --- write ------------------------------------------------------------------------------------
def test_write_keeps_a_new_version(town: Municipality) -> None:
    for seen, text in enumerate(("Först.", "Sedan.")):
        response = town.client("quality_controller").post(
            WRITE, {"text": text, "seen_version": seen}
        )
        assert response["Location"] == REPORT

    kept = Block.objects.filter(report=town.report).order_by("version")
    assert [(block.version, block.text) for block in kept] == [
        (1, "Först."),
        (2, "Sedan."),
    ]


def test_write_is_said_and_shown(town: Municipality) -> None:
    response = town.client("quality_controller").post(
        WRITE, {"text": "Vi lärde oss mycket.", "seen_version": 0}, follow=True
    )

    assert "är sparad." in response.content.decode()
    assert (
        "Vi lärde oss mycket."
        in town.client("planning_officer").get(WRITE).content.decode()
    )


def test_write_second_is_told_and_both_texts_are_kept(town: Municipality) -> None:
    town.client("planning_officer").post(
        WRITE, {"text": "Deras text.", "seen_version": 0}
    )
    response = town.client("quality_controller").post(
        WRITE, {"text": "Min text.", "seen_version": 0}
    )

    html = response.content.decode()
    assert response.status_code == 409
    assert "Deras text." in html
    assert ">\nMin text.</textarea>" in html
    assert Block.objects.get(report=town.report).text == "Deras text."


def test_write_after_comparing_is_taken(town: Municipality) -> None:
    town.client("planning_officer").post(
        WRITE, {"text": "Deras text.", "seen_version": 0}
    )
    late = town.client("quality_controller").post(
        WRITE, {"text": "Min text.", "seen_version": 0}
    )
    typed = {
        name: late.context["form"][name].value() for name in ("text", "seen_version")
    }

    assert town.client("quality_controller").post(WRITE, typed).status_code == 302
    texts = Block.objects.filter(report=town.report).values_list("text", flat=True)
    assert list(texts) == ["Min text.", "Deras text."]


@pytest.mark.parametrize(
    "answer",
    [
        {"text": "Min text."},
        {"text": "Min text.", "seen_version": "-1"},
        {"text": "x" * 20_001, "seen_version": 0},
    ],
)
def test_write_with_a_bad_answer_keeps_what_was_typed(
    town: Municipality, answer: dict[str, Any]
) -> None:
    response = town.client("quality_controller").post(WRITE, answer)

    assert response.status_code == 400
    assert f">\n{answer['text']}</textarea>" in response.content.decode()
    assert not Block.objects.filter(report=town.report).exists()


@pytest.mark.parametrize("section", ["finns-inte", "riskanalyser", "egenkontroller"])
def test_write_in_what_is_no_written_section_is_not_found(
    town: Municipality, section: str
) -> None:
    assert (
        town.client("quality_controller").get(f"{REPORT}skriv/{section}/").status_code
        == 404
    )


@pytest.mark.parametrize("who", ["section_chief", "stranger"])
def test_text_of_one_who_does_not_write_is_not_kept(
    town: Municipality, who: str
) -> None:
    assert (
        town.client(who).post(WRITE, {"text": "x", "seen_version": 0}).status_code
        == 404
    )
    assert not Block.objects.filter(report=town.report).exists()


@pytest.mark.parametrize("who", READERS)
def test_text_of_one_who_only_reads_is_given_back(town: Municipality, who: str) -> None:
    response = town.client(who).post(WRITE, {"text": "Min <text>.", "seen_version": 0})

    assert response.status_code == 409
    assert "Min &lt;text&gt;.</textarea>" in response.content.decode()
    assert not Block.objects.filter(report=town.report).exists()


def lose_the_section(town: Municipality) -> Client:
    """Give a section to a chief who does not read the report, who opens it, and then to another."""
    boss, author = town.people["quality_controller"], town.people["section_chief"]
    for given in (author, town.people["unit_chief"]):
        assign(
            town.report,
            section="uppfoljning",
            author=given,
            due_on=None,
            status="draft",
            actor=boss,
        )
        if given == author:
            note_opened(town.report, section="uppfoljning", actor=author)
    return town.client("section_chief")


@pytest.mark.parametrize("page", ["", "utkast/", "forhandsgranska/"])
def test_text_of_one_who_has_lost_the_section_is_given_back(
    town: Municipality, page: str
) -> None:
    client = lose_the_section(town)
    response = client.post(
        f"{WRITE}{page}", {"text": "En timmes arbete.", "seen_version": 0}
    )

    assert response.status_code == 409
    assert "En timmes arbete.</textarea>" in response.content.decode()


def test_draft_of_a_lost_section_tells_the_script_why(town: Municipality) -> None:
    client = lose_the_section(town)
    sent = {"text": "En timmes arbete.", "seen_version": 0}
    response = client.post(f"{WRITE}utkast/", sent, headers={"x-draft": "1"})

    assert response.status_code == 409
    assert "Du skriver inte längre" in response.content.decode()


def test_text_of_a_section_that_is_gone_is_given_back(town: Municipality) -> None:
    client = town.client("quality_controller")
    response = client.post(
        f"{REPORT}skriv/finns-inte/", {"text": "Mina ord.", "seen_version": 0}
    )

    assert response.status_code == 409
    assert "Mina ord.</textarea>" in response.content.decode()


# --- build ------------------------------------------------------------------------------------
def test_build_pressed_twice_makes_one_job(town: Municipality) -> None:
    for _ in range(2):
        response = town.client("quality_controller").post(f"{UNBUILT}bygg/")
        assert response["Location"] == f"{UNBUILT}#bygge"

    assert Job.objects.get().arguments == {"report": town.unbuilt.pk}


@pytest.mark.parametrize("who", READERS)
def test_build_by_a_reader_makes_no_job(town: Municipality, who: str) -> None:
    town.client(who).post(f"{UNBUILT}bygg/")

    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("job", "says"),
    [
        (None, "när du bygger"),
        ({}, "Väntar på att få börja"),
        (
            {"percent": 40, "doing": "Ställer upp sidorna till PDF"},
            "Ställer upp sidorna till PDF",
        ),
        (
            {"failed_at": True, "problem": "Rapporten är för stor."},
            "Rapporten är för stor.",
        ),
        ({"failed_at": True}, "Bygget avbröts"),
        ({"done_at": True, "percent": 100}, "blev klar"),
    ],
)
def test_progress_tells_where_the_building_is(
    town: Municipality, job: dict[str, Any] | None, says: str
) -> None:
    if job is not None:
        times: dict[str, Any] = {
            name: timezone.now() for name in ("failed_at", "done_at") if name in job
        }
        Job.objects.create(
            kind="reports.build",
            arguments={"report": town.unbuilt.pk},
            **{**job, **times},
        )
    html = town.client("quality_controller").get(f"{UNBUILT}bygge/").content.decode()

    assert says in html
    assert "<html" not in html
    assert ("data-running" in html) == (
        job is not None and not {"failed_at", "done_at"} & set(job)
    )


@pytest.mark.parametrize(
    ("presses", "says"), [(1, "Ingen utgåva sparades"), (2, "Inget avbröts")]
)
def test_cancel_says_what_came_of_it(
    town: Municipality, presses: int, says: str
) -> None:
    client = town.client("quality_controller")
    client.post(f"{UNBUILT}bygg/")
    for _ in range(presses):
        response = client.post(f"{UNBUILT}bygge/avbryt/", follow=True)

    assert says in response.content.decode()
    assert Job.objects.get().is_cancelled


def test_cancel_is_offered_while_it_is_built(town: Municipality) -> None:
    client = town.client("quality_controller")
    client.post(f"{UNBUILT}bygg/")
    running = client.get(UNBUILT).content.decode()
    client.post(f"{UNBUILT}bygge/avbryt/")

    assert "Avbryt bygget" in running
    assert "Avbryt bygget" not in client.get(UNBUILT).content.decode()


# --- read -------------------------------------------------------------------------------------
@pytest.mark.parametrize("page", ["webb/", "kvalitetsberattelse.pdf", "figures.json"])
def test_edition_that_is_not_built_is_not_found(town: Municipality, page: str) -> None:
    assert town.client("department_chief").get(f"{UNBUILT}{page}").status_code == 404


def test_pdf_is_downloaded_under_its_own_name(town: Municipality) -> None:
    response = town.client("board_secretary").get(f"{REPORT}kvalitetsberattelse.pdf")

    assert (response["Content-Type"], response.content) == (
        "application/pdf",
        b"%PDF-1.7",
    )
    assert (
        response["Content-Disposition"]
        == 'attachment; filename="kvalitetsberattelse-2024-utgava-1.pdf"'
    )


def test_figures_hold_every_number_with_its_question(town: Municipality) -> None:
    figures = json.loads(
        town.client("board_secretary").get(f"{REPORT}figures.json").content
    )

    assert figures["year"] == 2024
    assert figures["numbers"]


@pytest.mark.parametrize("page", ["", "webb/", "skriv/uppfoljning/"])
def test_hostile_text_of_a_section_is_inert(town: Municipality, page: str) -> None:
    make_report(town.own, 2021, edition=True, text=HOSTILE)
    html = (
        town.client("quality_controller")
        .get(f"/rapporter/EK/2021/malmo/{page}")
        .content.decode()
    )

    assert '<script src="//x"' not in html
    assert "<img" not in html
    assert 'href="javascript' not in html


def test_reader_sees_no_button_to_build(town: Municipality) -> None:
    html = town.client("department_chief").get(REPORT).content.decode()

    assert "bygg/" not in html
    assert "skriv/" not in html


def test_numbers_of_an_edition_are_the_same_in_every_file(town: Municipality) -> None:
    client = town.client("quality_controller")
    address = town.report.get_absolute_url()
    values = [
        str(number["value"]) for number in town.report.editions.get().figures["numbers"]
    ]
    table = csv.reader(
        io.StringIO(client.get(f"{address}tal.csv").content.decode("utf-8-sig")),
        delimiter=";",
    )
    sheet = rows_of(client.get(f"{address}tal.xlsx").content)

    assert [row[-1] for row in list(table)[1:]] == values
    assert [row[-1] for row in sheet[1:]] == values


def test_edition_is_sent_as_word(town: Municipality) -> None:
    client = town.client("quality_controller")

    sent = client.get(f"{town.report.get_absolute_url()}kvalitetsberattelse.docx")

    assert sent.content.startswith(b"PK")
