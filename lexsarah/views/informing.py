"""The yearly information to staff: read it, see who lacks it, note who has been told, plan the next."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from casework.texts.forms import prefixed_errors
from lexsarah.information import informing
from lexsarah.information.forms import PlanForm, ToldForm
from lexsarah.models import Acknowledgement, Information
from organisation.access import SignedInRequest
from organisation.models import Membership, Unit, User
from organisation.shown import show_people

PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
def information(request: SignedInRequest) -> HttpResponse:
    """Show what holds now, and take that a person has read it; chiefs and controllers see how many have."""
    reader, today = request.user, timezone.localdate()
    found = informing.holding_for(reader)
    if request.method == "POST":
        return _take(request, found)
    proof = (
        Acknowledgement.objects.filter(information=found, user=reader).first()
        if found
        else None
    )
    due_on = (
        informing.due_days(found, [reader.pk]).get(reader.pk)
        if found and proof is None
        else None
    )
    plans_for = list(informing.administrations_of(reader))
    context = {
        "information": found,
        "proof": proof,
        "due_on": due_on,
        "is_late": due_on is not None and due_on < today,
        "shares": informing.shares_for(reader, found) if found else [],
        "plans": bool(plans_for),
        "planned": informing.planned_over(plans_for) if plans_for else (),
    }
    return render(request, "lexsarah/information.html", context)


def _take(request: SignedInRequest, found: Information | None) -> HttpResponse:
    """Note what the person read: not something else that has begun to hold meanwhile."""
    if found is None or request.POST.get("information") != str(found.pk):
        messages.warning(
            request, "Informationen är en annan nu. Läs den och bekräfta igen."
        )
    elif informing.acknowledge(found, actor=request.user):
        messages.success(request, "Tack. Det är noterat att du har läst och förstått.")
    return redirect("lexsarah:information")


@require_http_methods(["GET", "HEAD", "POST"])
def of_unit(request: SignedInRequest, unit: str) -> HttpResponse:
    """Show a chief who lacks the information and who has it, and note several who were told together."""
    led = get_object_or_404(informing.units_led_by(request.user), code=unit)
    found = informing.holding_over(led)
    if found is None:
        if request.method == "POST":
            raise Http404
        return render(
            request,
            "lexsarah/information_unit.html",
            {"unit": led, "information": None},
        )
    people = informing.people_of(found, led)
    lacking = informing.lacking(found, people)
    shows_informed = request.GET.get("visa") == "klara"
    shown = (
        _informed(found, people)
        if shows_informed
        else lacking.order_by("name_key", "pk")
    )
    page = Paginator(shown, PAGE).get_page(request.GET.get("page"))
    on_page = list(page.object_list)
    show_people((person.pk for person in on_page), count=page.paginator.count)
    data = request.POST if request.method == "POST" else None
    form = ToldForm(data, information=found, people=people)
    if form.is_valid():
        return _note(request, led, found, form)
    counts = (lacking.count(), people.count())
    context = {
        "unit": led,
        "information": found,
        "form": form,
        "page": page,
        "rows": _rows(found, led, on_page, chosen=form.chosen),
        "shows_informed": shows_informed,
        "pills": _pills(
            lacks=counts[0],
            informed=counts[1] - counts[0],
            shows_informed=shows_informed,
        ),
    }
    status = 400 if request.method == "POST" else 200
    return render(request, "lexsarah/information_unit.html", context, status=status)


def _informed(found: Information, people: QuerySet[User]) -> QuerySet[User]:
    """Return those who have been informed, with the proof of it, the latest first."""
    proof = found.acknowledgements.filter(user=OuterRef("pk"))
    known = people.filter(pk__in=found.acknowledgements.values("user"))
    return known.annotate(
        told_on=Subquery(proof.values("on")), told_how=Subquery(proof.values("how"))
    ).order_by("-told_on", "name_key", "pk")


def _rows(
    found: Information, led: Unit, people: list[User], *, chosen: list[str]
) -> list[dict[str, Any]]:
    """Return the people of a page with where they work, and by which day or how they were told."""
    today, hows = timezone.localdate(), dict(Acknowledgement.How.choices)
    due_days = informing.due_days(found, [person.pk for person in people])
    held = Membership.objects.valid().filter(
        user__in=people, unit__path__startswith=led.path
    )
    places: dict[int, dict[str, None]] = {}
    for person, name in held.order_by("unit__path").values_list("user", "unit__name"):
        places.setdefault(person, {})[name] = None
    return [
        {
            "person": person,
            "places": ", ".join(places.get(person.pk, ())),
            "due_on": due_days.get(person.pk),
            "is_late": due_days.get(person.pk, today) < today,
            "how": hows.get(getattr(person, "told_how", ""), ""),
            "is_chosen": person.username in chosen,
        }
        for person in people
    ]


def _pills(*, lacks: int, informed: int, shows_informed: bool) -> list[dict[str, Any]]:
    return [
        {
            "label": "Saknar informationen",
            "url": "?",
            "current": not shows_informed,
            "count": lacks,
        },
        {
            "label": "Informerade",
            "url": "?visa=klara",
            "current": shows_informed,
            "count": informed,
        },
    ]


def _note(
    request: SignedInRequest, led: Unit, found: Information, form: ToldForm
) -> HttpResponse:
    noted = informing.note_informed(
        found, unit=led, actor=request.user, **form.cleaned_data
    )
    if noted:
        messages.success(
            request,
            "1 person är noterad." if noted == 1 else f"{noted} personer är noterade.",
        )
    else:
        messages.warning(request, "De var redan noterade.")
    return redirect("lexsarah:information_unit", led.code)


@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: SignedInRequest) -> HttpResponse:
    """Let a quality controller of the whole administration plan what everyone is told, and by when."""
    units = informing.administrations_of(request.user)
    first = units.first()
    if first is None:
        raise Http404
    if request.method == "POST":
        form = PlanForm(request.POST, units=units)
    else:
        form = PlanForm(initial=informing.suggestion(first), units=units)
    if form.is_valid():
        facts = dict(form.cleaned_data)
        try:
            informing.plan(unit=facts.pop("unit"), actor=request.user, facts=facts)
        except ValidationError as refusal:
            prefixed_errors(form, refusal)
        else:
            messages.success(request, "Informationen är planerad.")
            return redirect("lexsarah:information")
    status = 400 if request.method == "POST" else 200
    return render(
        request, "lexsarah/information_plan.html", {"form": form}, status=status
    )
