"""What is done with many cases at once, and with the filters of the inbox: assign, save, remove."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from casework.handling import assigning
from casework.handling.assigning import Verdict
from casework.models import Case
from casework.register.filters import SaveFilterForm
from casework.register.filtersets import InboxFilter
from casework.register.inbox import MOST_ROWS, assignable_by, chiefs_over_any
from casework.register.saved_queries import FILTERS
from casework.views.inbox import asked
from organisation.access import SignedInRequest, right_required
from organisation.models import User
from organisation.rights import Right
from organisation.shown import show_cases

# A tick, or a whole view of the inbox: nobody reads through more before giving them away.
MOST_AT_ONCE = MOST_ROWS


@dataclass(frozen=True)
class Chosen:
    """The cases that somebody has chosen, in the versions that were read, and what is not among them."""

    cases: list[Case]
    read: dict[str, int]
    # Numbers that were sent and lead to no case that the sender reads: not any more, or never.
    unread: list[str] = field(default_factory=list)
    has_more: bool = False

    @property
    def count(self) -> int:
        """Return how many were chosen, with those that cannot be read."""
        return len(self.cases) + len(self.unread)

    @property
    def as_sent(self) -> str:
        """Return the cases as the form sends them: in one field, however many they are."""
        return "\n".join(f"{case.number}:{case.version}" for case in self.cases)


def _to(page: str, query: str) -> HttpResponse:
    """Redirect to a page of the inbox, with the filter of a query and nothing else of it."""
    kept = _kept(query)
    return redirect(f"{reverse(page)}?{kept}" if kept else reverse(page))


def _kept(query: str) -> str:
    """Return the filter in a query; more than a page sends is not read."""
    return InboxFilter.kept(QueryDict(query[:2_000]))


def _chosen(request: SignedInRequest, sent: QueryDict) -> Chosen:
    """Return the cases that are ticked, that the page before showed, or all of the view that it came from."""
    if "all" in sent:
        return _whole_view(request.user, sent.get("back", ""))
    numbers, read = _sent_numbers(sent)
    wanted = [number for number in numbers if number and "\0" not in number]
    handled = Case.objects.handled_by(request.user).filter(number__in=wanted)
    cases = list(handled.select_related("unit", "owner").order_by("number"))
    found = {case.number for case in cases}
    return Chosen(cases, read, [number for number in wanted if number not in found])


def _whole_view(user: User, query: str) -> Chosen:
    """Return the cases of a view of the inbox that the reader may give away."""
    view = asked(user, QueryDict(query[:2_000]))
    assignable = view.cases.filter(assignable_by(user))
    cases = list(assignable.select_related("unit", "owner")[: MOST_AT_ONCE + 1])
    return Chosen(cases[:MOST_AT_ONCE], {}, has_more=len(cases) > MOST_AT_ONCE)


def _sent_numbers(sent: QueryDict) -> tuple[list[str], dict[str, int]]:
    """Return the numbers that are sent, each once, and the versions of those that were shown."""
    read: dict[str, int] = {}
    numbers = dict.fromkeys(sent.getlist("case"))
    for line in sent.get("cases", "").splitlines():
        number, _, version = line.rpartition(":")
        numbers[number] = None
        if version.isdecimal() and len(version) < 10:
            read[number] = int(version)
    return list(numbers), read


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(Right.CASES_ASSIGN)
def assign(request: SignedInRequest) -> HttpResponse:
    """Show what changes when several cases get a new handler, and change it when that is confirmed."""
    sent = request.POST if request.method == "POST" else request.GET
    back, chosen = sent.get("back", ""), _chosen(request, sent)
    if chosen.unread and not chosen.cases:
        raise Http404
    owner = _new_owner(chosen.cases, sent.get("owner", ""))
    if owner is None or not 0 < chosen.count <= MOST_AT_ONCE:
        messages.warning(request, _what_is_missing(chosen))
        return _to("casework:inbox", back)
    if request.method == "POST":
        return _give(request, chosen, owner, back)
    verdicts = assigning.weigh(chosen.cases, owner=owner, actor=request.user, read={})
    context = _context(chosen, owner, back, verdicts)
    return render(request, "casework/assign.html", context)


def _new_owner(cases: list[Case], key: str) -> User | None:
    """Return the chief with a key over any of the cases' units."""
    for person in chiefs_over_any([case.unit for case in cases]):
        if str(person.pk) == key:
            return person
    return None


def _give(
    request: SignedInRequest, chosen: Chosen, owner: User, back: str
) -> HttpResponse:
    """Give the cases to their new handler, and show those that could not be given."""
    verdicts = assigning.assign(
        chosen.cases, owner=owner, actor=request.user, read=chosen.read
    )
    context = _context(chosen, owner, back, verdicts)
    if context["left"] or chosen.unread:
        status = 200 if context["given"] else 409
        return render(request, "casework/assigned.html", context, status=status)
    what = "1 ärende är fördelat"
    if len(verdicts) != 1:
        what = f"{len(verdicts)} ärenden är fördelade"
    messages.success(request, f"{what} till {owner}.")
    return _to("casework:inbox", back)


def _context(
    chosen: Chosen, owner: User, back: str, verdicts: list[Verdict]
) -> dict[str, Any]:
    """Return what the two pages show: each case, and whether it can be given."""
    show_cases(case.pk for case in chosen.cases)
    return {
        "chosen": chosen,
        "owner": owner,
        "back": _kept(back),
        "verdicts": verdicts,
        "given": [verdict for verdict in verdicts if not verdict.reason],
        "left": [verdict for verdict in verdicts if verdict.reason],
    }


def _what_is_missing(chosen: Chosen) -> str:
    if chosen.count > MOST_AT_ONCE:
        return f"Välj högst {MOST_AT_ONCE} ärenden åt gången. Inget ärende är fördelat."
    return f"Välj {'vem ärendena ska fördelas till' if chosen.cases else 'minst ett ärende att fördela'}."


@require_http_methods(["GET", "HEAD", "POST"])
def saved_filters(request: SignedInRequest) -> HttpResponse:
    """Keep the filter in the address under a name, and remove those that are no longer used."""
    query = InboxFilter.kept(request.GET)
    if request.method == "POST" and "remove" in request.POST:
        removing = SaveFilterForm({"name": request.POST["remove"]}, query=query)
        if removing.is_valid() and FILTERS.remove(
            actor=request.user, name=removing.cleaned_data["name"]
        ):
            messages.success(request, "Filtret är borttaget.")
        return _to("casework:saved_filters", query)
    form = SaveFilterForm(
        request.POST if request.method == "POST" else None, query=query
    )
    if form.is_valid():
        try:
            FILTERS.save(
                actor=request.user, name=form.cleaned_data["name"], query=query
            )
        except ValidationError as full:
            form.add_error("name", full)
        else:
            messages.success(
                request, f"Filtret ”{form.cleaned_data['name']}” är sparat."
            )
            return _to("casework:inbox", query)
    context = {"form": form, "query": query, "saved": request.user.saved_filters.all()}
    return render(
        request,
        "casework/inbox_saved.html",
        context,
        status=400 if form.errors else 200,
    )
