"""Write docs/rattigheter.md: what each role may do, from the table that decides it."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from organisation.rights import Reach, Right, Role

PATH = settings.BASE_DIR / "docs" / "rattigheter.md"
AREAS = {
    "organisation": "Organisationen",
    "cases": "Ärenden av alla slag",
    "log": "Loggen",
    "actions": "Åtgärder",
    "board": "Nämnden",
    "routines": "Rutiner",
    "deviations": "Avvikelser och synpunkter",
    "lexsarah": "Lex Sarah",
    "selfcheck": "Egenkontroll",
    "riskanalysis": "Riskanalys",
    "analysis": "Analys",
    "reports": "Kvalitetsberättelser och tertialrapporter",
}
HEADER = ("rätt", *(role.label for role in Role), "gäller", "stöd")
INTRODUCTION = f"""# Rättigheter

För den som vill se vad varje roll får göra. Filen skrivs av `manage.py write_rights`, ur samma tabell som
menyn, sidorna och processerna frågar. Vilka steg en rätt öppnar, och i vilket läge, står i
[Processer](processer.md).

- En roll gäller från sin första till sin sista dag. Den som är ersättare har rollen så länge.
- ”{Reach.OVER.value.capitalize()}”: rätten gäller där personen har rollen, och i allt under den enheten.
- ”{Reach.WHOLE.value.capitalize()}”: rollen räknas bara om personen har den i förvaltningen själv.
- ”{Reach.ADMINISTRATION.value.capitalize()}”: rätten gäller i hela den förvaltning där personen har rollen.
- ”{Reach.ANYWHERE.value.capitalize()}”: det räcker att ha rollen någonstans.
- Tabellen säger inte allt om ett enskilt ärende. Den som har rapporterat läser sin egen rapport. Den som är
  jävig läser inte ärendet, vilken roll personen än har. Ett skyddat ärende läser bara de namngivna.
"""


def document() -> str:
    """Return the whole file."""
    chapters = [
        _chapter(area, list(rights))
        for area, rights in groupby(Right, key=lambda right: right.area)
    ]
    return "\n".join([INTRODUCTION, *chapters])


def _chapter(area: str, rights: list[Right]) -> str:
    rows = [HEADER, ("---",) * len(HEADER), *map(_row, rights)]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([f"## {AREAS[area]}", *lines, ""])


def _row(right: Right) -> tuple[str, ...]:
    marks = ("ja" if role in right.roles else "" for role in Role)
    return (right.words, *marks, right.reach.value, right.law)


class Command(BaseCommand):
    """``write_rights``; a test holds the file current."""

    help = "Skriv docs/rattigheter.md ur tabellen över rättigheter."

    def handle(self, **_options: Any) -> None:
        """Write the file."""
        PATH.write_text(document(), encoding="utf-8")
        self.stdout.write(f"Skrev {PATH.name}.")
