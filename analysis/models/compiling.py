"""What people conclude: the analysis of a unit's tertial, and each pattern that is judged in it."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from analysis.models.signal import DIMENSIONS, Found, Kind, Level
from casework.database.periods import Period, tertial
from casework.models import Case, CaseQuerySet
from organisation.models import Unit


class State(models.TextChoices):
    """Where the analysis of a tertial is; see analysis.tertial.workflow."""

    OPEN = "open", "pågår"
    DONE = "done", "klar"


class TertialAnalysisQuerySet(CaseQuerySet["TertialAnalysis"]):
    """Questions about analyses of tertials."""

    def of(self, year: int, number: int) -> Self:
        """Return the analyses of one tertial."""
        return self.filter(year=year, tertial=number)


class TertialAnalysis(Case):
    """The compilation and analysis of one unit's tertial (SOSFS 2011:9 5 kap. 6 §).

    The unit's chief writes what the figures mean; whoever compiles judges the patterns, concludes, and
    marks it as done.  ``about`` is the unit that it is about, whatever becomes of the unit later.
    """

    state = models.CharField("läge", max_length=20, choices=State, default=State.OPEN)
    about = models.ForeignKey(Unit, models.PROTECT, related_name="tertial_analyses")
    year = models.PositiveSmallIntegerField("år")
    tertial = models.PositiveSmallIntegerField("tertial")
    chief_note = models.TextField("chefens kommentar", blank=True)
    conclusion = models.TextField("slutsats", blank=True)
    no_action_reason = models.TextField("varför ingen åtgärd behövs", blank=True)

    objects: ClassVar[Any] = TertialAnalysisQuerySet.as_manager()

    class Meta:
        """One for each unit and tertial; none is done without the chief's words and a conclusion."""

        constraints = [
            models.UniqueConstraint(
                fields=["about", "year", "tertial"], name="tertial_analysed_once"
            ),
            models.CheckConstraint(
                condition=Q(tertial__range=(1, 3)), name="analysis_of_one_of_three"
            ),
            models.CheckConstraint(
                condition=Q(state__in=State.values), name="tertial_analysis_known_state"
            ),
            models.CheckConstraint(
                condition=~Q(state=State.DONE) | ~Q(chief_note="") & ~Q(conclusion=""),
                name="tertial_analysis_done_has_words",
                violation_error_message="Chefens kommentar och slutsatsen ska finnas innan den är klar.",
            ),
        ]

    @property
    def period(self) -> Period:
        """Return the tertial as a period."""
        return tertial(self.year, self.tertial)

    @property
    def state_label(self) -> str:
        """Return where the analysis stands, in words."""
        return str(self.get_state_display())


class PurgedAnalysis(models.Model):
    """That a unit's tertial was analysed, and the analysis purged since: it is never opened again."""

    about = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    tertial = models.PositiveSmallIntegerField()

    class Meta:
        """As the analysis was: one for each unit and tertial."""

        constraints = [
            models.UniqueConstraint(
                fields=["about", "year", "tertial"], name="purged_analysis_once"
            )
        ]


class Verdict(models.TextChoices):
    """What is done about a pattern."""

    ACTION = "action", "åtgärd"
    NO_ACTION = "no_action", "ingen åtgärd"


class Pattern(Found):
    """A pattern that the rules found, kept as it was found, and what people judged of it."""

    analysis = models.ForeignKey(
        TertialAnalysis, models.PROTECT, related_name="patterns"
    )
    position = models.PositiveSmallIntegerField()
    verdict = models.CharField("bedömning", max_length=20, choices=Verdict, blank=True)
    assessment = models.TextField("vad mönstret betyder", blank=True)
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    judged_at = models.DateTimeField(null=True, blank=True)
    # The same cell in an earlier tertial.
    follows = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="followed_by"
    )
    version = models.PositiveIntegerField(default=0, db_default=0, editable=False)

    class Meta:
        """By place; what is judged says by whom, when and why."""

        ordering = ["analysis", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["analysis", "position"], name="pattern_has_a_place"
            ),
            models.UniqueConstraint(
                fields=["analysis", "kind", *DIMENSIONS], name="pattern_found_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=Kind.values)
                & Q(level__in=Level.values)
                & Q(verdict__in=["", *Verdict.values]),
                name="pattern_known_words",
            ),
            models.CheckConstraint(
                condition=Q(verdict="", judged_by=None, judged_at=None)
                | ~Q(verdict="")
                & ~Q(assessment="")
                & Q(judged_by__isnull=False, judged_at__isnull=False),
                name="pattern_judged_by_somebody",
                violation_error_message="Skriv vad mönstret betyder.",
            ),
            models.CheckConstraint(
                condition=Q(follows=None) | ~Q(follows=F("id")),
                name="pattern_does_not_follow_itself",
            ),
        ]

    @property
    def is_judged(self) -> bool:
        """Tell whether somebody has said what is done about it."""
        return bool(self.verdict)

    def same_cell(self) -> dict[str, Any]:
        """Return what the same pattern has in another tertial."""
        return {name: getattr(self, name) for name in ("kind", *DIMENSIONS)}
