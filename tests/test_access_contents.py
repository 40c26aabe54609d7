"""What pages and lists hold: no case that its reader may not read, and nothing in it that is not for him."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client, override_settings
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from casework.cases.history import log
from casework.models import Action, Case, Note
from deviations.models import Deviation
from deviations.reporting.codes import code_for, hash_of
from organisation.models import User
from organisation.rights import Role
from tests.blank import BLANK
from tests.covering import covering
from tests.factories import make_deviation, make_user
from tests.municipality import Municipality
from tests.readings import last_reading, wrong_in_the_log
from tests.situations import OUTSIDE, SITUATIONS, cases_for_a_module, word_of
from tests.test_access import LOOKED_AT
from tests.test_access_cases import PAGES, PEOPLE, READS, address

pytestmark = pytest.mark.django_db
Made = tuple[Municipality, dict[str, Case]]
Lists = list[tuple[str, dict[str, str]]]

# Who holds no role today ("was", "soon") is shown none of these lists but the own reports.
SIGNED_IN = {
    short: who
    for short, who in PEOPLE.items()
    if short not in {"anon", "gone", "was", "soon"}
}
VIEWS = ("att-gora", "forsenade", "vantar", "mina", "oppna", "avslutade")
ACTION_VIEWS = (
    "enheten",
    "mina",
    "forsenade",
    "effekt",
    "genomforda",
    "genomfors-inte",
)
# Every list and search that can show a case; "Rubrik" stands in each title, "fel mottagare" in most texts.
LISTS: Lists = [
    *(("casework:inbox", {"visa": view}) for view in VIEWS),
    *(
        ("casework:inbox", {"visa": view, "q": "Rubrik"})
        for view in ("oppna", "avslutade")
    ),
    ("casework:inbox", {"visa": "oppna", "q": "fel mottagare"}),
    *(("casework:actions", {"visa": view}) for view in ACTION_VIEWS),
    ("casework:notices", {}),
    ("deviations:mine", {}),
    *((f"{app}:list", {}) for app in ("lexsarah", "selfcheck", "riskanalysis")),
    *(
        (f"{app}:list", {"q": "Rubrik"})
        for app in ("lexsarah", "selfcheck", "riskanalysis")
    ),
]
PROTECTED = [name for name, situation in SITUATIONS.items() if situation.named]


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[Made]:
    with cases_for_a_module(django_db_blocker) as town_and_cases:
        yield town_and_cases


def readable(cases: dict[str, Case], short: str) -> set[str]:
    """Return the numbers of the cases that the table lets a person read."""
    return {cases[name].number for name, row in READS.items() if row[short] != "-"}


def numbers_in(text: str) -> set[str]:
    return set(re.findall(r"XX-2025-\d{4}", text))


def whole_list(
    town: Municipality, who: str, page: str, query: dict[str, str]
) -> tuple[str, set[str]]:
    """Return a list as its reader leafs through it, and what the log says of its pages that is wrong."""
    path, text, number, unlogged = reverse(page), "", 1, set[str]()
    while True:
        before = last_reading()
        response = town.answer(who, "get", path, **query, page=str(number))
        assert response.status_code == 200
        unlogged.add(wrong_in_the_log(response, after=before))
        shown = str(response.content.decode())
        text, number = text + shown, number + 1
        if f"page={number}" not in shown:
            return text, unlogged - {""}


def forbidden_words(cases: dict[str, Case], short: str) -> list[str]:
    """Return what stands in no list for a person: words of what he may not read, or is protected."""
    return [
        word_of(name)
        for name, row in READS.items()
        if row[short] == "-" or name in PROTECTED
    ]


class Leafed(NamedTuple):
    """What a person reads in lists, by which page and question each is, and what the log says wrongly."""

    short: str
    lists: list[tuple[str, dict[str, str], str]]
    unlogged: list[tuple[str, dict[str, str], set[str]]]


# Every case stands in one of them, and everybody is given them whole.
WHOLE = [{"visa": view} for view in ("oppna", "avslutade")]
INBOX = {"casework:inbox", "casework:export"}
OF_ALL_KINDS = INBOX | {
    *("casework:actions", "casework:actions_export", "casework:notices"),
}


def is_whole_inbox(page: str, query: dict[str, str]) -> bool:
    return page in INBOX and query in WHOLE


# The chief reads most letters, and is kept from something in every view.
READS_ALL_LISTS = "sect"


def _ways_of(short: str) -> frozenset[tuple[str, str, bool]]:
    """Return how a person reads cases: their app, the letter, and whether they are protected.

    People who read in the same ways are told apart by the rules, not by a list.
    """
    return frozenset(
        (app_of(SITUATIONS[name].make), row[short], name in PROTECTED)
        for name, row in READS.items()
        if row[short] != "-"
    )


def app_of(make: Callable[..., Case]) -> str:
    """Return the app of the cases that a function makes."""
    subject = make.__name__.removeprefix("make_")
    return "deviations" if subject == "deviation" else subject


WAYS = {short: _ways_of(short) for short in SIGNED_IN}


def ways_on(page: str, short: str) -> set[tuple[str, str, bool]]:
    """Return how a person reads what a page can hold."""
    app = page.partition(":")[0]
    return {way for way in WAYS[short] if page in OF_ALL_KINDS or app == way[0]}


def _meetings(lists: Lists, cell: tuple[int, str]) -> Iterator[tuple[object, ...]]:
    """Return what meets when a person reads a list: its page and each way of reading what it can hold."""
    place, short = cell
    page, query = lists[place]
    for way in ways_on(page, short):
        # A search finds nothing protected.
        yield "q" if "q" in query else page, way
    if short == READS_ALL_LISTS:
        yield place, short
    if page in INBOX and query == WHOLE[0]:
        yield page, short
    if is_whole_inbox(page, query):
        yield place, WAYS[short]


def readers_of(lists: Lists) -> Iterator[Any]:
    """Return each person with the lists that make test lets read, and with the others for make test-all."""
    places = range(len(lists))
    cells = [(place, short) for short in SIGNED_IN for place in places]
    first = set(covering(cells, partial(_meetings, lists)))
    for short in SIGNED_IN:
        now = [place for place in places if (place, short) in first]
        yield pytest.param((short, now), id=short)
        later = [
            place
            for place in places
            if place not in now or is_whole_inbox(*lists[place])
        ]
        if len(later) > len(WHOLE):
            yield pytest.param(
                (short, later), id=f"{short}-others", marks=pytest.mark.every
            )


def in_whole_lists(
    cases: dict[str, Case], short: str, queries: list[dict[str, str]]
) -> set[str]:
    """Return the numbers that a person finds in the whole lists that are read: the open, the closed or both."""
    closed = {case.number for case in cases.values() if case.closed_on}
    may_read = readable(cases, short)
    parts = (may_read - closed, may_read & closed)
    read = [part for query, part in zip(WHOLE, parts, strict=True) if query in queries]
    return set().union(*read)


@pytest.fixture(scope="module", params=list(readers_of(LISTS)))
def leafed(request: Any, made: Made, django_db_blocker: Any) -> Leafed:
    """Let a person leaf through lists once, for all tests of what stands there."""
    short, places = request.param
    lists, unlogged = [], []
    with django_db_blocker.unblock(), transaction.atomic():
        for page, query in (LISTS[place] for place in places):
            text, wrong = whole_list(made[0], PEOPLE[short], page, query)
            lists.append((page, query, text))
            unlogged += [(page, query, wrong)] if wrong else []
        transaction.set_rollback(True)
    return Leafed(short, lists, unlogged)


def test_log_names_the_cases_that_each_list_showed(leafed: Leafed) -> None:
    assert leafed.unlogged == []


def test_lists_hold_only_what_their_reader_may_read(leafed: Leafed, made: Made) -> None:
    cases = made[1]
    may_read = readable(cases, leafed.short)
    unexpected = []
    for page, query, text in leafed.lists:
        shown = {word for word in forbidden_words(cases, leafed.short) if word in text}
        if foreign := (numbers_in(text) - may_read) | shown:
            unexpected.append((page, query, foreign))

    assert unexpected == []


def test_inbox_holds_all_that_its_reader_may_read(leafed: Leafed, made: Made) -> None:
    whole = [
        (query, text)
        for page, query, text in leafed.lists
        if is_whole_inbox(page, query)
    ]
    text = "".join(text for _, text in whole)

    assert whole
    assert numbers_in(text) == in_whole_lists(
        made[1], leafed.short, [query for query, _ in whole]
    )


# Every list that is given as a file.
FILES: Lists = [
    *(("casework:export", {"visa": view}) for view in VIEWS),
    *(("casework:actions_export", {"visa": view}) for view in ACTION_VIEWS),
    *((f"{app}:export", {}) for app in ("lexsarah", "selfcheck", "riskanalysis")),
    (
        "analysis:rows_export",
        {
            "amne": "avvikelser",
            "grund": "inkomna",
            "enhet": "EK",
            "period": "2024-01..2025-12",
        },
    ),
]


def words_in(content: bytes) -> str:
    """Return everything that stands in a spreadsheet."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return "".join(
            book.read(name).decode(errors="replace") for name in book.namelist()
        )


@pytest.mark.parametrize("reader", list(readers_of(FILES)))
def test_files_hold_only_what_their_reader_may_read_and_nobodys_words(
    reader: tuple[str, list[int]], made: Made
) -> None:
    (town, cases), (short, places) = made, reader
    may_read = readable(cases, short) - {cases[name].number for name in PROTECTED}
    unexpected, held = [], dict[str, set[str]]()
    for page, query in (FILES[place] for place in places):
        before = last_reading()
        excel = town.answer(PEOPLE[short], "get", reverse(page, args=["xlsx"]), **query)
        wrong = wrong_in_the_log(excel, after=before)
        text = town.answer(PEOPLE[short], "get", reverse(page, args=["csv"]), **query)
        if excel.status_code != 200:
            # No page for the role, or a question about units that the role does not reach.
            assert excel.status_code == text.status_code
            assert excel.status_code in {302, 404}
            continue
        found = words_in(excel.content), text.content.decode("utf-8-sig")
        held[page] = held.get(page, set()) | numbers_in(found[1])
        foreign = [numbers_in(words) - may_read for words in found]
        words = {
            word
            for word in (*map(word_of, SITUATIONS), "kanarie")
            if word in "".join(found)
        }
        differ = numbers_in(found[0]) != numbers_in(found[1])
        if any(foreign) or words or differ or wrong:
            unexpected.append((page, query, foreign, words, wrong))

    assert unexpected == []
    asked = [query for page, query in map(FILES.__getitem__, places) if page in INBOX]
    assert held["casework:export"] == may_read & in_whole_lists(cases, short, asked)
    assert short != READS_ALL_LISTS or all(held.values()), held


@pytest.mark.parametrize(
    ("who", "tells"), [("reporter", False), ("section_chief", True)]
)
def test_file_tells_how_a_case_was_judged_only_to_those_who_read_it(
    who: str, tells: bool, made: Made
) -> None:
    town, cases = made
    Deviation.objects.filter(pk=cases["own-report"].pk).update(
        cause_area="kanarieorsak"
    )
    text = "".join(
        town.answer(
            who, "get", reverse("casework:export", args=["csv"]), visa=view
        ).content.decode()
        for view in ("oppna", "avslutade")
    )

    assert cases["own-report"].number in text
    assert ("Kanarieorsak" in text) is tells


@pytest.mark.parametrize("short", SIGNED_IN)
def test_calendar_holds_only_what_its_reader_may_read(short: str, made: Made) -> None:
    town, cases = made
    key = f"key-of-{short}"
    # The person is everybody's: what is kept of him in the module says nothing of the key.
    User.objects.filter(pk=town.people[PEOPLE[short]].pk).update(calendar_key=key)
    before = last_reading()
    answer = Client().get(reverse("casework:calendar", args=[key]))
    text = answer.content.decode()

    assert wrong_in_the_log(answer, after=before) == ""
    assert numbers_in(text) <= readable(cases, short) - {
        cases[name].number for name in PROTECTED
    }
    assert "kanarie" not in text


def test_calendar_holds_no_action_of_a_protected_case(made: Made) -> None:
    town, cases = made
    chief, case = town.people["section_chief"], cases["protected-named"]
    Action.objects.filter(case=case.pk).update(owner=chief)
    answer = Client().get(reverse("casework:calendar", args=[chief.calendar_key]))
    text = answer.content.decode()

    assert answer.status_code == 200
    assert Action.objects.visible_to(chief).filter(case=case.pk, owner=chief).exists()
    assert case.number not in text


def test_search_finds_nothing_protected(leafed: Leafed, made: Made) -> None:
    """A title that is searched for is no way to learn of a case: "Rubrik" stands in all of them."""
    protected = {made[1][name].number for name in PROTECTED}
    found = [
        numbers_in(text) & protected for _, query, text in leafed.lists if "q" in query
    ]

    assert found or leafed.short != READS_ALL_LISTS
    assert set().union(*found) == set()


def _search_pairs(cell: tuple[str, str]) -> Iterator[tuple[str, object]]:
    """Return what meets when a person searches for the number of a case: its kind and how he or she reads it.

    Which person reads which case is asked of the rules.
    """
    name, short = cell
    yield "case", name
    yield app_of(SITUATIONS[name].make), READS[name][short]
    yield short, READS[name][short] != "-"


SEARCHED = [(name, short) for short in SIGNED_IN for name in READS]
ASKED = covering(SEARCHED, _search_pairs)


def test_search_for_a_number_finds_only_what_may_be_read(made: Made) -> None:
    assert _found_otherwise(made, ASKED) == []


@pytest.mark.every
@pytest.mark.parametrize("short", SIGNED_IN)
def test_search_for_any_number_finds_only_what_may_be_read(
    short: str, made: Made
) -> None:
    assert (
        _found_otherwise(
            made, [c for c in SEARCHED if c[1] == short and c not in ASKED]
        )
        == []
    )


def _found_otherwise(made: Made, asked: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Search for numbers; return those that lead to a case and should not, or the other way round."""
    (town, cases), inbox, found = made, reverse("casework:inbox"), []
    with override_settings(
        TEMPLATES=BLANK
    ):  # where it leads is asked, not what is drawn
        for name, short in asked:
            answer = town.answer(PEOPLE[short], "get", inbox, q=cases[name].number)
            if (answer.status_code == 302) is not (READS[name][short] != "-"):
                found.append((name, short))
    return found


@pytest.mark.every
@pytest.mark.parametrize("short", ["rep", "sect", "strg"])
def test_search_for_a_title_finds_only_what_may_be_read(short: str, made: Made) -> None:
    town, cases = made
    unexpected = []
    for name, case in cases.items():
        answer = town.answer(
            PEOPLE[short],
            "get",
            reverse("casework:inbox"),
            q=word_of(name),
            visa="oppna",
        )
        may_be_found = READS[name][short] != "-" and name not in PROTECTED
        if numbers_in(answer.content.decode()) - (
            {case.number} if may_be_found else set()
        ):
            unexpected.append(name)

    assert unexpected == []


EVENT_PAGES = [
    (name, short)
    for short in ("sect", "plan", "regi", "strg")
    for name, row in READS.items()
    if row[short] not in "-o" and SITUATIONS[name].make is make_deviation
]
OPENED_FIRST = covering(
    EVENT_PAGES, lambda cell: [("case", cell[0]), (cell[1], READS[cell[0]][cell[1]])]
)


def test_case_page_names_only_cases_that_may_be_read(made: Made) -> None:
    """Similar cases, the original of a duplicate, and whatever else a page names."""
    assert _named_otherwise(made, OPENED_FIRST) == []


@pytest.mark.every
def test_any_case_page_names_only_cases_that_may_be_read(made: Made) -> None:
    later = [cell for cell in EVENT_PAGES if cell not in OPENED_FIRST]

    assert _named_otherwise(made, later) == []


def _named_otherwise(
    made: Made, opened: list[tuple[str, str]]
) -> list[tuple[str, str, set[str]]]:
    """Open the pages of events; return those that name what their reader may not read, and what they name."""
    (town, cases), found = made, []
    for name, short in opened:
        answer = town.answer(
            PEOPLE[short], "get", address("deviations:detail", cases[name])
        )
        numbers = numbers_in(answer.content.decode())
        assert cases[name].number in numbers
        if foreign := numbers - readable(cases, short):
            found.append((name, short, foreign))
    return found


# --- ways to a case that take its number elsewhere than in the address --------------------------
def test_assign_a_case_that_may_not_be_read_is_no_page(made: Made) -> None:
    town, cases = made
    query = {
        "case": cases["sister-unit"].number,
        "owner": str(town.people["section_chief"].pk),
    }
    path = reverse("casework:assign")
    answers = [
        town.answer("section_chief", method, path, **query).status_code
        for method in ("get", "post")
    ]

    assert answers == [404, 404]


def test_duplicate_of_a_case_that_may_not_be_read_is_as_unknown_as_none(
    made: Made,
) -> None:
    town, cases = made
    path = reverse("deviations:step", args=[cases["staff-new"].number, "dubblett"])
    texts = []
    for number in (cases["sister-unit"].number, "XX-1999-0001"):
        response = town.answer(
            "section_chief", "post", path, duplicate_of=number, seen_version="0"
        )
        assert response.status_code == 400
        texts.append(re.sub(r'value="[^"]*"', "", response.content.decode()))

    assert texts[0] == texts[1]


def test_receipt_of_what_was_registered_for_another_unit_leads_nowhere(
    made: Made,
) -> None:
    town, _ = made
    sent = {
        "form_token": str(uuid4()),
        "begun": "",
        "channel": "phone",
        "received_on": timezone.localdate().isoformat(),
        "kind": "complaint",
        "description": "Ingen svarar.",
        "contact_way": "none",
    }
    links = {}
    for unit in (
        town.other,
        town.people["section_chief"].memberships.get().unit.children.get(),
    ):
        form = (
            town.client("section_chief")
            .get(reverse("deviations:register"))
            .content.decode()
        )
        hidden = dict(re.findall(r'name="(form_token|begun)" value="([^"]*)"', form))
        answer = town.client("section_chief").post(
            reverse("deviations:register"), sent | hidden | {"unit": unit.code}
        )
        assert "är registrerat" in answer.content.decode()
        links[unit.code] = 'href="/avvikelser/' in answer.content.decode()

    assert links == {"BO": False, "EK1": True}


@pytest.fixture
def doer(made: Made) -> Case:
    """Let somebody on the staff do an action in a case that he may not read."""
    town, cases = made
    case = Case.objects.get(pk=cases["staff-new"].pk)
    case.actions.update(owner=town.people["staff"])
    return case


def test_action_of_a_case_that_may_not_be_read_does_not_lead_to_it(
    made: Made, doer: Case
) -> None:
    text = (
        made[0]
        .answer("staff", "get", address("casework:action", doer))
        .content.decode()
    )

    assert "Åtgärd kanarie" in text
    assert reverse("casework:case", args=[doer.number]) not in text


def test_notice_of_an_action_tells_nothing_of_its_case(made: Made, doer: Case) -> None:
    text = made[0].answer("staff", "get", reverse("casework:notices")).content.decode()

    assert doer.number in text
    assert "kanarie" not in text


def test_notice_of_an_action_leads_to_the_actions(made: Made, doer: Case) -> None:
    response = made[0].answer(
        "staff", "post", reverse("casework:notices"), case=doer.number
    )

    assert response["Location"] == reverse("casework:actions")


def test_calm_inbox_counts_only_actions_that_may_be_followed(made: Made) -> None:
    town, cases = made
    today = timezone.localdate()
    Action.objects.filter(case=cases["staff-new"].pk).update(
        done_on=today, effect_due_on=today
    )
    # Whoever compiles has nothing to do while somebody else has the analysis.
    Case.objects.filter(subject="analysis").update(owner=town.people["section_chief"])
    calm = {
        who: town.answer(who, "get", reverse("casework:inbox"))
        for who in ("staff", "planning_officer")
    }

    told = {
        who: "ska följas upp" in answer.content.decode() for who, answer in calm.items()
    }
    assert told == {"staff": False, "planning_officer": True}


def test_own_report_leads_to_the_whole_case_only_those_who_read_it(made: Made) -> None:
    town, cases = made
    leads = {}
    for who, name in (
        ("reporter", "own-report"),
        ("section_chief", "chiefs-own-report"),
    ):
        text = town.answer(
            who, "get", address("deviations:own", cases[name])
        ).content.decode()
        leads[who] = f'href="{address("deviations:detail", cases[name])}"' in text

    assert leads == {"reporter": False, "section_chief": True}


def test_annual_report_is_listed_and_written_only_where_the_role_lies(
    made: Made,
) -> None:
    town, _ = made
    page = reverse(
        "reports:report", args=(town.own.code, town.report.year, town.report.template)
    )
    town.people["elsewhere"] = make_user(
        "elsewhere", (Role.PLANNING_OFFICER, town.other)
    )
    client = Client()
    client.force_login(town.people["elsewhere"])

    assert page not in client.get(reverse("reports:list")).content.decode()
    for who, writes in (("planning_officer", True), ("department_chief", False)):
        assert (
            f"{page}skriv/" in town.client(who).get(page).content.decode()
        ) is writes


# --- what is in a case ------------------------------------------------------------------------
# Who meets what on any page of a report from staff and of a complaint from outside, both investigated
# in the unit "own" (domain: identity is for those who handle; the reporter reads no investigation).
SEES = """
secret         rep sect unit dept plan ctrl regi over post strg
reporter-name  .   +    +    +    -    -    -    -    -    -
contact        -   +    +    +    -    -    -    -    -    -
description    +   +    +    +    +    +    +    +    +    -
assessment     -   +    +    +    +    +    +    +    +    -
organisation   -   +    +    +    +    +    +    +    +    -
internal-note  -   +    +    +    +    +    +    +    +    -
"""
SECRETS = {
    "reporter-name": "Kanarina Rapportör",
    "contact": "kanarie@example.org",
    "description": "kanariehändelsen",
    "assessment": "kanariebedömning",
    "organisation": "kanarieorganisation",
    "internal-note": "kanarieanteckning",
}


def _seen(table: str) -> dict[str, dict[str, str]]:
    header, *rows = (line.split() for line in table.strip().splitlines())
    return {
        secret: dict(zip(header[1:], cells, strict=True)) for secret, *cells in rows
    }


@pytest.fixture
def two(made: Made) -> tuple[Deviation, Deviation]:
    """Make a staff report and a complaint, investigated and full of words that are found again."""
    town, _ = made
    reporter = town.people["reporter"]
    reporter.name = SECRETS["reporter-name"]
    reporter.save(update_fields=["name"])
    facts = {
        "state": "under_investigation",
        "description": SECRETS["description"],
        "assessment": SECRETS["assessment"],
        "is_deviation": "yes",
        "cause_level": "individual",
        "organisation_part": SECRETS["organisation"],
    }
    staffs = make_deviation(town.own, number="KA-2025-9001", reporter=reporter, **facts)
    outside = make_deviation(
        town.own, number="KS-2025-9001", contact=SECRETS["contact"], **facts, **OUTSIDE
    )
    log(staffs, action="file", label="Rapporterades", actor=reporter)
    for case in (staffs, outside):
        chief = town.people["section_chief"]
        Note.objects.create(
            case=case, kind="internal", text=SECRETS["internal-note"], author=chief
        )
        writer = reporter if case is staffs else None
        Note.objects.create(
            case=case, kind="from_reporter", text="Mer om det.", author=writer
        )
    return staffs, outside


# Where people are chosen, and everyone in the unit stands in a list.
CHOOSES_PEOPLE = {
    "casework:recusals",
    "casework:protection",
    "casework:new_action",
    "casework:action_step",
}


# The first of those who see the same is shown every page, the others the case itself.
SEEN = _seen(SEES)
COLUMNS = {
    short: tuple(row[short] for row in SEEN.values()) for short in SEEN["contact"]
}
FIRST = {column: short for short, column in reversed(COLUMNS.items())}


def readers_of_pages() -> Iterator[Any]:
    """Return each person and whether every page is shown; make test-all shows them also to who sees the same."""
    for short, column in COLUMNS.items():
        is_first = FIRST[column] == short
        marks = () if is_first else pytest.mark.every
        yield pytest.param(short, True, id=short, marks=marks)
        if not is_first:
            yield pytest.param(short, False, id=f"{short}-case")


@pytest.mark.parametrize(("short", "whole"), list(readers_of_pages()))
def test_pages_show_a_secret_only_to_those_who_may_know_it(
    short: str, whole: bool, made: Made, two: tuple[Deviation, Deviation]
) -> None:
    """Every page of the two cases and every list, or what shows a case in full: they show all there is to see."""
    town, _ = made
    pages = [
        page for page in PAGES if page.partition(":")[0] in {"deviations", "casework"}
    ]
    lists = {page for page, _ in LISTS}
    if not whole:
        pages, lists = ["deviations:detail", "casework:note"], set()
    shown = {
        page: "".join(_shown(town, PEOPLE[short], address(page, case)) for case in two)
        for page in pages
    }
    shown |= {page: _shown(town, PEOPLE[short], reverse(page)) for page in lists}
    found = {
        secret: "-+"[
            any(
                words in text
                for page, text in shown.items()
                if secret != "reporter-name" or page not in CHOOSES_PEOPLE
            )
        ]
        for secret, words in SECRETS.items()
    }

    expected = {secret: row[short] for secret, row in SEEN.items()}
    assert (
        found | {secret: "." for secret, cell in expected.items() if cell == "."}
        == expected
    )


def _shown(town: Municipality, who: str, path: str) -> str:
    """Return what a person reads at an address, if there is anything."""
    answer = town.answer(who, "get", path)
    return str(answer.content.decode()) if answer.status_code == 200 else ""


@pytest.mark.parametrize("who", ["planning_officer", "quality_controller", "registrar"])
def test_preview_of_an_answer_tells_contact_and_name_to_nobody_who_may_not_answer(
    who: str, made: Made, two: tuple[Deviation, Deviation]
) -> None:
    town, (staffs, outside) = made[0], two
    for case, name in ((staffs, "aterkoppla"), (outside, "svara")):
        path = reverse("deviations:step", args=[case.number, name])
        text = town.answer(
            who, "post", path, answer="Tack.", seen_version="0"
        ).content.decode()
        assert SECRETS["contact"] not in text
        assert SECRETS["reporter-name"] not in text


@pytest.mark.parametrize("name", ["bedom", "orsak"])
def test_step_that_comes_too_late_tells_a_mere_reporter_nothing(
    name: str, made: Made, two: tuple[Deviation, Deviation]
) -> None:
    sent = {
        "seen_version": "7",
        "is_deviation": "no",
        "assessment": "x",
        "cause_level": "system",
        "cause_area": "Teknik och system",
    }
    path = reverse("deviations:step", args=[two[0].number, name])
    text = made[0].answer("reporter", "post", path, **sent).content.decode()

    assert [
        secret for secret in ("assessment", "organisation") if SECRETS[secret] in text
    ] == []


# --- a citizen with a code --------------------------------------------------------------------
@pytest.fixture
def codes(made: Made) -> dict[str, str]:
    """Make two complaints and return the code of each by what its sender wrote."""
    found = {}
    for words in ("Kanariefågel ett", "Kanariefågel två"):
        token = uuid4()
        found[words] = code_for(token)
        make_deviation(
            made[0].own,
            description=words,
            form_token=token,
            follow_up_hash=hash_of(found[words]),
            assessment="kanariebedömning",
            answer="kanariesvar som inte är givet",
            **OUTSIDE,
        )
    return found


def test_code_opens_its_own_case_and_no_other(codes: dict[str, str]) -> None:
    for words, code in codes.items():
        text = (
            Client().post(reverse("deviations:follow"), {"code": code}).content.decode()
        )
        assert {other for other in codes if other in text} == {words}
        assert "kanarie" not in text


def _bare(page: str) -> str:
    """Return where a page stands, or nothing when its address names something that is no case."""
    try:
        return reverse(page)
    except NoReverseMatch:
        return ""


def test_code_opens_nothing_else(codes: dict[str, str]) -> None:
    client, code = Client(), next(iter(codes.values()))
    client.post(reverse("deviations:follow"), {"code": code})
    closed = [
        page
        for page, answers in LOOKED_AT.items()
        if answers["anon"] == 302 and page not in PAGES
    ]
    paths = [path for page in closed if ":" in page and (path := _bare(page))]
    paths += [address(page, Case.objects.latest("pk")) for page in PAGES]
    answers = {path: client.get(path, {"code": code}) for path in paths}

    assert not client.cookies
    assert {
        path: a.status_code for path, a in answers.items() if a.status_code != 302
    } == {}


def test_code_is_no_key_to_a_calendar(codes: dict[str, str]) -> None:
    code = next(iter(codes.values()))

    assert Client().get(reverse("casework:calendar", args=[code])).status_code == 404
