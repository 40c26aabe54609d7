"""The history is emptied by nobody: no setting of a connection opens its guard."""

from django.db import migrations

from casework.database.triggers import REFUSE_CHANGE


class Migration(migrations.Migration):
    """A function only."""

    dependencies = [("casework", "0018_sorted_by_name")]

    operations = [migrations.RunSQL(REFUSE_CHANGE, migrations.RunSQL.noop)]
