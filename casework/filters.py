"""How lists of cases are narrowed, searched and turned into pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar

from django import forms
from django.contrib.postgres.search import CombinedSearchQuery, SearchQuery
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.text import capfirst

from casework.forms import line
from casework.models import Case, Subject
from organisation.access import ANALYSTS, CHIEFS, SignedInRequest, paths_for, units_for, within
from organisation.forms import UnitChoice, offer_units
from organisation.models import Membership, User
from organisation.texts import clean_text

CaseT = TypeVar("CaseT", bound=Case)
AnyQuery = SearchQuery | CombinedSearchQuery
PAGE = 25
LONGEST_QUERY = 500
# A list is leafed through so far, and counted: nobody reads more rows, and counting them takes the time.
MOST_ROWS = 1_000
HANDFUL = 500
# Each app that keeps texts of its own adds here which of its cases hold some words (as a query of ids).
SEARCHED: list[Callable[[AnyQuery], QuerySet[Any, Any]]] = []
# And which target groups its cases may have.
TARGET_GROUPS: list[str] = []
# The end of a number, such as 0412 or 2026-412.
_END_OF_NUMBER = re.compile(r"(?:(\d{4})-)?(\d{1,9})", re.ASCII)


def words_to_find(typed: str) -> AnyQuery:
    """Return the question to the Swedish full-text index, which also knows the end of a number."""
    asked: AnyQuery = SearchQuery(typed, config="swedish", search_type="websearch")
    if match := _END_OF_NUMBER.fullmatch(typed):
        year, serial = match.groups()
        end = f"('-{serial}' | '-{serial:0>4}')"
        asked |= SearchQuery(f"'-{year}' <-> {end}" if year else end, config="simple", search_type="raw")
    return asked


def holding(typed: str, *, reader: Any) -> Q:
    """Return the condition for the cases that hold some words; one with protected identities never does.

    Each index answers by itself; a handful of answers is looked up by id, so that what is seldom found is
    found at once.  In one's own report number and title are searched and nothing else: the rest may hold
    what the handler wrote.
    """
    asked = words_to_find(typed)
    in_spine = Case.objects.filter(words=asked).order_by().values("pk")
    found = in_spine.union(*(search(asked) for search in SEARCHED))
    few = [row["pk"] for row in found[: HANDFUL + 1]]
    return Q(protected=False, pk__in=few if len(few) <= HANDFUL else found) & (
        ~Q(reporter=reader.pk) | Q(words=asked)
    )


class CaseFilter(forms.Form):
    """Words, unit and year; an answer that cannot be used narrows nothing and says so."""

    q = forms.CharField(
        label="Sök nummer eller ord",
        required=False,
        max_length=100,
        error_messages={"max_length": "Skriv högst %(limit_value)d tecken."},
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    unit = UnitChoice(required=False, empty_label="Alla enheter")
    year = forms.IntegerField(
        label="Inkom år",
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
        self.user = user
        offer_units(self, units_for(user))

    def narrow(self, cases: QuerySet[CaseT]) -> QuerySet[CaseT]:
        """Return the cases that were asked for."""
        self.is_valid()
        asked = self.cleaned_data
        if words := clean_text(asked.get("q") or ""):
            cases = cases.filter(holding(words, reader=self.user))
        if unit := asked.get("unit"):
            cases = cases.filter(unit__path__startswith=unit.path)
        if year := asked.get("year"):
            cases = cases.filter(received_on__year=year)
        return cases

    @property
    def is_used(self) -> bool:
        """Tell whether the list is narrowed by anything."""
        return any(self.cleaned_data.values())


class InboxFilter(CaseFilter):
    """The filter of a list that holds cases of all kinds."""

    subject = forms.ChoiceField(
        label="Slag",
        required=False,
        choices=[("", "Alla slag"), *((s.value, capfirst(s.label)) for s in Subject)],
        error_messages={"invalid_choice": "Välj ett slag i listan."},
    )
    target_group = forms.ChoiceField(
        label="Målgrupp",
        required=False,
        choices=lambda: [("", "Alla målgrupper"), *((group, group) for group in TARGET_GROUPS)],
        error_messages={"invalid_choice": "Välj en målgrupp i listan."},
    )
    owner = forms.ChoiceField(
        label="Ansvarig", required=False, error_messages={"invalid_choice": "Välj en ansvarig i listan."}
    )
    due_before = forms.DateField(
        label="Klart senast",
        required=False,
        input_formats=["%Y-%m-%d", "%Y%m%d"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Skriv dagen som år-månad-dag, till exempel 2026-03-01."},
    )

    field_order = ("q", "subject", "unit", "target_group", "owner", "due_before", "year")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chiefs = Membership.objects.valid().filter(
            within(paths_for(self.user, CHIEFS | ANALYSTS), "unit__path"),
            role__in=CHIEFS,
        )
        people = User.objects.filter(Q(pk__in=chiefs.values("user")) | Q(pk=self.user.pk))
        known = [(str(pk), name) for pk, name in people.values_list("pk", "name")]
        self.fields["owner"].choices = [("", "Alla"), ("ingen", "Ingen ännu"), *known]  # type: ignore[attr-defined]

    def narrow(self, cases: QuerySet[CaseT]) -> QuerySet[CaseT]:
        """Return the cases that were asked for, narrowed as all lists are."""
        cases = super().narrow(cases)
        asked = self.cleaned_data
        if subject := asked.get("subject"):
            cases = cases.filter(subject=subject)
        if group := asked.get("target_group"):
            cases = cases.filter(target_group=group)
        if owner := asked.get("owner"):
            cases = cases.filter(owner=None if owner == "ingen" else owner)
        if day := asked.get("due_before"):
            cases = cases.filter(due_on__lte=day)
        return cases


def kept(asked: QueryDict, **instead: str) -> str:
    """Return what an address says about view and filter, and nothing else, as a query string."""
    names = ("visa", *InboxFilter.base_fields)
    chosen = {name: instead.get(name, asked.get(name, "")) for name in names}
    return urlencode({name: value for name, value in chosen.items() if value})


class SaveFilterForm(forms.Form):
    """The name under which a filter is kept."""

    name = line(
        "Namn på filtret",
        "Skriv ett namn på filtret.",
        longest=60,
        help_text="Om du använder ett namn som du redan har byts det filtret ut.",
    )

    def __init__(self, *args: Any, query: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.query = query

    def clean(self) -> None:
        """Refuse a filter that does not fit where it is kept."""
        if len(self.query) > LONGEST_QUERY:
            raise forms.ValidationError("Filtret är för långt för att sparas. Korta sökorden.")


class CappedPaginator(Paginator):  # type: ignore[type-arg]
    """Pages of a list that stops after MOST_ROWS, so that no page has to count everything there is."""

    most = MOST_ROWS

    def __init__(self, cases: QuerySet[CaseT], *, known: int | None = None) -> None:
        super().__init__(cases, PAGE)
        self.cases, self.known = cases, known

    @cached_property
    def found(self) -> int:
        """Return how many rows there are, at most one more than are shown."""
        if self.known is not None:
            return min(self.known, MOST_ROWS + 1)
        return self.cases.order_by()[: MOST_ROWS + 1].count()

    @cached_property
    def count(self) -> int:
        """Return how many rows are shown."""
        return min(self.found, MOST_ROWS)

    @property
    def is_capped(self) -> bool:
        """Tell whether there are more rows than are shown."""
        return self.found > MOST_ROWS


def list_of_cases(
    request: SignedInRequest, cases: QuerySet[CaseT], template: str, **context: Any
) -> HttpResponse:
    """Show one page of cases, narrowed by the filter above them; the number of queries is constant."""
    form = CaseFilter(request.GET, user=request.user)
    narrowed = form.narrow(cases).select_related("unit", "owner")
    page = CappedPaginator(narrowed).get_page(request.GET.get("page"))
    return render(request, template, {"filter": form, "page": page, **context})
