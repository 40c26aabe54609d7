"""Make the two roles that the product uses, in a new database as in one that a single role has owned."""

from typing import Any

import psycopg
from django.conf import settings
from django.core.management import BaseCommand, CommandError

from kvalitet.operations.roles import Login, make_roles


class Command(BaseCommand):
    """Make the roles named in OWNER_DATABASE_URL and DATABASE_URL, by the administrator's connection."""

    help = (
        "Skapa rollerna i OWNER_DATABASE_URL och DATABASE_URL, och låt den första äga allt i databasen. "
        "ADMIN_DATABASE_URL är en roll som får skapa roller. Kan köras flera gånger."
    )

    def handle(self, **_options: Any) -> None:
        """Make them; what is there already gets the same rights and the passwords of the addresses."""
        owner, app, admin = (
            settings.OWNER_DATABASE,
            settings.DATABASES["default"],
            settings.ADMIN_DATABASE_URL,
        )
        if not (owner and admin):
            raise CommandError(
                "Sätt ADMIN_DATABASE_URL, OWNER_DATABASE_URL och DATABASE_URL."
            )
        if owner["USER"] == app["USER"]:
            raise CommandError(
                "OWNER_DATABASE_URL och DATABASE_URL ska ha olika roller."
            )
        with psycopg.connect(admin, autocommit=True) as link:
            if link.info.user in {owner["USER"], app["USER"]}:
                raise CommandError(
                    "Rollen i ADMIN_DATABASE_URL ska vara en annan än de båda andra."
                )
            if link.info.dbname != app["NAME"]:
                raise CommandError(
                    "ADMIN_DATABASE_URL ska leda till samma databas som DATABASE_URL."
                )
            make_roles(
                link,
                owner=Login(owner["USER"], owner["PASSWORD"]),
                app=Login(app["USER"], app["PASSWORD"]),
            )
        self.stdout.write(
            f"{owner['USER']} äger databasen och {app['USER']} använder den."
        )
