"""Buckets of the limiter and what it tells of, in tables that neither a replica nor a backup of files holds."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("organisation", "0004_sorted_by_name")]

    operations = [
        migrations.CreateModel(
            name="Bucket",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("empty_at", models.DateTimeField()),
                ("opens_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Salt",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("salt", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="Sounded",
            fields=[
                (
                    "name",
                    models.CharField(
                        choices=[
                            ("no_client_address", "No Client Address"),
                            ("many_filings", "Many Filings"),
                        ],
                        max_length=40,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name__in", ["no_client_address", "many_filings"])),
                        name="sounded_known_alarm",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FailedSignIns",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="organisation.user",
                    ),
                ),
                ("count", models.PositiveIntegerField()),
                ("since", models.DateField()),
            ],
        ),
        migrations.RunSQL(
            "ALTER TABLE organisation_bucket SET UNLOGGED; ALTER TABLE organisation_salt SET UNLOGGED;"
            " ALTER TABLE organisation_failedsignins SET UNLOGGED;",
            "ALTER TABLE organisation_bucket SET LOGGED; ALTER TABLE organisation_salt SET LOGGED;"
            " ALTER TABLE organisation_failedsignins SET LOGGED;",
        ),
    ]
