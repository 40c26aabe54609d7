"""What is done with many cases at once, and with the filters of the inbox: assign, save, remove."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from casework import services
from casework.filters import PAGE, SaveFilterForm, kept
from casework.inbox import chiefs_over_any
from casework.models import Case
from casework.saved_filters import remove_filter, save_filter
from casework.workflow import StepRefusedError
from organisation.access import CHIEFS, SignedInRequest, roles_of


def _to(page: str, query: str) -> HttpResponse:
    """Lead to a page of the inbox with a filter, of which nothing but the filter is taken along."""
    return redirect("?".join(filter(None, (reverse(page), kept(QueryDict(query[:2_000]))))))


@require_http_methods(["GET", "HEAD", "POST"])
def assign(request: SignedInRequest) -> HttpResponse:
    """Show what changes when several cases get a new handler, and change it when that is confirmed."""
    if not roles_of(request.user) & CHIEFS:
        raise Http404
    sent = request.POST if request.method == "POST" else request.GET
    back = sent.get("back", "")
    numbers = {number for number in sent.getlist("case")[: 2 * PAGE] if "\0" not in number}
    handled = Case.objects.handled_by(request.user).filter(number__in=numbers)
    cases = list(handled.select_related("unit", "owner").order_by("number"))
    if len(cases) != len(numbers):
        raise Http404
    people = {str(person.pk): person for person in chiefs_over_any(case.unit for case in cases)}
    owner = people.get(sent.get("owner", ""))
    if not cases or owner is None:
        what = "vem ärendena ska fördelas till" if cases else "minst ett ärende att fördela"
        messages.warning(request, f"Välj {what}.")
        return _to("casework:inbox", back)
    context = {"cases": cases, "owner": owner, "back": kept(QueryDict(back[:2_000]))}
    if request.method != "POST":
        return render(request, "casework/assign.html", context)
    try:
        changed = services.assign(cases, owner=owner, actor=request.user)
    except StepRefusedError as refusal:
        return render(request, "casework/assign.html", {**context, "refusal": str(refusal)}, status=403)
    count = "1 ärende" if changed == 1 else f"{changed} ärenden"
    messages.success(request, f"{count} fördelades till {owner}." if changed else "Inget behövde ändras.")
    return _to("casework:inbox", back)


@require_http_methods(["GET", "HEAD", "POST"])
def saved_filters(request: SignedInRequest) -> HttpResponse:
    """Keep the filter in the address under a name, and remove those that are no longer used."""
    query = kept(request.GET)
    if request.method == "POST" and "remove" in request.POST:
        removing = SaveFilterForm({"name": request.POST["remove"]}, query=query)
        if removing.is_valid() and remove_filter(actor=request.user, name=removing.cleaned_data["name"]):
            messages.success(request, "Filtret är borttaget.")
        return _to("casework:saved_filters", query)
    form = SaveFilterForm(request.POST if request.method == "POST" else None, query=query)
    if form.is_valid():
        try:
            save_filter(actor=request.user, name=form.cleaned_data["name"], query=query)
        except ValidationError as full:
            form.add_error("name", full)
        else:
            messages.success(request, f"Filtret ”{form.cleaned_data['name']}” är sparat.")
            return _to("casework:inbox", query)
    context = {"form": form, "query": query, "saved": request.user.saved_filters.all()}
    return render(request, "casework/inbox_saved.html", context, status=400 if form.errors else 200)
