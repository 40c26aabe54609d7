"""What ``manage.py check --deploy`` says to those who run the product for real."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Tags, register
from django.db import OperationalError, connection

from casework.background.mails import has_mail_server, has_sender
from casework.database.logins import LOGINS

_HINTS = {
    "SECRET_KEY": "Inloggningar slutar gälla när var/ försvinner, och delas inte mellan flera datorer.",
    "DATABASE_URL": "Den egna databasen är till för prov: den har ingen säkerhetskopia.",
    "REDIS_URL": "Utan den når arbetarna inte det som väntar.",
    "FOLLOW_UP_KEY": "Annars slutar medborgarnas koder att fungera när SECRET_KEY byts.",
    "SEALING_KEYS": "Annars går kontaktuppgifter inte att läsa när SECRET_KEY byts.",
}


def _is_set(name: str) -> bool:
    given = os.environ.get(name) or os.environ.get(f"{name}_FILE")
    # The settings put the own database's address in the environment for programs that they start.
    return bool(given) and not (name == "DATABASE_URL" and settings.OWN_DATABASE)


@register(Tags.security, deploy=True)
def own_defaults(
    app_configs: Sequence[AppConfig] | None,  # noqa: ARG001 - Django's signature
    **_options: Any,
) -> list[CheckMessage]:
    """Refuse, in production, what is only a default for trying the product out."""
    return [
        Error(f"{name} är inte satt.", hint=hint, id=f"kvalitet.E00{number}")
        for number, (name, hint) in enumerate(_HINTS.items(), 1)
        if not _is_set(name)
    ]


@register(Tags.security, deploy=True)
def sender_of_mail(
    app_configs: Sequence[AppConfig] | None,  # noqa: ARG001 - Django's signature
    **_options: Any,
) -> list[CheckMessage]:
    """Refuse, where mail is sent, a sender that no mail can be sent from and no bounce come back to."""
    if not has_mail_server() or (_is_set("EMAIL_FROM") and has_sender()):
        return []
    return [
        Error(
            "EMAIL_FROM är inte en mejladress.",
            hint='Skriv till exempel kvalitet@kommun.se eller "Kvalitet, Kommunen" <kvalitet@kommun.se>. '
            "Ett namn med komma i ska stå inom citattecken.",
            id="kvalitet.E006",
        )
    ]


# Who has one of these may do more than web and worker are to be able to.
NOT_FOR_WEB = (
    "ADMIN_DATABASE_URL",
    "OWNER_DATABASE_URL",
    *(login.setting for login in LOGINS),
    "SEALER_KEY",
)
_POWERS = """
    SELECT r.rolsuper OR r.rolbypassrls OR EXISTS (
        SELECT FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace
            AND c.relkind IN ('r', 'p') AND pg_has_role(c.relowner, 'USAGE')
    ) FROM pg_roles r WHERE r.rolname = current_user
"""


@register(Tags.security, deploy=True)
def other_roles(
    app_configs: Sequence[AppConfig] | None,  # noqa: ARG001 - Django's signature
    **_options: Any,
) -> list[CheckMessage]:
    """Refuse web and worker the address of a role that may more than they."""
    return [
        Error(
            f"{name} är satt för webb eller arbetare.",
            hint="Ta bort den ur deras miljö. Bara det kommando som behöver rollen ska ha dess adress.",
            id="kvalitet.E007",
        )
        for name in NOT_FOR_WEB
        if _is_set(name)
    ]


@register(Tags.security, deploy=True)
def app_role(
    app_configs: Sequence[AppConfig] | None,  # noqa: ARG001 - Django's signature
    **_options: Any,
) -> list[CheckMessage]:
    """Refuse a role of web and worker that owns the tables, is superuser, or is bound by no policy."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(_POWERS)
            is_mighty = cursor.fetchone()[0]
    except OperationalError:
        # That the database answers is asked for elsewhere; the rest can be checked without it.
        return [
            Info(
                "Databasen svarar inte, så rollen i DATABASE_URL är inte kontrollerad.",
                id="kvalitet.I001",
            )
        ]
    if not is_mighty:
        return []
    return [
        Error(
            f"Rollen {settings.APP_ROLE} i DATABASE_URL äger tabellerna eller är administratör.",
            hint="Då vaktas historiken bara mot misstag. Sätt OWNER_DATABASE_URL och kör manage.py make_roles "
            "och migrate, se docs/drift.md.",
            id="kvalitet.E008",
        )
    ]
