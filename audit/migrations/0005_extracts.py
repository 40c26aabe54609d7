"""The extracts that are handed out of the log: only ever added to."""

import casework.database.encrypted_fields
import datetime
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


GUARD = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit_extract
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON audit_extract
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0004_glass'),
        ('organisation', '0002_roles_and_alarms'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Extract',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=40, unique=True, verbose_name='nummer')),
                ('case', models.BigIntegerField(blank=True, null=True)),
                ('case_number', models.CharField(blank=True, max_length=40)),
                ('person_name', models.CharField(blank=True, max_length=200)),
                ('unit_name', models.CharField(max_length=200)),
                ('first', models.DateField(verbose_name='från och med')),
                ('last', models.DateField(verbose_name='till och med')),
                ('up_to', models.BigIntegerField()),
                ('lines', models.JSONField(blank=True)),
                ('asked_by', casework.database.encrypted_fields.SealedTextField(verbose_name='vem som begärde uttaget')),
                ('capacity', models.CharField(choices=[('concerned', 'den som ärendet gäller'), ('guardian', 'vårdnadshavare, god man eller förvaltare'), ('agent', 'ombud med fullmakt'), ('employee', 'medarbetaren själv'), ('authority', 'en annan myndighet'), ('other', 'någon annan')], max_length=20, verbose_name='egenskap')),
                ('disclosure', models.CharField(choices=[('none', 'namn är inte prövade: lämna ut roller och enheter'), ('given', 'namn är prövade och lämnas ut'), ('refused', 'namn är prövade och lämnas inte ut')], max_length=10, verbose_name='sekretessprövning')),
                ('paragraph', models.CharField(blank=True, max_length=100, verbose_name='lagrum')),
                ('reasons', casework.database.encrypted_fields.SealedTextField(blank=True, verbose_name='skäl')),
                ('given_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('form_token', models.UUIDField(editable=False, unique=True)),
                ('given_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.unit')),
            ],
            options={
                'ordering': ['-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('first__isnull', True), models.Q(('first__gte', datetime.date(1900, 1, 1)), ('first__lt', datetime.date(2200, 1, 1))), _connector='OR'), models.Q(('last__isnull', True), models.Q(('last__gte', datetime.date(1900, 1, 1)), ('last__lt', datetime.date(2200, 1, 1))), _connector='OR')), name='extract_sane_dates', violation_error_message='Ange ett datum mellan år 1900 och 2200.'), models.CheckConstraint(condition=models.Q(('last__gte', models.F('first'))), name='extract_ends_after_it_begins'), models.CheckConstraint(condition=models.Q(models.Q(('case__isnull', False), ('person', None), models.Q(('case_number', ''), _negated=True)), models.Q(('case', None), ('case_number', ''), ('person__isnull', False)), _connector='OR'), name='extract_is_about_one'), models.CheckConstraint(condition=models.Q(('capacity__in', ['concerned', 'guardian', 'agent', 'employee', 'authority', 'other'])), name='extract_known_capacity'), models.CheckConstraint(condition=models.Q(models.Q(('disclosure', 'none'), ('paragraph', ''), ('reasons', '')), models.Q(('disclosure__in', ['given', 'refused']), models.Q(('paragraph', ''), _negated=True), models.Q(('reasons', ''), _negated=True)), _connector='OR'), name='extract_says_how_it_was_tested'), models.CheckConstraint(condition=models.Q(('asked_by', ''), _negated=True), name='extract_says_who_asked')],
            },
        ),
        migrations.RunSQL(GUARD),
    ]
