"""Who writes and who reads annual reports."""

from __future__ import annotations

from organisation.access import ANALYSTS, CHIEFS, SENIORS
from organisation.models import Role

WRITERS = ANALYSTS
# Who makes the municipality's own outlines.
OUTLINERS = frozenset({Role.QUALITY_CONTROLLER})
READERS = ANALYSTS | SENIORS | {Role.BOARD_SECRETARY}
# Who may be given a section to write; of a report that they do not read otherwise, that lets them in.
AUTHORS = ANALYSTS | CHIEFS
