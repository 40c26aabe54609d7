"""The facts that the steps of a lex Sarah case ask for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from django import forms

from casework.texts.case_forms import OtherCaseField
from casework.texts.forms import (
    CleanTextField,
    DayField,
    StepForm,
    line,
    radios,
    step_form,
)
from deviations.models import CauseLevel
from deviations.words import CAUSE_AREAS
from lexsarah.board.policies import rules_over
from lexsarah.law.policy import Body
from lexsarah.models import Area, Degree, IvoOutcome, LexSarahCase
from lexsarah.process.words import TYPES

_WHICH = "Välj ett av alternativen i listan."


class LexSarahStepForm(StepForm):
    """The facts of one step of a lex Sarah case."""

    instance: LexSarahCase

    class Meta(StepForm.Meta):
        """Take the fields from the step."""

        model = LexSarahCase

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer_degrees()
        if "immediate_measures" in self.fields and not self.instance.immediate_measures:
            said = self.instance.reports.exclude(measures_taken="").values_list(
                "measures_taken", flat=True
            )
            self.initial["immediate_measures"] = "\n\n".join(said)
        if isinstance(number := self.fields.get("duplicate_of"), OtherCaseField):
            number.user, number.instance = self.user, self.instance
            self.initial["duplicate_of"] = ""
        for name in self._unanswered():
            self.initial[name] = None
        for field in ("type", "cause_area"):
            self.keep_word(field)

    def _unanswered(self) -> Iterator[str]:
        """Yield the questions to which what is stored is no answer."""
        yield "proposed_degree"  # what was proposed before is no answer now
        if not self.instance.type:
            yield "area"  # nobody has said by which act yet
        if self.instance.ivo_outcome == IvoOutcome.WAITING:
            yield "ivo_outcome"

    def _offer_degrees(self) -> None:
        """Offer the degrees that the investigator decides, and to propose those that others decide."""
        rules = rules_over(self.instance.unit)
        if "degree" in self.fields:
            own = [degree for degree in Degree if degree in rules.investigators_own]
            self._offer("degree", own)
        if "proposed_degree" in self.fields:
            bodies = {degree: rules.body_for(degree) for degree in Degree}
            others = [
                degree for degree in Degree if bodies[degree] != Body.INVESTIGATOR
            ]
            self._offer("proposed_degree", others)

    def _offer(self, name: str, degrees: list[Degree]) -> None:
        choices = [(degree.value, degree.label.capitalize()) for degree in degrees]
        cast("forms.ChoiceField", self.fields[name]).choices = choices

    def clean(self) -> dict[str, Any]:
        """Ask for the organisation's part of an individual's cause, and for an answer or why not."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("cause_level") == CauseLevel.INDIVIDUAL and not said.get(
            "organisation_part"
        ):
            self.add_error(
                "organisation_part",
                "Skriv vad i organisationen som gjorde det möjligt. En enskild är aldrig hela orsaken.",
            )
        self._ask_for_one(
            said,
            "answer",
            "no_answer_reason",
            "Skriv återkopplingen, eller varför den inte lämnas.",
        )
        self._ask_for_one(
            said,
            "informed_on",
            "not_informed_reason",
            "Ange dagen, eller varför den berörda inte informeras.",
        )
        return said

    def _ask_for_one(
        self, said: dict[str, Any], first: str, other: str, message: str
    ) -> None:
        if not {first, other} <= self.fields.keys():
            return
        if not (said.get(first) or said.get(other) or first in self.errors):
            self.add_error(first, message)
        elif said.get(first) and said.get(other):
            self.add_error(other, "Lämna rutan tom när den andra är ifylld.")


def _text(label: str, needed: str = "", **options: Any) -> CleanTextField:
    """Ask for a text; ``needed`` is what to say when it is missing, nothing where it may be."""
    if needed:
        options["error_messages"] = {"required": needed}
    return CleanTextField(label=label, required=bool(needed), **options)


_FIELDS: dict[str, forms.Field] = {
    "immediate_measures": _text(
        "Vad gjordes genast?",
        "Skriv vad som gjordes genast, eller att inget gick att göra.",
        help_text="För att avhjälpa det som hände, skydda den det gäller och hindra att det händer igen.",
    ),
    "type": forms.ChoiceField(
        label="Typ av händelse",
        choices=[("", "Välj"), *((word, word) for word in TYPES)],
        error_messages={
            "required": "Välj den typ som passar bäst.",
            "invalid_choice": _WHICH,
        },
    ),
    "area": radios(
        "Vilken lag gäller insatsen?", Area.choices, "Välj vilken lag det gäller."
    ),
    "event": _text(
        "Vad hände, och vilka blev följderna?",
        "Beskriv vad som hände och vilka följderna blev.",
        rows=10,
        help_text="Rapporten står redan här. Lägg till det som utredningen visar. Skriv inga namn.",
    ),
    "noticed": _text(
        "När och hur uppmärksammades det?",
        "Skriv när och hur händelsen uppmärksammades.",
        rows=3,
    ),
    "happened": _text("När hände det?", rows=2),
    "unexpected_death": forms.BooleanField(
        label="Det gäller ett oväntat dödsfall", required=False
    ),
    "cause_level": radios(
        "Var i organisationen ligger orsaken?",
        CauseLevel.choices,
        "Välj var i organisationen orsaken ligger.",
    ),
    "cause_area": forms.ChoiceField(
        label="Orsaksområde",
        choices=[("", "Välj"), *((word, word) for word in CAUSE_AREAS)],
        error_messages={
            "required": "Välj det orsaksområde som passar bäst.",
            "invalid_choice": _WHICH,
        },
    ),
    "causes": _text(
        "Varför hände det?",
        "Skriv vilka orsaker utredningen har funnit.",
        help_text="Vad i arbetssätt, rutiner, bemanning, kunskap, system eller ledning gjorde det möjligt?",
    ),
    "organisation_part": _text(
        "Vad i organisationen gjorde det möjligt?",
        rows=4,
        help_text="Behövs när orsaken ligger hos en enskild.",
    ),
    "happened_before": _text(
        "Har något liknande hänt förut, och varför hände det igen?",
        "Skriv om något liknande har hänt förut.",
        rows=4,
        help_text="Liknande ärenden står på ärendets sida.",
    ),
    "may_recur": _text(
        "Kan det hända igen?", "Skriv om det kan hända igen, och varför.", rows=4
    ),
    "other_findings": _text("Vad kom i övrigt fram?", rows=4),
    "assessment": _text(
        "Bedömning",
        "Skriv hur du bedömer händelsen, och varför.",
        help_text="Hotades eller skadades någons liv, säkerhet eller hälsa? Hur allvarligt var det?",
    ),
    "degree": radios("Vad visar utredningen?", Degree.choices, "Välj en bedömning."),
    "proposed_degree": radios(
        "Vad föreslår du?", Degree.choices, "Välj den bedömning som du föreslår."
    ),
    "summary": _text(
        "Sammanfattning till dem som beslutar",
        "Skriv en sammanfattning som går att läsa utan att någon kan kännas igen.",
        rows=8,
        help_text="Utan namn, adress, diarienummer i personakt och annat som gör att någon kan kännas igen.",
    ),
    "no_measures_reason": _text(
        "Varför behövs inga fler åtgärder?",
        rows=2,
        help_text="Fyll i bara om ärendet inte har någon åtgärd.",
    ),
    "duplicate_of": OtherCaseField(
        LexSarahCase,
        label="Numret på ärendet som rapporten ska ingå i",
        help_text="Till exempel LS-2026-0012. Rapporterna flyttas dit och utreds tillsammans.",
        error_messages={"required": "Skriv numret på det andra ärendet."},
    ),
    "reason": _text(
        "Varför?", "Skriv varför, så att den som läser ärendet förstår.", rows=3
    ),
    "on": DayField(
        label="Beslutsdag",
        error_messages={"required": "Ange vilken dag beslutet fattades."},
    ),
    "paragraph": line("Paragraf eller beslutsnummer", longest=20),
    "motive": _text("Varför väntade beslutet inte?", rows=3),
    "ivo_notified_on": DayField(
        label="Vilken dag skickades anmälan?",
        error_messages={"required": "Ange vilken dag anmälan skickades."},
    ),
    "registry_number": line("Diarienummer", longest=60),
    "investigation_sent_on": DayField(
        label="Vilken dag skickades hela utredningen?",
        error_messages={"required": "Ange vilken dag utredningen skickades."},
    ),
    "ivo_outcome": radios(
        "Vad svarade IVO?",
        [choice for choice in IvoOutcome.choices if choice[0] != IvoOutcome.WAITING],
        "Välj vad IVO svarade.",
    ),
    "ivo_answered_on": DayField(
        label="Vilken dag kom svaret?",
        error_messages={"required": "Ange vilken dag svaret kom."},
    ),
    "ivo_registry_number": line("IVO:s diarienummer", longest=60),
    "ivo_remarks": _text("Vad skrev IVO?", rows=4),
    "answer": _text(
        "Återkoppling",
        help_text="Den som rapporterade läser texten som den står. Skriv vad ni kom fram till.",
    ),
    "no_answer_reason": _text(
        "Varför lämnas ingen återkoppling?",
        rows=2,
        help_text="Fyll i bara om du inte återkopplar.",
    ),
    "informed_on": DayField(
        label="Vilken dag informerades den berörda?", required=False
    ),
    "informed_how": _text("Hur, och av vem?", rows=2),
    "not_informed_reason": _text(
        "Varför informeras inte den berörda?",
        rows=2,
        help_text="Fyll i bara om ingen har informerats.",
    ),
    "noted_in_file": forms.BooleanField(
        label="Det är noterat i personakten", required=False
    ),
}


def lexsarah_step_form(fields: tuple[str, ...]) -> type[StepForm]:
    """Return the form that asks for the facts of a step."""
    known = dict(_FIELDS)
    if fields == ("registry_number",):
        known["registry_number"] = line(
            "Diarienummer", "Skriv diarienumret.", longest=60
        )
    return step_form(LexSarahStepForm, known, fields)
