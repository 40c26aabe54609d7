"""The tables of the log: each is only added to."""

from audit.models.event import SecurityEvent
from audit.models.reading import Reading

__all__ = ["Reading", "SecurityEvent"]
