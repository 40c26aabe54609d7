"""What notices are about that are sent to the authors of annual reports."""

from __future__ import annotations

from casework.kinds import Topic
from casework.models import Notice

SECTIONS = Topic(
    "Kvalitetsberättelse", "reports:mine", frozenset(Notice.ABOUT_SECTIONS)
)
