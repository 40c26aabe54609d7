from django.db import migrations

from casework.database.triggers import NOTES_APPEND_ONLY


class Migration(migrations.Migration):
    dependencies = [("casework", "0004_dialogue_notices_protection")]

    operations = [
        migrations.RunSQL(
            NOTES_APPEND_ONLY,
            "DROP TRIGGER append_only ON casework_note; DROP TRIGGER append_only_truncate ON casework_note",
        )
    ]
