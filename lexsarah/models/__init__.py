"""Lex Sarah: reports and cases, who decides them, whom they concern, and what staff are told each year."""

from lexsarah.law.policy import FOUND, SERIOUS, Degree
from lexsarah.models.case import (
    ActOrOmission,
    Area,
    DecidedBy,
    IvoOutcome,
    LexSarahCase,
    LexSarahReport,
    State,
)
from lexsarah.models.concerned import Concerned, OtherDuty
from lexsarah.models.deciding import Decision, Meeting, Policy
from lexsarah.models.informing import Acknowledgement, Information

__all__ = [
    "FOUND",
    "SERIOUS",
    "Acknowledgement",
    "ActOrOmission",
    "Area",
    "Concerned",
    "DecidedBy",
    "Decision",
    "Degree",
    "Information",
    "IvoOutcome",
    "LexSarahCase",
    "LexSarahReport",
    "Meeting",
    "OtherDuty",
    "Policy",
    "State",
]
