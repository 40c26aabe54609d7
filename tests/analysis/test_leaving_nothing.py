"""A purge leaves nothing of what was written, and knows every kind of case."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models, transaction

from analysis.counted.countings import DIMENSIONS
from analysis.counted.subjects import Subject
from analysis.figures.aggregate import refresh
from analysis.unit.over_time import OwnUnit
from casework.kinds import registered
from casework.models import Action, Case, RetentionRule
from deviations.models import Deviation
from kvalitet.operations.roles import as_login, as_owner
from organisation.rights import Role
from riskanalysis.models import PromptAnswer
from tests.analysis.test_keeping import (
    LONG_AGO,
    decide,
    make_administration,
    make_cases,
    owned_by_cases,
    purge_all,
)
from tests.factories import make_deviation, make_user
from tests.test_canary import found_in

CANARY = "Kanarie"


def plant() -> None:
    """Write a text into every column of text that belongs to a case, past what guards them."""
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for model in {Case, *(model for model, _ in owned_by_cases())}:
            table = model._meta.db_table
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            for field in model._meta.local_concrete_fields:
                if value := _planted(field):
                    cursor.execute(f'UPDATE {table} SET "{field.column}" = {value}')
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def _planted(field: Any) -> str:
    if isinstance(field, models.JSONField):
        return f"""'["{CANARY}"]'"""
    if isinstance(field, models.BinaryField):
        return f"'{CANARY}'::bytea"
    # What is counted by is kept with the count, and what is unique names the case.
    counted = field.name in DIMENSIONS or field.name in {
        "follow_up_hash",
        "number",
        "seed",
        # Hashes, and nothing else can stand there.
        "imprint",
        "seal",
        "resealed",
    }
    # A prompt that an analysis answered has no reason beside it.
    empty = field.model is PromptAnswer and field.name == "reason"
    if (
        empty
        or field.generated
        or field.choices
        or counted
        or not isinstance(field, models.CharField | models.TextField)
    ):
        return ""
    # Some texts must be of a certain length.
    return f"left(repeat('{CANARY}{field.name} ', 3), {field.max_length or 1000})"


@pytest.mark.django_db(transaction=True)
def test_nothing_that_was_written_is_left_after_a_purge() -> None:
    kept = make_cases()
    plant()
    assert {
        "casework_case.title",
        "casework_case.words",
        "casework_attachment.content",
    } <= found_in(CANARY)[CANARY]
    decide(kept.root, kept.registrar)
    with as_login("purger"):
        purge_all()

    assert found_in(CANARY)[CANARY] == set()


@pytest.mark.django_db
@pytest.mark.usefixtures("purging_is_lent")
def test_median_of_a_tertial_with_purged_cases_is_not_told() -> None:
    root, registrar = make_administration()
    closed: dict[str, Any] = {
        "closed_on": LONG_AGO,
        "state": "closed",
        "is_deviation": "yes",
    }
    made = [make_deviation(root, received_on=LONG_AGO, **closed) for _ in range(10)]
    for case in made[:5]:
        Action.objects.create(case=case, text="Gör", decided_on=LONG_AGO)
    decide(root, registrar)
    assert purge_all() == 5
    refresh()
    controller = make_user("controller", (Role.QUALITY_CONTROLLER, root))
    handled = OwnUnit(root, 2015, 1, reader=controller).handled()[-1]

    assert (handled.count, handled.purged, handled.median) == (10, 5, None)


@pytest.mark.django_db
def test_every_kind_of_case_has_a_rule_of_its_own() -> None:
    root, registrar = make_administration()
    decide(root, registrar)

    assert RetentionRule.objects.in_force().count() == len(Subject)
    assert {apps.get_app_config(subject).label for subject in Subject} == {
        kind.subject for kind in registered()
    }
    assert not Deviation.objects.exists()
