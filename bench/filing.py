"""Measure filing against a bare Django form with one insert: ``python bench/filing.py [N]``.

N filings of each kind, one after another, in a database with the Malmö register.  The bare form asks
the same questions and its insert goes to a plain table with the same foreign key; filing adds a
number without gaps, a form that counts once, a history, the marks for the figures and the checks.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import django

if TYPE_CHECKING:
    from django import forms
    from django.http import HttpRequest, HttpResponse

ROOT = Path(__file__).resolve().parent.parent
ANSWERS = {
    "description": "Ett beslut skickades till fel mottagare.",
    "proposal": "Kontrollera adressen innan brevet går i väg.",
    "occurred_on": "2024-03-01",
}
STAFF = {
    **ANSWERS,
    "kind": "quality_deviation",
    "consequence": "none",
    "process": "Vet inte",
    "unit": "IFO-SBV-1",
}
CITIZEN = {
    **ANSWERS,
    "kind": "complaint",
    "unit": "IFO",
    "contact_way": "code",
    "step": "check",
}


def bare_form() -> type[forms.Form]:
    """Return a form with the same questions and nothing of ours."""
    from django import forms

    from deviations.models import Kind
    from organisation.models import Unit

    class BareForm(forms.Form):
        kind = forms.ChoiceField(choices=Kind.choices)
        description = forms.CharField(max_length=8000)
        proposal = forms.CharField(max_length=8000, required=False)
        occurred_on = forms.DateField()
        unit = forms.ModelChoiceField(Unit.objects.all(), to_field_name="code")

    return BareForm


def make_bare_table() -> None:
    """Make the table that the bare form inserts into."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE bare_report (id bigserial PRIMARY KEY, kind text NOT NULL, "
            "description text NOT NULL, proposal text NOT NULL, occurred_on date NOT NULL, "
            "unit_id bigint NOT NULL REFERENCES organisation_unit)"
        )


def file_bare(form_class: type[forms.Form], answers: dict[str, str]) -> None:
    """Check the answers and insert one row."""
    from django.db import connection

    form = form_class(answers)
    if not form.is_valid():
        raise ValueError(form.errors)
    row = [
        *(
            form.cleaned_data[name]
            for name in ("kind", "description", "proposal", "occurred_on")
        )
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bare_report (kind, description, proposal, occurred_on, unit_id) "
            "VALUES (%s, %s, %s, %s, %s)",
            [*row, form.cleaned_data["unit"].pk],
        )


def file_ours(
    form_class: type[Any], file: Callable[..., Any], begun: str, answers: dict[str, str]
) -> None:
    """Check the answers with our form and file them, as the view does."""
    form = form_class({**answers, "form_token": str(uuid4()), "begun": begun})
    if not form.is_valid():
        raise ValueError(form.errors)
    file(form_token=form.cleaned_data["form_token"], facts=form.facts)


def post(
    client: Any, address: str, answers: dict[str, str], wanted: int, **more: str
) -> None:
    """Send a form through the whole stack of middleware, view and template."""
    answer = client.post(address, {**answers, "form_token": str(uuid4()), **more})
    if answer.status_code != wanted:
        raise ValueError(f"{address} answered {answer.status_code}")


def bare_view(request: HttpRequest) -> HttpResponse:
    """The smallest view there is: the bare form and a redirect."""
    from django.shortcuts import redirect

    file_bare(bare_form(), request.POST.dict())
    return redirect("/")


def queries_of(work: Callable[[], object]) -> int:
    """Return how many statements some work sends to the database."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        work()
    return len(captured)


def main(count: int) -> None:
    """Print the four comparisons."""
    from django.test import Client, override_settings
    from django.urls import path, reverse

    from bench.measure import heading, in_turns, show
    from bench.report import malmo
    from deviations.models import Deviation
    from deviations.process import services
    from deviations.public_form import forms as public_forms
    from deviations.public_form.forms import ComplainForm
    from deviations.reporting.forms import ReportForm
    from kvalitet.urls import urlpatterns as site_urls
    from organisation.models import Membership, Unit, User
    from organisation.rights import Role

    class Urls:
        urlpatterns = [path("bare/", bare_view), *site_urls]

    # One source files as fast as it can here, which nobody may in earnest.
    public_forms.FEWEST_SECONDS = 0
    bare_client = Client()
    with override_settings(MIDDLEWARE=[]):
        bare_client.handler.load_middleware()
    with (
        malmo(),
        override_settings(
            ROOT_URLCONF=Urls,
            ALLOWED_HOSTS=["testserver"],
            FILINGS_AN_HOUR=10**6,
            ALL_FILINGS_AN_HOUR=10**6,
        ),
    ):
        make_bare_table()
        unit = Unit.objects.get(code=STAFF["unit"])
        person = User.objects.create(username="bench", name="Bench")
        Membership.objects.create(
            user=person, unit=unit, role=Role.STAFF, valid_from=unit.valid_from
        )
        begun = str(ReportForm()["begun"].value())
        signed_in = Client()
        signed_in.force_login(person)
        file_staff = partial(services.file_from_staff, actor=person)
        staff = partial(file_ours, ReportForm, file_staff, begun, STAFF)
        citizen = partial(
            file_ours, ComplainForm, services.file_from_public, begun, CITIZEN
        )
        staff_page = partial(
            post, signed_in, reverse("deviations:report"), STAFF, 302, begun=begun
        )
        citizen_page = partial(
            post,
            Client(),
            reverse("deviations:write"),
            CITIZEN,
            200,
            do="send",
            begun=begun,
        )

        bare_page = partial(post, bare_client, "/bare/", STAFF, 302)
        bare = partial(file_bare, bare_form(), STAFF)
        heading(f"Filing {count} of each in turns")
        for what, ours, theirs in (
            ("staff: form and service / bare form and insert", staff, bare),
            ("citizen: form and service / bare form, insert", citizen, bare),
            ("staff: the page by test client / bare page", staff_page, bare_page),
            ("citizen: the page by test client / bare page", citizen_page, bare_page),
        ):
            before = Deviation.objects.count()
            show(what, *in_turns(ours, theirs, times=count))
            if Deviation.objects.count() - before != count:
                raise RuntimeError(
                    f"{what}: {Deviation.objects.count() - before} cases of {count} filings"
                )
            print(f"{'':<4}statements: {queries_of(ours)} and {queries_of(theirs)}")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kvalitet.settings")
    os.environ.setdefault("PLAIN_STATIC", "1")
    django.setup()
    from bench.measure import count_asked

    main(count_asked(500))
