"""A site on which everything fails, each page in its own way, with the same secret word in all of it."""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Iterator

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import SuspiciousOperation, ValidationError
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.template import engines
from django.urls import path

from kvalitet.web.public import health
from organisation.models import Unit
from tests.factories import make_deviation, make_unit

SECRET = "Kanariehemlighet"

handler500 = "kvalitet.web.away.failed"
ways: dict[str, Callable[[], object]] = {}


def way(function: Callable[[], object]) -> Callable[[], object]:
    ways[function.__name__] = function
    return function


def run(statement: str, *values: object, limit: str = "") -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        if limit:
            cursor.execute(f"SET LOCAL {limit}")
        cursor.execute(statement, values)


@way
def row_that_breaks_a_rule() -> None:
    make_deviation(make_unit(), subject="weather", description=SECRET)


@way
def row_that_is_there_already() -> None:
    for _ in range(2):
        make_unit(SECRET, name=SECRET)


@way
def text_for_a_number() -> None:
    run("SELECT %s::text::integer", SECRET)


@way
def text_for_a_date() -> None:
    run("SELECT %s::text::date", SECRET)


@way
def words_that_are_no_statement() -> None:
    run(f"SELECT {SECRET} FROM nowhere")


@way
def statement_that_takes_too_long() -> None:
    run("SELECT pg_sleep(5), %s", SECRET, limit="statement_timeout = 50")


@way
def text_with_a_nul() -> None:
    Unit.objects.filter(name=f"{SECRET}\0").exists()


@way
def half_a_letter() -> None:
    Unit.objects.filter(name=f"{SECRET}\ud800").exists()


@way
def template_that_cannot_show_its_value() -> None:
    class Shy:
        def __str__(self) -> str:
            raise ValueError(f"{SECRET} cannot be shown")

    engines["django"].from_string("{{ shy }}").render({"shy": Shy()})


@way
def words_that_were_not_validated() -> None:
    raise ValidationError({"name": [f"{SECRET} är inte giltigt"]})


@way
def fault_that_comes_of_another() -> None:
    try:
        {}[SECRET]
    except KeyError as missing:
        raise RuntimeError(f"nothing of {SECRET}") from missing


@way
def several_faults_at_once() -> None:
    raise ExceptionGroup(SECRET, [ValueError(SECRET), KeyError(SECRET)])


@way
def suspicious_request() -> None:
    raise SuspiciousOperation(f"what is {SECRET}")


@way
def mail_server_that_names_the_receiver() -> None:
    EmailMessage(SECRET, SECRET, to=[f"{SECRET}@exempel.invalid"]).message()
    raise smtplib.SMTPRecipientsRefused(
        {f"{SECRET}@exempel.invalid": (550, SECRET.encode())}
    )


@way
def answer_that_breaks_in_the_middle() -> Iterator[bytes]:
    yield b"begun"
    raise ValueError(SECRET)


@login_not_required
def fail(
    request: HttpRequest, name: str, key: str
) -> HttpResponse | StreamingHttpResponse:
    """Fail in the way that the address names; the key is a secret of the address."""
    told = ways[name]()
    if isinstance(told, Iterator):
        return StreamingHttpResponse(told)
    return HttpResponse()


QUESTIONS = {
    "one": "SELECT 1",
    "sleep": "SELECT pg_sleep(20)",
    "lock": "SELECT FROM held FOR UPDATE",
}


@login_not_required
def ask(request: HttpRequest, name: str) -> HttpResponse:
    """Ask the database something, on whose answer the page waits."""
    with connection.cursor() as cursor:
        cursor.execute(QUESTIONS[name])
    return HttpResponse("answered")


urlpatterns = [
    path("fel/<name>/<key>/", fail),
    path("fraga/<name>/", ask),
    path("halsa/", health),
]
