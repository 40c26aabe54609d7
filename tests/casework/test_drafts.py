"""What is typed in a form is not lost: kept while it is typed, carried over the sign-in, gone when sent."""

from __future__ import annotations

import datetime as dt
import json
from copy import copy
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import login
from django.db import connection
from django.templatetags.static import static
from django.test import Client, RequestFactory
from django.utils import timezone

from casework.models import FormDraft, Note, Recusal
from casework.texts import carrying, drafts
from casework.texts.drafts import NotKeepableError, Place
from deviations.models import Deviation
from organisation.models import User
from organisation.rights import Role
from tests.blank import draw_nothing
from tests.factories import make_deviation, make_unit, make_user
from tests.worlds import made_once

KEPT = "/utkast/formular/"
UNSENT = "/utkast/"
LOGIN = "/konto/logga-in/"
PASSWORD = "ett långt lösenord"


def make_case_and_chief() -> tuple[Deviation, User]:
    """Make a case in a unit, and the chief who reads it."""
    case = make_deviation(make_unit("A"))
    chief = make_user("chief", (Role.SECTION_CHIEF, case.unit))
    chief.set_password(PASSWORD)
    chief.save()
    return case, chief


made = made_once(make_case_and_chief)


@pytest.fixture
def case(made: tuple[Deviation, User], db: None) -> Deviation:
    return copy(made[0])


@pytest.fixture
def chief(made: tuple[Deviation, User], db: None) -> User:
    return copy(made[1])


def browser(user: User, *, csrf: bool = False) -> Client:
    client = Client(enforce_csrf_checks=csrf)
    client.force_login(user)
    if csrf:  # whose cookie is made where its token is drawn
        client.get(UNSENT)
        return client
    with pytest.MonkeyPatch.context() as patch:
        draw_nothing(patch)
        client.get("/finns-inte/")  # a first answer, which says who reads here
    return client


def sign_in_again(client: Client, user: User) -> Client:
    """Sign a person in, in a browser with pages that were opened before."""
    client.cookies.pop(settings.SESSION_COOKIE_NAME)
    request = RequestFactory().get("/")
    request.COOKIES = {name: cookie.value for name, cookie in client.cookies.items()}
    request.session = client.session
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = request.session.session_key
    return client


def note_page(case: Deviation) -> str:
    return f"/arenden/{case.number}/anteckning/"


def keep(client: Client, user: User, address: str, **typed: list[str]) -> Any:
    sent = {"address": address, "name": list(typed), "typed": json.dumps(typed)}
    return client.post(KEPT, sent, headers={carrying.READER: str(user.pk)})


def kept(client: Client, user: User, address: str, *names: str) -> Any:
    asked = {"address": address, "name": names}
    return client.get(KEPT, asked, headers={carrying.READER: str(user.pk)}).json()


# --- while it is typed ------------------------------------------------------------------------
@pytest.mark.parametrize(
    "page",
    [
        "/rapportera/",
        "/avvikelser/{}/",
        "/avvikelser/{}/bedom/",
        "/arenden/{}/atgarder/ny/",
        "/egenkontroll/ny/utan-mall/",
        "/arenden/{}/skydd/",
    ],
)
def test_page_with_a_free_text_keeps_what_is_typed(
    case: Deviation, chief: User, page: str
) -> None:
    Deviation.objects.filter(pk=case.pk).update(
        state="under_investigation", owner=chief
    )
    text = browser(chief).get(page.format(case.number)).content.decode()

    assert "<textarea" in text
    assert f'src="{static("js/keep.js")}"' in text
    assert f'data-drafts="{KEPT}" data-reader="{chief.pk}"' in text
    assert 'id="keep-signed-out"' in text


def test_nothing_but_passwords_and_what_is_kept_already_is_left_unkept() -> None:
    folder = settings.BASE_DIR / "templates"
    unkept = {
        page.name
        for page in folder.rglob("*.html")
        if 'data-keep="no"' in page.read_text("utf-8")
    }

    assert unkept == {"login.html", "password_change.html", "unsent.html"}


def test_typed_text_is_given_back(case: Deviation, chief: User) -> None:
    client = browser(chief)

    answer = keep(client, chief, note_page(case), text=["Halva texten"])

    assert answer.status_code == 201
    assert answer.content.decode().startswith("Utkastet sparades kl. ")
    assert kept(client, chief, note_page(case), "text")["typed"] == {
        "text": ["Halva texten"]
    }


def test_later_text_takes_the_place_of_the_earlier(
    case: Deviation, chief: User
) -> None:
    client = browser(chief)
    keep(client, chief, note_page(case), text=["Först"])

    keep(client, chief, note_page(case), text=["Sedan"])

    assert [json.loads(draft.typed) for draft in FormDraft.objects.all()] == [
        {"text": ["Sedan"]}
    ]


def test_kept_text_is_encrypted_in_the_database(case: Deviation, chief: User) -> None:
    keep(browser(chief), chief, note_page(case), text=["Hemligt om Siv"])

    with connection.cursor() as cursor:
        cursor.execute("SELECT f::text FROM casework_formdraft f")
        (row,) = cursor.fetchone()

    assert "Siv" not in row


def test_two_forms_with_one_address_are_kept_apart(
    case: Deviation, chief: User
) -> None:
    client = browser(chief)
    keep(client, chief, note_page(case), text=["Anteckning"])

    keep(client, chief, note_page(case), answer=["Svar"])

    assert kept(client, chief, note_page(case), "text")["typed"] == {
        "text": ["Anteckning"]
    }


def test_draft_is_removed_when_asked(case: Deviation, chief: User) -> None:
    client = browser(chief)
    keep(client, chief, note_page(case), text=["Fel"])

    client.post(
        KEPT,
        {"address": note_page(case), "name": "text", "drop": "1"},
        headers={carrying.READER: str(chief.pk)},
    )

    assert "typed" not in kept(client, chief, note_page(case), "text")


def test_draft_is_gone_when_the_form_is_taken(case: Deviation, chief: User) -> None:
    client = browser(chief)
    token = "8e7f0f43-5ac5-4a88-9a0b-6f9a5b3d5a11"
    keep(client, chief, note_page(case), text=["Hela texten."])

    client.post(note_page(case), {"text": "Hela texten.", "form_token": token})

    assert Note.objects.get().text == "Hela texten."
    assert not FormDraft.objects.exists()


def test_draft_stays_when_the_form_is_refused(case: Deviation, chief: User) -> None:
    client = browser(chief)
    keep(client, chief, note_page(case), text=["Hela texten."])

    assert client.post(note_page(case), {"text": "Hela texten."}).status_code == 400

    assert FormDraft.objects.exists()


def test_nobody_reads_the_draft_of_another(case: Deviation, chief: User) -> None:
    keep(browser(chief), chief, note_page(case), text=["Mitt"])
    other = make_user("other", (Role.UNIT_CHIEF, case.unit))

    assert "typed" not in kept(browser(other), other, note_page(case), "text")
    assert "Mitt" not in browser(other).get(UNSENT).content.decode()


def test_page_of_one_person_keeps_nothing_as_another(
    case: Deviation, chief: User
) -> None:
    other = make_user("other", (Role.UNIT_CHIEF, case.unit))

    answer = keep(browser(other), chief, note_page(case), text=["Mitt"])

    assert answer.status_code == 409
    assert not FormDraft.objects.exists()


def test_who_no_longer_reads_the_case_reads_no_draft_about_it(
    case: Deviation, chief: User
) -> None:
    client = browser(chief)
    keep(client, chief, note_page(case), text=["Om ärendet"])
    Recusal.objects.create(case=case, user=chief)

    assert "typed" not in kept(client, chief, note_page(case), "text")
    assert "Om ärendet" not in client.get(UNSENT).content.decode()


def test_draft_goes_when_nobody_has_touched_it_for_thirty_days(
    case: Deviation, chief: User
) -> None:
    keep(browser(chief), chief, note_page(case), text=["Gammalt"])
    FormDraft.objects.update(updated_at=timezone.now() - dt.timedelta(days=31))

    assert drafts.remove_old() == 1


def test_who_holds_no_role_any_longer_loses_nothing_either(case: Deviation) -> None:
    former = make_user("former")
    case.reporter = former
    case.save(update_fields=["reporter"])
    client = browser(former)

    answer = keep(
        client, former, f"/rapportera/mina/{case.number}/", text=["Det hände igen."]
    )

    assert answer.status_code == 201
    assert "Det hände igen." in client.get(UNSENT).content.decode()


@pytest.mark.parametrize(
    "asked",
    [
        {"address": "/finns-inte/", "name": "text", "typed": "{}"},
        {"address": "/arenden/A\0/anteckning/", "name": "text", "typed": "{}"},
        {"address": "//[", "name": "text", "typed": "{}"},
        {"address": "/inkorg/", "name": "te\0xt", "typed": "{}"},
        {"address": "/inkorg/", "typed": "{}"},
        {"address": "/inkorg/", "name": "text"},
        {"address": "/inkorg/", "name": "text", "typed": "[1]"},
        {"address": "/inkorg/", "name": "text", "typed": '{"text": "inte en lista"}'},
        {"address": "/inkorg/", "name": "text", "typed": '{"text": [1]}'},
        {
            "address": "/inkorg/",
            "name": "text",
            "typed": json.dumps({"text": ["x" * 200_001]}),
        },
        {"address": f"/{'x' * 400}/", "name": "text", "typed": "{}"},
    ],
)
def test_keeping_refuses_what_no_form_sends(chief: User, asked: dict[str, str]) -> None:
    answer = browser(chief).post(KEPT, asked, headers={carrying.READER: str(chief.pk)})

    assert answer.status_code == 400
    assert not FormDraft.objects.exists()


def test_lone_surrogates_and_nul_are_kept_as_they_are(chief: User) -> None:
    place = Place.of("/inkorg/", ["text"])

    drafts.keep(place, typed={"text": ["a\0\ud800"]}, actor=chief)

    assert json.loads(FormDraft.objects.get().typed) == {"text": ["a\0\ud800"]}


def test_place_of_an_unknown_page_is_none() -> None:
    with pytest.raises(NotKeepableError):
        Place.of("/finns/inte/", ["text"])


# --- when the session has ended ---------------------------------------------------------------
def test_sent_text_is_carried_over_the_sign_in(case: Deviation, chief: User) -> None:
    client = browser(chief)
    del client.cookies[settings.SESSION_COOKIE_NAME]
    token = "8e7f0f43-5ac5-4a88-9a0b-6f9a5b3d5a12"

    asked = client.post(
        note_page(case), {"text": "Det här hände sedan.", "form_token": token}
    )
    sign_in = asked.context["carried"]
    answer = client.post(
        LOGIN,
        {"login": "chief", "password": PASSWORD, "next": UNSENT, "carried": sign_in},
        follow=True,
    )

    assert asked.status_code == 403
    assert not Note.objects.exists()
    assert answer.redirect_chain == [(UNSENT, 302)]
    assert "Det här hände sedan." in answer.content.decode()


def test_carried_text_is_sent_from_the_list_and_is_gone(
    case: Deviation, chief: User
) -> None:
    client = browser(chief)
    token = "8e7f0f43-5ac5-4a88-9a0b-6f9a5b3d5a13"
    carrying.keep_sent(
        note_page(case),
        {"text": ["Det här hände."], "form_token": [token]},
        actor=chief,
    )
    (shown,) = client.get(UNSENT).context["drafts"]

    client.post(shown.draft.address, dict(shown.answers))

    assert Note.objects.get().text == "Det här hände."
    assert not FormDraft.objects.exists()


def test_carried_text_survives_a_wrong_password(case: Deviation, chief: User) -> None:
    client = browser(chief)
    del client.cookies[settings.SESSION_COOKIE_NAME]
    said = client.post(note_page(case), {"text": "Två ord."}).context["carried"]

    again = client.post(LOGIN, {"login": "chief", "password": "fel", "carried": said})

    assert f'name="carried" value="{said}"' in again.content.decode()


def test_another_person_is_not_given_what_was_carried(
    case: Deviation, chief: User
) -> None:
    client = browser(chief)
    other = make_user("other", (Role.UNIT_CHIEF, case.unit))
    other.set_password(PASSWORD)
    other.save()
    del client.cookies[settings.SESSION_COOKIE_NAME]
    said = client.post(note_page(case), {"text": "Om Siv."}).context["carried"]

    client.post(
        LOGIN, {"login": "other", "password": PASSWORD, "next": UNSENT, "carried": said}
    )

    assert not FormDraft.objects.exists()


def test_nothing_is_carried_after_signing_out(case: Deviation, chief: User) -> None:
    client = browser(chief)
    client.post("/konto/logga-ut/")

    answer = client.post(note_page(case), {"text": "Två ord."})

    assert answer.status_code == 302


@pytest.mark.parametrize(
    "sent", [{}, {"do": "end"}, {"oldpassword": "a b", "password1": "c d"}]
)
def test_buttons_and_passwords_are_not_carried(
    chief: User, sent: dict[str, str]
) -> None:
    client = browser(chief)
    del client.cookies[settings.SESSION_COOKIE_NAME]

    assert client.post("/konto/losenord/", sent).status_code == 302


def test_public_pages_set_no_cookie_about_a_reader(db: None) -> None:
    assert carrying.COOKIE not in Client().get("/synpunkt/").cookies


def test_stale_form_of_our_own_page_is_kept(case: Deviation, chief: User) -> None:
    client = sign_in_again(browser(chief, csrf=True), chief)

    answer = client.post(
        note_page(case), {"text": "Två ord."}, headers={"Origin": "http://testserver"}
    )

    assert answer.status_code == 403
    assert "Två ord." in answer.content.decode()
    assert FormDraft.objects.get().was_sent
    assert not Note.objects.exists()


@pytest.mark.parametrize("signs_out", [False, True])
def test_stale_form_of_who_was_there_before_is_not_kept_as_anothers(
    case: Deviation, chief: User, signs_out: bool
) -> None:
    other = make_user("other", (Role.SECTION_CHIEF, case.unit))
    client = browser(other, csrf=True)
    if signs_out:
        client.cookies.pop(carrying.COOKIE)
    sign_in_again(client, chief)

    answer = client.post(
        note_page(case), {"text": "Två ord."}, headers={"Origin": "http://testserver"}
    )

    assert answer.status_code == 403
    assert not FormDraft.objects.exists()


def test_stale_form_of_another_site_is_forgotten(case: Deviation, chief: User) -> None:
    client = sign_in_again(browser(chief, csrf=True), chief)

    answer = client.post(
        note_page(case),
        {"text": "Två ord."},
        headers={"Origin": "https://elak.example"},
    )

    assert answer.status_code == 403
    assert not FormDraft.objects.exists()
