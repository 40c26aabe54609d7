"""The templates that come along, each in its first version."""

from django.db import migrations

from selfcheck.migrations._standard_templates import publish


class Migration(migrations.Migration):
    """Rows only."""

    replaces = [("selfcheck", "0004_standard_templates")]
    dependencies = [("selfcheck", "0001_initial")]

    operations = [migrations.RunPython(publish, migrations.RunPython.noop)]
