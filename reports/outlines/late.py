"""What came in late and changes a number that has been published: found, explained in print, and listed.

A published report never changes.  The next one prints the year before as the register has it today: where
that is another number than the one that was published, both stand there, with why.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import dateformat, timezone

from analysis.ask.table import HIDDEN
from analysis.charts.charts import number
from analysis.counted.countings import COUNTING_OF
from analysis.counted.questions import Question
from analysis.counted.vocabulary import CASE
from analysis.figures.rows import everything, readable
from casework.database.periods import Period, parse
from casework.models import Action
from lexsarah.models import LexSarahReport
from organisation.models import Unit
from reports.document.blocks import Document, Paragraph, Section
from reports.document.numbers import where_of
from reports.models import AnnualReport, Edition, Publication, TertialEdition
from reports.tokens.sentences import amount
from reports.tokens.tokens import Asked

if TYPE_CHECKING:
    from organisation.models import User

# So many case numbers are told of each number that has changed.
MOST_CASES = 10
Key = tuple[str, str, str, str, str]


@dataclass(frozen=True)
class Late:
    """One number that a published report tells otherwise than the register does today."""

    edition: Edition
    unit: Unit
    asked: Asked
    period: Period
    published: int
    now: int
    section: Section

    @property
    def year(self) -> int:
        """Return the year of the published report."""
        return self.edition.report.year

    @property
    def _question(self) -> Question:
        """Return the question of the number."""
        return Question(
            self.asked.subject,
            self.unit,
            self.period,
            self.asked.basis,
            where=self.asked.where,
        )

    @property
    def _counted_at(self) -> dt.datetime:
        """Return when the published number was counted."""
        return self.edition.counted_at or self.edition.built_at

    def came_in(self) -> int:
        """Return how many of the rows counted now were registered after the published count."""
        return _since(everything(self._question), self._counted_at)

    def cases(self, reader: User) -> list[str]:
        """Return the numbers of those of them that a person may read."""
        found = _late_rows(readable(self._question, reader=reader), self._counted_at)
        if found is None:
            return []
        names = [getattr(row, "number", "") for row in found[:MOST_CASES]]
        return list(filter(None, names))

    @property
    def sentence(self) -> str:
        """Return the sentence that explains the difference, in print and for an author's own text."""
        was = number(self.published) if self.published else "inga"
        late = self.came_in()
        if late and late == self.now - self.published:
            cases = amount(late, CASE)
            why = f"{cases[0].upper()}{cases[1:]} kom in efter det"
        else:
            why = "Uppgifter har rättats eller kommit till efter det"
        return (
            f"I kvalitetsberättelsen för {self.year} redovisades {was} {self.asked.noun.plural}. "
            f"{why}, och antalet är nu {number(self.now)}."
        )

    def words(self, reader: User | None) -> str:
        """Return what the checker says, with the numbers of the cases that the reader may know."""
        said = (
            f"Skiljer sig från den publicerade berättelsen {self.year} "
            f"({number(self.published)}, nu {number(self.now)}): "
            f"{self.asked.words.lower()}, {self.unit.name}."
        )
        late = self.came_in()
        if not late:
            return said
        said += f" {number(late)} kom in efter underlaget"
        cases = self.cases(reader) if reader else []
        if cases:
            said += f" ({', '.join(cases)})"
        return f"{said}."


def _late_rows(rows: Any, since: dt.datetime) -> Any:
    """Return the rows that were registered after a moment; None for actions, which have no such moment."""
    if rows.model is Action:
        return None
    at = "case__created_at" if rows.model is LexSarahReport else "created_at"
    return rows.filter(**{f"{at}__gt": since})


def _since(rows: Any, since: dt.datetime) -> int:
    """Return how many of some rows were registered after a moment."""
    found = _late_rows(rows, since)
    return 0 if found is None else found.count()


def late_in(report: AnnualReport, document: Document) -> list[Late]:
    """Return what published reports of earlier years tell otherwise than a report of the same unit does."""
    editions = list(_published(report))
    if not editions:
        return []
    places = _places(document)
    found = []
    for kept in document.ledger.numbers():
        key = _key(kept)
        for edition, values in editions:
            was, section = values.get(key), places.get(kept["id"])
            if (
                not isinstance(was, int)
                or not isinstance(kept["value"], int)
                or was == kept["value"]
            ):
                continue
            if section is None or (kept["subject"], kept["basis"]) not in COUNTING_OF:
                continue
            asked = Asked(
                False, kept["subject"], kept["basis"], where_of(kept["query"])
            )
            about = Unit.objects.get(code=kept["unit"])
            found.append(
                Late(
                    edition,
                    about,
                    asked,
                    parse(kept["period"]),
                    was,
                    kept["value"],
                    section,
                )
            )
            break
    return found


def _key(kept: dict[str, Any]) -> Key:
    """Return the question that a kept number answers."""
    return kept["subject"], kept["basis"], kept["unit"], kept["period"], kept["query"]


def _published(report: AnnualReport) -> Iterator[tuple[Edition, dict[Key, Any]]]:
    """Yield the published editions of the same unit's earlier years with their numbers, the latest first."""
    earlier = Publication.objects.filter(
        edition__report__unit=report.unit_id, edition__report__year__lt=report.year
    )
    for published in earlier.select_related("edition__report").defer(
        "edition__pdf", "edition__html", "edition__inputs"
    ):
        numbers = published.edition.figures["numbers"]
        yield published.edition, {_key(kept): kept["value"] for kept in numbers}


def _places(document: Document) -> dict[str, Section]:
    """Return where each number about a section's own unit is explained: where it is written of last."""
    units = {kept["id"]: kept["unit"] for kept in document.ledger.numbers()}
    places: dict[str, Section] = {}
    for section in document.sections():
        about = section.about or document.unit.code
        for name in section.numbers:
            if units.get(name) != about:
                continue
            if name not in places or any(
                isinstance(block, Paragraph) for block in section.blocks
            ):
                places[name] = section
    return places


def explain(report: AnnualReport, document: Document) -> None:
    """Write beside each number of a year before that was published otherwise what it was, and why."""
    told: set[tuple[str, int, int]] = set()
    for late in late_in(report, document):
        # The whole and its only part change alike: one of them is enough.
        if (change := (late.section.key, late.published, late.now)) not in told:
            told.add(change)
            late.section.blocks.append(Paragraph((late.sentence,)))


# --- the documents of a tertial ---------------------------------------------------------------
def changed_since(edition: TertialEdition, document: Document) -> list[str]:
    """Return in words what the document of a tertial that was built tells otherwise than it would today."""
    built = {_key(kept): kept["value"] for kept in edition.figures["numbers"]}
    day = dateformat.format(timezone.localdate(edition.built_at), "j F Y")
    said = []
    for kept in document.ledger.numbers():
        was = built.get(_key(kept))
        if was is None or was == kept["value"]:
            continue
        asked = Asked(False, kept["subject"], kept["basis"], where_of(kept["query"]))
        unit = document.ledger.there(kept["unit"])
        place = f", {unit.name}" if unit else ""
        said.append(
            f"{asked.words}{place}, {kept['period']}: {was} {day}, {_now(kept['value'])}."
        )
    return said


def _now(value: int | str) -> str:
    """Return what a number is now, in words."""
    return "nu dolt" if value == HIDDEN else f"nu {value}"
