"""The tables of the log: each is only added to."""

from audit.models.extract import Extract
from audit.models.reading import Reading

__all__ = ["Extract", "Reading"]
