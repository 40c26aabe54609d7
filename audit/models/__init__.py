"""The tables of the log: each is only added to."""

from audit.models.event import SecurityEvent
from audit.models.extract import Extract
from audit.models.reading import Reading
from audit.models.seal import CaseSalt, Seal, SealedRows

__all__ = [
    "CaseSalt",
    "Extract",
    "Reading",
    "Seal",
    "SealedRows",
    "SecurityEvent",
]
