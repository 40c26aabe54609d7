"""The templates that come along, each in its first version."""

from django.db import migrations

from selfcheck.migrations._standard_templates import publish


class Migration(migrations.Migration):
    """Rows only."""

    dependencies = [("selfcheck", "0003_process")]

    operations = [migrations.RunPython(publish, migrations.RunPython.noop)]
