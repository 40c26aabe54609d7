"""Marks for the figures that a change touches."""

from django.db import migrations

from casework.database.triggers import mark_changes, mark_child_changes


class Migration(migrations.Migration):
    """Triggers on this application's cases."""

    dependencies = [("lexsarah", "0002_initial"), ("casework", "0003_triggers")]

    operations = [
        mark_child_changes("lexsarah_lexsarahcase"),
        mark_changes("lexsarah_lexsarahreport", subject="'lexsarah'", unit="r.unit_id"),
    ]
