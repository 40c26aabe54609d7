"""Who reads which case: one table of situations and people, run over every address that takes a case."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import pytest
from django.test import override_settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from casework.models import Case
from tests.blank import BLANK
from tests.covering import covering
from tests.municipality import Municipality
from tests.situations import SITUATIONS, cases_for_a_module
from tests.test_access import LOOKED_AT, WRITTEN_TO

pytestmark = pytest.mark.django_db

# Everyone works in the unit "own" but the stranger (chief of the unit beside it), and the overseer and
# the registry (controller and registrar of the whole administration).  The last three are section
# chiefs: a substitute of today, one whose role ended yesterday and one whose role begins tomorrow.
PEOPLE = {
    "anon": "anonymous",
    "gone": "deactivated",
    "staff": "staff",
    "rep": "reporter",
    "sect": "section_chief",
    "unit": "unit_chief",
    "dept": "department_chief",
    "plan": "planning_officer",
    "ctrl": "quality_controller",
    "lex": "lex_investigator",
    "secr": "board_secretary",
    "regi": "registrar",
    "adm": "system_admin",
    "strg": "stranger",
    "over": "overseer",
    "post": "registry",
    "sub": "substitute",
    "was": "ended",
    "soon": "not_begun",
}
# How each person reads the case in each situation: what the letters open is in OPENS; "-" is nothing.
WHO_READS = """
situation          anon gone staff rep sect unit dept plan ctrl lex secr regi adm strg over post sub was soon
staff-new          -    -    -     -   c    c    c    w    d    -   -    -    -   -    d    -    c   -   -
staff-investigated -    -    -     -   c    c    c    w    d    -   -    -    -   -    d    -    c   -   -
staff-decided      -    -    -     -   c    c    c    w    d    -   -    -    -   -    d    -    c   -   -
staff-closed       -    -    -     -   c    c    c    w    d    -   -    -    -   -    d    -    c   -   -
own-report         -    -    -     o   c    c    c    w    d    -   -    -    -   -    d    -    c   -   -
own-report-closed  -    -    -     o   c    c    c    w    d    -   -    -    -   -    d    -    c   -   -
chiefs-own-report  -    -    -     -   b    c    c    w    d    -   -    -    -   -    d    -    c   -   -
unit-below         -    -    -     -   c    c    c    w    d    -   -    -    -   -    d    -    c   -   -
unit-above         -    -    -     -   -    -    -    -    -    -   -    -    -   -    d    -    -   -   -
sister-unit        -    -    -     -   -    -    -    -    -    -   -    -    -   c    d    -    -   -   -
sister-but-owner   -    -    -     -   -    -    -    -    -    -   -    -    -   c    d    -    -   -   -
outside-new        -    -    -     -   c    c    c    w    d    -   -    d    -   -    d    d    c   -   -
outside-closed     -    -    -     -   c    c    c    w    d    -   -    -    -   -    d    -    c   -   -
outside-at-root    -    -    -     -   -    -    -    -    -    -   -    -    -   -    d    d    -   -   -
outside-sister     -    -    -     -   -    -    -    -    -    -   -    -    -   c    d    d    -   -   -
all-recused        -    -    -     o   -    -    -    -    -    -   -    -    -   -    -    -    -   -   -
protected          -    -    -     -   -    -    -    -    -    -   -    -    -   -    -    -    -   -   -
protected-named    -    -    -     -   c    -    -    w    -    -   -    -    -   r    -    -    -   -   -
protected-reporter -    -    -     o   -    c    -    -    -    -   -    -    -   -    -    -    -   -   -
handed-over        -    -    -     -   r    r    r    -    -    -   -    -    -   c    d    -    r   -   -
handed-accepted    -    -    -     -   -    -    -    -    -    -   -    -    -   c    d    -    -   -   -
received           -    -    -     -   c    c    c    w    d    -   -    -    -   r    d    -    c   -   -
duplicate          -    -    -     -   c    c    c    w    d    -   -    -    -   -    d    -    c   -   -
lex-own            -    -    -     -   c    c    c    -    d    i   -    -    -   -    d    -    c   -   -
lex-sister         -    -    -     -   -    -    -    -    -    -   -    -    -   c    i    -    -   -   -
lex-protected      -    -    -     -   -    -    -    -    -    i   -    -    -   -    -    -    -   -   -
lex-narrow         -    -    -     -   -    -    -    -    d    i   -    -    -   -    d    -    -   -   -
lex-decided        -    -    -     -   c    c    c    -    d    i   -    -    -   -    d    -    c   -   -
lex-returned       -    -    -     -   c    c    c    -    d    i   -    -    -   -    d    -    c   -   -
escalated-own      -    -    -     -   c    c    c    -    d    i   -    -    -   -    d    -    c   -   -
escalated-reported -    -    -     o   c    c    c    -    d    i   -    -    -   -    d    -    c   -   -
escalated-sister   -    -    -     -   -    -    -    -    -    -   -    -    -   c    d    -    -   -   -
escalated-secret   -    -    -     -   -    -    -    -    -    i   -    -    -   -    -    -    -   -   -
check-own          -    -    -     -   c    c    c    w    d    -   -    -    -   -    d    -    c   -   -
check-sister       -    -    -     -   -    -    -    -    -    -   -    -    -   c    d    -    -   -   -
check-protected    -    -    -     -   c    -    -    -    -    -   -    -    -   -    -    -    -   -   -
risk-own           -    -    -     -   c    c    c    w    d    -   -    -    -   -    d    -    c   -   -
risk-sister        -    -    -     -   -    -    -    -    -    -   -    -    -   c    d    -    -   -   -
risk-protected     -    -    -     -   c    -    -    -    -    -   -    -    -   -    -    -    -   -   -
analysis-own       -    -    -     -   c    c    c    w    d    -   -    -    -   -    d    -    c   -   -
analysis-sister    -    -    -     -   -    -    -    -    -    -   -    -    -   c    d    -    -   -   -
analysis-above     -    -    -     -   -    -    -    -    -    -   -    -    -   -    d    -    -   -   -
analysis-protected -    -    -     -   c    -    -    -    -    -   -    -    -   -    -    -    -   -   -
"""
# Nobody investigates lex Sarah over the unit beside: there the controller does.
# c handles as chief; d decides who takes part (controller, registrar); i does so as lex Sarah investigator;
# w reads and writes notes;
# r reads alone (a named person without role there, a chief who has handed the case over);
# o has reported it; b has reported it, and reads it whole as chief without handling it (FL 16 §).
OPENS = """
page                  c d i w r o b
deviations:receipt    - - - - - + +
deviations:own        - - - - - + +
deviations:detail     + + + + + + +
deviations:step       + + + + + - +
deviations:escalate   + + + + + + +
casework:case         + + + + + + +
casework:note         + + + + - - -
casework:recusals     + + + + + - -
casework:protection   + + + - - - -
casework:new_action   + + + + + - +
casework:attachments  + + + + + - +
casework:attachment   + + + + + - +
casework:action       + + + + + - +
casework:action_step  + + + + + - +
lexsarah:detail       + + + + + + +
lexsarah:step         + + + + + - +
lexsarah:duties       + + + + - - -
lexsarah:ivo          - - + - - - -
lexsarah:ivo_pdf      - - + - - - -
lexsarah:concerned    - - + - - - -
selfcheck:detail      + + + + + - +
selfcheck:draw        + + + + + - +
selfcheck:review      - - - - - - -
selfcheck:readings    - - - - - - -
selfcheck:draw_readings - - - - - - -
selfcheck:upload_log  - - - - - - -
selfcheck:reading     - - - - - - -
selfcheck:log_record  - - - - - - -
selfcheck:survey      + + + + + - +
selfcheck:indicators  + + + + + - +
selfcheck:places      + + + + + - +
selfcheck:step        + + + + + - +
riskanalysis:detail   + + + + + - +
riskanalysis:new_risk + + + + + - +
riskanalysis:risk     + + + + + - +
riskanalysis:step     + + + + + - +
analysis:detail       + + + + + - +
analysis:pattern      + + + + + - +
analysis:step         + + + + + - +
"""
# What else than the number an address may take; the names are those of a step.
REST = {"position": 1, "place": 1, "file": 1}
# What stands in lex Sarah and is about deviations as well.
ALSO_DEVIATIONS = {"lexsarah:duties"}
STEPS = {
    "deviations:step": "utred",
    "lexsarah:step": "ta-emot",
    "riskanalysis:step": "borja",
    "analysis:step": "kommentera",
    "selfcheck:step": "oppna-igen",
    "casework:action_step": "klar",
}


def _read(table: str) -> dict[str, dict[str, str]]:
    header, *rows = (line.split() for line in table.strip().splitlines())
    return {name: dict(zip(header[1:], cells, strict=True)) for name, *cells in rows}


READS, OPENED = _read(WHO_READS), _read(OPENS)


def _about_a_case(
    patterns: list[URLPattern | URLResolver], namespace: str = ""
) -> Iterator[tuple[str, set[str]]]:
    """Find the addresses that take the number of a case, and what else they take."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = (
                f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            )
            yield from _about_a_case(pattern.url_patterns, inner)
        elif "number" in pattern.pattern.converters:
            yield (
                f"{namespace}{pattern.name}",
                set(pattern.pattern.converters) - {"number"},
            )


PAGES = dict(_about_a_case(get_resolver().url_patterns))


def address(page: str, case: Case) -> str:
    """Return where a page stands about a case."""
    rest = {name: STEPS[page] if name == "name" else REST[name] for name in PAGES[page]}
    return reverse(page, kwargs={"number": case.number, **rest})


@pytest.fixture(scope="module")
def made(
    django_db_setup: None, django_db_blocker: Any
) -> Iterator[tuple[Municipality, dict[str, Case]]]:
    """Make the cases; draw and log nothing, since what is asked here is which doors there are."""
    logging.disable(logging.WARNING)
    with (
        override_settings(TEMPLATES=BLANK),
        cases_for_a_module(django_db_blocker) as town_and_cases,
    ):
        yield town_and_cases
    logging.disable(logging.NOTSET)


def test_tables_name_every_situation_person_and_address() -> None:
    assert sorted(READS) == sorted(SITUATIONS)
    assert sorted(OPENED) == sorted(PAGES)
    assert all(list(row) == list(PEOPLE) for row in READS.values())


class Cell(NamedTuple):
    """Whom a page is asked for about which case, how, and whether it opens."""

    situation: str
    short: str
    method: str
    page: str
    opens: bool

    @property
    def letter(self) -> str:
        """Return how the person reads the case."""
        return READS[self.situation][self.short]

    @property
    def is_near(self) -> bool:
        """Tell whether the person reads this case or a usual one of its kind: others meet no rule of it."""
        usual = USUAL[SITUATIONS[self.situation].make]
        return self.letter != "-" or READS[usual][self.short] != "-"

    def pairs(self) -> Iterator[tuple[object, ...]]:
        """Return what meets here: the page with the case, the person and how he or she reads, and more.

        A page meets one of those who read alike what it can be about, and of the cases that differ in place or
        people alone one: those are the rules', which are asked of each case and person.  Who is kept out of a
        case meets what keeps out at each page.
        """
        about, is_nobody = SITUATIONS[self.situation], self.short in {"anon", "gone"}
        yield self.page, "nobody" if is_nobody else letters_at(self.page, self.short)
        yield self.page, self.method, self.letter
        yield self.situation, self.method, self.opens
        if self.is_near:
            yield self.page, about.what_it_is()
            if not self.opens:
                yield self.page, about.kept_by()


# A case of each kind that everybody reads who may read any in the unit.
USUAL = {
    SITUATIONS[name].make: name
    for name in ("staff-new", "lex-own", "check-own", "risk-own", "analysis-own")
}


def is_about(page: str, situation: str) -> bool:
    """Tell whether a page can be about the case of a situation."""
    subject = (
        SITUATIONS[situation]
        .make.__name__.removeprefix("make_")
        .replace("deviation", "deviations")
    )
    is_also = subject == "deviations" and page in ALSO_DEVIATIONS
    return is_also or page.partition(":")[0] in {"casework", subject}


@cache
def letters_at(page: str, short: str) -> tuple[str, ...]:
    """Return how a person reads each case that a page can be about."""
    return tuple(row[short] for name, row in READS.items() if is_about(page, name))


def _cells(situation: str) -> Iterator[Cell]:
    """Return the cells of a situation; 405 is asked for in test_access."""
    for page in PAGES:
        if not is_about(page, situation):
            continue
        for short, letter in READS[situation].items():
            opens = letter != "-" and OPENED[page][letter] == "+"
            if LOOKED_AT[page]["sect"] != 405:
                yield Cell(situation, short, "get", page, opens)
            if page in WRITTEN_TO and not opens:
                yield Cell(situation, short, "post", page, opens)


CELLS = [cell for situation in READS for cell in _cells(situation)]
ASKED = set(covering(CELLS, Cell.pairs))


def test_tables_decide_so_many_cells() -> None:
    assert len(CELLS) >= 10_000


@pytest.mark.parametrize(
    "short", [short for short, who in PEOPLE.items() if who != "anonymous"]
)
def test_person_reads_and_handles_the_cases_of_the_table(
    short: str, made: tuple[Municipality, dict[str, Case]]
) -> None:
    """Every case and person, asked of the rules themselves: two questions a person."""
    town, cases = made
    person, letters = (
        town.people[PEOPLE[short]],
        {name: row[short] for name, row in READS.items()},
    )
    about = Case.objects.filter(number__in=[case.number for case in cases.values()])
    for found, none in (
        (about.visible_to(person), "-"),
        (about.handled_by(person), "-o"),
    ):
        numbers = {
            cases[name].number for name, letter in letters.items() if letter not in none
        }
        assert set(found.values_list("number", flat=True)) == numbers


@pytest.mark.parametrize("situation", READS)
def test_page_of_a_case_opens_as_the_tables_say(
    situation: str, made: tuple[Municipality, dict[str, Case]]
) -> None:
    """Every page with every case and with every person."""
    assert (
        _unexpected(made, [cell for cell in _cells(situation) if cell in ASKED]) == []
    )


@pytest.mark.every
@pytest.mark.parametrize("situation", READS)
def test_every_page_of_a_case_opens_as_the_tables_say(
    situation: str, made: tuple[Municipality, dict[str, Case]]
) -> None:
    assert (
        _unexpected(made, [cell for cell in _cells(situation) if cell not in ASKED])
        == []
    )


def _unexpected(
    made: tuple[Municipality, dict[str, Case]], cells: list[Cell]
) -> list[tuple[Cell, str, int]]:
    """Ask some cells; return those that are answered otherwise than the tables say, with the answer."""
    town, cases = made
    found = []
    for cell in cells:
        path = address(cell.page, cases[cell.situation])
        answer = town.answer(PEOPLE[cell.short], cell.method, path)
        if not _fits(
            answer, opens=cell.opens, is_nobody=cell.short in {"anon", "gone"}
        ):
            found.append((cell, path, answer.status_code))
    return found


def _fits(answer: Any, *, opens: bool, is_nobody: bool) -> bool:
    """Tell whether an answer is what the tables say: the page, no page, or the way to the login."""
    if is_nobody:
        return answer.status_code == 302 and str(answer["Location"]).startswith(
            reverse("account_login")
        )
    status: int = answer.status_code
    return status in ({200, 302, 400, 403} if opens else {404})
