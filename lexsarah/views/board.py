"""Pages for the board's secretary: meetings, the list to decide from, and what the chair decides alone."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from casework.process.workflow import StepRefusedError, TooLateError
from casework.register.filters import PAGE
from casework.texts.forms import prefixed_errors
from casework.views.finding import also_reading
from lexsarah.board.meeting_forms import (
    CHANGE,
    CONFIRMED,
    ChairForm,
    DecisionForm,
    MeetingForm,
)
from lexsarah.board.meetings import (
    BODIES,
    Item,
    administrations,
    agenda,
    before_the_chair,
    chairs_decisions,
    clauses,
    waiting,
)
from lexsarah.board.policies import rules_over
from lexsarah.law.policy import RANK
from lexsarah.models import LexSarahCase, Meeting
from lexsarah.process import services
from organisation.access import SignedInRequest
from organisation.models import Unit, User
from organisation.shown import show_cases

_OWN_WORDS = (("Paragraf", "paragraph"), ("Skäl", "motive"))
ADDRESSES = {str(body): address for address, body in BODIES.items()}


def put_before(user: User) -> QuerySet[LexSarahCase]:
    """Return the cases on a secretary's lists; what she reported herself is another's (FL 16 §)."""
    return LexSarahCase.objects.put_before(user).exclude(reporter=user)


def _prepared(user: User) -> QuerySet[Any, Any]:
    return put_before(user).values("pk")


with_cases_of_the_board = also_reading(_prepared, before_the_chair)


def address_of(meeting: Meeting, page: str = "meeting") -> str:
    """Return where a page of a meeting stands."""
    return reverse(
        f"lexsarah:{page}", args=[ADDRESSES[meeting.body], meeting.on.isoformat()]
    )


def meeting_or_404(user: User, body: str, day: str) -> Meeting:
    """Return a meeting of an administration whose board the person is the secretary of."""
    try:
        on = dt.date.fromisoformat(day)
    except ValueError as unreadable:
        raise Http404 from unreadable
    held = Meeting.objects.filter(
        unit__in=administrations(user).values("pk"), body=BODIES.get(body, "")
    )
    found = held.filter(on=on).select_related("unit").order_by("unit__path").first()
    if found is None or day != on.isoformat():
        raise Http404
    return found


def _administrations_or_404(user: User) -> list[Unit]:
    units = list(administrations(user))
    if not units:
        raise Http404
    return units


@require_http_methods(["GET", "HEAD", "POST"])
@with_cases_of_the_board
def meetings(request: SignedInRequest) -> HttpResponse:
    """Show the next and the earlier meetings and what waits for them; a new one is planned here."""
    units = _administrations_or_404(request.user)
    form = MeetingForm(request.POST if request.method == "POST" else None, units=units)
    if form.is_valid():
        held, is_new = Meeting.objects.get_or_create(
            unit=form.unit_chosen,
            body=form.cleaned_data["body"],
            on=form.cleaned_data["on"],
            defaults={"created_by": request.user},
        )
        messages.success(
            request,
            "Sammanträdet är tillagt."
            if is_new
            else "Sammanträdet fanns redan. Här är det.",
        )
        return redirect(address_of(held))
    known = Meeting.objects.filter(unit__in=units).annotate(
        decided=Count("decisions__case", distinct=True)
    )
    today = timezone.localdate()
    coming = known.filter(on__gte=today).order_by("on", "body")
    earlier = Paginator(
        known.filter(on__lt=today).order_by("-on", "body"), PAGE
    ).get_page(request.GET.get("page"))
    waits = waiting(put_before(request.user))
    context = {
        "form": form,
        "coming": [(held, address_of(held)) for held in coming],
        "page": earlier,
        "earlier": [(held, address_of(held)) for held in earlier],
        "waiting": [
            (body.label, count)
            for body, count in sorted(waits.items(), key=lambda row: RANK[row[0]])
        ],
    }
    return render(
        request, "lexsarah/meetings.html", context, status=400 if form.errors else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@with_cases_of_the_board
def meeting(request: SignedInRequest, body: str, day: str) -> HttpResponse:
    """Show what a meeting decides from, and record what it decides."""
    held = meeting_or_404(request.user, body, day)
    if request.method == "POST":
        return _record(request, held)
    return _page(request, held, _listed(request.user, held))


def _listed(user: User, held: Meeting, *, also: str = "") -> list[Item]:
    """Return the list of a meeting, with an empty form where a case may be decided."""
    items = agenda(held, put_before(user), also=also)
    rules = rules_over(held.unit)
    for item in items:
        if not item.why_not:
            item.form = DecisionForm(item=item, meeting=held, rules=rules)
    return items


def _page(
    request: SignedInRequest,
    held: Meeting,
    items: list[Item],
    *,
    form: DecisionForm | None = None,
    lost: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    show_cases(item.case.pk for item in items)
    context = {
        "meeting": held,
        "items": items,
        "form": form,
        "lost": lost,
        "left": sum(1 for item in items if item.waits),
        "decided": sum(1 for item in items if item.decisions),
        "chairs": chairs_decisions(held, put_before(request.user)),
        "here": address_of(held),
        "minutes": address_of(held, "minutes"),
        "papers": address_of(held, "papers"),
    }
    return render(request, "lexsarah/meeting.html", context, status=status)


def _record(request: SignedInRequest, held: Meeting) -> HttpResponse:
    """Record one decision that has been read in words first.

    What was typed stays at its case, or is shown where it no longer has a place.
    """
    number = request.POST.get("case", "").replace("\0", "")[:40]
    items, form = _bound(request, held, number)
    if form is None or form.item.form is not form:
        return _second(request, held, items, form)
    if request.POST.get("do", "") == CHANGE:
        return _change(request, held, number)
    if not form.is_valid():
        return _page(request, held, items, form=form, status=400)
    if request.POST.get("do", "") not in CONFIRMED.values():
        return _confirm(request, held, form)
    return _record_confirmed(request, held, items, form)


def _record_confirmed(
    request: SignedInRequest, held: Meeting, items: list[Item], form: DecisionForm
) -> HttpResponse:
    try:
        _take(form, request.user)
    except TooLateError as late:
        return _too_late(request, held, form.item.case.number, late)
    except StepRefusedError as refusal:
        form.add_error(None, str(refusal))
        return _page(request, held, items, form=form, status=403)
    except ValidationError as problem:
        prefixed_errors(form, problem)
        return _page(request, held, items, form=form, status=400)
    return _next(request, held, items, form)


def _confirm(
    request: SignedInRequest, held: Meeting, form: DecisionForm
) -> HttpResponse:
    """Show in the words of the minutes what will be recorded, before it is."""
    decision = form.decision
    context = {
        "meeting": held,
        "form": form,
        "decision": decision,
        "clauses": clauses(decision, form.item),
        "does": CONFIRMED["aterremiss" if form.sends_back else "beslut"],
        "here": address_of(held),
    }
    return render(request, "lexsarah/meeting_confirm.html", context)


def _change(request: SignedInRequest, held: Meeting, number: str) -> HttpResponse:
    """Show the list again with what was typed in one case, which nothing has been recorded of."""
    items = _listed(request.user, held)
    for item in items:
        if item.form is not None and item.case.number == number:
            item.form.typed_again(request.POST)
    return _page(request, held, items)


def _bound(
    request: SignedInRequest, held: Meeting, number: str
) -> tuple[list[Item], DecisionForm | None]:
    """Return the list as it is now, with what was typed at its case when the case still waits there.

    The form is None when the secretary has no such case, and stands beside the list when it is decided.
    """
    items = _listed(request.user, held, also=number)
    item = next((item for item in items if item.case.number == number), None)
    if item is None:
        return items, None
    form = DecisionForm(
        request.POST, item=item, meeting=held, rules=rules_over(held.unit)
    )
    if item.form is not None:
        item.form = form
    return items, form


def _take(form: DecisionForm, actor: User) -> None:
    verb = services.send_back if form.sends_back else services.record_decision
    seen = form.cleaned_data["seen_version"]
    verb(
        form.item.case,
        meeting=form.meeting,
        actor=actor,
        seen_version=seen,
        facts=form.facts,
    )


def _too_late(
    request: SignedInRequest, held: Meeting, number: str, late: TooLateError
) -> HttpResponse:
    """Show the case as somebody else left it, with what was typed, ready to be sent again if it waits."""
    items, form = _bound(request, held, number)
    if form is None or form.item.form is not form:
        return _second(request, held, items, form)
    form.renew()
    form.add_error(None, f"{number}: {late}")
    return _page(request, held, items, form=form, status=409)


def _second(
    request: SignedInRequest,
    held: Meeting,
    items: list[Item],
    form: DecisionForm | None,
) -> HttpResponse:
    """Answer whoever records what no longer waits here: the same form sent twice is one decision."""
    if form is None:
        number = request.POST.get("case", "").replace("\0", "")[:40]
        typed = [
            (label, request.POST.get(f"{number}-{name}", ""))
            for label, name in _OWN_WORDS
        ]
        lost = {
            "number": number or "Ärendet",
            "typed": [row for row in typed if row[1]],
        }
        return _page(request, held, items, lost=lost, status=409)
    item = form.item
    if item.decisions and form.is_recorded_as(item.decisions[-1], request.user):
        return _next(request, held, items, form)
    about = {"number": item.case.number, "item": item, "typed": form.typed}
    return _page(request, held, items, lost=about, status=409)


def _next(
    request: SignedInRequest, held: Meeting, items: list[Item], form: DecisionForm
) -> HttpResponse:
    """Lead to the next case that waits, after the one that is done or from the top."""
    item, paragraph = form.item, form.cleaned_data["paragraph"]
    done = "Återremissen är antecknad" if form.sends_back else "Beslutet är antecknat"
    messages.success(request, f"{done}: {item.case.number}, {paragraph}.")
    place = items.index(item)
    after = next(
        (
            i
            for i in items[place + 1 :] + items[:place]
            if i.form is not None and i is not item
        ),
        None,
    )
    return redirect(f"{address_of(held)}{f'#{after.case.number}' if after else ''}")


@require_http_methods(["GET", "HEAD", "POST"])
@with_cases_of_the_board
def chair(request: SignedInRequest) -> HttpResponse:
    """Record that the chair decided to notify IVO when the committee could not be awaited."""
    _administrations_or_404(request.user)
    form = ChairForm(
        request.POST if request.method == "POST" else None, user=request.user
    )
    status = 200
    if request.method == "POST":
        status = _record_chair(request, form)
        if status == 200:
            number = form.cleaned_data["number"].number
            messages.success(
                request,
                f"Ordförandens beslut i {number} är antecknat. Utredaren har fått veta det.",
            )
            return redirect("lexsarah:meetings")
    return render(request, "lexsarah/chair.html", {"form": form}, status=status)


def _record_chair(request: SignedInRequest, form: ChairForm) -> int:
    if not form.is_valid():
        return 400
    facts = {**form.cleaned_data}
    case: LexSarahCase = facts.pop("number")
    try:
        services.take_step(
            case,
            "ordforande",
            actor=request.user,
            seen_version=case.version,
            facts=facts,
        )
    except KeyError:
        form.add_error(
            None, "Enligt er ordning beslutar ordföranden inte om anmälan till IVO."
        )
    except StepRefusedError as refusal:
        form.add_error(None, str(refusal))
    except ValidationError as problem:
        prefixed_errors(form, problem)
    return 403 if form.errors else 200
