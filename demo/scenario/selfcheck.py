"""The self-checks of the demo municipality today: what has become of what was planned for the year.

The published counts are those of document 003 of the reports: 39 of 40, 16 of 39, 15 of 21 and 8 of 9.  All
else is invented.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.utils import timezone

from casework.improvement import routines
from casework.improvement.actions import decide_action, finish, judge_effect
from casework.models import Routine
from casework.process.deadlines import months_after
from demo.scenario.plan import YEAR, Planned, plan_year
from organisation.models import Unit, User
from selfcheck.models import Draw, Method, SelfCheck, Series, Share, SurveyQuestion
from selfcheck.plan.planning import AHEAD, open_due
from selfcheck.process.services import answer, begin, make_draw, take_step
from selfcheck.recording.recording import record_survey
from selfcheck.series.measuring import measure, start_series

# What a file answers to each question of a template, by its place among those drawn.
Answers = tuple[Callable[[int], str], ...]


def play_selfcheck(people: Mapping[str, User], unit: Unit, neighbour: Unit) -> None:
    """Plan the year of two units, open what is due, and take each check as far as it is to be shown."""
    chief, other = people["sektionschef"], people["grannchef"]
    plan_year(people, unit, neighbour)
    open_due()
    for check in SelfCheck.objects.filter(occasion_on__isnull=False):
        _date(check, received_on=(check.occasion_on or timezone.localdate()) - AHEAD)
    _earlier_round(unit, chief)
    _participation(_of(unit, YEAR[0]), chief)
    _violence(_of(unit, YEAR[1]), chief)
    _protected(_of(unit, YEAR[2]), chief)
    _logs(unit, chief)
    _walkthroughs(unit, chief)
    _survey(_of(unit, YEAR[5]), chief)
    _measured(unit, chief)
    _half_done(_of(unit, YEAR[6]), chief)
    _neighbour(_of(neighbour, YEAR[2]), other)


def _of(unit: Unit, planned: Planned) -> SelfCheck:
    return SelfCheck.objects.filter(
        plan__unit=unit, plan__title=planned.title
    ).order_by("occasion_on")[0]


# --- what people do with it -------------------------------------------------------------------
def _step(check: SelfCheck, name: str, actor: User, **facts: Any) -> SelfCheck:
    fresh = SelfCheck.objects.get(pk=check.pk)
    return take_step(fresh, name, actor=actor, seen_version=fresh.version, facts=facts)


def _date(check: SelfCheck, **days: dt.date) -> None:
    """Let something have been done on an earlier day: the whole demo is played today."""
    SelfCheck.objects.filter(pk=check.pk).update(**days)


def _review(
    check: SelfCheck,
    chief: User,
    *,
    count: int,
    size: int,
    population: str,
    said: Answers,
) -> None:
    """Begin, draw files, and answer every question about each of them."""
    _step(check, "borja", chief)
    make_draw(
        check,
        actor=chief,
        of=Draw.Of.FILES,
        population=population,
        size=size,
        count=count,
    )
    for file in range(1, count + 1):
        words = {question: word(file) for question, word in enumerate(said, start=1)}
        answer(check, actor=chief, file=file, said=words)


def _first(count: int, *, of: int = 500, others: str = "no") -> Callable[[int], str]:
    """Return who answers yes: the first so many; the others up to ``of`` no, what comes after nothing."""
    return lambda file: (
        "yes" if file <= count else others if file <= of else "not_applicable"
    )


def _earlier_round(unit: Unit, chief: User) -> None:
    """Let the participation have been checked a year ago too, in another way, with a lower share."""
    day = timezone.localdate() - dt.timedelta(days=370)
    facts = {
        "title": YEAR[0].title,
        "unit": unit,
        "workplace": unit.name,
        "method": Method.FILE_REVIEW,
        "template": None,
        "why": "",
        "process": YEAR[0].process,
        "planned_on": timezone.localdate(),
    }
    check = begin(
        actor=chief, form_token=uuid5(NAMESPACE_URL, "demo:selfcheck"), facts=facts
    )
    _step(check, "borja", chief)
    result = (
        "I elva akter framgick det inte att den enskilde hade fått läsa utredningen."
    )
    _step(check, "resultat", chief, finding="some", result=result, met=29, reviewed=40)
    _step(
        check,
        "slutsats",
        chief,
        conclusion="Utredningen skickas för sent för att hinna läsas.",
    )
    text = "Skicka utredningen en vecka före beslutet."
    _follow_up(check, chief, text=text, improved=YEAR[0].process)
    _date(check, received_on=day, planned_on=day, done_on=day, closed_on=day)


def _participation(check: SelfCheck, chief: User) -> None:
    population = "Utredningar som har avslutats det senaste halvåret, i nummerordning"
    _review(check, chief, count=40, size=118, population=population, said=(_first(39),))
    result = "Den enskilde var delaktig i 39 av 40 granskade ärenden."
    _step(check, "resultat", chief, finding="some", result=result)
    _step(
        check,
        "slutsats",
        chief,
        conclusion="Veckan för att läsa utredningen fungerar. Vi behåller den.",
    )
    reason = "I det enda ärendet fanns omständigheter som gjorde det omöjligt."
    _step(check, "besluta", chief, no_action_reason=reason)
    _step(check, "avsluta", chief)


def _violence(check: SelfCheck, chief: User) -> None:
    population = "Pågående ärenden om vuxna den första i månaden"
    said = (_first(16), _first(15, of=16), _first(4, of=5), _first(5, of=5))
    _review(check, chief, count=39, size=84, population=population, said=said)
    result = "Frågorna hade ställts i 16 av 39 ärenden inom det senaste året."
    _step(check, "resultat", chief, finding="faults", result=result)
    _step(
        check,
        "slutsats",
        chief,
        conclusion="Frågorna glöms när ärendet har pågått länge.",
    )
    today = timezone.localdate()
    decide_action(
        SelfCheck.objects.get(pk=check.pk),
        actor=chief,
        text="Lägg in frågorna i mallen för den årliga uppföljningen.",
        level="unit",
        owner=chief,
        due_on=today + dt.timedelta(days=45),
        effect_measure="Granska tjugo ärenden igen.",
        effect_due_on=today + dt.timedelta(days=150),
        improved_routine="Frågor om våld",
    )
    _step(check, "besluta", chief)


_PROTECTED = "Alla ärenden om personer med skyddade personuppgifter"
_MAPPED = "Kartläggningen saknades i {} av {} ärenden."


def _protected(check: SelfCheck, chief: User) -> None:
    said = (_first(21), _first(18), _first(20), _first(6))
    _review(check, chief, count=21, size=21, population=_PROTECTED, said=said)
    result = (
        f"{_MAPPED.format(15, 21)} I 18 av 21 hade högst tre handläggare behörighet."
    )
    _step(check, "resultat", chief, finding="faults", result=result)
    _step(
        check,
        "slutsats",
        chief,
        conclusion="Rutinen är inte känd. Den säger inte vem som gör kartläggningen.",
    )
    text = "Gör de femton kartläggningarna, och skriv i rutinen vem som gör dem."
    _follow_up(check, chief, text=text, improved="Skyddade personuppgifter")
    routine = Routine.objects.get(name="Skyddade personuppgifter")
    facts = {
        "edition": "2.1",
        "review_on": timezone.localdate() + dt.timedelta(days=365),
    }
    routines.change(
        routine, actor=routine.owner or chief, seen_version=routine.version, facts=facts
    )


def _follow_up(check: SelfCheck, chief: User, *, text: str, improved: str) -> None:
    """Act, see that it helped, and close."""
    action = decide_action(
        SelfCheck.objects.get(pk=check.pk),
        actor=chief,
        text=text,
        level="unit",
        owner=chief,
        due_on=timezone.localdate(),
        effect_measure="Granska ärendena igen.",
        improved_routine=improved,
    )
    _step(check, "besluta", chief)
    action = finish(
        action, actor=chief, seen_version=action.version, done_on=timezone.localdate()
    )
    note = "Alla ärenden följer rutinen."
    judge_effect(
        action, actor=chief, seen_version=action.version, effect="yes", effect_note=note
    )
    _step(check, "avsluta", chief)


def _passed(unit: Unit, planned: Planned) -> list[SelfCheck]:
    """Return the checks of a plan whose day has passed."""
    checks = SelfCheck.objects.filter(plan__unit=unit, plan__title=planned.title)
    return list(
        checks.filter(occasion_on__lt=timezone.localdate()).order_by("occasion_on")
    )


def _logs(unit: Unit, chief: User) -> None:
    """Make the log checks whose day has passed: the last of them today, with something found."""
    *before, last = _passed(unit, YEAR[3])
    for check in before:
        _log_check(check, chief)
        result = "Alla läsningar hade ett skäl i arbetet."
        _without_faults(
            check,
            chief,
            result,
            "Urvalet räcker. Vi fortsätter varje månad.",
            met=5,
            reviewed=5,
        )
    _log_check(last, chief)
    population = "Medarbetare med behörighet i systemet, i personallistans ordning"
    make_draw(
        last, actor=chief, of=Draw.Of.STAFF, population=population, size=23, count=5
    )
    result = "En läsning av ett avslutat ärende saknade skäl i arbetet."
    _step(last, "resultat", chief, finding="some", result=result, met=4, reviewed=5)


def _walkthroughs(unit: Unit, chief: User) -> None:
    """Make all but the last of the walk-throughs whose day has passed: that one is late."""
    for check in _passed(unit, YEAR[4])[:-1]:
        _step(check, "borja", chief)
        result = (
            "Alla ärenden gicks igenom. Två behövde en extra handläggare och fick det."
        )
        _without_faults(
            check,
            chief,
            result,
            "Genomgången gör att ingen sitter ensam med det svåra.",
        )


def _without_faults(
    check: SelfCheck, chief: User, result: str, conclusion: str, **counted: int
) -> None:
    """Note that nothing was wrong, and close, on the day that was planned."""
    _step(check, "resultat", chief, finding="none", result=result, **counted)
    _step(check, "slutsats", chief, conclusion=conclusion)
    _step(check, "besluta", chief)
    _step(check, "avsluta", chief)
    day = check.occasion_on or timezone.localdate()
    _date(check, done_on=day, closed_on=day)


def _log_check(check: SelfCheck, chief: User) -> None:
    day = check.occasion_on or timezone.localdate()
    month = (day.replace(day=1) - dt.timedelta(days=1)).replace(day=1)
    _step(check, "borja", chief)
    _step(
        check,
        "underlag",
        chief,
        system="Journal Digital",
        period_from=month,
        period_to=day.replace(day=1) - dt.timedelta(days=1),
        registry_number=f"ASN-{month.year}-{1000 + 31 * month.month}",
    )


def _survey(check: SelfCheck, chief: User) -> None:
    _step(check, "borja", chief)
    _step(check, "underlag", chief, invited=64, answered=41)
    asked = (
        ("Blev du bemött med respekt?", 41, 38),
        ("Fick du vara med och bestämma?", 40, 33),
        ("Vet du vem du ringer efter kontorstid?", 39, 29),
    )
    questions = [
        SurveyQuestion(text=text, answered=answered, positive=positive)
        for text, answered, positive in asked
    ]
    fresh = SelfCheck.objects.get(pk=check.pk)
    record_survey(fresh, actor=chief, seen_version=fresh.version, questions=questions)
    result = "De flesta är nöjda med bemötandet. Var fjärde visste inte vem man ringer efter kontorstid."
    _step(check, "resultat", chief, finding="some", result=result)


def _measured(unit: Unit, chief: User) -> None:
    """Let the unit have counted for a year, and the year before, how soon a new visitor is met."""
    facts = {
        "title": "Nybesök inom ett dygn",
        "is_share": True,
        "every": Series.Every.MONTH,
        "counted": "Nybesök som togs emot inom ett dygn",
        "whole": "Alla nybesök",
        "source": "Besöksboken",
        "process": "",
    }
    series = start_series(actor=chief, unit=unit, facts=facts)
    this_month = timezone.localdate().replace(day=1)
    values = {
        f"{months_after(this_month, -back):%Y-%m}": Share(
            26 + back * 7 % 5 - back // 6, 33 + back * 5 % 7
        )
        for back in range(1, 25)
    }
    measure(series, actor=chief, seen_version=series.version, values=values)


def _half_done(check: SelfCheck, chief: User) -> None:
    """Leave a review when seven of twenty files are answered: work that goes on tomorrow."""
    _step(check, "borja", chief)
    population = "Pågående ärenden den första i månaden, i nummerordning"
    make_draw(
        check, actor=chief, of=Draw.Of.FILES, population=population, size=63, count=20
    )
    for file in range(1, 8):
        words = {
            question: "no" if (file * question) % 5 == 0 else "yes"
            for question in range(1, 7)
        }
        answer(check, actor=chief, file=file, said=words)


def _neighbour(check: SelfCheck, chief: User) -> None:
    said = (_first(9), _first(8), _first(9), _first(1))
    _review(check, chief, count=9, size=9, population=_PROTECTED, said=said)
    _step(check, "resultat", chief, finding="faults", result=_MAPPED.format(8, 9))
    conclusion = "Rutinen är inte känd bland dem som börjat i år."
    _step(check, "slutsats", chief, conclusion=conclusion)
