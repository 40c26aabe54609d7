"""Coverage: which paragraphs of SOSFS 2011:9 each unit's records show to be done, in part, or not at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.urls import reverse
from django.utils.http import urlencode

from analysis.coverage.records import Recorded, records_of
from casework.database.periods import calendar_year
from organisation.models import Unit, User


class Level(StrEnum):
    """How far the records show that a paragraph is followed."""

    DONE = "klart"
    PARTLY = "delvis"
    MISSING = "saknas"
    NOTHING = "inget att bedöma"

    @property
    def tone(self) -> str:
        """Return the tone that goes with the word."""
        return {"klart": "good", "delvis": "warn", "saknas": "bad"}.get(
            self.value, "neutral"
        )


# The levels of an organisation as a sentence says them.
_THE = {
    Unit.Level.ADMINISTRATION: "förvaltningen",
    Unit.Level.DEPARTMENT: "avdelningen",
    Unit.Level.UNIT: "enheten",
    Unit.Level.SECTION: "sektionen",
}


@dataclass(frozen=True)
class Judgement:
    """How a paragraph stands in a unit, and the counts that say so."""

    level: Level
    words: str


def _part_of(done: int, whole: int, words: str) -> Judgement:
    """Judge a share: all is done, none is missing, and of nothing there is nothing to judge."""
    if not whole:
        return Judgement(Level.NOTHING, "")
    level = Level.PARTLY
    if done >= whole:
        level = Level.DONE
    elif not done:
        level = Level.MISSING
    return Judgement(level, f"{done} av {whole} {words}")


def _of_the_whole(above: Unit) -> Judgement:
    """Judge work made for a whole department: it may be too general for the unit (IVO)."""
    return Judgement(Level.PARTLY, f"gjord för hela {_THE[Unit.Level(above.level)]}")


# --- the paragraphs, each judged from the counts alone ----------------------------------------
def judge_routines(found: Recorded) -> Judgement:
    """Ask for described routines that are looked over in time (SOSFS 2011:9 4 kap. 2 och 4 §§)."""
    if not found.routines:
        return Judgement(Level.MISSING, "ingen registrerad")
    if found.routines_to_review:
        return Judgement(
            Level.PARTLY, f"{found.routines_to_review} av {found.routines} ska ses över"
        )
    return Judgement(Level.DONE, f"{found.routines} sedda över")


def judge_analyses(found: Recorded) -> Judgement:
    """Ask for a risk analysis that was decided in the year (SOSFS 2011:9 5 kap. 1 §)."""
    if found.analyses_decided:
        return Judgement(Level.DONE, f"{found.analyses_decided} beslutade")
    if found.analyses_above:
        return _of_the_whole(found.analyses_above)
    if found.analyses_begun:
        return Judgement(Level.PARTLY, f"{found.analyses_begun} påbörjade")
    return Judgement(Level.MISSING, "ingen gjord")


def judge_checks(found: Recorded) -> Judgement:
    """Ask for a self-check that was done in the year, and none that is late (SOSFS 2011:9 5 kap. 2 §)."""
    if found.checks_done and found.checks_overdue:
        return Judgement(
            Level.PARTLY,
            f"{found.checks_done} gjorda, {found.checks_overdue} försenade",
        )
    if found.checks_done:
        return Judgement(Level.DONE, f"{found.checks_done} gjorda")
    if found.checks_above:
        return _of_the_whole(found.checks_above)
    if found.checks_begun:
        return Judgement(Level.PARTLY, f"{found.checks_begun} påbörjade")
    return Judgement(Level.MISSING, "ingen gjord")


def judge_received(found: Recorded) -> Judgement:
    """Ask that complaints and deviations come in and are handled in time (SOSFS 2011:9 5 kap. 3 §)."""
    if not found.received:
        return Judgement(Level.MISSING, "ingen kom in")
    if not found.overdue:
        return Judgement(Level.DONE, f"{found.received} kom in, ingen försenad")
    level = Level.PARTLY if found.overdue < found.received else Level.MISSING
    return Judgement(level, f"{found.overdue} av {found.received} försenade")


def judge_assessed(found: Recorded) -> Judgement:
    """Ask for an assessment of every case received (SOSFS 2011:9 5 kap. 6 §)."""
    return _part_of(found.assessed, found.to_assess, "bedömda")


def judge_actions(found: Recorded) -> Judgement:
    """Ask for actions whose effect is followed up (SOSFS 2011:9 5 kap. 7-8 §§)."""
    if not found.actions and found.faults:
        return Judgement(Level.MISSING, "avvikelser utan åtgärd")
    return _part_of(found.actions_followed_up, found.actions, "uppföljda")


def judge_feedback(found: Recorded) -> Judgement:
    """Ask for an answer to those who reported (SOSFS 2011:9 6 kap. 3 §)."""
    return _part_of(found.answered, found.to_answer, "fick svar")


def judge_documented(found: Recorded) -> Judgement:
    """Ask for an assessment in every closed case (SOSFS 2011:9 7 kap. 1 §)."""
    return _part_of(found.documented, found.closed, "dokumenterade")


# --- where the rows behind a cell are ---------------------------------------------------------
def _list_of(name: str, unit: Unit, **asked: str | int) -> str:
    return f"{reverse(name)}?{urlencode({'unit': unit.code, **asked})}"


def _routines(unit: Unit, _year: int, _found: Recorded) -> str:
    return _list_of("casework:routines", unit)


def _analyses(unit: Unit, year: int, found: Recorded) -> str:
    if not found.analyses_decided and found.analyses_above:
        return _list_of("riskanalysis:list", found.analyses_above)
    # The list is narrowed by the year in which a case began: not when that would hide what was decided.
    if found.analyses_older:
        return _list_of("riskanalysis:list", unit)
    return _list_of("riskanalysis:list", unit, year=year)


def _checks(unit: Unit, year: int, found: Recorded) -> str:
    if not found.checks_done and found.checks_above:
        return _list_of("selfcheck:list", found.checks_above)
    if found.checks_older:
        return _list_of("selfcheck:list", unit)
    return _list_of("selfcheck:list", unit, year=year)


def _received(unit: Unit, year: int, found: Recorded) -> str:
    view = "avslutade"
    if found.overdue:
        view = "forsenade"
    elif found.still_open:
        view = "oppna"
    return _list_of("casework:inbox", unit, visa=view, subject="deviations", year=year)


def _assessed(unit: Unit, year: int, found: Recorded) -> str:
    view = (
        "oppna"
        if found.still_open and found.assessed < found.to_assess
        else "avslutade"
    )
    return _list_of("casework:inbox", unit, visa=view, subject="deviations", year=year)


def _closed(unit: Unit, year: int, _found: Recorded) -> str:
    return _list_of("casework:inbox", unit, visa="avslutade", year=year)


def _actions(unit: Unit, year: int, found: Recorded) -> str:
    if not found.actions:
        return _closed(unit, year, found)
    done = found.actions - found.actions_ongoing
    view = "genomforda"
    if found.actions_ongoing:
        view = "enheten"
    elif done > found.actions_followed_up:
        view = "effekt"
    return _list_of("casework:actions", unit, visa=view, year=year)


@dataclass(frozen=True)
class Paragraph:
    """One demand of SOSFS 2011:9: its place and name, how it is judged, and where its rows are."""

    number: str
    label: str
    judge: Callable[[Recorded], Judgement]
    rows: Callable[[Unit, int, Recorded], str]


PARAGRAPHS = (
    Paragraph("4:2, 4:4", "Rutiner", judge_routines, _routines),
    Paragraph("5:1", "Riskanalys", judge_analyses, _analyses),
    Paragraph("5:2", "Egenkontroll", judge_checks, _checks),
    Paragraph("5:3", "Klagomål och avvikelser", judge_received, _received),
    Paragraph("5:6", "Bedömning", judge_assessed, _assessed),
    Paragraph("5:7–8", "Åtgärder", judge_actions, _actions),
    Paragraph("6:3", "Återkoppling", judge_feedback, _closed),
    Paragraph("7:1", "Dokumentation", judge_documented, _closed),
)


@dataclass(frozen=True)
class Cell:
    """How a unit stands in one paragraph, and the address of the rows behind it, if it has any."""

    paragraph: Paragraph
    judgement: Judgement
    url: str = ""


@dataclass(frozen=True)
class Row:
    """One unit and its cells, in the order of PARAGRAPHS.

    A unit with others under it has a sum of theirs, and where it has records of its own a row for them.
    """

    unit: Unit
    depth: int
    cells: tuple[Cell, ...]
    is_sum: bool = False
    is_own: bool = False

    @property
    def is_leaf(self) -> bool:
        """Tell whether the row is that of a unit with none under it."""
        return not self.is_sum and not self.is_own


def tree_of(unit: Unit, year: int) -> list[Unit]:
    """Return a unit and those under it that existed in a year, as the tree is read."""
    period = calendar_year(year)
    return list(Unit.objects.below(unit).there(period.first, period.end))


def leaves_among(units: Iterable[Unit]) -> list[Unit]:
    """Return the units that have none of the others under them: where cases belong."""
    units = list(units)
    parents = {found.parent_id for found in units}
    return [found for found in units if found.pk not in parents]


def coverage_of(units: Iterable[Unit], year: int, *, reader: User) -> list[Row]:
    """Return how each unit of a tree stands in each paragraph, from the records that a person reads.

    An analysis or a self-check made for a whole department counts in part for each of its units.
    """
    units = list(units)
    records = records_of(units, year, reader=reader)
    leaves = leaves_among(units)
    judged = {unit.pk: _cells(unit, year, records[unit.pk]) for unit in units}
    highest = min((unit.depth for unit in units), default=0)
    rows = []
    for unit in units:
        depth = unit.depth - highest
        if unit in leaves:
            rows.append(Row(unit, depth, judged[unit.pk]))
            continue
        below = [judged[leaf.pk] for leaf in leaves if leaf.path.startswith(unit.path)]
        url = _list_of("analysis:coverage", unit, year=year) if depth else ""
        rows.append(Row(unit, depth, _sums(below, url), is_sum=True))
        if _has_own(records[unit.pk]):
            own = tuple(_demands_nothing(cell) for cell in judged[unit.pk])
            rows.append(Row(unit, depth + 1, own, is_own=True))
    return rows


def _cells(unit: Unit, year: int, found: Recorded) -> tuple[Cell, ...]:
    """Judge a unit in each paragraph."""
    return tuple(
        Cell(one, one.judge(found), one.rows(unit, year, found)) for one in PARAGRAPHS
    )


def _sums(below: list[tuple[Cell, ...]], url: str) -> tuple[Cell, ...]:
    """Return for each paragraph how many of the units below are done, of those where there is something."""
    sums = []
    for place, paragraph in enumerate(PARAGRAPHS):
        levels = Counter(cells[place].judgement.level for cells in below)
        whole = levels.total() - levels[Level.NOTHING]
        judgement = _part_of(levels[Level.DONE], whole, "klara")
        if judgement.level == Level.MISSING and levels[Level.PARTLY]:
            judgement = Judgement(Level.PARTLY, judgement.words)
        sums.append(Cell(paragraph, judgement, url))
    return tuple(sums)


def _has_own(found: Recorded) -> bool:
    """Tell whether something was recorded for a unit itself, rather than for those under it."""
    return bool(
        found.received
        or found.actions
        or found.closed
        or found.checks_done + found.checks_begun
        or found.analyses_decided + found.analyses_begun
    )


def _demands_nothing(cell: Cell) -> Cell:
    """Return the cell of a unit that has others under it: nothing is missing that they have."""
    if cell.judgement.level != Level.MISSING:
        return cell
    return Cell(cell.paragraph, Judgement(Level.NOTHING, ""))


def tally(rows: Iterable[Row]) -> list[tuple[Level, int]]:
    """Return how many cells of units with none under them stand at each level, in order."""
    counted: Counter[Level] = Counter()
    for row in rows:
        if row.is_leaf:
            counted.update(cell.judgement.level for cell in row.cells)
    return [(level, counted[level]) for level in Level]
