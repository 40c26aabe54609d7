"""Who reads which rows, told to the database itself: a forgotten ``visible_to`` then shows nothing.

Policies are forced on every table that hangs on a case or is somebody's own (lag 2001:454 10 §, OSL 26 kap.
1 §).  They say what ``CaseQuerySet.visible_to`` says, of the same facts: the roles of each circle come from
``casework.kinds``.  What a person holds is looked up once, when a transaction begins (``row_reader_is``);
the policies compare with what was found.  The owner writes them after every migration.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.db import connections, models, transaction
from django.db.backends.utils import CursorWrapper

from casework import kinds
from casework.kinds import Circle
from casework.models import Case
from organisation.rights import Right

CASE = "casework_case"
POLICY = "row_readers"


def of_a_case() -> dict[str, tuple[str, ...]]:
    """Return the tables whose rows hang on a case, with the columns that lead to one: read by who reads it.

    They are the columns that cannot be empty, and those that a model names in ``read_with``.
    """
    spine = {Case, *Case.__subclasses__()}
    found: dict[str, tuple[str, ...]] = {}
    for model in apps.get_models():
        named = getattr(model, "read_with", ())
        columns = tuple(
            field.column
            for field in model._meta.local_concrete_fields
            if isinstance(field, models.ForeignKey)
            and field.related_model in spine
            and (not field.null or field.name in named)
        )
        if columns and model is not Case:
            found[model._meta.db_table] = columns
    return found


def of_a_person() -> dict[str, str]:
    """Return the tables whose rows are somebody's own, with the column that says whose, as models name it.

    To be recused is told to the one who is, and a measure to its doer, whatever else the row hangs on.
    """
    return {
        model._meta.db_table: f"{model.own_of}_id"
        for model in apps.get_models()
        if hasattr(model, "own_of")
    }


def guarded_tables() -> set[str]:
    """Return every table that has a policy."""
    return {CASE, *of_a_case(), *of_a_person()}


# What a person may read of a unit's cases, as bits: ``kv.units`` holds them for each unit, found by its key.
LEAD, REGISTER = "lead", "register"
_ALL = "(SELECT all_rows_are_open())"
_READER = "(SELECT row_reader())"
_UNITS = "(SELECT row_units())"
_KEYS = "(SELECT row_keys('{name}'))"
_ASKING = """
-- In ``person`` the policies ask who it is; the other scopes show all, and without one no row is shown.
CREATE OR REPLACE FUNCTION all_rows_are_open() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(current_setting('kv.scope', true) IN ('all', 'work', 'public'), false)
$$;
CREATE OR REPLACE FUNCTION row_setting(name text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN current_setting('kv.scope', true) = 'person' THEN nullif(current_setting(name, true), '') END
$$;
CREATE OR REPLACE FUNCTION row_reader() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT public.row_setting('kv.person')::bigint
$$;
CREATE OR REPLACE FUNCTION row_units() RETURNS smallint[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT public.row_setting('kv.units')::smallint[]
$$;
CREATE OR REPLACE FUNCTION row_keys(name text) RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(public.row_setting(name), '{}')::bigint[]
$$;
"""
# Looks up once a transaction what a person holds and is named in.  The scope is another for as long as it
# looks: who is recused must be found in rows that nobody may read yet.
_BECOMING = """
CREATE OR REPLACE FUNCTION row_reader_is(person bigint, today date, moment timestamptz) RETURNS void
    LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
DECLARE
    before text := coalesce(current_setting('kv.scope', true), '');
    works boolean;
    units text;
BEGIN
    PERFORM set_config('kv.scope', 'work', true);
    works := EXISTS (SELECT FROM organisation_user WHERE id = person AND is_active);
    PERFORM set_config('kv.person', CASE WHEN works THEN person::text ELSE '' END, true),
        -- What is open in an emergency is read as if it were the reader's; the page asks what else must hold.
        set_config('kv.cases', array(
            SELECT case_id FROM casework_emergencyopening
            WHERE works AND person_id = person AND opened_at <= moment AND closes_at > moment)::text, true),
        set_config('kv.named', array(
            SELECT case_id FROM casework_namedreader WHERE works AND user_id = person)::text, true),
        set_config('kv.recused', array(
            SELECT case_id FROM casework_recusal WHERE works AND user_id = person)::text, true);
    WITH held AS (
        SELECT below.id, bit_or(opening.bits) AS bits
        FROM organisation_membership held
        JOIN (VALUES {openings}) opening(role, bits) ON opening.role = held.role
        JOIN organisation_unit unit ON unit.id = held.unit_id
        JOIN organisation_unit below ON starts_with(below.path, unit.path)
        WHERE works AND held.user_id = person
            AND held.valid_from <= today AND (held.valid_to IS NULL OR held.valid_to > today)
        GROUP BY below.id
    ), range AS (SELECT min(id) AS least, max(id) AS most FROM held)
    SELECT set_config('kv.units', '[' || least || ':' || most || ']=' || array(
        SELECT coalesce(held.bits, 0) FROM generate_series(least, most) unit
        LEFT JOIN held ON held.id = unit ORDER BY unit)::text, true)
    FROM range INTO units;
    IF units IS NULL THEN
        PERFORM set_config('kv.units', '', true);
    END IF;
    PERFORM set_config('kv.scope', before, true);
END $$;
"""


def statements() -> list[str]:
    """Return all that the database is told, so that it may be told again."""
    told = [_ASKING, _BECOMING.format(openings=_openings())]
    told += _policy(CASE, f"{_ALL} OR {_of_the_spine()}")
    own, hanging = of_a_person(), of_a_case()
    for table in sorted({*own, *hanging}):
        ways = _ways(table, own.get(table, ""), hanging.get(table, ()))
        told += _policy(table, " OR ".join([_ALL, *ways]))
    return told


def _policy(table: str, readable: str) -> Iterator[str]:
    yield f"DROP POLICY IF EXISTS {POLICY} ON {table}"
    yield f"CREATE POLICY {POLICY} ON {table} USING ({readable})"
    yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY"


def _ways(table: str, own: str, columns: Iterable[str]) -> Iterator[str]:
    if own:
        yield f"{own} = {_READER}"
    for column in columns:
        # Asked row by row: planned twice, as EXISTS is, it would cost a page more than it saves a long list.
        case = f"SELECT true FROM {CASE} spine"  # noqa: S608 - names of our own tables
        yield f"({case} WHERE spine.id = {table}.{column})"


def bits() -> dict[str, int]:
    """Return the bit of each circle, of leading a unit, and of keeping its register."""
    return {
        what: 2**place for place, what in enumerate((*kinds.circles(), LEAD, REGISTER))
    }


def bits_by_role() -> dict[str, int]:
    """Return what each role opens of the units under it."""
    opened = {circle: kinds.readers_in(circle) for circle in kinds.circles()}
    opened[LEAD] = Right.ORGANISATION_LEAD.roles
    opened[REGISTER] = Right.CASES_KEEP_REGISTER.roles
    found: dict[str, int] = {}
    for what, bit in bits().items():
        for role in opened[what]:
            found[str(role)] = found.get(str(role), 0) | bit
    return found


def _openings() -> str:
    return ", ".join(
        f"('{role}', {bit})" for role, bit in sorted(bits_by_role().items())
    )


def _of_the_spine() -> str:
    """Return the condition of ``CaseQuerySet.visible_to`` in SQL."""
    bit = bits()
    # The registrar keeps the register of what comes from outside, until it is closed (OSL 5 kap. 1 §).
    kept = (
        f"CASE WHEN from_outside AND closed_on IS NULL THEN {bit[REGISTER]} ELSE 0 END"
    )
    circles = " ".join(
        f"WHEN '{circle}' THEN {bit[circle]}" + f" | {kept}" * (circle == Circle.USUAL)
        for circle in kinds.circles()
    )
    opened = (
        f"{_UNITS}[unit_id::int] & CASE circle {circles} ELSE 0 END > 0"
        # Whoever handed a case over reads along until it is accepted.
        f" OR (circle <> '{Circle.INVESTIGATOR}' AND {_UNITS}[came_from_id::int] & {bit[LEAD]} > 0)"
    )
    return (
        f"reporter_id = {_READER} OR id = ANY({_keys('kv.cases')})"
        f" OR (CASE WHEN protected THEN id = ANY({_keys('kv.named')}) ELSE {opened} END"
        f" AND id <> ALL({_keys('kv.recused')}))"
    )


def _keys(name: str) -> str:
    return f"{_KEYS.format(name=name)}::bigint[]"


def install(*, using: str, **_signal: Any) -> None:
    """Tell the database who reads which rows, where it has been told something else or nothing."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        if not _has_tables(cursor):
            return
        told = statements()
        mark = hashlib.sha256("\n".join(told).encode()).hexdigest()
        cursor.execute("SELECT obj_description(to_regproc('row_reader_is'), 'pg_proc')")
        if cursor.fetchone() == (mark,):
            return
        for statement in [*_forgotten(cursor), *told]:
            cursor.execute(statement)
        cursor.execute(
            f"COMMENT ON FUNCTION row_reader_is(bigint, date, timestamptz) IS '{mark}'"
        )


def _forgotten(cursor: CursorWrapper) -> list[str]:
    """Return what opens the tables that had a policy and have none any longer."""
    cursor.execute(
        "SELECT polrelid::regclass::text FROM pg_policy WHERE polname = %s", [POLICY]
    )
    guarded = guarded_tables()
    return [
        f"DROP POLICY {POLICY} ON {table};"
        f" ALTER TABLE {table} DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY"
        for (table,) in cursor.fetchall()
        if table not in guarded
    ]


def _has_tables(cursor: CursorWrapper) -> bool:
    """Tell whether the migrations have come so far that every table is there."""
    wanted = sorted(guarded_tables())
    cursor.execute(
        "SELECT count(*) FROM unnest(%s::text[]) AS name WHERE to_regclass(name) IS NOT NULL",
        [wanted],
    )
    return bool(cursor.fetchone() == (len(wanted),))
