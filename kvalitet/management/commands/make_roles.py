"""Make the roles that the product uses, in a new database as in one that a single role has owned."""

from collections import Counter
from typing import Any

import psycopg
from django.conf import settings
from django.core.management import BaseCommand, CommandError

from casework.database.logins import LOGINS
from kvalitet.operations.roles import Login, make_roles


class Command(BaseCommand):
    """Make the roles that the addresses name, by the administrator's connection."""

    help = (
        "Skapa rollerna i OWNER_DATABASE_URL och DATABASE_URL, och låt den första äga allt i databasen. "
        f"Skapa också dem i {', '.join(login.setting for login in LOGINS)}, när de är satta. "
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
        names = [known["USER"] for known in settings.LOGIN_DATABASES.values()]
        names += [owner["USER"], app["USER"]]
        if twice := sorted(name for name, n in Counter(names).items() if n > 1):
            raise CommandError(
                f"Varje adress ska ha en egen roll. Flera har {', '.join(twice)}."
            )
        with psycopg.connect(admin, autocommit=True) as link:
            if link.info.user in names:
                raise CommandError(
                    "Rollen i ADMIN_DATABASE_URL ska vara en annan än de som den skapar."
                )
            if link.info.dbname != app["NAME"]:
                raise CommandError(
                    "ADMIN_DATABASE_URL ska leda till samma databas som DATABASE_URL."
                )
            self._make(link, owner, app)
        self.stdout.write(
            f"{owner['USER']} äger databasen och {app['USER']} använder den."
        )
        for login in LOGINS:
            if known := settings.LOGIN_DATABASES.get(login.name):
                self.stdout.write(f"{known['USER']} är rollen i {login.setting}.")

    def _make(
        self, link: psycopg.Connection[Any], owner: dict[str, Any], app: dict[str, Any]
    ) -> None:
        """Make the roles in one transaction, or say what the administrator may not do."""
        try:
            make_roles(
                link,
                owner=_login(owner),
                app=_login(app),
                others={
                    name: _login(known)
                    for name, known in settings.LOGIN_DATABASES.items()
                },
            )
        except psycopg.errors.InsufficientPrivilege as error:
            raise CommandError(
                "Rollen i ADMIN_DATABASE_URL får inte skapa rollerna. Den ska vara administratör (superuser), "
                "eller ha CREATEROLE och BYPASSRLS. Inget har ändrats."
            ) from error


def _login(address: dict[str, Any]) -> Login:
    return Login(address["USER"], address["PASSWORD"])
