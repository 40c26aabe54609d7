"""What release 0.7.0 had in its database: tables as makemigrations wrote them, and what they guard."""

import django.db.models.deletion
import organisation.texts.alphabet
from django.conf import settings
from django.db import migrations, models

GUARDS = """
-- Rows are added, never changed or removed.
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON analysis_keptcell
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON analysis_keptcell
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON analysis_purgedanalysis
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON analysis_purgedanalysis
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""


class Migration(migrations.Migration):

    initial = True
    # Those of 0.7.0; the first of them had the name of this one.
    replaces = [
        ('analysis', '0002_patterns'),
        ('analysis', '0003_saved_questions'),
        ('analysis', '0004_kept_cells'),
        ('analysis', '0005_purged_analyses'),
        ('analysis', '0006_sorted_by_name'),
        ('analysis', '0007_eased'),
        ('analysis', '0008_register_periods'),
        ('analysis', '0009_register_periods_of_decisions'),
    ]

    dependencies = [
        ('casework', '0001_initial'),
        ('organisation', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='TertialAnalysis',
            fields=[
                ('case_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='casework.case')),
                ('state', models.CharField(choices=[('open', 'pågår'), ('done', 'klar')], default='open', max_length=20, verbose_name='läge')),
                ('year', models.PositiveSmallIntegerField(verbose_name='år')),
                ('tertial', models.PositiveSmallIntegerField(verbose_name='tertial')),
                ('chief_note', models.TextField(blank=True, verbose_name='chefens kommentar')),
                ('conclusion', models.TextField(blank=True, verbose_name='slutsats')),
                ('no_action_reason', models.TextField(blank=True, verbose_name='varför ingen åtgärd behövs')),
                ('about', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tertial_analyses', to='organisation.unit')),
            ],
            bases=('casework.case',),
        ),
        migrations.CreateModel(
            name='Pattern',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('rise', 'ökning'), ('concentrated', 'koncentration'), ('recurring', 'återkommer'), ('repeated', 'trots åtgärd'), ('eased', 'färre efter åtgärd')], max_length=20, verbose_name='slag')),
                ('level', models.CharField(choices=[('pattern', 'mönster'), ('watch', 'bevaka'), ('fewer', 'färre')], max_length=10, verbose_name='säkerhet')),
                ('subject', models.CharField(default='deviations', max_length=20)),
                ('target_group', models.CharField(blank=True, max_length=100, verbose_name='målgrupp')),
                ('category', models.CharField(blank=True, max_length=200, verbose_name='kategori')),
                ('cause_area', models.CharField(blank=True, max_length=200, verbose_name='orsak')),
                ('process', models.CharField(blank=True, max_length=200, verbose_name='process eller rutin')),
                ('type', models.CharField(blank=True, max_length=200, verbose_name='typ')),
                ('count', models.PositiveIntegerField()),
                ('whole', models.PositiveIntegerField(null=True)),
                ('before', models.PositiveIntegerField(null=True)),
                ('periods', models.PositiveIntegerField(null=True)),
                ('chance', models.FloatField(null=True)),
                ('false_share', models.FloatField(null=True)),
                ('parameters', models.JSONField(default=dict)),
                ('position', models.PositiveSmallIntegerField()),
                ('verdict', models.CharField(blank=True, choices=[('action', 'åtgärd'), ('no_action', 'ingen åtgärd')], max_length=20, verbose_name='bedömning')),
                ('assessment', models.TextField(blank=True, verbose_name='vad mönstret betyder')),
                ('judged_at', models.DateTimeField(blank=True, null=True)),
                ('version', models.PositiveIntegerField(db_default=0, default=0, editable=False)),
                ('follows', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followed_by', to='analysis.pattern')),
                ('judged_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('analysis', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='patterns', to='analysis.tertialanalysis')),
            ],
            options={
                'ordering': ['analysis', 'position'],
            },
        ),
        migrations.CreateModel(
            name='TertialClose',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField()),
                ('number', models.PositiveSmallIntegerField()),
                ('closed_at', models.DateTimeField()),
                ('cases', models.PositiveIntegerField()),
            ],
            options={
                'ordering': ['year', 'number'],
                'constraints': [models.UniqueConstraint(fields=('year', 'number'), name='tertial_closed_once'), models.CheckConstraint(condition=models.Q(('number__range', (1, 3))), name='tertial_is_one_of_three')],
            },
        ),
        migrations.CreateModel(
            name='Cell',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(max_length=20)),
                ('basis', models.CharField(max_length=10)),
                ('month', models.DateField()),
                ('count', models.PositiveIntegerField()),
                ('kind', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('reported_by', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('channel', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('category', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('target_group', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('process', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('cause_area', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('cause_level', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('is_deviation', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('consequence', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('type', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('degree', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('decided_by', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('ivo_decided_by', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('ivo_outcome', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('method', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('action_category', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('action_level', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='organisation.unit')),
            ],
            options={
                'indexes': [models.Index(fields=['subject', 'unit', 'basis', 'month'], include=('count',), name='cell_lookup')],
                'constraints': [models.CheckConstraint(condition=models.Q(('count__gte', 1)), name='cell_counts_something'), models.CheckConstraint(condition=models.Q(('month__day', 1)), name='cell_month_begins_on_the_first')],
            },
        ),
        migrations.CreateModel(
            name='KeptCell',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(max_length=20)),
                ('basis', models.CharField(max_length=10)),
                ('month', models.DateField()),
                ('count', models.PositiveIntegerField()),
                ('kind', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('reported_by', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('channel', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('category', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('target_group', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('process', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('cause_area', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('cause_level', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('is_deviation', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('consequence', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('type', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('degree', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('decided_by', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('ivo_decided_by', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('ivo_outcome', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('method', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('action_category', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('action_level', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='organisation.unit')),
            ],
            options={
                'indexes': [models.Index(fields=['subject', 'basis', 'unit', 'month'], name='kept_cell_lookup')],
                'constraints': [models.CheckConstraint(condition=models.Q(('count__gte', 1)), name='kept_cell_counts_something')],
            },
        ),
        migrations.CreateModel(
            name='PurgedAnalysis',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField()),
                ('tertial', models.PositiveSmallIntegerField()),
                ('about', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.unit')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('about', 'year', 'tertial'), name='purged_analysis_once')],
            },
        ),
        migrations.CreateModel(
            name='RegisterPeriod',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(max_length=20)),
                ('basis', models.CharField(blank=True, max_length=10)),
                ('reported_by', models.CharField(blank=True, max_length=10)),
                ('decided_by', models.CharField(blank=True, max_length=20)),
                ('is_known', models.BooleanField(default=True)),
                ('first', models.DateField()),
                ('end', models.DateField(blank=True, null=True)),
                ('reason', models.CharField(max_length=200)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='register_periods', to='organisation.unit')),
            ],
            options={
                'ordering': ['first', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('unit', 'subject', 'basis', 'reported_by', 'decided_by', 'first'), name='register_period_begins_once'), models.CheckConstraint(condition=models.Q(('first__day', 1), models.Q(('end', None), ('end__day', 1), _connector='OR')), name='register_period_of_months'), models.CheckConstraint(condition=models.Q(('end', None), ('end__gt', models.F('first')), _connector='OR'), name='register_period_ends_after_it_began'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='register_period_has_a_reason'), models.CheckConstraint(condition=models.Q(('decided_by', ''), models.Q(('basis', 'decided'), ('reported_by', ''), ('subject', 'lexsarah')), _connector='OR'), name='register_period_of_decisions')],
            },
        ),
        migrations.CreateModel(
            name='SavedQuestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='namn')),
                ('name_key', organisation.texts.alphabet.AlphabetKeyField(db_collation='C', db_default='', default='', editable=False, max_length=500, of='name')),
                ('query', models.CharField(max_length=1000)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_questions', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['name_key', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('user', 'name'), name='saved_question_name_once')],
            },
        ),
        migrations.CreateModel(
            name='Signal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('rise', 'ökning'), ('concentrated', 'koncentration'), ('recurring', 'återkommer'), ('repeated', 'trots åtgärd'), ('eased', 'färre efter åtgärd')], max_length=20, verbose_name='slag')),
                ('level', models.CharField(choices=[('pattern', 'mönster'), ('watch', 'bevaka'), ('fewer', 'färre')], max_length=10, verbose_name='säkerhet')),
                ('subject', models.CharField(default='deviations', max_length=20)),
                ('target_group', models.CharField(blank=True, max_length=100, verbose_name='målgrupp')),
                ('category', models.CharField(blank=True, max_length=200, verbose_name='kategori')),
                ('cause_area', models.CharField(blank=True, max_length=200, verbose_name='orsak')),
                ('process', models.CharField(blank=True, max_length=200, verbose_name='process eller rutin')),
                ('type', models.CharField(blank=True, max_length=200, verbose_name='typ')),
                ('count', models.PositiveIntegerField()),
                ('whole', models.PositiveIntegerField(null=True)),
                ('before', models.PositiveIntegerField(null=True)),
                ('periods', models.PositiveIntegerField(null=True)),
                ('chance', models.FloatField(null=True)),
                ('false_share', models.FloatField(null=True)),
                ('parameters', models.JSONField(default=dict)),
                ('year', models.PositiveSmallIntegerField()),
                ('tertial', models.PositiveSmallIntegerField()),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signals', to='organisation.unit')),
            ],
            options={
                'ordering': ['year', 'tertial', 'level', models.OrderBy(models.F('chance'), nulls_last=True), 'pk'],
                'constraints': [models.UniqueConstraint(fields=('year', 'tertial', 'unit', 'kind', 'subject', 'target_group', 'category', 'cause_area', 'process', 'type'), name='signal_found_once'), models.CheckConstraint(condition=models.Q(('tertial__range', (1, 3))), name='signal_of_one_of_three'), models.CheckConstraint(condition=models.Q(('kind__in', ['rise', 'concentrated', 'recurring', 'repeated', 'eased']), ('level__in', ['pattern', 'watch', 'fewer'])), name='signal_known_words')],
            },
        ),
        migrations.AddConstraint(
            model_name='tertialanalysis',
            constraint=models.UniqueConstraint(fields=('about', 'year', 'tertial'), name='tertial_analysed_once'),
        ),
        migrations.AddConstraint(
            model_name='tertialanalysis',
            constraint=models.CheckConstraint(condition=models.Q(('tertial__range', (1, 3))), name='analysis_of_one_of_three'),
        ),
        migrations.AddConstraint(
            model_name='tertialanalysis',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['open', 'done'])), name='tertial_analysis_known_state'),
        ),
        migrations.AddConstraint(
            model_name='tertialanalysis',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'done'), _negated=True), models.Q(models.Q(('chief_note', ''), _negated=True), models.Q(('conclusion', ''), _negated=True)), _connector='OR'), name='tertial_analysis_done_has_words', violation_error_message='Chefens kommentar och slutsatsen ska finnas innan den är klar.'),
        ),
        migrations.AddConstraint(
            model_name='pattern',
            constraint=models.UniqueConstraint(fields=('analysis', 'position'), name='pattern_has_a_place'),
        ),
        migrations.AddConstraint(
            model_name='pattern',
            constraint=models.UniqueConstraint(fields=('analysis', 'kind', 'subject', 'target_group', 'category', 'cause_area', 'process', 'type'), name='pattern_found_once'),
        ),
        migrations.AddConstraint(
            model_name='pattern',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['rise', 'concentrated', 'recurring', 'repeated', 'eased']), ('level__in', ['pattern', 'watch', 'fewer']), ('verdict__in', ['', 'action', 'no_action'])), name='pattern_known_words'),
        ),
        migrations.AddConstraint(
            model_name='pattern',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('judged_at', None), ('judged_by', None), ('verdict', '')), models.Q(models.Q(('verdict', ''), _negated=True), models.Q(('assessment', ''), _negated=True), ('judged_at__isnull', False), ('judged_by__isnull', False)), _connector='OR'), name='pattern_judged_by_somebody', violation_error_message='Skriv vad mönstret betyder.'),
        ),
        migrations.AddConstraint(
            model_name='pattern',
            constraint=models.CheckConstraint(condition=models.Q(('follows', None), models.Q(('follows', models.F('id')), _negated=True), _connector='OR'), name='pattern_does_not_follow_itself'),
        ),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),  # they go with their tables
    ]
