"""The functions of the owner's by which cases are purged: the database itself asks whether a case may go.

They are written anew after every migration, from what the kinds of cases say (holds, ties, what is loose) and
from the tables that there are: what Python asks when it looks for cases is what the database asks when they go.
The purger calls two of them and may remove nothing by itself (casework.database.logins).  What more shall be
asked before a case goes, such as a second signature, is one more condition in ``casework_due``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from django.db.models import BooleanField, DateField, QuerySet
from django.db.models.expressions import RawSQL

from casework.database.logins import LENT_TO_PURGER, Seeing
from casework.files.scanning import SCAN
from casework.handling.purging import children, loose, pairs, ties
from casework.handling.retention import (
    PURGE_LOCK,
    YEARS_BEFORE,
    kept_back,
    rules_in_force,
)
from casework.models import Case

# Names mean what they mean to the owner, whoever calls.
OWN_PATH = "SET search_path = pg_catalog, public, pg_temp"
_CHOSEN = "casework_case.id = ANY(the_keys)"
_FIRST_READ = f"make_date(extract(year FROM the_day)::int - {YEARS_BEFORE}, 1, 1)"

_FUNCTIONS = """
-- Which of some cases a decision lets go on a day, and which decision: closed for as many years as the last one
-- registered for their administration says, kept back by nothing, and tied to no case that stays.
CREATE OR REPLACE FUNCTION casework_due(the_keys bigint[], the_day date)
    RETURNS TABLE (the_case bigint, the_rule bigint) LANGUAGE plpgsql STABLE {settings} AS $function$
DECLARE
    due bigint[];
    left_over bigint[];
BEGIN
    due := ARRAY(SELECT d.case_id FROM casework_released(the_keys, the_day) d);
    LOOP
        left_over := ARRAY(
            SELECT d.key FROM unnest(due) AS d (key)
            WHERE NOT EXISTS (
                SELECT FROM ({ties}) AS tie (one, other) WHERE tie.one = d.key AND tie.other <> ALL (due)
            ) AND NOT EXISTS (
                SELECT FROM ({ties}) AS tie (one, other) WHERE tie.other = d.key AND tie.one <> ALL (due)
            )
        );
        EXIT WHEN cardinality(left_over) = cardinality(due);
        due := left_over;
    END LOOP;
    RETURN QUERY SELECT d.case_id, d.rule_id FROM casework_released(due, the_day) d;
END $function$;

-- The same, without asking what a case is tied to.
CREATE OR REPLACE FUNCTION casework_released(the_keys bigint[], the_day date)
    RETURNS TABLE (case_id bigint, rule_id bigint) LANGUAGE plpgsql STABLE {settings} AS $function$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT DISTINCT ON (c.id) c.id, r.id
    FROM ({kept_back}) AS asked (key, reason)
    JOIN casework_case c ON c.id = asked.key
    JOIN organisation_unit u ON u.id = c.unit_id
    JOIN casework_retentionrule r ON r.subject = c.subject AND r.id IN ({rules})
    JOIN organisation_unit a ON a.id = r.unit_id AND starts_with(u.path, a.path)
    WHERE asked.reason = '' AND c.closed_on <= (the_day - make_interval(years => r.years))::date
    ORDER BY c.id, r.id;
END $function$;

-- Locks some cases until the transaction ends, and returns those of them that may go.
CREATE OR REPLACE FUNCTION casework_may_go(the_keys bigint[], the_day date)
    RETURNS SETOF bigint LANGUAGE plpgsql SECURITY DEFINER {settings} AS $function$
DECLARE
    {seeing.declared}
BEGIN
    {seeing.first}
    PERFORM pg_advisory_xact_lock({lock});
    PERFORM FROM casework_case WHERE id = ANY(the_keys) ORDER BY id FOR UPDATE;
    RETURN QUERY SELECT d.the_case FROM casework_due(the_keys, the_day) d ORDER BY 1;
    {seeing.last}
END $function$;

-- Purges some cases, all of which may go: leaves a tombstone of each with the decision that let it go and with
-- what its register is known again by, and removes all that hangs on it.
CREATE OR REPLACE FUNCTION casework_purge(the_keys bigint[], the_imprints text[], the_day date)
    RETURNS integer LANGUAGE plpgsql SECURITY DEFINER {settings} AS $function$
BEGIN
    IF the_day > {today} THEN
        RAISE EXCEPTION 'nothing is purged before its day' USING ERRCODE = 'check_violation';
    END IF;
    RETURN casework_purge_as_of(the_keys, the_imprints, the_day);
END $function$;

CREATE OR REPLACE FUNCTION casework_purge_as_of(the_keys bigint[], the_imprints text[], the_day date)
    RETURNS integer LANGUAGE plpgsql {settings} AS $function$
DECLARE
    stays text;
    {seeing.declared}
BEGIN
    {seeing.first}
    PERFORM casework_may_go(the_keys, the_day);
    SELECT coalesce(c.number, asked.key::text) INTO stays FROM unnest(the_keys) AS asked (key)
    LEFT JOIN casework_case c ON c.id = asked.key
    WHERE asked.key NOT IN (SELECT d.the_case FROM casework_due(the_keys, the_day) d) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'case % must stay', stays USING ERRCODE = 'check_violation';
    END IF;
    INSERT INTO casework_tombstone (key, number, subject, unit_id, rule_id, imprint, purged_on)
    SELECT c.id, c.number, c.subject, c.unit_id, d.the_rule, asked.imprint, {today}
    FROM unnest(the_keys, the_imprints) AS asked (key, imprint)
    JOIN casework_case c ON c.id = asked.key
    JOIN casework_due(the_keys, the_day) d ON d.the_case = c.id
    ORDER BY c.id;
    {removals}
    {seeing.last}
    RETURN cardinality(the_keys);
END $function$;

REVOKE EXECUTE ON FUNCTION casework_due(bigint[], date), casework_released(bigint[], date),
    casework_may_go(bigint[], date), casework_purge(bigint[], text[], date),
    casework_purge_as_of(bigint[], text[], date) FROM PUBLIC;
COMMENT ON FUNCTION casework_may_go(bigint[], date) IS '{lent}';
COMMENT ON FUNCTION casework_purge(bigint[], text[], date) IS '{lent}';
"""


def make_purge_functions(*, using: str = DEFAULT_DB_ALIAS, **_signal: Any) -> None:
    """Write the functions anew, as whoever migrates."""
    written = _FUNCTIONS.format(
        settings=OWN_PATH,
        seeing=Seeing.all(),
        ties=" UNION ALL ".join(_said(pairs(tie), using) for tie in ties()),
        kept_back=_said(_asked(), using),
        rules=_said(rules_in_force().values("pk"), using),
        removals="\n    ".join(f"{one};" for one in removals()),
        today=f"(now() AT TIME ZONE '{settings.TIME_ZONE}')::date",
        lock=PURGE_LOCK,
        lent=LENT_TO_PURGER,
    )
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute(written)


def _asked() -> QuerySet[Any, Any]:
    """Return the question what keeps each of some cases back on a day, that are given to a function."""
    chosen = Case.objects.filter(RawSQL(_CHOSEN, [], output_field=BooleanField()))  # noqa: S611 - our own words
    first_read = RawSQL(_FIRST_READ, [], output_field=DateField())  # noqa: S611 - our own words
    return kept_back(chosen, first_read).values_list("pk", "reason")


def _said(rows: QuerySet[Any, Any], using: str) -> str:
    """Return a question as the database reads it, with its values in it."""
    asked = rows.order_by().query.get_compiler(using=using).as_sql()
    operations: Any = connections[using].ops  # those of PostgreSQL
    return str(operations.compose_sql(*asked))


# --- what goes --------------------------------------------------------------------------------
def removals() -> Iterator[str]:
    """Yield the statements that remove some cases with all that belongs to them, what hangs on most first."""
    files = "SELECT id FROM casework_attachment WHERE case_id = ANY(the_keys)"
    of_file = f"kind = '{SCAN}' AND (arguments ->> 'attachment')::bigint IN ({files})"
    yield f"DELETE FROM casework_job WHERE {of_file}"  # noqa: S608 -- our own names only
    yield from _removals(Case, "id = ANY(the_keys)")


def _removals(model: type[models.Model], which: str) -> Iterator[str]:
    """Yield what removes some rows, and before them what belongs to them."""
    table, key = _name(model._meta.db_table), _name(_key(model))
    for field in children(model):
        own, column = _name(field.model._meta.db_table), _name(str(field.column))
        those = f"{column} IN (SELECT {key} FROM {table} WHERE {which})"  # noqa: S608 -- our own names only
        if (field.model, field.name) in loose():
            yield f"UPDATE {own} SET {column} = NULL WHERE {those}"  # noqa: S608 -- likewise
        elif field.model is not model:
            yield from _removals(field.model, those)
        elif (model, "pk", field.name) not in ties():
            raise ImproperlyConfigured(f"{field} is neither loose nor a tie")
    yield f"DELETE FROM {table} WHERE {which}"  # noqa: S608 -- likewise


def _key(model: type[models.Model]) -> str:
    return str(model._meta.pk.column)


def _name(name: str) -> str:
    return f'"{name}"'
