"""What is asked about an improvement measure."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone

from casework.improvement.actions import FACTS
from casework.models import Action, ActionLevel, Case, Effect
from casework.process.deadlines import next_workday
from casework.texts.forms import CleanTextField, DayField, VersionedForm
from organisation.access import paths_above
from organisation.models import EARLIEST, LATEST, Membership, User

CATEGORIES = (
    "Rutin reviderad",
    "Ny rutin",
    "Påminnelse om rutin",
    "Genomgång i grupp",
    "Information",
    "Utbildning",
    "Handledning",
    "Arbetsledning",
    "Arbetsfördelning",
    "Resurser",
    "Ansvar förtydligat",
    "Uppföljningsstruktur",
    "It-system",
    "Åtgärd i enskilt ärende",
)
# Suggestions of the product, not law: soon enough to be done, late enough to be seen.
DAYS_TO_DO, DAYS_TO_SEE = 30, 90


class PlannedDay(forms.DateField):
    """A day that something is planned for."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=widget, input_formats=["%Y-%m-%d", "%Y%m%d"], **options)
        self.error_messages["invalid"] = (
            "Skriv dagen som år-månad-dag, till exempel 2026-03-01."
        )

    def clean(self, value: Any) -> Any:
        """Refuse days that no register can hold."""
        day = super().clean(value)
        if day is not None and not EARLIEST <= day < LATEST:
            raise forms.ValidationError("Ange en dag mellan år 1900 och 2200.")
        return day


class OwnerChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A person, by name."""

    def __init__(self, **options: Any) -> None:
        errors = {
            "required": "Välj vem som ansvarar.",
            "invalid_choice": "Välj en person i listan.",
        }
        super().__init__(User.objects.none(), error_messages=errors, **options)


def possible_owners(case: Case) -> QuerySet[User]:
    """Return who can be given an action: who works in the case's unit or above it, and may know of it."""
    held = Membership.objects.valid().filter(unit__path__in=paths_above(case.unit))
    people = User.objects.filter(is_active=True, pk__in=held.values("user"))
    if case.protected:
        people = people.filter(pk__in=case.named_readers.values("user"))
    return people.exclude(pk__in=case.recusals.values("user"))


class VerbForm(VersionedForm):
    """What one verb asks about an action."""

    instance: Action

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user


class ActionForm(VerbForm):
    """An action: what, at whom it is aimed, who does it, by when, and how one will see that it helped."""

    text = CleanTextField(
        label="Vad ska göras?",
        rows=3,
        help_text="Skriv så att någon annan kan se när det är gjort. Inga namn.",
        error_messages={"required": "Skriv vad som ska göras."},
    )
    level = forms.ChoiceField(
        label="Vem eller vad riktar sig åtgärden till?",
        choices=[(level.value, level.label.capitalize()) for level in ActionLevel],
        widget=forms.RadioSelect,
        help_text=(
            "Åtgärder som ändrar hur vi arbetar hindrar oftare att det händer igen. Det som gäller "
            "avdelningen, förvaltningen eller nämnden blir ett förslag, om du inte själv beslutar där."
        ),
        error_messages={
            "required": "Välj vem eller vad åtgärden riktar sig till.",
            "invalid_choice": "Välj ett av svaren.",
        },
    )
    owner = OwnerChoice(label="Vem ansvarar?", empty_label="Välj")
    due_on = PlannedDay(
        label="Klar senast",
        error_messages={"required": "Ange vilken dag åtgärden ska vara klar."},
    )
    effect_measure = CleanTextField(
        label="Hur ser ni att den hjälper?",
        required=False,
        rows=2,
        help_text="Till exempel: tio granskade beslut i mars, alla har rätt mottagare.",
    )
    effect_due_on = PlannedDay(label="När följer ni upp effekten?", required=False)
    category = forms.ChoiceField(
        label="Slag av åtgärd",
        required=False,
        error_messages={"invalid_choice": "Välj ett av alternativen i listan."},
    )
    improved_routine = CleanTextField(
        label="Vilken process eller rutin förbättras?",
        required=False,
        max_length=200,
        widget=forms.TextInput(),
    )

    class Meta:
        """What an action says when it is decided."""

        model = Action
        fields = FACTS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = possible_owners(self.instance.case)
        if self.instance.owner_id:
            people = User.objects.filter(
                Q(pk__in=people.values("pk")) | Q(pk=self.instance.owner_id)
            )
        cast("OwnerChoice", self.fields["owner"]).queryset = people
        own_words = {self.instance.category} - {"", *CATEGORIES}
        words = [
            ("", "Välj om du vet"),
            *((word, word) for word in (*CATEGORIES, *own_words)),
        ]
        cast("forms.ChoiceField", self.fields["category"]).choices = words
        if self.instance.pk is None:
            today = timezone.localdate()
            self.initial["owner"] = self.user.pk
            self.initial["due_on"] = next_workday(today + dt.timedelta(days=DAYS_TO_DO))
            self.initial["effect_due_on"] = next_workday(
                today + dt.timedelta(days=DAYS_TO_SEE)
            )

    def clean(self) -> dict[str, Any]:
        """Ask for days that lie ahead, unless they were there before, and in their order."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        due, seen = said.get("due_on"), said.get("effect_due_on")
        for name, day in (("due_on", due), ("effect_due_on", seen)):
            if day and day < timezone.localdate() and name in self.changed_data:
                self.add_error(name, "Ange i dag eller en dag som kommer.")
        if due and seen and seen < due:
            self.add_error(
                "effect_due_on",
                "Följ upp effekten tidigast den dag åtgärden ska vara klar.",
            )
        return said

    def keep_typed(self, fresh: Any) -> list[tuple[str, str]]:
        """Let what was typed be sent again; a person who is the same is not what another has written."""
        theirs = super().keep_typed(fresh)
        same = fresh.owner == self.cleaned_data.get("owner")
        return [
            row for row in theirs if not (same and row[0] == self.fields["owner"].label)
        ]


class BoardDecisionForm(VerbForm):
    """When a board decided a measure, and where its minutes say so."""

    decided_on = DayField(
        label="Vilken dag beslutade nämnden?",
        error_messages={"required": "Ange dagen för nämndens beslut."},
    )
    paragraph = CleanTextField(
        label="Paragraf i protokollet",
        max_length=60,
        widget=forms.TextInput(),
        help_text="Till exempel § 41.",
        error_messages={
            "required": "Skriv vilken paragraf i protokollet som säger det."
        },
    )

    class Meta:
        """Day and paragraph."""

        model = Action
        fields = ("decided_on", "paragraph")


class FinishForm(VerbForm):
    """When an action was done."""

    done_on = DayField(
        label="När blev åtgärden klar?",
        error_messages={"required": "Ange vilken dag åtgärden blev klar."},
    )

    class Meta:
        """One day."""

        model = Action
        fields = ("done_on",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["done_on"] = timezone.localdate()

    def clean_done_on(self) -> dt.date:
        """Refuse a day before the decision."""
        done: dt.date = self.cleaned_data["done_on"]
        decided = self.instance.decided_on
        if decided and done < decided:
            raise forms.ValidationError(
                f"Åtgärden beslutades {decided}. Ange den dagen eller en senare."
            )
        return done


class EffectForm(VerbForm):
    """Whether an action helped, and how one knows."""

    effect = forms.ChoiceField(
        label="Hade åtgärden effekt?",
        choices=[(effect.value, effect.label.capitalize()) for effect in Effect],
        widget=forms.RadioSelect,
        error_messages={
            "required": "Svara om åtgärden hade effekt.",
            "invalid_choice": "Välj ett av svaren.",
        },
    )
    effect_note = CleanTextField(
        label="Vad visade uppföljningen?",
        rows=4,
        help_text="Skriv hur du vet: vad du har granskat, räknat eller frågat om.",
        error_messages={"required": "Skriv vad uppföljningen visade."},
    )

    class Meta:
        """The answer and what it rests on."""

        model = Action
        fields = ("effect", "effect_note")


class RejectForm(VerbForm):
    """Why an action is given up."""

    rejected_reason = CleanTextField(
        label="Varför genomförs den inte?",
        rows=3,
        error_messages={"required": "Skriv varför åtgärden inte genomförs."},
    )

    class Meta:
        """The reason."""

        model = Action
        fields = ("rejected_reason",)


class ReopenForm(VerbForm):
    """Nothing but that it is meant."""

    class Meta:
        """No facts."""

        model = Action
        fields: tuple[str, ...] = ()
