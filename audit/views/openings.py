"""Which cases have been opened in an emergency, by whom and why, for those who watch over it."""

from __future__ import annotations

import datetime as dt

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import capfirst
from django.views.decorators.http import require_safe

from audit.looking.access import BY_THE_LOG
from casework.database.scopes import reading_beyond
from casework.models import EmergencyOpening, Recusal
from casework.register.filters import PAGE
from organisation.access import SignedInRequest, paths_for, right_required, within
from organisation.lists.exports import Column, Table
from organisation.models import User
from organisation.rights import Right, Role
from organisation.shown import What, show_as, show_cases, show_people

_MINUTE = "%Y-%m-%d %H:%M"
OPENINGS = Table(
    page="audit:openings_export",
    stem="nodoppningar",
    sheet="Nödöppningar",
    rows="nödöppningar",
    columns=(
        Column("Ärende", 18, lambda row: row.case.number),
        Column("Ärendets enhet", 32, lambda row: row.case.unit.name),
        Column("Öppnades av", 24, lambda row: row.person.name),
        Column("Som", 24, lambda row: Role(row.role).label),
        Column("I", 32, lambda row: row.unit.name),
        Column("Från", 18, lambda row: _minute(row.opened_at)),
        Column("Till", 18, lambda row: _minute(row.closes_at)),
    ),
    lacks=(
        "Skälen finns inte med.",
        "Ärenden med skyddade personuppgifter finns inte med.",
    ),
    case=lambda row: row.case_id,
    person=lambda row: row.person_id,
)


def role_of(opening: EmergencyOpening) -> str:
    """Return the role that somebody opened a case in, in words."""
    return str(capfirst(Role(opening.role).label))


def _minute(moment: dt.datetime) -> str:
    return timezone.localtime(moment).strftime(_MINUTE)


def seen_by(user: User) -> QuerySet[EmergencyOpening]:
    """Return the openings of cases in the units that a person watches over, but for those kept from him or her."""
    paths = paths_for(user, Right.LOG_SEE_GLASS)
    recused = Recusal.objects.filter(user=user).values("case")
    found = EmergencyOpening.objects.filter(within(paths, "case__unit__path"))
    return found.exclude(case__in=recused).select_related(
        "case__unit", "person", "unit"
    )


@require_safe
@right_required(Right.LOG_SEE_GLASS)
@reading_beyond(BY_THE_LOG)
def openings(request: SignedInRequest) -> HttpResponse:
    """List the emergency openings, the latest first; that they were read is logged too."""
    page = Paginator(seen_by(request.user), PAGE).get_page(request.GET.get("page"))
    rows = [(opening, role_of(opening)) for opening in page]
    show_cases((row.case_id for row, _ in rows), count=page.paginator.count)
    show_people(row.person_id for row, _ in rows)
    show_as(What.LOG)
    context = {"page": page, "rows": rows, "files": OPENINGS.files("")}
    return render(request, "audit/openings.html", context)


@require_safe
@right_required(Right.LOG_SEE_GLASS)
@reading_beyond(BY_THE_LOG)
def export(request: SignedInRequest, kind: str) -> HttpResponse:
    """Give the list as a file, without the reasons, which are what somebody wrote."""
    return OPENINGS.answer(seen_by(request.user).filter(case__protected=False), kind)
