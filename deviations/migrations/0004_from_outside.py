"""Say on the spine of each case that is there already whether it came from outside."""

from django.db import migrations

MARK = """
UPDATE casework_case c SET from_outside = TRUE
FROM deviations_deviation d WHERE d.case_ptr_id = c.id AND d.reported_by = 'outside'
"""


class Migration(migrations.Migration):
    dependencies = [("deviations", "0003_investigation"), ("casework", "0007_from_outside")]

    operations = [migrations.RunSQL(MARK, migrations.RunSQL.noop)]
