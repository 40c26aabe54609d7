"""Pages of a log check: the list, the draw, one reading after the other, the signature and the record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from audit.looking.access import BY_THE_LOG
from audit.models import Reading
from casework.database.scopes import reading_beyond
from casework.files.pdf import PdfError, render_pdf
from casework.kinds import kind_of
from casework.models import Case
from casework.views.finding import get_case_or_404, shown
from casework.views.step_page import attempt
from organisation.access import (
    SignedInRequest,
    home_unit,
    may,
    right_required,
    units_for,
)
from organisation.models import User
from organisation.rights import Right, Role
from organisation.shown import What, show_as, show_cases, show_people
from selfcheck.models import Draw, SelfCheck, Verdict
from selfcheck.plan.expecting import log_checks_in
from selfcheck.process import log_checks as verbs
from selfcheck.process.signing import SIGNS
from selfcheck.process.uploading import last_file
from selfcheck.recording.forms import check_step_form
from selfcheck.recording.log_forms import AskForm, JudgeForm, NewLogCheckForm
from selfcheck.review.asking import cases_in, is_repeated, kept_from
from selfcheck.review.flags import EXPLAINED
from selfcheck.review.gathering import spine_of
from selfcheck.review.judging import judged, last_draw, next_place, tally_of

MOST_LISTED = 100
PDF_SECONDS = 30
SignForm = check_step_form(("registry_number",))


# --- the list, and a new one ------------------------------------------------------------------
@require_safe
@right_required(Right.SELFCHECK_CHECK_LOGS)
@reading_beyond(BY_THE_LOG)
def log_checks(request: SignedInRequest) -> HttpResponse:
    """List the log checks that a person may do, and how many are done of those planned this year."""
    year = timezone.localdate().year
    checks = verbs.log_checks_of(request.user).select_related("unit")
    context = {
        "checks": shown(checks.order_by("-received_on", "-number")[:MOST_LISTED]),
        "expected": log_checks_in(
            units_for(request.user, Right.SELFCHECK_CHECK_LOGS), year
        ),
        "year": year,
        "may_plan": may(request.user, Right.SELFCHECK_PLAN),
    }
    return render(request, "selfcheck/log_checks.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(Right.SELFCHECK_CHECK_LOGS)
@reading_beyond(BY_THE_LOG)
def new_log_check(request: SignedInRequest) -> HttpResponse:
    """Begin a log check and draw its readings: one form, and the first reading is there to judge."""
    unit = home_unit(request.user)
    form = NewLogCheckForm(
        request.POST if request.method == "POST" else None,
        user=request.user,
        initial={"unit": unit.code if unit else None},
    )
    status, made, again = 200, list[SelfCheck](), ""
    if request.method == "POST":
        status, _ = attempt(form, lambda: made.append(_begin(request, form)))
        if made:
            page = "upload_log" if _is_of_another_system(request) else "readings"
            return redirect(f"selfcheck:{page}", made[0].number)
        if form.is_stale:
            again = form.too_old
            form = form.renewed(user=request.user)
    context = {"form": form, "again": again}
    return render(request, "selfcheck/new_log_check.html", context, status=status)


def _is_of_another_system(request: SignedInRequest) -> bool:
    return request.POST.get("do") == "file"


def _begin(request: SignedInRequest, form: NewLogCheckForm) -> SelfCheck:
    said = form.cleaned_data
    return verbs.begin_log_check(
        actor=request.user,
        unit=said["unit"],
        form_token=said["form_token"],
        wanted=None if _is_of_another_system(request) else form.wanted(),
    )


def _get_check_or_404(request: SignedInRequest, number: str) -> SelfCheck:
    """Return a log check for those who may do it; to all others its readings are not there."""
    checks = verbs.log_checks_of(request.user).select_related("unit")
    case: SelfCheck = get_case_or_404(checks, number=number)
    show_as(What.LOG)
    return case


# --- the draw ---------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
@reading_beyond(BY_THE_LOG)
def draw_readings(request: SignedInRequest, number: str) -> HttpResponse:
    """Draw readings for a log check that was planned, or draw them again for a reason."""
    case = _get_check_or_404(request, number)
    is_sent = request.method == "POST"
    if not is_sent and not verbs.may_draw(case, request.user):
        messages.warning(request, "Loggkontrollen är klar. Inget mer kan dras.")
        return redirect("selfcheck:log_checks")
    form = AskForm(request.POST if is_sent else None, is_again=case.draws.exists())
    status, file = 200, last_file(case)
    if is_sent:
        status, _ = attempt(
            form,
            lambda: verbs.draw_readings(
                case, actor=request.user, wanted=form.wanted(file=file)
            ),
        )
        if not form.errors:
            return redirect("selfcheck:readings", number)
    context = {
        "case": case,
        "form": form,
        "uploaded": case.uploaded_readings.filter(file=file).count(),
        "may_upload": verbs.may_upload(case, request.user),
    }
    return render(request, "selfcheck/draw_readings.html", context, status=status)


# --- the readings -----------------------------------------------------------------------------
@dataclass(frozen=True)
class Line:
    """One drawn reading as a page shows it: the row, and its cases in words."""

    row: Any
    cases: list[dict[str, Any]]

    @property
    def who(self) -> str:
        """Return who read."""
        row = self.row
        return str(row.person.name if row.person else row.uploaded.who)

    @property
    def role(self) -> str:
        """Return the role by which it was read, in words."""
        return Role(self.row.role).label if self.row.role else ""

    @property
    def verdict(self) -> str:
        """Return the verdict in words, or nothing."""
        return Verdict(self.row.verdict).label if self.row.verdict else ""

    @property
    def is_explained(self) -> bool:
        """Tell whether nothing more need be said of it."""
        return bool(self.row.verdict == Verdict.MOTIVATED)


def _lines(rows: Iterable[Any], reader: User, *, whole: bool) -> list[Line]:
    """Return some drawn readings as they are shown to a person, and note whom and what they show.

    Numbers of protected cases are for the reviewer alone (``whole``); what is kept from a person is left out.
    """
    rows = list(rows)
    keys = cases_in(rows)
    hidden = kept_from(reader, keys)
    known = {
        case.pk: case for case in Case.objects.visible_to(reader).filter(pk__in=keys)
    }
    found = {
        key: _case_in_words(facts, known.get(key), whole=whole)
        for key, facts in spine_of(keys - hidden).items()
    }
    show_cases(found)
    show_people({row.person_id for row in rows if row.person_id})
    return [Line(row, _pick(found, row.cases)) for row in rows]


def _pick(
    found: dict[int, dict[str, Any]], keys: Iterable[int]
) -> list[dict[str, Any]]:
    return [found[key] for key in keys if key in found]


def _case_in_words(case: Case, opened: Case | None, *, whole: bool) -> dict[str, Any]:
    is_told = whole or not case.protected
    return {
        "number": case.number if is_told else "skyddat ärende",
        "kind": kind_of(case.subject).singular,
        "unit": case.unit.name,
        "title": opened.shown_title if opened else "",
        "url": "casework:case" if opened and is_told else "",
    }


@require_http_methods(["GET", "HEAD", "POST"])
@reading_beyond(BY_THE_LOG)
def readings(request: SignedInRequest, number: str) -> HttpResponse:
    """Show the drawn readings with what is judged and what is left, and sign when all is."""
    case = _get_check_or_404(request, number)
    drawn = last_draw(case)
    if drawn is None:
        return _nothing_drawn(request, case)
    is_own = drawn.drawn_by_id == request.user.pk
    sent = request.POST if request.method == "POST" else None
    form = SignForm(sent, instance=case, user=request.user)
    status = 200
    if sent is not None:
        status, _ = attempt(form, lambda: _sign(case, request.user, form))
        if not form.errors:
            messages.success(request, "Loggkontrollen är signerad.")
            return redirect("selfcheck:readings", number)
    tally = tally_of(drawn)
    context = {
        "case": case,
        "draw": drawn,
        "asked": drawn.question,
        "is_own": is_own,
        "lines": _lines(judged(drawn), request.user, whole=True) if is_own else [],
        "tally": tally,
        "next": next_place(drawn),
        "form": form,
        "may_draw": verbs.may_draw(case, request.user),
        "is_signed": case.done_on is not None,
        "is_repeated": is_repeated(case, drawn) if request.GET.get("dra-om") else None,
        "reads_case": may(request.user, Right.CASES_READ, case.unit),
    }
    return render(request, "selfcheck/readings.html", context, status=status)


def _nothing_drawn(request: SignedInRequest, case: SelfCheck) -> HttpResponse:
    """Lead to the draw, or from a check that was done by hand to what was written of it."""
    if verbs.may_draw(case, request.user):
        return redirect("selfcheck:draw_readings", case.number)
    if may(request.user, Right.CASES_READ, case.unit):
        return redirect("selfcheck:detail", case.number)
    messages.info(request, "Den loggkontrollen gjordes för hand, utan läsningar här.")
    return redirect("selfcheck:log_checks")


def _sign(case: SelfCheck, actor: User, form: Any) -> None:
    verbs.sign(
        case,
        actor=actor,
        seen_version=form.cleaned_data["seen_version"],
        facts={"registry_number": form.cleaned_data["registry_number"]},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@reading_beyond(BY_THE_LOG)
def reading(request: SignedInRequest, number: str, place: int) -> HttpResponse:
    """Show one drawn reading to its reviewer, who judges it and goes on to the next."""
    case = _get_check_or_404(request, number)
    drawn = last_draw(case)
    if drawn is None or drawn.drawn_by_id != request.user.pk:
        raise Http404
    row = judged(drawn).filter(position=place).first()
    if row is None:
        raise Http404
    sent = request.POST if request.method == "POST" else None
    form = JudgeForm(sent, initial={"verdict": row.verdict, "reason": row.why})
    status = 200
    if sent is not None:
        status, _ = attempt(
            form,
            lambda: verbs.judge(
                case, actor=request.user, place=place, **form.cleaned_data
            ),
        )
        if not form.errors:
            return _go_on(request, case, drawn)
    [line] = _lines([row], request.user, whole=True)
    context = {
        "case": case,
        "draw": drawn,
        "line": line,
        "of": drawn.readings.count(),
        "flags": [(flag.label, EXPLAINED[flag]) for flag in row.remarks],
        "logged": _logged(row),
        "form": form,
        "is_open": verbs.may_draw(case, request.user),
    }
    return render(request, "selfcheck/reading.html", context, status=status)


def _logged(row: Any) -> Reading | None:
    """Return the row of the log, while it is there: its search words are unsealed for this check alone."""
    if row.reading is None:
        return None
    return Reading.objects.filter(id=row.reading, at=row.at).first()


def _go_on(request: SignedInRequest, case: SelfCheck, drawn: Draw) -> HttpResponse:
    """Lead to the next reading that is left, or to the signature."""
    place = next_place(drawn)
    if place is None:
        messages.success(request, "Alla läsningar är bedömda. Signera kontrollen.")
        return redirect("selfcheck:readings", case.number)
    return redirect("selfcheck:reading", case.number, place)


# --- the record -------------------------------------------------------------------------------
@require_safe
@reading_beyond(BY_THE_LOG)
def log_record(request: SignedInRequest, number: str) -> HttpResponse:
    """Send the signed record of a log check as PDF; names stand only where a reading had no explanation."""
    case = _get_check_or_404(request, number)
    drawn = last_draw(case)
    signed = case.log.filter(action=SIGNS).select_related("actor").last()
    if drawn is None or signed is None:
        raise Http404
    unexplained = judged(drawn).exclude(verdict=Verdict.MOTIVATED)
    lines = {
        line.row.position: line
        for line in _lines(unexplained, request.user, whole=False)
    }
    rows = [(row, lines.get(row.position)) for row in judged(drawn)]
    context = {
        "case": case,
        "draw": drawn,
        "asked": drawn.question,
        "signed": signed,
        "rows": [(Line(row, []), line) for row, line in rows],
        "tally": tally_of(drawn),
        "municipality": settings.MUNICIPALITY_NAME,
    }
    try:
        pdf = render_pdf(
            render_to_string("selfcheck/log_record.html", context), seconds=PDF_SECONDS
        )
    except PdfError as problem:
        failed = {"case": case, "why": str(problem)}
        return render(request, "selfcheck/log_record_failed.html", failed, status=503)
    headers = {
        "Content-Disposition": f'attachment; filename="loggkontroll-{case.number}.pdf"'
    }
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)
