"""Say in plain Swedish what a rule found and why, from the numbers stored with it."""

from __future__ import annotations

import math
from collections.abc import Iterable

from analysis.counted.subjects import Subject
from analysis.models import Kind, Level, Pattern
from analysis.models.signal import Found
from analysis.rules.effects import Change, Effect
from analysis.rules.number_words import decimal, one_in

SEPARATOR = " · "
# What a finding in lex Sarah is called where it may be read by somebody who is kept from the cases.
KEPT = "Lex Sarah"
WHY_KEPT = "Vad det är, och hur det bedöms, ser bara den som läser alla lex Sarah-ärenden i enheten."


def is_kept(found: Found, opened: bool) -> bool:
    """Tell whether a finding is told without what was found: of lex Sarah, unless it is ``opened``.

    It is opened for a reader who may know the types of the cases (analysis.figures.access.may_split), and in no
    document, which has many readers (OSL 26 kap. 1 and 5 §§).
    """
    return found.subject == Subject.LEXSARAH and not opened


def name_of(found: Found, opened: bool = False) -> str:
    """Return what a finding is about within its unit: category, target group, cause, routine or type."""
    if is_kept(found, opened):
        return KEPT
    named = (
        found.type,
        found.category,
        found.target_group,
        found.process,
        found.cause_area,
    )
    return SEPARATOR.join(word for word in named if word) or "Allt som rapporterades"


def reason_for(found: Found, opened: bool = False) -> str:
    """Return why a finding was raised, so that a reader can judge how sure it is."""
    if is_kept(found, opened):
        return WHY_KEPT
    return _REASONS[Kind(found.kind)](found)


def assessment_of(pattern: Pattern, opened: bool = False) -> str:
    """Return the written assessment of a pattern."""
    if is_kept(pattern, opened):
        return ""
    return pattern.assessment


def ranked(found: Iterable[tuple[int, str, float | None]]) -> list[int]:
    """Return the units that something is found in: those with anything unjudged first, then the surest."""
    ranks: dict[int, tuple[bool, float]] = {}
    for unit, verdict, chance in found:
        rank = (bool(verdict), math.inf if chance is None else chance)
        ranks[unit] = min(rank, ranks.get(unit, rank))
    return sorted(ranks, key=lambda unit: ranks[unit])


def _rise(found: Found) -> str:
    before, periods = found.before or 0, found.periods or 1
    said = (
        f"{found.count} mot väntat {decimal(before / periods)} "
        f"({before} på de {periods} tertialen före). Så många ger slumpen i {one_in(found.chance or 1.0)}."
    )
    if found.level == Level.WATCH:
        said += " Det är inte säkert ett mönster: så många jämförelser görs att något sådant alltid syns."
    return said


def _concentrated(found: Found) -> str:
    return (
        f"{found.count} av enhetens {found.whole} ärenden, mot {found.before} av {found.periods} i de andra "
        f"enheterna. En så stor skillnad ger slumpen i {one_in(found.chance or 1.0)}."
    )


def _recurring(found: Found) -> str:
    said = f"{found.count} gånger på tolv månader med samma rutin och orsak."
    if found.level == Level.PATTERN:
        seldom = one_in(found.chance or 1.0)
        return f"{said} Det är fler än i de andra enheterna; slumpen ger så många i {seldom}."
    said += " Det är inte säkert fler än i de andra enheterna."
    if left_out := found.parameters.get("left_out"):
        said += f" {left_out} till återkommer i enheten, men skiljer sig ännu mindre från de andra enheterna."
    return said


def _repeated(found: Found) -> str:
    if found.subject == "lexsarah":
        return f"{found.count} rapporter enligt lex Sarah av samma typ på två år."
    said = f"{found.count} nya i tertialet, efter att en åtgärd mot samma sak i samma rutin genomfördes."
    if compared := _compared(found):
        said += f" {compared}"
        if compared.change is not Change.MORE:
            # What the pattern rests on is another question than whether the two levels differ.
            said += " Men antalet har säkert inte halverats."
    if left_out := found.parameters.get("left_out"):
        said += f" Enheten har {left_out} sådana till, med färre eller lika många nya."
    return said


def _eased(found: Found) -> str:
    said = (
        "En åtgärd mot samma sak i samma rutin är genomförd, och det kommer in färre."
    )
    compared = _compared(found)
    if compared is None:
        return said
    return f"{said} {compared}"


def _compared(found: Found) -> Effect | None:
    """Return the levels around an action; what was found before they were compared has none."""
    limits = found.parameters
    if "after" not in limits:
        return None
    return Effect(
        found.before or 0,
        limits["before_months"],
        limits["after"],
        limits["after_months"],
    )


_REASONS = {
    Kind.RISE: _rise,
    Kind.CONCENTRATED: _concentrated,
    Kind.RECURRING: _recurring,
    Kind.REPEATED: _repeated,
    Kind.EASED: _eased,
}
