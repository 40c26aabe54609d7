"""Pages of the organisation: the tree, one unit with its people, and a person's own settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from allauth.account.views import PasswordChangeView
from django.conf import settings as site_settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from organisation import services
from organisation.access import SignedInRequest, own_chief_roles, role_not_required
from organisation.lists.exports import PEOPLE
from organisation.lists.filtersets import VIEW, PeopleFilter
from organisation.lists.forms import ChangePasswordForm, RhythmForm, SubstituteForm
from organisation.lists.tree import by_name_in_tree
from organisation.models import Membership, Rhythm, Unit
from organisation.rights import Right
from organisation.shown import show_people
from organisation.sign_in.browsers import remember
from organisation.sign_in.waiting import with_retry_after

PEOPLE_ON_A_PAGE = 50


@require_safe
def units(request: SignedInRequest) -> HttpResponse:
    """Show the tree of units that exist today with their chiefs; public to everyone who is signed in."""
    chiefs: dict[int, list[str]] = {}
    leading = Membership.objects.valid().filter(role__in=Right.ORGANISATION_LEAD.roles)
    for held in leading.select_related("user").order_by("user__name_key"):
        chiefs.setdefault(held.unit_id, []).append(held.user.name)
    there = by_name_in_tree(Unit.objects.valid())
    rows = [(unit, ", ".join(chiefs.get(unit.pk, []))) for unit in there]
    return render(request, "organisation/units.html", {"rows": rows})


# Whose roles the page of a unit lists, by its name in the address.
PEOPLE_OF = {"har": "I den här enheten", "under": "Här och i enheterna under"}


@dataclass(frozen=True)
class People:
    """Who holds which role in a unit today, as the address narrows it, and in each view of the list."""

    filter: PeopleFilter
    chosen: str
    views: dict[str, QuerySet[Membership]]

    @property
    def rows(self) -> QuerySet[Membership]:
        """Return the roles of the chosen view, unit by unit."""
        rows = self.views[self.chosen].select_related("user", "unit")
        return rows.order_by("unit__path", "role", "user__name_key", "pk")


def _people(request: SignedInRequest, found: Unit) -> People:
    asked = PeopleFilter(request.GET, user=request.user)
    views = {
        "har": asked.qs.filter(unit=found),
        "under": asked.qs.filter(unit__path__startswith=found.path),
    }
    chosen = request.GET.get(VIEW, "")
    return People(asked, chosen if chosen in views else "har", views)


@require_safe
def unit(request: SignedInRequest, code: str) -> HttpResponse:
    """Show one unit, where it belongs, and who holds which role there today."""
    found = get_object_or_404(Unit.objects.select_related("parent"), code=code)
    people = _people(request, found)
    counts = {view: rows.count() for view, rows in people.views.items()}
    paginator = Paginator(people.rows, PEOPLE_ON_A_PAGE)
    paginator.count = counts[people.chosen]  # counted already
    page = paginator.get_page(request.GET.get("page"))
    show_people((held.user_id for held in page), count=paginator.count)
    context = {
        "unit": found,
        "below": by_name_in_tree(found.children.all()),
        "filter": people.filter,
        "chosen": people.chosen,
        "caption": PEOPLE_OF[people.chosen],
        "pills": PeopleFilter.pills(
            request.GET, PEOPLE_OF, counts, chosen=people.chosen
        ),
        "page": page,
        "files": PEOPLE.files(
            PeopleFilter.kept(request.GET, visa=people.chosen), found.code
        ),
    }
    return render(request, "organisation/unit.html", context)


@require_safe
def people_export(request: SignedInRequest, code: str, kind: str) -> HttpResponse:
    """Give the roles in a unit, as they are filtered, as a file."""
    found = get_object_or_404(Unit, code=code)
    return PEOPLE.answer(_people(request, found).rows, kind)


@role_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: SignedInRequest) -> HttpResponse:
    """Show a person's own settings, and take how often mail is to come."""
    person = request.user
    form = RhythmForm(
        request.POST if request.method == "POST" else None,
        initial={"rhythm": person.rhythm},
    )
    if form.is_valid():
        services.choose_rhythm(actor=person, rhythm=Rhythm(form.cleaned_data["rhythm"]))
        messages.success(request, "Sparat.")
        return redirect("organisation:settings")
    context = {
        "form": form,
        "calendar": _calendar_of(person.calendar_key),
        "lends": own_chief_roles(person).exists(),
        "substitutes": Membership.objects.substitutes().filter(stands_in_for=person),
        "stands_in": Membership.objects.substitutes().filter(user=person),
    }
    status = 400 if request.method == "POST" else 200
    return render(request, "organisation/settings.html", context, status=status)


def _calendar_of(key: str | None) -> str:
    """Return the whole address of a person's calendar, or nothing when there is none."""
    path = reverse("casework:calendar", args=[key]) if key else ""
    return f"{site_settings.SITE_URL.rstrip('/')}{path}" if path else ""


@role_not_required
@require_POST
def calendar(request: SignedInRequest) -> HttpResponse:
    """Make a new address for a person's calendar, or take it away."""
    if request.POST.get("do") == "close":
        services.close_calendar(actor=request.user)
        messages.success(
            request,
            "Adressen är borttagen. Kalendern visas inte längre där du lade in den.",
        )
    else:
        services.open_calendar(actor=request.user)
        messages.success(
            request,
            "Du har en ny adress till din kalender. Lägg in den i ditt kalenderprogram.",
        )
    return redirect("organisation:settings")


@require_http_methods(["GET", "HEAD", "POST"])
def substitutes(request: SignedInRequest) -> HttpResponse:
    """Let a chief appoint a substitute; nobody else has anything to do here."""
    if not own_chief_roles(request.user).exists():
        raise Http404
    form = SubstituteForm(
        request.POST if request.method == "POST" else None, user=request.user
    )
    if form.is_valid():
        try:
            made = services.appoint_substitute(actor=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, f"{made.user} ersätter dig de dagar du valde.")
            return redirect("organisation:settings")
    status = 400 if request.method == "POST" else 200
    return render(
        request, "organisation/substitutes.html", {"form": form}, status=status
    )


@require_POST
def end_substitute(request: SignedInRequest) -> HttpResponse:
    """Take back a role that a chief has lent."""
    number = request.POST.get("membership", "")
    lent = Membership.objects.substitutes().filter(stands_in_for=request.user)
    found = get_object_or_404(
        lent, pk=int(number) if number.isdecimal() and len(number) < 19 else 0
    )
    try:
        services.end_substitute(actor=request.user, membership=found)
    except Membership.DoesNotExist as ended:  # by a second press of the same button
        raise Http404 from ended
    messages.success(request, f"{found.user} ersätter dig inte längre.")
    return redirect("organisation:settings")


class ChangePassword(PasswordChangeView):
    """Change one's password; the browser where it is done stays known."""

    def dispatch(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        """Show no such page to who has no password: the library would lead to one that is not here."""
        if request.user.is_authenticated and not request.user.has_usable_password():
            raise Http404
        return cast("HttpResponseBase", super().dispatch(request, *args, **kwargs))

    def form_valid(self, form: ChangePasswordForm) -> HttpResponse:
        """Remember the browser under the new password: the old one's marks have ended everywhere."""
        response: HttpResponse = super().form_valid(form)
        remember(self.request, response, form.user)
        return response

    def form_invalid(self, form: ChangePasswordForm) -> HttpResponse:
        """Answer 429 to what came too early."""
        return with_retry_after(super().form_invalid(form), form)


change_password = role_not_required(ChangePassword.as_view())
