"""What release 0.7.0 had in its database: tables as makemigrations wrote them, and what they guard."""

import datetime
import django.contrib.auth.models
import django.contrib.auth.validators
import django.db.models.deletion
import django.utils.timezone
import organisation.texts.alphabet
from django.conf import settings
from django.db import migrations, models

UNLOGGED = """
-- What the limiter keeps is in no replica and no backup of files.
ALTER TABLE organisation_bucket SET UNLOGGED;
ALTER TABLE organisation_salt SET UNLOGGED;
ALTER TABLE organisation_failedsignins SET UNLOGGED;
"""


class Migration(migrations.Migration):

    initial = True
    # Those of 0.7.0; the first of them had the name of this one.
    replaces = [
        ('organisation', '0002_substitutes_and_rhythm'),
        ('organisation', '0003_rhythm_by_the_hour'),
        ('organisation', '0004_sorted_by_name'),
        ('organisation', '0005_limits'),
        ('organisation', '0006_administration_chief'),
        ('organisation', '0007_failures_without_a_lock'),
    ]

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('username', models.CharField(error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('name', models.CharField(max_length=200, verbose_name='namn')),
                ('name_key', organisation.texts.alphabet.AlphabetKeyField(db_collation='C', db_default='', default='', editable=False, max_length=500, of='name')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-postadress')),
                ('rhythm', models.CharField(choices=[('direct', 'varje timme'), ('daily', 'en gång om dagen'), ('weekly', 'en gång i veckan'), ('never', 'aldrig')], default='daily', max_length=10, verbose_name='mejl om det som har hänt')),
                ('calendar_key', models.CharField(editable=False, max_length=64, null=True, unique=True)),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': 'user',
                'ordering': ['name_key', 'pk'],
            },
            managers=[
                ('objects', django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name='Bucket',
            fields=[
                ('key', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('empty_at', models.DateTimeField()),
                ('opens_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Salt',
            fields=[
                ('day', models.DateField(primary_key=True, serialize=False)),
                ('salt', models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name='FailedSignIns',
            fields=[
                ('user', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('count', models.PositiveIntegerField()),
                ('since', models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name='Sounded',
            fields=[
                ('name', models.CharField(choices=[('no_client_address', 'No Client Address'), ('many_filings', 'Many Filings')], max_length=40, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('name__in', ['no_client_address', 'many_filings'])), name='sounded_known_alarm')],
            },
        ),
        migrations.CreateModel(
            name='Unit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40, unique=True, verbose_name='kod')),
                ('name', models.CharField(max_length=200, verbose_name='namn')),
                ('level', models.CharField(choices=[('forvaltning', 'förvaltning'), ('avdelning', 'avdelning'), ('enhet', 'enhet'), ('sektion', 'sektion')], max_length=20, verbose_name='nivå')),
                ('path', models.CharField(editable=False, max_length=400, unique=True, verbose_name='sökväg')),
                ('valid_from', models.DateField(verbose_name='gäller från')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='gäller till')),
                ('staff', models.PositiveIntegerField(blank=True, null=True, verbose_name='antal medarbetare')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='organisation.unit', verbose_name='överordnad')),
            ],
            options={
                'ordering': ['path'],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('staff', 'medarbetare'), ('section_chief', 'sektionschef'), ('unit_chief', 'enhetschef'), ('department_chief', 'avdelningschef'), ('administration_chief', 'förvaltningschef'), ('planning_officer', 'planeringssekreterare'), ('quality_controller', 'kvalitetscontroller'), ('lex_investigator', 'lex Sarah-utredare'), ('board_secretary', 'nämndsekreterare'), ('registrar', 'registrator'), ('system_admin', 'systemadministratör')], max_length=30, verbose_name='roll')),
                ('valid_from', models.DateField(verbose_name='gäller från')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='gäller till')),
                ('stands_in_for', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='substitutes', to=settings.AUTH_USER_MODEL, verbose_name='ersätter')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='organisation.unit')),
            ],
        ),
        migrations.AddIndex(
            model_name='unit',
            index=models.Index(fields=['path'], name='unit_path', opclasses=['text_pattern_ops']),
        ),
        migrations.AddConstraint(
            model_name='unit',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('valid_from__isnull', True), models.Q(('valid_from__gte', datetime.date(1900, 1, 1)), ('valid_from__lt', datetime.date(2200, 1, 1))), _connector='OR'), models.Q(('valid_to__isnull', True), models.Q(('valid_to__gte', datetime.date(1900, 1, 1)), ('valid_to__lt', datetime.date(2200, 1, 1))), _connector='OR')), name='unit_sane_dates', violation_error_message='Ange ett datum mellan år 1900 och 2200.'),
        ),
        migrations.AddConstraint(
            model_name='unit',
            constraint=models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='unit_ends_after_it_begins', violation_error_message='Slutdatum ska vara efter startdatum.'),
        ),
        migrations.AddConstraint(
            model_name='unit',
            constraint=models.CheckConstraint(condition=models.Q(('path__endswith', '/'), models.Q(('code__contains', '/'), _negated=True)), name='unit_path_is_closed'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.UniqueConstraint(fields=('user', 'unit', 'role', 'valid_from'), name='membership_once'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ['staff', 'section_chief', 'unit_chief', 'department_chief', 'administration_chief', 'planning_officer', 'quality_controller', 'lex_investigator', 'board_secretary', 'registrar', 'system_admin'])), name='membership_known_role'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='membership_ends_after_it_begins'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(('stands_in_for', None), models.Q(('valid_to__isnull', False), models.Q(('stands_in_for', models.F('user')), _negated=True)), _connector='OR'), name='substitute_has_a_last_day', violation_error_message='En ersättare är någon annan, och har en sista dag.'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('valid_from__isnull', True), models.Q(('valid_from__gte', datetime.date(1900, 1, 1)), ('valid_from__lt', datetime.date(2200, 1, 1))), _connector='OR'), models.Q(('valid_to__isnull', True), models.Q(('valid_to__gte', datetime.date(1900, 1, 1)), ('valid_to__lt', datetime.date(2200, 1, 1))), _connector='OR')), name='membership_sane_dates', violation_error_message='Ange ett datum mellan år 1900 och 2200.'),
        ),
        migrations.RunSQL(UNLOGGED, migrations.RunSQL.noop),
    ]
