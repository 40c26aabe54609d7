"""Guessing passwords is slow, nobody is locked out by others, and the answer never tells who exists."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from http.cookies import Morsel
from itertools import count
from typing import Any

import pytest
from django.conf import settings as site
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from organisation.models import Bucket, FailedSignIns, Unit, User
from organisation.rights import Role
from organisation.sign_in import attempts
from organisation.sign_in.addresses import neighbourhood_of
from organisation.sign_in.limiter import SlowDownError, consume
from tests.blank import draw_nothing
from tests.clock import pass_time, stop_clock
from tests.factories import make_unit, make_user
from tests.municipality import SITE

pytestmark = pytest.mark.django_db
LOGIN = "/konto/logga-in/"
PASSWORD = "ett riktigt långt lösenord"
ATTACKER = "203.0.113.9"
_addresses = count(1)


@pytest.fixture(autouse=True)
def clock(db: None) -> None:
    stop_clock()


@pytest.fixture(autouse=True)
def nothing_drawn(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Draw no page of a test that asks who gets in, and not what stands there."""
    if "drawn" not in request.fixturenames:
        draw_nothing(monkeypatch)


@pytest.fixture
def drawn() -> None:
    """Draw the pages of this test."""


def browser() -> Client:
    """Return a new browser."""
    client = Client()
    client.handler = SITE
    return client


def fresh_address() -> str:
    number = next(_addresses)
    return f"198.{18 + number // 256}.{number % 256}.7"


@pytest.fixture(params=["direct", "behind a proxy"])
def way(request: Any, settings: Any) -> str:
    """Let the same be true with a proxy in front, whose address all requests then have."""
    settings.TRUSTED_PROXIES = int(request.param != "direct")
    return str(request.param)


@pytest.fixture
def people() -> list[User]:
    unit = make_unit()
    return [_made(f"person{number}", unit) for number in range(4)]


@pytest.fixture
def person() -> User:
    return _made("inloggad", make_unit("P"))


def _made(name: str, unit: Unit) -> User:
    return make_user(name, (Role.STAFF, unit), password=make_password(PASSWORD))


def came_from(address: str) -> dict[str, str]:
    """Return what a request from an address brings."""
    if site.TRUSTED_PROXIES:
        return {
            "REMOTE_ADDR": "10.0.0.1",
            "HTTP_X_FORWARDED_FOR": f"192.0.2.66, {address}",
        }
    return {"REMOTE_ADDR": address}


def post(name: str, password: str, address: str, client: Client | None = None) -> Any:
    """Try to sign in from an address, in a new browser unless one is given."""
    sent = {"login": name, "password": password}
    return (client or browser()).post(LOGIN, sent, **came_from(address))  # type: ignore[arg-type]


def gets_in(person: User, address: str, client: Client | None = None) -> bool:
    return bool(post(person.username, PASSWORD, address, client).status_code == 302)


def seconds_until_in(person: User, address: str) -> int:
    """Let a person who does what the page says sign in from a new browser; return how long it took."""
    waited = 0
    while waited < 600:
        answer = post(person.username, PASSWORD, address)
        if answer.status_code == 302:
            return waited
        waited += int(answer["Retry-After"])
        pass_time(seconds=int(answer["Retry-After"]))
    return waited


def begin(name: str, address: str) -> attempts.Attempt:
    """Begin an attempt as the form does, without it: for hundreds of them."""
    return attempts.begin(RequestFactory().post(LOGIN, **came_from(address)), name)  # type: ignore[arg-type]


def guess(name: str, address: str, times: int) -> list[bool]:
    """Let so many wrong passwords be tried at once, without the form; return which were examined."""
    return [_is_examined(name, address) for _ in range(times)]


def _is_examined(name: str, address: str) -> bool:
    try:
        begin(name, address).failed()
    except SlowDownError:
        return False
    return True


def guess_in_form(name: str, address: str, times: int) -> list[int]:
    """Guess wrongly so many times in the form; return the answers."""
    return [post(name, f"fel lösenord {n}", address).status_code for n in range(times)]


@pytest.fixture
def usual(person: User) -> Client:
    """Return the browser in which a person has signed in before, and out again."""
    client = browser()
    assert gets_in(person, fresh_address(), client)
    client.post("/konto/logga-ut/")
    return client


# --- nobody is locked out ---------------------------------------------------------------------
def test_sign_in_after_sixty_wrong_names_lets_everybody_else_in(
    way: str, people: list[User]
) -> None:
    guess_in_form("påhittad", ATTACKER, 1)
    for number in range(59):
        guess(f"påhittad{number}", ATTACKER, 1)

    assert [gets_in(person, fresh_address()) for person in people] == [True] * 4
    assert gets_in(people[0], fresh_address())


def test_sign_in_of_a_whole_municipality_behind_one_address_is_never_slowed(
    people: list[User],
) -> None:
    for number in range(102):
        begin(people[number % 4].username, "198.51.100.7").succeeded()

    assert all(gets_in(person, "198.51.100.7") for person in people)


def test_sign_in_beside_a_stranger_who_guesses_names_is_soon_let_in(
    people: list[User],
) -> None:
    examined = [guess(f"påhittad{number}", ATTACKER, 1)[0] for number in range(102)]

    assert examined.count(True) == 100
    # One source cannot try one password for everybody.
    assert guess_in_form("påhittad", ATTACKER, 1) == [429]
    assert seconds_until_in(people[0], ATTACKER) <= 15


def test_sign_in_after_sixty_wrong_for_one_person_lets_the_person_in(
    way: str, person: User, usual: Client
) -> None:
    guess(person.username, ATTACKER, 60)

    assert gets_in(person, ATTACKER, usual)
    assert gets_in(person, fresh_address())
    assert seconds_until_in(person, ATTACKER) <= 60


def test_sign_in_under_attack_from_twenty_addresses_lets_the_person_in(
    person: User, usual: Client
) -> None:
    attackers = [fresh_address() for _ in range(20)]
    for address in attackers:
        guess(person.username, address, 5)
    # They try whenever anybody's wait is over, and right before the person comes.
    for _ in range(3):
        pass_time(seconds=30)
        for address in attackers:
            guess(person.username, address, 1)

    assert gets_in(person, fresh_address(), usual)
    assert seconds_until_in(person, fresh_address()) <= 60


def test_sign_in_with_slips_under_attack_is_still_let_in_within_a_minute(
    person: User,
) -> None:
    for address in [fresh_address() for _ in range(20)]:
        guess(person.username, address, 5)
    home = fresh_address()
    guess(person.username, home, 5)

    def wait_while_attacked() -> Iterator[int]:
        while (answer := post(person.username, PASSWORD, home)).status_code != 302:
            yield int(answer["Retry-After"])
            pass_time(seconds=int(answer["Retry-After"]))
            for address in [fresh_address() for _ in range(3)]:
                guess(person.username, address, 1)

    assert sum(wait_while_attacked()) <= 60


# --- guessing is slow -------------------------------------------------------------------------
def test_sixth_wrong_guess_waits_and_the_waits_grow(person: User) -> None:
    assert guess_in_form(person.username, ATTACKER, 6) == [200] * 5 + [429]
    waits = []
    for _ in range(8):
        waits.append(
            int(post(person.username, "fel lösenord", ATTACKER)["Retry-After"])
        )
        pass_time(seconds=waits[-1])
        assert post(person.username, "fel lösenord", ATTACKER).status_code == 200

    assert waits[:6] == [1, 2, 4, 8, 16, 30]
    assert waits[6:] == [30, 30]


def test_right_password_too_early_is_not_examined(person: User, drawn: None) -> None:
    guess(person.username, ATTACKER, 5)
    right, wrong = (
        post(person.username, password, ATTACKER) for password in (PASSWORD, "fel")
    )

    assert right.status_code == 429
    assert shown(right) == shown(wrong)


def test_page_that_tells_to_wait_keeps_the_name_and_says_how_long(
    person: User, drawn: None
) -> None:
    guess(person.username, ATTACKER, 9)
    page = post(person.username, PASSWORD, ATTACKER)

    assert f"Vänta {page['Retry-After']} sekund" in page.content.decode()
    assert f'value="{person.username}"' in page.content.decode()
    assert PASSWORD not in page.content.decode()


def test_name_in_other_letters_is_the_same_account(person: User) -> None:
    guess(person.username, ATTACKER, 3)

    assert guess_in_form(person.username.upper(), ATTACKER, 3) == [200, 200, 429]


def test_addresses_of_one_network_count_as_few(person: User) -> None:
    answers = [
        guess(person.username, f"2001:db8:1:{number:x}::1", 1)[0]
        for number in range(70)
    ]

    assert answers.count(True) < 60
    assert gets_in(person, "2001:db8:2:1::1")


def test_right_password_costs_nothing(person: User) -> None:
    assert all(gets_in(person, ATTACKER) for _ in range(6))
    assert guess_in_form(person.username, ATTACKER, 6) == [200] * 5 + [429]


def test_try_that_was_slowed_and_not_examined_costs_nothing(person: User) -> None:
    for number in range(100):
        guess(f"påhittad{number}", ATTACKER, 1)
    # The address may fail no more for a while; the person has tries left, and keeps them.
    assert guess(person.username, ATTACKER, 20) == [False] * 20
    pass_time(seconds=90)

    assert guess_in_form(person.username, ATTACKER, 6) == [200] * 5 + [429]


def test_wrong_guess_beside_neighbours_who_guess_costs_one_try(person: User) -> None:
    account = person.username.upper()
    for _ in range(attempts.NEARBY.size):
        consume(attempts.NEARBY, f"{account} {neighbourhood_of(ATTACKER)}")
    assert guess(person.username, ATTACKER, 1) == [True]

    for _ in range(attempts.AT_SOURCE.size - 1):
        consume(attempts.AT_SOURCE, f"{account} {ATTACKER}")


# --- who exists is not told -------------------------------------------------------------------
def shown(answer: Any) -> str:
    """Return a page without what is new in each."""
    return re.sub(
        r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode()
    )


def answers_of(name: str) -> list[Any]:
    """Return all that can be seen of eight wrong guesses: status, body without the name, and statements."""
    seen = []
    for _ in range(8):
        with CaptureQueriesContext(connection) as statements:
            answer = post(name, PASSWORD, ATTACKER)
        page = shown(answer).replace(name, "NAMN")
        seen.append(
            (answer.status_code, answer.get("Retry-After"), page, len(statements))
        )
    return seen


def test_name_that_nobody_has_is_answered_as_a_wrong_password(
    person: User, drawn: None
) -> None:
    person.set_password("något helt annat än det")
    person.save()
    post("för att dagen ska ha börjat", "x", ATTACKER)

    assert answers_of("ingen-alls") == answers_of(person.username)


def test_name_that_nobody_has_in_other_letters_is_the_same_name_too() -> None:
    guess("Ingen-Alls", ATTACKER, 3)

    assert guess("INGEN-alls", ATTACKER, 3) == [True, True, False]


def test_failure_of_somebody_who_exists_is_noted_without_a_lock_on_the_person() -> None:
    with (
        connection.cursor() as cursor
    ):  # a lock is written to disk, which takes thirty times as long
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE contype = 'f' AND conrelid = %s::regclass",
            [FailedSignIns._meta.db_table],
        )
        assert cursor.fetchall() == []


def test_right_password_of_who_has_left_is_answered_as_a_wrong_one(
    people: list[User], drawn: None
) -> None:
    gone, other = people[:2]
    User.objects.filter(pk=gone.pk).update(is_active=False)
    other.set_password("något helt annat än det")
    other.save()
    post("för att dagen ska ha börjat", "x", ATTACKER)

    assert answers_of(gone.username) == answers_of(other.username)


def test_deactivated_while_signed_in_is_led_to_the_login(
    person: User, usual: Client
) -> None:
    gets_in(person, ATTACKER, usual)
    User.objects.filter(pk=person.pk).update(is_active=False)

    assert usual.get("/inkorg/")["Location"].startswith(LOGIN)


# --- the browser that is known ----------------------------------------------------------------
def cookie_of(client: Client) -> Morsel[str]:
    return client.cookies["webblasare"]


def test_cookie_of_a_known_browser_names_nobody_and_is_closed(
    person: User, usual: Client
) -> None:
    cookie = cookie_of(usual)

    assert person.username not in cookie.value
    assert f".{person.pk}." not in f".{cookie.value}."
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (
        True,
        "Strict",
        "/",
    )


def test_page_of_the_login_sets_no_cookie_of_a_known_browser() -> None:
    client = browser()
    client.get(LOGIN)
    client.post(LOGIN, {"login": "ingen", "password": "fel"})

    assert "webblasare" not in client.cookies


def test_cookie_of_another_person_or_a_forged_one_helps_nobody(
    person: User, people: list[User], usual: Client
) -> None:
    other = people[0]
    forged = browser()
    forged.cookies["webblasare"] = "a" * 32 + "." + "b" * 32
    guess(person.username, ATTACKER, 8)
    guess(other.username, ATTACKER, 8)

    assert not gets_in(other, ATTACKER, usual)
    assert not gets_in(person, ATTACKER, forged)
    assert gets_in(person, ATTACKER, usual)


def test_cookie_stands_for_all_who_share_a_computer(people: list[User]) -> None:
    client = browser()
    for person in people[:3]:
        gets_in(person, fresh_address(), client)
        client.post("/konto/logga-ut/")
    for person in people[:3]:
        guess(person.username, ATTACKER, 8)

    for person in people[:3]:
        assert gets_in(person, ATTACKER, client)
        client.post("/konto/logga-ut/")


def test_guesses_in_a_known_browser_are_slowed_too(person: User, usual: Client) -> None:
    answers = [
        post(person.username, "fel", ATTACKER, usual).status_code for _ in range(6)
    ]

    assert answers == [200] * 5 + [429]
    assert gets_in(person, fresh_address())


def test_new_password_ends_other_browsers_and_keeps_this_one(
    person: User, usual: Client
) -> None:
    elsewhere = browser()
    gets_in(person, fresh_address(), elsewhere)
    gets_in(person, fresh_address(), usual)
    new = "ett helt nytt långt lösenord"
    page = usual.post(
        "/konto/losenord/",
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
    )
    assert page.status_code == 302
    usual.post("/konto/logga-ut/")
    guess(person.username, ATTACKER, 8)

    assert post(person.username, new, ATTACKER, usual).status_code == 302
    assert post(person.username, new, ATTACKER, elsewhere).status_code == 429


def test_cookie_that_is_old_helps_no_longer(
    person: User, usual: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    guess(person.username, ATTACKER, 8)
    monkeypatch.setattr("organisation.sign_in.browsers.LIVES", dt.timedelta(0))

    assert not gets_in(person, ATTACKER, usual)


# --- the holder is told -----------------------------------------------------------------------
def test_person_is_told_once_of_what_others_have_tried(
    person: User, usual: Client, drawn: None
) -> None:
    guess_in_form(person.username, ATTACKER, 6)
    guess(person.username, ATTACKER, 41)
    gets_in(person, fresh_address(), usual)

    assert "logga in som du 47 gånger" in usual.get("/", follow=True).content.decode()
    assert "logga in som du" not in usual.get("/", follow=True).content.decode()
    assert not FailedSignIns.objects.exists()


def test_person_is_not_told_of_own_slips(
    person: User, usual: Client, drawn: None
) -> None:
    for _ in range(4):
        post(person.username, "fel", ATTACKER, usual)
    guess(person.username, ATTACKER, 4)
    gets_in(person, fresh_address(), usual)

    assert "logga in som du" not in usual.get("/", follow=True).content.decode()


def test_few_failures_at_a_time_are_told_when_they_are_many(
    person: User, usual: Client, drawn: None
) -> None:
    for _ in range(2):
        guess(person.username, fresh_address(), 3)
        usual.post("/konto/logga-ut/")
        gets_in(person, fresh_address(), usual)

    assert "logga in som du 6 gånger" in usual.get("/", follow=True).content.decode()


# --- what is logged ---------------------------------------------------------------------------
def test_log_tells_what_happened_and_not_to_whom(
    person: User, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "organisation.security")
    guess_in_form(person.username, ATTACKER, 6)
    gets_in(person, fresh_address())

    said = [
        record.getMessage()
        for record in caplog.records
        if record.name == "organisation.security"
    ]
    assert said == [
        *["sign-in failed"] * 5,
        "sign-in slowed",
        f"signed in: user {person.pk}",
    ]


def test_no_address_and_no_name_is_stored(person: User) -> None:
    guess_in_form(person.username, ATTACKER, 6)

    stored = [
        str(row) for row in [*Bucket.objects.values(), *FailedSignIns.objects.values()]
    ]
    assert stored
    assert not any(person.username in row or ATTACKER in row for row in stored)


# --- changing the password --------------------------------------------------------------------
def test_wrong_old_passwords_are_slowed(
    person: User, usual: Client, drawn: None
) -> None:
    gets_in(person, fresh_address(), usual)
    wrong = {"oldpassword": "fel", "password1": "x" * 20, "password2": "x" * 20}
    answers = [usual.post("/konto/losenord/", wrong) for _ in range(6)]

    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert "Vänta" in answers[-1].content.decode()


def test_who_has_no_password_has_none_to_change(db: None) -> None:
    person = make_user(
        "utan", (Role.STAFF, make_unit("P")), password=make_password(None)
    )
    client = Client()
    client.force_login(person)

    assert client.get("/konto/losenord/").status_code == 404
