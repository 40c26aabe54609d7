"""Pages of the register of processes and routines: which there are, who keeps them, and which break most."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.views.decorators.http import require_http_methods, require_safe

from casework.improvement import routines as verbs
from casework.improvement.routine_forms import RoutineForm
from casework.improvement.routines import Named, named_by, naming
from casework.kinds import CaseKind, registered
from casework.models import Routine
from casework.register.exports import routines_table
from casework.register.filters import CappedPaginator
from casework.register.filtersets import RoutineFilter
from casework.views.step_page import attempt
from organisation.access import SignedInRequest, right_required
from organisation.rights import Right

PAGE = 50
# The views of the register: its name in the address, and its label.
VIEWS = {
    "bryts": "Bryts oftast",
    "ses-over": "Ska ses över",
    "okontrollerade": "Aldrig kontrollerade",
    "gamla": "Gäller inte längre",
}


@dataclass(frozen=True)
class Row:
    """One routine of the register, and how often it is named."""

    routine: Routine
    named: Named

    @property
    def is_checked(self) -> bool:
        """Tell whether it was ever checked."""
        return self.named.is_checked(self.routine)

    def times(self, kind: CaseKind) -> int:
        """Return how many cases of a kind name it."""
        return self.named.times(self.routine, kind.subject)

    @property
    def counts(self) -> list[tuple[CaseKind, int]]:
        """Return how many cases name it, kind by kind."""
        return [(kind, self.times(kind)) for kind in verbs.counted_kinds()]

    @property
    def broken(self) -> int:
        """Return how many cases say that it was broken."""
        return sum(times for kind, times in self.counts if kind.recurs)

    def is_in(self, view: str) -> bool:
        """Tell whether a view of the register holds the routine."""
        if (self.routine.withdrawn_on is not None) != (view == "gamla"):
            return False
        if view == "ses-over":
            return self.routine.is_to_be_reviewed()
        return view != "okontrollerade" or not self.is_checked


@dataclass(frozen=True)
class Asked:
    """What the address asks for: the filter, all rows that it leaves, and the chosen view of them."""

    filter: RoutineFilter
    rows: list[Row]
    chosen: str

    def count(self, view: str) -> int:
        """Return how many rows a view holds."""
        return sum(row.is_in(view) for row in self.rows)

    @property
    def shown(self) -> list[Row]:
        """Return the rows of the chosen view, the routines that break most often first."""
        shown = [row for row in self.rows if row.is_in(self.chosen)]
        return sorted(shown, key=lambda row: (-row.broken, row.routine.name_key))


def _asked(request: SignedInRequest) -> Asked:
    """Return what an address of the register asks for."""
    found = RoutineFilter(request.GET, user=request.user)
    named = named_by(request.user)
    rows = [Row(routine, named) for routine in found.qs.select_related("unit", "owner")]
    chosen = request.GET.get("visa", "")
    return Asked(found, rows, chosen if chosen in VIEWS else "bryts")


@require_safe
@right_required(Right.ROUTINES_READ)
def routines(request: SignedInRequest) -> HttpResponse:
    """Show the register, the routines that break most often first (SOSFS 2011:9 4 kap. 2-4 §§)."""
    asked = _asked(request)
    counts = {view: asked.count(view) for view in VIEWS}
    context = {
        "kinds": verbs.counted_kinds(),
        "filter": asked.filter,
        "chosen": asked.chosen,
        "caption": VIEWS[asked.chosen],
        "page": Paginator(asked.shown, PAGE).get_page(request.GET.get("page")),
        "files": routines_table().files(
            RoutineFilter.kept(request.GET, visa=asked.chosen)
        ),
        "pills": RoutineFilter.pills(request.GET, VIEWS, counts, chosen=asked.chosen),
        "since": verbs.since(),
        "may_register": verbs.editable_units(request.user).exists(),
    }
    return render(request, "casework/routines.html", context)


@require_safe
@right_required(Right.ROUTINES_READ)
def export(request: SignedInRequest, kind: str) -> HttpResponse:
    """Give the routines of the chosen view, as they are filtered, as a file."""
    return routines_table().answer(_asked(request).shown, kind)


@require_safe
@right_required(Right.ROUTINES_READ)
def routine(request: SignedInRequest, code: str) -> HttpResponse:
    """Show one routine, and the cases of the last twelve months that name it."""
    found = get_object_or_404(
        Routine.objects.select_related("unit", "owner"), code=code
    )
    named = named_by(request.user)
    kinds = verbs.counted_kinds()
    chosen = next(
        (kind for kind in kinds if kind.plural == request.GET.get("visa")), kinds[0]
    )
    cases = naming(request.user).filter(
        subject=chosen.subject, process__in=named.spellings(found)
    )
    context = {
        "routine": found,
        "row": Row(found, named),
        "caption": capfirst(chosen.plural),
        "pills": [
            {
                "label": capfirst(kind.plural),
                "url": f"?{urlencode({'visa': kind.plural})}",
                "current": kind == chosen,
                "count": named.times(found, kind.subject),
            }
            for kind in kinds
        ],
        "page": CappedPaginator(cases.select_related("unit")).get_page(
            request.GET.get("page")
        ),
        "since": verbs.since(),
        "may_change": verbs.may_change(request.user, found),
        "checking": [kind.singular for kind in registered() if kind.checks_routines],
        "beside": [kind.beside_routine for kind in registered() if kind.beside_routine],
    }
    return render(request, "casework/routine.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_routine(request: SignedInRequest) -> HttpResponse:
    """Register a process or routine."""
    if not verbs.editable_units(request.user).exists():
        raise Http404
    is_sent = request.method == "POST"
    form = RoutineForm(request.POST if is_sent else None, user=request.user)
    made: list[Routine] = []

    def register() -> None:
        made.append(
            verbs.register(
                actor=request.user, is_new=form.cleaned_data["is_new"], **form.facts
            )
        )

    status, _ = attempt(form, register) if is_sent else (200, [])
    if made:
        messages.success(
            request, f"{made[0].get_kind_display().capitalize()}en är registrerad."
        )
        return redirect("casework:routine", made[0].code)
    context = {"form": form, "offered_in": _offered_in()}
    return render(request, "casework/routine_form.html", context, status=status)


def _offered_in() -> str:
    """Return in words where a routine can be chosen."""
    *others, last = (kind.plural for kind in verbs.counted_kinds())
    return f"{', '.join(others)} och {last}" if others else last


@require_http_methods(["GET", "HEAD", "POST"])
def change_routine(request: SignedInRequest, code: str) -> HttpResponse:
    """Change what the register says of a routine, or say that it applies no longer."""
    found = get_object_or_404(
        Routine.objects.current().select_related("unit", "owner"), code=code
    )
    if not verbs.may_change(request.user, found):
        raise Http404
    if request.method == "POST" and request.POST.get("do") == "withdraw":
        verbs.withdraw(found, actor=request.user)
        messages.success(
            request, "Rutinen gäller inte längre. Ärenden som nämner den är som de var."
        )
        return redirect("casework:routine", code)
    is_sent = request.method == "POST"
    form = RoutineForm(
        request.POST if is_sent else None, user=request.user, instance=found
    )
    status, theirs = _change(form, found, request) if is_sent else (200, [])
    if is_sent and status == 200:
        messages.success(request, "Ändringen är sparad.")
        return redirect("casework:routine", code)
    context = {"form": form, "routine": found, "theirs": theirs}
    return render(request, "casework/routine_form.html", context, status=status)


def _change(
    form: RoutineForm, found: Routine, request: SignedInRequest
) -> tuple[int, list[tuple[str, str]]]:
    """Change the routine as the form says; return the answer's status, and what another has written."""
    fresh = Routine.objects.select_related("unit", "owner").get(
        pk=found.pk
    )  # the form writes into the other

    def change() -> None:
        seen = form.cleaned_data["seen_version"]
        verbs.change(fresh, actor=request.user, seen_version=seen, facts=form.facts)

    return attempt(form, change, fresh=lambda: fresh)
