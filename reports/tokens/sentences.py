"""Generated sentences in right Swedish: the words of direction come from the numbers, never from a hand.

Two numbers that differ say nothing of a change: "fler" and "färre" stand only where chance alone would
seldom give as much (an exact test).  Else both numbers are there, and that no change is certain.

Numbers that are compared stand in figures, as the guidance of the Swedish agencies has it; a number
alone in running text stands in letters up to twelve.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from analysis.charts.charts import NBSP, number, percent
from analysis.counted.nouns import Noun
from analysis.rules.effects import CERTAIN
from analysis.rules.exact import differs
from reports.document.year_words import Year

LETTERS = (
    "inga",
    "",
    "två",
    "tre",
    "fyra",
    "fem",
    "sex",
    "sju",
    "åtta",
    "nio",
    "tio",
    "elva",
    "tolv",
)
SMALL_WHOLE = 20
MONTH = Noun("månad", "månader")
UNCERTAIN = "ingen säker förändring"


def in_letters(value: int, noun: Noun) -> str:
    """Return letters up to twelve, figures above: `fyra`, `ett`, `1 276`."""
    if value == 1:
        return noun.one
    return LETTERS[value] if value < len(LETTERS) else number(value)


def amount(value: int, noun: Noun) -> str:
    """Return a number and its noun: `inga fall`, `ett fall`, `fyra fall`, `1 276 kvalitetsavvikelser`."""
    space = " " if value < len(LETTERS) else NBSP
    return f"{in_letters(value, noun)}{space}{noun.of(value)}"


def listed(words: Sequence[str]) -> str:
    """Return `a`, `a och b`, `a, b och c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} och {words[-1]}"


def state(noun: Noun, year: Year, now: int, *, verb: str = "togs emot") -> str:
    """Return one number in one sentence: `Under 2024 togs fyra klagomål emot.`"""
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
    """Compare with the year before, with both numbers; "fler" and "färre" stand only when certain.

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
    """Return the verb of a count of 0: of our own doings only that none is registered."""
    return "är registrerade" if noun.own else verb


def _year_before(year: Year) -> str:
    """Return what the year before is called after a number: two bare figures would read as one."""
    return "året innan" if isinstance(year, int) else year[1]


def _compare_counts(noun: Noun, year: Year, now: int, before: int, verb: str) -> str:
    """Compare two numbers of equally long periods."""
    this, earlier = _names(year)
    ago = f"{number(before)} {_year_before(year)}"
    if before == 0 and noun.own:
        registered = "registrerat" if noun.neuter else "registrerad"
        ago = f"{noun.none} {registered} {_year_before(year)}"
    certain = changed(now, before)
    if now == 0:
        said = f"Inga {noun.plural} {_registered(noun, verb)} {this}, jämfört med {ago}"
        return f"{said}." if certain else f"{said}: {UNCERTAIN}."
    if not certain:
        return (
            f"Under {this} {_counted(noun, now, verb)}, jämfört med {ago}: {UNCERTAIN}."
        )
    word = "Fler" if now > before else "Färre"
    return f"{word} {noun.plural} {verb} {this} än {earlier}, {number(now)} jämfört med {number(before)}."


def _compare_rates(
    noun: Noun, year: Year, counts: tuple[int, int], months: tuple[int, int], verb: str
) -> str:
    """Compare per month where the periods are not equally long, with what each number covers."""
    this, earlier = _names(year)
    (now, before), (head, _, tail) = counts, verb.partition(" ")
    of_now, of_before = _of_months(months[0]), _of_months(months[1])
    if changed(now, before, lengths=months):
        word = "fler" if now * months[1] > before * months[0] else "färre"
        return (
            f"Räknat per månad {head} {word} {noun.plural}{_after(tail)} {this} än {earlier}, "
            f"{number(now)} {of_now} jämfört med {number(before)} {of_before}."
        )
    said = f"Under {this} {_counted(noun, now, verb)} {of_now}"
    ago = f"{number(before)} {of_before} {_year_before(year)}"
    return f"{said}, jämfört med {ago}: {UNCERTAIN} räknat per månad."


def _of_months(months: int) -> str:
    """Return how many months a number covers, in words."""
    return f"på {months}{NBSP}{MONTH.of(months)}"


def _counted(noun: Noun, now: int, verb: str) -> str:
    """Return `togs 177 klagomål emot`: in figures, since it is compared."""
    head, _, tail = verb.partition(" ")
    amount = f"{number(now)}{NBSP}{noun.of(now)}" if now else f"inga {noun.plural}"
    return f"{head} {amount}{_after(tail)}"


def share(noun: Noun, part: int, whole: int, *, verb: str) -> str:
    """Return a part of a whole: `Av 112 rapporter bedömdes 44 (39 procent) vara missförhållanden.`

    The percentage is left out where the whole is so small that it would say more than the numbers do.
    """
    if not 0 <= part <= whole:
        raise ValueError("a part lies between nothing and the whole")
    head, _, tail = verb.partition(" ")
    if whole == 0:
        return f"Det fanns inga {noun.plural}."
    if whole == 1 and part == 1:
        return f"Det fanns {amount(1, noun)}, och {noun.it} {verb}."
    if whole == 1:
        return f"{noun.none.capitalize()} {noun.singular} {verb}."
    if part == whole:
        return f"Alla {amount(whole, noun)} {verb}."
    if part == 0:
        return f"Av {amount(whole, noun)} {head} {noun.none}{_after(tail)}."
    count = in_letters(part, noun) if whole < len(LETTERS) else number(part)
    per_cent = f" ({percent(part, whole)}{NBSP}procent)" if whole >= SMALL_WHOLE else ""
    return f"Av {amount(whole, noun)} {head} {count}{per_cent}{_after(tail)}."


def most(noun: Noun, year: Year, of: Mapping[str, int | None]) -> str:
    """Return where it is most, as a chart tells it: `Flest klagomål 2024: Ekonomiskt bistånd, 4 av 12.`"""
    counts = {place: count for place, count in of.items() if count is not None}
    what = f"{noun.plural} {_names(year)[0]}"
    if of and not counts:
        return f"Uppgift om {what} saknas."
    if not any(counts.values()):
        return f"Inga {what}."
    places = _highest(counts)
    highest = number(counts[places[0]])
    if len(places) == len(counts) > 1:
        return f"Lika många {what} överallt: {highest} var."
    each = " var" if len(places) > 1 else ""
    said = f"Flest {what}: {listed(places)}, {highest}{each}"
    if len(counts) < len(of):
        # Of a whole of which a part is not known nothing is said.
        return f"{said}."
    return f"{said} av {number(sum(counts.values()))}."


def _highest(counts: Mapping[str, int]) -> list[str]:
    """Return the places that have most."""
    highest = max(counts.values())
    return [place for place, count in counts.items() if count == highest]


def trend(noun: Noun, years: Mapping[int, int]) -> str:
    """Return what three years or more say together; nothing where they differ by no more than chance gives.

    Every year is said to have risen only where the latest has: else the sentence before would contradict it.
    """
    ordered = [years[year] for year in sorted(years)]
    if len(ordered) < 3:
        return ""
    first, latest, earlier = min(years), ordered[-1], ordered[:-1]
    if changed(latest, ordered[0]) and changed(latest, earlier[-1]):
        if _rises(ordered):
            return f"Antalet {noun.plural} har ökat varje år sedan {first}."
        if _rises(ordered[::-1]):
            return f"Antalet {noun.plural} har minskat varje år sedan {first}."
    if latest > max(earlier) and changed(latest, max(earlier)):
        return f"Det är det högsta antalet {noun.plural} sedan {first}."
    if latest < min(earlier) and changed(latest, min(earlier)):
        return f"Det är det lägsta antalet {noun.plural} sedan {first}."
    return ""


def _rises(counts: Sequence[int]) -> bool:
    """Tell whether every count is larger than the one before."""
    return all(later > earlier for earlier, later in pairwise(counts))


def _names(year: Year) -> tuple[str, str]:
    """Return what a year and the one before are called."""
    if isinstance(year, int):
        return str(year), str(year - 1)
    return year


def _after(tail: str) -> str:
    """Return the last word of a verb after a space, where it has any."""
    return f" {tail}" if tail else ""
