"""What a board's secretary writes down: a meeting, a decision in it, and what the chair decided alone."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone

from casework.texts.forms import CleanTextField, DayField, radios
from lexsarah.board.meetings import BODIES, Item
from lexsarah.law.policy import RANK, SERIOUS, Body, Rules
from lexsarah.models import Decision, Degree, LexSarahCase, Meeting
from organisation.models import EARLIEST, Unit, User

YES_OR_NO = (("yes", "ja"), ("no", "nej"))
# What a button asks for: what is to be read in words first, and how it is confirmed afterwards.
DECIDE, SEND_BACK, CHANGE = "beslut", "aterremiss", "andra"
CONFIRMED = {DECIDE: "anteckna-beslut", SEND_BACK: "anteckna-aterremiss"}
FURTHEST = dt.timedelta(days=2 * 366)
_BARE_NUMBER = re.compile(r"§?\s*([0-9]+)")


class ComingDayField(DayField):
    """A day that has been or is to come within two years."""

    def clean(self, value: Any) -> Any:
        """Refuse days that nobody plans for."""
        day = forms.DateField.clean(self, value)
        if day is not None and not EARLIEST <= day <= timezone.localdate() + FURTHEST:
            raise forms.ValidationError("Ange en dag högst två år framåt.")
        return day


class MeetingForm(forms.Form):
    """A day on which a body meets."""

    unit = forms.ModelChoiceField(
        Unit.objects.none(),
        label="Förvaltning",
        to_field_name="code",
        error_messages={
            "required": "Välj en förvaltning.",
            "invalid_choice": "Välj en av förvaltningarna.",
        },
    )
    body = radios(
        "Vilka sammanträder?",
        [(body.value, str(body.label)) for body in BODIES.values()],
        "Välj vilka som sammanträder.",
        initial="committee",
    )
    on = ComingDayField(
        label="Dag", error_messages={"required": "Ange vilken dag sammanträdet är."}
    )

    def __init__(self, *args: Any, units: list[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = units
        chosen: Any = self.fields["unit"]
        chosen.queryset = Unit.objects.filter(pk__in=[unit.pk for unit in units])
        chosen.label_from_instance = lambda unit: unit.name
        if len(units) == 1:
            del self.fields["unit"]

    @property
    def unit_chosen(self) -> Unit:
        """Return the administration: the only one there is, or the one that was chosen."""
        chosen: Unit = self.cleaned_data.get("unit") or self.units[0]
        return chosen


class ParagraphField(CleanTextField):
    """A paragraph of the minutes, or the number of a decision."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=20, widget=forms.TextInput(), **options)

    def to_python(self, value: Any) -> str:
        """Return it on one line, as minutes write it: a bare number is a paragraph."""
        text = " ".join(super().to_python(value).split())
        bare = _BARE_NUMBER.fullmatch(text)
        return f"§ {bare[1]}" if bare else text


class DecisionForm(forms.Form):
    """What a body decided in a case: nothing is filled in, every answer is the secretary's own."""

    degree = radios("Bedömning", Degree.choices, "Välj en bedömning.")
    approves_measures = radios(
        "Är åtgärderna tillräckliga?", YES_OR_NO, "Svara om åtgärderna är tillräckliga."
    )
    notifies = radios(
        "Anmäls händelsen till IVO?", YES_OR_NO, "Svara om händelsen anmäls till IVO."
    )
    paragraph = ParagraphField(
        label="Paragraf",
        error_messages={
            "required": "Skriv vilken paragraf beslutet har i protokollet, till exempel § 12."
        },
    )
    motive = CleanTextField(
        label="Skäl",
        required=False,
        rows=2,
        help_text="Behövs om ärendet återremitteras. Skriv inga namn.",
    )
    seen_version = forms.IntegerField(
        widget=forms.HiddenInput, min_value=0, max_value=2_000_000_000
    )

    ABOUT_THE_CASE = ("degree", "approves_measures", "notifies")

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        item: Item,
        meeting: Meeting,
        rules: Rules,
    ) -> None:
        number = item.case.number
        super().__init__(
            data, prefix=number, initial={"seen_version": item.case.version}
        )
        self.item, self.meeting, self.rules = item, meeting, rules
        does = data.get("do", "") if data is not None else ""
        self.sends_back = does in {SEND_BACK, CONFIRMED[SEND_BACK]}

    def typed_again(self, data: QueryDict) -> None:
        """Show what was typed as it stood, to be changed before it is recorded."""
        for name in self.fields:
            self.initial[name] = data.get(self.add_prefix(name), "")

    def clean_degree(self) -> str:
        """Refuse what only a higher body decides."""
        degree: str = self.cleaned_data["degree"]
        body = self.rules.body_for(degree)
        if RANK[body] > RANK[Body(self.meeting.body)]:
            raise forms.ValidationError(
                f"Enligt er ordning beslutar {body.label} om den bedömningen."
            )
        return degree

    def clean(self) -> dict[str, Any]:
        """Ask for what a referral lacks; hold degree and notification together (SoL 27 kap. 6 §)."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if self.sends_back:
            for name in self.ABOUT_THE_CASE:
                self.errors.pop(name, None)
            if not said.get("motive") and "motive" not in self.errors:
                self.add_error("motive", "Skriv vad som behöver utredas mer.")
            return said
        if not {"degree", "notifies"} <= said.keys():
            return said
        if said["degree"] in SERIOUS and said["notifies"] == "no":
            law = self.item.law("notify")
            self.add_error(
                "notifies", f"Det som är allvarligt ska anmälas till IVO, se {law}."
            )
        elif said["degree"] not in SERIOUS and said["notifies"] == "yes":
            self.add_error(
                "notifies",
                "Bara det som är allvarligt, eller en risk för det, anmäls till IVO.",
            )
        return said

    @property
    def decision(self) -> Decision:
        """Return what would be recorded, unsaved: it is read in words before it is."""
        said = {name: value for name, value in self.facts.items() if name != "motive"}
        outcome = (
            Decision.Outcome.SENT_BACK if self.sends_back else Decision.Outcome.DECIDED
        )
        about = {
            "body": self.meeting.body,
            "on": self.meeting.on,
            "reason": self.facts["motive"],
        }
        return Decision(outcome=outcome, **about, **said)

    @property
    def facts(self) -> dict[str, Any]:
        """Return what was decided, as the verb takes it."""
        said = self.cleaned_data
        about = {"paragraph": said["paragraph"], "motive": said["motive"]}
        if self.sends_back:
            return about
        return about | {
            "degree": said["degree"],
            "approves_measures": said["approves_measures"] == "yes",
            "notifies": said["notifies"] == "yes",
        }

    def is_recorded_as(self, decision: Decision, actor: User) -> bool:
        """Tell whether a decision is this very form, sent once already."""
        if (
            not self.is_valid()
            or decision.recorded_by_id != actor.pk
            or decision.meeting_id != self.meeting.pk
        ):
            return False
        sent_back = decision.outcome == Decision.Outcome.SENT_BACK
        recorded: dict[str, Any] = {
            "paragraph": decision.paragraph,
            "motive": decision.reason,
        }
        if not sent_back:
            recorded |= {
                "degree": decision.degree,
                "approves_measures": decision.approves_measures,
                "notifies": decision.notifies,
            }
        return sent_back == self.sends_back and recorded == self.facts

    @property
    def typed(self) -> list[tuple[str, str]]:
        """Return what was typed, in words, to be shown where the form itself no longer has a place."""
        shown = []
        for bound in self.visible_fields():
            choices: Any = getattr(bound.field, "choices", ())
            said = str(bound.data or "")
            shown.append((str(bound.label), str(dict(choices).get(said, said))))
        return [(label, words) for label, words in shown if words]

    def renew(self) -> None:
        """Let what was typed be sent again on top of the case as it is now."""
        data = QueryDict(mutable=True)
        data.update(self.data)
        data[self.add_prefix("seen_version")] = str(self.item.case.version)
        self.data = data


class ChairForm(forms.Form):
    """What the chair decided between meetings: that IVO is told before the case is done."""

    number = forms.CharField(
        label="Ärendets nummer",
        max_length=40,
        help_text="Till exempel LS-2026-0012. Det står i underlaget som ordföranden fick.",
        error_messages={"required": "Skriv ärendets nummer."},
    )
    on = DayField(
        label="Vilken dag beslutade ordföranden?",
        error_messages={"required": "Ange vilken dag ordföranden beslutade."},
    )
    paragraph = ParagraphField(label="Paragraf eller beslutsnummer", required=False)
    motive = CleanTextField(
        label="Varför väntade beslutet inte?",
        required=False,
        rows=3,
        help_text="Skriv inga namn.",
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_number(self) -> LexSarahCase:
        """Return the case; one that the secretary may not know of is as unknown as one that is not there."""
        number = self.cleaned_data["number"].upper()
        found = (
            LexSarahCase.objects.before_the_chair(self.user)
            .filter(number=number)
            .first()
        )
        if found is None:
            raise forms.ValidationError(
                "Det finns inget sådant ärende som ordföranden kan besluta om. Kontrollera numret."
            )
        return found

    def clean(self) -> dict[str, Any]:
        """Refuse a decision from before the case was there."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        case, day = said.get("number"), said.get("on")
        if case and day and day < case.received_on:
            self.add_error(
                "on", "Ordföranden kan inte ha beslutat innan ärendet kom in."
            )
        return said
