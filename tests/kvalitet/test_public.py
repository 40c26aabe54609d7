"""The pages of the site itself, the menu, the way in and the pages that say what went wrong."""

from __future__ import annotations

import socket
import threading
import time
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse

from kvalitet.web import context
from kvalitet.web.away import failed
from kvalitet.web.context import MENU, navigation, url_or_nothing
from kvalitet.web.public import style
from organisation.models import Membership, Unit, User
from organisation.rights import Role

PASSWORD = "ett riktigt långt lösenord"


@pytest.fixture
def chief(db: None) -> User:
    """Make a section chief who can sign in."""
    user = get_user_model().objects.create_user(
        "sektionschef", password=PASSWORD, name="Maria Ek"
    )
    unit = Unit.objects.create(
        code="soc",
        name="Socialförvaltningen",
        level=Unit.Level.SECTION,
        path="soc/",
        valid_from="2020-01-01",
    )
    Membership.objects.create(
        user=user, unit=unit, role=Role.SECTION_CHIEF, valid_from="2020-01-01"
    )
    return user


@pytest.mark.parametrize("name", ["home", "accessibility", "privacy", "account_login"])
def test_shows_page_without_login(client: Client, db: None, name: str) -> None:
    response = client.get(reverse(name))
    assert response.status_code == 200
    assert response.content.count(b"<h1>") == 1
    assert settings.MUNICIPALITY_NAME in response.content.decode()


def test_public_page_touches_no_database(client: Client) -> None:
    assert client.get(reverse("privacy")).status_code == 200


# --- health -----------------------------------------------------------------------------------
def test_health_says_ready_when_database_answers(client: Client, db: None) -> None:
    response = client.get("/halsa/")
    assert (response.status_code, response.json()) == (
        200,
        {"alive": True, "ready": True, "warnings": []},
    )


def test_health_says_unavailable_when_database_is_gone(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        nobody = probe.getsockname()[1]
    monkeypatch.setitem(connection.settings_dict, "PORT", nobody)
    response = client.get("/halsa/")
    assert (response.status_code, response.json()) == (
        503,
        {"alive": True, "ready": False},
    )


SIGNED_IN, READY = b"R\0\0\0\x08\0\0\0\0", b"Z\0\0\0\x05I"


def test_health_says_unavailable_when_nobody_answers_behind_the_pool(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as pool:

        def let_in_and_be_silent() -> None:
            link, _ = pool.accept()
            with link:
                link.recv(1_000)
                link.sendall(SIGNED_IN + READY)
                while link.recv(1_000):
                    pass

        monkeypatch.setitem(connection.settings_dict, "PORT", pool.getsockname()[1])
        monkeypatch.setitem(connection.settings_dict["OPTIONS"], "sslmode", "disable")
        silent = threading.Thread(target=let_in_and_be_silent, daemon=True)
        silent.start()
        began = time.monotonic()
        assert client.get("/halsa/").status_code == 503

    assert time.monotonic() - began < 4


# --- the way in -------------------------------------------------------------------------------
def sign_in(client: Client, username: str, password: str) -> Any:
    return client.post(
        reverse("account_login"), {"login": username, "password": password}
    )


def test_signs_in_with_right_password(client: Client, chief: User) -> None:
    response = sign_in(client, chief.username, PASSWORD)
    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(chief.pk)


def test_error_at_login_does_not_tell_which_was_wrong(
    client: Client, chief: User
) -> None:
    known = (
        sign_in(client, chief.username, "fel lösenord helt och hållet")
        .context["form"]
        .errors
    )
    unknown = (
        sign_in(client, "ingen", "fel lösenord helt och hållet").context["form"].errors
    )
    assert known == unknown
    assert known


def test_error_at_login_is_shown_above_the_heading(client: Client, chief: User) -> None:
    html = sign_in(
        client, chief.username, "fel lösenord helt och hållet"
    ).content.decode()
    assert html.index('role="alert"') < html.index("<h1>")
    assert "<title>Fel: Logga in" in html


def test_signs_out_only_by_post(client: Client, chief: User) -> None:
    client.force_login(chief)
    assert "Vill du logga ut?" in client.get(reverse("account_logout")).content.decode()
    client.post(reverse("account_logout"))
    assert "_auth_user_id" not in client.session


# --- the menu ---------------------------------------------------------------------------------
def request_of(user: User, path: str = "/") -> HttpRequest:
    request = RequestFactory().get(path)
    request.user = user
    return request


@pytest.fixture
def every_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every entry of the menu have an address, whichever apps have pages so far."""
    monkeypatch.setattr(context, "url_or_nothing", lambda name: f"/{name}/")


def test_menu_shows_only_what_the_role_needs(chief: User, every_page: None) -> None:
    labels = [link.label for link in navigation(request_of(chief))]
    others = {
        "Rapporter",
        "Gallring",
        "Skickade mejl",
        "Händelser",
        "Loggkontroll",
        "Sammanträden",
        "Ordning för lex Sarah",
        "Jäv och skydd",
    }
    assert labels == [place.label for place in MENU if place.label not in others]
    Membership.objects.filter(user=chief).update(role=Role.STAFF)
    labels = [link.label for link in navigation(request_of(chief))]
    assert labels == ["Inkorg", "Rapportera", "Notiser", "Mina rapporter"]


def test_menu_marks_the_page_we_are_on(chief: User, every_page: None) -> None:
    links = navigation(request_of(chief, "/selfcheck:list/12/"))
    assert [link.label for link in links if link.is_current] == ["Egenkontroll"]


def test_page_that_is_not_installed_has_no_address() -> None:
    assert url_or_nothing("nowhere:at_all") == ""


# --- when something goes wrong ----------------------------------------------------------------
ENCODINGS = ["unicode_escape", "rot13", "undefined", "utf-16", "cp1252"]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize(
    "path", ["/konto/logga-in/", "/synpunkt/skriv/", "/synpunkt/svar/"]
)
@pytest.mark.parametrize(
    "kind", ["multipart/form-data; boundary=x", "application/x-www-form-urlencoded"]
)
def test_form_in_an_encoding_of_the_clients_choice_is_refused(
    client: Client, db: None, kind: str, path: str, encoding: str
) -> None:
    sent = "".join(
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n\\ud800\\x00å\r\n'
        for name in ("login", "password", "code", "description")
    )
    body = f"{sent}--x--\r\n"
    response = client.generic(
        "POST", path, body, content_type=f"{kind}; charset={encoding}"
    )

    assert response.status_code == 400
    assert "Gå till startsidan" in response.content.decode()


def test_page_of_a_fault_is_shown_also_when_the_form_cannot_be_read() -> None:
    kind = "application/x-www-form-urlencoded; charset=cp1252"
    request = RequestFactory().post("/", "a=b", content_type=kind)
    request.COOKIES[settings.CSRF_COOKIE_NAME] = "a" * 32

    assert failed(request).status_code == 500


@pytest.mark.parametrize("code", ["400", "500", "503"])
def test_plain_error_page_needs_no_context(code: str) -> None:
    html = render_to_string(f"{code}.html")
    assert '<html lang="sv"' in html
    assert html.count("<h1>") == 1


@pytest.mark.parametrize("code", ["403", "403_csrf", "404"])
def test_error_page_says_what_to_do(code: str, rf: RequestFactory, chief: User) -> None:
    html = render_to_string(f"{code}.html", request=request_of(chief))
    assert html.count("<h1>") == 1
    assert "Gå till startsidan" in html


def test_unknown_address_answers_in_swedish(client: Client, chief: User) -> None:
    client.force_login(chief)
    response = client.get("/finns-inte/")
    assert response.status_code == 404
    assert "Sidan finns inte" in response.content.decode()


def test_expired_form_says_that_nothing_was_sent(db: None) -> None:
    response = Client(enforce_csrf_checks=True).post(
        reverse("account_login"), {"login": "x"}
    )
    assert response.status_code == 403
    assert "Inget har skickats." in response.content.decode()


# --- the component page -----------------------------------------------------------------------
def test_component_page_shows_every_component(chief: User) -> None:
    html = style(request_of(chief, "/stil/")).content.decode()
    for part in (
        "scroll",
        "pills",
        "kpis",
        "sum",
        "steps",
        "history",
        "pages",
        "errors",
        "empty",
        "note warn",
    ):
        assert f'class="{part}"' in html or f'class="grid {part}"' in html, part
    assert "style=" not in html
    assert "<script>" not in html
