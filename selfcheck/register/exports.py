"""The self-checks as a file."""

from __future__ import annotations

from operator import attrgetter

from casework.register.exports import (
    DUE,
    LACKS,
    NUMBER,
    OWNER,
    PROCESS,
    STATE,
    TARGET_GROUP,
    UNIT,
    fact,
    told,
    word,
)
from organisation.lists.exports import Table

CHECKS = Table(
    page="selfcheck:export",
    stem="egenkontroller",
    sheet="Egenkontroller",
    rows="egenkontroller",
    case=attrgetter("pk"),
    columns=(
        NUMBER,
        UNIT,
        TARGET_GROUP,
        PROCESS,
        word("Metod", 24, "method"),
        STATE,
        OWNER,
        DUE,
        fact("Genomfördes", 12, "done_on"),
        told("Fynd", 24, "finding", is_word=True),
        told("Uppfyller kravet", 16, "met"),
        told("Granskade", 12, "reviewed"),
    ),
    lacks=(
        *LACKS,
        "Fynd och antal står bara för egenkontroller som du läser i sin helhet.",
    ),
)
