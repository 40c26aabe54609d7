"""The inbox: whose turn it is, search and filters, saved filters, many cases at once, and the spreadsheet."""

from __future__ import annotations

import datetime as dt
import re
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.http import urlencode

from casework.models import Action, Case, NamedReader, Recusal, SavedFilter
from casework.register.filters import CappedPaginator
from casework.register.filtersets import InboxFilter
from casework.register.inbox import due_in_words, state_in_words
from casework.register.saved_queries import FILTERS
from casework.views.inbox import asked
from organisation.lists.exports import as_text
from organisation.models import Membership, Unit, User
from organisation.rights import Role
from tests.blank import draw_nothing
from tests.factories import make_deviation, make_unit, make_user, signed_in
from tests.municipality import make_lexsarah
from tests.offices import make_office
from tests.worlds import made_once

pytestmark = pytest.mark.django_db
INBOX, ASSIGN, SAVED, EXPORT = (
    "/inkorg/",
    "/inkorg/fordela/",
    "/inkorg/filter/",
    "/inkorg/arenden.xlsx",
)


FORMULAS = ("=1+1", " =cmd|' /C calc'!A0", "＝1", "\t@SUM(1)", "+46", "-2+3")
office = made_once(make_office)


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask what an answer says but for its page."""
    draw_nothing(monkeypatch)


def text_of(client: Client, path: str = INBOX, **query: Any) -> str:
    return client.get(path, query).content.decode()


def shown(client: Client, **query: Any) -> list[str]:
    """Return the numbers of the cases in the inbox, in their order."""
    return re.findall(
        r'<th scope="row"[^>]*><a href="[^"]*/([^/"]+)/">', text_of(client, **query)
    )


def found(user: User, **query: Any) -> list[str]:
    """Return the numbers of the cases that the inbox and its file begin from, in their order."""
    cases = asked(user, QueryDict(urlencode(query))).cases
    return list(cases.values_list("number", flat=True))


def counts(client: Client, **query: Any) -> list[int]:
    return [
        int(count)
        for count in re.findall(r"<strong>(\d+)</strong></a>", text_of(client, **query))
    ]


# --- whose turn it is ---------------------------------------------------------------------------
def test_views_part_what_is_mine_to_do_from_what_waits_for_others(
    browser: Client, unit: Unit, chief: User
) -> None:
    other = make_user("other", (Role.SECTION_CHIEF, unit))
    make_deviation(unit, number="NEW")
    make_deviation(unit, number="MINE", owner=chief)
    make_deviation(unit, number="OTHERS", owner=other)
    make_deviation(unit, number="REPORTED", reporter=chief)
    make_deviation(make_unit("BO", unit.parent), number="AWAY", came_from=unit)
    make_deviation(
        unit,
        number="CLOSED",
        closed_on=dt.date(2024, 4, 1),
        state="closed",
        is_deviation="no",
    )

    assert {
        view: sorted(found(chief, visa=view)) for view in ("att-gora", "vantar", "mina")
    } == {
        "att-gora": ["MINE", "NEW"],
        "vantar": ["AWAY", "OTHERS", "REPORTED"],
        "mina": ["MINE"],
    }
    assert len(found(chief, visa="oppna")) == 5
    assert shown(browser, visa="avslutade") == ["CLOSED"]
    assert counts(browser) == [2, 0, 3, 1, 5, 1]


def test_new_case_is_for_the_nearest_chief_to_do(unit: Unit, chief: User) -> None:
    assert unit.parent
    above = make_user("above", (Role.DEPARTMENT_CHIEF, unit.parent))
    make_deviation(unit, number="BELOW")
    make_deviation(make_unit("BO", unit.parent), number="WITHOUT-CHIEF")

    assert found(above) == ["WITHOUT-CHIEF"]
    assert found(above, visa="vantar") == ["BELOW"]
    assert found(chief) == ["BELOW"]


def test_new_case_is_for_the_substitute_to_do(unit: Unit, chief: User) -> None:
    substitute = make_user("substitute")
    Membership.objects.create(
        user=substitute,
        unit=unit,
        role=Role.SECTION_CHIEF,
        valid_from=dt.date(2020, 1, 1),
        valid_to=timezone.localdate() + dt.timedelta(days=1),
        stands_in_for=chief,
    )
    make_deviation(unit, number="NEW")

    assert found(substitute) == ["NEW"]


def test_case_from_outside_that_lies_above_the_sections_is_for_the_registrar_to_do(
    unit: Unit,
) -> None:
    assert unit.parent
    make_user("nearest", (Role.SECTION_CHIEF, unit))
    registrar = make_user("registrar", (Role.REGISTRAR, unit.parent))
    make_deviation(
        unit.parent, number="UNSORTED", kind="complaint", reported_by="outside"
    )
    make_deviation(unit, number="SORTED", kind="complaint", reported_by="outside")

    assert (found(registrar), found(registrar, visa="vantar")) == (
        ["UNSORTED"],
        ["SORTED"],
    )


def test_lex_sarah_is_for_the_investigator_to_do(unit: Unit, chief: User) -> None:
    make_lexsarah(unit, number="LS-1")

    assert found(make_user("lex", (Role.LEX_INVESTIGATOR, unit))) == ["LS-1"]
    assert (found(chief), found(chief, visa="vantar")) == ([], ["LS-1"])


def test_inbox_of_staff_lets_own_reports_wait_for_others(unit: Unit) -> None:
    staff = make_user("staff", (Role.STAFF, unit))
    make_deviation(unit, number="MINE", reporter=staff)
    make_deviation(unit)

    assert shown(signed_in(staff), visa="vantar") == ["MINE"]


def test_inbox_with_nothing_to_do_says_which_actions_come_next(
    browser: Client, unit: Unit
) -> None:
    case = make_deviation(
        unit, closed_on=dt.date(2024, 4, 1), state="closed", is_deviation="no"
    )
    done = {
        "case": case,
        "decided_on": dt.date(2024, 3, 1),
        "done_on": dt.date(2024, 3, 2),
    }
    for day in (dt.date(2199, 12, 1), dt.date(2199, 12, 24)):
        Action.objects.create(text="Ny rutin", effect_due_on=day, **done)
    text = text_of(browser)

    assert "Inget att göra just nu." in text
    assert "2 åtgärder ska följas upp i december." in text


@pytest.mark.usefixtures("undrawn")
def test_inbox_with_nothing_to_do_says_which_follow_up_is_late(
    browser: Client, unit: Unit
) -> None:
    case = make_deviation(
        unit, closed_on=dt.date(2024, 4, 1), state="closed", is_deviation="no"
    )
    day = dt.date(2024, 3, 1)
    Action.objects.create(
        case=case, text="Ny rutin", decided_on=day, done_on=day, effect_due_on=day
    )

    said = browser.get(INBOX).context["calm"]
    assert said == "1 åtgärd skulle ha följts upp i mars 2024."


def test_views_are_counted_within_the_filter(browser: Client, unit: Unit) -> None:
    make_deviation(unit, received_on=dt.date(2024, 3, 1))
    make_deviation(unit, received_on=dt.date(2023, 3, 1))

    assert counts(browser, year=2023) == [1, 0, 0, 0, 1, 0]


def test_inbox_shows_the_most_urgent_first(browser: Client, unit: Unit) -> None:
    make_deviation(unit, number="NO-DAY")
    make_deviation(unit, number="LATER", due_on=dt.date(2030, 1, 1))
    make_deviation(unit, number="FIRST", due_on=dt.date(2020, 1, 1))

    assert shown(browser) == ["FIRST", "LATER", "NO-DAY"]
    assert shown(browser, visa="forsenade") == ["FIRST"]


def test_list_stops_where_nobody_leafs_further(
    browser: Client, unit: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    for serial in range(3):
        make_deviation(unit, number=f"X-{serial}")
    paginator = CappedPaginator(Case.objects.all(), known=1_001)

    assert (paginator.count, paginator.is_capped) == (1_000, True)
    assert (
        CappedPaginator(Case.objects.all()).count,
        CappedPaginator(Case.objects.all()).is_capped,
    ) == (
        3,
        False,
    )


# --- what a row says ----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("due", "words"),
    [
        (dt.date(2026, 3, 2), ("försenad 2 dagar", "bad")),
        (dt.date(2026, 3, 3), ("försenad 1 dag", "bad")),
        (dt.date(2026, 3, 4), ("i dag", "warn")),
        (dt.date(2026, 3, 9), ("3 arbetsdagar kvar", "warn")),
        (dt.date(2026, 3, 31), ("19 arbetsdagar kvar", "neutral")),
        (dt.date(2026, 5, 1), ("", "neutral")),
        (None, ("", "neutral")),
    ],
)
def test_due_in_words_counts_working_days(
    due: dt.date | None, words: tuple[str, str]
) -> None:
    assert due_in_words(Case(due_on=due), dt.date(2026, 3, 4)) == words


def test_state_in_words_names_who_has_it(unit: Unit, chief: User) -> None:
    assert [
        state_in_words(case)
        for case in (
            Case(),
            Case(owner=chief),
            Case(came_from=unit),
            Case(owner=chief, closed_on=dt.date(2024, 4, 1)),
        )
    ] == ["Ny", "Handläggs av Chief", "Överlämnad från Ekonomi", "Avslutad"]


def test_row_of_a_protected_case_shows_no_title(
    unit: Unit, chief: User, browser: Client
) -> None:
    case = make_deviation(unit, number="P-1", title="Anna Svensson", protected=True)
    NamedReader.objects.create(case=case, user=chief, position=1)
    text = text_of(browser)

    assert ("Skyddade personuppgifter" in text, "Anna Svensson" in text) == (
        True,
        False,
    )


# --- search and filters -------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("journaler", ["KA-2024-0412"]),  # the description, in another form of the word
        ("sekretessen", ["KA-2023-0007", "KA-2024-0412"]),  # the title
        ('"fel mottagare"', ["KA-2023-0007"]),
        ("mottagare -journal", ["KA-2023-0007"]),
        ("0412", ["KA-2024-0412"]),
        ("412", ["KA-2024-0412"]),
        ("2023-7", ["KA-2023-0007"]),
        ("ka-2023", ["KA-2023-0007"]),
        ("%", []),
        ("och", []),
        ("' | :* & !", []),
    ],
)
def test_search_finds_words_and_ends_of_numbers(
    unit: Unit, chief: User, words: str, numbers: list[str]
) -> None:
    make_deviation(unit, number="KA-2024-0412", description="En journal saknas.")
    make_deviation(unit, number="KA-2023-0007")

    assert sorted(found(chief, q=words)) == numbers


def test_search_finds_no_case_of_a_protected_person(unit: Unit, chief: User) -> None:
    case = make_deviation(unit, number="P-1", protected=True)
    NamedReader.objects.create(case=case, user=chief, position=1)

    assert found(chief, q="sekretess") == []


def test_search_finds_no_case_of_another_unit(browser: Client, unit: Unit) -> None:
    make_deviation(make_unit("BO", unit.parent), description="Hemligheten")

    assert shown(browser, q="hemligheten", visa="oppna") == []


def test_search_in_own_reports_does_not_tell_what_the_chief_wrote(unit: Unit) -> None:
    staff = make_user("staff", (Role.STAFF, unit))
    make_deviation(
        unit,
        number="MINE",
        reporter=staff,
        title="Journalerna",
        assessment="Misskötsamhet",
    )

    assert found(staff, q="misskötsamhet", visa="vantar") == []
    assert found(staff, q="journal", visa="vantar") == ["MINE"]


@pytest.mark.parametrize("typed", ["KA-2024-0412", " ka-2024-0412 "])
def test_search_for_a_number_leads_to_the_case(
    browser: Client, unit: Unit, typed: str
) -> None:
    make_deviation(unit, number="KA-2024-0412")
    response = browser.get(INBOX, {"q": typed})

    assert response["Location"] == "/avvikelser/KA-2024-0412/"


def test_search_for_the_number_of_another_unit_leads_nowhere(
    browser: Client, unit: Unit
) -> None:
    make_deviation(make_unit("BO", unit.parent), number="BESIDE")

    assert browser.get(INBOX, {"q": "BESIDE"}).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        {"subject": "deviations"},
        {"target_group": "Vuxna"},
        {"due_before": "2024-05-01"},
        {"owner": "ingen"},
        {"year": "2024"},
        {"unit": "EK-B"},
        {
            "subject": "deviations",
            "target_group": "Vuxna",
            "owner": "ingen",
            "year": "2024",
        },
    ],
)
def test_inbox_is_narrowed(unit: Unit, chief: User, query: dict[str, str]) -> None:
    own = make_unit("EK-B", unit)
    make_deviation(
        own, number="FOUND", target_group="Vuxna", due_on=dt.date(2024, 5, 1)
    )
    make_lexsarah(
        unit,
        number="OTHER",
        owner=chief,
        received_on=dt.date(2023, 3, 1),
        due_on=dt.date(2024, 5, 2),
    )

    assert found(chief, visa="oppna", **query) == ["FOUND"]


def test_inbox_is_narrowed_by_owner(browser: Client, unit: Unit, chief: User) -> None:
    make_deviation(unit, number="FOUND", owner=chief)
    make_deviation(unit)

    assert shown(browser, owner=chief.pk) == ["FOUND"]


def test_inbox_says_what_is_wrong_with_each_answer(browser: Client) -> None:
    asked_for = {
        "due_before": "i maj",
        "owner": "999",
        "target_group": "x",
        "q": "a" * 101,
    }
    text = text_of(browser, **asked_for)

    for words in (
        "Skriv dagen som år-månad-dag",
        "Välj en ansvarig i listan.",
        "Välj en målgrupp i listan.",
        "Skriv högst 100 tecken.",
    ):
        assert words in text


def test_inbox_takes_as_many_queries_for_three_cases_as_for_one(
    browser: Client, unit: Unit, chief: User
) -> None:
    queries: tuple[dict[str, str], ...] = (
        {},
        {"q": "sekretess"},
        {"visa": "avslutade"},
    )
    taken = []
    for rows in (1, 2):
        for serial in range(rows):
            make_deviation(
                make_unit(f"EK-{rows}{serial}", unit), owner=chief, came_from=unit
            )
            make_deviation(
                unit, closed_on=dt.date(2024, 4, 1), state="closed", is_deviation="no"
            )
        for query in queries:
            with CaptureQueriesContext(connection) as captured:
                browser.get(INBOX, query)
            taken.append(len(captured))

    assert taken[:3] == taken[3:]


# --- saved filters ------------------------------------------------------------------------------
def test_save_filter_keeps_what_the_address_asks_for(
    browser: Client, chief: User
) -> None:
    browser.post(
        f"{SAVED}?visa=oppna&year=2024&page=3&x=1", {"name": " Årets\u202e öppna "}
    )
    saved = SavedFilter.objects.get()

    assert (saved.user, saved.name, saved.query) == (
        chief,
        "Årets öppna",
        "visa=oppna&year=2024",
    )
    assert '<a href="?visa=oppna&amp;year=2024">Årets öppna</a>' in text_of(browser)


def test_save_filter_under_the_same_name_replaces_it(browser: Client) -> None:
    for year in (2023, 2024):
        browser.post(f"{SAVED}?year={year}", {"name": "Året"})

    assert [saved.query for saved in SavedFilter.objects.all()] == ["year=2024"]


def test_save_filter_without_room_says_so_and_keeps_the_name(
    browser: Client, chief: User
) -> None:
    SavedFilter.objects.bulk_create(
        SavedFilter(user=chief, name=str(n), query="q=x") for n in range(FILTERS.most)
    )
    response = browser.post(f"{SAVED}?year=2024", {"name": "Ett till"})

    assert response.status_code == 400
    assert "Du har redan 20 sparade filter." in response.content.decode()
    assert 'value="Ett till"' in response.content.decode()


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("name", ["", " \u200b\u202e ", "a" * 61])
def test_save_filter_without_a_proper_name_saves_nothing(
    browser: Client, name: str
) -> None:
    assert browser.post(f"{SAVED}?year=2024", {"name": name}).status_code == 400
    assert not SavedFilter.objects.exists()


def test_save_filter_that_is_too_long_saves_nothing(browser: Client) -> None:
    response = browser.post(f"{SAVED}?q={'%C3%A5' * 100}", {"name": "Lång"})

    assert response.status_code == 400
    assert "Filtret är för långt" in response.content.decode()


def test_saved_filters_are_ones_own(browser: Client, unit: Unit) -> None:
    other = make_user("other", (Role.SECTION_CHIEF, unit))
    SavedFilter.objects.create(user=other, name="Andras", query="year=2024")
    browser.post(SAVED, {"remove": "Andras"})

    assert SavedFilter.objects.count() == 1
    assert "Andras" not in text_of(browser, SAVED)


def test_remove_filter_takes_it_from_the_inbox(browser: Client, chief: User) -> None:
    SavedFilter.objects.create(user=chief, name="Året", query="year=2024")
    browser.post(SAVED, {"remove": "Året"})

    assert not SavedFilter.objects.exists()


# --- many at once -------------------------------------------------------------------------------
@pytest.fixture
def other(unit: Unit) -> User:
    return make_user("other", (Role.SECTION_CHIEF, unit))


def test_assign_first_shows_what_changes(
    browser: Client, unit: Unit, other: User
) -> None:
    make_deviation(unit, number="X-1")
    make_deviation(unit, number="X-2", owner=other)
    text = text_of(browser, ASSIGN, case=["X-1", "X-2"], owner=other.pk)

    assert (
        "Fördela 2 ärenden" in text,
        "Ändras inte" in text,
        text.count("<strong>Other</strong>"),
    ) == (
        True,
        True,
        1,
    )
    assert Case.objects.get(number="X-1").owner is None


def test_assign_gives_the_cases_to_one_person(
    browser: Client, unit: Unit, other: User
) -> None:
    for number in ("X-1", "X-2"):
        make_deviation(unit, number=number)
    sent = {"case": ["X-1", "X-2"], "owner": other.pk, "back": "visa=oppna&page=2&x=y"}
    response = browser.post(ASSIGN, sent)

    assert response["Location"] == "/inkorg/?visa=oppna"
    assert "2 ärenden är fördelade till Other." in text_of(browser)
    assert Case.objects.filter(owner=other).count() == 2


def test_assign_that_is_refused_for_one_case_gives_the_other(
    browser: Client, unit: Unit, other: User
) -> None:
    make_deviation(unit, number="X-1")
    Recusal.objects.create(case=make_deviation(unit, number="X-2"), user=other)
    response = browser.post(ASSIGN, {"case": ["X-1", "X-2"], "owner": other.pk})

    assert response.status_code == 200
    assert "Other kan inte handlägga ärendet." in response.content.decode()
    assert [case.number for case in Case.objects.filter(owner=other)] == ["X-1"]


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, "Välj minst ett ärende att fördela."),
        ({"case": ["X-1"]}, "Välj vem ärendena ska fördelas till."),
        (
            {"case": ["X-1"], "owner": "1 or 1=1"},
            "Välj vem ärendena ska fördelas till.",
        ),
        ({"case": ["\0"], "owner": "1"}, "Välj minst ett ärende att fördela."),
    ],
)
def test_assign_without_all_that_is_needed_says_what(
    browser: Client, unit: Unit, sent: dict[str, Any], words: str
) -> None:
    make_deviation(unit, number="X-1")
    answer = browser.post(ASSIGN, sent)

    assert answer.status_code == 302
    assert words in {str(message) for message in get_messages(answer.wsgi_request)}


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("method", ["get", "post"])
def test_assign_of_a_case_of_another_unit_is_not_found(
    browser: Client, unit: Unit, other: User, method: str
) -> None:
    make_deviation(make_unit("BO", unit.parent), number="BESIDE")

    assert (
        getattr(browser, method)(
            ASSIGN, {"case": "BESIDE", "owner": other.pk}
        ).status_code
        == 404
    )


def test_inbox_offers_only_what_one_may_assign(
    browser: Client, unit: Unit, chief: User
) -> None:
    make_deviation(unit, number="MAY")
    make_deviation(unit, number="REPORTED", reporter=chief)
    make_deviation(make_unit("BO", unit.parent), number="AWAY", came_from=unit)

    assert re.findall(
        r'name="case" value="([^"]+)"', text_of(browser, visa="oppna")
    ) == ["MAY"]


# --- the spreadsheet ----------------------------------------------------------------------------
def sheet(client: Client, **query: Any) -> str:
    response = client.get(EXPORT, query)
    assert response["Content-Disposition"].startswith('attachment; filename="arenden-')
    with ZipFile(BytesIO(response.content)) as book:
        return "".join(
            book.read(f"xl/worksheets/sheet{number}.xml").decode() for number in (1, 2)
        )


def numbers(xml: str) -> list[str]:
    return re.findall(r'r="A\d+"[^>]*><is><t>(X-\d)</t>', xml)


def test_lex_sarah_keeps_its_capital_letters(browser: Client, unit: Unit) -> None:
    page = browser.get("/inkorg/").content.decode()
    assert ">Lex Sarah</option>" in page


def test_export_holds_the_filtered_cases_of_the_view(
    browser: Client, unit: Unit
) -> None:
    make_deviation(unit, number="X-1")
    make_deviation(unit, number="X-2", received_on=dt.date(2023, 3, 1))

    assert numbers(sheet(browser, visa="oppna", year=2024)) == ["X-1"]


def test_export_holds_nothing_that_a_reporter_wrote_and_no_reporter(
    browser: Client, unit: Unit
) -> None:
    staff = make_user("canary-reporter", (Role.STAFF, unit))
    make_deviation(
        unit,
        number="X-1",
        title="canary-title",
        description="canary-text",
        reporter=staff,
    )
    xml = sheet(browser)

    assert (numbers(xml), "canary" in xml.lower()) == (["X-1"], False)


def test_export_holds_no_protected_case(
    browser: Client, unit: Unit, chief: User
) -> None:
    case = make_deviation(unit, number="X-1", protected=True)
    NamedReader.objects.create(case=case, user=chief, position=1)

    assert numbers(sheet(browser)) == []


def test_export_holds_no_case_of_another_unit(browser: Client, unit: Unit) -> None:
    make_deviation(make_unit("BO", unit.parent), number="X-1")

    assert numbers(sheet(browser, visa="oppna")) == []


def test_export_never_begins_a_cell_with_a_formula(browser: Client, unit: Unit) -> None:
    for payload in FORMULAS:
        make_deviation(unit, target_group=payload, process=payload)
    xml = sheet(browser)

    assert "<f>" not in xml
    for payload in FORMULAS:
        assert as_text(payload) == f"'{payload}"


@pytest.mark.parametrize("hidden", ["\u00ad", "\u200b", "\u2060", "\ufeff", "\u200d"])
def test_search_finds_a_word_however_it_was_pasted(
    unit: Unit, chief: User, hidden: str
) -> None:
    make_deviation(unit, number="X-1", description="Möte om missbruksproblem.")

    assert found(chief, q=f"miss{hidden}bruks{hidden}problem") == ["X-1"]


def test_export_has_a_head_that_stays_and_a_filter(browser: Client, unit: Unit) -> None:
    make_deviation(unit, number="X-1")
    xml = sheet(browser)

    assert 'state="frozen"' in xml
    assert '<autoFilter ref="A1:S2"/>' in xml


def test_export_says_when_there_is_more_than_it_holds(
    browser: Client, unit: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("organisation.lists.exports.MOST_ROWS", 1)
    for number in ("X-1", "X-2"):
        make_deviation(unit, number=number)
    xml = sheet(browser)

    assert len(numbers(xml)) == 1
    assert "fler finns" in xml


def test_kept_drops_what_is_no_part_of_the_filter(rf: Any) -> None:
    asked = rf.get(
        "/", {"visa": "mina", "q": "a&b", "page": "2", "csrf": "x", "unit": ""}
    ).GET

    assert InboxFilter.kept(asked) == "visa=mina&q=a%26b"
    assert InboxFilter.kept(asked, visa="oppna") == "visa=oppna&q=a%26b"
