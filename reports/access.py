"""Who writes and who reads annual reports."""

from __future__ import annotations

from organisation.access import ANALYSTS
from organisation.models import Role

WRITERS = ANALYSTS
READERS = ANALYSTS | {Role.DEPARTMENT_CHIEF, Role.BOARD_SECRETARY}
