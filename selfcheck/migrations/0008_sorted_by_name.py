"""Give what is listed by name the key that the Swedish alphabet sorts by."""

import organisation.texts.alphabet
from django.db import migrations
from organisation.texts.alphabet import fill_keys


def fill(apps, _):
    fill_keys(apps.get_model("selfcheck", "Series"), of="title", key="title_key")
    fill_keys(apps.get_model("selfcheck", "Template"), of="name", key="name_key")


class Migration(migrations.Migration):

    dependencies = [
        ('selfcheck', '0007_draws_go_with_their_case'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='series',
            options={'ordering': ['unit__path', 'title_key', 'pk']},
        ),
        migrations.AlterModelOptions(
            name='template',
            options={'ordering': ['name_key', 'pk']},
        ),
        migrations.AddField(
            model_name='series',
            name='title_key',
            field=organisation.texts.alphabet.AlphabetKeyField(db_collation='C', db_default='', default='', editable=False, max_length=500, of='title'),
        ),
        migrations.AddField(
            model_name='template',
            name='name_key',
            field=organisation.texts.alphabet.AlphabetKeyField(db_collation='C', db_default='', default='', editable=False, max_length=500, of='name'),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
