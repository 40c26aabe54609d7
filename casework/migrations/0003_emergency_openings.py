"""Emergency openings, which are only added to and go with a purged case, and the notice of them."""

import datetime

import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models


GUARDS = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON casework_emergencyopening
    FOR EACH ROW EXECUTE FUNCTION refuse_change('case_id');
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON casework_emergencyopening
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('casework', '0002_kinds_of_cases'),
        ('organisation', '0002_roles_and_alarms'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='notice',
            name='kind',
            field=models.CharField(choices=[('new', 'nytt ärende'), ('urgent', 'brådskande ärende'), ('to_decide', 'ärende att besluta om'), ('assigned', 'du har fått ett ärende'), ('received', 'överlämnat till din enhet'), ('message', 'nytt meddelande'), ('answered', 'återkoppling på det du rapporterat'), ('due', 'ska vara klart snart'), ('overdue', 'försenat'), ('escalated', 'försenat hos en chef under dig'), ('action_given', 'du har fått en åtgärd'), ('action_due', 'åtgärd ska vara klar snart'), ('action_overdue', 'åtgärd är försenad'), ('effect_due', 'effekten av en åtgärd ska följas upp'), ('no_analysis', 'ingen riskanalys i år'), ('kept_out', 'någon hålls utanför ett ärende'), ('protected', 'ett ärende skyddas'), ('emergency', 'ett ärende har nödöppnats'), ('left', 'ärende som saknar handläggare'), ('action_left', 'åtgärd som saknar ansvarig'), ('action_proposed', 'åtgärd att besluta om'), ('section_given', 'du har fått ett avsnitt att skriva'), ('section_due', 'ett avsnitt ska vara klart snart'), ('section_overdue', 'ett avsnitt är försenat')], max_length=20),
        ),
        migrations.CreateModel(
            name='EmergencyOpening',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(max_length=30)),
                ('reason', models.TextField(verbose_name='skäl')),
                ('opened_at', models.DateTimeField()),
                ('closes_at', models.DateTimeField()),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='emergency_openings', to='casework.case')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.unit')),
            ],
            options={
                'ordering': ['-opened_at', '-pk'],
                'indexes': [models.Index(fields=['person', 'closes_at'], name='emergency_of_person')],
                'constraints': [models.CheckConstraint(condition=models.Q(('closes_at', django.db.models.expressions.CombinedExpression(models.F('opened_at'), '+', models.Value(datetime.timedelta(seconds=3600))))), name='emergency_lasts_an_hour'), models.CheckConstraint(condition=django.db.models.lookups.GreaterThanOrEqual(django.db.models.functions.text.Length('reason'), 20), name='emergency_has_a_reason'), models.CheckConstraint(condition=models.Q(('role', ''), _negated=True), name='emergency_is_opened_in_a_role')],
            },
        ),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
    ]
