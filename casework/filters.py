"""How lists of cases are narrowed and turned into pages."""

from __future__ import annotations

from typing import Any, TypeVar

from django import forms
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render

from casework.models import Case, Subject
from organisation.access import SignedInRequest, units_for
from organisation.forms import UnitChoice, offer_units

CaseT = TypeVar("CaseT", bound=Case)
PAGE = 25


class CaseFilter(forms.Form):
    """Words, unit and year; an answer that cannot be used narrows nothing and says so."""

    q = forms.CharField(label="Sök nummer eller rubrik", required=False, max_length=100)
    unit = UnitChoice(required=False, empty_label="Alla enheter")
    year = forms.IntegerField(
        label="År",
        required=False,
        min_value=1900,
        max_value=2199,
        error_messages={
            "invalid": "Ange året med fyra siffror.",
            "min_value": "Ange ett år från och med 1900.",
            "max_value": "Ange ett år före 2200.",
        },
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_units(self, units_for(user))

    def narrow(self, cases: QuerySet[CaseT]) -> QuerySet[CaseT]:
        """Return the cases that were asked for."""
        self.is_valid()
        asked = self.cleaned_data
        if words := asked.get("q"):
            cases = cases.filter(Q(number__icontains=words) | Q(title__icontains=words))
        if unit := asked.get("unit"):
            cases = cases.filter(unit__path__startswith=unit.path)
        if year := asked.get("year"):
            cases = cases.filter(received_on__year=year)
        return cases


class InboxFilter(CaseFilter):
    """The filter of a list that holds cases of all kinds."""

    subject = forms.ChoiceField(
        label="Slag",
        required=False,
        choices=[("", "Alla slag"), *((s.value, s.label.capitalize()) for s in Subject)],
        error_messages={"invalid_choice": "Välj ett slag i listan."},
    )

    field_order = ("q", "subject", "unit", "year")

    def narrow(self, cases: QuerySet[CaseT]) -> QuerySet[CaseT]:
        """Return the cases of the kind that was asked for, narrowed as all lists are."""
        narrowed = super().narrow(cases)
        subject = self.cleaned_data.get("subject")
        return narrowed.filter(subject=subject) if subject else narrowed


def list_of_cases(
    request: SignedInRequest,
    cases: QuerySet[CaseT],
    template: str,
    *,
    filter_form: type[CaseFilter] = CaseFilter,
    **context: Any,
) -> HttpResponse:
    """Show one page of cases, narrowed by the filter above them; the number of queries is constant."""
    form = filter_form(request.GET, user=request.user)
    narrowed = form.narrow(cases).select_related("unit", "owner")
    page = Paginator(narrowed, PAGE).get_page(request.GET.get("page"))
    return render(request, template, {"filter": form, "page": page, **context})
