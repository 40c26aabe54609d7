"""One case in every situation that decides who may read it, beside the small municipality's own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from analysis.models import TertialAnalysis
from casework.cases.history import log
from casework.models import Action, Case, NamedReader, Note, Notice, Recusal
from organisation.models import Membership, Unit, User
from organisation.rights import Role
from riskanalysis.models import Risk
from tests.factories import LONG_AGO, make_deviation, make_unit, make_user
from tests.municipality import (
    Municipality,
    make_analysis,
    make_attachment,
    make_lexsarah,
    make_pattern,
    make_riskanalysis,
    make_selfcheck,
    municipality_for_a_module,
)

# What a case from outside has that one of the staff's own does not.
OUTSIDE = {"reported_by": "outside", "kind": "complaint", "contact_way": "email"}
CLOSED = {"state": "closed", "is_deviation": "no", "closed_on": dt.date(2024, 4, 2)}

DECIDED = {
    "state": "decided",
    "decided_on": CLOSED["closed_on"],
    "decided_by": "committee",
    "degree": "misconduct",
}

# Facts that only tell one case from another.
NAMES = {"type", "tertial"}


@dataclass(frozen=True)
class Situation:
    """Where a case lies, what has become of it, and who has something special to do with it.

    People are named as in the municipality; ``unit`` is "own", "other" and so on.
    """

    make: Callable[..., Case] = make_deviation
    unit: str = "own"
    reporter: str = "author"
    owner: str = ""
    came_from: str = ""
    named: tuple[str, ...] = ()
    everyone_is_recused: bool = False
    facts: tuple[tuple[str, Any], ...] = ()

    def what_it_is(self) -> tuple[object, ...]:
        """Return what pages can tell apart besides place and people: its kind, its facts and its secrecy."""
        facts = {fact for fact in self.facts if fact[0] not in NAMES}
        secret = bool(self.named), self.everyone_is_recused
        return self.make, frozenset(facts), bool(self.came_from), secret

    def kept_by(self) -> tuple[object, ...]:
        """Return what of the case may keep somebody out of it: its kind, its place and who is named."""
        facts = dict(self.facts)
        place = self.unit, self.came_from, facts.get("circle"), "reported_by" in facts
        escalated = facts.get("state") == "escalated"
        secret = bool(self.named), self.everyone_is_recused
        return self.make, place, escalated, secret


def of(**facts: Any) -> tuple[tuple[str, Any], ...]:
    """Return facts as a situation keeps them."""
    return tuple(facts.items())


LEX = Situation(make_lexsarah, reporter="")
CHECK = Situation(make_selfcheck, reporter="")
RISK = Situation(make_riskanalysis, reporter="")
# The municipality has one of the unit's first tertial already.
ANALYSIS = Situation(make_analysis, reporter="", facts=of(tertial=2))

SITUATIONS = {
    "staff-new": Situation(),
    "staff-investigated": Situation(
        owner="section_chief", facts=of(state="under_investigation")
    ),
    "staff-decided": Situation(facts=of(state="actions_decided")),
    "staff-closed": Situation(facts=of(**CLOSED)),
    "own-report": Situation(reporter="reporter"),
    "own-report-closed": Situation(reporter="reporter", facts=of(**CLOSED)),
    "chiefs-own-report": Situation(reporter="section_chief"),
    "unit-below": Situation(unit="below"),
    "unit-above": Situation(unit="above"),
    "sister-unit": Situation(unit="other"),
    "sister-but-owner": Situation(unit="other", owner="section_chief"),
    "outside-new": Situation(reporter="", facts=of(**OUTSIDE)),
    "outside-closed": Situation(reporter="", facts=of(**OUTSIDE, **CLOSED)),
    "outside-at-root": Situation(unit="root", reporter="", facts=of(**OUTSIDE)),
    "outside-sister": Situation(unit="other", reporter="", facts=of(**OUTSIDE)),
    "all-recused": Situation(
        reporter="reporter", owner="section_chief", everyone_is_recused=True
    ),
    "protected": Situation(owner="section_chief", named=("author",)),
    "protected-named": Situation(
        named=("section_chief", "planning_officer", "stranger")
    ),
    "protected-reporter": Situation(reporter="reporter", named=("unit_chief",)),
    "handed-over": Situation(
        unit="other", came_from="own", facts=of(state="transferred")
    ),
    "handed-accepted": Situation(unit="other", facts=of(state="under_investigation")),
    "received": Situation(came_from="other", facts=of(state="transferred")),
    "duplicate": Situation(facts=of(state="duplicate", closed_on=CLOSED["closed_on"])),
    "lex-own": LEX,
    "lex-sister": Situation(make_lexsarah, unit="other", reporter=""),
    # Lists show the type of an event rather than its title.
    "lex-protected": Situation(
        make_lexsarah,
        reporter="",
        named=("lex_investigator",),
        facts=of(type="kanarielexprotected"),
    ),
    "lex-narrow": Situation(
        make_lexsarah,
        reporter="",
        facts=of(state="investigating", circle="investigator"),
    ),
    "lex-decided": Situation(make_lexsarah, reporter="", facts=of(**DECIDED)),
    "lex-returned": Situation(
        make_lexsarah,
        reporter="",
        facts=of(state="returned", closed_on=CLOSED["closed_on"]),
    ),
    "escalated-own": Situation(facts=of(state="escalated")),
    "escalated-reported": Situation(reporter="reporter", facts=of(state="escalated")),
    "escalated-sister": Situation(unit="other", facts=of(state="escalated")),
    "escalated-secret": Situation(
        named=("lex_investigator",), facts=of(state="escalated")
    ),
    "check-own": CHECK,
    "check-sister": Situation(make_selfcheck, unit="other", reporter=""),
    "check-protected": Situation(make_selfcheck, reporter="", named=("section_chief",)),
    "risk-own": RISK,
    "risk-sister": Situation(make_riskanalysis, unit="other", reporter=""),
    "risk-protected": Situation(
        make_riskanalysis, reporter="", named=("section_chief",)
    ),
    "analysis-own": ANALYSIS,
    "analysis-sister": Situation(make_analysis, unit="other", reporter=""),
    "analysis-above": Situation(make_analysis, unit="above", reporter=""),
    "analysis-protected": Situation(
        make_analysis, reporter="", named=("section_chief",), facts=of(tertial=3)
    ),
}


@contextmanager
def cases_for_a_module(blocker: Any) -> Iterator[tuple[Municipality, dict[str, Case]]]:
    """Make the municipality with a case in every situation, once for the tests of a module."""
    with municipality_for_a_module(blocker) as town:
        with blocker.unblock():
            add_people(town)
            cases = make_cases(town)
        yield town, cases


def add_people(town: Municipality) -> None:
    """Add those whose role has begun or ended, a substitute, and someone who reports what others read."""
    today, day = timezone.localdate(), dt.timedelta(days=1)
    spans = {
        "ended": (LONG_AGO, today, None),
        "not_begun": (today + day, None, None),
        "substitute": (today, today + day, town.people["section_chief"]),
    }
    for name, (first, end, absent) in spans.items():
        town.people[name] = make_user(name)
        Membership.objects.create(
            user=town.people[name],
            unit=town.own,
            role=Role.SECTION_CHIEF,
            valid_from=first,
            valid_to=end,
            stands_in_for=absent,
        )
    town.people["author"] = make_user("author", (Role.STAFF, town.own))
    town.sign_everyone_in()


def make_cases(town: Municipality) -> dict[str, Case]:
    """Make a case in every situation, each with its own words, an action, a file, a note, notices to all.

    They are read: of what is not, the menu of every page would count what may still be known.
    """
    units: dict[str, Any] = {
        "root": town.root,
        "above": town.own.parent,
        "own": town.own,
        "other": town.other,
        "below": make_unit("EK1", town.own, name="Mottagning"),
    }
    cases = {
        name: _make(town, units, f"{word_of(name)}", number, situation)
        for number, (name, situation) in enumerate(SITUATIONS.items(), start=1)
    }
    cases["duplicate"].duplicate_of = Case.objects.get(pk=cases["sister-unit"].pk)
    cases["duplicate"].save(update_fields=["duplicate_of"])
    return cases


def word_of(situation: str) -> str:
    """Return the word that stands in the title of one situation's case and nowhere else."""
    return f"kanarie{situation.replace('-', '')}"


def _make(
    town: Municipality,
    units: dict[str, Unit],
    word: str,
    number: int,
    situation: Situation,
) -> Case:
    def person(name: str) -> User | None:
        return town.people[name] if name else None

    facts: dict[str, Any] = (
        {"category": "Sekretess"} if situation.make is make_deviation else {}
    )
    case = situation.make(
        units[situation.unit],
        number=f"XX-2025-{number:04d}",
        title=f"Rubrik {word}",
        due_on=timezone.localdate() + dt.timedelta(days=number),
        reporter=person(situation.reporter),
        owner=person(situation.owner),
        came_from=units.get(situation.came_from),
        protected=bool(situation.named),
        **{**facts, **dict(situation.facts)},
    )
    spine = Case.objects.get(pk=case.pk)
    NamedReader.objects.bulk_create(
        NamedReader(case=spine, user=town.people[name], position=place)
        for place, name in enumerate(situation.named, start=1)
    )
    keeps_out = town.people.values() if situation.everyone_is_recused else ()
    Recusal.objects.bulk_create(Recusal(case=spine, user=user) for user in keeps_out)
    _fill(
        town,
        spine,
        word,
        owns_action=situation.everyone_is_recused or "author" in situation.named,
    )
    return case


def _fill(town: Municipality, case: Case, word: str, *, owns_action: bool) -> None:
    """Put into a case what belongs to one; where nobody may be told, even its action is the chief's."""
    if case.subject == "riskanalysis":
        said = {
            "event": "Väntan",
            "cause": "Flytt",
            "consequence": "Oro",
            "probability": 1,
            "severity": 1,
        }
        Risk.objects.create(analysis_id=case.pk, **said)
    if case.subject == "analysis":
        make_pattern(TertialAnalysis.objects.get(pk=case.pk))
    log(case, action="file", label="Rapporterades", actor=None)
    Action.objects.create(
        case=case,
        text=f"Åtgärd {word}",
        owner=town.people["section_chief"] if owns_action else None,
        decided_on=case.received_on,
        due_on=timezone.localdate(),
    )
    make_attachment(case)
    Note.objects.create(
        case=case,
        kind="internal",
        text=f"Anteckning {word}",
        author=town.people["author"],
    )
    Notice.objects.bulk_create(
        Notice(user=user, case=case, kind=kind, read_at=timezone.now())
        for user in town.people.values()
        for kind in ("new", "action_due")
    )
