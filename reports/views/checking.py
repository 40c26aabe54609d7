"""The page where a report is checked: what must be put right, what to look at, what to think of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from organisation.access import SignedInRequest
from reports.checks import Finding, check_document, severities_found
from reports.checks.remarks import RULES, Severity
from reports.document.blocks import Document
from reports.models import AnnualReport
from reports.views.access import address, compiled, may_write, readable


@dataclass(frozen=True)
class Group:
    """What one rule found: its heading and advice, and each finding with the address of its place."""

    heading: str
    advice: str
    findings: list[tuple[Finding, str]]


@dataclass(frozen=True)
class Graveness:
    """All that is equally grave, rule by rule."""

    severity: Severity
    count: int
    groups: list[Group]


@require_safe
def checking(
    request: SignedInRequest, unit: str, year: int, template: str
) -> HttpResponse:
    """Show what a report's figures and texts, as they are today, leave to see to; each with its place."""
    report = readable(request, unit, year, template)
    document = compiled(report)
    findings = check_document(report, document, reader=request.user)
    places = places_of(request, report, document)
    graveness = []
    for severity, count in severities_found(findings):
        of_severity = [finding for finding in findings if finding.severity == severity]
        graveness.append(Graveness(severity, count, _groups(of_severity, places)))
    context = {
        "report": report,
        "graveness": graveness,
        "extracted_on": document.extracted_on,
    }
    return render(request, "reports/checking.html", context)


def _groups(
    findings: Sequence[Finding], places: dict[tuple[str, bool], str]
) -> list[Group]:
    """Return findings rule by rule, each with the address of its place."""
    groups = []
    for rule, found in groupby(findings, key=lambda finding: finding.remark.rule):
        heading, advice = RULES[rule]
        with_places = [
            (finding, places[finding.section, finding.written]) for finding in found
        ]
        groups.append(Group(heading, advice, with_places))
    return groups


def places_of(
    request: SignedInRequest, report: AnnualReport, document: Document
) -> dict[tuple[str, bool], str]:
    """Return the address of each section: where its text is written or read, and where its numbers stand."""
    text_page = "write" if report.is_open and may_write(request, report) else "section"
    has_edition = report.editions.exists()
    places: dict[tuple[str, bool], str] = {}
    for section in document.sections():
        text = "" if section.appendix else address(report, text_page, section.key)
        read = f"{address(report, 'web')}#{section.anchor}" if has_edition else ""
        places[section.key, True] = text or read
        # An appendix has no page of its own before an edition is built.
        places[section.key, False] = read or text
    return places
