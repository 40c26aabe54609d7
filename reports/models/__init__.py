"""Reports: the texts that people write, what happens to them, and the editions built from the figures."""

from reports.models.annual import (
    AnnualReport,
    AnnualReportQuerySet,
    Block,
    Edition,
    State,
    Template,
    TertialEdition,
)
from reports.models.life import (
    Approval,
    Archive,
    Assignment,
    Freeze,
    LaidOutChapter,
    Publication,
    ReportComment,
    ReportLog,
    ReportReply,
    TextDraft,
)
from reports.models.outline import OwnOutline

__all__ = [
    "AnnualReport",
    "AnnualReportQuerySet",
    "Approval",
    "Archive",
    "Assignment",
    "Block",
    "Edition",
    "Freeze",
    "LaidOutChapter",
    "OwnOutline",
    "Publication",
    "ReportComment",
    "ReportLog",
    "ReportReply",
    "State",
    "Template",
    "TertialEdition",
    "TextDraft",
]
