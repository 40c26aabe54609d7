"""Hold which kinds of cases there are, where all of them are known and counted."""

from django.db import migrations

_SUBJECTS = "('deviations', 'lexsarah', 'selfcheck', 'riskanalysis', 'analysis')"


def _known(table: str, name: str) -> migrations.RunSQL:
    """Return the migration that makes a constraint anew which casework had as its own."""
    return migrations.RunSQL(
        f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}, "
        f"ADD CONSTRAINT {name} CHECK (subject IN {_SUBJECTS})",
        migrations.RunSQL.noop,
    )


class Migration(migrations.Migration):
    """A new kind of case adds its name here, in a migration of its own."""

    replaces = [("analysis", "0010_known_subjects")]
    dependencies = [
        ("analysis", "0001_initial"),
        ("casework", "0002_kinds_of_cases"),
    ]

    operations = [
        _known("casework_case", "case_known_subject"),
        _known("casework_retentionrule", "retention_known_subject"),
        _known("casework_tombstone", "tombstone_known_subject"),
    ]
