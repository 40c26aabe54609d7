"""What release 0.7.0 had in its database: tables as makemigrations wrote them, and what they guard."""

import datetime
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

GUARDS = """
-- Figures to count again are marked a statement, from its changed rows: a bulk import costs one insert.
CREATE FUNCTION riskanalysis_riskanalysis_recount() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER recount_update AFTER UPDATE ON riskanalysis_riskanalysis
    REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION riskanalysis_riskanalysis_recount();

-- Rows are added, never changed or removed.
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON riskanalysis_promptanswer
    FOR EACH ROW EXECUTE FUNCTION refuse_change('analysis_id');
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON riskanalysis_promptanswer
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
UNDO = """
DROP FUNCTION riskanalysis_riskanalysis_recount() CASCADE;
"""


class Migration(migrations.Migration):

    initial = True
    # Those of 0.7.0; the first of them had the name of this one.
    replaces = [
        ('riskanalysis', '0002_recount'),
        ('riskanalysis', '0003_process'),
        ('riskanalysis', '0004_prompt_answers'),
        ('riskanalysis', '0005_answers_go_with_their_analysis'),
    ]

    dependencies = [
        ('casework', '0001_initial'),
        ('organisation', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='RiskAnalysis',
            fields=[
                ('case_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='casework.case')),
                ('state', models.CharField(choices=[('planned', 'planerad'), ('in_progress', 'pågår'), ('decided', 'beslutad'), ('followed_up', 'uppföljd'), ('closed', 'avslutad')], default='planned', max_length=20, verbose_name='läge')),
                ('trigger', models.CharField(blank=True, choices=[('change', 'en förändring i verksamheten'), ('method', 'ett nytt arbetssätt eller en ny metod'), ('move', 'en flytt eller ombyggnad'), ('staffing', 'en ändrad bemanning'), ('risky_moment', 'ett riskfyllt moment i arbetet'), ('recurring', 'avvikelser som återkommer'), ('individual', 'en enskild person, utan uppgift om vem'), ('other', 'något annat')], max_length=20, verbose_name='varför den görs')),
                ('workplace', models.TextField(verbose_name='verksamhet där den gjordes')),
                ('scope', models.TextField(blank=True, verbose_name='vad som analyseras')),
                ('participants', models.TextField(blank=True, verbose_name='vilka som är med')),
                ('planned_on', models.DateField(blank=True, null=True, verbose_name='ska göras senast')),
                ('decided_on', models.DateField(blank=True, null=True, verbose_name='beslutades')),
                ('review_on', models.DateField(blank=True, null=True, verbose_name='följs upp')),
                ('conclusion', models.TextField(blank=True, verbose_name='slutsats')),
                ('form_token', models.UUIDField(editable=False, null=True, unique=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('planned_on__isnull', True), models.Q(('planned_on__gte', datetime.date(1900, 1, 1)), ('planned_on__lt', datetime.date(2200, 1, 1))), _connector='OR'), models.Q(('decided_on__isnull', True), models.Q(('decided_on__gte', datetime.date(1900, 1, 1)), ('decided_on__lt', datetime.date(2200, 1, 1))), _connector='OR'), models.Q(('review_on__isnull', True), models.Q(('review_on__gte', datetime.date(1900, 1, 1)), ('review_on__lt', datetime.date(2200, 1, 1))), _connector='OR')), name='riskanalysis_sane_dates', violation_error_message='Ange ett datum mellan år 1900 och 2200.'), models.CheckConstraint(condition=models.Q(('state__in', ['planned', 'in_progress', 'decided', 'followed_up', 'closed']), ('trigger__in', ['', 'change', 'method', 'move', 'staffing', 'risky_moment', 'recurring', 'individual', 'other'])), name='riskanalysis_known_words'), models.CheckConstraint(condition=models.Q(models.Q(('decided_on', None), ('state__in', ['planned', 'in_progress'])), models.Q(('decided_on__isnull', False), ('state__in', ['decided', 'followed_up', 'closed'])), _connector='OR'), name='riskanalysis_state_agrees_with_decision')],
            },
            bases=('casework.case',),
        ),
        migrations.CreateModel(
            name='Risk',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(default=1)),
                ('event', models.TextField(verbose_name='händelse')),
                ('cause', models.TextField(verbose_name='orsak')),
                ('consequence', models.TextField(verbose_name='konsekvens')),
                ('probability', models.PositiveSmallIntegerField(verbose_name='sannolikhet')),
                ('severity', models.PositiveSmallIntegerField(verbose_name='allvarlighet')),
                ('decision', models.CharField(blank=True, choices=[('accept', 'acceptera risken'), ('act', 'åtgärda risken')], max_length=10, verbose_name='beslut')),
                ('reason', models.TextField(blank=True, verbose_name='skäl')),
                ('residual_probability', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='sannolikhet efteråt')),
                ('residual_severity', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='allvarlighet efteråt')),
                ('crossed_out', models.TextField(blank=True, verbose_name='varför den är struken')),
                ('form_token', models.UUIDField(editable=False, null=True, unique=True)),
                ('version', models.PositiveIntegerField(db_default=0, default=0, editable=False)),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('analysis', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='risks', to='riskanalysis.riskanalysis')),
            ],
            options={
                'ordering': ['position'],
                'constraints': [models.UniqueConstraint(fields=('analysis', 'position'), name='risk_position_once'), models.CheckConstraint(condition=models.Q(('probability__range', (1, 4)), ('severity__range', (1, 4))), name='risk_scales_run_from_1_to_4', violation_error_message='Välj ett värde mellan 1 och 4.'), models.CheckConstraint(condition=models.Q(models.Q(('residual_probability', None), ('residual_severity', None)), models.Q(('residual_probability__range', (1, 4)), ('residual_severity__range', (1, 4))), _connector='OR'), name='residual_risk_is_whole', violation_error_message='Välj både sannolikhet och konsekvens efteråt.'), models.CheckConstraint(condition=models.Q(('decision', ''), ('decision', 'act'), models.Q(('decision', 'accept'), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='accepted_risk_has_a_reason', violation_error_message='Skriv varför risken accepteras.')],
            },
        ),
        migrations.CreateModel(
            name='PromptAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('enhet', 'enheten upphör'), ('rutin', 'ny rutin eller ny version'), ('atgard', 'åtgärd som ändrar arbetet'), ('aterkommer', 'avvikelser som återkommer'), ('arlig', 'ingen riskanalys i år')], max_length=20, verbose_name='slag')),
                ('reference', models.CharField(max_length=250)),
                ('words', models.TextField(verbose_name='vad som hade hänt')),
                ('reason', models.TextField(blank=True, verbose_name='varför ingen behövs')),
                ('on', models.DateField(default=django.utils.timezone.localdate, verbose_name='besvarades')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.unit', verbose_name='enhet')),
                ('analysis', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='prompted_by', to='riskanalysis.riskanalysis')),
            ],
            options={
                'ordering': ['-on', '-pk'],
                'indexes': [models.Index(fields=['unit', 'kind'], name='prompt_answer_unit_kind')],
                'constraints': [models.CheckConstraint(condition=models.Q(('on__isnull', True), models.Q(('on__gte', datetime.date(1900, 1, 1)), ('on__lt', datetime.date(2200, 1, 1))), _connector='OR'), name='prompt_answer_sane_dates', violation_error_message='Ange ett datum mellan år 1900 och 2200.'), models.CheckConstraint(condition=models.Q(('kind__in', ['enhet', 'rutin', 'atgard', 'aterkommer', 'arlig'])), name='prompt_known_kind'), models.CheckConstraint(condition=models.Q(models.Q(('analysis__isnull', False), ('reason', '')), models.Q(('analysis', None), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='prompt_answer_is_one_of_two')],
            },
        ),
        migrations.RunSQL(GUARDS, UNDO),
    ]
