"""Improvement measures, from proposal to effect (SOSFS 2011:9 5 kap. 7-8 §§)."""

from __future__ import annotations

import datetime as dt
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.utils import timezone

from casework.kinds import opening_roles
from casework.models.case import Case, Recusal, opened_to
from organisation.access import held_by, reaches_far, under
from organisation.models import sane_dates
from organisation.rights import Right


class ActionLevel(models.TextChoices):
    """At whom or what the measure is aimed."""

    INDIVIDUAL = "individual", "enskild medarbetare"
    GROUP = "group", "arbetsgrupp"
    UNIT = "unit", "enhet"
    DEPARTMENT = "department", "avdelning"
    ADMINISTRATION = "administration", "förvaltning"
    BOARD = "board", "nämnd"


# What aims above the unit is decided above it, and is no part of the work with one case.
UPPER_LEVELS = (ActionLevel.DEPARTMENT, ActionLevel.ADMINISTRATION, ActionLevel.BOARD)


class Effect(models.TextChoices):
    """Whether the measure helped."""

    YES = "yes", "ja"
    PARTLY = "partly", "delvis"
    NO = "no", "nej"


class ActionQuerySet(models.QuerySet["Action"]):
    """Questions about actions; each begins with the cases that may be read."""

    def visible_to(self, user: Any) -> Self:
        """Return the actions of the cases that a person may handle, and those he or she is to do."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        board = _is_put_before(user)
        if reaches_far(user, opening_roles()):
            return self.filter(
                opened_to(user, case="case__") | _is_to_be_done_by(user) | board
            )
        # Ways over several tables: each is found by its own indexes, which none could be for all of them.
        handled = Action.objects.filter(
            case__in=Case.objects.handled_by(user).order_by().values("pk")
        )
        others = [
            _keys(Action.objects.filter(which))
            for which in (_is_to_be_done_by(user), board)
        ]
        return self.filter(pk__in=_keys(handled).union(*others, all=True))

    def put_before(self, user: Any) -> Self:
        """Return the measures of a board that its secretary makes notes of, never the case around them."""
        return self.filter(_is_put_before(user))

    def proposed(self) -> Self:
        """Return the actions that nobody has decided or turned down."""
        return self.filter(decided_on=None, rejected_on=None)

    def to_be_done_by(self, user: Any) -> Self:
        """Return the actions that a person is to do; whoever is recused from the case is not told of it."""
        return self.filter(_is_to_be_done_by(user))

    def that_count(self) -> Self:
        """Return the actions that count as what is done about a case: those that nobody has given up."""
        return self.filter(rejected_on=None)

    def ongoing(self) -> Self:
        """Return the actions that are decided and neither done nor given up."""
        return self.filter(decided_on__isnull=False, done_on=None, rejected_on=None)

    def overdue(self, *, on: dt.date | None = None) -> Self:
        """Return the ongoing actions whose last day has passed."""
        return self.ongoing().filter(due_on__lt=on or timezone.localdate())

    def awaiting_effect(self) -> Self:
        """Return the actions that are done and whose effect nobody has judged."""
        return self.filter(
            done_on__isnull=False, effect="", effect_due_on__isnull=False
        )

    def numbered(self) -> Self:
        """Return the actions with their place in the case, in the order written: what an address says.

        An action is never removed, so that a place never becomes another action's.
        """
        so_far = Action.objects.filter(
            case=OuterRef("case"), pk__lte=OuterRef("pk")
        ).order_by()
        return self.annotate(
            place=Subquery(so_far.values("case").annotate(n=Count("pk")).values("n"))
        )

    def listed(self) -> Self:
        """Return the actions as the page of their case shows them."""
        return self.numbered().select_related("owner")

    def aim_at_individuals_alone(self) -> bool:
        """Tell whether every action that is not given up is aimed at an individual, none at how we work."""
        levels = {action.level for action in self if action.rejected_on is None}
        return levels == {ActionLevel.INDIVIDUAL}


def _is_to_be_done_by(user: Any) -> Q:
    recused = Recusal.objects.filter(user=user.pk, case=OuterRef("case"))
    return Q(~Exists(recused), owner=user.pk, case__protected=False)


def _keys(actions: ActionQuerySet) -> Any:
    return actions.order_by().values("pk")


def _is_put_before(user: Any) -> Q:
    held = [one for one in held_by(user) if one.role in Right.BOARD_PREPARE.roles]
    kept_out = Recusal.objects.filter(user=user.pk, case=OuterRef("case"))
    of_board = Q(~Exists(kept_out), level=ActionLevel.BOARD, case__protected=False)
    return of_board & under(held, "case__unit") & ~Q(case__reporter=user.pk)


class Action(models.Model):
    """An improvement measure that came out of a case (SOSFS 2011:9 5 kap. 7-8 §§)."""

    # Whose a row is: the policies of the database ask it (casework.cases.policies).
    own_of = "owner"

    case = models.ForeignKey(Case, models.PROTECT, related_name="actions")
    text = models.TextField("vad som ska göras")
    category = models.CharField("slag av åtgärd", max_length=100, blank=True)
    level = models.CharField("nivå", max_length=20, choices=ActionLevel, blank=True)
    improved_routine = models.TextField(
        "process eller rutin som förbättrats", blank=True
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="actions",
        verbose_name="görs av",
    )
    # An action without decision is proposed; one that is decided is done, or not yet, or never.
    decided_on = models.DateField("beslutades", null=True, blank=True)
    # Where a board's minutes say so.
    paragraph = models.CharField(
        "beslutets paragraf", max_length=60, blank=True, default="", db_default=""
    )
    due_on = models.DateField("klar senast", null=True, blank=True)
    done_on = models.DateField("genomfördes", null=True, blank=True)
    rejected_on = models.DateField("avslogs", null=True, blank=True)
    rejected_reason = models.TextField("varför den inte genomförs", blank=True)
    effect_measure = models.TextField("hur effekten kontrolleras", blank=True)
    effect_due_on = models.DateField("effekten kontrolleras", null=True, blank=True)
    effect = models.CharField("effekt", max_length=10, choices=Effect, blank=True)
    effect_on = models.DateField("effekten kontrollerades", null=True, blank=True)
    effect_note = models.TextField("vad uppföljningen visade", blank=True)
    follows = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="followed_by",
        editable=False,
    )
    version = models.PositiveIntegerField(default=0, db_default=0, editable=False)

    place: int  # given by ActionQuerySet.numbered

    objects = ActionQuerySet.as_manager()

    class Meta:
        """Oldest decision first, proposals last."""

        ordering = ["decided_on", "pk"]
        indexes = [
            models.Index(
                fields=["due_on", "id"],
                condition=Q(done_on=None, rejected_on=None),
                name="action_left_by_day",
            )
        ]
        constraints = [
            sane_dates(
                "decided_on",
                "due_on",
                "done_on",
                "rejected_on",
                "effect_due_on",
                "effect_on",
                model="action",
            ),
            models.CheckConstraint(
                condition=Q(level__in=[*ActionLevel.values, ""]),
                name="action_known_level",
            ),
            models.CheckConstraint(
                condition=Q(done_on=None)
                | Q(decided_on__isnull=False, done_on__gte=F("decided_on")),
                name="action_done_after_it_is_decided",
                violation_error_message="En åtgärd kan inte vara genomförd före beslutet.",
            ),
            models.CheckConstraint(
                condition=Q(rejected_on=None) | Q(done_on=None),
                name="action_is_done_or_rejected",
            ),
            models.CheckConstraint(
                condition=Q(rejected_on=None) | ~Q(rejected_reason=""),
                name="rejected_action_has_a_reason",
                violation_error_message="Skriv varför åtgärden inte genomförs.",
            ),
            models.CheckConstraint(
                condition=Q(effect="", effect_on=None)
                | Q(
                    effect__in=Effect.values,
                    effect_on__isnull=False,
                    done_on__isnull=False,
                ),
                name="action_effect_is_judged_when_done",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_proposed(self) -> bool:
        """Tell whether the action waits for a decision."""
        return self.decided_on is None and self.rejected_on is None

    @property
    def is_overdue(self) -> bool:
        """Tell whether the last day has passed and the action is not done."""
        ongoing = (
            self.decided_on is not None
            and self.done_on is None
            and self.rejected_on is None
        )
        return (
            ongoing and self.due_on is not None and self.due_on < timezone.localdate()
        )

    @property
    def carried_from(self) -> str:
        """Return in Swedish which earlier year an action that goes on was decided in, or nothing."""
        year = self.decided_on.year if self.decided_on else timezone.localdate().year
        is_left = self.done_on is None and self.rejected_on is None
        return f"Från {year}" if is_left and year < timezone.localdate().year else ""

    @property
    def tone(self) -> str:
        """Return the tone of the state: a colour for what is to be done, and for what came of it."""
        if self.effect:
            return {"yes": "good", "partly": "warn", "no": "bad"}[self.effect]
        if self.is_overdue:
            return "bad"
        return "neutral" if self.rejected_on else "info"

    @property
    def state(self) -> str:
        """Return in Swedish where the action stands."""
        if self.rejected_on:
            return "genomförs inte"
        if self.effect:
            return {
                "yes": "hade effekt",
                "partly": "hade delvis effekt",
                "no": "hade ingen effekt",
            }[self.effect]
        if self.done_on:
            return "genomförd"
        if self.is_overdue:
            return "försenad"
        return "pågår" if self.decided_on else "föreslagen"
