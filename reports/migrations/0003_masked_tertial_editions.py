"""What was built before documents for the board were masked is a document for the work."""

from django.db import migrations


class Migration(migrations.Migration):
    """Keep the unmasked editions from those who may only read masked ones."""

    dependencies = [("reports", "0002_tertial_editions")]
    operations = [
        migrations.RunSQL(
            "UPDATE reports_tertialedition SET internal = true WHERE NOT internal",
            migrations.RunSQL.noop,
            elidable=True,
        )
    ]
