"""What handlers write and decide in a case of any kind: notes, who is recused, who alone may read."""

from __future__ import annotations

from uuid import uuid5

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from casework.cases.keeping_out import may_be_kept_out, may_be_let_back
from casework.cases.receiving import readers_for, roles_in
from casework.handling import services
from casework.kinds import kind_of
from casework.models import Case, Note
from casework.process.workflow import StepRefusedError, is_recused
from casework.texts.forms import (
    FindingForm,
    NoteForm,
    PersonForm,
    ReadersForm,
    note_form_for,
    prefixed_errors,
)
from casework.views.finding import get_case_or_404
from organisation.access import SignedInRequest
from organisation.models import User
from organisation.rights import Right


def _get_case_or_404(
    request: SignedInRequest, number: str, right: Right | None
) -> Case:
    """Return the case for one who reads it whole, with a right if one is asked for; others find nothing."""
    handled = Case.objects.handled_by(request.user).select_related("unit", "reporter")
    case = get_case_or_404(handled, number=number)
    if is_recused(case, request.user) or (
        right and not right.roles & roles_in(case, request.user)
    ):
        raise Http404
    return case


@require_POST
def note(request: SignedInRequest, number: str) -> HttpResponse:
    """Write an internal note, or a message to the one who reported."""
    case = _get_case_or_404(request, number, Right.CASES_NOTE)
    to_reporter = request.POST.get("do") == "to_reporter"
    if to_reporter and not _may_answer(request, case):
        raise Http404
    form = (NoteForm if to_reporter else note_form_for(case))(request.POST)
    if not form.is_valid():
        context = {"form": form, "case": case, "to_reporter": to_reporter}
        return render(request, "casework/note.html", context, status=400)
    text = form.cleaned_data["text"]
    if _write(case, form, author=request.user, to_reporter=to_reporter).text != text:
        messages.warning(
            request,
            "Du har redan skickat det här formuläret. Skicka igen för att spara det nya.",
        )
        context = {
            "form": form.__class__(initial={"text": text}),
            "case": case,
            "to_reporter": to_reporter,
        }
        return render(request, "casework/note.html", context, status=400)
    messages.success(
        request, "Meddelandet är skickat." if to_reporter else "Anteckningen är sparad."
    )
    return redirect("casework:case", number)


def _may_answer(request: SignedInRequest, case: Case) -> bool:
    """Tell whether a case is one whose handler writes to its reporter, and the person handles it."""
    if not kind_of(case.subject).answers_reporter:
        return False
    return bool(case.handler_roles & roles_in(case, request.user))


def _write(case: Case, form: NoteForm, *, author: User, to_reporter: bool) -> Note:
    """Write the note of a form, or return the one that the form has written before."""
    kind = Note.Kind.TO_REPORTER if to_reporter else Note.Kind.INTERNAL
    # A token counts for one case, person and kind: the same form pressed with the other button is another.
    token = uuid5(form.cleaned_data["form_token"], f"{case.pk} {author.pk} {kind}")
    about = form.about if isinstance(form, FindingForm) else {}
    return services.write_note(
        case,
        author=author,
        kind=kind,
        text=form.cleaned_data["text"],
        form_token=token,
        **about,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def recusals(request: SignedInRequest, number: str) -> HttpResponse:
    """Keep oneself or those below from a case, or let back who was kept out by mistake (FL 16-18 §§)."""
    case = _get_case_or_404(request, number, None)
    form = PersonForm(
        request.POST or None, people=may_be_kept_out(case, actor=request.user)
    )
    if request.method == "POST":
        if back := request.POST.get("end", "").replace("\0", ""):
            _let_back(request, case, back)
            return redirect("casework:recusals", number)
        if form.is_valid() and _keep_out(request, case, form):
            if form.cleaned_data["person"] == request.user:
                return redirect("casework:inbox")
            return redirect("casework:recusals", number)
    context = {
        "case": case,
        "form": form,
        "recused": case.recusals.select_related("user", "declared_by"),
        "may_end": may_be_let_back(case, actor=request.user),
    }
    return render(
        request, "casework/recusals.html", context, status=400 if form.errors else 200
    )


def _keep_out(request: SignedInRequest, case: Case, form: PersonForm) -> bool:
    """Keep the form's person from a case; tell whether that was done, or write why not in the form."""
    person = form.cleaned_data["person"]
    try:
        services.recuse(case, person=person, actor=request.user)
    except StepRefusedError as refusal:
        form.add_error("person", str(refusal))
        return False
    messages.success(request, f"{person} ser inte längre ärendet.")
    return True


def _let_back(request: SignedInRequest, case: Case, username: str) -> None:
    """Let a person who was kept from a case read it again, or say why not."""
    recused = User.objects.filter(pk__in=case.recusals.values("user"))
    person = get_object_or_404(recused, username=username)
    try:
        services.end_recusal(case, person=person, actor=request.user)
    except StepRefusedError as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, f"{person} kan läsa ärendet igen.")


@require_http_methods(["GET", "HEAD", "POST"])
def protection(request: SignedInRequest, number: str) -> HttpResponse:
    """Let one to three named persons alone read a case, or end that (OSL 21 kap. 3 §)."""
    case = _get_case_or_404(request, number, Right.CASES_PROTECT)
    named = [reader.user for reader in case.named_readers.select_related("user")]
    form = ReadersForm(
        request.POST or None, case=case, initial={"readers": named or readers_for(case)}
    )
    if request.method == "POST":
        if request.POST.get("do") == "end":
            services.end_protection(case, actor=request.user)
            messages.success(request, "Alla vars roll ger det kan läsa ärendet igen.")
            return redirect("casework:case", number)
        if form.is_valid() and _protect(request, case, form):
            if request.user not in form.cleaned_data["readers"]:
                return redirect("casework:inbox")
            return redirect("casework:case", number)
    context = {"case": case, "form": form}
    return render(
        request, "casework/protection.html", context, status=400 if form.errors else 200
    )


def _protect(request: SignedInRequest, case: Case, form: ReadersForm) -> bool:
    """Let the form's readers alone read a case; tell whether that was done, or write why not in the form."""
    try:
        services.protect(
            case,
            readers=list(form.cleaned_data["readers"]),
            actor=request.user,
            reason=form.cleaned_data["reason"],
        )
    except ValidationError as problem:
        prefixed_errors(form, problem)
    except StepRefusedError as refusal:
        form.add_error(None, str(refusal))
    else:
        messages.success(request, "Bara de du har valt kan läsa ärendet.")
        return True
    return False
