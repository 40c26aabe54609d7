"""The buckets of the public forms are those of the organisation's limiter now; what they held was an hour old."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("deviations", "0008_lowered_with_a_reason"), ("organisation", "0005_limits")]

    operations = [migrations.DeleteModel(name="Bucket")]
