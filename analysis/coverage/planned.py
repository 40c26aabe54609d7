"""Which planned self-checks each unit has made in a year: unit by planned check, from the year wheel."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode

from organisation.models import Unit, User
from selfcheck.models import Plan
from selfcheck.plan.wheel import Turn, wheel_of

# What most units plan has a column of its own; the rest are told of together.
MOST_COLUMNS = 6
OTHERS = "Övriga"


@dataclass(frozen=True)
class Share:
    """How many occasions of some planned checks are made, of how many, and how many are late."""

    done: int
    late: int
    whole: int

    @property
    def level(self) -> tuple[str, str]:
        """Return where the checks stand, in a word, and the tone to say it in."""
        if self.late:
            return "försenat", "bad"
        if self.done == self.whole:
            return "klart", "good"
        if self.done:
            return "pågår", "info"
        return "planerat", "neutral"

    @property
    def words(self) -> str:
        """Return the counts as they are read."""
        made = f"{self.done} av {self.whole} gjorda"
        if not self.late:
            return made
        late = "försenad" if self.late == 1 else "försenade"
        return f"{made}, {self.late} {late}"


@dataclass(frozen=True)
class PlanRow:
    """One unit, all that it has planned for the year, and its share of each column."""

    unit: Unit
    total: Share | None
    shares: list[tuple[str, Share | None]]
    url: str


def planned_in(
    units: Iterable[Unit], year: int, *, reader: User
) -> tuple[list[str], list[PlanRow]]:
    """Return the columns, and for each unit how far it has come with what it plans (SOSFS 2011:9 5 kap. 2 §).

    A constant number of questions; a check that is cancelled, or whose day had passed when it was planned,
    is nothing to make.
    """
    units = list(units)
    going = Plan.objects.visible_to(reader).going_on().filter(unit__in=units, year=year)
    plans = list(going.select_related("responsible"))
    turns: dict[int, list[Turn]] = defaultdict(list)
    if plans:
        for _, of_part in wheel_of(plans, reader):
            for turn in of_part:
                turns[turn.plan.unit_id].append(turn)
    columns = _columns(plans)
    return columns, [_row(unit, year, columns, turns[unit.pk]) for unit in units]


def _columns(plans: list[Plan]) -> list[str]:
    """Return the checks that most units plan, and a column for the rest if there are any."""
    spelt: dict[str, str] = {}
    planned: Counter[str] = Counter()
    for plan in plans:
        name = plan.title.casefold()
        spelt[name] = plan.title
        planned[name] += 1
    titles = [
        spelt[name] for name in sorted(planned, key=lambda name: (-planned[name], name))
    ]
    if len(titles) <= MOST_COLUMNS:
        return titles
    return [*titles[: MOST_COLUMNS - 1], OTHERS]


def _row(unit: Unit, year: int, columns: list[str], turns: list[Turn]) -> PlanRow:
    """Return how far a unit has come in each column, and with all that it plans."""
    counted = [turn for turn in turns if _counts(turn)]
    in_column: dict[str, list[Turn]] = {title.casefold(): [] for title in columns}
    for turn in counted:
        name = turn.plan.title.casefold()
        if name not in in_column:
            name = OTHERS.casefold()
        in_column[name].append(turn)
    shares = [(title, _share(in_column[title.casefold()])) for title in columns]
    address = f"{reverse('selfcheck:plan')}?{urlencode({'enhet': unit.code, 'ar': str(year)})}"
    return PlanRow(unit, _share(counted), shares, address)


def _counts(turn: Turn) -> bool:
    """Tell whether an occasion is to be made: not when it is cancelled, or had passed when it was planned."""
    return turn.state not in {"ställs in", "hade passerat när planen gjordes"}


def _share(turns: list[Turn]) -> Share | None:
    if not turns:
        return None
    tones = Counter(turn.tone for turn in turns)
    return Share(tones["good"], tones["bad"], len(turns))
