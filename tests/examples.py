"""How many examples a test tries that is slow to judge one: few in the suite, more in ``make test-all``."""

from __future__ import annotations

from hypothesis import settings

TIMES_AS_MANY = 8


def examples(few: int) -> settings:
    """Return the settings of a test that tries a few examples, or as many times more."""
    is_every = settings.get_current_profile_name() == "every"
    return settings(max_examples=few * (TIMES_AS_MANY if is_every else 1))
