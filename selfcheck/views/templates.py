"""Pages of the templates that the quality controller publishes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_safe

from organisation.access import SignedInRequest, may, right_required
from organisation.rights import Right
from selfcheck.models import Template, TemplateVersion
from selfcheck.process import services
from selfcheck.recording.forms import TemplateForm


@require_safe
@right_required(Right.SELFCHECK_PLAN)
def template_list(request: SignedInRequest) -> HttpResponse:
    """List the templates with their newest version."""
    templates = Template.objects.prefetch_related("versions")
    context = {
        "templates": templates,
        "may_publish": may(request.user, Right.SELFCHECK_PUBLISH),
    }
    return render(request, "selfcheck/templates.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_template(request: SignedInRequest) -> HttpResponse:
    """Publish a template that did not exist."""
    return _edit(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def template(request: SignedInRequest, code: str) -> HttpResponse:
    """Publish a new version of a template, or offer it no longer; every version stays to be read."""
    return _edit(request, get_object_or_404(Template, code=code))


def _edit(request: SignedInRequest, found: Template | None) -> HttpResponse:
    if not may(request.user, Right.SELFCHECK_PUBLISH):
        raise Http404
    if found and request.method == "POST" and request.POST.get("do") == "withdraw":
        services.withdraw(found, actor=request.user)
        messages.success(
            request,
            "Mallen erbjuds inte längre. Egenkontroller som har börjat behåller den.",
        )
        return redirect("selfcheck:templates")
    form = TemplateForm(
        request.POST if request.method == "POST" else None, initial=_as_typed(found)
    )
    versions: Iterable[TemplateVersion] = ()
    if found:
        versions = found.versions.all()
        del form.fields[
            "name"
        ]  # a template keeps its name: another name is another template
    if form.is_valid():
        _publish(request, found, form.cleaned_data)
        messages.success(
            request,
            "Mallen är publicerad. Egenkontroller som redan har börjat behåller sin version.",
        )
        return redirect("selfcheck:templates")
    context = {"form": form, "template": found, "versions": versions}
    return render(
        request, "selfcheck/template.html", context, status=400 if form.errors else 200
    )


def _publish(
    request: SignedInRequest, found: Template | None, said: dict[str, Any]
) -> None:
    """Publish a version of a template, or a new one under a free code."""
    if found:
        code, name = found.code, found.name
    else:
        name = said.pop("name")
        code = _free_code(name)
    services.publish(
        actor=request.user, template=found, code=code, name=name, facts=said
    )


def _as_typed(found: Template | None) -> dict[str, Any]:
    """Return the newest version as the form shows it."""
    if found is None:
        return {}
    latest = found.versions.first()
    if latest is None:
        return {}
    fields = ("method", "source", "intro", "sample_size")
    typed = {field: getattr(latest, field) for field in fields}
    return typed | {"questions": "\n".join(latest.questions)}


def _free_code(name: str) -> str:
    """Return a code for the address that no other template has."""
    wanted = slugify(name)[:50] or "mall"
    taken = set(
        Template.objects.filter(code__startswith=wanted).values_list("code", flat=True)
    )
    code, number = wanted, 1
    while code in taken:
        number += 1
        code = f"{wanted}-{number}"
    return code
