"""What those who report meet: the form, drafts, the receipt, own reports, and registering for others."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from casework.models import Action, Note, Notice
from deviations.models import Deviation, Draft
from deviations.reporting import drafts
from deviations.reporting.codes import code_for, grouped
from deviations.reporting.forms import RegisterForm, ReportForm
from deviations.tasks import remove_old_drafts
from organisation.models import Membership, Unit, User
from organisation.rights import Role
from tests.covering import at_once
from tests.factories import make_deviation, make_unit, make_user
from tests.numbers import answers_on
from tests.worlds import world_for_a_module

REPORT, DRAFTS, MINE = "/rapportera/", "/rapportera/utkast/", "/rapportera/mina/"
REGISTER = "/registrera/"
FORM = "application/x-www-form-urlencoded"


@dataclass
class Cast:
    """Who meets the pages, and the unit where they work."""

    unit: Unit
    staff: User
    chief: User
    controller: User
    registrar: User
    stranger: User

    def client(self, who: str) -> Client:
        client = Client()
        client.force_login(getattr(self, who))
        return client


@pytest.fixture(scope="module")
def shared(django_db_setup: None, django_db_blocker: Any) -> Iterator[Cast]:
    with world_for_a_module(django_db_blocker, make_cast) as made:
        yield made


@pytest.fixture
def cast(db: None, shared: Cast) -> Cast:
    return shared


def make_cast() -> Cast:
    root = make_unit("SOC")
    department = make_unit("IFO", root, name="Individ och familj")
    unit, other = (
        make_unit("MOT", department, name="Mottagning"),
        make_unit("BO", department, name="Boende"),
    )
    return Cast(
        unit=unit,
        staff=make_user("staff", (Role.STAFF, unit)),
        chief=make_user("chief", (Role.SECTION_CHIEF, unit)),
        controller=make_user("controller", (Role.QUALITY_CONTROLLER, root)),
        registrar=make_user("registrar", (Role.REGISTRAR, root)),
        stranger=make_user("stranger", (Role.SECTION_CHIEF, other)),
    )


def answers(**changes: Any) -> dict[str, Any]:
    form = ReportForm()
    return {
        "form_token": str(form["form_token"].value()),
        "begun": form["begun"].value(),
        "kind": "quality_deviation",
        "description": "Ett brev gick till fel adress.",
        "occurred_on": timezone.localdate().isoformat(),
        "unit": "MOT",
        "consequence": "none",
        "process": "Vet inte",
        "category": "",
        "target_group": "",
        "proposal": "",
        **changes,
    }


def told(**changes: Any) -> dict[str, Any]:
    form = RegisterForm()
    return {
        "form_token": str(form["form_token"].value()),
        "begun": form["begun"].value(),
        "channel": "phone",
        "received_on": (timezone.localdate() - dt.timedelta(days=2)).isoformat(),
        "kind": "complaint",
        "description": "Ingen ringer tillbaka.",
        "unit": "MOT",
        "contact_way": "code",
        **changes,
    }


def note(**changes: Any) -> dict[str, Any]:
    return {"form_token": str(uuid4()), "text": "Hej.", **changes}


def closed(cast: Cast, **facts: Any) -> Deviation:
    answer = {"answer": "Tack, vi har bytt kuvert.", "answered_on": dt.date(2024, 3, 4)}
    ended = {"state": "closed", "closed_on": dt.date(2024, 3, 4), "is_deviation": "yes"}
    return make_deviation(cast.unit, reporter=cast.staff, **answer, **ended, **facts)


def test_report_asks_for_login(client: Client, cast: Cast) -> None:
    assert client.get(REPORT)["Location"] == "/konto/logga-in/?next=/rapportera/"


def test_report_begins_with_today_and_the_own_unit(cast: Cast) -> None:
    text = cast.client("staff").get(REPORT).content.decode()

    assert f'value="{timezone.localdate().isoformat()}"' in text
    assert re.search(r'value="MOT"\s+selected', text)


def test_report_offers_the_units_of_today_by_department(cast: Cast) -> None:
    make_unit("OLD", cast.unit.parent, name="Nedlagd", valid_to=dt.date(2020, 1, 1))
    text = cast.client("staff").get(REPORT).content.decode()

    assert '<optgroup label="Individ och familj">' in text
    assert "Nedlagd" not in text


def test_report_files_and_leads_to_the_receipt(cast: Cast) -> None:
    response = cast.client("staff").post(REPORT, answers())

    filed = Deviation.objects.get()
    assert (filed.reporter, filed.reported_by, filed.unit) == (
        cast.staff,
        "staff",
        cast.unit,
    )
    assert response["Location"] == f"/rapportera/kvitto/{filed.number}/"


def test_report_sent_twice_leads_to_the_same_receipt(cast: Cast) -> None:
    sent, client = answers(), cast.client("staff")
    first, second = client.post(REPORT, sent), client.post(REPORT, sent)

    assert first["Location"] == second["Location"]
    assert Deviation.objects.count() == 1


def test_report_changed_after_it_was_sent_is_shown_again(cast: Cast) -> None:
    sent, client = answers(), cast.client("staff")
    client.post(REPORT, sent)
    response = client.post(REPORT, sent | {"description": "Två brev gick fel."})

    assert response.status_code == 400
    assert "Två brev gick fel.</textarea>" in response.content.decode()


@pytest.mark.parametrize(
    ("changes", "messages"),
    [
        # A form that is not ours is given a new token before anything is read.
        ({"form_token": "1"}, ["skicka det igen"]),
        ({"begun": ""}, ["skicka det igen"]),
        *at_once(
            [
                ({"kind": ""}, "Välj vad det gäller."),
                ({"kind": "praise\0"}, "Välj ett av svaren."),
                ({"description": ""}, "Skriv vad som hände."),
                ({"description": "a" * 8_001}, "Korta den till högst 8000"),
                ({"occurred_on": ""}, "Ange vilken dag"),
                ({"occurred_on": "0001-01-01"}, "från och med år 1900"),
                ({"occurred_on": "2999-01-01"}, "som har varit"),
                ({"occurred_on": "\0"}, "år-månad-dag"),
                ({"unit": ""}, "Välj en enhet."),
                ({"unit": "IFO"}, "Välj en enhet i listan."),
                ({"consequence": "x"}, "Välj ett av svaren."),
                ({"process": ""}, "Välj process eller rutin, eller Vet inte."),
                ({"process": "Egen process"}, "Välj ett av alternativen"),
                ({"category": "x" * 300}, "Välj ett av alternativen"),
                ({"target_group": "\ufffd"}, "Välj ett av alternativen"),
            ]
        ),
    ],
)
def test_report_with_a_bad_answer_says_what_to_do_and_keeps_the_text(
    cast: Cast, changes: dict[str, str], messages: list[str]
) -> None:
    response = cast.client("staff").post(REPORT, answers(**changes))

    text = response.content.decode()
    assert response.status_code == 400
    assert [message for message in messages if message not in text] == []
    assert (
        "description" in changes or "Ett brev gick till fel adress.</textarea>" in text
    )
    assert not Deviation.objects.exists()


def test_report_of_ten_megabytes_is_refused(cast: Cast) -> None:
    assert cast.client("staff").post(
        REPORT, answers(proposal="a" * 10_000_000)
    ).status_code in {400, 413}


def test_report_with_hidden_characters_inside_a_word_is_found(cast: Cast) -> None:
    client = cast.client("staff")
    for hidden in ("\u00ad", "\u200b", "\u2060", "\ufeff"):
        text = f"Mo\u0308te om miss{hidden}bruks{hidden}problem."
        client.post(REPORT, answers(description=text))

    filed = list(Deviation.objects.values_list("number", "description"))
    assert [said for _, said in filed] == ["Möte om missbruksproblem."] * 4
    found = (
        cast.client("chief").get("/inkorg/", {"q": "missbruksproblem"}).content.decode()
    )
    assert [number for number, _ in filed if number not in found] == []


def test_report_with_a_personal_number_warns_once(cast: Cast) -> None:
    sent, client = (
        answers(description="Brevet till 811228-9874 gick fel."),
        cast.client("staff"),
    )
    warned = client.post(REPORT, sent)

    assert "Det ser ut som ett personnummer" in warned.content.decode()
    assert not Deviation.objects.exists()
    assert client.post(REPORT, sent | answers_on(warned, "keep")).status_code == 302


def test_receipt_names_who_handles_the_case(cast: Cast) -> None:
    client = cast.client("staff")
    text = client.post(REPORT, answers(), follow=True).content.decode()

    assert "Chief, sektionschef i Mottagning" in text
    assert "lex Sarah" not in text


def test_receipt_of_harm_reminds_of_lex_sarah(cast: Cast) -> None:
    text = (
        cast.client("staff")
        .post(REPORT, answers(consequence="possible"), follow=True)
        .content.decode()
    )

    assert "Rapportera enligt lex Sarah" in text


def test_receipt_of_misconduct_says_that_it_is_a_lex_sarah_report(cast: Cast) -> None:
    text = (
        cast.client("staff")
        .post(REPORT, answers(consequence="occurred"), follow=True)
        .content.decode()
    )

    assert "Det är en lex Sarah-rapport" in text
    assert "Komplettera rapporten" in text


@pytest.mark.parametrize(
    ("who", "status"), [("staff", 200), ("chief", 404), ("stranger", 404)]
)
def test_receipt_is_for_the_reporter(cast: Cast, who: str, status: int) -> None:
    case = make_deviation(cast.unit, reporter=cast.staff)

    assert (
        cast.client(who).get(f"/rapportera/kvitto/{case.number}/").status_code == status
    )


def test_report_about_protected_identity_is_read_by_the_nearest_chief_and_one_outside(
    cast: Cast,
) -> None:
    cast.client("staff").post(REPORT, answers(protected="on"))

    filed = Deviation.objects.get()
    assert filed.protected
    assert [named.user for named in filed.named_readers.all()] == [
        cast.chief,
        cast.controller,
    ]
    told = set(Notice.objects.values_list("user__name", "kind"))
    assert told == {("Chief", "new"), ("Controller", "protected")}
    assert not Deviation.objects.visible_to(cast.registrar).exists()


def test_report_about_protected_identity_by_the_chief_goes_to_the_chief_above(
    cast: Cast,
) -> None:
    boss = make_user("boss", (Role.DEPARTMENT_CHIEF, cast.unit.parent))
    cast.client("chief").post(REPORT, answers(protected="on"))

    readers = [named.user for named in Deviation.objects.get().named_readers.all()]
    assert readers == [boss, cast.controller]
    assert list(boss.notices.values_list("kind", flat=True)) == ["new"]


def test_report_that_nobody_could_read_is_not_filed(cast: Cast) -> None:
    Membership.objects.filter(user__in=[cast.chief, cast.controller]).delete()
    response = cast.client("staff").post(REPORT, answers(protected="on"))

    assert response.status_code == 400
    assert "Ett brev gick till fel adress.</textarea>" in response.content.decode()
    assert not Deviation.objects.exists()


def test_report_offers_a_unit_whose_parts_have_closed(cast: Cast) -> None:
    make_unit("OLD", cast.unit, valid_to=dt.date(2020, 1, 1))

    assert cast.client("staff").post(REPORT, answers()).status_code == 302


def test_report_asks_for_the_units_once(cast: Cast) -> None:
    client = cast.client("staff")
    with CaptureQueriesContext(connection) as asked:
        client.get(REPORT)

    lists = [
        query["sql"]
        for query in asked
        if query["sql"].startswith('SELECT "organisation_unit"."id"')
    ]
    assert len(lists) == 2  # the own unit, and all that are offered


# --- drafts -----------------------------------------------------------------------------------
def test_draft_is_kept_whatever_is_typed(cast: Cast) -> None:
    sent = answers(description="Ett\0 brev\ud800 …", unit="X", occurred_on="i går")
    response = cast.client("staff").post(
        DRAFTS, urlencode(sent, errors="surrogatepass"), FORM
    )

    draft = Draft.objects.get()
    assert response.status_code == 201
    assert response.content.decode().startswith("Utkastet sparades kl. ")
    assert (str(draft.token), draft.user) == (sent["form_token"], cast.staff)
    assert draft.answers["occurred_on"] == "i går"
    assert draft.answers["description"].startswith("Ett brev")


def test_draft_kept_again_is_the_same_draft(cast: Cast) -> None:
    sent, client = answers(), cast.client("staff")
    client.post(DRAFTS, sent)
    client.post(DRAFTS, sent | {"description": "Två brev."})

    assert Draft.objects.get().answers["description"] == "Två brev."


def test_draft_without_a_word_is_no_draft(cast: Cast) -> None:
    sent, client = answers(), cast.client("staff")
    client.post(DRAFTS, sent)

    assert client.post(DRAFTS, sent | {"description": " \0"}).status_code == 204
    assert not Draft.objects.exists()


def test_draft_is_saved_by_its_button(cast: Cast) -> None:
    response = cast.client("staff").post(
        REPORT, answers(do="draft", unit=""), follow=True
    )

    assert response.redirect_chain == [(DRAFTS, 302)]
    assert "Utkastet är sparat." in response.content.decode()
    assert "Ett brev gick till fel adress." in response.content.decode()


def test_draft_without_a_word_is_not_saved_by_its_button(cast: Cast) -> None:
    response = cast.client("staff").post(REPORT, answers(do="draft", description=""))

    assert response.status_code == 400
    assert "Skriv något innan" in response.content.decode()


def test_draft_is_offered_and_continued(cast: Cast) -> None:
    sent, client = answers(unit="BO", protected="on"), cast.client("staff")
    client.post(DRAFTS, sent)
    way = f"/rapportera/?utkast={sent['form_token']}"

    assert way in client.get(REPORT).content.decode()
    text = client.get(way).content.decode()
    assert "Ett brev gick till fel adress.</textarea>" in text
    assert re.search(r'value="BO"\s+selected', text)
    assert re.search(r'name="protected"[^>]*checked', text)
    assert f'value="{sent["form_token"]}"' in text


def test_draft_about_protected_identity_shows_no_words_in_the_list(cast: Cast) -> None:
    client = cast.client("staff")
    client.post(DRAFTS, answers(protected="on"))

    assert "Ett brev" not in client.get(DRAFTS).content.decode()


def test_draft_is_shown_as_it_was_typed(cast: Cast) -> None:
    client = cast.client("staff")
    client.post(DRAFTS, answers(description="", proposal="<b>Två & tre</b>"))

    assert "&lt;b&gt;Två &amp; tre&lt;/b&gt;" in client.get(DRAFTS).content.decode()


def test_draft_goes_when_it_is_sent(cast: Cast) -> None:
    sent, client = answers(), cast.client("staff")
    client.post(DRAFTS, sent)
    client.post(REPORT, sent)

    assert not Draft.objects.exists()


def test_draft_follows_a_form_that_must_be_sent_again(cast: Cast) -> None:
    sent, client = answers(), cast.client("staff")
    client.post(DRAFTS, sent)
    text = client.post(REPORT, sent | {"begun": "x"}).content.decode()

    token = str(Draft.objects.get().token)
    assert token != sent["form_token"]
    assert f'value="{token}"' in text


def test_draft_is_removed_by_its_owner(cast: Cast) -> None:
    sent, client = answers(), cast.client("staff")
    client.post(DRAFTS, sent)
    response = client.post(
        DRAFTS, {"form_token": sent["form_token"], "do": "remove"}, follow=True
    )

    assert "Utkastet är borttaget." in response.content.decode()
    assert not Draft.objects.exists()


def test_draft_of_another_is_not_found(cast: Cast) -> None:
    sent, other = answers(), cast.client("chief")
    cast.client("staff").post(DRAFTS, sent)

    assert other.get(f"/rapportera/?utkast={sent['form_token']}").status_code == 404
    assert other.post(DRAFTS, sent | {"description": "Mitt."}).status_code == 404
    assert other.post(REPORT, sent | {"do": "draft"}).status_code == 404
    assert (
        other.post(
            DRAFTS, {"form_token": sent["form_token"], "do": "remove"}
        ).status_code
        == 404
    )
    assert "Ett brev" not in other.get(DRAFTS).content.decode()
    assert (
        Draft.objects.get().answers["description"] == "Ett brev gick till fel adress."
    )


@pytest.mark.parametrize("token", ["", "x", "0" * 5_000, "٢" * 32])
def test_draft_that_is_not_there_is_not_found(cast: Cast, token: str) -> None:
    assert cast.client("staff").get(REPORT, {"utkast": token}).status_code == 404


def test_draft_sent_without_login_leads_to_the_login(
    client: Client, cast: Cast
) -> None:
    assert client.post(DRAFTS, answers()).status_code == 302
    assert not Draft.objects.exists()


def test_draft_that_nobody_has_touched_for_thirty_days_is_removed(cast: Cast) -> None:
    for age in (29, 31):
        kept = drafts.keep(
            actor=cast.staff, token=uuid4(), answers={"description": f"{age} dagar"}
        )
        Draft.objects.filter(pk=kept.pk).update(
            updated_at=timezone.now() - dt.timedelta(days=age)
        )

    remove_old_drafts()
    assert Draft.objects.get().answers == {"description": "29 dagar"}


# --- own reports ------------------------------------------------------------------------------
def test_mine_says_where_each_report_stands(cast: Cast) -> None:
    due = dt.date(2199, 12, 3)
    make_deviation(
        cast.unit,
        reporter=cast.staff,
        state="under_investigation",
        owner=cast.chief,
        due_on=due,
    )
    make_deviation(cast.unit, reporter=cast.staff, due_on=dt.date(2024, 4, 1))
    make_deviation(cast.unit, reporter=cast.chief, number="KA-2024-9999")
    text = " ".join(cast.client("staff").get(MINE).content.decode().split())

    assert "Utreds av Chief, svar senast 3 december 2199" in text
    assert (
        "Väntar på chefen för Mottagning. Svaret är försenat: det skulle ha kommit 1 april 2024"
        in text
    )
    assert "KA-2024-9999" not in text


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("duplicate", "Samma händelse utreds i ett annat ärende"),
        ("moved", "Flyttat till den enskildes akt"),
        ("forwarded", "Hänvisat till Vårdcentralen"),
        ("escalated", "Utreds enligt lex Sarah"),
        ("closed", "Avslutat 4 mars 2024"),
        ("actions_decided", "Åtgärder är beslutade"),
        ("followed_up", "Åtgärderna är uppföljda"),
        ("answered", "Besvarat"),
    ],
)
def test_mine_says_how_it_ended(cast: Cast, state: str, words: str) -> None:
    closed_on = (
        dt.date(2024, 3, 4)
        if state in {"duplicate", "moved", "forwarded", "closed"}
        else None
    )
    facts = {
        "closed_on": closed_on,
        "is_deviation": "yes",
        "forwarded_to": "Vårdcentralen",
    }
    make_deviation(cast.unit, reporter=cast.staff, state=state, **facts)

    assert words in cast.client("staff").get(MINE).content.decode()


def test_mine_shows_nothing_of_a_protected_case(cast: Cast) -> None:
    facts = {
        "answer": "Hemligt svar",
        "answered_on": dt.date(2024, 3, 2),
        "title": "Hemlig rubrik",
    }
    make_deviation(cast.unit, reporter=cast.staff, protected=True, **facts)
    text = cast.client("staff").get(MINE).content.decode()

    assert "Skyddade personuppgifter" in text
    assert "Hemlig" not in text


def test_mine_without_reports_says_that_small_things_count(cast: Cast) -> None:
    text = cast.client("staff").get(MINE).content.decode()

    assert "Du har inte rapporterat något än." in text
    assert "Små saker räknas." in text


def test_mine_asks_as_much_for_many_as_for_one(cast: Cast) -> None:
    client = cast.client("staff")
    counts = []
    for new in (1, 9):
        for _ in range(new):
            make_deviation(
                cast.unit,
                reporter=cast.staff,
                owner=cast.chief,
                state="under_investigation",
            )
        with CaptureQueriesContext(connection) as asked:
            client.get(MINE)
        counts.append(len(asked))

    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("who", "status"),
    [("staff", 200), ("chief", 404), ("controller", 404), ("stranger", 404)],
)
def test_own_is_for_the_reporter(cast: Cast, who: str, status: int) -> None:
    case = make_deviation(cast.unit, reporter=cast.staff)

    assert cast.client(who).get(f"{MINE}{case.number}/").status_code == status
    assert (
        cast.client(who).post(f"{MINE}{case.number}/", note()).status_code
        == (302, 404)[status == 404]
    )


def test_own_shows_the_answer_and_never_how_it_was_investigated(cast: Cast) -> None:
    case = closed(
        cast,
        assessment="HEMLIG1",
        organisation_part="HEMLIG2",
        whys=["HEMLIG3"],
        immediate_measures="HEMLIG4",
    )
    Note.objects.create(case=case, kind="internal", text="HEMLIG5", author=cast.chief)
    Note.objects.create(
        case=case, kind="from_reporter", text="HEMLIG6", author=cast.chief
    )
    Action.objects.create(
        case=case, text="HEMLIG7", rejected_on=case.closed_on, rejected_reason="HEMLIG8"
    )
    Action.objects.create(case=case, text="Nya kuvert")
    text = cast.client("staff").get(f"{MINE}{case.number}/").content.decode()

    assert "Tack, vi har bytt kuvert." in text
    assert "Nya kuvert" in text
    assert "HEMLIG" not in text


def test_own_shows_neither_answer_nor_actions_before_they_are_given(cast: Cast) -> None:
    case = make_deviation(
        cast.unit,
        reporter=cast.staff,
        answer="Halvfärdigt",
        state="under_investigation",
    )
    Action.objects.create(case=case, text="Kanske")
    text = cast.client("staff").get(f"{MINE}{case.number}/").content.decode()

    assert "Halvfärdigt" not in text
    assert "Kanske" not in text


def test_own_names_the_nearest_chief_until_somebody_handles_it(cast: Cast) -> None:
    case = make_deviation(cast.unit, reporter=cast.staff)

    assert (
        "Väntar på Chief"
        in cast.client("staff").get(f"{MINE}{case.number}/").content.decode()
    )


@pytest.mark.parametrize(("who", "offered"), [("staff", False), ("chief", True)])
def test_own_leads_those_who_read_all_of_it_to_the_case(
    cast: Cast, who: str, offered: bool
) -> None:
    case = make_deviation(cast.unit, reporter=getattr(cast, who))
    text = cast.client(who).get(f"{MINE}{case.number}/").content.decode()

    assert (f'href="/avvikelser/{case.number}/"' in text) is offered


def test_message_reaches_the_handler_once_however_often_it_is_sent(cast: Cast) -> None:
    case = make_deviation(cast.unit, reporter=cast.staff, owner=cast.chief)
    client, sent = cast.client("staff"), note(text="Det hände igen.")
    for _ in range(2):
        assert client.post(f"{MINE}{case.number}/", sent).status_code == 302

    written = case.notes.get()
    assert (written.kind, written.author, written.text) == (
        "from_reporter",
        cast.staff,
        "Det hände igen.",
    )
    assert list(cast.chief.notices.values_list("kind", flat=True)) == ["message"]
    assert "Det hände igen." in client.get(f"{MINE}{case.number}/").content.decode()


def test_message_changed_after_it_was_sent_is_shown_again(cast: Cast) -> None:
    case = make_deviation(cast.unit, reporter=cast.staff)
    client, sent = cast.client("staff"), note()
    client.post(f"{MINE}{case.number}/", sent)
    response = client.post(f"{MINE}{case.number}/", sent | {"text": "Något annat."})

    assert response.status_code == 400
    assert "Något annat.</textarea>" in response.content.decode()


def test_message_with_the_token_of_another_case_is_its_own(cast: Cast) -> None:
    client, sent = cast.client("staff"), note()
    for _ in range(2):
        case = make_deviation(cast.unit, reporter=cast.staff)
        client.post(f"{MINE}{case.number}/", sent)

    assert Note.objects.count() == 2


@pytest.mark.parametrize("text", ["", " \0", "\u200b"])
def test_message_that_says_nothing_is_refused(cast: Cast, text: str) -> None:
    case = make_deviation(cast.unit, reporter=cast.staff)
    response = cast.client("staff").post(f"{MINE}{case.number}/", note(text=text))

    assert response.status_code == 400
    assert "Skriv något först." in response.content.decode()


def test_message_with_a_personal_number_warns_once(cast: Cast) -> None:
    case = make_deviation(cast.unit, reporter=cast.staff)
    client, sent = cast.client("staff"), note(text="Det gällde 811228-9874.")
    warned = client.post(f"{MINE}{case.number}/", sent)

    assert "Det ser ut som ett personnummer" in warned.content.decode()
    assert not Note.objects.exists()
    assert (
        client.post(
            f"{MINE}{case.number}/", sent | answers_on(warned, "keep")
        ).status_code
        == 302
    )


def test_better_is_said_when_the_case_is_closed(cast: Cast) -> None:
    case = closed(cast)
    client = cast.client("staff")

    assert "Blev det bättre?" in client.get(f"{MINE}{case.number}/").content.decode()
    client.post(f"{MINE}{case.number}/", {"do": "better", "better": "no"})
    case.refresh_from_db()
    assert case.better == "no"


@pytest.mark.parametrize(
    ("better", "status"), [("yes", 409), ("", 400), ("kanske", 400)]
)
def test_better_is_not_said_before_or_without_an_answer(
    cast: Cast, better: str, status: int
) -> None:
    case = make_deviation(cast.unit, reporter=cast.staff)
    response = cast.client("staff").post(
        f"{MINE}{case.number}/", {"do": "better", "better": better}
    )

    case.refresh_from_db()
    assert response.status_code == status
    assert case.better == ""


# --- registering for somebody else ------------------------------------------------------------
def test_register_files_what_was_said_and_shows_the_code_to_read_out(
    cast: Cast,
) -> None:
    response = cast.client("registrar").post(REGISTER, told())

    filed = Deviation.objects.get()
    assert (filed.channel, filed.reported_by, filed.reporter, filed.unit) == (
        "phone",
        "outside",
        None,
        cast.unit,
    )
    assert filed.received_on == timezone.localdate() - dt.timedelta(days=2)
    assert filed.title == "Ingen ringer tillbaka."
    assert filed.number in response.content.decode()
    assert grouped(code_for(filed.form_token)) in response.content.decode()


def test_register_sent_twice_is_one_case(cast: Cast) -> None:
    sent, client = told(), cast.client("registrar")
    first, second = client.post(REGISTER, sent), client.post(REGISTER, sent)

    assert Deviation.objects.count() == 1
    assert (
        grouped(code_for(Deviation.objects.get().form_token)) in first.content.decode()
    )
    assert first.content.decode().count("KS-") == second.content.decode().count("KS-")


def test_register_changed_after_it_was_sent_is_shown_again(cast: Cast) -> None:
    sent, client = told(), cast.client("registrar")
    client.post(REGISTER, sent)
    response = client.post(REGISTER, sent | {"description": "Något annat."})

    assert response.status_code == 400
    assert "Något annat.</textarea>" in response.content.decode()


def test_register_without_a_unit_leaves_it_to_the_administration(cast: Cast) -> None:
    cast.client("registrar").post(REGISTER, told(unit=""))

    assert Deviation.objects.get().unit.code == "SOC"


def test_register_of_contact_details_seals_them_and_shows_no_code(cast: Cast) -> None:
    sent = told(contact_way="email", contact="anna@exempel.se")
    response = cast.client("registrar").post(REGISTER, sent)

    filed = Deviation.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("SELECT contact FROM deviations_deviation")
        (stored,) = cursor.fetchone()
    assert filed.contact == "anna@exempel.se"
    assert "anna" not in stored
    assert code_for(filed.form_token)[:4] not in response.content.decode()


def test_register_about_protected_identity_is_read_by_few(cast: Cast) -> None:
    cast.client("registrar").post(REGISTER, told(protected="on"))

    filed = Deviation.objects.get()
    assert [named.user for named in filed.named_readers.all()] == [
        cast.chief,
        cast.controller,
    ]
    assert not Deviation.objects.visible_to(cast.registrar).exists()


def test_register_about_protected_identity_without_a_unit_is_for_who_watches(
    cast: Cast,
) -> None:
    cast.client("registrar").post(REGISTER, told(unit="", protected="on"))

    assert [named.user for named in Deviation.objects.get().named_readers.all()] == [
        cast.controller
    ]


@pytest.mark.parametrize(
    ("changes", "messages"),
    [
        ({"begun": ""}, ["skicka det igen"]),
        ({"occurred_on": timezone.localdate().isoformat()}, ["före eller samma dag"]),
        *at_once(
            [
                ({"channel": ""}, "Välj hur det kom in."),
                ({"channel": "e_service"}, "Välj ett av svaren."),
                ({"received_on": "2999-01-01"}, "som har varit"),
                ({"kind": "quality_deviation"}, "Välj ett av svaren."),
                ({"description": "\0"}, "Skriv vad personen säger."),
                ({"unit": "IFO"}, "Välj en enhet i listan."),
                ({"sender": "x"}, "Välj ett av alternativen"),
                ({"contact_way": ""}, "Fråga hur personen vill ha svar"),
                ({"contact_way": "email"}, "Skriv e-postadressen."),
                ({"contact_way": "email", "contact": "anna"}, "namn@exempel.se"),
                ({"contact_way": "phone"}, "Skriv telefonnumret."),
                ({"contact_way": "letter"}, "Skriv namn och postadress."),
                (
                    {"contact_way": "none", "contact": "070"},
                    "Ta bort kontaktuppgifterna",
                ),
                (
                    {"contact": "x" * 301, "contact_way": "letter"},
                    "Korta den till högst 300",
                ),
            ]
        ),
    ],
)
def test_register_with_a_bad_answer_says_what_to_do_and_keeps_the_text(
    cast: Cast, changes: dict[str, str], messages: list[str]
) -> None:
    response = cast.client("registrar").post(REGISTER, told(**changes))

    text = response.content.decode()
    assert response.status_code == 400
    assert [message for message in messages if message not in text] == []
    assert "description" in changes or "Ingen ringer tillbaka.</textarea>" in text
    assert not Deviation.objects.exists()


def test_register_with_a_personal_number_warns_once(cast: Cast) -> None:
    sent, client = told(description="Det gällde 811228-9874."), cast.client("registrar")
    warned = client.post(REGISTER, sent)

    assert "Det ser ut som ett personnummer" in warned.content.decode()
    assert not Deviation.objects.exists()
    assert (
        "är registrerat"
        in client.post(REGISTER, sent | answers_on(warned, "keep")).content.decode()
    )


@pytest.mark.parametrize(
    ("who", "status"), [("registrar", 200), ("chief", 200), ("staff", 404)]
)
def test_register_is_for_those_who_receive(cast: Cast, who: str, status: int) -> None:
    client = cast.client(who)

    assert client.get(REGISTER).status_code == status
    assert ('href="/registrera/"' in client.get(REPORT).content.decode()) is (
        status == 200
    )
