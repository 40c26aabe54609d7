"""Self-checks: systematic follow-up of the own work against its processes and routines."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from casework.models import Case
from organisation.models import sane_dates
from selfcheck.methods import Method
from selfcheck.models.measuring import Series, Share
from selfcheck.models.planning import Plan, TemplateVersion


class State(models.TextChoices):
    """Where in the process a self-check is; see selfcheck.process.workflow."""

    PLANNED = "planned", "planerad"
    ONGOING = "ongoing", "pågår"
    RESULT = "result", "resultat finns"
    DECIDED = "decided", "åtgärder beslutade"
    CLOSED = "closed", "avslutad"
    CANCELLED = "cancelled", "görs inte"


class Finding(models.TextChoices):
    """What was found, in the words of the annual reports."""

    NONE = "none", "inga anmärkningar"
    SOME = "some", "vissa brister"
    FAULTS = "faults", "brister"
    NOT_COMPILED = "not_compiled", "ännu ej sammanställd"
    TOO_EARLY = "too_early", "för tidigt för slutsats"


WITH_FAULTS = (Finding.SOME, Finding.FAULTS)


class SelfCheck(Case):
    """One self-check that was planned or done (SOSFS 2011:9 5 kap. 2 §)."""

    state = models.CharField(
        "läge", max_length=20, choices=State, default=State.PLANNED
    )
    plan = models.ForeignKey(
        Plan, models.PROTECT, null=True, blank=True, related_name="checks"
    )
    # A check keeps the questions that it began with, whatever is published later.
    template = models.ForeignKey(
        TemplateVersion, models.PROTECT, null=True, blank=True, related_name="+"
    )
    # The day in the plan that it was opened for, wherever its own last day is moved.
    occasion_on = models.DateField(null=True, blank=True, editable=False)
    planned_on = models.DateField("ska göras senast", null=True, blank=True)
    why = models.TextField("varför den görs", blank=True)
    workplace = models.TextField("verksamhet där den gjordes")
    method = models.CharField("metod", max_length=30, choices=Method)
    done_on = models.DateField("genomfördes", null=True, blank=True)
    finding = models.CharField("fynd", max_length=20, choices=Finding, blank=True)
    result = models.TextField("resultat", blank=True)
    conclusion = models.TextField("slutsats", blank=True)
    no_action_reason = models.TextField("varför ingen åtgärd behövs", blank=True)
    met = models.PositiveIntegerField(
        "antal som uppfyller kravet", null=True, blank=True
    )
    reviewed = models.PositiveIntegerField("antal granskade", null=True, blank=True)
    # A survey: how many were asked, and how many answered.
    invited = models.PositiveIntegerField("antal tillfrågade", null=True, blank=True)
    answered = models.PositiveIntegerField("antal svarande", null=True, blank=True)
    # A measurement series, of which the period below is looked at.
    series = models.ForeignKey(
        Series,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="checks",
        verbose_name="mätserie",
    )
    # A log check: of which system and days, and where it is registered.
    system = models.CharField("system", max_length=100, blank=True)
    period_from = models.DateField("från och med", null=True, blank=True)
    period_to = models.DateField("till och med", null=True, blank=True)
    registry_number = models.CharField("diarienummer", max_length=60, blank=True)
    # One form filled in once is one check.
    form_token = models.UUIDField(unique=True, null=True, editable=False)

    class Meta:
        """ "X av Y" is whole and possible; what is done has a result."""

        constraints = [
            sane_dates(
                "planned_on",
                "occasion_on",
                "done_on",
                "period_from",
                "period_to",
                model="selfcheck",
            ),
            models.CheckConstraint(
                condition=Q(method__in=Method.values), name="selfcheck_known_method"
            ),
            models.CheckConstraint(
                condition=Q(state__in=State.values)
                & Q(finding__in=["", *Finding.values]),
                name="selfcheck_known_words",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["result", "decided", "closed"], done_on__isnull=False
                )
                | Q(state__in=["planned", "ongoing", "cancelled"], done_on=None),
                name="selfcheck_state_agrees_with_day",
            ),
            models.CheckConstraint(
                condition=Q(invited=None, answered=None)
                | Q(
                    invited__isnull=False,
                    answered__isnull=False,
                    answered__lte=F("invited"),
                ),
                name="selfcheck_answered_of_invited",
                violation_error_message="De som svarade kan inte vara fler än de som fick frågan.",
            ),
            models.CheckConstraint(
                condition=Q(period_from=None)
                | Q(period_to=None)
                | Q(period_to__gte=F("period_from")),
                name="selfcheck_period_ends_after_it_begins",
                violation_error_message="Sista dagen kan inte vara före den första.",
            ),
            models.UniqueConstraint(
                fields=["plan", "occasion_on"], name="planned_check_opens_once"
            ),
            models.CheckConstraint(
                condition=Q(met=None, reviewed=None)
                | (
                    Q(met__isnull=False)
                    & Q(reviewed__gte=1)
                    & Q(met__lte=F("reviewed"))
                ),
                name="selfcheck_met_of_reviewed",
                violation_error_message="Antalet som uppfyller kravet kan inte vara fler än de granskade.",
            ),
            models.CheckConstraint(
                condition=Q(done_on=None) | ~Q(result="") | Q(reviewed__isnull=False),
                name="selfcheck_done_has_result",
                violation_error_message="En genomförd egenkontroll ska ha ett resultat.",
            ),
        ]

    @property
    def met_of_reviewed(self) -> str:
        """Return "X av Y", the way such results are told."""
        return f"{self.met} av {self.reviewed}"

    @property
    def response(self) -> Share | None:
        """Return how many of those who were asked answered, with the derived share."""
        if self.answered is None:
            return None
        return Share(self.answered, self.invited)

    @property
    def state_label(self) -> str:
        """Return where the check stands, in words."""
        return str(self.get_state_display())
