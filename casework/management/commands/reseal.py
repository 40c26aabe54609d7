"""Encrypt everything sealed with the first key anew, so that an old key can be taken away."""

from typing import Any

from django.apps import apps
from django.core.management import BaseCommand, CommandError
from django.db import connection, models, transaction

from casework.database.encrypted_fields import Closed, SealedTextField

BATCH = 500
# A row that nobody may change is read with the key that it was written with.
_KEEP_THE_KEY = "Behåll den gamla nyckeln sist i SEALING_KEYS så länge raderna finns."


def only_added_to() -> set[str]:
    """Return the tables that are only ever added to, as their guards say."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'append_only'"
        )
        return {table for (table,) in cursor.fetchall()}


class Command(BaseCommand):
    """Go through every sealed column in batches; safe to interrupt and to run again."""

    help = "Krypterar om skyddade uppgifter med den första nyckeln i SEALING_KEYS."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Say how many values there were, column by column."""
        kept = only_added_to()
        for model in apps.get_models():
            for field in model._meta.local_fields:
                if not isinstance(field, SealedTextField):
                    continue
                what = f"{model._meta.verbose_name}, {field.verbose_name}"
                if model._meta.db_table in kept:
                    self.stdout.write(f"{what}: ändras inte. {_KEEP_THE_KEY}")
                    continue
                count = self.reseal(model, field.attname)
                self.stdout.write(f"{what}: {count} omkrypterade")

    def reseal(self, model: type[models.Model], name: str) -> int:
        """Encrypt the values of one column; a value that no key opens stops the work and loses nothing."""
        keys = list(
            model._default_manager.exclude(**{name: ""})
            .order_by("pk")
            .values_list("pk", flat=True)
        )
        for start in range(0, len(keys), BATCH):
            with transaction.atomic():
                rows = model._default_manager.select_for_update(of=("self",))
                for row in rows.filter(pk__in=keys[start : start + BATCH]):
                    if isinstance(getattr(row, name), Closed):
                        raise CommandError(
                            "En uppgift är krypterad med en nyckel som inte finns i SEALING_KEYS. "
                            "Lägg till nyckeln sist i listan och kör igen."
                        )
                    model._default_manager.filter(pk=row.pk).update(
                        **{name: getattr(row, name)}
                    )
        return len(keys)
