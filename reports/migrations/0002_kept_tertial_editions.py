"""Let nobody change a built document of a tertial, as nobody changes an edition of a report."""

from django.db import migrations

GUARDS = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON reports_tertialedition
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON reports_tertialedition
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""


class Migration(migrations.Migration):
    """The guards that audit's sealer finds the table by."""

    dependencies = [('reports', '0001_initial'), ('casework', '0001_initial')]

    operations = [
        migrations.RunSQL(
            GUARDS,
            "DROP TRIGGER append_only ON reports_tertialedition;"
            "DROP TRIGGER append_only_truncate ON reports_tertialedition;",
        )
    ]
