"""The results of a file review: "X av Y" for each question, its interval, and the change since last time."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from casework.models import CaseQuerySet
from selfcheck.models import Answer, SelfCheck
from selfcheck.review.drawing import Difference, Interval, compared, wilson


@dataclass(frozen=True)
class Result:
    """The answers of the files to one question; not applicable and not verifiable count apart."""

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
    """Return the answers to each question of the version that the check began with."""
    if case.template is None:
        return []
    said: dict[int, Counter[str]] = defaultdict(Counter)
    for answer in case.answers.all():
        said[answer.question][answer.said] += 1
    return [
        _result(question, said[place])
        for place, question in enumerate(case.template.questions, start=1)
    ]


def _result(question: str, said: Counter[str]) -> Result:
    met = said[Answer.Said.YES]
    return Result(
        question,
        met=met,
        reviewed=met + said[Answer.Said.NO],
        not_applicable=said[Answer.Said.NOT_APPLICABLE],
        not_verifiable=said[Answer.Said.NOT_VERIFIABLE],
    )


@dataclass(frozen=True)
class Before:
    """The same check as it was made last time, and the certain change since."""

    case: SelfCheck
    words: str


def last_time(case: SelfCheck, readable: CaseQuerySet[SelfCheck]) -> Before | None:
    """Return the last earlier check of the unit with the same title, and whether the share has changed.

    A change is told only of the same questions, and when the intervals of the two rounds lie apart.
    """
    earlier = readable.filter(
        unit=case.unit_id, title=case.title, done_on__isnull=False
    )
    if case.done_on:
        earlier = earlier.filter(done_on__lt=case.done_on)
    found = (
        earlier.exclude(pk=case.pk)
        .select_related("template")
        .order_by("-done_on", "-number")
        .first()
    )
    if found is None:
        return None
    if case.reviewed is None or found.reviewed is None or _asks_otherwise(case, found):
        return Before(found, "")
    difference = compared(_share(case), _share(found))
    return Before(found, _CHANGES[difference])


_CHANGES = {
    Difference.UNSURE: "Ingen säker förändring.",
    Difference.HIGHER: "Andelen är högre.",
    Difference.LOWER: "Andelen är lägre.",
}


def _share(case: SelfCheck) -> Interval | None:
    return wilson(case.met or 0, case.reviewed or 0)


def _asks_otherwise(case: SelfCheck, found: SelfCheck) -> bool:
    """Tell whether both rounds were answered question by question, and not the same questions."""
    if case.template is None or found.template is None:
        return False
    return bool(case.template.questions != found.template.questions)


def next_file(case: SelfCheck, count: int) -> int:
    """Return the first drawn file that has a question left, or the first of all."""
    questions = len(case.template.questions) if case.template else 0
    answered = Counter(case.answers.values_list("file", flat=True))
    for file in range(1, count + 1):
        if answered[file] < questions:
            return file
    return 1
