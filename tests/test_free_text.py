"""Every free text goes through one field, which asks about personal numbers: no form forgets to."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django import forms

from analysis.tertial import step_forms as analysis_steps
from casework.texts.asking_field import Asks
from casework.texts.forms import CleanTextField
from deviations.process import step_forms as deviation_steps
from lexsarah.process import step_forms as lexsarah_steps
from organisation.lists.filtersets import ListFilter
from riskanalysis.process import forms as riskanalysis_forms
from selfcheck.recording import forms as selfcheck_forms

ROOT = Path(__file__).parents[1]
APPS = (
    "casework",
    "deviations",
    "lexsarah",
    "selfcheck",
    "riskanalysis",
    "analysis",
    "reports",
    "organisation",
)
# The modules of an app, besides those called *_forms, that ask people for something.
ASKING = {"forms", "filters", "filtersets"}
# Read from a form and never kept as anybody's text.
NO_TEXT = {
    ("CaseFilter", "q"): "what is searched for is not stored",
    ("CoverageForm", "visa"): "which view is shown",
    ("QuestionForm", "period"): "a month or a year",
    ("OnceForm", "begun"): "a signed time",
    ("AskingForm", "keeps"): "an answer about numbers",
    ("ComplainForm", "website"): "what only a machine fills in",
    ("MessageForm", "code"): "a secret that leads to a case",
    ("ChairForm", "number"): "the number of a case, which is looked up",
    ("EmergencyForm", "number"): "the number of a case, which is looked up",
    ("DraftForm", "text"): "asked about when it is sent",
    ("DeviationStepForm", "duplicate_of"): "the number of a case, which is looked up",
    ("LexSarahStepForm", "duplicate_of"): "the number of a case, which is looked up",
}
# Contact details say who somebody is: that is what they are for.
CONTACT = {
    ("ComplainForm", "email"),
    ("ComplainForm", "phone"),
    ("ComplainForm", "letter"),
    ("FollowForm", "code"),
    ("RegisterForm", "contact"),
    ("PolicyForm", "contact_name"),
    ("PolicyForm", "contact_phone"),
    ("PolicyForm", "contact_address"),
}
STEPS = {
    "DeviationStepForm": deviation_steps._FIELDS,
    "LexSarahStepForm": lexsarah_steps._FIELDS,
    "CheckStepForm": selfcheck_forms._FIELDS,
    "RiskStepForm": riskanalysis_forms._FIELDS,
    "AnalysisStepForm": analysis_steps._FIELDS,
}


def form_classes(base: type = forms.BaseForm) -> Iterator[type]:
    for form in base.__subclasses__():
        yield form
        yield from form_classes(form)


def fields() -> Iterator[tuple[str, str, forms.Field]]:
    for app in APPS:
        package = importlib.import_module(app)
        for module in pkgutil.walk_packages(package.__path__, f"{app}."):
            if module.name.endswith("_forms") or module.name.split(".")[-1] in ASKING:
                importlib.import_module(module.name)
    for form in form_classes():
        if form.__module__.split(".")[0] in APPS:
            for name, field in getattr(form, "base_fields", {}).items():
                # The class that says so: a form inherits the very field.
                owners = [
                    c
                    for c in form.__mro__
                    if getattr(c, "base_fields", {}).get(name) is field
                ]
                yield owners[-1].__name__, name, field
    yield from fields_of_filters()
    for form_name, known in STEPS.items():
        for name, field in known.items():
            yield form_name, name, field


def fields_of_filters() -> Iterator[tuple[str, str, forms.Field]]:
    for filterset in form_classes(ListFilter):
        for name, narrowing in filterset.declared_filters.items():
            owners = [
                c
                for c in filterset.__mro__
                if name in getattr(c, "declared_filters", {})
            ]
            yield owners[-1].__name__, name, narrowing.field_class(**narrowing.extra)


def holds_text(field: forms.Field) -> bool:
    known = (forms.UUIDField, forms.URLField, forms.EmailField, forms.RegexField)
    is_password = isinstance(field.widget, forms.PasswordInput)
    return (
        isinstance(field, forms.CharField)
        and not isinstance(field, known)
        and not is_password
    )


def test_every_text_is_asked_about() -> None:
    texts = [(form, name, field) for form, name, field in fields() if holds_text(field)]
    others = {
        (form, name)
        for form, name, field in texts
        if not isinstance(field, CleanTextField)
    }

    assert len(texts) > 60
    assert others == NO_TEXT.keys()


def test_only_contact_details_are_never_asked_about() -> None:
    silent = {
        (form, name)
        for form, name, field in fields()
        if isinstance(field, CleanTextField) and field.asks is Asks.NEVER
    }

    assert silent == CONTACT


def test_no_template_writes_a_text_box_by_hand() -> None:
    by_hand = re.compile(
        r"<textarea(?![^>]*(?:readonly|hidden))|<input(?![^>]*(?:readonly|hidden))[^>]*type=\"text\""
    )
    written = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "templates").rglob("*.html")
        if by_hand.search(path.read_text(encoding="utf-8"))
    ]

    assert written == []


@pytest.mark.parametrize("app", APPS)
def test_no_module_makes_a_text_box_outside_the_field(app: str) -> None:
    made = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / app).rglob("*.py")
        if "forms.Textarea(" in path.read_text(encoding="utf-8")
    ]

    assert made == (["casework/texts/forms.py"] if app == "casework" else [])
