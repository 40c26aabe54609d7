"""Measurement series that count themselves from a year on."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('organisation', '0002_roles_and_alarms'),
        ('selfcheck', '0003_log_checks'),
    ]

    operations = [
        migrations.AddField(
            model_name='series',
            name='counted_from',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='räknas från och med år'),
        ),
        migrations.AddField(
            model_name='series',
            name='counts',
            field=models.CharField(blank=True, choices=[('log_checks', 'diarieförda loggkontroller')], db_default='', default='', max_length=20, verbose_name='räknas av sig själv'),
        ),
        migrations.AddConstraint(
            model_name='series',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('counted_from', None), ('counts', '')), models.Q(('counted_from__gte', 1900), ('counted_from__lt', 2200), ('counts', 'log_checks'), ('every', 'year'), ('is_share', False)), _connector='OR'), name='series_counts_whole_years', violation_error_message='Bara ett antal per år kan räknas av sig självt.'),
        ),
    ]
