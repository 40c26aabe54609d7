"""Pages for citizens: no login, no cookie, no script, and nothing stored before the last button.

The forms carry no CSRF token, since a visitor without a session has nothing that another site could
misuse; a signed time, an unseen field and a pace for each source keep the simplest machines out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid5

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from casework.handling.services import write_note
from casework.models import Note
from casework.texts.number_questions import Numbers
from deviations.models import Deviation
from deviations.process import services
from deviations.process.purging import is_purged
from deviations.public_form.forms import STEPS, ComplainForm, FollowForm, MessageForm
from deviations.public_form.languages import Language, language, languages
from deviations.public_form.limits import (
    SECONDS_OF_A_CROWD,
    admit_filing,
    admit_message,
    note_wrong_code,
)
from deviations.public_form.status import last_day_to_write, standing, when_answered
from deviations.reporting.codes import code_for, grouped, hash_of
from organisation.sign_in.limiter import SlowDownError
from organisation.sign_in.waiting import wait

CHECK = "check"


def _language(request: HttpRequest) -> Language:
    """Return the language that was chosen on this page, or carried along from the one before."""
    return language(request.GET.get("sprak") or request.POST.get("language"))


def _page(
    request: HttpRequest,
    template: str,
    spoken: Language,
    context: dict[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    """Answer in a language; what Django itself says follows it."""
    shared = {"language": spoken, "languages": languages().values(), "t": spoken.texts}
    with translation.override(spoken.lang):
        return render(
            request, f"deviations/{template}.html", shared | context, status=status
        )


@login_not_required
@require_safe
def complain(request: HttpRequest) -> HttpResponse:
    """Tell what can be done here before anything is asked."""
    return _page(request, "complain", _language(request), {})


# --- writing ----------------------------------------------------------------------------------
@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest) -> HttpResponse:
    """Ask one question at a time, show the answers, and file them: one address, all of it carried along.

    The receipt answers the last POST itself, because its code must not stand in an address; sending
    it again gives the same case and the same receipt.
    """
    spoken = _language(request)
    if request.method != "POST":
        return _ask(request, ComplainForm(spoken=spoken), "kind")
    form = ComplainForm(request.POST, spoken=spoken)
    step = request.POST.get("step", "")
    step = step if step in STEPS or step == CHECK else "kind"
    does, _, target = request.POST.get("do", "").partition("-")
    shown = {"change": target, "back": _before(form, step), "stay": step}.get(does, "")
    if shown in STEPS:
        changes = {"change": {"returns": True}, "back": {"returns": False}}.get(
            does, {}
        )
        return _ask(request, form.unsent(**changes), shown)
    if does == "send":
        return _send(request, form)
    return (
        _check(request, form)
        if CHECK in {shown, step}
        else _go_on(request, form, step, does)
    )


def _before(form: ComplainForm, step: str) -> str:
    """Return what one came from: the question before, or the check where an answer was to be changed."""
    steps = [*STEPS, CHECK]
    if form.data.get("returns") == "True":
        return CHECK
    return steps[max(steps.index(step) - 1, 0)]


def _after(form: ComplainForm, step: str) -> str:
    """Return what comes after an answer: the next question, or the check where it was changed."""
    steps = [*STEPS, CHECK]
    if form.cleaned_data["returns"]:
        return CHECK
    return steps[steps.index(step) + 1]


def _go_on(
    request: HttpRequest, form: ComplainForm, step: str, does: str
) -> HttpResponse:
    """Leave a question when it is answered, for the next one or the check of all answers."""
    form.is_valid()
    if form.is_stale:
        again = form.spoken.texts["errors"]["too_old"]
        return _ask(
            request, form.with_new_token().unsent(), step, again=again, status=400
        )
    if form.only(step).errors:
        return _ask(request, form, step, status=400)
    keeps = form.kept if does == "keep" else form.cleaned_data["keeps"]
    if step == "event" and does == "remove" and form.has_personal_number:
        return _ask(request, form.unsent(**form.without_numbers()), step, removed=True)
    if step == "event" and form.asks and does != "keep":
        return _ask(request, form.unsent(), step, asks=form.asks)
    following = _after(form, step)
    if following == CHECK:
        return _check(
            request, ComplainForm(request.POST, spoken=form.spoken), keeps=keeps
        )
    return _ask(request, form.unsent(keeps=keeps), following)


def _ask(
    request: HttpRequest,
    form: ComplainForm,
    step: str,
    *,
    again: str = "",
    asks: Sequence[Numbers] = (),
    removed: bool = False,
    status: int = 200,
) -> HttpResponse:
    """Show a question, and carry the answers to the others along."""
    steps = [*STEPS]
    context = {
        "form": form,
        "step": step,
        "title": form.spoken.texts["steps"][step],
        "progress": form.spoken.say(
            "ask.progress", number=steps.index(step) + 1, count=len(steps)
        ),
        "fields": [form[name] for name in STEPS[step]],
        "posted": True,
        "carried": [
            form[name] for name in form.fields if name not in {*STEPS[step], "website"}
        ],
        "again": again,
        "asks": asks,
        "removed": removed,
    }
    return _page(request, "complain_form", form.spoken, context, status=status)


def _check(
    request: HttpRequest,
    form: ComplainForm,
    *,
    keeps: str = "",
    again: str = "",
    status: int = 200,
) -> HttpResponse:
    """Show all answers before they are sent; what is wrong is shown where it is asked."""
    if not form.is_valid():
        if form.is_stale:
            renewed = form.with_new_token()
            return _check(
                request,
                renewed,
                again=form.spoken.texts["errors"]["too_old"],
                status=400,
            )
        step = form.wrong_step()
        return _ask(request, form.only(step), step, again=again, status=400)
    keeps = keeps or form.cleaned_data["keeps"]
    context = {
        "form": form.unsent(keeps=keeps, returns=False),
        "posted": True,
        "answers": _answers(form),
        "again": again,
    }
    return _page(request, "complain_check", form.spoken, context, status=status)


def _answers(form: ComplainForm) -> list[tuple[str, str, str, Any]]:
    """Return the answers of a form: the step and field, what was asked, and the answer in words."""
    given, spoken = form.cleaned_data, form.spoken
    fields = spoken.texts["fields"]
    way = form.facts["contact_way"]

    def chosen(name: str, value: str) -> str:
        return str(fields[name]["choices"][value])

    words = {
        "kind": chosen("kind", given["kind"]),
        "description": given["description"],
        "occurred_on": spoken.day(given["occurred_on"]) if given["occurred_on"] else "",
        "proposal": given["proposal"],
        "area": chosen("area", given["area"] or "unknown"),
        "unit": given["unit"] if form.data.get("unit") else fields["unit"]["empty"],
        "contact_way": "\n".join(
            filter(None, (chosen("contact_way", way), form.facts["contact"]))
        ),
        "sender": chosen("sender", given["sender"] or "unknown"),
    }
    steps: dict[str, str] = {}
    for step, names in STEPS.items():
        steps |= dict.fromkeys(names, step)
    return [
        (steps[name], name, fields[name].get("short", fields[name]["label"]), answer)
        for name, answer in words.items()
    ]


def _send(request: HttpRequest, form: ComplainForm) -> HttpResponse:
    """File what is written, or say why it must be sent again."""
    texts = form.spoken.texts
    if not form.is_valid():
        return _check(request, form)
    if form.is_too_quick:
        return _check(request, form, again=texts["errors"]["too_quick"], status=400)
    if form.asks:
        return _ask(request, form.unsent(), "event", asks=form.asks)

    token = form.cleaned_data["form_token"]
    try:
        if not services.is_filed(token):
            admit_filing(request, is_fresh=form.is_younger_than(SECONDS_OF_A_CROWD))
        deviation = services.file_from_public(
            form_token=token, facts=form.facts, numbers=form.numbers
        )
    except services.AlreadyFiledError:
        again = texts["errors"]["already_sent"]
        return _check(request, form.with_new_token(), again=again, status=400)
    except SlowDownError as early:
        return wait(
            _check(request, form, again=texts["errors"]["too_many"]), early.seconds
        )
    context = {
        "code": grouped(code_for(deviation.form_token)),
        "number": form.spoken.say("receipt.number", number=deviation.number),
        "due": when_answered(deviation, form.spoken),
        "way": texts["receipt"]["ways"][deviation.contact_way],
    }
    return _page(request, "complain_receipt", form.spoken, context)


# --- following --------------------------------------------------------------------------------
@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """Show where a case stands to one who has its code; a wrong code and an unknown one look the same."""
    spoken = _language(request)
    if request.method != "POST":
        return _page(request, "follow", spoken, {"form": FollowForm(spoken=spoken)})
    form = FollowForm(request.POST, spoken=spoken)
    unsent = (
        MessageForm(request.POST, spoken=spoken).again()
        if "text" in request.POST
        else None
    )
    context = {"form": form, "message": unsent}
    if not form.is_valid():
        return _page(request, "follow", spoken, context, status=400)
    # What cannot be a code is looked for too, in vain: wrong and unknown take the same way.
    hashed = hash_of(form.cleaned_data["code"])
    found = Deviation.objects.filter(follow_up_hash=hashed or "").first()
    if found is None:
        return _not_found(request, spoken, context, is_gone=is_purged(hashed))
    writes = request.POST.get("do") in {"write", "keep", "remove"}
    if writes and last_day_to_write(found) >= timezone.localdate():
        return _write_more(request, found, MessageForm(request.POST, spoken=spoken))
    return _followed(request, found, unsent or _message(form))


def _not_found(
    request: HttpRequest, spoken: Language, context: dict[str, Any], *, is_gone: bool
) -> HttpResponse:
    """Say that a code is wrong, or its case purged; many wrong ones are slowed down."""
    if is_gone:
        return _page(
            request, "follow", spoken, context | {"is_purged": True}, status=410
        )
    try:
        note_wrong_code(request)
    except SlowDownError as early:
        again = spoken.texts["follow"]["too_many"]
        return wait(
            _page(request, "follow", spoken, context | {"again": again}), early.seconds
        )
    context["form"].add_error("code", spoken.texts["follow"]["wrong"])
    return _page(request, "follow", spoken, context, status=400)


def _message(form: FollowForm | MessageForm) -> MessageForm:
    """Return an empty form to write more in."""
    return MessageForm(initial={"code": form.data["code"]}, spoken=form.spoken)


def _write_more(
    request: HttpRequest, deviation: Deviation, form: MessageForm
) -> HttpResponse:
    """Add what a citizen writes afterwards to the case, dated by the day alone (FL 6 §)."""
    does = request.POST["do"]
    if not form.is_valid():
        is_stale = "form_token" in form.errors and "text" not in form.errors
        again = form.spoken.texts["errors"]["too_old"] if is_stale else ""
        return _followed(
            request,
            deviation,
            form.again() if is_stale else form,
            again=again,
            status=400,
        )
    if does == "remove" and form.has_personal_number:
        return _followed(
            request, deviation, form.again(**form.without_numbers()), removed=True
        )
    if form.asks and does != "keep":
        return _followed(request, deviation, form.again(), asks=form.asks)
    try:
        admit_message(request)
    except SlowDownError as early:
        again = form.spoken.texts["follow"]["too_many_messages"]
        return wait(
            _followed(request, deviation, form.again(), again=again), early.seconds
        )
    text = form.cleaned_data["text"]
    # One form is one message in each case: a token that was used in another case is none of this one's.
    token = uuid5(form.cleaned_data["form_token"], str(deviation.pk))
    note = write_note(
        deviation,
        author=None,
        kind=Note.Kind.FROM_REPORTER,
        text=text,
        form_token=token,
        numbers=form.numbers,
    )
    if note.text != text:
        again = form.spoken.texts["follow"]["already_sent"]
        return _followed(request, deviation, form.again(), again=again, status=400)
    return _followed(request, deviation, _message(form), thanks=True)


def _followed(
    request: HttpRequest,
    deviation: Deviation,
    message: MessageForm,
    *,
    status: int = 200,
    **said: Any,
) -> HttpResponse:
    """Show a case to the one who complained: where it stands, our answer, what has been written."""
    context = {
        "deviation": deviation,
        "form": message,
        **standing(deviation, message.spoken),
        **said,
    }
    return _page(request, "followed", message.spoken, context, status=status)
