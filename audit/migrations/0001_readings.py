"""The log of readings: parted by month, and only ever added to."""

import casework.database.encrypted_fields
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

MONTHS = """
-- Nobody changes or removes a reading.  The rule on rows is copied to every part; the one on TRUNCATE is not.
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit_reading
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON audit_reading
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TABLE audit_reading_default PARTITION OF audit_reading DEFAULT;
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON audit_reading_default
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Makes the parts of a day's month and of the three after it, where they are not there; returns how many it
-- made.  Web and worker own no table, so the owner lends them this.  A month of which readings lie in the
-- default part already stays there.
CREATE FUNCTION audit_make_months(day date) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    first timestamptz := date_trunc('month', day::timestamp) AT TIME ZONE 'UTC';
    month timestamptz;
    part text;
    made integer := 0;
BEGIN
    -- Two at once would both find it missing.
    PERFORM pg_advisory_xact_lock(hashtext('audit_make_months'));
    FOR ahead IN 0..3 LOOP
        month := first + make_interval(months => ahead);
        part := 'audit_reading_' || to_char(month AT TIME ZONE 'UTC', 'YYYY_MM');
        CONTINUE WHEN to_regclass('public.' || part) IS NOT NULL OR EXISTS (
            SELECT FROM public.audit_reading_default
            WHERE at >= month AND at < month + interval '1 month'
        );
        EXECUTE format(
            'CREATE TABLE public.%I PARTITION OF public.audit_reading FOR VALUES FROM (%L) TO (%L)',
            part, month, month + interval '1 month'
        );
        EXECUTE format(
            'CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON public.%I'
            ' FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', part
        );
        made := made + 1;
    END LOOP;
    RETURN made;
END $$;
REVOKE EXECUTE ON FUNCTION audit_make_months(date) FROM PUBLIC;
COMMENT ON FUNCTION audit_make_months(date) IS 'lent to app';

-- Tells whether readings were written for which no month had been made.
CREATE FUNCTION audit_default_is_used() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM public.audit_reading_default)
$$;
REVOKE EXECUTE ON FUNCTION audit_default_is_used() FROM PUBLIC;
COMMENT ON FUNCTION audit_default_is_used() IS 'lent to app';
SELECT audit_make_months(current_date);
"""


class CreateParted(migrations.CreateModel):
    """Create a table that is parted by when its rows were written."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, *states: object
    ) -> None:
        """Create the table and its indexes, which every part gets too."""
        usual = schema_editor.sql_create_table
        schema_editor.sql_create_table = f"{usual} PARTITION BY RANGE (at)"
        try:
            super().database_forwards(app_label, schema_editor, *states)
        finally:
            schema_editor.sql_create_table = usual


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('organisation', '0002_roles_and_alarms'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL('CREATE SEQUENCE audit_reading_id_seq AS bigint'),
        CreateParted(
            name='Reading',
            fields=[
                ('pk', models.CompositePrimaryKey('id', 'at', blank=True, editable=False, primary_key=True, serialize=False)),
                ('id', models.BigIntegerField(db_default=models.Func(models.Value('audit_reading_id_seq'), function='nextval'), editable=False)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('role', models.CharField(blank=True, max_length=30)),
                ('way', models.CharField(choices=[('role', 'genom rollen'), ('named', 'som namngiven läsare'), ('reporter', 'som den som rapporterade')], max_length=10)),
                ('kind', models.CharField(choices=[('page', 'sida'), ('list', 'lista'), ('search', 'sökning'), ('file', 'fil'), ('export', 'uttag'), ('print', 'utskrift'), ('log', 'logg')], max_length=10)),
                ('page', models.CharField(max_length=80)),
                ('question', models.TextField(blank=True)),
                ('words', casework.database.encrypted_fields.SealedTextField(blank=True)),
                ('purpose', models.TextField(blank=True)),
                ('count', models.PositiveIntegerField()),
                ('cases', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('people', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('stands_in_for', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.unit')),
            ],
            options={
                'ordering': ['-at', '-id'],
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['cases'], name='reading_cases'), django.contrib.postgres.indexes.GinIndex(fields=['people'], name='reading_people'), models.Index(fields=['person', 'at'], name='reading_of_person'), django.contrib.postgres.indexes.BrinIndex(fields=['at'], name='reading_at')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['page', 'list', 'search', 'file', 'export', 'print', 'log'])), name='reading_known_kind'), models.CheckConstraint(condition=models.Q(('way__in', ['role', 'named', 'reporter'])), name='reading_known_way')],
            },
        ),
        migrations.RunSQL('ALTER SEQUENCE audit_reading_id_seq OWNED BY audit_reading.id'),
        migrations.RunSQL(MONTHS),
    ]
