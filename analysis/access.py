"""Who reads the compiled figures of their part of the tree."""

from organisation.access import ANALYSTS, CHIEFS
from organisation.models import Role

READERS = ANALYSTS | CHIEFS | {Role.BOARD_SECRETARY}
