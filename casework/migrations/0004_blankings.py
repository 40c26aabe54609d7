"""A text may be blanked in a row that is only ever added to, and a row says under whose decision."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


GUARDS = """
-- As before, and: a text may be blanked in a row where a row of casework_blanking says so, whatever else stands
-- there stays.  Part of a parted table is known by the name of the whole.
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    whole text;
    was jsonb;
    becomes jsonb;
BEGIN
    IF TG_OP = 'DELETE' AND TG_NARGS = 1 AND EXISTS (
        SELECT 1 FROM public.casework_tombstone WHERE key = (to_jsonb(OLD) ->> TG_ARGV[0])::bigint
    ) THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        was := to_jsonb(OLD);
        becomes := to_jsonb(NEW);
        SELECT relname INTO whole FROM pg_catalog.pg_class
        WHERE oid = coalesce(pg_partition_root(TG_RELID)::oid, TG_RELID);
        IF was <> becomes AND NOT EXISTS (
            SELECT FROM jsonb_each(was) AS one (field, value)
            WHERE one.value IS DISTINCT FROM becomes -> one.field AND NOT EXISTS (
                SELECT FROM public.casework_blanking b
                WHERE b.place = whole AND b.row = (was ->> 'id')::bigint AND b.field = one.field
                    AND b.stands = becomes ->> one.field
            )
        ) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON casework_blanking
    FOR EACH ROW EXECUTE FUNCTION refuse_change('case_id');
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON casework_blanking
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('casework', '0003_emergency_openings'),
    ]

    operations = [
        migrations.CreateModel(
            name='Blanking',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.CharField(max_length=63, verbose_name='tabell')),
                ('row', models.BigIntegerField(verbose_name='rad')),
                ('field', models.CharField(max_length=63, verbose_name='kolumn')),
                ('imprint', models.CharField(max_length=64)),
                ('stands', models.TextField(blank=True)),
                ('left_as', models.CharField(max_length=64)),
                ('seal', models.CharField(blank=True, max_length=64)),
                ('resealed', models.CharField(blank=True, max_length=64)),
                ('reason', models.TextField(verbose_name='varför')),
                ('decision', models.CharField(max_length=60, verbose_name='beslutets nummer')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('case', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='blankings', to='casework.case')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('place', 'row', 'field'), name='blanked_once'), models.CheckConstraint(condition=models.Q(models.Q(('reason', ''), _negated=True), models.Q(('decision', ''), _negated=True)), name='blanking_says_why_and_by_what'), models.CheckConstraint(condition=models.Q(('imprint__regex', '^[0-9a-f]{64}$')), name='blanking_leaves_a_hash'), models.CheckConstraint(condition=models.Q(models.Q(('resealed', ''), ('seal', '')), models.Q(('resealed__regex', '^[0-9a-f]{64}$'), ('seal__regex', '^[0-9a-f]{64}$')), _connector='OR'), name='blanking_seals_both_or_neither')],
            },
        ),
        migrations.RunSQL(GUARDS),
    ]
