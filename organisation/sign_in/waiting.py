"""How a page tells that it is too early: in words, by its status, and to machines by Retry-After."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpResponse

TOO_EARLY = "too_early"


def too_early(seconds: int) -> ValidationError:
    """Return the error of a form that was sent too early."""
    unit = "sekund" if seconds == 1 else "sekunder"
    words = f"Lösenordet har skrivits fel flera gånger. Vänta {seconds} {unit} och skriv det igen."
    return ValidationError(words, code=TOO_EARLY, params={"seconds": seconds})


def with_retry_after(response: HttpResponse, form: BaseForm) -> HttpResponse:
    """Give a page that shows a form the status of what is in it: 429 when it was sent too early."""
    for errors in form.errors.as_data().values():
        for error in errors:
            if error.code == TOO_EARLY and error.params:
                return wait(response, error.params["seconds"])
    return response


def wait(response: HttpResponse, seconds: int) -> HttpResponse:
    """Let an answer say that it was too early, and in how many seconds it is not."""
    response.status_code = 429
    response["Retry-After"] = str(seconds)
    return response
