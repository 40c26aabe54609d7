"""Write into docs/import.md which values a register may hold, from the enums that decide it."""

from __future__ import annotations

import re
import textwrap
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db.models import TextChoices

from casework.models import ActionLevel
from deviations.models import (
    CauseLevel,
    Channel,
    Consequence,
    IsDeviation,
    Kind,
    ReportedBy,
)
from lexsarah.models import DecidedBy, Degree, IvoOutcome
from organisation.rights import Role
from selfcheck.models import Method

PATH = settings.BASE_DIR / "docs" / "import.md"
WIDTH = 115
VALUES: dict[str, type[TextChoices]] = {
    "kind": Kind,
    "reported_by": ReportedBy,
    "channel": Channel,
    "cause_level": CauseLevel,
    "is_deviation": IsDeviation,
    "consequence": Consequence,
    "action_level": ActionLevel,
    "decided_by": DecidedBy,
    "degree": Degree,
    "ivo_outcome": IvoOutcome,
    "method": Method,
}


def document(text: str) -> str:
    """Return the document with the values and roles of today."""
    for column, enum in VALUES.items():
        said = [f"`{value}` {label.replace(',', '')}" for value, label in enum.choices]
        row = re.compile(rf"^(\| `{column}`[^|]*\| ).+ \|$", re.MULTILINE)
        text = row.sub(rf"\g<1>{', '.join(said)} |", text)
    roles = f"Rollerna i `people.csv` är `{' '.join(Role.values)}`."
    sentence = re.compile(r"^Rollerna i `people.csv` är `[^`]+`\.", re.MULTILINE)
    return sentence.sub(textwrap.fill(roles, WIDTH), text)


class Command(BaseCommand):
    """``write_import``; a test holds the file current."""

    help = "Skriv i docs/import.md vilka värden kolumnerna i ett register får ha."

    def handle(self, **_options: Any) -> None:
        """Write the file."""
        PATH.write_text(document(PATH.read_text(encoding="utf-8")), encoding="utf-8")
        self.stdout.write(f"Skrev {PATH.name}.")
