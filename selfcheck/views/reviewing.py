"""Pages on which a self-check is begun, drawn and answered file by file."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from casework.models import Case
from casework.process.deadlines import next_workday
from casework.process.workflow import StepRefusedError
from casework.texts.forms import prefixed_errors
from casework.views.finding import get_case_or_404
from casework.views.step_page import attempt
from organisation.access import SignedInRequest, home_unit, right_required
from organisation.rights import Right
from selfcheck.models import Draw, Method, SelfCheck, Template, TemplateVersion
from selfcheck.process import services
from selfcheck.recording.forms import BeginForm, DrawForm, ReviewForm
from selfcheck.review.reviewing import next_file

# A suggestion of the product: soon enough to be done, late enough to be planned.
DAYS_TO_DO = 30


@require_http_methods(["GET", "HEAD"])
@right_required(Right.SELFCHECK_PLAN)
def choose(request: SignedInRequest) -> HttpResponse:
    """Let a person begin from a template, or without one: three clicks to a check that has begun."""
    templates = Template.objects.filter(withdrawn_on=None).prefetch_related("versions")
    return render(request, "selfcheck/choose.html", {"templates": templates})


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(Right.SELFCHECK_PLAN)
def begin(request: SignedInRequest, code: str = "") -> HttpResponse:
    """Begin a check, from the newest version of a template or with a method of one's own."""
    version = None
    if code:
        template = get_object_or_404(
            Template.objects.filter(withdrawn_on=None), code=code
        )
        version = template.versions.first()
    form = BeginForm(
        request.POST if request.method == "POST" else None,
        user=request.user,
        template=version,
        initial=_first_answers(request, version),
    )
    if request.method != "POST":
        return render(
            request, "selfcheck/begin.html", {"form": form, "version": version}
        )
    if form.is_valid():
        facts = {
            "method": version.method if version else "",
            "template": version,
            **form.facts,
        }
        try:
            case = services.begin(
                actor=request.user,
                form_token=form.cleaned_data["form_token"],
                facts=facts,
            )
        except StepRefusedError as refusal:
            form.add_error("unit", str(refusal))
        else:
            messages.success(request, "Egenkontrollen är planerad.")
            return redirect("selfcheck:detail", case.number)
    again = form.too_old if form.is_stale else ""
    if again:
        form = form.renewed(user=request.user, template=version)
    context = {"form": form, "version": version, "again": again}
    return render(request, "selfcheck/begin.html", context, status=400)


def _first_answers(
    request: SignedInRequest, version: TemplateVersion | None
) -> dict[str, Any]:
    day = timezone.localdate() + dt.timedelta(days=DAYS_TO_DO)
    answers: dict[str, Any] = {
        "method": Method.WALKTHROUGH,
        "planned_on": next_workday(day),
    }
    unit = home_unit(request.user)
    if unit:
        answers |= {"unit": unit.code, "workplace": unit.name}
    if version:
        answers |= {
            "title": version.template.name,
            "why": version.source,
            "method": version.method,
        }
    return answers


def _get_check_or_404(request: SignedInRequest, number: str) -> SelfCheck:
    handled = SelfCheck.objects.handled_by(request.user).select_related(
        "unit", "template__template"
    )
    return get_case_or_404(handled, number=number)


@require_http_methods(["GET", "HEAD", "POST"])
def draw(request: SignedInRequest, number: str) -> HttpResponse:
    """Draw a random sample, and keep the seed with which anyone can repeat it."""
    case = _get_check_or_404(request, number)
    if request.method != "POST" and not services.may_review(case, request.user):
        messages.warning(request, "Du kan inte dra ett urval i egenkontrollen nu.")
        return redirect("selfcheck:detail", number)
    suggested = case.template.sample_size if case.template else None
    form = DrawForm(
        request.POST if request.method == "POST" else None, initial={"count": suggested}
    )
    if request.method != "POST" or not form.is_valid():
        return _ask_what_to_draw(request, case, form, 400 if form.errors else 200)
    try:
        _draw(request, case, form.cleaned_data)
    except ValidationError as problem:
        prefixed_errors(form, problem)
        return _ask_what_to_draw(request, case, form, 400)
    except StepRefusedError as refusal:
        form.add_error(None, str(refusal))
        return _ask_what_to_draw(request, case, form, 403)
    messages.success(request, "Urvalet är draget.")
    return redirect("selfcheck:detail", number)


def _ask_what_to_draw(
    request: SignedInRequest, case: SelfCheck, form: DrawForm, status: int
) -> HttpResponse:
    context = {"case": case, "form": form, "draws": case.draws.all()}
    return render(request, "selfcheck/draw.html", context, status=status)


def _draw(request: SignedInRequest, case: SelfCheck, said: dict[str, Any]) -> Draw:
    """Draw among numbers, or among the open cases of the unit that the person may read."""
    of = Draw.Of(said["of"])
    if of != Draw.Of.CASES:
        return services.make_draw(
            case,
            actor=request.user,
            of=of,
            population=said["population"],
            size=said["size"],
            count=said["count"],
            reason=said["reason"],
        )
    readable = Case.objects.handled_by(request.user).exclude(
        subject=SelfCheck._meta.app_label
    )
    cases = readable.filter(unit__path__startswith=case.unit.path).only(
        "number", "protected"
    )
    return services.draw_cases(
        case,
        actor=request.user,
        cases=list(cases),
        population=said["population"],
        count=said["count"],
        with_protected=said["with_protected"],
        reason=said["reason"],
    )


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: SignedInRequest, number: str, file: int) -> HttpResponse:
    """Answer the questions about one drawn file, and go on to the next."""
    case = _get_check_or_404(request, number)
    drawn = case.draws.last()
    questions = case.template.questions if case.template else []
    if drawn is None or not questions or not 1 <= file <= drawn.count:
        raise Http404
    is_sent = request.method == "POST"
    if not is_sent and not services.may_review(case, request.user):
        messages.warning(request, "Du kan inte granska i egenkontrollen nu.")
        return redirect("selfcheck:detail", number)
    given = {f"q{a.question}": a.said for a in case.answers.filter(file=file)}
    form = ReviewForm(
        request.POST if is_sent else None, questions=questions, initial=given
    )

    def answer() -> None:
        services.answer(case, actor=request.user, file=file, said=form.said)

    status = 200
    if is_sent:
        status, _ = attempt(form, answer)
        if status == 200:
            return _go_on(request, case, drawn, len(questions))
    context = {
        "case": case,
        "form": form,
        "file": file,
        "draw": drawn,
        "name": _name_of(drawn, file),
    }
    return render(request, "selfcheck/review.html", context, status=status)


def _go_on(
    request: SignedInRequest, case: SelfCheck, drawn: Draw, questions: int
) -> HttpResponse:
    """Lead to the next file that has a question left, or back to the check."""
    if case.answers.filter(file__lte=drawn.count).count() == drawn.count * questions:
        messages.success(request, "Allt är granskat.")
        return redirect("selfcheck:detail", case.number)
    messages.success(request, "Svaren är sparade.")
    return redirect("selfcheck:review", case.number, next_file(case, drawn.count))


def _name_of(drawn: Draw, file: int) -> str:
    """Return what a drawn file is called: its number in the population, unless its name is known."""
    place = drawn.drawn[file - 1]
    if not drawn.members:
        return f"nummer {place}"
    return str(drawn.members[place - 1])
