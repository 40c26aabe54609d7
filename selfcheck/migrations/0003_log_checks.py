"""Log checks: what was drawn from a log, how it was judged, and the logs of other systems."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


GUARDS = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON selfcheck_drawnreading
    FOR EACH ROW EXECUTE FUNCTION refuse_change('check_case_id');
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON selfcheck_drawnreading
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON selfcheck_judgement
    FOR EACH ROW EXECUTE FUNCTION refuse_change('check_case_id');
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON selfcheck_judgement
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON selfcheck_uploadedreading
    FOR EACH ROW EXECUTE FUNCTION refuse_change('check_case_id');
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON selfcheck_uploadedreading
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('organisation', '0002_roles_and_alarms'),
        ('selfcheck', '0002_standard_templates'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='draw',
            name='question',
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.CreateModel(
            name='UploadedReading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', models.PositiveSmallIntegerField()),
                ('line', models.PositiveIntegerField()),
                ('who', models.CharField(max_length=200)),
                ('at', models.DateTimeField()),
                ('about', models.CharField(max_length=200)),
                ('place', models.CharField(blank=True, max_length=200)),
                ('check_case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uploaded_readings', to='selfcheck.selfcheck')),
            ],
            options={
                'ordering': ['file', 'line'],
            },
        ),
        migrations.CreateModel(
            name='DrawnReading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('always', models.BooleanField(default=False)),
                ('reading', models.BigIntegerField(null=True)),
                ('at', models.DateTimeField()),
                ('role', models.CharField(blank=True, max_length=30)),
                ('way', models.CharField(blank=True, max_length=10)),
                ('kind', models.CharField(blank=True, choices=[('page', 'sida'), ('list', 'lista'), ('search', 'sökning'), ('file', 'fil'), ('export', 'uttag'), ('print', 'utskrift'), ('log', 'logg')], max_length=10)),
                ('cases', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('flags', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('glass', 'nödöppning'), ('name', 'samma efternamn'), ('own', 'eget ärende'), ('former', 'tidigare ärende'), ('no_task', 'ingen uppgift i ärendet'), ('mass', 'många ärenden på kort tid'), ('night', 'på natten'), ('day_off', 'på en ledig dag'), ('substitute', 'som ersättare'), ('protected', 'skyddat ärende')], max_length=10), default=list, size=None)),
                ('check_case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='drawn_readings', to='selfcheck.selfcheck')),
                ('draw', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='readings', to='selfcheck.draw')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('uploaded', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='selfcheck.uploadedreading')),
            ],
            options={
                'ordering': ['draw', 'position'],
            },
        ),
        migrations.CreateModel(
            name='Judgement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verdict', models.CharField(choices=[('motivated', 'motiverad läsning'), ('unexplained', 'utan förklaring'), ('breach', 'misstänkt dataintrång')], max_length=20, verbose_name='bedömning')),
                ('reason', models.TextField(blank=True, verbose_name='varför')),
                ('judged_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('check_case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='selfcheck.selfcheck')),
                ('drawn', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='judgements', to='selfcheck.drawnreading')),
                ('judged_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('verdict__in', ['motivated', 'unexplained', 'breach'])), name='judgement_known_verdict'), models.CheckConstraint(condition=models.Q(('verdict', 'motivated'), models.Q(('reason', ''), _negated=True), _connector='OR'), name='judgement_says_why', violation_error_message='Skriv varför.')],
            },
        ),
        migrations.CreateModel(
            name='LogSource',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, verbose_name='system')),
                ('who', models.CharField(max_length=100, verbose_name='vem')),
                ('at', models.CharField(max_length=100, verbose_name='när')),
                ('about', models.CharField(max_length=100, verbose_name='vad')),
                ('place', models.CharField(blank=True, max_length=100, verbose_name='enhet')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.unit')),
            ],
            options={
                'ordering': ['unit', 'name'],
                'constraints': [models.UniqueConstraint(fields=('unit', 'name'), name='log_source_once_in_a_unit')],
            },
        ),
        migrations.AddConstraint(
            model_name='uploadedreading',
            constraint=models.UniqueConstraint(fields=('check_case', 'file', 'line'), name='uploaded_line_once'),
        ),
        migrations.AddConstraint(
            model_name='uploadedreading',
            constraint=models.CheckConstraint(condition=models.Q(('file__gte', 1), ('line__gte', 1), models.Q(('who', ''), _negated=True), models.Q(('about', ''), _negated=True)), name='uploaded_line_says_who_and_what'),
        ),
        migrations.AddConstraint(
            model_name='drawnreading',
            constraint=models.UniqueConstraint(fields=('draw', 'position'), name='drawn_reading_has_a_place'),
        ),
        migrations.AddConstraint(
            model_name='drawnreading',
            constraint=models.CheckConstraint(condition=models.Q(('flags__contained_by', ['glass', 'name', 'own', 'former', 'no_task', 'mass', 'night', 'day_off', 'substitute', 'protected'])), name='drawn_reading_known_flags'),
        ),
        migrations.AddConstraint(
            model_name='drawnreading',
            constraint=models.CheckConstraint(condition=models.Q(('position__gte', 1)), name='drawn_readings_begin_at_one'),
        ),
        migrations.AddConstraint(
            model_name='drawnreading',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('person__isnull', False), ('reading__isnull', False), ('uploaded', None)), models.Q(('person', None), ('reading', None), ('uploaded__isnull', False)), _connector='OR'), name='drawn_reading_is_of_one_log'),
        ),
        migrations.RunSQL(GUARDS),
    ]
