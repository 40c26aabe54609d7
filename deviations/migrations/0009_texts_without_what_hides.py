"""Take soft hyphens and other unseen characters out of what is searched, so that the words in it are found."""

from django.db import migrations

UNSEEN = r"[\u00AD\u200B\u2060-\u2064\uFEFF]"
COLUMNS = ("description", "proposal", "assessment")
CLEAN = "".join(
    f"UPDATE deviations_deviation SET {column} = regexp_replace({column}, '{UNSEEN}', '', 'g') "
    f"WHERE {column} ~ '{UNSEEN}';\n"
    for column in COLUMNS
)


class Migration(migrations.Migration):
    """The words that are searched are made of the texts, and follow them; there is no way back."""

    dependencies = [("deviations", "0008_lowered_with_a_reason")]

    operations = [migrations.RunSQL(CLEAN, migrations.RunSQL.noop)]
