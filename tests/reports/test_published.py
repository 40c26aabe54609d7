"""What goes to the board hides small numbers, and all that is published together gives none of them away."""

from __future__ import annotations

import datetime as dt
import io
from copy import deepcopy
from itertools import combinations
from typing import Any

import docx
import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.ask.table import HIDDEN
from analysis.figures import aggregate
from analysis.models import TertialAnalysis
from analysis.rules.masking import ALL, LEAST, Place
from analysis.tertial import compiling, services, signals
from casework.background import jobs
from casework.database.periods import Period, tertial, tertial_of
from casework.models import Job
from organisation.models import Unit, User
from organisation.rights import Role
from reports.document.blocks import Document, Figure, Key, Table
from reports.models import TertialEdition
from reports.tertial.document import compile_tertial
from reports.tertial.masked_numbers import OWN, Published
from reports.tertial.sources import Compilation
from tests.analysis.solving import spans
from tests.factories import make_deviation, make_unit, make_user
from tests.municipality import make_pattern, make_tertial_edition
from tests.worlds import made_once

TODAY = timezone.localdate()
BEFORE, LAST = signals.tertials_before(*tertial_of(TODAY), 2)[:2]
PAGE = f"/rapporter/tertial/{tertial(*LAST)}/F/"
# What came in from outside to each unit itself, in the tertial before and in the last one.
COUNTS = {
    "F": (0, 2),
    "F-1": (1, 0),
    "F-1-1": (3, 9),
    "F-1-2": (8, 2),
    "F-1-3": (6, 7),
    "F-2": (0, 0),
    "F-2-1": (5, 1),
    "F-2-2": (0, 12),
    "F-3": (9, 6),
}
SMALL = st.sampled_from([0, 0, 1, 2, 3, 4, 5, 6, 9, 30])
pytestmark = pytest.mark.django_db


def make_reported() -> Unit:
    """Make the administration with everything that came in, and a pattern in one of the units."""
    units: dict[str, Unit] = {}
    for code, counts in COUNTS.items():
        units[code] = make_unit(code, units.get(code.rpartition("-")[0]))
        for at, count in zip((BEFORE, LAST), counts, strict=True):
            for _ in range(count):
                day = tertial(*at).first + dt.timedelta(days=3)
                facts = {
                    "kind": "complaint",
                    "reported_by": "outside",
                    "category": "Sekretess",
                }
                make_deviation(units[code], received_on=day, **facts)
    aggregate.count()
    compiling.look(*LAST)
    return units["F"]


reported_once = made_once(make_reported)


@pytest.fixture
def reported(reported_once: Unit) -> Unit:
    return deepcopy(reported_once)


def document(
    unit: Unit, at: tuple[int, int] = LAST, *, internal: bool = False
) -> Document:
    return compile_tertial(
        Compilation(unit, *at, extracted_on=TODAY, internal=internal)
    )


def blocks(found: Document, kind: type[Any]) -> list[Any]:
    return [
        block
        for part in found.sections()
        for block in part.blocks
        if isinstance(block, kind)
    ]


def relations_of(root: Unit) -> list[dict[Place, int]]:
    """Return what anybody knows of the tree: a unit is what lies on itself and its units together."""
    found = []
    for unit in Unit.objects.filter(path__startswith=root.path):
        below = list(unit.children.values_list("code", flat=True))
        if below:
            parts: dict[Place, int] = {
                (code,): 1 for code in (*below, f"{unit.code}{OWN}")
            }
            found.append(parts | {(unit.code,): -1})
    return found


def is_safe(root: Unit, truth: dict[str, int], shown: dict[str, int | None]) -> None:
    """Refuse when a hidden number can be worked out, or two shown ones leave too few between them."""
    hidden = {(place,): truth[place] for place, count in shown.items() if count is None}
    for place, count in shown.items():
        assert count in (None, truth[place])
        assert count is None or not 0 < count < LEAST
    relations = relations_of(root)
    assert all(hidden.values()), "a zero is shown"
    for place, width in spans(relations, hidden):
        assert width is None or width >= LEAST, (place, width, shown)


def sums_of(own: dict[str, int]) -> dict[str, int]:
    """Return the sum of every unit by hand: itself and whatever code begins with its own."""
    sums = {
        code: sum(
            count for other, count in own.items() if f"{other}-".startswith(f"{code}-")
        )
        for code in own
    }
    inner = {code for code in own if sum(other.startswith(f"{code}-") for other in own)}
    return sums | {f"{code}{OWN}": own[code] for code in inner}


@settings(
    max_examples=10,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
)
@given(counts=st.lists(SMALL, min_size=len(COUNTS), max_size=len(COUNTS)))
def test_masked_tree_of_units_cannot_be_solved(
    reported: Unit, counts: list[int]
) -> None:
    root, own = reported, dict(zip(COUNTS, counts, strict=True))
    masked = Published(root).masked(own)
    is_safe(
        root,
        sums_of(own),
        {"F" if place == ALL else place: n for place, n in masked.items()},
    )


def published_in(found: Document) -> list[dict[tuple[str, Period], int | None]]:
    """Return every table of a document by unit and tertial: what came in from outside."""
    unit, code_of = found.unit, {unit.name: unit.code for unit in Unit.objects.all()}

    def read(cell: str) -> int | None:
        return None if cell == HIDDEN else int(cell)

    tables: list[dict[tuple[str, Period], int | None]] = []
    for table in blocks(found, Table):
        if table.caption == "Antal inkomna per tertial":
            spans = [
                tertial(int(name.split()[2]), int(name.split()[1]))
                for name, *_ in table.rows
            ]
            tables.append(
                {
                    (unit.code, at): read(row[1])
                    for at, row in zip(spans, table.rows, strict=True)
                }
            )
        elif table.caption.startswith("Antal inkomna per enhet"):
            codes = {"Totalt": unit.code, "Gemensamt": f"{unit.code}{OWN}"} | code_of
            tables.append(
                {(codes[row[0]], tertial(*LAST)): read(row[1]) for row in table.rows}
            )
    return tables


def test_published_tables_of_all_pairs_of_documents_cannot_be_solved(
    reported: Unit,
) -> None:
    """Of every unit, of two tertials: each pair of tables, and all of them together."""
    tables = []
    for unit in Unit.objects.all():
        tables += published_in(document(unit))
        earlier = published_in(document(unit, BEFORE))
        tables += [
            {key: n for key, n in earlier[0].items() if key[1] == tertial(*BEFORE)}
        ]
    assert len(tables) > 2 * len(COUNTS)
    whole: dict[tuple[str, Period], int | None] = {}
    for one, other in combinations(tables, 2):
        for key in one.keys() & other.keys():
            assert one[key] == other[key], (
                "a number is shown in one table and hidden in another"
            )
    for table in tables:
        whole |= table
    for place, at in enumerate((BEFORE, LAST)):
        truth = sums_of({code: counts[place] for code, counts in COUNTS.items()})
        shown = {
            code: n for (code, period), n in whole.items() if period == tertial(*at)
        }
        # What no table prints may be hidden, or zero and left out.
        zeros: dict[str, int | None] = {code: 0 for code, n in truth.items() if not n}
        is_safe(reported, truth, dict.fromkeys(truth) | zeros | shown)
        assert None in shown.values()


def test_document_for_the_board_tells_no_direction_of_a_hidden_number(
    reported: Unit,
) -> None:
    unit = Unit.objects.get(code="F-1-2")
    found = document(unit)

    assert blocks(found, Key)[0].items[0][1] == HIDDEN
    assert not [
        figure for figure in blocks(found, Figure) if "utomstående" in figure.caption
    ]
    numbers = [
        n
        for n in found.ledger.numbers()
        if n["query"] == "kind=fault reported_by=outside"
    ]
    assert {n["value"] for n in numbers if n["period"] == str(tertial(*LAST))} == {
        HIDDEN
    }


def test_document_for_the_work_shows_every_number(reported: Unit) -> None:
    assert (
        blocks(document(Unit.objects.get(code="F-1-2"), internal=True), Key)[0].items[
            0
        ][1]
        == "2"
    )


def test_document_for_the_board_names_no_pattern(reported: Unit) -> None:
    planner = make_user("planerare", (Role.PLANNING_OFFICER, reported))
    services.open_analyses(*LAST, unit=reported, actor=planner)
    make_pattern(TertialAnalysis.objects.get(about=reported))
    for internal in (True, False):
        captions = [
            table.caption
            for table in blocks(document(reported, internal=internal), Table)
        ]
        assert ("Mönster att ta ställning till" in captions) == internal
        (standing,) = [
            t
            for t in blocks(document(reported, internal=internal), Table)
            if "står" in t.caption
        ]
        assert ("Bedömda mönster" in standing.header) == internal


# --- page, Word and PDF agree -----------------------------------------------------------------
def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_page_and_word_for_the_secretary_hide_the_same(reported: Unit) -> None:
    client = browser(make_user("sekreterare", (Role.BOARD_SECRETARY, reported)))
    page = client.get(PAGE.replace("/F/", "/F-1/")).content.decode()
    response = client.get(f"{PAGE.replace('/F/', '/F-1/')}tertialanalys.docx")
    cells = [
        cell.text
        for table in docx.Document(io.BytesIO(response.content)).tables
        for row in table.rows
        for cell in row.cells
    ]

    assert "Version för nämnden" in page
    assert page.count(f'<td class="n">{HIDDEN}</td>') == cells.count(HIDDEN) > 0


def test_pdf_for_the_work_is_not_there_for_the_secretary(reported: Unit) -> None:
    planner = browser(make_user("planerare", (Role.PLANNING_OFFICER, reported)))
    secretary = browser(make_user("sekreterare", (Role.BOARD_SECRETARY, reported)))
    make_tertial_edition(reported, *LAST, internal=True)

    assert planner.get(f"{PAGE}tertialanalys.pdf?version=intern").status_code == 200
    assert secretary.get(f"{PAGE}tertialanalys.pdf?version=intern").status_code == 404
    assert secretary.get(f"{PAGE}tertialanalys.pdf").status_code == 404
    assert secretary.post(f"{PAGE}bygg/?version=intern").status_code == 404


@pytest.mark.usefixtures("unlaid")
def test_pdf_for_the_board_keeps_hidden_numbers_as_hidden(reported: Unit) -> None:
    secretary = browser(make_user("sekreterare", (Role.BOARD_SECRETARY, reported)))
    address = PAGE.replace("/F/", "/F-1/")
    secretary.post(f"{address}bygg/")
    assert jobs.run(Job.objects.get(kind="reports.build_tertial").pk)

    assert secretary.get(f"{address}tertialanalys.pdf").content.startswith(b"%PDF-")
    values = [
        number["value"] for number in TertialEdition.objects.get().figures["numbers"]
    ]
    assert HIDDEN in values
    assert not [value for value in values if value in range(1, LEAST)]


def test_list_gives_the_secretary_no_numbers_and_names_units_without_any(
    reported: Unit,
) -> None:
    secretary = browser(make_user("sekreterare", (Role.BOARD_SECRETARY, reported)))
    page = secretary.get(
        f"/rapporter/tertial/?tertial={tertial(*LAST)}"
    ).content.decode()

    assert "Enhet F-2-2" in page
    assert "Enhet F-1-2" in page
    assert "Kom in" not in page
    assert "version=intern" not in page
    make_unit("F-4", reported)
    assert (
        "Enhet F-4"
        in secretary.get(
            f"/rapporter/tertial/?tertial={tertial(*LAST)}"
        ).content.decode()
    )
