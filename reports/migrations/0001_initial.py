"""What release 0.7.0 had in its database: tables as makemigrations wrote them, and what they guard."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

GUARDS = """
-- Rows are added, never changed or removed.
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON reports_edition
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON reports_edition
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON reports_freeze
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON reports_freeze
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON reports_approval
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON reports_approval
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON reports_publication
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON reports_publication
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON reports_reportlog
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON reports_reportlog
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON reports_archive
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON reports_archive
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""


class Migration(migrations.Migration):

    initial = True
    # Those of 0.7.0; the first of them had the name of this one.
    replaces = [
        ('reports', '0002_tertial_editions'),
        ('reports', '0003_masked_tertial_editions'),
        ('reports', '0004_life_of_reports'),
        ('reports', '0005_own_outlines'),
        ('reports', '0006_archives'),
        ('reports', '0007_title_of_an_assignment'),
        ('reports', '0008_laid_out_chapters'),
        ('reports', '0009_when_a_draft_was_typed'),
        ('reports', '0010_when_it_was_counted'),
    ]

    dependencies = [
        ('casework', '0001_initial'),
        ('organisation', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='LaidOutChapter',
            fields=[
                ('key', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('piece', models.BinaryField()),
                ('used_at', models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name='AnnualReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(verbose_name='år')),
                ('template', models.CharField(default='malmo', max_length=20, verbose_name='mall')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('state', models.CharField(choices=[('draft', 'Utkast'), ('review', 'Granskning'), ('locked', 'Underlaget låst'), ('approved', 'Beslutad'), ('published', 'Publicerad')], default='draft', max_length=10, verbose_name='läge')),
                ('version', models.PositiveIntegerField(default=1)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='annual_reports', to='organisation.unit', verbose_name='enhet')),
            ],
            options={
                'ordering': ['-year', 'unit__path'],
            },
        ),
        migrations.CreateModel(
            name='Edition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('extracted_on', models.DateField()),
                ('figures', models.JSONField()),
                ('html', models.TextField()),
                ('pdf', models.BinaryField()),
                ('checksum', models.CharField(max_length=64)),
                ('built_at', models.DateTimeField(auto_now_add=True)),
                ('counted_at', models.DateTimeField(null=True)),
                ('inputs', models.JSONField(default=dict)),
                ('job', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='edition', to='casework.job')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='editions', to='reports.annualreport')),
            ],
            options={
                'ordering': ['-number'],
            },
        ),
        migrations.CreateModel(
            name='Archive',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('pdf', models.BinaryField()),
                ('word', models.BinaryField()),
                ('checksum', models.CharField(max_length=64)),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('job', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='casework.job')),
                ('edition', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='archive', to='reports.edition')),
            ],
        ),
        migrations.CreateModel(
            name='Approval',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('body', models.CharField(max_length=120, verbose_name='nämnd')),
                ('decided_on', models.DateField(verbose_name='beslutsdag')),
                ('paragraph', models.PositiveIntegerField(verbose_name='paragraf')),
                ('registry_number', models.CharField(max_length=40, verbose_name='diarienummer')),
                ('recorded_at', models.DateTimeField(auto_now_add=True)),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('edition', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='approval', to='reports.edition')),
            ],
        ),
        migrations.CreateModel(
            name='Freeze',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('document', models.JSONField()),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='freezes', to='reports.annualreport')),
            ],
            options={
                'ordering': ['-number'],
            },
        ),
        migrations.AddField(
            model_name='edition',
            name='freeze',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='editions', to='reports.freeze'),
        ),
        migrations.AddField(
            model_name='annualreport',
            name='freeze',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reports.freeze'),
        ),
        migrations.CreateModel(
            name='OwnOutline',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=20, unique=True)),
                ('name', models.CharField(max_length=80, unique=True, verbose_name='namn')),
                ('data', models.JSONField()),
                ('version', models.PositiveIntegerField(default=1)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Publication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('assessment', models.TextField(blank=True)),
                ('published_at', models.DateTimeField(auto_now_add=True)),
                ('edition', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='publication', to='reports.edition')),
                ('published_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-published_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='ReportComment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('section', models.CharField(max_length=60)),
                ('text', models.TextField()),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('resolved_at', models.DateTimeField(null=True)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='comments', to='reports.annualreport')),
                ('resolved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['number'],
            },
        ),
        migrations.CreateModel(
            name='ReportLog',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('action', models.CharField(max_length=40)),
                ('label', models.CharField(max_length=200)),
                ('reason', models.TextField(blank=True)),
                ('from_state', models.CharField(blank=True, max_length=10)),
                ('to_state', models.CharField(blank=True, max_length=10)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='log', to='reports.annualreport')),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='ReportReply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField()),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('comment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='replies', to='reports.reportcomment')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='TertialEdition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField()),
                ('tertial', models.PositiveSmallIntegerField()),
                ('internal', models.BooleanField()),
                ('figures', models.JSONField()),
                ('pdf', models.BinaryField()),
                ('checksum', models.CharField(max_length=64)),
                ('built_at', models.DateTimeField(auto_now_add=True)),
                ('counted_at', models.DateTimeField(null=True)),
                ('job', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='tertial_edition', to='casework.job')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tertial_editions', to='organisation.unit')),
            ],
            options={
                'ordering': ['-built_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='TextDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('section', models.CharField(max_length=60)),
                ('text', models.TextField(blank=True)),
                ('seen_version', models.PositiveIntegerField(default=0)),
                ('typed_at', models.DateTimeField(null=True)),
                ('updated_at', models.DateTimeField()),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='drafts', to='reports.annualreport')),
            ],
            options={
                'ordering': ['-updated_at'],
            },
        ),
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('section', models.CharField(max_length=60)),
                ('title', models.CharField(blank=True, max_length=200)),
                ('due_on', models.DateField(null=True)),
                ('status', models.CharField(choices=[('draft', 'Utkast'), ('ready', 'Klar'), ('approved', 'Godkänd')], default='draft', max_length=10)),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='reports.annualreport')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('report', 'section'), name='assignment_once')],
            },
        ),
        migrations.CreateModel(
            name='Block',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('section', models.CharField(max_length=60)),
                ('version', models.PositiveIntegerField()),
                ('text', models.TextField(blank=True)),
                ('written_at', models.DateTimeField(auto_now_add=True)),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='blocks', to='reports.annualreport')),
                ('written_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['section', '-version'],
                'constraints': [models.UniqueConstraint(fields=('report', 'section', 'version'), name='block_version_once')],
            },
        ),
        migrations.AddConstraint(
            model_name='freeze',
            constraint=models.UniqueConstraint(fields=('report', 'number'), name='freeze_number_once'),
        ),
        migrations.AddConstraint(
            model_name='edition',
            constraint=models.UniqueConstraint(fields=('report', 'number'), name='edition_number_once'),
        ),
        migrations.AddConstraint(
            model_name='annualreport',
            constraint=models.UniqueConstraint(fields=('unit', 'year', 'template'), name='one_report_a_year'),
        ),
        migrations.AddConstraint(
            model_name='annualreport',
            constraint=models.CheckConstraint(condition=models.Q(('year__range', (1990, 2199))), name='report_sane_year', violation_error_message='Ange ett år mellan 1990 och 2199.'),
        ),
        migrations.AddConstraint(
            model_name='annualreport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('freeze', None), ('state__in', ('draft', 'review'))), models.Q(('freeze__isnull', False), ('state__in', ('locked', 'approved', 'published'))), _connector='OR'), name='report_frozen_from_locked_on'),
        ),
        migrations.AddConstraint(
            model_name='reportcomment',
            constraint=models.UniqueConstraint(fields=('report', 'number'), name='comment_number_once'),
        ),
        migrations.AddConstraint(
            model_name='reportcomment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('resolved_at', None), ('resolved_by', None)), models.Q(('resolved_at__isnull', False), ('resolved_by__isnull', False)), _connector='OR'), name='comment_resolved_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='tertialedition',
            constraint=models.CheckConstraint(condition=models.Q(('tertial__range', (1, 3))), name='edition_of_one_of_three'),
        ),
        migrations.AddConstraint(
            model_name='textdraft',
            constraint=models.UniqueConstraint(fields=('report', 'section', 'author'), name='text_draft_once'),
        ),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),  # they go with their tables
    ]
