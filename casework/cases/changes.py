"""What a verb replaces in a row, kept with its line of history, and told in Swedish on the case's page.

A verb that has locked a row asks for its facts, writes, and hands ``changes_in`` to the history: nobody
lists which fields a step may overwrite, so none can be forgotten.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils import dateformat, timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.text import capfirst

from casework.database.encrypted_fields import SealedTextField
from casework.models import Case, Change, LogEntry
from organisation.models import User

Facts = Mapping[str, str]

# What the line of history itself says (the state and the day of it), and what only points elsewhere: the
# number of another case is for those who may read that one.
_NOT_KEPT = frozenset(
    {"state", "closed_on", "number", "subject", "reporter", "duplicate_of"}
)


@cache
def fields_of(model: type[models.Model]) -> tuple[models.Field[Any, Any], ...]:
    """Return the fields whose changes are kept: the facts, which alone have words of their own in Swedish."""
    return tuple(
        field
        for field in model._meta.concrete_fields
        if field.editable
        and not field.primary_key
        and field.deconstruct()[3].get("verbose_name")
        and field.name not in _NOT_KEPT
    )


def facts_of(row: models.Model) -> Facts:
    """Return the facts of a row as texts, to be compared with what they are when a verb has written."""
    return {field.name: _text(field, row) for field in fields_of(type(row))}


def _text(field: models.Field[Any, Any], row: models.Model) -> str:
    value = field.value_from_object(row)
    if value in (None, "", []):
        return ""
    text = field.value_to_string(row)
    return text if isinstance(text, str) else json.dumps(text, ensure_ascii=False)


def changes_in(
    row: models.Model,
    before: Facts,
    *,
    place: str = "",
    reasons: Mapping[str, str] | None = None,
) -> list[Change]:
    """Return what has changed in a row since its facts were taken, not saved: the history saves them.

    ``place`` says in words which of the case's rows it is, and ``reasons`` why, by the name of the field.
    """
    return _between(type(row), before, facts_of(row), place, reasons or {})


def change_of_owner(case: Case, owner: User) -> Change:
    """Return that a case gets another handler, by names that the caller has: for many cases at once."""
    before = str(case.owner or "")
    return Change(
        model=Case._meta.label_lower, field="owner", before=before, after=str(owner)
    )


def changes_in_rows(
    model: type[models.Model],
    before: Sequence[Facts],
    rows: Sequence[models.Model],
    *,
    place: str,
) -> list[Change]:
    """Return what has changed where rows were written anew instead of others, one by one in their order.

    A row more than before replaces nothing, and stands in its own table.
    """
    found: list[Change] = []
    for index, old in enumerate(before):
        new = facts_of(rows[index]) if index < len(rows) else {}
        found += _between(model, old, new, f"{place} {index + 1}", {})
    return found


def _between(
    model: type[models.Model],
    before: Facts,
    after: Facts,
    place: str,
    reasons: Mapping[str, str],
) -> list[Change]:
    found = []
    for field in fields_of(model):
        old, new = before.get(field.name, ""), after.get(field.name, "")
        # A text that is written for the first time replaces nothing: it stands in its own row alone.
        if old == new or (not old and _is_text(field)):
            continue
        # What is sealed in its own table must not stand in clear in another.
        sealed = isinstance(field, SealedTextField)
        change = Change(
            model=model._meta.label_lower, row=place, field=field.name, sealed=sealed
        )
        if not sealed:
            change.before, change.after = _named(field, old), _named(field, new)
        change.reason = reasons.get(field.name, "")
        found.append(change)
    return found


def _is_text(field: Any) -> bool:
    return isinstance(field, models.TextField | ArrayField)


def _named(field: models.Field[Any, Any], text: str) -> str:
    """Return a value as it is kept: people and units by name, since a key says nothing later."""
    if not text or not isinstance(field, models.ForeignKey):
        return text
    return str(field.related_model._default_manager.get(pk=text))


def first_values(row: Case, names: Sequence[str]) -> list[tuple[str, str]]:
    """Return what a case said when it was new, label and words, whatever has become of it since."""
    model = type(row)
    own = Change.objects.filter(
        case=row.pk, model=model._meta.label_lower, row="", field__in=names
    )
    # The earliest change of a field tells what stood there first; read last, it is the one that stays.
    replaced = dict(own.order_by("-pk").values_list("field", "before"))
    now, found = facts_of(row), []
    for name in names:
        field: Any = model._meta.get_field(name)
        text = replaced[name] if name in replaced else _named(field, now[name])
        found.append((capfirst(str(field.verbose_name)), _words(field, text)))
    return found


# --- telling ----------------------------------------------------------------------------------
@dataclass(frozen=True)
class ShownChange:
    """A change in Swedish: whose fact, what stood there and what stands there now."""

    label: str
    before: str
    after: str
    reason: str
    is_text: bool
    sealed: bool
    is_shown: bool


def told(change: Change) -> ShownChange:
    """Return a change in the words of the pages; a field that is no more is named as it was."""
    try:
        field = apps.get_model(change.model)._meta.get_field(change.field)
    except (LookupError, FieldDoesNotExist):
        field = None
    label = str(getattr(field, "verbose_name", change.field))
    if change.row:
        label = f"{change.row}, {label}"
    before, after = _words(field, change.before), _words(field, change.after)
    # A day or a name that was written for the first time says no more than the line itself.
    is_shown = bool(before) or change.sealed or isinstance(field, models.CharField)
    return ShownChange(
        capfirst(label),
        before,
        after,
        change.reason,
        _is_text(field),
        change.sealed,
        is_shown,
    )


def _words(field: Any, text: str) -> str:
    """Return a stored value in the words of the pages."""
    if not text:
        return ""
    if isinstance(field, models.BooleanField):
        return "ja" if text == "True" else "nej"
    if isinstance(field, models.DateTimeField) and (moment := parse_datetime(text)):
        return dateformat.format(timezone.localtime(moment), "j F Y H:i")
    if isinstance(field, models.DateField) and (day := parse_date(text)):
        return dateformat.format(day, "j F Y")
    if isinstance(field, ArrayField):
        return "\n".join(json.loads(text))
    return str(dict(getattr(field, "flatchoices", ())).get(text, text))


def history_of(case: Case, *, kept_from: Collection[str] = ()) -> list[LogEntry]:
    """Return the history of a case, newest first, each line with what it replaced; three queries.

    Only for those who read the case whole.  ``kept_from`` are the rows, in words, whose changes are not
    for this reader.
    """
    lines = list(
        case.log.select_related("actor")
        .prefetch_related("changes")
        .order_by("-sequence")
    )
    for line in lines:
        changes = sorted(line.changes.all(), key=attrgetter("position"))
        rows = [told(change) for change in changes if change.row not in kept_from]
        line.told = [row for row in rows if row.is_shown]  # type: ignore[attr-defined]
    return lines
