"""The buckets of the public forms are those of the organisation's limiter now; what they held was an hour old."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("deviations", "0009_texts_without_what_hides"), ("organisation", "0005_limits")]

    operations = [migrations.DeleteModel(name="Bucket")]
