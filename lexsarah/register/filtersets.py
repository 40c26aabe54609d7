"""The lex Sarah register, as its readers narrow it."""

from __future__ import annotations

from django.db.models import QuerySet

from casework.register.filtersets import CaseFilter
from lexsarah.models import LexSarahCase
from organisation.models import User


class RegisterFilter(CaseFilter):
    """The register: words, unit and year."""

    @classmethod
    def readable(cls, user: User) -> QuerySet[LexSarahCase]:
        """Return the cases that a person reads in whole."""
        return LexSarahCase.objects.handled_by(user)
