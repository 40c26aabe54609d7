"""A reading that an emergency opening let happen."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0003_seals'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='reading',
            name='reading_known_way',
        ),
        migrations.AlterField(
            model_name='reading',
            name='way',
            field=models.CharField(choices=[('role', 'genom rollen'), ('named', 'som namngiven läsare'), ('reporter', 'som den som rapporterade'), ('glass', 'genom nödöppning')], max_length=10),
        ),
        migrations.AddConstraint(
            model_name='reading',
            constraint=models.CheckConstraint(condition=models.Q(('way__in', ['role', 'named', 'reporter', 'glass'])), name='reading_known_way'),
        ),
    ]
