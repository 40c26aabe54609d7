"""Write docs/processer.md: what may be done with each kind of case, from the tables that decide it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from analysis.tertial.workflow import WORKFLOW as TERTIAL_ANALYSES
from casework.process.diagrams import chapter
from casework.process.workflow import Process
from deviations.process.workflow import COMPLAINTS, STAFF_REPORTS
from lexsarah.law.laws import reference
from lexsarah.law.policy import MALMO
from lexsarah.process.workflow import workflow_for as lexsarah_for
from reports.life.workflow import LIFE
from riskanalysis.process.workflow import WORKFLOW as RISK_ANALYSES
from selfcheck.models import Method
from selfcheck.process.workflow import workflow_for as selfcheck_for

PATH = settings.BASE_DIR / "docs" / "processer.md"
# The references of lex Sarah are told as they are on this day.
LAWS_ON = dt.date(2026, 11, 30)
LEX_SARAH = "Lex Sarah, i den ordning som gäller tills förvaltningen skriver en egen"
PROCESSES: dict[str, Process[Any]] = {
    "Klagomål, synpunkter och annat utifrån": COMPLAINTS,
    "Avvikelser som personalen rapporterar": STAFF_REPORTS,
    LEX_SARAH: lexsarah_for(MALMO),
    "Egenkontroll, till exempel en loggkontroll": selfcheck_for(Method.LOG_CHECK),
    "Riskanalys": RISK_ANALYSES,
    "Analys av ett tertial": TERTIAL_ANALYSES,
    "Kvalitetsberättelse": LIFE,
}
INTRODUCTION = """# Processer

För den som vill se vem som får göra vad med ett ärende, i vilket läge och med vilket stöd. Filen skrivs av
`manage.py write_processes`, ur samma tabeller som knapparna, uppgiftslistorna och historiken. Diagrammen
visar stegen som ändrar läget, tabellerna alla steg.
"""


def document() -> str:
    """Return the whole file."""
    chapters = [
        chapter(title, process, law_of=_law_of_lexsarah if title == LEX_SARAH else str)
        for title, process in PROCESSES.items()
    ]
    return "\n".join([INTRODUCTION, *chapters])


def _law_of_lexsarah(code: str) -> str:
    return reference(code, on=LAWS_ON).text


class Command(BaseCommand):
    """``write_processes``; a test holds the file current."""

    help = "Skriv docs/processer.md ur processernas tabeller."

    def handle(self, **_options: Any) -> None:
        """Write the file."""
        PATH.write_text(document(), encoding="utf-8")
        self.stdout.write(f"Skrev {PATH.name}.")
