"""Where a case stands, as it is told to the one who complained: in plain words of his or her language."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from casework.models import Note
from deviations.models import ContactWay, Deviation, State
from deviations.process.demands import ENDED
from deviations.public_form.languages import Language

DAYS_TO_WRITE = 90
TONES = {
    State.ANSWERED: "good",
    State.CLOSED: "good",
    State.UNDER_INVESTIGATION: "warn",
}


def last_day_to_write(deviation: Deviation) -> dt.date:
    """Return the last day that the one who complained can write in a case: 90 days after it is closed."""
    return (deviation.closed_on or timezone.localdate()) + dt.timedelta(
        days=DAYS_TO_WRITE
    )


def is_answered(deviation: Deviation) -> bool:
    """Tell whether the answer has been given; one that is only being written is nobody else's."""
    given = deviation.answered_on is not None or deviation.state in ENDED | {
        State.ANSWERED
    }
    return given and bool(deviation.answer)


def standing(deviation: Deviation, spoken: Language) -> dict[str, Any]:
    """Return what the page says: state, when the answer comes, what has been written, until when to write."""
    state, texts = State(deviation.state), spoken.texts["states"]
    last_day = last_day_to_write(deviation)
    return {
        "tag": texts[state]["tag"],
        "tone": TONES.get(state, "info"),
        "text": spoken.say(
            f"states.{state}.text",
            received=spoken.day(deviation.received_on),
            closed=spoken.day(deviation.closed_on or deviation.received_on),
            forwarded_to=deviation.forwarded_to,
        ),
        "due": when_answered(deviation, spoken),
        "is_answered": is_answered(deviation),
        "answered_on": _day("follow.answered_on", deviation.answered_on, spoken),
        "is_silent": state == State.CLOSED and not is_answered(deviation),
        "dialogue": _dialogue(deviation, spoken),
        "until": _day("follow.more_until", last_day, spoken)
        if deviation.closed_on
        else "",
        "has_ended": last_day < timezone.localdate(),
        "posted": last_day >= timezone.localdate(),
    }


def _day(key: str, day: dt.date | None, spoken: Language) -> str:
    return spoken.say(key, day=spoken.day(day)) if day else ""


def when_answered(deviation: Deviation, spoken: Language) -> str:
    """Say when the answer comes, or that it is late; nothing where none is waited for."""
    waits = deviation.state not in ENDED and deviation.contact_way != ContactWay.NONE
    if not waits or is_answered(deviation) or deviation.due_on is None:
        return ""
    is_late = deviation.due_on < timezone.localdate()
    return spoken.say(
        "follow.late" if is_late else "follow.due", due=spoken.day(deviation.due_on)
    )


def _dialogue(deviation: Deviation, spoken: Language) -> list[tuple[str, str]]:
    """Return what has been written to and by the one who complained, oldest first: who and when, and what."""
    sides = {
        Note.Kind.TO_REPORTER.value: "follow.from_us",
        Note.Kind.FROM_REPORTER.value: "follow.from_you",
    }
    notes = deviation.notes.filter(kind__in=sides).order_by("at", "pk")
    return [
        (_day(sides[note.kind], timezone.localdate(note.at), spoken), note.text)
        for note in notes
    ]
