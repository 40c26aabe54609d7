"""What leaves the house from a meeting: the papers before it, and the text of its minutes after it."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from casework.files.pdf import PdfError, render_pdf
from lexsarah.board.meetings import agenda, chairs_decisions
from lexsarah.board.minutes import Minutes, minutes_of, word_of
from lexsarah.board.policies import policy_over
from lexsarah.models import Meeting
from lexsarah.views.board import (
    ADDRESSES,
    address_of,
    meeting_or_404,
    put_before,
    with_cases_of_the_board,
)
from organisation.access import SignedInRequest
from organisation.lists.exports import WORD
from organisation.models import User
from organisation.shown import What, show_as, show_cases

SECONDS = 60


def _board_of(held: Meeting) -> str:
    policy = policy_over(held.unit)
    return (policy.board_name if policy else "") or held.unit.name


def _minutes(user: User, held: Meeting) -> Minutes:
    cases = put_before(user)
    items = agenda(held, cases)
    show_cases(item.case.pk for item in items)
    return minutes_of(
        held, items, board=_board_of(held), chairs=chairs_decisions(held, cases)
    )


def _sent(content: bytes | str, held: Meeting, *, name: str, kind: str) -> HttpResponse:
    stem, _, ending = name.partition(".")
    file = f"{stem}-{ADDRESSES[held.body]}-{held.on.isoformat()}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{file}"'}
    return HttpResponse(content, content_type=kind, headers=headers)


@require_safe
@with_cases_of_the_board
def minutes(request: SignedInRequest, body: str, day: str) -> HttpResponse:
    """Show what a meeting decided as text for its minutes."""
    held = meeting_or_404(request.user, body, day)
    context = {
        "meeting": held,
        "minutes": _minutes(request.user, held),
        "meeting_page": address_of(held),
        "word": address_of(held, "minutes_word"),
        "text": address_of(held, "minutes_text"),
    }
    return render(request, "lexsarah/minutes.html", context)


@require_safe
@with_cases_of_the_board
def minutes_word(request: SignedInRequest, body: str, day: str) -> HttpResponse:
    """Send the text of the minutes as a Word file."""
    held = meeting_or_404(request.user, body, day)
    show_as(What.FILE)
    return _sent(
        word_of(_minutes(request.user, held)), held, name="protokoll.docx", kind=WORD
    )


@require_safe
@with_cases_of_the_board
def minutes_text(request: SignedInRequest, body: str, day: str) -> HttpResponse:
    """Send the minutes as plain text."""
    held = meeting_or_404(request.user, body, day)
    show_as(What.FILE)
    plain = _minutes(request.user, held).plain
    return _sent(plain, held, name="protokoll.txt", kind="text/plain; charset=utf-8")


@require_safe
@with_cases_of_the_board
def papers(request: SignedInRequest, body: str, day: str) -> HttpResponse:
    """Send the papers of a meeting as PDF, each case on a page of its own; nothing when there is no case."""
    held = meeting_or_404(request.user, body, day)
    items = agenda(held, put_before(request.user))
    if not items:
        messages.info(
            request,
            "Inget ärende väntar på det här sammanträdet. Det finns inget att skriva ut.",
        )
        return redirect(address_of(held))
    show_cases(item.case.pk for item in items)
    show_as(What.PRINT)
    context = {
        "meeting": held,
        "items": items,
        "board": _board_of(held),
        "municipality": settings.MUNICIPALITY_NAME,
    }
    try:
        pdf = render_pdf(
            render_to_string("lexsarah/papers.html", context), seconds=SECONDS
        )
    except PdfError as problem:
        context = {
            "meeting": held,
            "why": str(problem),
            "meeting_page": address_of(held),
        }
        return render(request, "lexsarah/papers_failed.html", context, status=503)
    return _sent(pdf, held, name="handlingar.pdf", kind="application/pdf")
