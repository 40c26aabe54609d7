"""What the database itself guards: an append-only history, and marks for figures to count again.

Triggers, so that no service, import or manual statement can forget them.  The marks are written
per statement, from its changed rows, and cost a bulk import one insert.
"""

from __future__ import annotations

from itertools import product

from django.db import migrations

APPEND_ONLY = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON casework_logentry
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON casework_logentry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""

# A purged case takes its history with it, under a decision that is kept: a row may go when the case that it
# names has a tombstone, and whoever writes a tombstone must let the case go before the transaction ends.
REFUSE_CHANGE = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND TG_NARGS = 1 AND EXISTS (
        SELECT 1 FROM public.casework_tombstone WHERE key = (to_jsonb(OLD) ->> TG_ARGV[0])::bigint
    ) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
"""
PURGED_IS_GONE = """
CREATE FUNCTION purged_is_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM casework_case WHERE id = NEW.key OR number = NEW.number) THEN
        RAISE EXCEPTION 'case % has a tombstone and is still there', NEW.number
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER purged_is_gone AFTER INSERT ON casework_tombstone
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION purged_is_gone();
"""

# And none comes with the key or the number of a purged case: it would bring a history that can be removed.
PURGED_STAYS_GONE = """
CREATE FUNCTION purged_stays_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM casework_tombstone WHERE key = NEW.id)
        OR EXISTS (SELECT 1 FROM casework_tombstone WHERE number = NEW.number) THEN
        RAISE EXCEPTION 'case % has a tombstone', NEW.number USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER purged_stays_gone AFTER INSERT ON casework_case
    FOR EACH ROW EXECUTE FUNCTION purged_stays_gone();
CREATE CONSTRAINT TRIGGER purged_stays_gone_changed AFTER UPDATE ON casework_case
    FOR EACH ROW WHEN ((OLD.id, OLD.number) IS DISTINCT FROM (NEW.id, NEW.number))
    EXECUTE FUNCTION purged_stays_gone();
"""


def removed_with_its_case(table: str, column: str) -> migrations.RunSQL:
    """Return the migration that lets rows of an append-only table go with the purged case that they name."""
    as_it_was = f"BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change"
    return migrations.RunSQL(
        f"DROP TRIGGER append_only ON {table}; CREATE TRIGGER append_only {as_it_was}('{column}')",
        f"DROP TRIGGER append_only ON {table}; CREATE TRIGGER append_only {as_it_was}()",
    )


NOTES_APPEND_ONLY = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON casework_note
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON casework_note
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""


def append_only(*tables: str) -> migrations.RunSQL:
    """Return the migration that lets rows of some tables be added, and never changed or removed."""
    guards = "".join(
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change(); "
        f"CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();\n"
        for table in tables
    )
    names = ("append_only", "append_only_truncate")
    undo = "".join(
        f"DROP TRIGGER {name} ON {table};" for table, name in product(tables, names)
    )
    return migrations.RunSQL(guards, undo)


_FUNCTION = """
CREATE FUNCTION {table}_recount() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO casework_recount (subject, unit_id)
        SELECT DISTINCT {subject}, {unit} FROM new_rows r {join};
    END IF;
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO casework_recount (subject, unit_id)
        SELECT DISTINCT {subject}, {unit} FROM old_rows r {join};
    END IF;
    RETURN NULL;
END $$;
"""
_TRIGGER = """
CREATE TRIGGER recount_{event} AFTER {event} ON {table}
    REFERENCING {rows} FOR EACH STATEMENT EXECUTE FUNCTION {table}_recount();
"""
_ROWS = {
    "insert": "NEW TABLE AS new_rows",
    "update": "NEW TABLE AS new_rows OLD TABLE AS old_rows",
    "delete": "OLD TABLE AS old_rows",
}


def mark_changes(
    table: str,
    *,
    subject: str,
    unit: str,
    join: str = "",
    events: tuple[str, ...] = tuple(_ROWS),
) -> migrations.RunSQL:
    """Return the migration that marks (subject, unit) for recounting when rows of a table change.

    ``subject`` and ``unit`` are SQL expressions over the changed row ``r`` and what ``join`` adds.
    """
    create = _FUNCTION.format(table=table, subject=subject, unit=unit, join=join)
    for event in events:
        create += _TRIGGER.format(event=event, table=table, rows=_ROWS[event])
    return migrations.RunSQL(create, f"DROP FUNCTION {table}_recount() CASCADE")


def mark_child_changes(table: str) -> migrations.RunSQL:
    """Return the migration that marks a case's unit when the row of its own app changes."""
    return mark_changes(
        table,
        subject="c.subject",
        unit="c.unit_id",
        join="JOIN casework_case c ON c.id = r.case_ptr_id",
        events=("update",),
    )
