"""What the checker says of a report: a remark on one passage, and how grave it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Severity(IntEnum):
    """How grave a remark is, the gravest first."""

    MUST = 1
    SHOULD = 2
    CONSIDER = 3

    @property
    def label(self) -> str:
        """Return the heading that the remarks of this severity stand under."""
        return {1: "Måste rättas", 2: "Bör ses över", 3: "Att tänka på"}[self]


# Heading and advice of each rule, in the order in which they are shown.
RULES: dict[str, tuple[str, str]] = {
    "sum": ("Summor", "Räkna om, eller skriv vad som fattas."),
    "part": ("Del och helhet", ""),
    "share": ("Andelar", ""),
    "direction": ("Riktning", ""),
    "order": ("Ordning", "Det senare året står först överallt annars i berättelsen."),
    "uncertain": ("Små skillnader", ""),
    "personal": (
        "Personuppgifter",
        "Berättelsen läses av alla. Ingen enskild ska kunna kännas igen.",
    ),
    "contact": ("Kontaktuppgifter", "Berättelsen läses av alla och ligger kvar länge."),
    "placeholder": ("Ofärdig text", "Skriv klart, eller ta bort det."),
    "token": (
        "Hämtade tal, bilder och tabeller",
        "De betyder inget som registret kan svara på.",
    ),
    "alternative": ("Bilder och tabeller", "Alla ska kunna ta del av innehållet."),
    "empty": (
        "Tomma avsnitt",
        "Skriv en text, eller ta bort avsnittet ur berättelsen.",
    ),
    "comments": ("Obesvarade kommentarer", ""),
    "contradicted": (
        "Tal som registret inte håller med om",
        "Kontrollera vilket som är rätt. Räknar ni något annat, säg vad.",
    ),
    "late": (
        "Tal som har ändrats sedan de publicerades",
        "Berättelsen förklarar skillnaden. Skriv i texten om den behöver förklaras mer, till exempel så:",
    ),
    "typed": (
        "Tal som är skrivna för hand",
        "Använd det hämtade talet, så att det följer med när registret ändras.",
    ),
    "names": ("Samma sak, två namn", "Skriv likadant, om det är samma sak."),
    "reference": ("Hänvisningar", "Rätta numret, eller ta bort hänvisningen."),
    "future": ("Dagar som inte har varit", "Underlaget slutar den dag det togs ut."),
    "repeated": (
        "Upprepade celler",
        "Samma text i två celler brukar vara ett kopieringsfel.",
    ),
    "small": (
        "Små tal",
        "Se till att ingen kan kännas igen bakom ett tal från 1 till 4 innan berättelsen publiceras.",
    ),
    "readability": (
        "Läsbarhet",
        "Kortare meningar och vanligare ord hjälper fler att följa med.",
    ),
}


@dataclass(frozen=True, slots=True)
class Remark:
    """One fault: the rule that found it, the fault in plain Swedish, and the passage."""

    rule: str
    severity: Severity
    words: str
    quote: str = ""
