"""Keep what authors have said of the numbers in their texts."""

import datetime

import django.utils.timezone
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """A table of its own."""

    dependencies = [("casework", "0016_form_drafts")]

    operations = [
        migrations.CreateModel(
            name="KeptNumber",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(editable=False, max_length=64)),
                (
                    "said",
                    models.CharField(
                        choices=[("telephone", "är ett telefonnummer"), ("belongs", "ska stå kvar")],
                        max_length=20,
                        verbose_name="svar",
                    ),
                ),
                ("said_on", models.DateField(default=django.utils.timezone.localdate, verbose_name="dag")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("text", "said"), name="kept_number_once_for_each_text"),
                    models.CheckConstraint(
                        condition=Q(said__in=["telephone", "belongs"]), name="kept_number_known_answer"
                    ),
                    models.CheckConstraint(
                        condition=Q(said_on__isnull=True)
                        | Q(said_on__gte=datetime.date(1900, 1, 1), said_on__lt=datetime.date(2200, 1, 1)),
                        name="kept_number_sane_dates",
                        violation_error_message="Ange ett datum mellan år 1900 och 2200.",
                    ),
                ],
            },
        ),
    ]
