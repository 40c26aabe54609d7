"""The templates that come along: a migration publishes those of the file that are not there."""

import datetime as dt
import tomllib
from pathlib import Path

FILE = Path(__file__).parents[1] / "standard_templates.toml"


def publish(apps, _schema):
    """Publish every new template of a method that the database knows by now; later migrations do the others."""
    template_model = apps.get_model("selfcheck", "Template")
    version_model = apps.get_model("selfcheck", "TemplateVersion")
    known = dict(version_model._meta.get_field("method").choices)
    for row in tomllib.loads(FILE.read_text(encoding="utf-8"))["template"]:
        facts = {name: said for name, said in row.items() if name not in {"code", "name"}}
        if facts["method"] not in known:
            continue
        template, is_new = template_model.objects.get_or_create(
            code=row["code"], defaults={"name": row["name"]}
        )
        if is_new:
            version_model.objects.create(
                template=template, number=1, published_on=dt.date(2026, 11, 22), **facts
            )
