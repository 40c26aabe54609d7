"""The kind of self-check of the patch is planned, recorded, counted and reported; see tests/test_recipes.py."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from organisation.rights import Role
from selfcheck.methods import Group, methods_of
from selfcheck.models import Method, SelfCheck, Template
from selfcheck.plan.forms import PlanForm
from selfcheck.plan.planning import add_plan, open_due
from selfcheck.process.workflow import workflow_for
from selfcheck.register.statistics import COUNTINGS
from tests.factories import make_unit, make_user

METHOD = "peer_review"


def test_kind_is_offered_counted_and_reported() -> None:
    assert METHOD in dict(PlanForm.base_fields["method"].choices)
    assert METHOD in dict(COUNTINGS[0].dimensions["method"].values)
    assert METHOD in methods_of(Group.REVIEWS)


def test_process_has_its_pages_and_asks_for_what_it_records() -> None:
    process = workflow_for(METHOD)

    assert {"urval", "granskning"} <= {each.name for each in process.table}
    assert process.step("underlag").fields == ("registry_number",)


@pytest.mark.django_db
def test_kind_is_planned_from_its_template_and_opened() -> None:
    unit, today = make_unit("A"), timezone.localdate()
    chief = make_user("chief", (Role.UNIT_CHIEF, unit))
    first_on = today + dt.timedelta(days=7)
    facts = {
        "title": "Kollegial granskning",
        "why": "",
        "process": "",
        "responsible": chief,
        "method": METHOD,
        "rhythm": "once",
        "first_on": first_on,
        "template": Template.objects.get(code="kollegial-granskning"),
    }

    add_plan(actor=chief, unit=unit, facts=facts)
    open_due(today=first_on)

    check = SelfCheck.objects.get()
    assert check.method == Method.PEER_REVIEW
    assert check.template
    assert len(check.template.questions) == 2
