"""An append-only history, and marks for the figures that a change touches."""

from django.db import migrations

from casework.database.triggers import APPEND_ONLY, mark_changes


class Migration(migrations.Migration):
    """Triggers on the tables that all cases share."""

    dependencies = [("casework", "0002_initial")]

    operations = [
        migrations.RunSQL(APPEND_ONLY, "DROP FUNCTION refuse_change() CASCADE"),
        mark_changes("casework_case", subject="r.subject", unit="r.unit_id"),
        mark_changes(
            "casework_action",
            subject="'actions'",
            unit="c.unit_id",
            join="JOIN casework_case c ON c.id = r.case_id",
        ),
    ]
