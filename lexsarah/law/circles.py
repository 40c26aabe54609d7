"""Who reads and handles what is read by few (OSL 26 kap. 1 §)."""

from __future__ import annotations

from casework.kinds import Circle, CircleRule
from organisation.rights import Right

_INVESTIGATORS = Right.LEXSARAH_INVESTIGATE.roles
CIRCLES = {
    Circle.FEW: CircleRule(Right.LEXSARAH_READ.roles, handlers=_INVESTIGATORS),
    Circle.INVESTIGATOR: CircleRule(
        Right.LEXSARAH_READ_ALL.roles, handlers=_INVESTIGATORS
    ),
}
