"""The chain of seals: what was there when, and the salt that goes with a purged case."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

GUARDS = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit_seal
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON audit_seal
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit_sealedrows
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON audit_sealedrows
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit_casesalt
    FOR EACH ROW EXECUTE FUNCTION refuse_change('case_id');
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON audit_casesalt
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- Hashes cannot be made shorter: trying costs time for nothing.
ALTER TABLE audit_sealedrows ALTER COLUMN hashes SET STORAGE EXTERNAL;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0002_security_events'),
        ('casework', '0002_kinds_of_cases'),
    ]

    operations = [
        migrations.CreateModel(
            name='CaseSalt',
            fields=[
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to='casework.case')),
                ('value', models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name='Seal',
            fields=[
                ('number', models.BigIntegerField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('snapshot_end', models.BigIntegerField()),
                ('guards', models.JSONField(null=True)),
                ('guards_hash', models.CharField(max_length=64)),
                ('note', models.TextField(blank=True)),
                ('previous', models.CharField(blank=True, max_length=64)),
                ('head', models.CharField(max_length=64)),
                ('signature', models.CharField(max_length=64)),
            ],
            options={
                'ordering': ['number'],
                'indexes': [models.Index(condition=models.Q(('note', ''), _negated=True), fields=['number'], name='seals_accepted'), models.Index(condition=models.Q(('guards__isnull', False)), fields=['number'], name='seals_with_guards')],
                'constraints': [models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='seal_begins_at_one'), models.CheckConstraint(condition=models.Q(models.Q(('number', 1), ('previous', '')), models.Q(('previous', ''), _negated=True), _connector='OR'), name='seal_names_the_one_before')],
            },
        ),
        migrations.CreateModel(
            name='SealedRows',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('table', models.CharField(max_length=63)),
                ('columns', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=63), size=None)),
                ('is_first', models.BooleanField()),
                ('first', models.BigIntegerField()),
                ('last', models.BigIntegerField()),
                ('count', models.PositiveIntegerField()),
                ('ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('cases', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(null=True), size=None)),
                ('hashes', django.contrib.postgres.fields.ArrayField(base_field=models.BinaryField(), size=None)),
                ('seal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rows', to='audit.seal')),
            ],
            options={
                'ordering': ['seal', 'pk'],
                'indexes': [models.Index(fields=['table', 'last'], name='sealed_rows_of_table')],
                'constraints': [models.CheckConstraint(condition=models.Q(('count__gte', 1), ('last__gte', models.F('first'))), name='sealed_rows_are_some')],
            },
        ),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
    ]
