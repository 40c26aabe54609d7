"""How a page finds the one case that it is about."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from casework.database.scopes import reading_also
from casework.handling.emergency import opened_in_emergency
from casework.models import Action, Case
from organisation.access import SignedInRequest, View
from organisation.models import User
from organisation.shown import show_case, show_cases

CaseT = TypeVar("CaseT", bound=Case)

# Returns the keys of cases that a rule of its own opens to a person.
Opens = Callable[[Any], QuerySet[Any, Any]]


def also_reading(*rules: Opens) -> Callable[[View], View]:
    """Let a view read, besides what its reader's roles open, the cases that some rules open."""

    def widen(view: View) -> View:
        @wraps(view)
        def widened(request: SignedInRequest, *args: Any, **kwargs: Any) -> Any:
            with reading_also(*(rule(request.user) for rule in rules)):
                return view(request, *args, **kwargs)

        return cast("View", widened)

    return widen


def around_own_measures(person: Any) -> QuerySet[Any, Any]:
    """Return the cases around the measures that a person is to do: the number, and no way to the case."""
    return Action.objects.to_be_done_by(person).values("case")


def around_measures_of_a_board(person: Any) -> QuerySet[Any, Any]:
    """Return the cases around the measures that a board's secretary makes notes of."""
    return Action.objects.put_before(person).values("case")


with_measures = also_reading(around_own_measures, around_measures_of_a_board)


def get_case_or_404(readable: QuerySet[CaseT], **asked: Any) -> CaseT:
    """Return one of the cases that somebody may read, and note that the answer is about it."""
    case: CaseT = get_object_or_404(readable, **asked)
    show_case(case)
    return case


def find_read(handled: QuerySet[CaseT], number: str, *, reader: User) -> CaseT | None:
    """Return the case of a page that only shows it, and note it: one that is handled, or opened in an emergency.

    Pages on which something is done never ask this: they are for those who handle the case alone.
    """
    case = handled.filter(number=number).first() or opened_in_emergency(
        handled.model, number, reader=reader
    )
    if case is not None:
        show_case(case)
    return case


def shown(cases: QuerySet[CaseT]) -> list[CaseT]:
    """Return some cases that a page shows beside what it is about, and note them."""
    listed = list(cases)
    show_cases(case.pk for case in listed)
    return listed


def shown_first(cases: QuerySet[CaseT]) -> CaseT | None:
    """Return the first of some cases, if there is one, and note that the page shows it."""
    return next(iter(shown(cases[:1])), None)
