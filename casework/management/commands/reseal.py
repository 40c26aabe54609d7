"""Encrypt everything sealed with the first key anew, so that an old key can be taken away."""

from typing import Any

from django.apps import apps
from django.core.management import BaseCommand, CommandError
from django.db import models, transaction

from casework.database.encrypted_fields import Closed, SealedTextField

BATCH = 500


class Command(BaseCommand):
    """Go through every sealed column in batches; safe to interrupt and to run again."""

    help = "Krypterar om skyddade uppgifter med den första nyckeln i SEALING_KEYS."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Say how many values there were, column by column."""
        for model in apps.get_models():
            for field in model._meta.local_fields:
                if isinstance(field, SealedTextField):
                    count = self.reseal(model, field.attname)
                    self.stdout.write(
                        f"{model._meta.verbose_name}, {field.verbose_name}: {count} omkrypterade"
                    )

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
