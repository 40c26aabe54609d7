"""What refuses changes: triggers, functions, rights, policies and roles, as the database has them now."""

from __future__ import annotations

from django.db.backends.utils import CursorWrapper

Guards = dict[str, str]

# Every table that is only added to, its parts, and that of cases, which tombstones are held to.  A trigger, rule
# or policy that was added to one of them changes its text as one that was taken away does.
_TABLES = """
    WITH guarded AS (
        SELECT DISTINCT coalesce(i.inhrelid, t.tgrelid) AS oid FROM pg_trigger t
        LEFT JOIN LATERAL (
            SELECT inhrelid FROM pg_inherits WHERE inhparent = t.tgrelid
            UNION ALL SELECT t.tgrelid
        ) i ON true
        WHERE t.tgname IN ('append_only', 'purged_stays_gone')
    )
    SELECT 'tabellen ' || c.relname, concat_ws(E'\\n',
        'ägare ' || pg_get_userbyid(c.relowner),
        'radregler ' || c.relrowsecurity || c.relforcerowsecurity,
        (SELECT string_agg(concat_ws(' ', 'utlösaren', t.tgname,
                CASE t.tgenabled WHEN 'D' THEN 'är avstängd' ELSE t.tgenabled::text END, pg_get_triggerdef(t.oid)),
            E'\\n' ORDER BY t.tgname)
         FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal),
        (SELECT string_agg(pg_get_ruledef(r.oid), E'\\n' ORDER BY r.rulename)
         FROM pg_rewrite r WHERE r.ev_class = c.oid),
        (SELECT string_agg(concat_ws(' ', p.polname, p.polcmd, p.polpermissive, p.polroles::regrole[]::text,
                pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)),
            E'\\n' ORDER BY p.polname)
         FROM pg_policy p WHERE p.polrelid = c.oid),
        (SELECT string_agg(concat_ws(' ', a.grantee::regrole, a.privilege_type, a.is_grantable),
            E'\\n' ORDER BY a.grantee::regrole::text, a.privilege_type)
         FROM aclexplode(c.relacl) a)
    )
    FROM guarded g JOIN pg_class c ON c.oid = g.oid
    WHERE c.relnamespace = 'public'::regnamespace
"""
# What those triggers call, what does for others that which only the owner may, and all else of the product's.
_FUNCTIONS = """
    SELECT format('funktionen %s(%s)', p.proname, pg_get_function_identity_arguments(p.oid)), concat_ws(E'\\n',
        'ägare ' || pg_get_userbyid(p.proowner),
        pg_get_functiondef(p.oid),
        (SELECT string_agg(concat_ws(' ', a.grantee::regrole, a.privilege_type, a.is_grantable),
            E'\\n' ORDER BY a.grantee::regrole::text)
         FROM aclexplode(p.proacl) a)
    )
    FROM pg_proc p
    WHERE p.pronamespace = 'public'::regnamespace AND p.prokind IN ('f', 'p')
        AND NOT EXISTS (SELECT FROM pg_depend
                        WHERE classid = 'pg_proc'::regclass AND objid = p.oid AND deptype = 'e')
"""
# Who owns or may use those tables, what else each may, and who may act as them.
_ROLES = """
    SELECT 'rollen ' || r.rolname, concat_ws(' ',
        'superuser', r.rolsuper, 'bypassrls', r.rolbypassrls, 'createrole', r.rolcreaterole,
        'replication', r.rolreplication, 'medlemmar',
        (SELECT string_agg(m.member::regrole::text, ' ' ORDER BY m.member::regrole::text)
         FROM pg_auth_members m WHERE m.roleid = r.oid)
    )
    FROM pg_roles r WHERE r.oid IN (
        SELECT c.relowner FROM pg_class c
        WHERE c.oid IN (SELECT tgrelid FROM pg_trigger WHERE tgname = 'append_only')
        UNION
        SELECT a.grantee FROM pg_class c, aclexplode(c.relacl) a
        WHERE c.oid IN (SELECT tgrelid FROM pg_trigger WHERE tgname = 'append_only')
    )
"""
# A trigger of the whole database runs before any command, as whoever gives it.
_EVENTS = """
    SELECT 'händelsen ' || e.evtname, concat_ws(' ', e.evtevent, e.evtfoid::regproc, e.evtenabled)
    FROM pg_event_trigger e
"""


def name_in_guards(table: str) -> str:
    """Return the name by which a table stands among the guards."""
    return f"tabellen {table}"


def guards_now(cursor: CursorWrapper) -> Guards:
    """Return what guards the rows, each thing with its definition."""
    found: Guards = {}
    for question in (_TABLES, _FUNCTIONS, _ROLES, _EVENTS):
        cursor.execute(question)
        found.update(cursor.fetchall())
    return found


def changed(before: Guards, after: Guards) -> dict[str, str]:
    """Return what is no longer as it was, and how in Swedish.

    A table or function that is new takes nothing away.  A role that is new may use what it could not before,
    and what is run at every command may do anything.
    """
    found = {}
    for thing, definition in before.items():
        if thing not in after:
            found[thing] = "finns inte längre"
        elif definition != after[thing]:
            found[thing] = _difference(definition, after[thing])
    for thing in sorted(after.keys() - before.keys()):
        if thing.startswith(("rollen ", "händelsen ")):
            found[thing] = "är ny"
    return found


def _difference(before: str, after: str) -> str:
    """Return the first line that is gone or new, which says what kind of change it is."""
    gone = [line for line in before.splitlines() if line not in after.splitlines()]
    new = [line for line in after.splitlines() if line not in before.splitlines()]
    parts = [
        f"{word}: {lines[0].strip()[:120]}"
        for word, lines in (("borta", gone), ("nytt", new))
        if lines
    ]
    return "är ändrad (" + "; ".join(parts) + ")"
