"""Pages of the site itself that need no login."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Timer
from typing import Any

import psycopg
from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from kvalitet.web.context import url_or_nothing
from kvalitet.web.middleware import reads_no_rows
from organisation.access import roles_of
from organisation.alarms import alarms
from organisation.lists.exports import Files


@login_not_required
@reads_no_rows
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Lead staff to their inbox, former staff to their reports, and everyone else to what needs no login."""
    if request.user.is_authenticated:
        return redirect(
            "casework:inbox" if roles_of(request.user) else "deviations:mine"
        )
    return render(
        request,
        "public/home.html",
        {
            "complaint_url": url_or_nothing("deviations:complain"),
            "answer_url": url_or_nothing("deviations:follow"),
        },
    )


@login_not_required
@require_safe
def health(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 - the same for everyone
    """Tell a supervisor that the process lives (it answers) and is ready (the database answers).

    The broker is left out on purpose: without it work waits, and nothing else stops.  What is set up wrongly
    is told as a warning, since pages are answered all the same.
    """
    try:
        warnings = ask_the_database()
    except psycopg.Error:
        return JsonResponse({"alive": True, "ready": False}, status=503)
    return JsonResponse({"alive": True, "ready": True, "warnings": warnings})


def ask_the_database() -> list[str]:
    """Ask what is wrong by a connection of its own, which gives up soon: an open one may wait for ever.

    Raise psycopg's own error: were it told to the open one, Django would ask that one if it is usable still.
    """
    where = connection.get_connection_params()
    where = {
        name: where[name]
        for name in where.keys() - {"context", "cursor_factory", "prepare_threshold"}
    }
    limits = {
        "connect_timeout": 2,
        "options": "-c statement_timeout=2s -c lock_timeout=2s",
    }
    with psycopg.connect(**where | limits, autocommit=True) as link, cut_after(2, link):
        return alarms(link)


@contextmanager
def cut_after(seconds: float, link: psycopg.Connection[Any]) -> Iterator[None]:
    """End a connection that gets no answer: a server or PgBouncer that hangs keeps no limit of its own."""
    with socket.socket(fileno=os.dup(link.fileno())) as wire:

        def cut() -> None:
            with suppress(OSError):  # the other side has ended it already
                wire.shutdown(socket.SHUT_RDWR)

        timer = Timer(seconds, cut)
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()


@login_not_required
@reads_no_rows
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """Show the accessibility statement (lag 2018:1937 om tillgänglighet till digital service)."""
    return render(request, "public/accessibility.html")


@login_not_required
@reads_no_rows
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Tell people what is done with what they write about themselves (GDPR art. 13 and 14)."""
    return render(request, "public/privacy.html")


class StyleForm(forms.Form):
    """One field of each kind, for the component page."""

    kind = forms.ChoiceField(
        label="Vad gäller det?",
        choices=[
            ("handling", "Handling, beslut eller sekretess hanterades fel"),
            ("service", "Insats uteblev eller utfördes fel"),
            ("other", "Annat"),
        ],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label="Vad hände?",
        help_text="Beskriv händelsen, inte personen. Skriv inte namn eller personnummer.",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Skriv vad som hände"},
    )
    day = forms.DateField(
        label="När hände det?",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Välj den dag då det hände"},
    )
    unit = forms.ChoiceField(
        label="Enhet", choices=[("m", "Mottagning barn och unga"), ("u", "Utredning 2")]
    )
    causes = forms.MultipleChoiceField(
        label="Orsak på organisationsnivå",
        help_text="Välj alla som stämmer.",
        choices=[
            ("r", "Rutin saknas, är otydlig eller okänd"),
            ("t", "Teknik eller mallar"),
        ],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    proposal = forms.CharField(label="Ditt förslag", required=False)
    again = forms.BooleanField(label="Det här har hänt förut", required=False)


class StyleFilter(forms.Form):
    """A filter, for the component page."""

    search = forms.CharField(label="Sök", required=False)
    unit = forms.ChoiceField(
        label="Enhet", required=False, choices=[("", "Alla enheter")]
    )
    period = forms.ChoiceField(
        label="Period", required=False, choices=[("", "Tertial 3 2026")]
    )


@login_not_required
@require_safe
def style(request: HttpRequest) -> HttpResponse:
    """Show every component in every state; the page exists only in debug."""
    faulty = StyleForm(
        {"kind": "handling", "unit": "m", "proposal": "Ny mall"}, auto_id="fel_%s"
    )
    faulty.is_valid()
    return render(
        request,
        "stil.html",
        {
            "plain_form": StyleForm(initial={"kind": "handling"}),
            "faulty_form": faulty,
            "filter_form": StyleFilter(auto_id="filter_%s"),
            "page": Paginator(range(1276), 25).page(3),
            "files": Files(
                "#",
                "#",
                "Filen rymmer högst 20\u00a0000 rader. Beskrivningarna finns inte med.",
            ),
            "now": timezone.now(),
            "views": [
                {"label": "Att göra", "url": "#", "current": True, "count": 14},
                {"label": "Försenade", "url": "#", "current": False, "count": 3},
                {"label": "Avslutade", "url": "#", "current": False, "count": None},
            ],
            "crumbs": [("Socialförvaltningen", "#"), ("Barn och unga", "#")],
        },
    )
