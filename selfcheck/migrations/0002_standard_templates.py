"""The templates that come along, each in its first version."""

import datetime as dt
import tomllib
from pathlib import Path

from django.db import migrations

FILE = Path(__file__).parents[1] / "standard_templates.toml"


def publish(apps, _schema):
    """Publish every template of the file that is not there."""
    template_model = apps.get_model("selfcheck", "Template")
    version_model = apps.get_model("selfcheck", "TemplateVersion")
    for row in tomllib.loads(FILE.read_text(encoding="utf-8"))["template"]:
        facts = {name: said for name, said in row.items() if name not in {"code", "name"}}
        template, is_new = template_model.objects.get_or_create(
            code=row["code"], defaults={"name": row["name"]}
        )
        if is_new:
            version_model.objects.create(
                template=template, number=1, published_on=dt.date(2026, 11, 22), **facts
            )


class Migration(migrations.Migration):
    """Rows only."""

    replaces = [("selfcheck", "0004_standard_templates")]
    dependencies = [("selfcheck", "0001_initial")]

    operations = [migrations.RunPython(publish, migrations.RunPython.noop)]
