"""The page on which the log of another system is put into a log check."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from audit.looking.access import BY_THE_LOG
from casework.database.scopes import reading_beyond
from casework.views.finding import get_case_or_404
from casework.views.step_page import attempt
from organisation.access import SignedInRequest
from organisation.shown import What, show_as
from selfcheck.process import log_checks as checks
from selfcheck.process.uploading import sources_for, upload_log
from selfcheck.recording.log_forms import UploadForm
from selfcheck.register.log_files import MOST_BYTES, LogFile, read_log

FIRST_ROWS = 5


@require_http_methods(["GET", "HEAD", "POST"])
@reading_beyond(BY_THE_LOG)
def upload(request: SignedInRequest, number: str) -> HttpResponse:
    """Try a file, or put it into the check; what is wrong is told by line, column and reason."""
    own = checks.log_checks_of(request.user).select_related("unit")
    case = get_case_or_404(own, number=number)
    show_as(What.LOG)
    is_sent = request.method == "POST"
    if not is_sent and not checks.may_upload(case, request.user):
        messages.warning(request, "Läsningar är redan dragna i loggkontrollen.")
        return redirect("selfcheck:readings", number)
    known = sources_for(case.unit)
    form = UploadForm(
        request.POST if is_sent else None,
        request.FILES if is_sent else None,
        known=known,
        initial={"system": case.system},
    )
    status, found = 200, LogFile()
    if is_sent and form.is_valid():
        found = read_log(form.cleaned_data["file"].read(MOST_BYTES + 1), form.mapping)
        is_try = request.POST.get("do") == "try" and not found.faults
        if not is_try:

            def put() -> None:
                upload_log(
                    case,
                    actor=request.user,
                    system=form.cleaned_data["system"],
                    mapping=form.mapping,
                    found=found,
                )

            status, _ = attempt(form, put)
            if not form.errors:
                messages.success(request, f"{len(found.lines)} rader är inlästa.")
                return redirect("selfcheck:draw_readings", number)
    elif is_sent:
        status = 400
    context = {
        "case": case,
        "form": form,
        "known": known,
        "count": len(found.lines),
        "rows": [] if found.faults else found.lines[:FIRST_ROWS],
    }
    return render(request, "selfcheck/upload_log.html", context, status=status)
