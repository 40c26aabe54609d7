"""Forms of a report's life: what a step needs, who has a section, and what is said about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone

from casework.process.steps import Step
from casework.texts.forms import CleanTextField, DayField, line
from organisation.models import EARLIEST, User
from reports.checks import Finding
from reports.document.markup import MAX_LENGTH
from reports.life.workflow import approved_edition
from reports.models import AnnualReport, Assignment
from reports.publishing.inferable_numbers import given_away
from reports.publishing.small_numbers import count_small
from reports.writing.authoring import authors_around

FURTHEST = dt.timedelta(days=2 * 366)
LONGEST_REMARK = 2000
MOST = 2_000_000_000


def _seen_version() -> forms.IntegerField:
    """Return the hidden field that tells which version was seen (an optimistic lock)."""
    return forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=MOST)


def _reasons() -> dict[str, forms.Field]:
    """Return the fields that ask for a reason."""
    return {
        "reason": CleanTextField(
            label="Varför?",
            rows=3,
            max_length=LONGEST_REMARK,
            help_text="Skälet står i berättelsens historik.",
            error_messages={"required": "Skriv varför."},
        ),
        "despite": CleanTextField(
            label="Varför beslutas berättelsen ändå?",
            rows=3,
            max_length=LONGEST_REMARK,
            help_text="Skälet står i berättelsens historik, med hur många fel som fanns kvar.",
            error_messages={
                "required": "Skriv varför berättelsen beslutas ändå, eller rätta först."
            },
        ),
        "assessment": CleanTextField(
            label="Varför kan talen visas?",
            rows=4,
            max_length=LONGEST_REMARK,
            help_text=(
                "Ett tal under 5 kan peka ut en person. Skriv hur ni har prövat att ingen kan kännas igen, "
                "eller gå tillbaka och slå ihop eller ta bort talen."
            ),
            error_messages={"required": "Skriv varför talen kan visas."},
        ),
    }


def _decision() -> dict[str, forms.Field]:
    """Return the fields that say what the board decided, as its minutes have it."""
    return {
        "body": line(
            "Vilken nämnd beslutade?",
            "Skriv vilken nämnd som beslutade.",
            longest=120,
            initial="Socialnämnden",
        ),
        "decided_on": DayField(
            label="Beslutsdag", error_messages={"required": "Ange beslutsdagen."}
        ),
        "paragraph": forms.IntegerField(
            label="Paragraf i protokollet",
            min_value=1,
            max_value=9999,
            error_messages={
                "required": "Ange paragrafen i protokollet.",
                "invalid": "Ange paragrafen med siffror, till exempel 41.",
                "min_value": "Ange en paragraf från och med 1.",
                "max_value": "Ange en paragraf till och med 9999.",
            },
        ),
        "registry_number": line(
            "Diarienummer",
            "Ange diarienumret.",
            longest=40,
            help_text="Till exempel SN-2025-123.",
        ),
    }


class StepForm(forms.Form):
    """What one step needs, and the version of the report that was seen."""

    seen_version = _seen_version()

    def __init__(
        self,
        *args: Any,
        step: Step,
        report: AnnualReport,
        must: Sequence[Finding] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen_version"] = report.version
        offered = _reasons() | _decision()
        self.small, self.given_away = 0, list[str]()
        if "assessment" in step.fields:
            edition = approved_edition(report)
            self.small, self.given_away = count_small(edition), given_away(edition)
        needed = {
            "assessment": bool(self.small or self.given_away),
            "despite": bool(must),
        }
        for name in step.fields:
            if needed.get(name, True):
                self.fields[name] = offered[name]

    @property
    def facts(self) -> dict[str, Any]:
        """Return what the form says about the step."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name != "seen_version"
        }


class AssignmentForm(forms.Form):
    """Who writes a section, until when, and how far it has come."""

    author: Any = forms.ModelChoiceField(
        User.objects.none(),
        label="Vem skriver?",
        required=False,
        to_field_name="username",
        empty_label="Ingen särskild",
        error_messages={"invalid_choice": "Välj en person i listan."},
    )
    due_on = forms.DateField(
        label="Klart senast",
        required=False,
        input_formats=["%Y-%m-%d", "%Y%m%d"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "invalid": "Skriv dagen som år-månad-dag, till exempel 2026-03-01."
        },
    )
    status = forms.ChoiceField(
        label="Hur långt har avsnittet kommit?",
        choices=Assignment.Status.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Välj hur långt avsnittet har kommit.",
            "invalid_choice": "Välj i listan.",
        },
    )

    def __init__(self, data: Any = None, *, assignment: Assignment) -> None:
        author = assignment.author.username if assignment.author else None
        initial = {
            "author": author,
            "due_on": assignment.due_on,
            "status": assignment.status,
        }
        super().__init__(data, initial=initial)
        offered: Any = self.fields["author"]
        offered.queryset = authors_around(assignment.report.unit)
        self.before = assignment.due_on

    def clean_due_on(self) -> dt.date | None:
        """Refuse an unlikely day; the one that stands may have passed."""
        day: dt.date | None = self.cleaned_data["due_on"]
        if (
            day
            and day != self.before
            and not EARLIEST <= day <= timezone.localdate() + FURTHEST
        ):
            raise forms.ValidationError("Ange en dag högst två år framåt.")
        return day


class StatusForm(forms.Form):
    """How far one's own section has come: an author says when it is done, others approve it."""

    status = forms.ChoiceField(
        label="Hur långt har avsnittet kommit?",
        choices=[
            choice for choice in Assignment.Status.choices if choice[0] != "approved"
        ],
        widget=forms.RadioSelect,
        error_messages={
            "required": "Välj hur långt avsnittet har kommit.",
            "invalid_choice": "Välj i listan.",
        },
    )


class RemarkForm(forms.Form):
    """A comment on a section."""

    text = CleanTextField(
        label="Kommentar",
        rows=3,
        max_length=LONGEST_REMARK,
        error_messages={"required": "Skriv en kommentar."},
    )


class AnswerForm(RemarkForm):
    """An answer to a comment; there is one for each comment of the page."""

    def __init__(self, data: QueryDict | None = None, *, number: int) -> None:
        super().__init__(data, auto_id=f"svar-{number}-%s")
        field = self.fields["text"]
        field.label = f"Svar på kommentar {number}"
        field.error_messages["required"] = "Skriv ett svar."


class DraftForm(forms.Form):
    """What has been typed in a section so far: too long a text is kept as far as it goes."""

    text = forms.CharField(required=False, strip=False, max_length=10 * MAX_LENGTH)
    seen_version = _seen_version()


class RestoreForm(forms.Form):
    """The version that was seen when an earlier one was chosen (an optimistic lock)."""

    seen_version = _seen_version()
