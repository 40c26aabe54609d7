"""What release 0.7.0 had in its database: tables as makemigrations wrote them, and what they guard."""

import datetime
import django.db.models.deletion
import django.utils.timezone
import organisation.texts.alphabet
from django.conf import settings
from django.db import migrations, models

GUARDS = """
-- Figures to count again are marked a statement, from its changed rows: a bulk import costs one insert.
CREATE FUNCTION selfcheck_selfcheck_recount() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO casework_recount (subject, unit_id)
        SELECT DISTINCT c.subject, c.unit_id FROM new_rows r JOIN casework_case c ON c.id = r.case_ptr_id;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO casework_recount (subject, unit_id)
        SELECT DISTINCT c.subject, c.unit_id FROM old_rows r JOIN casework_case c ON c.id = r.case_ptr_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER recount_update AFTER UPDATE ON selfcheck_selfcheck
    REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION selfcheck_selfcheck_recount();

-- Rows are added, never changed or removed.
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON selfcheck_templateversion
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON selfcheck_templateversion
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON selfcheck_draw
    FOR EACH ROW EXECUTE FUNCTION refuse_change('check_case_id');
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON selfcheck_draw
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON selfcheck_measurementchange
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON selfcheck_measurementchange
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
UNDO = """
DROP FUNCTION selfcheck_selfcheck_recount() CASCADE;
"""


class Migration(migrations.Migration):

    initial = True
    # Those of 0.7.0; the first of them had the name of this one.
    replaces = [
        ('selfcheck', '0002_recount'),
        ('selfcheck', '0003_process'),
        ('selfcheck', '0005_occasions'),
        ('selfcheck', '0006_series'),
        ('selfcheck', '0007_draws_go_with_their_case'),
        ('selfcheck', '0008_sorted_by_name'),
        ('selfcheck', '0009_changes'),
    ]

    dependencies = [
        ('casework', '0001_initial'),
        ('organisation', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Plan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(verbose_name='år')),
                ('title', models.CharField(max_length=200, verbose_name='vad som kontrolleras')),
                ('why', models.TextField(blank=True, verbose_name='varför')),
                ('process', models.CharField(blank=True, max_length=200, verbose_name='process eller rutin')),
                ('method', models.CharField(choices=[('file_review', 'granskning av akter'), ('measurement_series', 'mätserie'), ('survey', 'enkät'), ('log_check', 'loggkontroll'), ('walkthrough', 'genomgång på plats'), ('comparison', 'jämförelse'), ('attitude', 'attityder'), ('statistics_review', 'genomgång av statistik')], max_length=30, verbose_name='metod')),
                ('rhythm', models.CharField(choices=[('once', 'en gång om året'), ('half', 'varje halvår'), ('tertial', 'varje tertial'), ('quarter', 'varje kvartal'), ('month', 'varje månad')], default='once', max_length=20, verbose_name='hur ofta')),
                ('first_on', models.DateField(verbose_name='första gången klar senast')),
                ('holds_from', models.DateField(default=django.utils.timezone.localdate, editable=False)),
                ('withdrawn_reason', models.TextField(blank=True, verbose_name='varför den inte görs')),
                ('version', models.PositiveIntegerField(db_default=0, default=0, editable=False)),
                ('copied_from', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='copies', to='selfcheck.plan')),
                ('responsible', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='selfcheck_plans', to='organisation.unit', verbose_name='enhet')),
            ],
            options={
                'ordering': ['unit', 'first_on', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Series',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=200, verbose_name='mätserie')),
                ('title_key', organisation.texts.alphabet.AlphabetKeyField(db_collation='C', db_default='', default='', editable=False, max_length=500, of='title')),
                ('is_share', models.BooleanField(default=False, verbose_name='en andel')),
                ('every', models.CharField(choices=[('month', 'varje månad'), ('year', 'varje år')], default='month', max_length=10, verbose_name='hur ofta')),
                ('counted', models.CharField(blank=True, max_length=200, verbose_name='vad som räknas')),
                ('whole', models.CharField(blank=True, max_length=200, verbose_name='av vilka')),
                ('source', models.CharField(blank=True, max_length=200, verbose_name='varifrån talen kommer')),
                ('process', models.CharField(blank=True, max_length=200, verbose_name='process eller rutin')),
                ('version', models.PositiveIntegerField(db_default=0, default=0, editable=False)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='series', to='organisation.unit', verbose_name='enhet')),
            ],
            options={
                'ordering': ['unit__path', 'title_key', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='SelfCheck',
            fields=[
                ('case_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='casework.case')),
                ('state', models.CharField(choices=[('planned', 'planerad'), ('ongoing', 'pågår'), ('result', 'resultat finns'), ('decided', 'åtgärder beslutade'), ('closed', 'avslutad'), ('cancelled', 'görs inte')], default='planned', max_length=20, verbose_name='läge')),
                ('occasion_on', models.DateField(blank=True, editable=False, null=True)),
                ('planned_on', models.DateField(blank=True, null=True, verbose_name='ska göras senast')),
                ('why', models.TextField(blank=True, verbose_name='varför den görs')),
                ('workplace', models.TextField(verbose_name='verksamhet där den gjordes')),
                ('method', models.CharField(choices=[('file_review', 'granskning av akter'), ('measurement_series', 'mätserie'), ('survey', 'enkät'), ('log_check', 'loggkontroll'), ('walkthrough', 'genomgång på plats'), ('comparison', 'jämförelse'), ('attitude', 'attityder'), ('statistics_review', 'genomgång av statistik')], max_length=30, verbose_name='metod')),
                ('done_on', models.DateField(blank=True, null=True, verbose_name='genomfördes')),
                ('finding', models.CharField(blank=True, choices=[('none', 'inga anmärkningar'), ('some', 'vissa brister'), ('faults', 'brister'), ('not_compiled', 'ännu ej sammanställd'), ('too_early', 'för tidigt för slutsats')], max_length=20, verbose_name='fynd')),
                ('result', models.TextField(blank=True, verbose_name='resultat')),
                ('conclusion', models.TextField(blank=True, verbose_name='slutsats')),
                ('no_action_reason', models.TextField(blank=True, verbose_name='varför ingen åtgärd behövs')),
                ('met', models.PositiveIntegerField(blank=True, null=True, verbose_name='antal som uppfyller kravet')),
                ('reviewed', models.PositiveIntegerField(blank=True, null=True, verbose_name='antal granskade')),
                ('invited', models.PositiveIntegerField(blank=True, null=True, verbose_name='antal tillfrågade')),
                ('answered', models.PositiveIntegerField(blank=True, null=True, verbose_name='antal svarande')),
                ('system', models.CharField(blank=True, max_length=100, verbose_name='system')),
                ('period_from', models.DateField(blank=True, null=True, verbose_name='från och med')),
                ('period_to', models.DateField(blank=True, null=True, verbose_name='till och med')),
                ('registry_number', models.CharField(blank=True, max_length=60, verbose_name='diarienummer')),
                ('form_token', models.UUIDField(editable=False, null=True, unique=True)),
                ('plan', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='checks', to='selfcheck.plan')),
                ('series', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='checks', to='selfcheck.series', verbose_name='mätserie')),
            ],
            bases=('casework.case',),
        ),
        migrations.CreateModel(
            name='MeasurementChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('period', models.CharField(max_length=7)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('from_numerator', models.PositiveIntegerField(null=True)),
                ('from_denominator', models.PositiveIntegerField(null=True)),
                ('to_numerator', models.PositiveIntegerField(null=True)),
                ('to_denominator', models.PositiveIntegerField(null=True)),
                ('actor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('series', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='selfcheck.series')),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Measurement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('period', models.CharField(max_length=7, verbose_name='period')),
                ('numerator', models.PositiveIntegerField(verbose_name='antal')),
                ('denominator', models.PositiveIntegerField(blank=True, null=True, verbose_name='av')),
                ('series', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='points', to='selfcheck.series')),
            ],
            options={
                'ordering': ['series', 'period'],
            },
        ),
        migrations.CreateModel(
            name='SurveyQuestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('text', models.CharField(max_length=300, verbose_name='fråga')),
                ('answered', models.PositiveIntegerField(verbose_name='antal svar')),
                ('positive', models.PositiveIntegerField(verbose_name='antal positiva svar')),
                ('check_case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='survey_questions', to='selfcheck.selfcheck')),
            ],
            options={
                'ordering': ['position'],
            },
        ),
        migrations.CreateModel(
            name='Template',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=60, unique=True, verbose_name='kod')),
                ('name', models.CharField(max_length=200, verbose_name='namn')),
                ('name_key', organisation.texts.alphabet.AlphabetKeyField(db_collation='C', db_default='', default='', editable=False, max_length=500, of='name')),
                ('withdrawn_on', models.DateField(blank=True, null=True, verbose_name='drogs in')),
            ],
            options={
                'ordering': ['name_key', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('withdrawn_on__isnull', True), models.Q(('withdrawn_on__gte', datetime.date(1900, 1, 1)), ('withdrawn_on__lt', datetime.date(2200, 1, 1))), _connector='OR'), name='template_sane_dates', violation_error_message='Ange ett datum mellan år 1900 och 2200.')],
            },
        ),
        migrations.AddField(
            model_name='plan',
            name='template',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='plans', to='selfcheck.template'),
        ),
        migrations.CreateModel(
            name='TemplateVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('method', models.CharField(choices=[('file_review', 'granskning av akter'), ('measurement_series', 'mätserie'), ('survey', 'enkät'), ('log_check', 'loggkontroll'), ('walkthrough', 'genomgång på plats'), ('comparison', 'jämförelse'), ('attitude', 'attityder'), ('statistics_review', 'genomgång av statistik')], max_length=30, verbose_name='metod')),
                ('intro', models.TextField(blank=True, verbose_name='så här gör du')),
                ('source', models.CharField(blank=True, max_length=200, verbose_name='krav eller källa')),
                ('questions', models.JSONField(default=list)),
                ('sample_size', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='antal att granska')),
                ('published_on', models.DateField(default=django.utils.timezone.localdate)),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('template', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='selfcheck.template')),
            ],
            options={
                'ordering': ['template', '-number'],
            },
        ),
        migrations.AddField(
            model_name='selfcheck',
            name='template',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='selfcheck.templateversion'),
        ),
        migrations.CreateModel(
            name='Indicator',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('name', models.CharField(max_length=200, verbose_name='nyckeltal')),
                ('value', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='eget värde')),
                ('measure', models.CharField(blank=True, max_length=30, verbose_name='enhet')),
                ('year', models.PositiveSmallIntegerField(verbose_name='år')),
                ('beside', models.CharField(blank=True, choices=[('country', 'riket'), ('alike', 'liknande kommuner'), ('before', 'vårt eget förra värde'), ('unit', 'en annan enhet'), ('target', 'vårt mål')], max_length=10, verbose_name='jämfört med')),
                ('other', models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name='deras värde')),
                ('source', models.CharField(max_length=200, verbose_name='källa')),
                ('link', models.URLField(blank=True, verbose_name='länk')),
                ('check_case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='indicators', to='selfcheck.selfcheck')),
            ],
            options={
                'ordering': ['position'],
                'constraints': [models.UniqueConstraint(fields=('check_case', 'position'), name='indicator_once'), models.CheckConstraint(condition=models.Q(models.Q(('beside', ''), ('other', None)), models.Q(models.Q(('beside', ''), _negated=True), ('other__isnull', False)), _connector='OR'), name='indicator_compared_with_something', violation_error_message='Ange både vad du jämför med och det värdet.'), models.CheckConstraint(condition=models.Q(('beside__in', ['', 'country', 'alike', 'before', 'unit', 'target'])), name='indicator_known_word'), models.CheckConstraint(condition=models.Q(('year__gte', 1900), ('year__lt', 2200)), name='indicator_sane_year')],
            },
        ),
        migrations.CreateModel(
            name='Draw',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('of', models.CharField(choices=[('files', 'akter'), ('staff', 'medarbetare'), ('cases', 'ärenden i Kvalitet'), ('places', 'platser')], max_length=10, verbose_name='vad som dras')),
                ('population', models.TextField(verbose_name='hur populationen avgränsades')),
                ('size', models.PositiveIntegerField(verbose_name='antal i populationen')),
                ('count', models.PositiveIntegerField(verbose_name='antal som drogs')),
                ('seed', models.CharField(max_length=64, verbose_name='slumpfrö')),
                ('drawn', models.JSONField(default=list)),
                ('members', models.JSONField(default=list)),
                ('with_protected', models.BooleanField(default=False, verbose_name='också skyddade ärenden')),
                ('reason', models.TextField(blank=True, verbose_name='varför den gjordes om')),
                ('drawn_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('drawn_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('check_case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='draws', to='selfcheck.selfcheck')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('count__gte', 1), ('count__lte', models.F('size')), ('size__gte', 1)), name='draw_is_part_of_the_population', violation_error_message='Du kan inte dra fler än det finns.'), models.CheckConstraint(condition=models.Q(('of__in', ['files', 'staff', 'cases', 'places'])), name='draw_known_kind')],
            },
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', models.PositiveSmallIntegerField()),
                ('question', models.PositiveSmallIntegerField()),
                ('said', models.CharField(choices=[('yes', 'ja'), ('no', 'nej'), ('not_applicable', 'ej aktuellt'), ('not_verifiable', 'går inte att se')], max_length=20, verbose_name='svar')),
                ('answered_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('answered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('check_case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='selfcheck.selfcheck')),
            ],
            options={
                'ordering': ['file', 'question'],
                'constraints': [models.UniqueConstraint(fields=('check_case', 'file', 'question'), name='answered_once'), models.CheckConstraint(condition=models.Q(('said__in', ['yes', 'no', 'not_applicable', 'not_verifiable'])), name='answer_known_word'), models.CheckConstraint(condition=models.Q(('file__gte', 1), ('question__gte', 1)), name='answer_has_its_place')],
            },
        ),
        migrations.AddConstraint(
            model_name='series',
            constraint=models.UniqueConstraint(fields=('unit', 'title'), name='series_once_in_a_unit'),
        ),
        migrations.AddConstraint(
            model_name='series',
            constraint=models.CheckConstraint(condition=models.Q(('every__in', ['month', 'year'])), name='series_known_periods'),
        ),
        migrations.AddConstraint(
            model_name='series',
            constraint=models.CheckConstraint(condition=models.Q(('is_share', True), ('whole', ''), _connector='OR'), name='series_of_counts_has_no_whole'),
        ),
        migrations.AddConstraint(
            model_name='measurement',
            constraint=models.UniqueConstraint(fields=('series', 'period'), name='measured_once'),
        ),
        migrations.AddConstraint(
            model_name='measurement',
            constraint=models.CheckConstraint(condition=models.Q(('denominator', None), ('denominator__gte', models.F('numerator')), _connector='OR'), name='measured_share_within_one', violation_error_message='Antalet kan inte vara större än det som det är en del av.'),
        ),
        migrations.AddConstraint(
            model_name='measurement',
            constraint=models.CheckConstraint(condition=models.Q(('period__regex', '^(19|20|21)\\d\\d(-(0[1-9]|1[0-2]))?$')), name='measured_period'),
        ),
        migrations.AddConstraint(
            model_name='surveyquestion',
            constraint=models.UniqueConstraint(fields=('check_case', 'position'), name='survey_question_once'),
        ),
        migrations.AddConstraint(
            model_name='surveyquestion',
            constraint=models.CheckConstraint(condition=models.Q(('positive__lte', models.F('answered'))), name='survey_positive_of_answered', violation_error_message='De positiva svaren kan inte vara fler än svaren.'),
        ),
        migrations.AddConstraint(
            model_name='plan',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('first_on__isnull', True), models.Q(('first_on__gte', datetime.date(1900, 1, 1)), ('first_on__lt', datetime.date(2200, 1, 1))), _connector='OR'), models.Q(('holds_from__isnull', True), models.Q(('holds_from__gte', datetime.date(1900, 1, 1)), ('holds_from__lt', datetime.date(2200, 1, 1))), _connector='OR')), name='plan_sane_dates', violation_error_message='Ange ett datum mellan år 1900 och 2200.'),
        ),
        migrations.AddConstraint(
            model_name='plan',
            constraint=models.UniqueConstraint(fields=('unit', 'year', 'title'), name='planned_once_a_year'),
        ),
        migrations.AddConstraint(
            model_name='plan',
            constraint=models.CheckConstraint(condition=models.Q(('method__in', ['file_review', 'measurement_series', 'survey', 'log_check', 'walkthrough', 'comparison', 'attitude', 'statistics_review']), ('rhythm__in', ['once', 'half', 'tertial', 'quarter', 'month'])), name='plan_known_words'),
        ),
        migrations.AddConstraint(
            model_name='plan',
            constraint=models.CheckConstraint(condition=models.Q(('first_on__year', models.F('year'))), name='plan_begins_in_its_year', violation_error_message='Första gången ska vara det år som planen gäller.'),
        ),
        migrations.AddConstraint(
            model_name='templateversion',
            constraint=models.UniqueConstraint(fields=('template', 'number'), name='template_version_once'),
        ),
        migrations.AddConstraint(
            model_name='templateversion',
            constraint=models.CheckConstraint(condition=models.Q(('method__in', ['file_review', 'measurement_series', 'survey', 'log_check', 'walkthrough', 'comparison', 'attitude', 'statistics_review'])), name='template_known_method'),
        ),
        migrations.AddConstraint(
            model_name='templateversion',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='template_versions_begin_at_one'),
        ),
        migrations.AddConstraint(
            model_name='selfcheck',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('planned_on__isnull', True), models.Q(('planned_on__gte', datetime.date(1900, 1, 1)), ('planned_on__lt', datetime.date(2200, 1, 1))), _connector='OR'), models.Q(('occasion_on__isnull', True), models.Q(('occasion_on__gte', datetime.date(1900, 1, 1)), ('occasion_on__lt', datetime.date(2200, 1, 1))), _connector='OR'), models.Q(('done_on__isnull', True), models.Q(('done_on__gte', datetime.date(1900, 1, 1)), ('done_on__lt', datetime.date(2200, 1, 1))), _connector='OR'), models.Q(('period_from__isnull', True), models.Q(('period_from__gte', datetime.date(1900, 1, 1)), ('period_from__lt', datetime.date(2200, 1, 1))), _connector='OR'), models.Q(('period_to__isnull', True), models.Q(('period_to__gte', datetime.date(1900, 1, 1)), ('period_to__lt', datetime.date(2200, 1, 1))), _connector='OR')), name='selfcheck_sane_dates', violation_error_message='Ange ett datum mellan år 1900 och 2200.'),
        ),
        migrations.AddConstraint(
            model_name='selfcheck',
            constraint=models.CheckConstraint(condition=models.Q(('method__in', ['file_review', 'measurement_series', 'survey', 'log_check', 'walkthrough', 'comparison', 'attitude', 'statistics_review'])), name='selfcheck_known_method'),
        ),
        migrations.AddConstraint(
            model_name='selfcheck',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['planned', 'ongoing', 'result', 'decided', 'closed', 'cancelled']), ('finding__in', ['', 'none', 'some', 'faults', 'not_compiled', 'too_early'])), name='selfcheck_known_words'),
        ),
        migrations.AddConstraint(
            model_name='selfcheck',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('done_on__isnull', False), ('state__in', ['result', 'decided', 'closed'])), models.Q(('done_on', None), ('state__in', ['planned', 'ongoing', 'cancelled'])), _connector='OR'), name='selfcheck_state_agrees_with_day'),
        ),
        migrations.AddConstraint(
            model_name='selfcheck',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answered', None), ('invited', None)), models.Q(('answered__isnull', False), ('answered__lte', models.F('invited')), ('invited__isnull', False)), _connector='OR'), name='selfcheck_answered_of_invited', violation_error_message='De som svarade kan inte vara fler än de som fick frågan.'),
        ),
        migrations.AddConstraint(
            model_name='selfcheck',
            constraint=models.CheckConstraint(condition=models.Q(('period_from', None), ('period_to', None), ('period_to__gte', models.F('period_from')), _connector='OR'), name='selfcheck_period_ends_after_it_begins', violation_error_message='Sista dagen kan inte vara före den första.'),
        ),
        migrations.AddConstraint(
            model_name='selfcheck',
            constraint=models.UniqueConstraint(fields=('plan', 'occasion_on'), name='planned_check_opens_once'),
        ),
        migrations.AddConstraint(
            model_name='selfcheck',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('met', None), ('reviewed', None)), models.Q(('met__isnull', False), ('reviewed__gte', 1), ('met__lte', models.F('reviewed'))), _connector='OR'), name='selfcheck_met_of_reviewed', violation_error_message='Antalet som uppfyller kravet kan inte vara fler än de granskade.'),
        ),
        migrations.AddConstraint(
            model_name='selfcheck',
            constraint=models.CheckConstraint(condition=models.Q(('done_on', None), models.Q(('result', ''), _negated=True), ('reviewed__isnull', False), _connector='OR'), name='selfcheck_done_has_result', violation_error_message='En genomförd egenkontroll ska ha ett resultat.'),
        ),
        migrations.RunSQL(GUARDS, UNDO),
    ]
