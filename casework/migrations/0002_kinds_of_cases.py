"""Let the apps say which kinds of cases there are; a circle of few is called by what it is."""

from django.db import migrations, models

import casework.kinds

_FEW = migrations.RunSQL(
    "UPDATE casework_case SET circle = 'few' WHERE circle = 'lexsarah'",
    "UPDATE casework_case SET circle = 'lexsarah' WHERE circle = 'few'",
)
_CIRCLES = [
    ("", "som vanligt"),
    ("few", "cheferna, utredaren och kvalitetscontrollern"),
    ("investigator", "utredaren och kvalitetscontrollern, inte enhetens chefer"),
]


def _subject(model: str, words: str) -> migrations.AlterField:
    field = models.CharField(choices=casework.kinds.choices, max_length=20, verbose_name=words)
    return migrations.AlterField(model_name=model, name="subject", field=field)


class Migration(migrations.Migration):
    """The constraints that name apps stay in the database as they are: those apps make them anew."""

    replaces = [("casework", "0024_kinds_of_cases")]
    dependencies = [("casework", "0001_initial")]

    operations = [
        _subject("case", "slag"),
        _subject("retentionrule", "slag av ärende"),
        _subject("tombstone", "slag"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveConstraint(model_name="case", name="case_known_subject"),
                migrations.RemoveConstraint(model_name="case", name="lexsarah_is_read_by_few"),
                migrations.RemoveConstraint(model_name="retentionrule", name="retention_known_subject"),
                migrations.RemoveConstraint(model_name="tombstone", name="tombstone_known_subject"),
            ]
        ),
        migrations.RemoveConstraint(model_name="case", name="case_known_circle"),
        _FEW,
        migrations.AlterField(
            model_name="case",
            name="circle",
            field=models.CharField(
                blank=True,
                choices=_CIRCLES,
                db_default="",
                default="",
                editable=False,
                max_length=20,
                verbose_name="läses av",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(("circle__in", ["", "few", "investigator"])), name="case_known_circle"
            ),
        ),
    ]
