"""Pages of the log: where to begin, who has read a case, and what an employee has read."""

from __future__ import annotations

from itertools import chain
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from audit.extracts.giving import MOST_NUMBERS, may_extract, named_in
from audit.looking.access import BY_THE_LOG, Looked, employees, known_cases, readers_of
from audit.looking.filtersets import ReadersFilter, ReadingsFilter
from audit.looking.forms import CaseForm, EmployeeForm
from audit.looking.lines import place_of, readers_table
from audit.models import Reading
from audit.models.reading import Kind, Way
from audit.words import question_in_words, reading_in_words
from casework.database.scopes import reading_beyond
from casework.register.filters import CappedPaginator
from organisation.access import SignedInRequest, may, right_required
from organisation.rights import Right
from organisation.shown import What, show_as, show_cases, show_people, show_question


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(Right.LOG_SEE_READERS)
@reading_beyond(BY_THE_LOG)
def start(request: SignedInRequest) -> HttpResponse:
    """Say what the log is for, and look up a case or an employee; a name stands in no address."""
    number, name = CaseForm(user=request.user), EmployeeForm(user=request.user)
    sees_readings = may(request.user, Right.LOG_SEE_READINGS)
    sent: CaseForm | EmployeeForm = number
    if request.method == "POST":
        if sees_readings and request.POST.get("do") == "person":
            sent = name = EmployeeForm(request.POST, user=request.user)
        else:
            sent = number = CaseForm(request.POST, user=request.user)
        if sent.is_valid() and sent.leads_to:
            return redirect(*sent.leads_to)
    if name.found:
        _show_found(name)
    context = {
        "number": number,
        "name": name if sees_readings else None,
        "sent": sent,
        "found": name.found,
        "gives_extracts": may(request.user, Right.LOG_EXTRACT),
        "does_checks": may(request.user, Right.SELFCHECK_CHECK_LOGS),
        "sees_openings": may(request.user, Right.LOG_SEE_GLASS),
        "sees_events": may(request.user, Right.LOG_SEE_EVENTS),
    }
    return render(request, "audit/start.html", context, status=_status(sent))


def _show_found(name: EmployeeForm) -> None:
    show_people(person.pk for person in name.found)
    show_question({"name": name.cleaned_data["name"]}, free={"name"})
    show_as(What.LOG)


def _status(sent: CaseForm | EmployeeForm) -> int:
    return 400 if sent.errors else 200


def _looked_or_404(request: SignedInRequest, about: str) -> Looked:
    found = readers_of(request.user, about)
    if found is None:
        raise Http404
    return found


@require_safe
@right_required(Right.LOG_SEE_READERS)
@reading_beyond(BY_THE_LOG)
def case(request: SignedInRequest, about: str) -> HttpResponse:
    """Show who has read a case, the latest first; to look is itself a reading of the log."""
    looked = _looked_or_404(request, about)
    found = ReadersFilter(request.GET, user=request.user, looked=looked)
    page = CappedPaginator(found.qs).get_page(request.GET.get("page"))
    show_cases([looked.key], count=page.paginator.count)
    show_people(_people_in(page.object_list))
    show_as(What.LOG)
    context = {
        "looked": looked,
        "filter": found,
        "page": page,
        "rows": [_row(reading) for reading in page.object_list],
        "files": readers_table(looked).files(found.kept(request.GET), looked.number),
        "may_extract": may_extract(request.user, looked),
    }
    return render(request, "audit/case.html", context)


@require_safe
@right_required(Right.LOG_SEE_READERS)
@reading_beyond(BY_THE_LOG)
def export(request: SignedInRequest, about: str, kind: str) -> HttpResponse:
    """Give who has read a case, as it is filtered, as a file."""
    looked = _looked_or_404(request, about)
    found = ReadersFilter(request.GET, user=request.user, looked=looked)
    return readers_table(looked).answer(found.qs, kind)


@require_safe
@right_required(Right.LOG_SEE_READINGS)
@reading_beyond(BY_THE_LOG)
def person(request: SignedInRequest, username: str) -> HttpResponse:
    """Show what an employee has read, the latest first; what was searched for is sealed, and stays so."""
    reader = get_object_or_404(employees(request.user), username=username)
    found = ReadingsFilter(request.GET, user=request.user, person=reader)
    page = CappedPaginator(found.qs).get_page(request.GET.get("page"))
    readings = list(page.object_list)
    keys = set(chain.from_iterable(row.cases[:MOST_NUMBERS] for row in readings))
    known = known_cases(request.user, keys, reader=reader)
    show_cases(known.numbered, count=page.paginator.count)
    show_people([reader.pk])
    show_as(What.LOG)
    context = {
        "reader": reader,
        "filter": found,
        "page": page,
        "rows": [
            _row(reading) | {"cases": named_in(reading, known)} for reading in readings
        ],
        "gives_extracts": may(request.user, Right.LOG_EXTRACT),
    }
    return render(request, "audit/person.html", context)


def _people_in(readings: Any) -> set[int]:
    keys = {(reading.person_id, reading.stands_in_for_id) for reading in readings}
    return {key for key in chain.from_iterable(keys) if key is not None}


def _row(reading: Reading) -> dict[str, Any]:
    """Return what a list says of one reading."""
    return {
        "reading": reading,
        "place": place_of(reading),
        "what": reading_in_words(reading),
        "asked": question_in_words(reading.question),
        "is_search": reading.kind == Kind.SEARCH,
        "is_many": reading.kind in {Kind.LIST, Kind.SEARCH, Kind.EXPORT},
        "way": "" if reading.way == Way.ROLE else reading.get_way_display(),
    }
