"""What somebody has typed and not sent: kept, given back and forgotten."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils import dateformat, timezone
from django.views.decorators.http import require_http_methods

from casework.models import FormDraft
from casework.texts import drafts as drafting
from casework.texts.carrying import READER
from casework.texts.drafts import NotKeepableError, Place
from organisation.access import SignedInRequest, role_not_required


@dataclass(frozen=True)
class Unsent:
    """A draft as the list shows it: its answers field by field, and the texts among them."""

    draft: FormDraft
    answers: list[tuple[str, str]]
    texts: list[str]

    @classmethod
    def of(cls, draft: FormDraft) -> Unsent:
        """Return what a draft holds; of what was sent only running text tells words from choices."""
        answers: list[tuple[str, str]] = []
        texts: list[str] = []
        for name, values in json.loads(draft.typed).items():
            for value in values:
                answers.append((name, value))
                if _is_text(draft, name, value.strip()):
                    texts.append(value)
        return cls(draft, answers, texts)


def _is_text(draft: FormDraft, name: str, value: str) -> bool:
    """Tell whether an answer is a text: several words, or in a draft that was not sent, a named field."""
    if draft.was_sent:
        return " " in value
    return name in draft.names and bool(value)


@role_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def unsent(request: SignedInRequest) -> HttpResponse:
    """List what a person has typed and not sent, to be sent or removed; works without script."""
    if request.method == "POST":
        try:
            place = Place.of(
                request.POST.get("address", ""), request.POST.getlist("name")
            )
        except NotKeepableError as unknown:
            raise Http404 from unknown
        drafting.remove(place, actor=request.user)
        messages.success(request, "Utkastet är borttaget.")
        return redirect("casework:unsent")
    return list_unsent(request)


def list_unsent(request: SignedInRequest, *, status: int = 200) -> HttpResponse:
    """Show what a person has typed and not sent."""
    drafts = [
        Unsent.of(draft) for draft in drafting.of(request.user).select_related("case")
    ]
    context = {"drafts": drafts, "days_kept": drafting.DAYS_KEPT}
    return render(request, "casework/unsent.html", context, status=status)


@role_not_required
@require_http_methods(["GET", "POST"])
def form_draft(request: SignedInRequest) -> HttpResponse:
    """Keep, give back or forget what is typed in a form; scripts ask, people never see the answer."""
    # A page says who reads it, so that what one types is never kept or sent as another's.
    if request.headers.get(READER) != str(request.user.pk):
        return HttpResponse(status=409)
    asked = request.POST if request.method == "POST" else request.GET
    try:
        place = Place.of(asked.get("address", ""), asked.getlist("name"))
        if request.method == "GET":
            return _given_back(request, place)
        if "drop" in request.POST:
            drafting.remove(place, actor=request.user)
            return HttpResponse(status=204)
        draft = drafting.keep(
            place, typed=_typed(request.POST.get("typed", "")), actor=request.user
        )
    except NotKeepableError:
        return HttpResponse(status=400)
    said = f"Utkastet sparades kl. {timezone.localtime(draft.updated_at):%H.%M}."
    return HttpResponse(said, status=201, content_type="text/plain; charset=utf-8")


def _given_back(request: SignedInRequest, place: Place) -> JsonResponse:
    """Answer with what is kept, if anything, and with a token for a page that was open at a sign-in."""
    draft = drafting.find(place, actor=request.user)
    answer: dict[str, Any] = {"token": get_token(request)}
    if draft:
        at = timezone.localtime(draft.updated_at)
        answer |= {
            "typed": json.loads(draft.typed),
            "when": dateformat.format(at, r"j F \k\l. H.i"),
        }
    return JsonResponse(answer)


def _typed(text: str) -> drafting.Typed:
    """Return what a page sent: lists of texts by name; raises NotKeepableError for anything else."""
    try:
        typed = json.loads(text)
    except ValueError as broken:
        raise NotKeepableError from broken
    if not isinstance(typed, dict):
        raise NotKeepableError
    for values in typed.values():
        if not isinstance(values, list) or not all(
            isinstance(value, str) for value in values
        ):
            raise NotKeepableError
    return typed
