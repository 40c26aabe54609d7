"""What a file review says: "X av Y" for each question, how sure it is, and what it said last time."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from casework.models import CaseQuerySet
from selfcheck.drawing import Interval, wilson
from selfcheck.models import Answer, SelfCheck


@dataclass(frozen=True)
class Result:
    """What the files answered to one question; what is not applicable or not verifiable counts apart."""

    question: str
    met: int
    reviewed: int
    not_applicable: int
    not_verifiable: int

    @property
    def missed(self) -> int:
        """Return how many answered no."""
        return self.reviewed - self.met

    @property
    def interval(self) -> Interval | None:
        """Return where the share of all files lies, with 95 % certainty."""
        return wilson(self.met, self.reviewed)


def results_of(case: SelfCheck) -> list[Result]:
    """Return what was answered to each question of the version that the check began with."""
    if case.template is None:
        return []
    said = Counter((answer.question, answer.said) for answer in case.answers.all())

    def count(place: int, word: str) -> int:
        return said[place, word]

    return [
        Result(
            question,
            met=count(place, Answer.Said.YES),
            reviewed=count(place, Answer.Said.YES) + count(place, Answer.Said.NO),
            not_applicable=count(place, Answer.Said.NOT_APPLICABLE),
            not_verifiable=count(place, Answer.Said.NOT_VERIFIABLE),
        )
        for place, question in enumerate(case.template.questions, start=1)
    ]


@dataclass(frozen=True)
class Before:
    """The same check as it was made last time, and what has certainly changed since."""

    case: SelfCheck
    words: str


def last_time(case: SelfCheck, readable: CaseQuerySet[SelfCheck]) -> Before | None:
    """Return the last earlier check of the unit with the same title, and whether the share has changed.

    A change is told only of the same questions, and when the intervals of the two rounds lie apart.
    """
    earlier = readable.filter(unit=case.unit_id, title=case.title, done_on__isnull=False)
    if case.done_on:
        earlier = earlier.filter(done_on__lt=case.done_on)
    found = earlier.exclude(pk=case.pk).select_related("template").order_by("-done_on", "-number").first()
    if found is None:
        return None
    if case.reviewed is None or found.reviewed is None or _asks_otherwise(case, found):
        return Before(found, "")
    now, then = wilson(case.met or 0, case.reviewed), wilson(found.met or 0, found.reviewed)
    if now is None or then is None or not now.separates_from(then):
        return Before(found, "Ingen säker förändring.")
    return Before(found, "Andelen är högre." if now.low > then.high else "Andelen är lägre.")


def _asks_otherwise(case: SelfCheck, found: SelfCheck) -> bool:
    """Tell whether both rounds were answered question by question, and not the same questions."""
    if case.template is None or found.template is None:
        return False
    return bool(case.template.questions != found.template.questions)


def next_file(case: SelfCheck, count: int) -> int:
    """Return the first drawn file that has a question left, or the first of all."""
    questions = len(case.template.questions) if case.template else 0
    answered: dict[int, int] = {}
    for file in case.answers.values_list("file", flat=True):
        answered[file] = answered.get(file, 0) + 1
    return next((file for file in range(1, count + 1) if answered.get(file, 0) < questions), 1)
