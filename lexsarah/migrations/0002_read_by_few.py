"""Hold in the table of all cases that those of lex Sarah are read by few: casework knows no kind by name."""

from django.db import migrations

# A lex Sarah case is read by few and never as usual (OSL 26 kap. 1 §): held on the spine, whose column it is,
# by the app whose rule it is.
READ_BY_FEW = """
ALTER TABLE casework_case
    DROP CONSTRAINT IF EXISTS lexsarah_is_read_by_few,
    ADD CONSTRAINT lexsarah_is_read_by_few CHECK (subject <> 'lexsarah' OR circle <> '')
"""


class Migration(migrations.Migration):
    """The constraint stood there before, as casework's own."""

    replaces = [("lexsarah", "0007_read_by_few")]
    dependencies = [
        ("casework", "0002_kinds_of_cases"),
        ("lexsarah", "0001_initial"),
    ]

    operations = [migrations.RunSQL(READ_BY_FEW, migrations.RunSQL.noop)]
