"""Know a purged case without a number again, and let none come back with the key or number of one."""

from django.db import migrations, models

from casework.database.triggers import PURGED_STAYS_GONE

UNDO = """
DROP TRIGGER purged_stays_gone ON casework_case;
DROP TRIGGER purged_stays_gone_changed ON casework_case;
DROP FUNCTION purged_stays_gone();
"""


class Migration(migrations.Migration):
    """A column of the tombstone, and triggers on the spine."""

    dependencies = [("casework", "0014_notices_of_sections")]

    operations = [
        migrations.AddField(
            model_name="tombstone",
            name="imprint",
            field=models.CharField(blank=True, default="", editable=False, max_length=64),
        ),
        migrations.RunSQL(PURGED_STAYS_GONE, UNDO),
    ]
