"""A failed sign-in takes no lock on the person: that is logged, and the wait for the disk told who exists."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("organisation", "0006_administration_chief")]

    operations = [
        migrations.AlterField(
            model_name="failedsignins",
            name="user",
            field=models.OneToOneField(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                primary_key=True,
                related_name="+",
                serialize=False,
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
