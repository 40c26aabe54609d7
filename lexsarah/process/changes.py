"""What a step of a lex Sarah case changes besides the facts that it asks for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from casework.models import Circle
from lexsarah.law.policy import SERIOUS
from lexsarah.models import DecidedBy, IvoOutcome, LexSarahCase, State


def first_day(case: LexSarahCase, *_: object) -> dict[str, Any]:
    """Keep the day of the first measures, however often they are described anew."""
    return {"immediate_measures_on": case.immediate_measures_on or timezone.localdate()}


def read_by_chiefs(*_: object) -> dict[str, Any]:
    """Let the chiefs of the unit read the case again."""
    return {"circle": Circle.FEW}


def decide_alone(
    case: LexSarahCase, facts: Mapping[str, Any], *_: object
) -> dict[str, Any]:
    """Decide as the investigator, and with what is serious that IVO is told."""
    notifies = facts.get("degree") in SERIOUS
    own = case.ivo_decided_by in {"", DecidedBy.INVESTIGATOR}
    return {
        "circle": Circle.FEW,
        "decided_by": DecidedBy.INVESTIGATOR,
        **_notification(
            case,
            by=DecidedBy.INVESTIGATOR,
            on=timezone.localdate(),
            notifies=notifies,
            takes_back=own,
        ),
    }


def decided_by_others(
    case: LexSarahCase, facts: Mapping[str, Any], *_: object
) -> dict[str, Any]:
    """Note what a board has decided, and whether IVO is to be told."""
    notifies = bool(facts.get("notifies"))
    return {
        "circle": Circle.FEW,
        "decided_on": facts["on"],
        "decided_by": facts["body"],
        **_notification(
            case,
            by=facts["body"],
            on=facts["on"],
            notifies=notifies,
            takes_back=facts["degree"] not in SERIOUS,
        ),
    }


def _notification(
    case: LexSarahCase, *, by: str, on: dt.date, notifies: bool, takes_back: bool
) -> dict[str, Any]:
    """Decide that IVO is told, or, while that is not done, that it need not be; once decided it stands."""
    if notifies and not case.ivo_decided_by:
        return {"notify_decided_on": on, "ivo_decided_by": by}
    if not notifies and takes_back and not case.ivo_notified_on:
        return {"notify_decided_on": None, "ivo_decided_by": ""}
    return {}


def decided_by_chair(
    _case: LexSarahCase, facts: Mapping[str, Any], *_: object
) -> dict[str, Any]:
    """Note that the chair has decided that IVO is told before the case is done."""
    return {"notify_decided_on": facts["on"], "ivo_decided_by": DecidedBy.CHAIR}


def notify(case: LexSarahCase, facts: Mapping[str, Any], *_: object) -> dict[str, Any]:
    """Note that IVO is waited for; a notification after the decision has the investigation with it.

    When the day of an earlier notification is corrected, the investigation is not sent by that.
    """
    is_whole = case.state == State.DECIDED and case.ivo_notified_on in (
        None,
        case.investigation_sent_on,
    )
    return {
        "ivo_outcome": IvoOutcome.WAITING,
        "investigation_sent_on": facts["ivo_notified_on"]
        if is_whole
        else case.investigation_sent_on,
    }


def date_the_answer(
    case: LexSarahCase, facts: Mapping[str, Any], *_: object
) -> dict[str, Any]:
    """Date the feedback, unless it is only said why there is none."""
    return {
        "answered_on": timezone.localdate() if facts.get("answer") else case.answered_on
    }
