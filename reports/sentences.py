"""Generated sentences in right Swedish: the words of direction come from the numbers, never from a hand.

Two numbers that differ say nothing of a change: "fler" and "färre" stand only where chance alone would
seldom give as much (an exact test).  Else both numbers are there, and that no change is certain.

Numbers that are compared stand in figures, as the guidance of the Swedish agencies has it; a number
alone in running text stands in letters up to twelve.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from analysis.charts import NBSP, number, percent
from analysis.effects import CERTAIN
from analysis.exact import differs
from analysis.nouns import Noun

LETTERS = ("inga", "", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv")
SMALL_WHOLE = 20
UNCERTAIN = "ingen säker förändring"
# A calendar year, or a period and the one before it in words: `("läsåret 2023/2024", "läsåret 2022/2023")`.
Year = int | tuple[str, str]


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
    if now == 0 and noun.own:
        return f"Inga {noun.plural} är registrerade {_names(year)[0]}."
    head, _, tail = verb.partition(" ")
    return f"Under {_names(year)[0]} {head} {amount(now, noun)}{_after(tail)}."


def changed(now: int, before: int, *, lengths: tuple[float, float] = (1, 1)) -> bool:
    """Tell whether two counts differ by more than chance alone gives: the exact conditional test, p < 0.05.

    ``lengths`` are those of the two periods, where one is longer than the other.
    """
    return differs(now, before, now_for=lengths[0], before_for=lengths[1]) < CERTAIN


def compare(
    noun: Noun,
    year: Year,
    now: int | None,
    before: int | None,
    *,
    verb: str = "togs emot",
    months: tuple[int, int] = (12, 12),
) -> str:
    """Fler, färre or lika many than the year before, with both numbers; fler and färre only when certain.

    ``months`` are those that each of the numbers covers: of unequal periods the rates are compared.
    """
    this, earlier = _names(year)
    if now is None:
        return f"Uppgift om {noun.plural} {this} saknas."
    if before is None:
        return f"{state(noun, year, now, verb=verb)} Uppgift för {earlier} saknas."
    if now == before == 0:
        return f"Inga {noun.plural} {_registered(noun, verb)} vare sig {this} eller {earlier}."
    if months[0] != months[1]:
        return _compare_rates(noun, year, (now, before), months, verb)
    if now == before:
        both = "vartdera året" if isinstance(year, int) else "båda gångerna"
        return f"Lika många {noun.plural} {verb} {this} som {earlier}, {number(now)} {both}."
    return _compare_counts(noun, year, now, before, verb)


def _registered(noun: Noun, verb: str) -> str:
    """Return what is said of none: of what we do ourselves only that none is registered."""
    return "är registrerade" if noun.own else verb


def _compare_counts(noun: Noun, year: Year, now: int, before: int, verb: str) -> str:
    this, earlier = _names(year)
    # Never the bare figures of a year after a number: the two would read as one.
    when = "året innan" if isinstance(year, int) else earlier
    ago = f"{number(before)} {when}"
    if before == 0 and noun.own:
        ago = f"{noun.none} {'registrerat' if noun.neuter else 'registrerad'} {when}"
    certain = changed(now, before)
    if now == 0:
        verb = _registered(noun, verb)
        return f"Inga {noun.plural} {verb} {this}, jämfört med {ago}{'' if certain else f': {UNCERTAIN}'}."
    if not certain:
        return f"Under {this} {_counted(noun, now, verb)}, jämfört med {ago}: {UNCERTAIN}."
    word = "Fler" if now > before else "Färre"
    return f"{word} {noun.plural} {verb} {this} än {earlier}, {number(now)} jämfört med {number(before)}."


def _compare_rates(
    noun: Noun, year: Year, counts: tuple[int, int], months: tuple[int, int], verb: str
) -> str:
    """Compare per month where the periods are not equally long, with what each number covers."""
    this, earlier = _names(year)
    (now, before), (head, _, tail) = counts, verb.partition(" ")
    of_now, of_before = (f"på {n}{NBSP}{'månad' if n == 1 else 'månader'}" for n in months)
    if changed(now, before, lengths=months):
        word = "fler" if now * months[1] > before * months[0] else "färre"
        return (
            f"Räknat per månad {head} {word} {noun.plural}{_after(tail)} {this} än {earlier}, "
            f"{number(now)} {of_now} jämfört med {number(before)} {of_before}."
        )
    said = f"Under {this} {_counted(noun, now, verb)} {of_now}"
    ago = "året innan" if isinstance(year, int) else earlier
    return f"{said}, jämfört med {number(before)} {of_before} {ago}: {UNCERTAIN} räknat per månad."


def _counted(noun: Noun, now: int, verb: str) -> str:
    """`togs 177 klagomål emot`: in figures, since it is compared."""
    head, _, tail = verb.partition(" ")
    space, form = (NBSP, noun.singular) if now == 1 else (NBSP if now else " ", noun.plural)
    return f"{head} {number(now) if now else 'inga'}{space}{form}{_after(tail)}"


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


def most(noun: Noun, year: Year, of: Mapping[str, int | None]) -> str:
    """Where it is most, the finding of a chart: `Flest klagomål 2024: Ekonomiskt bistånd, 470 av 1 276.`"""
    counts = {place: count for place, count in of.items() if count is not None}
    what, total = f"{noun.plural} {_names(year)[0]}", sum(counts.values())
    if of and not counts:
        return f"Uppgift om {what} saknas."
    if not total:
        return f"Inga {what}."
    highest = max(counts.values())
    places = [place for place, count in counts.items() if count == highest]
    if len(places) == len(counts) > 1:
        return f"Lika många {what} överallt: {number(highest)} var."
    each = " var" if len(places) > 1 else ""
    # Of a whole of which a part is not known nothing is said.
    whole = f" av {number(total)}" if len(counts) == len(of) else ""
    return f"Flest {what}: {listed(places)}, {number(highest)}{each}{whole}."


def trend(noun: Noun, years: Mapping[int, int]) -> str:
    """What three years or more say together, or nothing where they differ by no more than chance gives.

    Every year is said to have risen only where the latest has: else the sentence before would contradict it.
    """
    ordered = [years[year] for year in sorted(years)]
    if len(ordered) < 3:
        return ""
    first, steps, latest = min(years), list(pairwise(ordered)), ordered[-1]
    highest, lowest = max(ordered[:-1]), min(ordered[:-1])
    certain = changed(latest, ordered[0]) and changed(latest, ordered[-2])
    if certain and all(later > earlier for earlier, later in steps):
        return f"Antalet {noun.plural} har ökat varje år sedan {first}."
    if certain and all(later < earlier for earlier, later in steps):
        return f"Antalet {noun.plural} har minskat varje år sedan {first}."
    if latest > highest and changed(latest, highest):
        return f"Det är det högsta antalet {noun.plural} sedan {first}."
    if latest < lowest and changed(latest, lowest):
        return f"Det är det lägsta antalet {noun.plural} sedan {first}."
    return ""


def _names(year: Year) -> tuple[str, str]:
    return (str(year), str(year - 1)) if isinstance(year, int) else year


def _after(tail: str) -> str:
    return f" {tail}" if tail else ""
