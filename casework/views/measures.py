"""The actions that came out of the cases: the list, each of them, and what is done with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from casework.improvement import actions as measures
from casework.improvement.action_forms import (
    ActionForm,
    BoardDecisionForm,
    EffectForm,
    FinishForm,
    RejectForm,
    ReopenForm,
    VerbForm,
)
from casework.improvement.deciding import deciders_of, handles
from casework.models import Action, ActionLevel, Case, Effect
from casework.models.action import ActionQuerySet
from casework.process.workflow import StepRefusedError
from casework.register.exports import ACTIONS, action_rows
from casework.register.filters import PAGE
from casework.register.filtersets import ActionFilter
from casework.views.finding import get_case_or_404, with_measures
from casework.views.step_page import attempt
from organisation.access import SignedInRequest
from organisation.shown import show_case, show_cases

_DOES: dict[str, tuple[type[VerbForm], Callable[..., Action]]] = {
    "besluta": (ActionForm, measures.change_action),
    "anteckna-beslut": (BoardDecisionForm, measures.note_decision),
    "andra-forslaget": (ActionForm, measures.change_proposal),
    "avsla": (RejectForm, measures.reject),
    "dra-tillbaka": (RejectForm, measures.reject),
    "andra": (ActionForm, measures.change_action),
    "klar": (FinishForm, measures.finish),
    "effekt": (EffectForm, measures.judge_effect),
    "genomfors-inte": (RejectForm, measures.reject),
    "oppna": (ReopenForm, measures.reopen_action),
}


def _views(user_id: int | None) -> dict[str, tuple[str, Q, tuple[Any, ...]]]:
    """Return the views of the list: name in the address, label, which actions, and their order."""
    left = Q(rejected_on=None, done_on=None)
    unseen = Q(done_on__isnull=False, effect="", effect_due_on__isnull=False)
    by_day = (F("due_on").asc(nulls_last=True), "pk")
    return {
        "mina": ("Mina", Q(owner=user_id) & (left | unseen), by_day),
        "enheten": ("På enheten", left, by_day),
        "forslag": ("Förslag", Q(decided_on=None, rejected_on=None), by_day),
        "saknar-ansvarig": ("Saknar ansvarig", Q(owner=None) & (left | unseen), by_day),
        "forsenade": ("Försenade", left & Q(due_on__lt=timezone.localdate()), by_day),
        "effekt": ("Effekt ska följas upp", unseen, ("effect_due_on", "pk")),
        "genomforda": ("Genomförda", Q(done_on__isnull=False), ("-done_on", "-pk")),
        "genomfors-inte": (
            "Genomförs inte",
            Q(rejected_on__isnull=False),
            ("-rejected_on", "-pk"),
        ),
    }


@dataclass(frozen=True)
class Asked:
    """What the address asks for: the filter, the chosen view, its actions in order, and how many each has."""

    filter: ActionFilter
    chosen: str
    labels: dict[str, str]
    rows: ActionQuerySet
    counts: Counter[str]


def _asked(request: SignedInRequest) -> Asked:
    """Return what an address of the list asks for."""
    views = _views(request.user.pk)
    by_owner = _counts_by_owner(ActionFilter.readable(request.user), views)
    found = ActionFilter(request.GET, user=request.user, owners=filter(None, by_owner))
    shown = _counts_by_owner(found.qs, views) if found.is_used else by_owner
    counts = sum(shown.values(), Counter())
    chosen = request.GET.get("visa", "")
    if chosen not in views:
        chosen = "mina" if counts["mina"] else "enheten"
    _, which, order = views[chosen]
    labels = {name: label for name, (label, _, _) in views.items()}
    return Asked(found, chosen, labels, found.qs.filter(which).order_by(*order), counts)


@require_safe
@with_measures
def actions(request: SignedInRequest) -> HttpResponse:
    """Show the actions that a person is to do or may follow, and how many of them change how we work."""
    asked = _asked(request)
    counts = {name: asked.counts[name.replace("-", "_")] for name in asked.labels}
    paginator = Paginator(asked.rows.select_related("case__unit", "owner"), PAGE)
    paginator.count = counts[asked.chosen]
    page = _with_places(paginator.get_page(request.GET.get("page")))
    show_cases((action.case_id for action in page), count=paginator.count)
    context = {
        "page": page,
        "pills": ActionFilter.pills(
            request.GET, asked.labels, counts, chosen=asked.chosen
        ),
        "chosen": asked.chosen,
        "filter": asked.filter,
        "files": ACTIONS.files(ActionFilter.kept(request.GET, visa=asked.chosen)),
        "counts": asked.counts,
        "day": {
            "effekt": "Följs upp",
            "genomforda": "Genomförd",
            "genomfors-inte": "Beslut",
        }.get(asked.chosen, "Klar senast"),
    }
    return render(request, "casework/actions.html", context)


@require_safe
@with_measures
def export(request: SignedInRequest, kind: str) -> HttpResponse:
    """Give the actions of the chosen view, as they are filtered, as a file."""
    return ACTIONS.answer(action_rows(_asked(request).rows), kind)


def _counts_by_owner(
    actions: ActionQuerySet, views: dict[str, tuple[str, Q, tuple[Any, ...]]]
) -> dict[int | None, Counter[str]]:
    """Count the actions of each owner and view with one question; each owner can be filtered by."""
    aimed = Q(rejected_on=None) & ~Q(level="")
    counted = {"aimed": aimed, "individual": aimed & Q(level=ActionLevel.INDIVIDUAL)}
    counted |= {name.replace("-", "_"): which for name, (_, which, _) in views.items()}
    of_each = actions.order_by().values("owner")
    rows: Any = of_each.annotate(
        **{name: Count("pk", filter=which) for name, which in counted.items()}
    )
    counts: dict[int | None, Counter[str]] = {}
    for row in rows:
        owner = row.pop("owner")
        counts[owner] = Counter(row)
    return counts


def _with_places(page: Page[Action]) -> Page[Action]:
    """Give the actions of one page their places: asked for the whole list, they would take seconds."""
    shown: Any = Action.objects.filter(pk__in=[action.pk for action in page])
    places = dict(shown.numbered().values_list("pk", "place"))
    for action in page:
        action.place = places[action.pk]
    return page


def _get_action_or_404(request: SignedInRequest, number: str, place: int) -> Action:
    visible = (
        Action.objects.visible_to(request.user)
        .numbered()
        .select_related("case__unit", "owner", "follows")
    )
    found = get_object_or_404(visible, case__number=number, place=place)
    show_case(found.case)
    return found


@require_safe
@with_measures
def action(request: SignedInRequest, number: str, place: int) -> HttpResponse:
    """Show one action, what became of it, and what the reader may do with it."""
    found = _get_action_or_404(request, number, place)
    siblings = {row.pk: row for row in found.case.actions.numbered()}
    instead = next(
        (row for row in siblings.values() if row.follows_id == found.pk), None
    )
    context = {
        "title": f"Åtgärd {place}",
        "action": found,
        "reference": f"{number}/{place}",
        "case": found.case,
        "verbs": measures.open_to(found, request.user),
        "before": siblings.get(found.follows_id or 0),
        "instead": instead,
        "needs_new": found.effect == Effect.NO
        and instead is None
        and handles(found.case, request.user),
        "deciders": deciders_of(found.case, found.level)
        if found.decided_on is None
        else [],
        "may_read": Case.objects.visible_to(request.user)
        .filter(pk=found.case_id)
        .exists(),
    }
    return render(request, "casework/action.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@with_measures
def action_step(
    request: SignedInRequest, number: str, place: int, name: str
) -> HttpResponse:
    """Ask for what a verb needs and do it; who comes second is told so and keeps what was typed."""
    found = _get_action_or_404(request, number, place)
    if name not in _DOES:
        raise Http404
    verb, (form_class, does) = measures.VERBS[name], _DOES[name]
    is_sent = request.method == "POST"
    if not is_sent and verb not in measures.open_to(found, request.user):
        messages.warning(request, f"Du kan inte göra det här nu: {verb.label.lower()}.")
        return redirect("casework:action", number, place)
    form = form_class(
        request.POST if is_sent else None, instance=found, user=request.user
    )
    status, theirs = _do(form, found, does, request) if is_sent else (200, [])
    if is_sent and not form.errors:
        still_seen = (
            Action.objects.visible_to(request.user).filter(pk=found.pk).exists()
        )
        messages.success(request, f"{verb.label}: klart.")
        return (
            redirect("casework:action", number, place)
            if still_seen
            else redirect("casework:actions")
        )
    shown = _get_action_or_404(
        request, number, place
    )  # the form has written into the other
    context = {
        "action": shown,
        "case": shown.case,
        "verb": verb,
        "form": form,
        "theirs": theirs,
    }
    return render(request, "casework/action_step.html", context, status=status)


def _do(
    form: VerbForm, found: Action, does: Callable[..., Action], request: SignedInRequest
) -> tuple[int, list[tuple[str, str]]]:
    """Do what the form says; return the answer's status, and what another has written meanwhile."""
    return attempt(
        form,
        lambda: does(found, actor=request.user, **form.cleaned_data),
        fresh=lambda: _get_action_or_404(request, found.case.number, found.place),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def new_action(request: SignedInRequest, number: str) -> HttpResponse:
    """Let a chief decide an action in a case, or one instead of an action that had no effect (?efter=)."""
    handled = Case.objects.handled_by(request.user).select_related("unit")
    case = get_case_or_404(handled, number=number)
    before = _without_effect(case, request.GET.get("efter", ""))
    may = (
        handles(case, request.user) if before else measures.may_add(case, request.user)
    )
    if not may and request.method != "POST":
        messages.warning(request, "Du kan inte lägga till åtgärder i ärendet.")
        return redirect("casework:case", number)
    sent = request.POST if request.method == "POST" else None
    form = ActionForm(sent, instance=Action(case=case), user=request.user)
    status = 200
    if request.method == "POST":
        status = _decide(form, case, before, request)
        if not form.errors:
            return redirect("casework:case", number)
    context = {
        "case": case,
        "form": form,
        "before": before,
        "at_individuals": case.actions.all().aim_at_individuals_alone(),
    }
    return render(request, "casework/action_new.html", context, status=status)


def _decide(
    form: ActionForm, case: Case, before: Action | None, request: SignedInRequest
) -> int:
    """Decide the action of the form; return the answer's status."""
    if not form.is_valid():
        return 400
    facts = {name: form.cleaned_data[name] for name in measures.FACTS}
    try:
        added = measures.decide_action(
            case, actor=request.user, follows=before, **facts
        )
    except StepRefusedError as refusal:
        form.add_error(None, str(refusal))
        return 403
    if added.decided_on:
        messages.success(request, "Åtgärden är beslutad.")
    else:
        names = (
            ", ".join(str(person) for person in deciders_of(case, added.level))
            or "Ingen än"
        )
        messages.success(request, f"Åtgärden är föreslagen. {names} beslutar.")
    return 200


def _without_effect(case: Case, place: str) -> Action | None:
    """Return the action of a case that a new one is to replace, when it had no effect."""
    if not (place.isascii() and place.isdecimal() and len(place) < 6):
        return None
    numbered: Any = case.actions.numbered()
    found: Action | None = numbered.filter(place=int(place), effect=Effect.NO).first()
    return found
