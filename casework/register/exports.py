"""Lists of cases, actions and routines as files: facts for follow-up, never what somebody wrote.

Lag 2001:454 7 a §: only what the follow-up needs.  The title is left out, it is the beginning of what the
reporter wrote, and so is who reported.
"""

from __future__ import annotations

from operator import attrgetter
from typing import Any, TypeVar

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.text import capfirst

from casework.improvement.routines import counted_kinds
from casework.kinds import CaseKind, registered
from casework.models import Case
from casework.models.action import ActionQuerySet
from casework.register.inbox import state_in_words
from organisation.lists.exports import Column, Table, Value
from organisation.models import User

CaseT = TypeVar("CaseT", bound=Case)
LACKS = (
    "Rubriker, beskrivningar och vem som rapporterade finns inte med.",
    "Ärenden med skyddade personuppgifter finns inte med.",
)
FACTS = (
    *(
        "number",
        "subject",
        "target_group",
        "process",
        "occurred_on",
        "received_on",
        "due_on",
        "closed_on",
    ),
    *("unit__name", "owner__name", "came_from__name"),
)


def fact(name: str, width: int, attribute: str) -> Column:
    """Return the column of what a row says by itself."""
    return Column(name, width, lambda row: getattr(row, attribute))


def word(name: str, width: int, attribute: str) -> Column:
    """Return the column of what was chosen among a few words."""
    return Column(name, width, lambda row: _word(row, attribute))


def _word(row: Any, attribute: str) -> str:
    return str(capfirst(getattr(row, f"get_{attribute}_display")()))


def told(name: str, width: int, attribute: str, *, is_word: bool = False) -> Column:
    """Return the column of what only those who read the case in whole are told."""
    return Column(name, width, lambda row: _told(row, attribute, is_word=is_word))


def _told(row: Any, attribute: str, *, is_word: bool) -> Value:
    if not row.is_whole:
        return None
    value: Value = _word(row, attribute) if is_word else getattr(row, attribute)
    return value


NUMBER = fact("Nummer", 18, "number")
UNIT = Column("Enhet", 32, lambda row: row.unit.name)
TARGET_GROUP = fact("Målgrupp", 20, "target_group")
PROCESS = fact("Process eller rutin", 32, "process")
OCCURRED = fact("Inträffade", 12, "occurred_on")
RECEIVED = fact("Inkom", 12, "received_on")
DUE = fact("Klart senast", 12, "due_on")
CLOSED = fact("Avslutades", 12, "closed_on")
STATE = word("Läge", 24, "state")
OWNER = Column("Ansvarig", 24, lambda row: row.owner.name if row.owner else None)


def without_protected(cases: QuerySet[CaseT]) -> QuerySet[CaseT]:
    """Return the cases that may leave the house, none about a person with protected identity."""
    return cases.filter(protected=False)


def with_whole(cases: QuerySet[CaseT], reader: User) -> QuerySet[Any]:
    """Say of each case whether its reader reads it in whole, or only as the one who reported it."""
    handled = Case.objects.handled_by(reader).order_by().filter(pk=OuterRef("pk"))
    return (
        without_protected(cases)
        .annotate(is_whole=Exists(handled))
        .select_related("unit", "owner")
    )


# --- the inbox --------------------------------------------------------------------------------
def inbox_table() -> Table:
    """Return the file of the inbox, with the columns that the apps have added."""
    return Table(
        page="casework:export",
        stem="arenden",
        sheet="Ärenden",
        rows="ärenden",
        case=attrgetter("pk"),
        columns=(
            NUMBER,
            word("Slag", 14, "subject"),
            UNIT,
            TARGET_GROUP,
            PROCESS,
            OCCURRED,
            RECEIVED,
            DUE,
            CLOSED,
            Column("Läge", 36, state_in_words),
            OWNER,
            *(_chosen(place, path) for place, path in enumerate(_chosen_paths())),
        ),
        lacks=(
            *LACKS,
            "Kategori, orsak och bedömning står bara för ärenden som du läser i sin helhet.",
        ),
    )


def _chosen_paths() -> list[str]:
    """Return the ways from the spine to the words that are chosen in the tables of the kinds."""
    paths: list[str] = []
    for kind in registered():
        table = kind.model._meta.model_name
        paths += [f"{table}__{name}" for name in kind.chosen]
    return paths


def _chosen(place: int, path: str) -> Column:
    """Return the column of a field in an app's own table, named and worded as the model does."""
    table, name = path.split("__")
    field = Case._meta.get_field(table).related_model._meta.get_field(name)  # type: ignore[union-attr]
    words = dict(field.choices or ())  # type: ignore[union-attr]

    def value(case: Any) -> Value:
        said = getattr(case, f"chosen_{place}") if case.is_whole else None
        return str(capfirst(words.get(said, said))) if said else None

    return Column(str(capfirst(field.verbose_name)), 24, value)  # type: ignore[union-attr]


def inbox_rows(cases: QuerySet[Case], reader: User) -> QuerySet[Any]:
    """Return the rows of the inbox's file."""
    chosen = {f"chosen_{place}": F(path) for place, path in enumerate(_chosen_paths())}
    whole = with_whole(cases, reader).select_related("came_from").only(*FACTS)
    rows: QuerySet[Any] = whole.annotate(**chosen)
    return rows


# --- actions ----------------------------------------------------------------------------------
ACTIONS = Table(
    page="casework:actions_export",
    stem="atgarder",
    sheet="Åtgärder",
    rows="åtgärder",
    case=attrgetter("case_id"),
    columns=(
        Column("Ärende", 18, lambda action: action.case.number),
        Column("Åtgärd", 8, lambda action: action.place),
        Column("Enhet", 32, lambda action: action.case.unit.name),
        fact("Slag av åtgärd", 28, "category"),
        word("Riktad till", 22, "level"),
        Column("Läge", 20, lambda action: capfirst(action.state)),
        OWNER,
        fact("Beslutades", 12, "decided_on"),
        DUE,
        fact("Genomfördes", 12, "done_on"),
        fact("Genomförs inte", 14, "rejected_on"),
        fact("Effekten följs upp", 16, "effect_due_on"),
        word("Effekt", 10, "effect"),
        fact("Effekten följdes upp", 18, "effect_on"),
    ),
    lacks=(
        "Vad som ska göras och andra texter finns inte med.",
        "Åtgärder i ärenden med skyddade personuppgifter finns inte med.",
    ),
)


def action_rows(actions: ActionQuerySet) -> ActionQuerySet:
    """Return the rows of the actions' file."""
    unprotected = actions.filter(case__protected=False)
    return unprotected.numbered().select_related("case__unit", "owner")


# --- routines ---------------------------------------------------------------------------------
def routines_table() -> Table:
    """Return the file of the routines, with a column for each kind of case that names them."""
    return Table(
        page="casework:routines_export",
        stem="rutiner",
        sheet="Rutiner",
        rows="rutiner",
        columns=(*_OF_ROUTINES, *map(_naming, counted_kinds()), _IS_CHECKED),
        lacks=(
            "Beskrivningarna finns inte med.",
            "Antalen gäller de senaste tolv månaderna och ärenden som du får läsa.",
        ),
    )


def _naming(kind: CaseKind) -> Column:
    """Return the column of how many cases of a kind name a routine."""
    return Column(
        capfirst(kind.plural), max(12, len(kind.plural)), lambda row: row.times(kind)
    )


_OF_ROUTINES = (
    Column("Process eller rutin", 40, lambda row: row.routine.name),
    Column("Slag", 10, lambda row: _word(row.routine, "kind")),
    Column("Enhet", 32, lambda row: row.routine.unit.name),
    Column(
        "Ansvarig",
        24,
        lambda row: row.routine.owner.name if row.routine.owner else None,
    ),
    Column("Version", 10, lambda row: row.routine.edition),
    Column("Versionen gäller från", 20, lambda row: row.routine.edition_on),
    Column("Ses över senast", 16, lambda row: row.routine.review_on),
    Column("Slutade gälla", 14, lambda row: row.routine.withdrawn_on),
)
_IS_CHECKED = Column(
    "Kontrollerad", 14, lambda row: "Ja" if row.is_checked else "Aldrig"
)
