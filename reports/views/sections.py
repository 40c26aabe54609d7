"""Pages of one section of a report: who has it, what is said about it, and earlier versions."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from organisation.access import SignedInRequest, right_required
from organisation.rights import Right
from reports.document.blocks import Section
from reports.life.services import DecidedError, TextChangedError
from reports.models import AnnualReport, Assignment, Block
from reports.views.access import (
    DECIDED,
    address,
    may_write,
    readable,
    section_or_404,
    sent,
    writable,
)
from reports.views.life_forms import (
    AnswerForm,
    AssignmentForm,
    RemarkForm,
    RestoreForm,
    StatusForm,
)
from reports.writing import authoring, comments, reminders


def _assignment(report: AnnualReport, section: str) -> Assignment:
    """Return the assignment of a section, or an empty one."""
    found = report.assignments.select_related("author").filter(section=section).first()
    return found or Assignment(report=report, section=section)


def _unless_decided(
    request: SignedInRequest, do: Callable[[], object], done: str
) -> int:
    """Do something and confirm it, or say that the report is decided."""
    try:
        do()
    except DecidedError:
        messages.warning(request, DECIDED)
        return 409
    messages.success(request, done)
    return 200


@require_safe
@right_required(Right.REPORTS_WRITE_SECTION)
def mine(request: SignedInRequest) -> HttpResponse:
    """Show the sections that are assigned to a person, the first due first."""
    rows = reminders.to_write(request.user)
    return render(request, "reports/mine.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def section(
    request: SignedInRequest, unit: str, year: int, template: str, section: str
) -> HttpResponse:
    """Show a section's text, its comments and versions; readers of the report comment here."""
    report = readable(request, unit, year, template)
    found = section_or_404(report, section)
    form, status = RemarkForm(sent(request)), 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            text = form.cleaned_data["text"]
            status = _unless_decided(
                request,
                lambda: comments.comment(
                    report, section=section, text=text, actor=request.user
                ),
                "Kommentaren är sparad.",
            )
            if status == 200:
                return redirect(address(report, "section", section))
    return _section_page(request, report, found, form, status=status)


def _section_page(
    request: SignedInRequest,
    report: AnnualReport,
    found: Section,
    form: RemarkForm,
    *,
    status: int,
    answered: tuple[int, AnswerForm] | None = None,
) -> HttpResponse:
    """Show a section; ``answered`` is a refused answer with the number of its comment."""
    remarks = (
        report.comments.filter(section=found.key)
        .select_related("author", "resolved_by")
        .prefetch_related("replies__author")
        .order_by(F("resolved_at").asc(nulls_first=True), "number")
    )
    refused: dict[int, AnswerForm] = {}
    if answered:
        number, answer = answered
        refused[number] = answer
    context = {
        "report": report,
        "section": found,
        "text": found.written_text,
        "assignment": _assignment(report, found.key),
        "remarks": [
            (row, refused.get(row.number) or AnswerForm(number=row.number))
            for row in remarks
        ],
        "answered": answered[1] if answered else None,
        "versions": report.blocks.filter(section=found.key)
        .select_related("written_by")
        .order_by("-version"),
        "writing": authoring.writing_now(report, found.key, but=request.user),
        "writable": report.is_open and may_write(request, report, section=found.key),
        "form": form,
    }
    return render(request, "reports/about_section.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def assign(
    request: SignedInRequest, unit: str, year: int, template: str, section: str
) -> HttpResponse:
    """Assign a section; its author says how far it has come."""
    report = writable(request, unit, year, template, section=section)
    found, assignment = section_or_404(report, section), _assignment(report, section)
    form: AssignmentForm | StatusForm
    if may_write(request, report):
        form = AssignmentForm(sent(request), assignment=assignment)
    else:
        form = StatusForm(sent(request), initial={"status": assignment.status})
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            said = {
                "author": assignment.author,
                "due_on": assignment.due_on,
                **form.cleaned_data,
            }
            status = _unless_decided(
                request,
                lambda: authoring.assign(
                    report,
                    section=section,
                    title=found.title,
                    **said,
                    actor=request.user,
                ),
                f"Avsnitt {found.title} är ändrat.",
            )
            if status == 200:
                return redirect(address(report, "standing"))
    context = {"report": report, "section": found, "form": form}
    return render(request, "reports/assign.html", context, status=status)


@require_POST
def unassign(
    request: SignedInRequest, unit: str, year: int, template: str, section: str
) -> HttpResponse:
    """Take back the assignment of a section, also of one that has gone from the outline."""
    report = writable(request, unit, year, template)
    _unless_decided(
        request,
        lambda: authoring.unassign(report, section=section, actor=request.user),
        "Ansvaret är borttaget.",
    )
    return redirect(address(report, "standing"))


@require_POST
def remark(
    request: SignedInRequest,
    unit: str,
    year: int,
    template: str,
    section: str,
    *,
    place: int,
) -> HttpResponse:
    """Answer a comment, say that it is seen to, or open it again."""
    report = readable(request, unit, year, template)
    found = get_object_or_404(report.comments, section=section, number=place)
    do, form = request.POST.get("do"), AnswerForm(request.POST, number=place)
    if not report.is_open:
        messages.warning(request, DECIDED)
    elif do in ("resolve", "reopen"):
        # Only whoever writes the section, or asked, can say that the question is answered.
        if found.author_id != request.user.pk and not may_write(
            request, report, section=section
        ):
            raise PermissionDenied
        if do == "resolve":
            comments.resolve(found, actor=request.user)
        else:
            comments.reopen(found)
    elif form.is_valid():
        comments.reply(found, text=form.cleaned_data["text"], actor=request.user)
    else:
        about = section_or_404(report, section)
        return _section_page(
            request, report, about, RemarkForm(), status=400, answered=(place, form)
        )
    if request.POST.get("from") == "standing":  # where the section is no longer there
        return redirect(address(report, "standing"))
    return redirect(f"{address(report, 'section', section)}#kommentar-{place}")


@require_http_methods(["GET", "HEAD", "POST"])
def version(
    request: SignedInRequest,
    unit: str,
    year: int,
    template: str,
    section: str,
    *,
    version: int,
) -> HttpResponse:
    """Show what a version changed; who writes the section may let it count again."""
    report = readable(request, unit, year, template)
    found = section_or_404(report, section)
    versions = report.blocks.filter(section=section).select_related("written_by")
    block = get_object_or_404(versions, version=version)
    newest = versions.order_by("-version")[0]
    may = report.is_open and may_write(request, report, section=section)
    status = 200
    if request.method == "POST":
        if not may_write(request, report, section=section):
            raise Http404
        form = RestoreForm(request.POST)
        status = _restore(request, report, block, form) if form.is_valid() else 400
        if status == 200:
            return redirect(address(report, "section", section))
    before = versions.filter(version=version - 1).first()
    context = {
        "report": report,
        "section": found,
        "title": f"Version {block.version}",
        "shown": block,
        "before": before,
        "newest": newest,
        "pieces": authoring.compare(before.text if before else "", block.text),
        "against_newest": authoring.compare(block.text, newest.text)
        if block != newest
        else [],
        "may_restore": may and block != newest,
    }
    return render(request, "reports/version.html", context, status=status)


def _restore(
    request: SignedInRequest, report: AnnualReport, block: Block, form: RestoreForm
) -> int:
    """Let an earlier text count again; refuse it where a newer one has been saved."""
    try:
        return _unless_decided(
            request,
            lambda: authoring.restore(
                report, block, **form.cleaned_data, actor=request.user
            ),
            "Den tidigare texten gäller igen, som en ny version.",
        )
    except TextChangedError:
        messages.warning(
            request, "Någon har sparat en ny text sedan du öppnade sidan. Jämför igen."
        )
        return 409
