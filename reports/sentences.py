"""Generated sentences in right Swedish: the words of direction come from the numbers, never from a hand.

Numbers that are compared stand in figures, as the guidance of the Swedish agencies has it; a number
alone in running text stands in letters up to twelve.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from analysis.charts import NBSP, number, percent

LETTERS = ("inga", "", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv")
SMALL_WHOLE = 20
# A calendar year, or a period and the one before it in words: `("läsåret 2023/2024", "läsåret 2022/2023")`.
Year = int | tuple[str, str]


@dataclass(frozen=True, slots=True)
class Noun:
    """What is counted: `Noun("rapport", "rapporter")` is en, with `neuter=True` it is ett."""

    singular: str
    plural: str
    neuter: bool = False

    @property
    def one(self) -> str:
        return "ett" if self.neuter else "en"

    @property
    def none(self) -> str:
        return "inget" if self.neuter else "ingen"

    @property
    def it(self) -> str:
        return "det" if self.neuter else "den"


def in_letters(value: int, noun: Noun) -> str:
    """Letters up to twelve, figures above: `fyra`, `ett`, `1 276`."""
    if value == 1:
        return noun.one
    return LETTERS[value] if value < len(LETTERS) else number(value)


def amount(value: int, noun: Noun) -> str:
    """A number and its noun: `inga fall`, `ett fall`, `fyra fall`, `1 276 kvalitetsavvikelser`."""
    space = " " if value < len(LETTERS) else NBSP
    return f"{in_letters(value, noun)}{space}{noun.singular if value == 1 else noun.plural}"


def listed(words: Sequence[str]) -> str:
    """`a`, `a och b`, `a, b och c`."""
    return " och ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def state(noun: Noun, year: Year, now: int, *, verb: str = "togs emot") -> str:
    """One number in one sentence: `Under 2024 togs fyra klagomål emot.`"""
    head, _, tail = verb.partition(" ")
    return f"Under {_names(year)[0]} {head} {amount(now, noun)}{_after(tail)}."


def compare(
    noun: Noun,
    year: Year,
    now: int,
    before: int | None,
    *,
    verb: str = "togs emot",
) -> str:
    """Fler, färre or lika många than the year before, with both numbers."""
    this, earlier = _names(year)
    if before is None:
        return f"{state(noun, year, now, verb=verb)} Uppgift för {earlier} saknas."
    if now == before == 0:
        return f"Inga {noun.plural} {verb} vare sig {this} eller {earlier}."
    if now == 0:
        # Never the bare figures of a year after a number: the two would read as one.
        ago = "året innan" if isinstance(year, int) else earlier
        return f"Inga {noun.plural} {verb} {this}, jämfört med {number(before)} {ago}."
    if now == before:
        return f"Lika många {noun.plural} {verb} {this} som {earlier}, {number(now)} vartdera året."
    word = "Fler" if now > before else "Färre"
    return f"{word} {noun.plural} {verb} {this} än {earlier}, {number(now)} jämfört med {number(before)}."


def share(noun: Noun, part: int, whole: int, *, verb: str) -> str:
    """A part of a whole: `Av 112 rapporter bedömdes 44 (39 procent) vara missförhållanden.`

    The percentage is left out where the whole is so small that it would say more than the numbers do.
    """
    if not 0 <= part <= whole:
        raise ValueError("a part lies between nothing and the whole")
    head, _, tail = verb.partition(" ")
    if whole == 0:
        return f"Det fanns inga {noun.plural}."
    if whole == 1:
        return (
            f"Det fanns {amount(1, noun)}, och {noun.it} {verb}."
            if part
            else f"{noun.none.capitalize()} {noun.singular} {verb}."
        )
    if part == whole:
        return f"Alla {amount(whole, noun)} {verb}."
    if part == 0:
        return f"Av {amount(whole, noun)} {head} {noun.none}{_after(tail)}."
    count = in_letters(part, noun) if whole < len(LETTERS) else number(part)
    per_cent = f" ({percent(part, whole)}{NBSP}procent)" if whole >= SMALL_WHOLE else ""
    return f"Av {amount(whole, noun)} {head} {count}{per_cent}{_after(tail)}."


def compare_share(
    noun: Noun,
    year: Year,
    now: tuple[int, int],
    before: tuple[int, int] | None,
    *,
    verb: str,
) -> str:
    """Larger, smaller or equal share than the year before, judged by the exact numbers, not the rounded."""
    this, earlier = _names(year)
    if not now[1]:
        return f"Det fanns inga {noun.plural} {this}."
    if before is None or not before[1]:
        head, _, tail = verb.partition(" ")
        figures = f"{number(now[0])} av {number(now[1])}{NBSP}{noun.singular if now[1] == 1 else noun.plural}"
        return f"Under {this} {head} {figures}{_after(tail)}. Uppgift för {earlier} saknas."
    new, old = Fraction(*now), Fraction(*before)
    if new == old:
        return f"En lika stor andel {noun.plural} {verb} {this} som {earlier}, {_per_cent(new)}{NBSP}procent."
    word = "större" if new > old else "mindre"
    texts = [str(percent(*now)), str(percent(*before))]
    if texts[0] == texts[1]:
        texts = [_per_cent(new), _per_cent(old)]
    unit = f"{NBSP}procent"
    if texts[0] == texts[1]:
        word, unit = f"något {word}", ""
        texts = [f"{number(part)} av {number(whole)}" for part, whole in (now, before)]
    head = f"En {word} andel {noun.plural} {verb} {this} än {earlier}"
    return f"{head}, {texts[0]} jämfört med {texts[1]}{unit}."


def most(noun: Noun, year: Year, counts: Mapping[str, int]) -> str:
    """Where it is most, the finding of a chart: `Flest klagomål 2024: Ekonomiskt bistånd, 470 av 1 276.`"""
    what, total = f"{noun.plural} {_names(year)[0]}", sum(counts.values())
    if not total:
        return f"Inga {what}."
    highest = max(counts.values())
    places = [place for place, count in counts.items() if count == highest]
    if len(places) == len(counts) > 1:
        return f"Lika många {what} överallt: {number(highest)} var."
    each = " var" if len(places) > 1 else ""
    return f"Flest {what}: {listed(places)}, {number(highest)}{each} av {number(total)}."


def trend(noun: Noun, years: Mapping[int, int]) -> str:
    """What three years or more say together, or nothing where they point different ways."""
    ordered = [years[year] for year in sorted(years)]
    if len(ordered) < 3:
        return ""
    first, steps = min(years), list(pairwise(ordered))
    if all(later > earlier for earlier, later in steps):
        return f"Antalet {noun.plural} har ökat varje år sedan {first}."
    if all(later < earlier for earlier, later in steps):
        return f"Antalet {noun.plural} har minskat varje år sedan {first}."
    if ordered[-1] > max(ordered[:-1]):
        return f"Det är det högsta antalet {noun.plural} sedan {first}."
    if ordered[-1] < min(ordered[:-1]):
        return f"Det är det lägsta antalet {noun.plural} sedan {first}."
    return ""


def _per_cent(value: Fraction) -> str:
    """At most one decimal, with the Swedish comma."""
    tenths = (value * 2000 + 1) // 2
    return f"{tenths // 10},{tenths % 10}".removesuffix(",0")


def _names(year: Year) -> tuple[str, str]:
    return (str(year), str(year - 1)) if isinstance(year, int) else year


def _after(tail: str) -> str:
    return f" {tail}" if tail else ""
