"""Lex Sarah: the reports that staff must make, and the case in which they are investigated."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from casework.models import Case, CaseQuerySet, Recusal
from deviations.models import CauseLevel, Deviation
from lexsarah.law.policy import SERIOUS, Degree
from organisation.access import paths_for, within
from organisation.models import Unit, sane_dates
from organisation.rights import Right


class DecidedBy(models.TextChoices):
    """Who decides, by the delegation of the board."""

    INVESTIGATOR = "investigator", "lex Sarah-utredare"
    COMMITTEE = "committee", "arbetsutskottet"
    CHAIR = "chair", "ordföranden"
    BOARD = "board", "nämnden"


class IvoOutcome(models.TextChoices):
    """What came back from the supervisory authority IVO."""

    WAITING = "waiting", "väntar"
    CLOSED = "closed", "avslutat utan åtgärd"
    REMARKS = "remarks", "avslutat med kritik"


class State(models.TextChoices):
    """Where in the process a case is; see lexsarah.process.workflow."""

    REPORTED = "reported", "ny"
    INVESTIGATING = "investigating", "utreds"
    PROPOSED = "proposed", "väntar på beslut"
    DECIDED = "decided", "beslutad"
    CLOSED = "closed", "avslutad"
    RETURNED = "returned", "tillbaka hos chefen"
    JOINED = "joined", "ingår i ett annat ärende"


class Area(models.TextChoices):
    """By which act the person concerned has, or may be considered for, support."""

    SOL = "sol", "socialtjänstlagen"
    LSS = "lss", "LSS"


class ActOrOmission(models.TextChoices):
    """Whether something was done, or was not done that should have been (SoL 27 kap. 2 §)."""

    ACT = "act", "något gjordes som inte skulle ha gjorts"
    OMISSION = "omission", "något gjordes inte som skulle ha gjorts"


class LexSarahQuerySet(CaseQuerySet["LexSarahCase"]):
    """Questions about lex Sarah cases."""

    def put_before(self, user: Any) -> Self:
        """Return the cases whose proposal a board's secretary prepares: the summary, never the case itself.

        What was decided stays there to be read, recorded and printed.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        units = (
            Unit.objects.filter(within(paths_for(user, Right.BOARD_PREPARE)))
            .order_by()
            .values("pk")
        )
        kept = Recusal.objects.filter(user=user).values("case")
        decided = self.model._default_manager.filter(
            decisions__body__in=["committee", "board", "chair"]
        )
        before = Q(state=State.PROPOSED) | Q(pk__in=decided.order_by().values("pk"))
        return self.filter(before, unit__in=units).exclude(pk__in=kept)

    def before_the_chair(self, user: Any) -> Self:
        """Return the cases in which a board's secretary may record that the chair decided alone.

        She knows them by their number and reads none of them; of what she reported or is recused from she
        knows nothing as a secretary (FL 16-18 §§).
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        units = (
            Unit.objects.filter(within(paths_for(user, Right.BOARD_PREPARE)))
            .order_by()
            .values("pk")
        )
        kept = Recusal.objects.filter(user=user).values("case")
        undecided = self.filter(
            state__in=[State.INVESTIGATING, State.PROPOSED], unit__in=units
        )
        return undecided.exclude(pk__in=kept).exclude(reporter=user)

    def similar_to(self, case: LexSarahCase) -> Self:
        """Return earlier cases of the same type or in the same unit, newest first, never protected ones."""
        alike = Q(unit=case.unit_id)
        if case.type:
            alike |= Q(type=case.type)
        earlier = (
            self.unprotected()
            .filter(alike, received_on__lte=case.received_on)
            .exclude(pk=case.pk)
        )
        return earlier.exclude(state=State.JOINED).order_by("-received_on", "-number")


class LexSarahCase(Case):
    """An investigation of a misconduct or a tangible risk; several reports may join one case."""

    state = models.CharField(
        "läge", max_length=20, choices=State, default=State.REPORTED
    )
    type = models.CharField("typ av händelse", max_length=100, blank=True)
    area = models.CharField("lag", max_length=5, choices=Area, default=Area.SOL)
    begun_on = models.DateField("togs emot", null=True, blank=True)
    immediate_measures = models.TextField("omedelbara åtgärder", blank=True)
    immediate_measures_on = models.DateField(
        "omedelbara åtgärder", null=True, blank=True
    )
    # The six questions (SOSFS 2011:5 5 kap.); what the reports say is put there when they come.
    event = models.TextField("vad som hände, och följderna", blank=True)
    noticed = models.TextField("när och hur det uppmärksammades", blank=True)
    happened = models.TextField("när det hände", blank=True)
    cause_level = models.CharField(
        "orsakens nivå", max_length=20, choices=CauseLevel, blank=True
    )
    cause_area = models.CharField("orsaksområde", max_length=100, blank=True)
    causes = models.TextField("varför det hände", blank=True)
    organisation_part = models.TextField("organisationens del", blank=True)
    happened_before = models.TextField("om något liknande har hänt förut", blank=True)
    may_recur = models.TextField("om det kan hända igen", blank=True)
    other_findings = models.TextField("vad som i övrigt kom fram", blank=True)
    unexpected_death = models.BooleanField(
        "oväntat dödsfall", default=False, db_default=False
    )
    assessment = models.TextField("bedömning", blank=True)
    proposed_degree = models.CharField(
        "föreslagen bedömning", max_length=30, choices=Degree, blank=True
    )
    summary = models.TextField("sammanfattning utan identitet", blank=True)
    no_measures_reason = models.TextField(
        "varför inga fler åtgärder behövs", blank=True
    )
    investigated_on = models.DateField("utredningen blev klar", null=True, blank=True)
    decided_on = models.DateField("beslutades", null=True, blank=True)
    decided_by = models.CharField(
        "beslutades av", max_length=20, choices=DecidedBy, blank=True
    )
    degree = models.CharField("bedömning", max_length=30, choices=Degree, blank=True)
    notify_decided_on = models.DateField("anmälan beslutades", null=True, blank=True)
    ivo_decided_by = models.CharField(
        "anmälan beslutades av", max_length=20, choices=DecidedBy, blank=True
    )
    ivo_notified_on = models.DateField("anmäldes till IVO", null=True, blank=True)
    investigation_sent_on = models.DateField(
        "utredningen skickades till IVO", null=True, blank=True
    )
    ivo_outcome = models.CharField(
        "IVO:s svar", max_length=20, choices=IvoOutcome, blank=True
    )
    ivo_answered_on = models.DateField("IVO svarade", null=True, blank=True)
    ivo_registry_number = models.CharField(
        "IVO:s diarienummer", max_length=60, blank=True
    )
    ivo_remarks = models.TextField("vad IVO skrev", blank=True)
    registry_number = models.CharField("diarienummer", max_length=60, blank=True)
    answer = models.TextField("återkoppling till den som rapporterade", blank=True)
    no_answer_reason = models.TextField("varför ingen återkoppling lämnas", blank=True)
    answered_on = models.DateField("återkopplades", null=True, blank=True)
    informed_on = models.DateField("den berörda informerades", null=True, blank=True)
    informed_how = models.TextField("hur den berörda informerades", blank=True)
    not_informed_reason = models.TextField(
        "varför den berörda inte informeras", blank=True
    )
    noted_in_file = models.BooleanField(
        "noterat i personakten", default=False, db_default=False
    )

    objects = LexSarahQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        """A decision has a date, a body and a degree, or it is not a decision."""

        constraints = [
            sane_dates(
                "begun_on",
                "immediate_measures_on",
                "investigated_on",
                "decided_on",
                "notify_decided_on",
                "ivo_notified_on",
                "investigation_sent_on",
                "ivo_answered_on",
                "answered_on",
                "informed_on",
                model="lexsarah",
            ),
            models.CheckConstraint(
                condition=Q(state__in=State.values)
                & Q(area__in=Area.values)
                & Q(cause_level__in=["", *CauseLevel.values])
                & Q(proposed_degree__in=["", *Degree.values]),
                name="lexsarah_known_words",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["decided", "closed"], decided_on__isnull=False)
                | Q(
                    state__in=[
                        "reported",
                        "investigating",
                        "proposed",
                        "returned",
                        "joined",
                    ],
                    decided_on=None,
                ),
                name="lexsarah_state_agrees_with_decision",
            ),
            models.CheckConstraint(
                condition=~Q(state="proposed")
                | ~Q(proposed_degree="") & ~Q(summary=""),
                name="lexsarah_proposal_is_whole",
                violation_error_message="Ett förslag ska ha bedömning och sammanfattning.",
            ),
            models.CheckConstraint(
                condition=Q(decided_on=None, decided_by="", degree="")
                | (
                    Q(decided_on__isnull=False)
                    & Q(decided_by__in=DecidedBy.values)
                    & Q(degree__in=Degree.values)
                ),
                name="lexsarah_decision_is_whole",
                violation_error_message="Ett beslut ska ha datum, beslutsfattare och bedömning.",
            ),
            models.CheckConstraint(
                condition=Q(
                    notify_decided_on=None, ivo_notified_on=None, ivo_decided_by=""
                )
                | Q(ivo_decided_by__in=DecidedBy.values),
                name="lexsarah_notification_is_decided",
                violation_error_message="En anmälan till IVO ska ha en beslutsfattare.",
            ),
            models.CheckConstraint(
                condition=Q(ivo_notified_on=None, ivo_outcome="")
                | Q(ivo_notified_on__isnull=False, ivo_outcome__in=IvoOutcome.values),
                name="lexsarah_notification_is_whole",
                violation_error_message="En anmälan till IVO ska ha datum, beslutsfattare och utfall.",
            ),
            models.CheckConstraint(
                # What was notified before it was decided may turn out less serious; it is not withdrawn.
                condition=Q(ivo_notified_on=None, notify_decided_on=None)
                | Q(degree__in=["", *SERIOUS])
                | Q(
                    ivo_notified_on__isnull=False, ivo_notified_on__lte=F("decided_on")
                ),
                name="lexsarah_only_serious_goes_to_ivo",
                violation_error_message="Bara allvarliga missförhållanden och risker för sådana anmäls.",
            ),
            models.CheckConstraint(
                condition=Q(investigation_sent_on=None)
                | Q(
                    investigation_sent_on__gte=F("ivo_notified_on"),
                    ivo_notified_on__isnull=False,
                ),
                name="lexsarah_investigation_follows_notification",
                violation_error_message="Utredningen kan inte skickas före anmälan.",
            ),
            models.CheckConstraint(
                condition=Q(ivo_answered_on=None)
                | Q(
                    ivo_answered_on__gte=F("ivo_notified_on"),
                    ivo_outcome__in=["closed", "remarks"],
                ),
                name="lexsarah_ivo_answers_a_notification",
                violation_error_message="IVO:s svar kan inte komma före anmälan.",
            ),
        ]

    @property
    def state_label(self) -> str:
        """Return where the case stands, in words."""
        return str(self.get_state_display())

    @property
    def is_serious(self) -> bool:
        """Tell whether what was decided is to be notified to IVO (SoL 27 kap. 6 §)."""
        return self.degree in SERIOUS

    @property
    def is_to_notify(self) -> bool:
        """Tell whether a notification is decided and not yet made."""
        return bool(self.ivo_decided_by) and self.ivo_notified_on is None


class LexSarahReport(models.Model):
    """One report of a misconduct or a tangible risk (SoL 27 kap. 2 §)."""

    # What may be empty and leads to a case whose readers read the row (casework.cases.policies).
    read_with = ("deviation",)

    # Whose a row is: the policies of the database ask it (casework.cases.policies).
    own_of = "reporter"

    case = models.ForeignKey(LexSarahCase, models.PROTECT, related_name="reports")
    number = models.CharField("nummer", max_length=40, unique=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    occurred_on = models.DateField("inträffade", null=True, blank=True)
    received_on = models.DateField("inkom")
    description = models.TextField("vad som hände")
    deviation = models.ForeignKey(
        Deviation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="lexsarah_reports",
    )
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="lexsarah_reports",
    )
    act = models.CharField(
        "handling eller underlåtenhet", max_length=10, choices=ActOrOmission, blank=True
    )
    noticed = models.TextField("när och hur det upptäcktes", blank=True)
    measures_taken = models.TextField("vad som gjordes genast", blank=True)
    happened_before = models.TextField("om det har hänt förut", blank=True)
    unexpected_death = models.BooleanField(
        "oväntat dödsfall", default=False, db_default=False
    )
    told_police = models.BooleanField("polisanmält", default=False, db_default=False)
    complemented_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        """Oldest first."""

        ordering = ["received_on", "number"]
        constraints = [
            sane_dates("occurred_on", "received_on", model="lexsarah_report"),
            models.CheckConstraint(
                condition=Q(occurred_on=None) | Q(occurred_on__lte=F("received_on")),
                name="lexsarah_report_occurs_before_it_is_received",
            ),
            models.CheckConstraint(
                condition=Q(act__in=["", *ActOrOmission.values]),
                name="lexsarah_report_known_act",
            ),
        ]
