"""The files of a case: the list with its form, and each file as a download."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from casework.handling import attachments
from casework.models import Attachment, Case
from casework.process.workflow import StepRefusedError
from casework.views.attachment_forms import AttachForm
from casework.views.finding import find_read, get_case_or_404
from organisation.access import SignedInRequest
from organisation.shown import What, show_case


def _get_case_or_404(request: SignedInRequest, number: str) -> Case:
    return get_case_or_404(
        Case.objects.handled_by(request.user).select_related("unit"), number=number
    )


@require_http_methods(["GET", "HEAD", "POST"])
def files(request: SignedInRequest, number: str) -> HttpResponse:
    """Show the files of a case to those who handle it, and take new ones: all that were sent, or none."""
    case = _get_case_or_404(request, number)
    may_add = attachments.may_attach(case, request.user)
    form, status = AttachForm(), 200
    if request.method == "POST":
        form = AttachForm(request.POST, request.FILES)
        status = _attach(form, case, request, may_add=may_add)
        if not form.errors:
            return redirect("casework:attachments", number)
    context = {
        "case": case,
        "form": form,
        "may_add": may_add,
        "attachments": case.attachments.defer("content").select_related("added_by"),
    }
    return render(request, "casework/attachments.html", context, status=status)


def _attach(
    form: AttachForm, case: Case, request: SignedInRequest, *, may_add: bool
) -> int:
    """Add the files of the form; return the answer's status."""
    if not may_add:
        form.add_error(None, "Du kan inte lägga till filer i ärendet.")
        return 403
    if not form.is_valid():
        return 400
    try:
        new, had = attachments.attach(
            case, files=form.cleaned_data["chosen"], actor=request.user
        )
    except StepRefusedError as refusal:
        form.add_error(None, str(refusal))
        return 403
    for known in had:
        messages.warning(
            request, f"{known.name} fanns redan i ärendet, som fil {known.position}."
        )
    if new:
        added = (
            "Filen är tillagd." if len(new) == 1 else f"{len(new)} filer är tillagda."
        )
        waits = any(file.state == Attachment.State.PENDING for file in new)
        messages.success(
            request,
            f"{added} Den går att öppna när den är kontrollerad." if waits else added,
        )
    return 200


@require_safe
def file(request: SignedInRequest, number: str, position: int) -> HttpResponse:
    """Give a file that was found clean to those who read its case, to be saved and never shown here."""
    handled = Case.objects.handled_by(request.user).select_related("unit")
    case = find_read(handled, number, reader=request.user)
    if case is None:
        raise Http404
    found = case.attachments.filter(
        position=position, state=Attachment.State.CLEAN
    ).first()
    if found is None:
        raise Http404
    show_case(case, What.FILE)
    response = HttpResponse(
        bytes(found.content), content_type="application/octet-stream"
    )
    response["Content-Disposition"] = (
        content_disposition_header(True, found.name) or "attachment"
    )
    response["Content-Security-Policy"] = (
        "sandbox; default-src 'none'; frame-ancestors 'none'"
    )
    return response
