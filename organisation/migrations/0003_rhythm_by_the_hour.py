from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('organisation', '0002_substitutes_and_rhythm'),
    ]

    operations = [
        migrations.AlterField(
            model_name='user',
            name='rhythm',
            field=models.CharField(choices=[('direct', 'varje timme'), ('daily', 'en gång om dagen'), ('weekly', 'en gång i veckan'), ('never', 'aldrig')], default='daily', max_length=10, verbose_name='mejl om det som har hänt'),
        ),
    ]
