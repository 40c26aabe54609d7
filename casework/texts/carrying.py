"""What was sent when the session had ended: carried over the sign-in, to the one who typed it.

Pages keep what is typed by script.  Without script a form is sent into nothing when nobody is signed in any
longer, and this is what saves the text: the answer is the sign-in page, which carries what was sent, signed.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from casework.texts import drafts
from casework.texts.drafts import NotKeepableError, Place, Typed
from organisation.models import User

# The header in which a page's script says who reads the page.
READER = "X-Reader"
# What the browser says of who was signed in last, so that nobody else is given the words of that person.
COOKIE = "__Host-reader" if settings.HTTPS else "reader"
COOKIE_LIVES = 24 * 60 * 60  # seconds: longer than a session
CARRIED_LIVES = 60 * 60
# In the session: whether the one who signed in is the one who was signed in last in the browser.
SAME_READER = "same_reader"
_SALT = "carried over the sign-in"
# What a form carries for itself: nobody has typed it.
_OWN = {
    "csrfmiddlewaretoken",
    "form_token",
    "begun",
    "seen_version",
    "seen_state",
    "seen",
    "do",
    "next",
}


def carried(request: HttpRequest) -> str:
    """Return what was sent, signed with its address and the person who sent it; nothing if nobody did."""
    reader, typed = reader_of(request), typed_in(request)
    if reader is None or not typed:
        return ""
    said = signing.dumps([reader, request.path, typed], salt=_SALT, compress=True)
    return said if len(said) <= drafts.LONGEST else ""


def typed_in(request: HttpRequest) -> Typed:
    """Return the fields that were sent, or nothing where nobody has filled in anything.

    A script asks again by itself, and a form about passwords is never kept.
    """
    if READER in request.headers or "X-Draft" in request.headers:
        return {}
    sent = {
        name: values
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken"
    }
    filled = {
        name
        for name, values in sent.items()
        if name not in _OWN and any(map(str.strip, values))
    }
    is_secret = any("password" in name for name in sent)
    return sent if filled and not is_secret else {}


def take_over(sender: Any, request: HttpRequest, user: User, **rest: Any) -> None:  # noqa: ARG001 - a signal
    """Keep what was carried over the sign-in as a draft, if it was this person who sent it."""
    request.session[SAME_READER] = reader_of(request) == user.pk
    try:
        said = signing.loads(
            request.POST.get("carried", ""), salt=_SALT, max_age=CARRIED_LIVES
        )
    except signing.BadSignature:
        return
    reader, address, typed = said
    if reader == user.pk:
        keep_sent(address, typed, actor=user)


def keep_sent(address: str, typed: Typed, *, actor: User) -> bool:
    """Keep what was sent and could not be taken; tell whether it could be kept."""
    try:
        place = Place.of(address, list(typed))
        drafts.keep(place, typed=typed, actor=actor, was_sent=True)
    except NotKeepableError:
        return False
    return True


def is_own_page(request: HttpRequest) -> bool:
    """Tell whether a form with an old token came from a page that the one who is signed in had opened.

    Pages that were open before a sign-in are of the person who was signed in then: what stands in them is
    never kept as another's.
    """
    return is_from_our_page(request) and bool(request.session.get(SAME_READER))


def is_from_our_page(request: HttpRequest) -> bool:
    """Tell whether a form came from one of our own pages, though its token is an old one."""
    said = urlsplit(request.headers.get("Origin", ""))
    return (said.scheme, said.netloc) == (request.scheme, request.get_host())


def reader_of(request: HttpRequest) -> int | None:
    """Return who was signed in last in this browser, by its own word; nobody if it says nothing."""
    try:
        reader = signing.loads(
            request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=COOKIE_LIVES
        )
    except signing.BadSignature:
        return None
    return reader if isinstance(reader, int) else None


def remember_reader(request: HttpRequest, response: HttpResponse) -> None:
    """Let the browser say who is signed in, and forget it when that person signs out."""
    if request.user.is_authenticated and reader_of(request) != request.user.pk:
        value = signing.dumps(request.user.pk, salt=_SALT)
        response.set_cookie(
            COOKIE,
            value,
            COOKIE_LIVES,
            secure=settings.HTTPS,
            httponly=True,
            samesite="Strict",
        )


def forget_reader(response: HttpResponse) -> None:
    """Let the browser forget who was signed in."""
    response.delete_cookie(COOKIE, samesite="Strict")
