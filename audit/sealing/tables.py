"""Which tables are sealed, and how a row is hashed: asked of the database, so that a later one is sealed too."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from django.db.backends.utils import CursorWrapper

# The chain covers itself, and a salt that was changed fits no row of its case.
OWN = ("audit_seal", "audit_sealedrows", "audit_casesalt")

# Found by the trigger that refuses changes.  Its argument, if any, is the column that names the case a row may
# go with.  The parts of a parted table are sealed as the whole.
_TABLES = """
    SELECT c.relname,
           (SELECT array_agg(a.attname::text ORDER BY a.attname) FROM pg_attribute a
            WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
           rtrim(encode(t.tgargs, 'escape'), '\\000'),
           EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'at'
                   AND a.atttypid = 'timestamptz'::regtype)
    FROM pg_class c JOIN pg_trigger t ON t.tgrelid = c.oid AND t.tgname = 'append_only'
    WHERE c.relnamespace = 'public'::regnamespace AND NOT c.relispartition AND c.relname <> ALL(%s)
    ORDER BY c.relname
"""
# Whatever a connection is set to, a value is written in one way.
_ONE_WAY = (
    "SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL intervalstyle = 'postgres';"
    " SET LOCAL bytea_output = 'hex'; SET LOCAL extra_float_digits = 1"
)


@dataclass(frozen=True)
class Sealed:
    """A table whose rows are sealed, or the columns of it that were sealed once."""

    name: str
    columns: tuple[str, ...]
    # The column with the key of the case that a row goes with; "" where rows stay.
    owner: str
    # Whether a row says when it was written, in the column ``at``.
    is_dated: bool

    @property
    def table(self) -> str:
        """Return the name as SQL has it."""
        return connection.ops.quote_name(self.name)

    @property
    def case(self) -> str:
        """Return the expression for the case of row ``t``."""
        if not self.owner:
            return "NULL::bigint"
        return f"t.{connection.ops.quote_name(self.owner)}::bigint"

    @property
    def hash(self) -> str:
        """Return the expression for the hash of row ``t`` with its case's salt ``s``."""
        values = ", ".join(f"t.{connection.ops.quote_name(c)}" for c in self.columns)
        # Its length stands before the salt, so that nothing of a row can be taken for salt.
        length = "convert_to(coalesce(octet_length(s.value), 0)::text || ':', 'UTF8')"
        row = f"convert_to(ROW({values})::text, 'UTF8')"
        return f"sha256({length} || coalesce(s.value, ''::bytea) || {row})"

    @property
    def rows(self) -> str:
        """Return the FROM clause of rows with the salt of their case."""
        return f"{self.table} t LEFT JOIN audit_casesalt s ON s.case_id = {self.case}"


def write_values_one_way(cursor: CursorWrapper) -> None:
    """Let values be written as they are hashed, until the transaction ends."""
    cursor.execute(_ONE_WAY)


def sealed_tables(cursor: CursorWrapper) -> list[Sealed]:
    """Return every table that is only added to, as it is now."""
    cursor.execute(_TABLES, [list(OWN)])
    return [
        Sealed(name, tuple(columns), owner, is_dated)
        for name, columns, owner, is_dated in cursor.fetchall()
    ]
