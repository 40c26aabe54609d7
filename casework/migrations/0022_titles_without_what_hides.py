"""Take soft hyphens and other unseen characters out of titles, so that the words in them are found."""

from django.db import migrations

CLEAN = r"""
UPDATE casework_case SET title = regexp_replace(title, '[\u00AD\u200B\u2060-\u2064\uFEFF]', '', 'g')
WHERE title ~ '[\u00AD\u200B\u2060-\u2064\uFEFF]';
"""


class Migration(migrations.Migration):
    """The words that are searched are made of the titles, and follow them; there is no way back."""

    dependencies = [("casework", "0021_cases_of_a_unit")]

    operations = [migrations.RunSQL(CLEAN, migrations.RunSQL.noop)]
