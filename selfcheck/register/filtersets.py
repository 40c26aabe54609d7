"""The lists of self-checks and of measurement series, as their readers narrow them."""

from __future__ import annotations

from django.db.models import QuerySet

from casework.register.filtersets import CaseFilter
from organisation.lists.filtersets import ListFilter, UnitFilter
from organisation.models import User
from organisation.rights import Right
from selfcheck.models import SelfCheck, Series


class CheckFilter(CaseFilter):
    """The self-checks: words, unit and year."""

    @classmethod
    def readable(cls, user: User) -> QuerySet[SelfCheck]:
        """Return the self-checks that a person may read."""
        return SelfCheck.objects.visible_to(user)


class SeriesFilter(ListFilter):
    """The measurement series of a unit and those below it."""

    unit = UnitFilter(right=Right.SELFCHECK_PLAN)

    @classmethod
    def readable(cls, user: User) -> QuerySet[Series]:
        """Return the series that a person may read."""
        return Series.objects.visible_to(user)
