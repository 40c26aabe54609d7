"""How a person takes a step in the browser: the same page for every kind of case."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from casework.cases.changes import history_of
from casework.kinds import CaseKind
from casework.process.steps import Page, Step, Task
from casework.process.workflow import StepRefusedError, TooLateError
from casework.texts.forms import StepForm, VersionedForm, note_form_for, prefixed_errors
from casework.views.finding import find_read, get_case_or_404
from organisation.access import SignedInRequest, may
from organisation.models import User
from organisation.rights import Right


@dataclass(frozen=True)
class TaskLine:
    """One line of what is left to do: what, how far, and where it is done (nowhere while it is not open)."""

    label: str
    state: str
    url: str = ""

    DONE, TO_DO, OPTIONAL, LATER = (
        "Klart",
        "Att göra",
        "Frivilligt",
        "Kan inte börja än",
    )

    @property
    def tone(self) -> str:
        """Return the tone of the state: only what is to be done has a colour."""
        return (
            "plain"
            if self.state == self.DONE
            else "info"
            if self.state == self.TO_DO
            else "neutral"
        )


@dataclass(frozen=True)
class Offer:
    """What a case offers a person: the steps that are open, and the list of what is left to do."""

    steps: list[Step]
    tasks: list[TaskLine]
    # Whether the person may see who has read the case.
    shows_readers: bool = False

    @property
    def others(self) -> list[Step]:
        """Return the steps that are no task: ways out of the usual order, each with a page of its own."""
        return [step for step in self.steps if not (step.task or step.taken_at)]


def _line(task: Task, case: Any, url: str) -> TaskLine | None:
    """Return the line of a task, or None of one that is voluntary and not open to this person."""
    if task.is_done(case):
        return TaskLine(task.words(case), TaskLine.DONE, url)
    is_optional = task.optional(case)
    if url:
        return TaskLine(
            task.words(case), TaskLine.OPTIONAL if is_optional else TaskLine.TO_DO, url
        )
    return None if is_optional else TaskLine(task.words(case), TaskLine.LATER)


def attempt(
    form: forms.BaseForm,
    do: Callable[[], Any],
    *,
    fresh: Callable[[], Any] | None = None,
) -> tuple[int, list[tuple[str, str]]]:
    """Do what a form asks; return the answer's status, and what another has written since it was opened.

    What is refused is said in the form, which keeps what was typed; ``fresh`` fetches what stands there now,
    for a form over something that has versions.
    """
    if not form.is_valid():
        return 400, []
    try:
        do()
    except TooLateError as late:
        form.add_error(None, str(late))
        return 409, form.keep_typed(fresh()) if fresh and isinstance(
            form, VersionedForm
        ) else []
    except StepRefusedError as refusal:
        form.add_error(None, str(refusal))
        return 403, []
    except ValidationError as problem:
        prefixed_errors(form, problem)
        return 400, []
    return 200, []


@dataclass(frozen=True)
class StepPage:
    """The pages on which the steps of one kind of case are offered and taken.

    ``handled`` returns the cases that a person handles, with what the page shows of them.
    """

    kind: CaseKind
    handled: Callable[[User], QuerySet[Any]]

    @property
    def app(self) -> str:
        """Return the name of the app, which its addresses and templates have."""
        return self.kind.subject

    @property
    def templates(self) -> list[str]:
        """Return the app's own page, for one that shows something beside the form, or the shared one."""
        return [f"{self.app}/step.html", "casework/step.html"]

    def find_read(self, reader: User, number: str) -> Any:
        """Return the case of a page that only shows it, or None."""
        return find_read(self.handled(reader), number, reader=reader)

    def get_read_or_404(self, reader: User, number: str) -> Any:
        """Return the case of a page that only shows it; to others there is no such case."""
        found = self.find_read(reader, number)
        if found is None:
            raise Http404
        return found

    def context(
        self, case: Any, offer: Offer, *, kept_from: Collection[str] = ()
    ) -> dict[str, Any]:
        """Return what the page of a case shows of any kind: what is left to do, dialogue, files, history.

        Lines of the history about the rows of ``kept_from`` are not shown.
        """
        return {
            "case": case,
            "tasks": offer.tasks,
            "other_steps": offer.others,
            "may_act": bool(offer.steps),
            "notes": case.notes.select_related("author"),
            "note_form": note_form_for(case)(),
            "attachments": case.attachments.defer("content"),
            "log": history_of(case, kept_from=kept_from),
            "shows_readers": offer.shows_readers,
        }

    def offer(self, case: Any, user: User) -> Offer:
        """Return what a case offers a person.

        Whoever may do nothing in it has no tasks, and nothing is left to do in one that has ended.  Nor is
        there anything to do for whoever reads it in an emergency.
        """
        if case.opening:
            return Offer([], [])
        workflow = self.kind.workflow_of(case)
        shows_readers = may(user, Right.LOG_SEE_READERS, case.unit)
        openings = workflow.openings(case, user)
        open_steps = [each for each in openings if isinstance(each, Step)]
        if not open_steps or case.state in workflow.ended:
            return Offer(open_steps, [], shows_readers=shows_readers)
        found = (
            _line(task, case, self._address(task, openings, case, user))
            for task in workflow.tasks
            if task.applies(case)
        )
        tasks = [line for line in found if line]
        return Offer(open_steps, tasks, shows_readers=shows_readers)

    def _address(
        self, task: Task, openings: Sequence[Step | Page], case: Any, user: User
    ) -> str:
        """Return where a task is done, by the first opening that it has; "" while there is none."""
        for each in openings:
            if each.task == task:
                if isinstance(each, Page):
                    return each.address(case, user)
                return reverse(f"{self.app}:step", args=[case.number, each.name])
        return ""

    def answer(self, request: SignedInRequest, number: str, name: str) -> HttpResponse:
        """Ask for what a step needs and take it; whoever comes second is told so and keeps what was typed."""
        case = get_case_or_404(self.handled(request.user), number=number)
        workflow, is_sent = self.kind.workflow_of(case), request.method == "POST"
        try:
            chosen = workflow.step(name)
        except KeyError as unknown:
            raise Http404 from unknown
        if chosen.system:
            raise Http404
        if not is_sent and chosen not in workflow.open_to(case, request.user):
            messages.warning(
                request, f"Du kan inte göra det här nu: {chosen.label.lower()}."
            )
            return redirect(self.kind.page, number)
        form = self.kind.form_of(chosen.fields)(
            request.POST if is_sent else None, instance=case, user=request.user
        )
        if is_sent:
            return self._answer_sent(request, case, chosen, form)
        return render(request, self.templates, self._context(case, chosen, form))

    def _context(self, case: Any, chosen: Step, form: StepForm) -> dict[str, Any]:
        case_page = reverse(self.kind.page, args=[case.number])
        return {"case": case, "step": chosen, "form": form, "case_page": case_page}

    def _answer_sent(
        self, request: SignedInRequest, case: Any, chosen: Step, form: StepForm
    ) -> HttpResponse:
        """Take the step that a form was sent for, unless something is to be read first or it is refused."""
        context = self._context(case, chosen, form)
        if refusal := self.kind.workflow_of(case).objection(case, chosen, request.user):
            form.add_error(None, refusal)
            return render(request, self.templates, context, status=403)
        do = request.POST.get("do")
        if do not in {"send", "change"} and form.is_valid():
            if chosen.warning:
                return render(request, "casework/confirm.html", context)
            if form.cleaned_data.get("answer"):
                # What leaves the house is seen first, as its reader will see it.
                return render(request, f"{self.app}/preview.html", context)
        status = 200
        if do != "change":
            status, context["theirs"] = self._take(form, case, chosen, request.user)
            if not form.errors:
                messages.success(request, f"{chosen.did}.")
                still_read = self.handled(request.user).filter(pk=case.pk).exists()
                place = (
                    (self.kind.page, case.number) if still_read else ("casework:inbox",)
                )
                return redirect(*place)
        return render(request, self.templates, context, status=status)

    def _take(
        self, form: StepForm, case: Any, chosen: Step, actor: User
    ) -> tuple[int, list[tuple[str, str]]]:
        """Take the step with what the form says; return the answer's status, and what another has written."""

        def take() -> None:
            facts = {
                name: form.cleaned_data[name]
                for name in chosen.fields
                if name in form.cleaned_data
            }
            seen = form.cleaned_data["seen_version"]
            self.kind.take(
                case, chosen.name, actor=actor, seen_version=seen, facts=facts
            )

        return attempt(
            form, take, fresh=lambda: get_object_or_404(self.handled(actor), pk=case.pk)
        )
