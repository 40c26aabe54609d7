"""Which policy holds where: the last one that the administration has written, or the product's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lexsarah.law.policy import MALMO, Rules
from lexsarah.models import Policy
from organisation.access import paths_above
from organisation.models import Unit

if TYPE_CHECKING:
    from organisation.models import User


def policy_over(unit: Unit) -> Policy | None:
    """Return the last policy of a unit's administration, or None when it has written none."""
    return (
        Policy.objects.filter(unit__path=paths_above(unit)[0])
        .select_related("unit")
        .first()
    )


def rules_over(unit: Unit) -> Rules:
    """Return the rules that hold over a unit: Malmö's, until the administration says otherwise."""
    policy = policy_over(unit)
    return policy.rules if policy else MALMO


def write_policy(*, unit: Unit, actor: User, facts: dict[str, Any]) -> Policy:
    """Let a new policy hold from now on; what was decided under the earlier one stays decided."""
    policy = Policy(unit=unit, author=actor, **facts)
    policy.full_clean()
    policy.save(force_insert=True)
    return policy
