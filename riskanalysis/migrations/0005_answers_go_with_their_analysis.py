"""Let the append-only rows of a purged case go with it."""

from django.db import migrations

from casework.database.triggers import removed_with_its_case


class Migration(migrations.Migration):
    """A trigger that asks for the case's tombstone."""

    dependencies = [("casework", "0013_purging"), ("riskanalysis", "0004_prompt_answers")]

    operations = [removed_with_its_case("riskanalysis_promptanswer", "analysis_id")]
