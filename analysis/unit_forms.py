"""What a person asks of a unit over time: which unit, and up to which tertial."""

from __future__ import annotations

from analysis.forms import WorkspaceForm
from organisation.access import ANALYSTS, CHIEFS


class UnitForm(WorkspaceForm):
    """The unit and the last tertial that is looked at: for those who are chiefs of it or compile it."""

    readers = CHIEFS | ANALYSTS
