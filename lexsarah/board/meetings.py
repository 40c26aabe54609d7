"""The list that a committee or board decides from: what waits for it, what it has decided, and nothing else.

What stands here is written to be read without anybody being recognised: the summary, the measures and the
proposal.  What was reported, and what the investigation holds, is read by those who handle the case.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils import dateformat, timezone

from casework.models import Action
from lexsarah.board.policies import rules_over
from lexsarah.law.laws import reference
from lexsarah.law.policy import RANK, SERIOUS, Body, Rules
from lexsarah.models import DecidedBy, Decision, Degree, LexSarahCase, Meeting, State
from organisation.access import paths_for
from organisation.models import Unit, User
from organisation.rights import Right

# How a body stands in an address.
BODIES = {"arbetsutskottet": DecidedBy.COMMITTEE, "namnden": DecidedBy.BOARD}


def administrations(user: User) -> QuerySet[Unit]:
    """Return the administrations whose board a person is the secretary of, in all or in a part."""
    roots = {
        f"{path.partition('/')[0]}/" for path in paths_for(user, Right.BOARD_PREPARE)
    }
    return Unit.objects.filter(path__in=roots).order_by("path")


def waits_for(rules: Rules, degree: str) -> Body:
    """Return who a proposal waits for: the lowest board where the order now leaves it to the investigator."""
    return max(rules.body_for(degree), Body.COMMITTEE, key=RANK.__getitem__)


def waiting(cases: QuerySet[LexSarahCase]) -> Counter[Body]:
    """Return how many of the cases wait for each body."""
    rules: dict[str, Rules] = {}
    found: Counter[Body] = Counter()
    proposed = cases.filter(state=State.PROPOSED).order_by("pk").select_related("unit")
    for case in proposed.only("proposed_degree", "unit__path"):
        root = case.unit.path.partition("/")[0]
        if root not in rules:
            rules[root] = rules_over(case.unit)
        found[waits_for(rules[root], case.proposed_degree)] += 1
    return found


def day_in_words(day: dt.date) -> str:
    """Return a day as running text has it: 19 november 2026."""
    return dateformat.format(day, "j F Y")


@dataclass(eq=False)
class Item:
    """One case of a meeting's list: the proposal, what has been decided, and how it may be decided now."""

    case: LexSarahCase
    measures: list[Action]
    body: Body
    decisions: list[Decision] = field(default_factory=list)
    chair: Decision | None = None
    why_not: str = ""
    form: Any = None

    @property
    def waits(self) -> bool:
        """Tell whether the case waits for a decision."""
        return self.case.state == State.PROPOSED

    @property
    def is_sent_back(self) -> bool:
        """Tell whether what was decided last is that the body wants to know more."""
        return (
            bool(self.decisions)
            and self.decisions[-1].outcome == Decision.Outcome.SENT_BACK
        )

    @property
    def is_serious(self) -> bool:
        """Tell whether what is proposed is to be notified to IVO."""
        return self.case.proposed_degree in SERIOUS

    @property
    def made(self) -> list[tuple[Decision, list[str]]]:
        """Return what has been decided, each with its clauses."""
        return [(decision, clauses(decision, self)) for decision in self.decisions]

    @property
    def proposal(self) -> list[str]:
        """Return what the investigator proposes, as the clauses of a decision."""
        proposed = Decision(
            outcome=Decision.Outcome.DECIDED,
            degree=self.case.proposed_degree,
            approves_measures=True,
            notifies=self.is_serious,
        )
        return clauses(proposed, self)

    @property
    def background(self) -> str:
        """Return in one sentence how the case came to be, by the paragraphs that held when it happened."""
        return (
            f"En rapport från {self.case.unit.name} kom in {day_in_words(self.case.received_on)} enligt "
            f"{self.law('duty_to_report')} och har utretts enligt {self.law('investigate')}."
        )

    def law(self, code: str) -> str:
        """Return a paragraph of the act that the case is about, as it held when the event happened."""
        by_act = f"{code}_lss" if self.case.area == "lss" else code
        found = reference(by_act, on=self.case.occurred_on or self.case.received_on)
        return found.text.partition(": ")[0]


def clauses(decision: Decision, item: Item) -> list[str]:
    """Return a decision as minutes say it, each clause after "beslutar"."""
    if decision.outcome == Decision.Outcome.SENT_BACK:
        return ["att återremittera ärendet för mer utredning"]
    if decision.degree == Degree.NONE:
        return [
            "att inte bedöma händelsen som ett missförhållande eller en påtaglig risk för missförhållande"
        ]
    said = [f"att bedöma händelsen som {_with_article(decision)}"]
    if decision.approves_measures is not None:
        said.append(
            f"att {'' if decision.approves_measures else 'inte '}godkänna åtgärderna som tillräckliga"
        )
    if decision.notifies and item.chair:
        said.append(
            "att anmälan till Inspektionen för vård och omsorg (IVO), som ordföranden beslutade om "
            f"{day_in_words(item.chair.on)}, ligger fast"
        )
    elif decision.notifies:
        said.append(
            f"att anmäla händelsen till Inspektionen för vård och omsorg (IVO) enligt {item.law('notify')}"
        )
    return said


def _with_article(decision: Decision) -> str:
    words = str(decision.get_degree_display())
    return f"{'en' if 'risk' in words else 'ett'} {words}"


def agenda(
    meeting: Meeting, cases: QuerySet[LexSarahCase], *, also: str = ""
) -> list[Item]:
    """Return the list of a meeting from the cases put before a person, in a constant number of questions.

    What was proposed after the day waits for the next meeting, and what only a higher body decides waits
    for that one.  ``also`` is the number of a case to keep though it no longer waits here.
    """
    decided = Q(pk__in=meeting.decisions.order_by().values("case"))
    proposed = Q(state=State.PROPOSED) & ~Q(investigated_on__gt=meeting.on)
    listed = cases.filter(
        proposed | decided | Q(number=also), unit__path__startswith=meeting.unit.path
    ).select_related("unit")
    measures = Prefetch("actions", Action.objects.that_count(), to_attr="put_forward")
    rules, body = rules_over(meeting.unit), Body(meeting.body)
    found = [
        Item(case, case.put_forward, waits_for(rules, case.proposed_degree))
        for case in listed.prefetch_related(measures).order_by("number")
    ]
    _add_decisions(found, meeting, also)
    for item in found:
        item.why_not = _why_not(item, meeting)
    return [
        i
        for i in found
        if i.decisions or i.case.number == also or RANK[i.body] <= RANK[body]
    ]


def _add_decisions(items: list[Item], meeting: Meeting, also: str) -> None:
    by_case = {item.case.pk: item for item in items}
    made = Decision.objects.filter(case__in=list(by_case)).select_related("recorded_by")
    for decision in made:
        item = by_case[decision.case_id]
        if decision.meeting_id == meeting.pk or (
            item.case.number == also and not item.waits
        ):
            item.decisions.append(decision)
        if decision.outcome == Decision.Outcome.NOTIFY:
            item.chair = decision


def _why_not(item: Item, meeting: Meeting) -> str:
    """Return why the decision cannot be recorded here and now, or nothing."""
    if not item.waits:
        return "Ärendet väntar inte längre på beslut."
    if meeting.on > timezone.localdate():
        return "Beslutet kan antecknas från och med mötesdagen."
    if RANK[item.body] > RANK[Body(meeting.body)]:
        return f"Enligt er ordning beslutar {item.body.label} om det som föreslås."
    return ""


def before_the_chair(user: User) -> QuerySet[Any, Any]:
    """Return the keys of the cases that a secretary knows by number, to record what the chair decided."""
    return LexSarahCase.objects.before_the_chair(user).values("pk")


def chairs_decisions(
    meeting: Meeting, cases: QuerySet[LexSarahCase]
) -> QuerySet[Decision]:
    """Return what the chair has decided since the body last met: it is reported to the body."""
    earlier = Meeting.objects.filter(
        unit=meeting.unit, body=meeting.body, on__lt=meeting.on
    )
    last = earlier.order_by("-on").values_list("on", flat=True).first()
    made = Decision.objects.filter(
        outcome=Decision.Outcome.NOTIFY, body=DecidedBy.CHAIR, on__lte=meeting.on
    )
    if last is not None:
        made = made.filter(on__gt=last)
    known = (
        cases.filter(unit__path__startswith=meeting.unit.path).order_by().values("pk")
    )
    return made.filter(case__in=known).select_related("case").order_by("on", "pk")
