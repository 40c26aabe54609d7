"""The verbs of improvement measures: decide, finish, judge the effect (SOSFS 2011:9 5 kap. 7-8 §§)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import transaction

from casework.history import log
from casework.models import Action, Case

if TYPE_CHECKING:
    from organisation.models import User


def decide_action(case: Case, *, text: str, decided_on: dt.date, actor: User | None, **facts: Any) -> Action:
    """Decide an improvement measure in a case and note it in the history."""
    with transaction.atomic():
        Case.objects.select_for_update().get(pk=case.pk)
        action = Action(case_id=case.pk, text=text, decided_on=decided_on, **facts)
        action.validate_constraints()
        action.save(force_insert=True)
        log(case, action="action", label="Beslutade en åtgärd", actor=actor)
    return action
