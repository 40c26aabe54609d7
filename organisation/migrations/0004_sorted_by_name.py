"""Give what is listed by name the key that the Swedish alphabet sorts by."""

import organisation.texts.alphabet
from django.db import migrations
from organisation.texts.alphabet import fill_keys


def fill(apps, _):
    fill_keys(apps.get_model("organisation", "User"), of="name", key="name_key")


class Migration(migrations.Migration):

    dependencies = [
        ('organisation', '0003_rhythm_by_the_hour'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='user',
            options={'ordering': ['name_key', 'pk'], 'verbose_name': 'user'},
        ),
        migrations.AddField(
            model_name='user',
            name='name_key',
            field=organisation.texts.alphabet.AlphabetKeyField(db_collation='C', db_default='', default='', editable=False, max_length=500, of='name'),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
