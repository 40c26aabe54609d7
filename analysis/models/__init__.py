"""Stored figures, what the rules find in them, and what people conclude of each tertial."""

from analysis.models.cell import Cell, CellQuerySet, KeptCell, TertialClose
from analysis.models.compiling import (
    Pattern,
    PurgedAnalysis,
    State,
    TertialAnalysis,
    Verdict,
)
from analysis.models.known import RegisterPeriod
from analysis.models.question import SavedQuestion
from analysis.models.signal import Kind, Level, Signal

__all__ = [
    "Cell",
    "CellQuerySet",
    "KeptCell",
    "Kind",
    "Level",
    "Pattern",
    "PurgedAnalysis",
    "RegisterPeriod",
    "SavedQuestion",
    "Signal",
    "State",
    "TertialAnalysis",
    "TertialClose",
    "Verdict",
]
