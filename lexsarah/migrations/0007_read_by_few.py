"""Hold in the table of all cases that those of lex Sarah are read by few: casework knows no kind by name."""

from django.db import migrations

from lexsarah.process.triggers import READ_BY_FEW


class Migration(migrations.Migration):
    """The constraint stood there before, as casework's own."""

    dependencies = [
        ("casework", "0024_kinds_of_cases"),
        ("lexsarah", "0006_decisions_go_with_their_case"),
    ]

    operations = [migrations.RunSQL(READ_BY_FEW, migrations.RunSQL.noop)]
