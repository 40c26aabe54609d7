"""A data protection officer, and alarms about the log."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('organisation', '0001_initial'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='membership',
            name='membership_known_role',
        ),
        migrations.RemoveConstraint(
            model_name='sounded',
            name='sounded_known_alarm',
        ),
        migrations.AlterField(
            model_name='membership',
            name='role',
            field=models.CharField(choices=[('staff', 'medarbetare'), ('section_chief', 'sektionschef'), ('unit_chief', 'enhetschef'), ('department_chief', 'avdelningschef'), ('administration_chief', 'förvaltningschef'), ('planning_officer', 'planeringssekreterare'), ('quality_controller', 'kvalitetscontroller'), ('lex_investigator', 'lex Sarah-utredare'), ('board_secretary', 'nämndsekreterare'), ('registrar', 'registrator'), ('system_admin', 'systemadministratör'), ('data_protection_officer', 'dataskyddsombud')], max_length=30, verbose_name='roll'),
        ),
        migrations.AlterField(
            model_name='sounded',
            name='name',
            field=models.CharField(choices=[('no_client_address', 'No Client Address'), ('many_filings', 'Many Filings'), ('log_without_month', 'Log Without Month'), ('history_rewritten', 'History Rewritten'), ('nothing_sealed', 'Nothing Sealed')], max_length=40, primary_key=True, serialize=False),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ['staff', 'section_chief', 'unit_chief', 'department_chief', 'administration_chief', 'planning_officer', 'quality_controller', 'lex_investigator', 'board_secretary', 'registrar', 'system_admin', 'data_protection_officer'])), name='membership_known_role'),
        ),
        migrations.AddConstraint(
            model_name='sounded',
            constraint=models.CheckConstraint(condition=models.Q(('name__in', ['no_client_address', 'many_filings', 'log_without_month', 'history_rewritten', 'nothing_sealed'])), name='sounded_known_alarm'),
        ),
    ]
