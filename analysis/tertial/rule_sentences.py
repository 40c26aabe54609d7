"""Say in plain Swedish how a rule counted, from the limits stored with what it found."""

from __future__ import annotations

from typing import Any

from analysis.models import Kind
from analysis.models.signal import Found
from analysis.rules.number_words import decimal


def counted_as(found: Found) -> list[str]:
    """Return the limits of a finding, one sentence each, so that it can be counted again."""
    return _WORDS[Kind(found.kind)](found, found.parameters)


def _per_cent(share: float) -> str:
    return f"{decimal(100 * share)} procent"


def _rise(found: Found, limits: dict[str, Any]) -> list[str]:
    said = [
        "Räknat är det som kom in till enheten under tertialet, utom beröm.",
        (
            f"Antalet jämförs med de {found.periods} tertialen före. Högst {limits['earlier']} räknas, "
            f"och färre än {limits['earlier_least']} säger inget."
        ),
        f"Färre än {limits['least']} ärenden är aldrig ett mönster.",
        "Jämförelsen räknar med att få tidigare ärenden säger lite om vad som är vanligt.",
        (
            "Så många jämförelser görs att några slår ut av slump. Av mönstren i ett tertial får högst "
            f"{_per_cent(limits['false_share'])} vara det."
        ),
    ]
    if found.false_share is not None:
        share = _per_cent(found.false_share)
        said.append(
            f"Av alla utfall som är minst så ovanliga som det här är ungefär {share} slump."
        )
    return said


def _concentrated(_found: Found, limits: dict[str, Any]) -> list[str]:
    return [
        "Räknat är det som kom in under tertialet, utom beröm.",
        (
            f"En kategori ska ha minst {limits['concentrated_least']} ärenden och minst "
            f"{_per_cent(limits['concentrated_share'])} av enhetens."
        ),
        (
            f"Andelen ska vara minst {decimal(limits['concentrated_times'])} gånger så stor som i de andra "
            "enheterna tillsammans."
        ),
        f"Slumpen ska ge så mycket i färre än {_per_cent(limits['concentrated_chance'])} av fallen.",
    ]


def _recurring(_found: Found, limits: dict[str, Any]) -> list[str]:
    return [
        (
            f"Räknat är det som kom in under {limits['recurring_months']} månader till och med tertialet, "
            "utom beröm."
        ),
        (
            f"Samma rutin och samma orsak ska stå i minst {limits['recurring_least']} ärenden, "
            "varav minst ett i tertialet."
        ),
        (
            "Enheten ska ha fler sådana än de andra enheterna. Av mönstren i ett tertial får högst "
            f"{_per_cent(limits['false_share'])} vara slump."
        ),
    ]


def _repeated(found: Found, limits: dict[str, Any]) -> list[str]:
    months = limits["repeated_months"]
    if found.subject == "lexsarah":
        span = f"{months} månader till och med tertialet, varav minst en i tertialet"
        return [
            f"Räknat är rapporter enligt lex Sarah av samma typ under {span}. Två räcker."
        ]
    most = limits.get(
        "told_most"
    )  # what was found before there was such a limit has none
    return [
        (
            "Räknat är det som kom in under tertialet och hände efter att en åtgärd mot samma kategori i "
            f"samma rutin blev genomförd, inom {months} månader. Beröm räknas inte."
        ),
        f"Färre än {limits['least']} ärenden är aldrig ett mönster.",
        *(_EFFECT if "after" in limits or not found.pk else ()),
        *([f"Av en enhets alla sådana visas de {most} med flest nya."] if most else []),
    ]


_EFFECT = (
    (
        "Antalet per månad efter åtgärden jämförs med de tolv månaderna före. Månaden då den blev genomförd "
        "räknas inte. Mönstret visas bara när mer än hälften säkert är kvar: slumpen ska ge så många i färre "
        "än 5 procent av fallen om åtgärden hade halverat antalet."
    ),
)


def _eased(_found: Found, _limits: dict[str, Any]) -> list[str]:
    return [
        "Räknat är det som kom in av det som en genomförd åtgärd gäller: samma kategori i samma rutin.",
        (
            "Antalet per månad efter åtgärden jämförs med de tolv månaderna före. Att det blev färre visas "
            "bara när slumpen ger så stor skillnad i färre än 5 procent av fallen, och i ett år."
        ),
    ]


_WORDS = {
    Kind.RISE: _rise,
    Kind.CONCENTRATED: _concentrated,
    Kind.RECURRING: _recurring,
    Kind.REPEATED: _repeated,
    Kind.EASED: _eased,
}
