"""The spine that all cases share, and what belongs to it, from history and actions to retention."""

from casework.kinds import Circle
from casework.models.action import UPPER_LEVELS, Action, ActionLevel, Effect
from casework.models.blanking import Blanking
from casework.models.case import (
    Case,
    CaseQuerySet,
    NamedReader,
    NumberSeries,
    Recusal,
)
from casework.models.dialogue import Attachment, Note
from casework.models.draft import FormDraft
from casework.models.history import Change, LogEntry
from casework.models.job import Job, Recount
from casework.models.kept_number import KeptNumber
from casework.models.notice import Mail, Notice, SavedFilter
from casework.models.retention import RetentionRule, Tombstone
from casework.models.routine import Routine

__all__ = [
    "UPPER_LEVELS",
    "Action",
    "ActionLevel",
    "Attachment",
    "Blanking",
    "Case",
    "CaseQuerySet",
    "Change",
    "Circle",
    "Effect",
    "FormDraft",
    "Job",
    "KeptNumber",
    "LogEntry",
    "Mail",
    "NamedReader",
    "Note",
    "Notice",
    "NumberSeries",
    "Recount",
    "Recusal",
    "RetentionRule",
    "Routine",
    "SavedFilter",
    "Tombstone",
]
