"""The lex Sarah register as a file."""

from __future__ import annotations

from operator import attrgetter

from casework.register.exports import (
    CLOSED,
    LACKS,
    NUMBER,
    OCCURRED,
    PROCESS,
    RECEIVED,
    STATE,
    TARGET_GROUP,
    UNIT,
    fact,
    word,
)
from organisation.lists.exports import Table

REGISTER = Table(
    page="lexsarah:export",
    stem="lex-sarah",
    sheet="Lex Sarah",
    rows="ärenden",
    case=attrgetter("pk"),
    columns=(
        NUMBER,
        UNIT,
        TARGET_GROUP,
        PROCESS,
        fact("Typ av händelse", 28, "type"),
        word("Lag", 20, "area"),
        OCCURRED,
        RECEIVED,
        STATE,
        fact("Orsaksområde", 24, "cause_area"),
        word("Orsakens nivå", 16, "cause_level"),
        word("Bedömning", 28, "degree"),
        fact("Beslutades", 12, "decided_on"),
        fact("Anmäldes till IVO", 16, "ivo_notified_on"),
        word("IVO:s svar", 20, "ivo_outcome"),
        CLOSED,
    ),
    lacks=LACKS,
)
