"""Let the history of a purged case go with it, and keep what is registered about retention as it is."""

from django.db import migrations

from casework.database.triggers import PURGED_IS_GONE, REFUSE_CHANGE, append_only, removed_with_its_case


class Migration(migrations.Migration):
    """Triggers on the tables that all cases share."""

    dependencies = [("casework", "0012_retention")]

    operations = [
        migrations.RunSQL(REFUSE_CHANGE + PURGED_IS_GONE, migrations.RunSQL.noop),
        removed_with_its_case("casework_logentry", "case_id"),
        removed_with_its_case("casework_note", "case_id"),
        append_only("casework_retentionrule", "casework_tombstone"),
    ]
