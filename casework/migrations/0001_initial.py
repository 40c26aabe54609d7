"""What release 0.7.0 had in its database: tables as makemigrations wrote them, and what they guard."""

import casework.database.encrypted_fields
import datetime
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import organisation.texts.alphabet
import uuid
from django.conf import settings
from django.db import migrations, models

GUARDS = """
-- The history cannot be changed. A purged case takes its history with it, under a decision that is kept: a row
-- may go when the case that it names has a tombstone, and whoever writes a tombstone must let the case go before
-- the transaction ends.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND TG_NARGS = 1 AND EXISTS (
        SELECT 1 FROM public.casework_tombstone WHERE key = (to_jsonb(OLD) ->> TG_ARGV[0])::bigint
    ) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON casework_logentry
    FOR EACH ROW EXECUTE FUNCTION refuse_change('case_id');
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON casework_logentry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON casework_note
    FOR EACH ROW EXECUTE FUNCTION refuse_change('case_id');
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON casework_note
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON casework_change
    FOR EACH ROW EXECUTE FUNCTION refuse_change('case_id');
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON casework_change
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON casework_retentionrule
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON casework_retentionrule
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON casework_tombstone
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON casework_tombstone
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION purged_is_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM casework_case WHERE id = NEW.key OR number = NEW.number) THEN
        RAISE EXCEPTION 'case % has a tombstone and is still there', NEW.number
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER purged_is_gone AFTER INSERT ON casework_tombstone
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION purged_is_gone();

-- No case comes with the key or the number of a purged one: it would bring a history that can be removed.
CREATE FUNCTION purged_stays_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM casework_tombstone WHERE key = NEW.id)
        OR EXISTS (SELECT 1 FROM casework_tombstone WHERE number = NEW.number) THEN
        RAISE EXCEPTION 'case % has a tombstone', NEW.number USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER purged_stays_gone AFTER INSERT ON casework_case
    FOR EACH ROW EXECUTE FUNCTION purged_stays_gone();
CREATE CONSTRAINT TRIGGER purged_stays_gone_changed AFTER UPDATE ON casework_case
    FOR EACH ROW WHEN ((OLD.id, OLD.number) IS DISTINCT FROM (NEW.id, NEW.number))
    EXECUTE FUNCTION purged_stays_gone();

-- Figures to count again are marked a statement, from its changed rows: a bulk import costs one insert.
CREATE FUNCTION casework_case_recount() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO casework_recount (subject, unit_id)
        SELECT DISTINCT r.subject, r.unit_id FROM new_rows r ;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO casework_recount (subject, unit_id)
        SELECT DISTINCT r.subject, r.unit_id FROM old_rows r ;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER recount_insert AFTER INSERT ON casework_case
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION casework_case_recount();
CREATE TRIGGER recount_update AFTER UPDATE ON casework_case
    REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION casework_case_recount();
CREATE TRIGGER recount_delete AFTER DELETE ON casework_case
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION casework_case_recount();
CREATE FUNCTION casework_action_recount() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO casework_recount (subject, unit_id)
        SELECT DISTINCT 'actions', c.unit_id FROM new_rows r JOIN casework_case c ON c.id = r.case_id;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO casework_recount (subject, unit_id)
        SELECT DISTINCT 'actions', c.unit_id FROM old_rows r JOIN casework_case c ON c.id = r.case_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER recount_insert AFTER INSERT ON casework_action
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION casework_action_recount();
CREATE TRIGGER recount_update AFTER UPDATE ON casework_action
    REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION casework_action_recount();
CREATE TRIGGER recount_delete AFTER DELETE ON casework_action
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION casework_action_recount();
"""
UNDO = """
DROP FUNCTION refuse_change() CASCADE;
DROP FUNCTION purged_is_gone() CASCADE;
DROP FUNCTION purged_stays_gone() CASCADE;
DROP FUNCTION casework_case_recount() CASCADE;
DROP FUNCTION casework_action_recount() CASCADE;
"""


class Migration(migrations.Migration):

    initial = True
    # Those of 0.7.0; the first of them had the name of this one.
    replaces = [
        ('casework', '0002_initial'),
        ('casework', '0003_triggers'),
        ('casework', '0004_dialogue_notices_protection'),
        ('casework', '0005_notes_append_only'),
        ('casework', '0006_notice_of_a_given_action'),
        ('casework', '0007_from_outside'),
        ('casework', '0008_circle'),
        ('casework', '0009_routines'),
        ('casework', '0010_routine_edition_on_and_notice_of_a_unit'),
        ('casework', '0011_tertial_analyses'),
        ('casework', '0012_retention'),
        ('casework', '0013_purging'),
        ('casework', '0014_notices_of_sections'),
        ('casework', '0015_purged_is_known_again'),
        ('casework', '0016_form_drafts'),
        ('casework', '0017_kept_numbers'),
        ('casework', '0018_sorted_by_name'),
        ('casework', '0019_nobody_truncates'),
        ('casework', '0020_changes'),
        ('casework', '0021_cases_of_a_unit'),
        ('casework', '0022_titles_without_what_hides'),
        ('casework', '0023_who_receives_and_decides'),
    ]

    dependencies = [
        ('organisation', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=40, unique=True, verbose_name='nummer')),
                ('subject', models.CharField(choices=[('deviations', 'avvikelse'), ('lexsarah', 'lex Sarah'), ('selfcheck', 'egenkontroll'), ('riskanalysis', 'riskanalys'), ('analysis', 'tertialanalys')], max_length=20, verbose_name='slag')),
                ('title', models.TextField(verbose_name='rubrik')),
                ('target_group', models.CharField(blank=True, max_length=100, verbose_name='målgrupp')),
                ('process', models.CharField(blank=True, max_length=200, verbose_name='process eller rutin')),
                ('occurred_on', models.DateField(blank=True, null=True, verbose_name='händelsen inträffade')),
                ('received_on', models.DateField(verbose_name='inkom')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='klart senast')),
                ('closed_on', models.DateField(blank=True, null=True, verbose_name='avslutades')),
                ('from_outside', models.BooleanField(db_default=False, default=False, editable=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('version', models.PositiveIntegerField(db_default=0, default=0, editable=False)),
                ('protected', models.BooleanField(db_default=False, default=False, verbose_name='skyddade personuppgifter')),
                ('circle', models.CharField(blank=True, choices=[('', 'som vanligt'), ('lexsarah', 'cheferna, utredaren och kvalitetscontrollern'), ('investigator', 'utredaren och kvalitetscontrollern, inte enhetens chefer')], db_default='', default='', editable=False, max_length=20, verbose_name='läses av')),
                ('words', models.GeneratedField(db_persist=True, expression=django.contrib.postgres.search.SearchVector('number', 'title', config='swedish'), output_field=django.contrib.postgres.search.SearchVectorField())),
                ('came_from', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='handed_over', to='organisation.unit')),
                ('duplicate_of', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='duplicates', to='casework.case')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='owned_cases', to=settings.AUTH_USER_MODEL, verbose_name='handläggs av')),
                ('reporter', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reported_cases', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='organisation.unit', verbose_name='enhet')),
            ],
            options={
                'ordering': ['-received_on', '-number'],
            },
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('name', models.CharField(max_length=150, verbose_name='filnamn')),
                ('media_type', models.CharField(max_length=100)),
                ('size', models.PositiveIntegerField()),
                ('checksum', models.CharField(max_length=64)),
                ('content', models.BinaryField()),
                ('state', models.CharField(choices=[('pending', 'kontrolleras'), ('clean', 'kontrollerad'), ('infected', 'stoppad: innehåller skadlig kod')], default='pending', max_length=10)),
                ('added_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('added_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='casework.case')),
            ],
            options={
                'ordering': ['position'],
            },
        ),
        migrations.CreateModel(
            name='Action',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(verbose_name='vad som ska göras')),
                ('category', models.CharField(blank=True, max_length=100, verbose_name='slag av åtgärd')),
                ('level', models.CharField(blank=True, choices=[('individual', 'enskild medarbetare'), ('group', 'arbetsgrupp'), ('unit', 'enhet'), ('department', 'avdelning'), ('administration', 'förvaltning'), ('board', 'nämnd')], max_length=20, verbose_name='nivå')),
                ('improved_routine', models.TextField(blank=True, verbose_name='process eller rutin som förbättrats')),
                ('decided_on', models.DateField(blank=True, null=True, verbose_name='beslutades')),
                ('paragraph', models.CharField(blank=True, db_default='', default='', max_length=60, verbose_name='beslutets paragraf')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='klar senast')),
                ('done_on', models.DateField(blank=True, null=True, verbose_name='genomfördes')),
                ('rejected_on', models.DateField(blank=True, null=True, verbose_name='avslogs')),
                ('rejected_reason', models.TextField(blank=True, verbose_name='varför den inte genomförs')),
                ('effect_measure', models.TextField(blank=True, verbose_name='hur effekten kontrolleras')),
                ('effect_due_on', models.DateField(blank=True, null=True, verbose_name='effekten kontrolleras')),
                ('effect', models.CharField(blank=True, choices=[('yes', 'ja'), ('partly', 'delvis'), ('no', 'nej')], max_length=10, verbose_name='effekt')),
                ('effect_on', models.DateField(blank=True, null=True, verbose_name='effekten kontrollerades')),
                ('effect_note', models.TextField(blank=True, verbose_name='vad uppföljningen visade')),
                ('version', models.PositiveIntegerField(db_default=0, default=0, editable=False)),
                ('follows', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followed_by', to='casework.action')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='actions', to=settings.AUTH_USER_MODEL, verbose_name='görs av')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='actions', to='casework.case')),
            ],
            options={
                'ordering': ['decided_on', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='FormDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(max_length=300)),
                ('names', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ('form', models.CharField(max_length=64)),
                ('typed', casework.database.encrypted_fields.SealedTextField()),
                ('was_sent', models.BooleanField(db_default=False, default=False)),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('case', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='casework.case')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='form_drafts', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-updated_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=60)),
                ('arguments', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('send_after', models.DateTimeField(default=django.utils.timezone.now)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('leased_until', models.DateTimeField(blank=True, null=True)),
                ('percent', models.PositiveSmallIntegerField(default=0)),
                ('doing', models.CharField(blank=True, max_length=120)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('failed_at', models.DateTimeField(blank=True, null=True)),
                ('problem', models.TextField(blank=True)),
            ],
            options={
                'ordering': ['created_at', 'pk'],
                'indexes': [models.Index(condition=models.Q(('done_at', None), ('failed_at', None)), fields=['send_after'], name='job_to_send')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('done_at', None), ('failed_at', None)), fields=('kind', 'arguments'), name='job_waits_once'), models.CheckConstraint(condition=models.Q(('done_at', None), ('failed_at', None), _connector='OR'), name='job_is_done_or_failed'), models.CheckConstraint(condition=models.Q(('percent__lte', 100)), name='job_percent_within_100')],
            },
        ),
        migrations.CreateModel(
            name='KeptNumber',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(editable=False, max_length=64)),
                ('said', models.CharField(choices=[('telephone', 'är ett telefonnummer'), ('belongs', 'ska stå kvar')], max_length=20, verbose_name='svar')),
                ('said_on', models.DateField(default=django.utils.timezone.localdate, verbose_name='dag')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('text', 'said'), name='kept_number_once_for_each_text'), models.CheckConstraint(condition=models.Q(('said__in', ['telephone', 'belongs'])), name='kept_number_known_answer'), models.CheckConstraint(condition=models.Q(('said_on__isnull', True), models.Q(('said_on__gte', datetime.date(1900, 1, 1)), ('said_on__lt', datetime.date(2200, 1, 1))), _connector='OR'), name='kept_number_sane_dates', violation_error_message='Ange ett datum mellan år 1900 och 2200.')],
            },
        ),
        migrations.CreateModel(
            name='LogEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sequence', models.PositiveIntegerField()),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('action', models.CharField(max_length=40)),
                ('label', models.CharField(max_length=120)),
                ('from_state', models.CharField(blank=True, max_length=40)),
                ('to_state', models.CharField(blank=True, max_length=40)),
                ('digest', models.CharField(max_length=64)),
                ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='log', to='casework.case')),
            ],
            options={
                'ordering': ['case', 'sequence'],
            },
        ),
        migrations.CreateModel(
            name='Change',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('model', models.CharField(max_length=80)),
                ('row', models.CharField(blank=True, max_length=80)),
                ('field', models.CharField(max_length=80)),
                ('before', models.TextField(blank=True)),
                ('after', models.TextField(blank=True)),
                ('reason', models.TextField(blank=True)),
                ('sealed', models.BooleanField(default=False)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='casework.case')),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='casework.logentry')),
            ],
            options={
                'ordering': ['entry', 'position'],
            },
        ),
        migrations.CreateModel(
            name='Mail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField()),
                ('subject', models.CharField(max_length=200)),
                ('body', models.TextField()),
                ('message_id', models.CharField(max_length=200, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('problem', models.CharField(blank=True, max_length=200)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mails', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-created_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='NamedReader',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='named_readers', to='casework.case')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['position'],
            },
        ),
        migrations.CreateModel(
            name='Note',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('internal', 'intern anteckning'), ('to_reporter', 'till den som rapporterade'), ('from_reporter', 'från den som rapporterade')], max_length=20)),
                ('text', models.TextField()),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('nature', models.CharField(blank=True, choices=[('fact', 'faktisk uppgift'), ('assessment', 'bedömning')], db_default='', max_length=20, verbose_name='slag av uppgift')),
                ('source', models.CharField(blank=True, db_default='', max_length=200, verbose_name='källa')),
                ('learnt_on', models.DateField(blank=True, null=True, verbose_name='uppgiften lämnades')),
                ('author_title', models.CharField(blank=True, db_default='', max_length=120, verbose_name='som')),
                ('form_token', models.UUIDField(editable=False, null=True, unique=True)),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='casework.case')),
            ],
            options={
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('new', 'nytt ärende'), ('urgent', 'brådskande ärende'), ('to_decide', 'ärende att besluta om'), ('assigned', 'du har fått ett ärende'), ('received', 'överlämnat till din enhet'), ('message', 'nytt meddelande'), ('answered', 'återkoppling på det du rapporterat'), ('due', 'ska vara klart snart'), ('overdue', 'försenat'), ('escalated', 'försenat hos en chef under dig'), ('action_given', 'du har fått en åtgärd'), ('action_due', 'åtgärd ska vara klar snart'), ('action_overdue', 'åtgärd är försenad'), ('effect_due', 'effekten av en åtgärd ska följas upp'), ('no_analysis', 'ingen riskanalys i år'), ('kept_out', 'någon hålls utanför ett ärende'), ('protected', 'ett ärende skyddas'), ('left', 'ärende som saknar handläggare'), ('action_left', 'åtgärd som saknar ansvarig'), ('action_proposed', 'åtgärd att besluta om'), ('section_given', 'du har fått ett avsnitt att skriva'), ('section_due', 'ett avsnitt ska vara klart snart'), ('section_overdue', 'ett avsnitt är försenat')], max_length=20)),
                ('on', models.DateField(default=django.utils.timezone.localdate)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('read_at', models.DateTimeField(blank=True, null=True)),
                ('mailed_at', models.DateTimeField(blank=True, null=True)),
                ('case', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='casework.case')),
                ('unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.unit')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-created_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='NumberSeries',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('prefix', models.CharField(max_length=10)),
                ('year', models.PositiveSmallIntegerField()),
                ('last', models.PositiveIntegerField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('prefix', 'year'), name='one_series_a_year')],
            },
        ),
        migrations.CreateModel(
            name='Recount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(max_length=20)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='organisation.unit')),
            ],
        ),
        migrations.CreateModel(
            name='Recusal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recusals', to='casework.case')),
                ('declared_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='RetentionRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(choices=[('deviations', 'avvikelse'), ('lexsarah', 'lex Sarah'), ('selfcheck', 'egenkontroll'), ('riskanalysis', 'riskanalys'), ('analysis', 'tertialanalys')], max_length=20, verbose_name='slag av ärende')),
                ('years', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='år efter avslut')),
                ('decision', models.CharField(max_length=60, verbose_name='beslutets nummer')),
                ('decided_on', models.DateField(verbose_name='beslutsdag')),
                ('registered_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('registered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.unit', verbose_name='förvaltning')),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Routine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=60, unique=True, verbose_name='kod')),
                ('name', models.CharField(max_length=200, verbose_name='namn')),
                ('name_key', organisation.texts.alphabet.AlphabetKeyField(db_collation='C', db_default='', default='', editable=False, max_length=500, of='name')),
                ('kind', models.CharField(choices=[('process', 'process'), ('rutin', 'rutin')], default='rutin', max_length=10, verbose_name='slag')),
                ('edition', models.CharField(blank=True, max_length=20, verbose_name='version')),
                ('edition_on', models.DateField(blank=True, editable=False, null=True, verbose_name='versionen gäller från')),
                ('review_on', models.DateField(blank=True, null=True, verbose_name='ses över senast')),
                ('description', models.TextField(blank=True, verbose_name='beskrivning')),
                ('registered_on', models.DateField(default=django.utils.timezone.localdate, verbose_name='registrerades')),
                ('withdrawn_on', models.DateField(blank=True, null=True, verbose_name='slutade gälla')),
                ('version', models.PositiveIntegerField(db_default=0, default=0, editable=False)),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='routines', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='routines', to='organisation.unit', verbose_name='enhet')),
            ],
            options={
                'ordering': ['name_key', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='SavedFilter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='namn')),
                ('name_key', organisation.texts.alphabet.AlphabetKeyField(db_collation='C', db_default='', default='', editable=False, max_length=500, of='name')),
                ('query', models.CharField(max_length=500)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_filters', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['name_key', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Tombstone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.BigIntegerField(unique=True)),
                ('number', models.CharField(max_length=40, unique=True, verbose_name='nummer')),
                ('subject', models.CharField(choices=[('deviations', 'avvikelse'), ('lexsarah', 'lex Sarah'), ('selfcheck', 'egenkontroll'), ('riskanalysis', 'riskanalys'), ('analysis', 'tertialanalys')], max_length=20, verbose_name='slag')),
                ('imprint', models.CharField(blank=True, default='', editable=False, max_length=64)),
                ('purged_on', models.DateField(default=django.utils.timezone.localdate, verbose_name='gallrades')),
                ('rule', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tombstones', to='casework.retentionrule')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.unit', verbose_name='enhet')),
            ],
            options={
                'ordering': ['-purged_on', '-pk'],
            },
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['subject', 'unit', 'received_on'], name='case_subject_unit_received'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['-received_on', '-number'], name='case_newest_first'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('closed_on', None)), fields=['due_on'], name='case_open_due'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('closed_on', None)), fields=['unit', 'due_on'], name='case_open_of_unit'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('protected', True)), fields=['unit'], name='case_protected'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=django.contrib.postgres.indexes.GinIndex(fields=['words'], name='case_words'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('occurred_on__isnull', True), models.Q(('occurred_on__gte', datetime.date(1900, 1, 1)), ('occurred_on__lt', datetime.date(2200, 1, 1))), _connector='OR'), models.Q(('received_on__isnull', True), models.Q(('received_on__gte', datetime.date(1900, 1, 1)), ('received_on__lt', datetime.date(2200, 1, 1))), _connector='OR'), models.Q(('due_on__isnull', True), models.Q(('due_on__gte', datetime.date(1900, 1, 1)), ('due_on__lt', datetime.date(2200, 1, 1))), _connector='OR'), models.Q(('closed_on__isnull', True), models.Q(('closed_on__gte', datetime.date(1900, 1, 1)), ('closed_on__lt', datetime.date(2200, 1, 1))), _connector='OR')), name='case_sane_dates', violation_error_message='Ange ett datum mellan år 1900 och 2200.'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('subject__in', ['deviations', 'lexsarah', 'selfcheck', 'riskanalysis', 'analysis'])), name='case_known_subject'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('circle__in', ['', 'lexsarah', 'investigator'])), name='case_known_circle'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('subject', 'lexsarah'), _negated=True), models.Q(('circle', ''), _negated=True), _connector='OR'), name='lexsarah_is_read_by_few'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('occurred_on', None), ('occurred_on__lte', models.F('received_on')), _connector='OR'), name='case_occurs_before_it_is_received', violation_error_message='Händelsen kan inte ha inträffat efter att den rapporterades.'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('closed_on', None), ('closed_on__gte', models.F('received_on')), _connector='OR'), name='case_closes_after_it_is_received', violation_error_message='Ärendet kan inte avslutas före den dag det kom in.'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('duplicate_of', None), models.Q(('duplicate_of', models.F('id')), _negated=True), _connector='OR'), name='case_is_not_its_own_duplicate', violation_error_message='Ett ärende kan inte vara en dubblett av sig självt.'),
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.UniqueConstraint(fields=('case', 'position'), name='attachment_position_once'),
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.UniqueConstraint(fields=('case', 'checksum'), name='attachment_once'),
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['pending', 'clean', 'infected'])), name='attachment_known_state'),
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.CheckConstraint(condition=models.Q(('size__gt', 0)), name='attachment_is_not_empty'),
        ),
        migrations.AddIndex(
            model_name='action',
            index=models.Index(condition=models.Q(('done_on', None), ('rejected_on', None)), fields=['due_on', 'id'], name='action_left_by_day'),
        ),
        migrations.AddConstraint(
            model_name='action',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_on__isnull', True), models.Q(('decided_on__gte', datetime.date(1900, 1, 1)), ('decided_on__lt', datetime.date(2200, 1, 1))), _connector='OR'), models.Q(('due_on__isnull', True), models.Q(('due_on__gte', datetime.date(1900, 1, 1)), ('due_on__lt', datetime.date(2200, 1, 1))), _connector='OR'), models.Q(('done_on__isnull', True), models.Q(('done_on__gte', datetime.date(1900, 1, 1)), ('done_on__lt', datetime.date(2200, 1, 1))), _connector='OR'), models.Q(('rejected_on__isnull', True), models.Q(('rejected_on__gte', datetime.date(1900, 1, 1)), ('rejected_on__lt', datetime.date(2200, 1, 1))), _connector='OR'), models.Q(('effect_due_on__isnull', True), models.Q(('effect_due_on__gte', datetime.date(1900, 1, 1)), ('effect_due_on__lt', datetime.date(2200, 1, 1))), _connector='OR'), models.Q(('effect_on__isnull', True), models.Q(('effect_on__gte', datetime.date(1900, 1, 1)), ('effect_on__lt', datetime.date(2200, 1, 1))), _connector='OR')), name='action_sane_dates', violation_error_message='Ange ett datum mellan år 1900 och 2200.'),
        ),
        migrations.AddConstraint(
            model_name='action',
            constraint=models.CheckConstraint(condition=models.Q(('level__in', ['individual', 'group', 'unit', 'department', 'administration', 'board', ''])), name='action_known_level'),
        ),
        migrations.AddConstraint(
            model_name='action',
            constraint=models.CheckConstraint(condition=models.Q(('done_on', None), models.Q(('decided_on__isnull', False), ('done_on__gte', models.F('decided_on'))), _connector='OR'), name='action_done_after_it_is_decided', violation_error_message='En åtgärd kan inte vara genomförd före beslutet.'),
        ),
        migrations.AddConstraint(
            model_name='action',
            constraint=models.CheckConstraint(condition=models.Q(('rejected_on', None), ('done_on', None), _connector='OR'), name='action_is_done_or_rejected'),
        ),
        migrations.AddConstraint(
            model_name='action',
            constraint=models.CheckConstraint(condition=models.Q(('rejected_on', None), models.Q(('rejected_reason', ''), _negated=True), _connector='OR'), name='rejected_action_has_a_reason', violation_error_message='Skriv varför åtgärden inte genomförs.'),
        ),
        migrations.AddConstraint(
            model_name='action',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('effect', ''), ('effect_on', None)), models.Q(('done_on__isnull', False), ('effect__in', ['yes', 'partly', 'no']), ('effect_on__isnull', False)), _connector='OR'), name='action_effect_is_judged_when_done'),
        ),
        migrations.AddIndex(
            model_name='formdraft',
            index=models.Index(fields=['updated_at'], name='form_draft_age'),
        ),
        migrations.AddConstraint(
            model_name='formdraft',
            constraint=models.UniqueConstraint(fields=('user', 'address', 'form'), name='one_draft_a_form'),
        ),
        migrations.AddConstraint(
            model_name='logentry',
            constraint=models.UniqueConstraint(fields=('case', 'sequence'), name='log_sequence_once'),
        ),
        migrations.AddConstraint(
            model_name='logentry',
            constraint=models.CheckConstraint(condition=models.Q(('sequence__gte', 1)), name='log_begins_at_one'),
        ),
        migrations.AddConstraint(
            model_name='change',
            constraint=models.UniqueConstraint(fields=('entry', 'position'), name='change_position_once'),
        ),
        migrations.AddConstraint(
            model_name='change',
            constraint=models.CheckConstraint(condition=models.Q(('sealed', True), models.Q(('before', models.F('after')), _negated=True), _connector='OR'), name='change_changes_something'),
        ),
        migrations.AddConstraint(
            model_name='change',
            constraint=models.CheckConstraint(condition=models.Q(('sealed', False), models.Q(('after', ''), ('before', '')), _connector='OR'), name='change_tells_nothing_sealed'),
        ),
        migrations.AddConstraint(
            model_name='namedreader',
            constraint=models.UniqueConstraint(fields=('case', 'user'), name='named_reader_once'),
        ),
        migrations.AddConstraint(
            model_name='namedreader',
            constraint=models.UniqueConstraint(fields=('case', 'position'), name='named_reader_has_a_place'),
        ),
        migrations.AddConstraint(
            model_name='namedreader',
            constraint=models.CheckConstraint(condition=models.Q(('position__gte', 1), ('position__lte', 3)), name='named_readers_are_at_most_three'),
        ),
        migrations.AddConstraint(
            model_name='note',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['internal', 'to_reporter', 'from_reporter'])), name='note_known_kind'),
        ),
        migrations.AddConstraint(
            model_name='note',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('author', None), _negated=True), models.Q(('kind', 'to_reporter'), _negated=True), _connector='OR'), name='note_to_reporter_has_author'),
        ),
        migrations.AddConstraint(
            model_name='note',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='note_says_something'),
        ),
        migrations.AddConstraint(
            model_name='note',
            constraint=models.CheckConstraint(condition=models.Q(('nature', ''), models.Q(('nature__in', ['fact', 'assessment']), models.Q(('source', ''), _negated=True), models.Q(('author_title', ''), _negated=True)), _connector='OR'), name='note_of_an_investigation_is_whole'),
        ),
        migrations.AddConstraint(
            model_name='note',
            constraint=models.CheckConstraint(condition=models.Q(('learnt_on__isnull', True), models.Q(('learnt_on__gte', datetime.date(1900, 1, 1)), ('learnt_on__lt', datetime.date(2200, 1, 1))), _connector='OR'), name='note_sane_dates', violation_error_message='Ange ett datum mellan år 1900 och 2200.'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('read_at', None)), fields=['user'], name='notice_unread'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.UniqueConstraint(fields=('user', 'case', 'kind', 'on'), name='notice_once'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.UniqueConstraint(fields=('user', 'unit', 'kind', 'on'), name='notice_of_a_unit_once'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('case__isnull', False), ('unit', None)), models.Q(('case', None), ('unit__isnull', False)), _connector='OR'), name='notice_is_about_one_thing'),
        ),
        migrations.AddConstraint(
            model_name='recusal',
            constraint=models.UniqueConstraint(fields=('case', 'user'), name='recusal_once'),
        ),
        migrations.AddConstraint(
            model_name='retentionrule',
            constraint=models.CheckConstraint(condition=models.Q(('decided_on__isnull', True), models.Q(('decided_on__gte', datetime.date(1900, 1, 1)), ('decided_on__lt', datetime.date(2200, 1, 1))), _connector='OR'), name='retention_sane_dates', violation_error_message='Ange ett datum mellan år 1900 och 2200.'),
        ),
        migrations.AddConstraint(
            model_name='retentionrule',
            constraint=models.CheckConstraint(condition=models.Q(('subject__in', ['deviations', 'lexsarah', 'selfcheck', 'riskanalysis', 'analysis'])), name='retention_known_subject'),
        ),
        migrations.AddConstraint(
            model_name='retentionrule',
            constraint=models.CheckConstraint(condition=models.Q(('years', None), ('years__range', (1, 100)), _connector='OR'), name='retention_years_are_sane'),
        ),
        migrations.AddConstraint(
            model_name='retentionrule',
            constraint=models.CheckConstraint(condition=models.Q(('decision', ''), _negated=True), name='retention_names_its_decision'),
        ),
        migrations.AddConstraint(
            model_name='routine',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('edition_on__isnull', True), models.Q(('edition_on__gte', datetime.date(1900, 1, 1)), ('edition_on__lt', datetime.date(2200, 1, 1))), _connector='OR'), models.Q(('review_on__isnull', True), models.Q(('review_on__gte', datetime.date(1900, 1, 1)), ('review_on__lt', datetime.date(2200, 1, 1))), _connector='OR'), models.Q(('registered_on__isnull', True), models.Q(('registered_on__gte', datetime.date(1900, 1, 1)), ('registered_on__lt', datetime.date(2200, 1, 1))), _connector='OR'), models.Q(('withdrawn_on__isnull', True), models.Q(('withdrawn_on__gte', datetime.date(1900, 1, 1)), ('withdrawn_on__lt', datetime.date(2200, 1, 1))), _connector='OR')), name='routine_sane_dates', violation_error_message='Ange ett datum mellan år 1900 och 2200.'),
        ),
        migrations.AddConstraint(
            model_name='routine',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['process', 'rutin'])), name='routine_known_kind'),
        ),
        migrations.AddConstraint(
            model_name='routine',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='routine_has_a_name'),
        ),
        migrations.AddConstraint(
            model_name='routine',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Lower('name'), condition=models.Q(('withdrawn_on', None)), name='routine_name_once_among_those_that_apply'),
        ),
        migrations.AddConstraint(
            model_name='savedfilter',
            constraint=models.UniqueConstraint(fields=('user', 'name'), name='saved_filter_name_once'),
        ),
        migrations.AddConstraint(
            model_name='tombstone',
            constraint=models.CheckConstraint(condition=models.Q(('purged_on__isnull', True), models.Q(('purged_on__gte', datetime.date(1900, 1, 1)), ('purged_on__lt', datetime.date(2200, 1, 1))), _connector='OR'), name='tombstone_sane_dates', violation_error_message='Ange ett datum mellan år 1900 och 2200.'),
        ),
        migrations.AddConstraint(
            model_name='tombstone',
            constraint=models.CheckConstraint(condition=models.Q(('subject__in', ['deviations', 'lexsarah', 'selfcheck', 'riskanalysis', 'analysis'])), name='tombstone_known_subject'),
        ),
        migrations.RunSQL(GUARDS, UNDO),
    ]
