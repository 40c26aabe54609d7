"""What django-filter does not do for lists: find words in cases, keep a filter, turn rows into pages."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any, TypeVar

from django import forms
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import CombinedSearchQuery, SearchQuery
from django.core.paginator import Paginator
from django.db.models import BigIntegerField, Func, Model, Q, QuerySet, Value

from casework.database.scopes import reading_beyond
from casework.kinds import CaseKind, registered
from casework.models import Case
from casework.register.inbox import MOST_ROWS
from casework.texts.forms import line

RowT = TypeVar("RowT", bound=Model)
AnyQuery = SearchQuery | CombinedSearchQuery
PAGE = 25
LONGEST_QUERY = 500
HANDFUL = 500
# The end of a number, such as 0412 or 2026-412.
_END_OF_NUMBER = re.compile(r"(?:(\d{4})-)?(\d{1,9})", re.ASCII)


def words_to_find(typed: str) -> AnyQuery:
    """Return the question to the Swedish full-text index, which also knows the end of a number."""
    asked: AnyQuery = SearchQuery(typed, config="swedish", search_type="websearch")
    if match := _END_OF_NUMBER.fullmatch(typed):
        year, serial = match.groups()
        end = f"('-{serial}' | '-{serial:0>4}')"
        asked |= SearchQuery(
            f"'-{year}' <-> {end}" if year else end, config="simple", search_type="raw"
        )
    return asked


def holding(typed: str, *, reader: Any) -> Q:
    """Return the condition for the cases that hold some words; one with protected identities never does.

    Each index answers by itself; a handful of answers is looked up by id, so that what is seldom found is
    found at once.  In one's own report number and title are searched and nothing else: the rest may hold
    what the handler wrote.

    The keys are found once and before the policies: those let the database ask no index of words.
    """
    asked = words_to_find(typed)
    in_spine = Case.objects.filter(words=asked).order_by().values("pk")
    found = in_spine.union(
        *(_in_own_table(kind, asked) for kind in registered() if kind.searched)
    )
    with reading_beyond("keys are found by their indexes before the rows are shown"):
        keys = [row["pk"] for row in found[: HANDFUL + 1]]
        if len(keys) > HANDFUL:
            read = Case.objects.visible_to(reader).filter(pk__in=found).order_by()
            keys = list(read.values_list("pk", flat=True))
    return Q(protected=False, pk__in=_Keys(keys)) & (
        ~Q(reporter=reader.pk) | Q(words=asked)
    )


class _Keys(Func):
    """Some keys, sent as one value however many they are."""

    function = "unnest"
    template = "(SELECT %(function)s(%(expressions)s))"
    output_field = BigIntegerField()

    def __init__(self, keys: list[int]) -> None:
        super().__init__(Value(keys, output_field=ArrayField(BigIntegerField())))


def _in_own_table(kind: CaseKind, asked: AnyQuery) -> QuerySet[Any, Any]:
    """Return the keys of the cases of a kind whose own table holds the words."""
    return (
        kind.model._default_manager.filter(**{kind.searched: asked})
        .order_by()
        .values("pk")
    )


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
            raise forms.ValidationError(
                "Filtret är för långt för att sparas. Korta sökorden."
            )


class CappedPaginator(Paginator):  # type: ignore[type-arg]
    """Pages of a list that stops after MOST_ROWS, so that no page has to count everything there is."""

    most = MOST_ROWS

    def __init__(self, cases: QuerySet[RowT], *, known: int | None = None) -> None:
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
