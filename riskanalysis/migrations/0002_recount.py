"""Marks for the figures that a change touches."""

from django.db import migrations

from casework.database.triggers import mark_child_changes


class Migration(migrations.Migration):
    """Triggers on this application's cases."""

    dependencies = [("riskanalysis", "0001_initial"), ("casework", "0003_triggers")]

    operations = [mark_child_changes("riskanalysis_riskanalysis")]
