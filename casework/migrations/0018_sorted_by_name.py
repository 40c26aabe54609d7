"""Give what is listed by name the key that the Swedish alphabet sorts by."""

import organisation.texts.alphabet
from django.db import migrations
from organisation.texts.alphabet import fill_keys


def fill(apps, _):
    fill_keys(apps.get_model("casework", "Routine"), of="name", key="name_key")
    fill_keys(apps.get_model("casework", "SavedFilter"), of="name", key="name_key")


class Migration(migrations.Migration):

    dependencies = [
        ('casework', '0017_kept_numbers'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='routine',
            options={'ordering': ['name_key', 'pk']},
        ),
        migrations.AlterModelOptions(
            name='savedfilter',
            options={'ordering': ['name_key', 'pk']},
        ),
        migrations.AddField(
            model_name='routine',
            name='name_key',
            field=organisation.texts.alphabet.AlphabetKeyField(db_collation='C', db_default='', default='', editable=False, max_length=500, of='name'),
        ),
        migrations.AddField(
            model_name='savedfilter',
            name='name_key',
            field=organisation.texts.alphabet.AlphabetKeyField(db_collation='C', db_default='', default='', editable=False, max_length=500, of='name'),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
