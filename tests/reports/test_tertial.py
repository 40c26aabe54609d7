"""The tertial as a document: what stands in it, who reads which version, and how it becomes PDF and Word."""

from __future__ import annotations

import datetime as dt
import io
import re
from copy import deepcopy
from html import unescape
from io import StringIO
from typing import Any

import docx
import pytest
from django.core.management import call_command
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone

from analysis.counted.vocabulary import UNKNOWN
from analysis.figures import aggregate
from analysis.models import Pattern, TertialAnalysis, Verdict
from analysis.tertial import compiling, services, signals
from casework.background import jobs
from casework.database.periods import tertial, tertial_of
from casework.models import Action, Job
from organisation.models import Unit, User
from organisation.rights import Role
from reports.document.blocks import Document, Table, Text
from reports.document.markup import to_html
from reports.life.services import begin
from reports.models import TertialEdition
from reports.outlines.compiling import compile_report
from reports.tertial.document import compile_tertial
from reports.tertial.sources import Compilation, tertial_named
from tests.covering import every_value
from tests.factories import make_deviation, make_unit, make_user
from tests.worlds import made_once

TODAY = timezone.localdate()
BEFORE, LAST, NOW = signals.tertials_before(*tertial_of(TODAY), 2)
PERIOD = tertial(*LAST)
PAGE = f"/rapporter/tertial/{PERIOD}/F/"
LIST_QUERIES = 12
NOTE, CONCLUSION = "Vi har haft många nya.", "Rutinen för utskick brister."
pytestmark = pytest.mark.django_db


def make_root() -> Unit:
    """A unit with a sudden rise in one of those below it, and another that is quiet."""
    root = make_unit("F", name="Förvaltningen")
    loud, quiet = (
        make_unit("F-1", root, name="Högljudda"),
        make_unit("F-2", root, name="Tysta"),
    )
    for year, number in signals.tertials_before(*LAST, 6):
        for unit in (loud, quiet):
            _report(unit, year, number, "Bemötande")
    for _ in range(9):
        _report(loud, *LAST, "Sekretess")
    aggregate.count()
    compiling.look(*LAST)
    return root


root_once = made_once(make_root)


@pytest.fixture
def root(root_once: Unit) -> Unit:
    return deepcopy(root_once)


@pytest.fixture
def planner(root: Unit) -> User:
    return make_user("planerare", (Role.PLANNING_OFFICER, root))


def _report(unit: Unit, year: int, number: int, category: str) -> None:
    make_deviation(
        unit, received_on=dt.date(year, 4 * number - 3, 3), category=category
    )


def _analyse(root: Unit, planner: User) -> TertialAnalysis:
    """Open the analyses, judge what was found, and let chief and compiler write of the whole."""
    services.open_analyses(*LAST, unit=root, actor=planner)
    for pattern in Pattern.objects.all():
        services.judge(
            pattern,
            actor=planner,
            seen_version=pattern.version,
            verdict=Verdict.ACTION,
            assessment="Breven hamnar fel.",
        )
    case = TertialAnalysis.objects.get(about=root)
    TertialAnalysis.objects.filter(pk=case.pk).update(
        chief_note=NOTE, conclusion=CONCLUSION
    )
    return case


def _compile(unit: Unit, *, internal: bool = True) -> Document:
    return compile_tertial(
        Compilation(unit, *LAST, extracted_on=TODAY, internal=internal)
    )


def _words(document: Document) -> str:
    html = render_to_string("reports/tertial_body.html", {"document": document})
    text = re.sub(r"<svg.*?</svg>", " ", html, flags=re.DOTALL)
    return " ".join(
        unescape(re.sub(r"<[^>]+>", " ", text)).replace("\u00a0", " ").split()
    )


def _client(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


# --- what stands in it ------------------------------------------------------------------------
def test_compile_tells_a_change_only_when_it_is_certain(root: Unit) -> None:
    text = _words(_compile(root))

    assert "Fler kvalitetsavvikelser rapporterades" in text
    assert "än samma tertial året innan, 11 jämfört med 2." in text


def test_compile_without_the_year_before_says_so() -> None:
    unit = make_unit("N")
    _report(unit, *LAST, "Bemötande")
    aggregate.count()

    text = _words(_compile(unit))
    assert "inget att jämföra med" in text
    assert "Uppgift för samma tertial året innan saknas." in text


def test_compile_shows_the_pattern_with_why_and_what_was_judged(
    root: Unit, planner: User
) -> None:
    _analyse(root, planner)
    text = _words(_compile(root))

    assert "Reglerna pekade ut" in text
    assert "9 mot väntat 0" in text
    assert "Åtgärd. Breven hamnar fel." in text
    assert CONCLUSION in text


def test_compile_before_anything_is_opened_shows_what_the_rules_found(
    root: Unit,
) -> None:
    text = _words(_compile(root))

    assert "Analysen av tertialet är inte öppnad för Förvaltningen." in text
    assert "Sekretess" in text
    assert "Ingen enhets analys är öppnad." in text


def test_compile_tells_who_is_done(root: Unit, planner: User) -> None:
    case = _analyse(root, planner)
    TertialAnalysis.objects.filter(pk=case.pk).update(state="done", closed_on=TODAY)

    assert "Klara analyser: 1 av 3." in _words(_compile(root))


@pytest.mark.parametrize("internal", [True, False])
def test_compile_shows_what_the_chiefs_wrote_in_the_internal_version_alone(
    root: Unit, planner: User, *, internal: bool
) -> None:
    _analyse(root, planner)

    assert (NOTE in _words(_compile(root, internal=internal))) == internal


def test_link_in_a_conclusion_leads_to_the_web_alone(root: Unit, planner: User) -> None:
    _analyse(root, planner)
    typed = "Se [ett](&#35;avsnitt-slutsatser) och [två](https://exempel.se)."
    TertialAnalysis.objects.update(conclusion=typed)
    texts = [
        text
        for section in _compile(root).sections()
        for text in section.blocks
        if isinstance(text, Text)
    ]

    html = "".join(to_html(text.markup) for text in texts)
    assert 'href="https://exempel.se"' in html
    assert 'href="#' not in html


def test_compile_carries_actions_with_their_effect(root: Unit, planner: User) -> None:
    case = _analyse(root, planner)
    Action.objects.create(case=case, text="Ny rutin för utskick.", decided_on=TODAY)
    services.open_analyses(*BEFORE, unit=root, actor=planner)
    earlier = TertialAnalysis.objects.of(*BEFORE).get(about=root)
    day = PERIOD.first
    effect = {"effect": "yes", "effect_on": day, "effect_note": "Inga fel sedan dess."}
    Action.objects.create(
        case=earlier, text="Ny mall.", decided_on=day, done_on=day, **effect
    )

    text = _words(_compile(root))
    assert "Ny rutin för utskick." in text
    assert "Ny mall. Hade effekt Inga fel sedan dess." in text


def test_compile_says_how_the_rules_count(root: Unit) -> None:
    titles = [section.title for section in _compile(root).sections()]

    assert titles[-5:] == [
        "Ökning",
        "Koncentration",
        "Återkommer",
        "Trots åtgärd",
        "Färre efter åtgärd",
    ]


def test_parts_of_the_table_by_unit_add_up(root: Unit) -> None:
    _report(root, *LAST, "Bemötande")
    aggregate.count()
    blocks = [
        block for section in _compile(root).sections() for block in section.blocks
    ]
    (table,) = [block for block in blocks if isinstance(block, Table) and block.total]

    assert [row[0] for row in table.rows] == [
        "Högljudda",
        "Tysta",
        "Gemensamt",
        "Totalt",
    ]
    for column in list(zip(*table.rows, strict=True))[1:]:
        # Nobody has reported lex Sarah here yet, so of that nothing is known.
        *parts, whole = (0 if cell == UNKNOWN else int(cell) for cell in column)
        assert sum(parts) == whole


def test_every_number_can_be_asked_again(root: Unit) -> None:
    numbers = _compile(root).ledger.numbers()
    assert len(numbers) > 20
    for number in numbers:
        out = StringIO()
        where = [[part] for part in number["query"].split()]
        question = {name: number[name] for name in ("unit", "period", "basis")}
        call_command("figures", number["subject"], where=where, stdout=out, **question)
        said = "" if number["value"] == UNKNOWN else str(number["value"])
        assert out.getvalue().splitlines()[-1].strip('"') == said, number


# --- the pages --------------------------------------------------------------------------------
def test_page_links_numbers_to_their_rows(root: Unit, planner: User) -> None:
    html = _client(planner).get(f"{PAGE}?version=intern").content.decode()

    links = re.findall(r'href="(/analys/underlag/[^"]*)"', html)
    assert any(
        "slag=quality_deviation" in link and f"period={PERIOD}" in link
        for link in links
    )


def test_page_for_the_board_secretary_links_to_no_rows(root: Unit) -> None:
    secretary = make_user("sekreterare", (Role.BOARD_SECRETARY, root))

    assert "/analys/underlag/" not in _client(secretary).get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.BOARD_SECRETARY, 404),
        (Role.PLANNING_OFFICER, 200),
        (Role.DEPARTMENT_CHIEF, 200),
    ],
)
def test_internal_version_is_for_those_who_compile_and_lead(
    root: Unit, role: Role, status: int
) -> None:
    client = _client(make_user("nagon", (role, root)))
    for ending in ("", "tertialanalys.docx"):
        assert client.get(f"{PAGE}{ending}?version=intern").status_code == status


NO_TERTIALS = (
    *("2024T4", "2024", "2024-01", "x", "2024T1T1", "99999T1", "02024T1", "٢٠٢٤T1"),
    *("99999999999999T1", "0000T1", "1T1", "2T1", "0001T1", "1989T3", "9999T3", "-1T1"),
)
WAYS = (
    ("get", ""),
    ("get", "tertialanalys.docx?version=intern"),
    ("post", "bygg/"),
)


@pytest.mark.parametrize(("period", "way"), every_value(NO_TERTIALS, WAYS))
def test_page_of_what_is_no_tertial_is_not_there(
    root: Unit, planner: User, period: str, way: tuple[str, str]
) -> None:
    method, ending = way
    page = f"/rapporter/tertial/{period}/F/{ending}"
    assert getattr(_client(planner), method)(page).status_code == 404


def test_tertial_that_has_not_ended_is_none() -> None:
    assert tertial_named(str(tertial(*NOW))) is None


def test_list_shows_the_units_of_the_own_part_that_have_anything(root: Unit) -> None:
    chief = make_user("chef", (Role.DEPARTMENT_CHIEF, Unit.objects.get(code="F-1")))
    html = _client(chief).get(f"/rapporter/tertial/?tertial={PERIOD}").content.decode()

    assert "Högljudda" in html
    assert "Tysta" not in html


def test_list_of_a_tertial_that_is_none_says_what_to_do(planner: User) -> None:
    response = _client(planner).get("/rapporter/tertial/?tertial=hej")

    assert response.status_code == 400
    assert "Välj ett tertial i listan." in response.content.decode()


def test_list_takes_the_same_queries_however_many_units(
    root: Unit, planner: User, django_assert_num_queries: Any
) -> None:
    client = _client(planner)
    _analyse(root, planner)
    client.get("/rapporter/tertial/")
    for code in ("F-3", "F-4"):
        with django_assert_num_queries(LIST_QUERIES):
            client.get("/rapporter/tertial/")
        _report(make_unit(code, root), *LAST, "Bemötande")
        aggregate.count()


# --- PDF and Word -----------------------------------------------------------------------------
def test_build_becomes_a_pdf_to_fetch(root: Unit, planner: User) -> None:
    client = _client(planner)
    for _ in range(2):
        assert (
            client.post(f"{PAGE}bygg/?version=intern")["Location"]
            == f"{PAGE}?version=intern#bygge"
        )
    (job,) = Job.objects.filter(kind="reports.build_tertial")
    assert "PDF:en byggs" in client.get(f"{PAGE}bygge/?version=intern").content.decode()

    assert jobs.run(job.pk)
    response = client.get(f"{PAGE}tertialanalys.pdf?version=intern")
    assert response.content.startswith(b"%PDF-")
    assert f"tertialanalys-{PERIOD}-F-intern.pdf" in response["Content-Disposition"]
    assert TertialEdition.objects.get().figures["numbers"]
    assert client.get(f"{PAGE}tertialanalys.pdf").status_code == 404


def test_word_has_the_headings_of_the_page(root: Unit, planner: User) -> None:
    response = _client(planner).get(f"{PAGE}tertialanalys.docx?version=intern")
    word = docx.Document(io.BytesIO(response.content))

    headings = [
        p.text for p in word.paragraphs if p.style and p.style.name == "Heading 1"
    ]
    assert headings[:3] == ["1 Slutsatser", "2 Det som kom in", "3 Mönster"]


# --- what flows into the annual report --------------------------------------------------------
def test_annual_report_holds_conclusions_patterns_and_effects(
    root: Unit, planner: User
) -> None:
    case = _analyse(root, planner)
    effect = {
        "effect": "no",
        "effect_on": PERIOD.last_day,
        "effect_note": "Felen fortsätter.",
    }
    Action.objects.create(
        case=case,
        text="Ny mall.",
        decided_on=PERIOD.first,
        done_on=PERIOD.first,
        **effect,
    )
    tables = _analysis_tables(root)

    assert any(CONCLUSION in row for row in tables[f"Slutsatser per tertial {LAST[0]}"])
    assert any(
        "Åtgärd. Breven hamnar fel." in row
        for row in tables[f"Bedömda mönster {LAST[0]}"]
    )
    assert (
        "Förvaltningen",
        "Ny mall.",
        "Hade ingen effekt",
        "Felen fortsätter.",
    ) in tables[f"Effekt av åtgärder {LAST[0]}"]


def test_annual_report_without_analyses_says_nothing_of_them(root: Unit) -> None:
    assert not [
        name
        for name in _analysis_tables(root)
        if name.startswith(("Slutsatser", "Bedömda", "Effekt"))
    ]


def _analysis_tables(unit: Unit) -> dict[str, tuple[tuple[str, ...], ...]]:
    report = begin(unit=unit, year=LAST[0], template="malmo", actor=None)
    sections = compile_report(report, extracted_on=TODAY).sections()
    blocks = next(section.blocks for section in sections if section.key == "monster")
    return {block.caption: block.rows for block in blocks if isinstance(block, Table)}
