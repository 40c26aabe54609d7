"""How a page finds the one case that it is about."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from casework.handling.emergency import opened_in_emergency
from casework.models import Case
from organisation.models import User
from organisation.shown import show_case, show_cases

CaseT = TypeVar("CaseT", bound=Case)


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
