"""The function of the owner's by which a text is blanked in a row that is only ever added to.

It is the only way to take a wrongly written personal number out of the history.  The purger calls it, and may
change nothing by itself; it is written anew after every migration.
"""

from __future__ import annotations

from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, transaction

from casework.database.logins import LENT_TO_PURGER, Seeing
from casework.handling.purge_functions import OWN_PATH

# What a row is, in one way whatever a connection is set to: the function has a time zone of its own.
ROW_HASH = "encode(sha256(convert_to(to_jsonb(t)::text, 'UTF8')), 'hex')"
# The words that anybody wrote in such rows: long texts, of what goes with a case and of what was read.
BLANKABLE = """
    SELECT c.relname, a.attname, rtrim(encode(g.tgargs, 'escape'), '\\000') AS case_column
    FROM pg_class c
    JOIN pg_trigger g ON g.tgrelid = c.oid AND g.tgname = 'append_only'
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        AND (a.atttypid = 'text'::regtype OR a.atttypid = 'varchar'::regtype AND a.atttypmod > 100)
    WHERE c.relnamespace = 'public'::regnamespace AND NOT c.relispartition
        AND (g.tgnargs > 0 OR c.relname LIKE 'audit\\_%' ESCAPE '\\')
        AND c.relname <> 'casework_blanking' AND c.relname NOT LIKE 'audit\\_seal%' ESCAPE '\\'
"""

_FUNCTION = """
CREATE OR REPLACE FUNCTION casework_blank(
    the_place text, the_row bigint, the_field text, the_imprint text, the_seal text, the_resealed text,
    the_reason text, the_decision text
) RETURNS text LANGUAGE plpgsql SECURITY DEFINER {settings} AS $function$
DECLARE
    found_case text;
    stood text;
    stands text;
    whose bigint;
    left_hash text;
    {seeing.declared}
BEGIN
    {seeing.first}
    SELECT b.case_column INTO found_case FROM ({blankable}) AS b (place, field, case_column)
    WHERE b.place = the_place AND b.field = the_field;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no text of % is blanked', the_place USING ERRCODE = 'check_violation';
    END IF;
    IF the_place IN ('casework_change', 'casework_logentry') AND coalesce(the_seal, '') = '' THEN
        RAISE EXCEPTION 'the line of the history must be sealed anew' USING ERRCODE = 'check_violation';
    END IF;
    EXECUTE format('SELECT t.%I FROM public.%I t WHERE t.id = $1', the_field, the_place) INTO stood USING the_row;
    IF coalesce(stood, '') = '' THEN
        RAISE EXCEPTION 'nothing stands there' USING ERRCODE = 'check_violation';
    END IF;
    IF found_case <> '' THEN
        EXECUTE format('SELECT t.%I FROM public.%I t WHERE t.id = $1', found_case, the_place)
            INTO whose USING the_row;
    END IF;
    -- What is sealed for itself is opened by a key: it becomes empty, and all else says that it was blanked.
    stands := CASE
        WHEN starts_with(the_place, 'audit_') THEN ''
        ELSE '[Struket enligt beslut, ' || left(the_imprint, 8) || ']'
    END;
    -- The hash of the row as it is left is known before it is: nothing but the text changes.
    EXECUTE format(
        'SELECT encode(sha256(convert_to((to_jsonb(t) || jsonb_build_object($2, $3))::text, ''UTF8'')), ''hex'')'
        ' FROM public.%I t WHERE t.id = $1', the_place
    ) INTO left_hash USING the_row, the_field, stands;
    INSERT INTO casework_blanking (
        case_id, place, "row", field, imprint, stands, left_as, seal, resealed, reason, decision, at
    ) VALUES (
        whose, the_place, the_row, the_field, the_imprint, stands, left_hash, the_seal, the_resealed,
        the_reason, the_decision, now()
    );
    EXECUTE format('UPDATE public.%I t SET %I = $2 WHERE t.id = $1', the_place, the_field) USING the_row, stands;
    {seeing.last}
    RETURN stands;
END $function$;
REVOKE EXECUTE ON FUNCTION casework_blank(text, bigint, text, text, text, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION casework_blank(text, bigint, text, text, text, text, text, text) IS '{lent}';
"""


def make_blanking_function(*, using: str = DEFAULT_DB_ALIAS, **_signal: Any) -> None:
    """Write the function anew, as whoever migrates."""
    written = _FUNCTION.format(
        settings=f"{OWN_PATH} SET timezone = 'UTC'",
        seeing=Seeing.all(),
        blankable=BLANKABLE,
        lent=LENT_TO_PURGER,
    )
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute(written)
