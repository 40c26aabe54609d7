"""What lawfully takes away or blanks a sealed row: only what is found here explains a difference.

Each is an SQL condition about a row ``w`` that is not as it was sealed: its table, its id and its case.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db.backends.utils import CursorWrapper

# A purged case takes its rows with it under its tombstone (docs/adr/0054).  A tombstone explains the rows of its
# own case alone, and is sealed itself.  Where a month of a log is dropped under a decision, the decision is to
# stand here too: until then a dropped part is a forgery.
GONE = 'EXISTS (SELECT FROM casework_tombstone k WHERE k.key = w."case")'

# A text of a row was blanked under a decision.  What the row was left as stands with it, sealed in its turn, and
# casework.handling.blanking.rows_changed_since holds the row to that.
BLANKED = """EXISTS (SELECT FROM casework_blanking k WHERE k.place = %(table)s AND k.row = w.id)"""

COMPARE = "Jämför med gallringsprotokollet och återläs ärendet ur en säkerhetskopia om det inte står där."

# No case is let go sooner than its rule's years after it was closed, so none that was first sealed later than
# that.  What was there when sealing began, and an imported case (one line in all), says nothing of its age.
_TOO_EARLY = """
    WITH line AS (
        SELECT u."case", b.is_first, z.at
        FROM audit_sealedrows b CROSS JOIN LATERAL unnest(b.ids, b.cases) AS u(id, "case")
        JOIN audit_seal z ON z.number = b.seal_id
        WHERE b."table" = 'casework_logentry' AND u."case" IN (SELECT key FROM casework_tombstone)
    ), begun AS (
        SELECT "case", min(at) AS at FROM line
        GROUP BY "case" HAVING count(*) > 1 AND NOT bool_or(is_first)
    ), sealed AS (
        -- When the tombstone came, whatever day it bears.
        SELECT u.id, min(z.at) AS at
        FROM audit_sealedrows b CROSS JOIN LATERAL unnest(b.ids) AS u(id) JOIN audit_seal z ON z.number = b.seal_id
        WHERE b."table" = 'casework_tombstone' GROUP BY u.id
    )
    SELECT k.number, r.decision FROM casework_tombstone k
    JOIN begun ON begun."case" = k.key JOIN casework_retentionrule r ON r.id = k.rule_id
    LEFT JOIN sealed ON sealed.id = k.id
    WHERE coalesce(sealed.at, now()) < begun.at + make_interval(years => coalesce(r.years, 100))
    ORDER BY k.number
"""
# A tombstone under a decision that lets nothing go, or that is about something else.
_OTHER_RULE = """
    SELECT k.number, r.decision FROM casework_tombstone k
    JOIN casework_retentionrule r ON r.id = k.rule_id
    JOIN organisation_unit own ON own.id = k.unit_id JOIN organisation_unit root ON root.id = r.unit_id
    WHERE r.years IS NULL OR r.subject <> k.subject OR NOT starts_with(own.path, root.path)
    ORDER BY k.number
"""
# A tombstone whose case has history left: purging takes all of it.
_LEFT = """
    SELECT k.number, '' FROM casework_tombstone k
    WHERE EXISTS (SELECT FROM casework_case c WHERE c.id = k.key)
        OR EXISTS (SELECT FROM casework_logentry l WHERE l.case_id = k.key)
    ORDER BY k.number
"""


def forged_tombstones(cursor: CursorWrapper) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with tombstones that no purging can have left, and what to do, in Swedish."""
    for question, words in (
        (
            _TOO_EARLY,
            "tidigare än beslutet {decision} tillåter, räknat från när ärendet kom in",
        ),
        (_OTHER_RULE, "under beslutet {decision}, som inte gäller det"),
        (_LEFT, "men har rader kvar"),
    ):
        cursor.execute(question)
        for number, decision in cursor.fetchall():
            said = words.format(decision=decision)
            yield (
                f"Gravstenen för {number} är falsk: ärendet är borttaget {said}.",
                COMPARE,
            )
