"""Refuse a consequence that is lowered without a reason in the history."""

from django.db import migrations

from deviations.triggers import LOWERED_WITH_A_REASON


class Migration(migrations.Migration):
    """A trigger on the events."""

    dependencies = [("deviations", "0007_purged_codes"), ("casework", "0020_changes")]

    operations = [
        migrations.RunSQL(
            LOWERED_WITH_A_REASON,
            "DROP FUNCTION lowered_with_a_reason() CASCADE; DROP FUNCTION deviation_gravity(text)",
        )
    ]
