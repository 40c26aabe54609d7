"""The progress of a report, and the steps that take it on: review, lock, decision, publishing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from casework.process.steps import Step
from casework.process.workflow import StepRefusedError, TooLateError
from organisation.access import SignedInRequest
from reports.checks import check_document, severities_found
from reports.editions.outline_changes import changes_in
from reports.life.workflow import LIFE, approved_edition, decided_edition
from reports.models import AnnualReport, Publication, State
from reports.publishing import advancing, publishing
from reports.publishing.small_numbers import in_files, places_of
from reports.views.access import (
    address,
    compiled,
    may_write,
    readable,
    sent,
    writable,
    written,
)
from reports.views.life_forms import StepForm
from reports.writing.authoring import orphans_of, standing_of

# The way that every report goes, for the line that shows how far it has come.
WAY = (State.DRAFT, State.REVIEW, State.LOCKED, State.APPROVED, State.PUBLISHED)


def _way(report: AnnualReport) -> list[tuple[str, str, str]]:
    """Return each stage with its words and tone."""
    here = WAY.index(State(report.state))
    way = []
    for place, state in enumerate(WAY):
        words, tone = "Här är ni nu", "info"
        if place < here:
            words, tone = "Klart", "good"
        elif place > here:
            words, tone = "Kommer sedan", "plain"
        way.append((state.label, words, tone))
    return way


@require_safe
def standing(
    request: SignedInRequest, unit: str, year: int, template: str
) -> HttpResponse:
    """Show the progress of a report: its sections, its comments and the next step."""
    report = readable(request, unit, year, template)
    document = compiled(report)
    there = written(document)
    sections = standing_of(report, there)
    steps = LIFE.open_to(report, request.user)
    editions = report.editions.defer("pdf", "html", "figures", "inputs").select_related(
        "approval"
    )
    context = {
        "report": report,
        "way": _way(report),
        "sections": sections,
        "orphans": orphans_of(report, there),
        "done": sum(row.is_done for row in sections),
        "comments": sum(row.comments for row in sections),
        "forward": [(step, step.lacks(report)) for step in steps if not step.backwards],
        "back": [step for step in steps if step.backwards],
        "edition": editions.first(),
        "decided": decided_edition(report) if report.freeze_id else None,
        "publication": Publication.objects.filter(edition__report=report).first(),
        "files": publishing.missing_files(report),
        "checks": severities_found(check_document(report, document)),
        "changes": changes_in(report, document),
        "log": report.log.select_related("actor"),
        "writable": may_write(request, report),
    }
    return render(request, "reports/standing.html", context)


@require_POST
def files_again(
    request: SignedInRequest, unit: str, year: int, template: str
) -> HttpResponse:
    """Have the files of the published edition made once more when that has failed."""
    report = writable(request, unit, year, template)
    if publishing.make_files_again(report):
        messages.success(request, "Filerna görs igen. Det tar oftast under en minut.")
    else:
        messages.warning(request, "Filerna finns redan, eller görs just nu.")
    return redirect(address(report, "standing"))


@require_http_methods(["GET", "HEAD", "POST"])
def step(
    request: SignedInRequest, unit: str, year: int, template: str, step: str
) -> HttpResponse:
    """Ask for the facts of a step, show its consequences, and take it."""
    report = readable(request, unit, year, template)
    try:
        chosen = LIFE.step(step)
    except KeyError as unknown:
        raise Http404 from unknown
    if chosen not in LIFE.open_to(report, request.user):
        return _passed(request, report, chosen)
    must = advancing.must_be_mended(report) if chosen.name == advancing.DECIDE else []
    form = StepForm(sent(request), step=chosen, report=report, must=must)
    status = 200
    if request.method == "POST":
        status = _take(request, report, chosen, form)
        if status == 200:
            messages.success(request, f"{report}: {chosen.did.lower()}.")
            return redirect(address(report, "standing"))
    context: dict[str, Any] = {
        "report": report,
        "step": chosen,
        "form": form,
        "lacks": chosen.lacks(report),
        "must": [(finding, address(report, "checking")) for finding in must],
    }
    if form.small or form.given_away:
        context |= _small(report)
    return render(request, "reports/step.html", context, status=status)


def _small(report: AnnualReport) -> dict[str, Any]:
    """Return the small numbers of the decided edition, each with its place."""
    edition = approved_edition(report)
    web = address(report, "web")
    return {
        "small": [
            (place, f"{web}#{place.section.anchor}") for place in places_of(edition)
        ],
        "in_files": in_files(edition),
    }


def _passed(
    request: SignedInRequest, report: AnnualReport, chosen: Step
) -> HttpResponse:
    """Answer who asks for a step that is not open: to others it does not exist, else it has been taken."""
    if not any(
        chosen in LIFE.open_to(_in_state(report, state), request.user) for state in WAY
    ):
        raise Http404
    messages.warning(
        request,
        "Det går inte nu: någon annan hann före, eller något annat kommer först.",
    )
    return redirect(address(report, "standing"))


def _in_state(report: AnnualReport, state: State) -> AnnualReport:
    """Return a report as if it were in another state."""
    return AnnualReport(
        unit=report.unit, year=report.year, template=report.template, state=state
    )


def _take(
    request: SignedInRequest, report: AnnualReport, chosen: Step, form: StepForm
) -> int:
    """Take a step; a refusal stands in the form, which keeps the typed answers."""
    if not form.is_valid():
        return 400
    try:
        advancing.advance(
            report,
            chosen.name,
            actor=request.user,
            seen_version=form.cleaned_data["seen_version"],
            facts=form.facts,
        )
    except TooLateError as late:
        form.add_error(None, str(late))
        return 409
    except StepRefusedError as refused:
        form.add_error(None, str(refused))
        return 409
    except ValidationError as faults:
        form.add_error(None, faults)
        return 400
    return 200
