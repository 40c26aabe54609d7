"""When a draft was typed, apart from when its author had the page open."""

from django.db import migrations, models
from django.db.models import F


def fill(apps, _editor):
    apps.get_model("reports", "TextDraft").objects.exclude(text="").update(typed_at=F("updated_at"))


class Migration(migrations.Migration):

    dependencies = [
        ("reports", "0008_laid_out_chapters"),
    ]

    operations = [
        migrations.AddField(
            model_name="textdraft",
            name="typed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
