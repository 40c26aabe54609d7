"""What a step of a deviation changes besides the facts that it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from deviations.models import Deviation


def remember_sender(case: Deviation, *_: object) -> dict[str, Any]:
    """Keep which unit hands the case over: it reads along until it is accepted."""
    return {"came_from": case.unit}


def give_back(case: Deviation, *_: object) -> dict[str, Any]:
    """Send the case back to the unit that handed it over."""
    return {"unit": case.came_from or case.unit, "came_from": None}


def date_the_answer(
    _case: Deviation, facts: Mapping[str, Any], *_: object
) -> dict[str, Any]:
    """Date the answer, unless it is only said why there is none."""
    return {"answered_on": timezone.localdate() if facts.get("answer") else None}


def date_an_answer(
    _case: Deviation, facts: Mapping[str, Any], *_: object
) -> dict[str, Any]:
    """Date an answer where one is given."""
    return {"answered_on": timezone.localdate()} if facts.get("answer") else {}
