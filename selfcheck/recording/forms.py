"""Forms in which a self-check is begun, made, drawn and answered."""

from __future__ import annotations

from typing import Any, cast

from django import forms

from casework.improvement.action_forms import PlannedDay
from casework.improvement.routine_forms import offer_routines, routine_field
from casework.texts.forms import (
    CleanTextField,
    DayField,
    OnceForm,
    StepForm,
    line,
    radios,
    step_form,
)
from organisation.access import units_for
from organisation.lists.forms import UnitChoice, offer_units
from organisation.models import User
from organisation.rights import Right
from selfcheck.models import (
    Answer,
    Draw,
    Finding,
    Method,
    SelfCheck,
    Series,
    TemplateVersion,
)
from selfcheck.process.services import MOST_DRAWN
from selfcheck.series.forms import MonthField
from selfcheck.series.measuring import cited_by

_MOST = 1_000_000
NO_NUMBERS = "Ta bort personnumret."


def whole_number(
    label: str, required: str = "", *, least: int = 0, most: int = _MOST, **options: Any
) -> forms.IntegerField:
    """Return a field for a whole number; ``required`` is the message when it is missing, if it may not be."""
    errors = {
        "required": required,
        "invalid": "Skriv ett helt tal med siffror.",
        "min_value": "Skriv minst %(limit_value)s.",
        "max_value": "Skriv högst %(limit_value)s.",
    }
    return forms.IntegerField(
        label=label,
        required=bool(required),
        min_value=least,
        max_value=most,
        error_messages=errors,
        **options,
    )


class BeginForm(OnceForm):
    """A new self-check: its title, place, method and day."""

    title = line("Vad ska kontrolleras?", "Skriv vad som ska kontrolleras.")
    unit = UnitChoice(label="Vilken enhet?", empty_label="Välj enhet")
    workplace = line(
        "Vilken verksamhet gäller det?",
        "Skriv vilken verksamhet det gäller.",
        longest=300,
    )
    method = radios("Hur görs den?", Method.choices, "Välj hur den görs.")
    why = CleanTextField(label="Varför görs den?", required=False, rows=2)
    process = routine_field("Vilken process eller rutin kontrolleras?")
    planned_on = PlannedDay(
        label="När ska den vara klar?",
        error_messages={"required": "Ange vilken dag den ska vara klar."},
    )

    def __init__(
        self,
        *args: Any,
        user: User,
        template: TemplateVersion | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        offer_units(self, units_for(user, Right.SELFCHECK_PLAN).valid())
        offer_routines(self)
        if template is not None:  # the template says how
            del self.fields["method"]


class DrawForm(forms.Form):
    """A random draw: how many, out of how many, and of which population."""

    of = radios(
        "Vad ska du dra ur?",
        [
            choice for choice in Draw.Of.choices if choice[0] != Draw.Of.PLACES
        ],  # all of which are seen
        "Välj vad du ska dra ur.",
        initial=Draw.Of.FILES,
    )
    population = line(
        "Hur är de avgränsade?",
        "Skriv hur de är avgränsade.",
        longest=300,
        refusal=NO_NUMBERS,
        help_text="Till exempel: pågående ärenden den 1 oktober, i bokstavsordning. Skriv inga namn.",
    )
    size = whole_number(
        "Hur många är de?",
        help_text="Behövs inte för ärenden i Kvalitet: de räknas.",
        least=1,
    )
    count = whole_number(
        "Hur många ska granskas?",
        "Skriv hur många som ska granskas.",
        least=1,
        most=MOST_DRAWN,
    )
    with_protected = forms.BooleanField(
        label="Ta också med ärenden om skyddade personuppgifter",
        required=False,
        help_text="Bara när granskningen gäller just dem.",
    )
    reason = CleanTextField(
        label="Varför görs urvalet om?",
        required=False,
        rows=2,
        help_text="Fyll i bara om det redan finns ett urval.",
    )

    def clean(self) -> dict[str, Any]:
        """Ask how many there are where nothing counts them."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if (
            said.get("of") != Draw.Of.CASES
            and said.get("size") is None
            and "size" not in self.errors
        ):
            self.add_error("size", "Skriv hur många de är.")
        return said


class ReviewForm(forms.Form):
    """The questions of a template about one drawn file; all of them in sight."""

    def __init__(self, *args: Any, questions: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place, question in enumerate(questions, start=1):
            self.fields[f"q{place}"] = radios(
                question, Answer.Said.choices, "Välj ett svar."
            )

    @property
    def said(self) -> dict[int, str]:
        """Return the answers by the place of their question."""
        return {int(name[1:]): word for name, word in self.cleaned_data.items()}


class TemplateForm(forms.Form):
    """A template as the controller publishes it: its questions, one on each line."""

    name = line("Vad heter mallen?", "Skriv vad mallen heter.")
    method = radios("Hur görs egenkontrollen?", Method.choices, "Välj hur den görs.")
    source = line(
        "Vilket krav bygger den på?", help_text="Lag, föreskrift eller rutin."
    )
    intro = CleanTextField(label="Så här gör man", required=False, rows=4)
    questions = CleanTextField(
        label="Frågor, en på varje rad",
        required=False,
        rows=10,
        help_text="Varje fråga besvaras för varje granskad akt: ja, nej, ej aktuellt eller går inte att se.",
    )
    sample_size = whole_number("Hur många bör granskas?", least=1, most=MOST_DRAWN)

    MOST, LONGEST = 40, 300

    def clean_questions(self) -> list[str]:
        """Return the questions, each once, and not more or longer than a page bears."""
        lines = map(str.strip, self.cleaned_data["questions"].splitlines())
        questions = list(dict.fromkeys(line for line in lines if line))
        if len(questions) > self.MOST:
            raise forms.ValidationError(f"Skriv högst {self.MOST} frågor.")
        if any(len(question) > self.LONGEST for question in questions):
            raise forms.ValidationError(
                f"Korta frågorna till högst {self.LONGEST} tecken var."
            )
        return questions


class CheckStepForm(StepForm):
    """The facts of one step of a self-check."""

    instance: SelfCheck

    class Meta(StepForm.Meta):
        """The fields are the step's own."""

        model = SelfCheck

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_routines(self)
        if "series" in self.fields:
            within = Series.objects.filter(
                unit__path__startswith=self.instance.unit.path
            )
            cast(
                "SeriesChoice", self.fields["series"]
            ).queryset = within.select_related("unit")
        if (
            "result" in self.fields
            and not self.initial.get("result")
            and (cited := cited_by(self.instance))
        ):
            self.initial["result"] = cited.words
        if self.instance.template and self.instance.template.questions:
            # What was reviewed file by file is counted, never typed.
            for name in ("met", "reviewed"):
                self.fields.pop(name, None)

    def clean(self) -> dict[str, Any]:
        """Ask for both parts of "X av Y"."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if {"met", "reviewed"} <= self.fields.keys() and "met" not in self.errors:
            met, reviewed = said.get("met"), said.get("reviewed")
            if (met is None) != (reviewed is None):
                self.add_error(
                    "met" if met is None else "reviewed",
                    "Fyll i båda talen, eller inget av dem.",
                )
        return said


class SeriesChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A measurement series, named with its unit."""

    def __init__(self, **options: Any) -> None:
        errors = {
            "required": "Välj en mätserie.",
            "invalid_choice": "Välj en mätserie i listan.",
        }
        super().__init__(Series.objects.none(), error_messages=errors, **options)

    def label_from_instance(self, series: Series) -> str:
        """Return the title and whose it is."""
        return f"{series.title}, {series.unit.name}"


_FIELDS: dict[str, forms.Field] = {
    "title": line("Vad kontrolleras?", "Skriv vad som kontrolleras."),
    "workplace": line(
        "Vilken verksamhet gäller det?",
        "Skriv vilken verksamhet det gäller.",
        longest=300,
    ),
    "why": CleanTextField(label="Varför görs den?", required=False, rows=2),
    "process": BeginForm.base_fields["process"],
    "planned_on": PlannedDay(
        label="När ska den vara klar?",
        error_messages={"required": "Ange vilken dag den ska vara klar."},
    ),
    "reason": CleanTextField(
        label="Varför?", rows=3, error_messages={"required": "Skriv varför."}
    ),
    "system": line(
        "Vilket system?", "Skriv vilket system loggen kommer från.", longest=100
    ),
    "period_from": DayField(
        label="Från och med",
        error_messages={"required": "Ange den första dagen i loggen."},
    ),
    "period_to": DayField(
        label="Till och med",
        error_messages={"required": "Ange den sista dagen i loggen."},
    ),
    "registry_number": line("Diarienummer", "Skriv diarienumret.", longest=60),
    "invited": whole_number(
        "Hur många fick frågan?", "Skriv hur många som fick frågan.", least=1
    ),
    "answered": whole_number("Hur många svarade?", "Skriv hur många som svarade."),
    "finding": radios(
        "Vad visade kontrollen?", Finding.choices, "Välj vad kontrollen visade."
    ),
    "result": CleanTextField(
        label="Resultat",
        rows=5,
        error_messages={"required": "Skriv vad kontrollen visade."},
    ),
    "met": whole_number("Hur många uppfyllde kravet?"),
    "reviewed": whole_number("Av hur många granskade?", least=1),
    "conclusion": CleanTextField(
        label="Slutsats",
        rows=4,
        help_text="Vad betyder resultatet för hur ni arbetar? Jämför med förra gången.",
        error_messages={"required": "Skriv vad resultatet betyder."},
    ),
    "no_action_reason": CleanTextField(
        label="Varför behövs ingen åtgärd?",
        required=False,
        rows=2,
        help_text="Fyll i bara om det fanns brister och ingen åtgärd är beslutad.",
    ),
}


# Of a series whole periods are looked at.
_OF_SERIES: dict[str, forms.Field] = {
    "series": SeriesChoice(label="Vilken mätserie?", empty_label="Välj mätserie"),
    "period_from": MonthField(
        label="Från och med månaden",
        error_messages={"required": "Ange den första månaden."},
    ),
    "period_to": MonthField(
        label="Till och med månaden",
        is_last=True,
        help_text="Hela perioder räknas. Talen hämtas ur mätserien.",
        error_messages={"required": "Ange den sista månaden."},
    ),
}


def check_step_form(fields: tuple[str, ...]) -> type[StepForm]:
    """Return the form that asks for the facts of a step."""
    return step_form(
        CheckStepForm, _FIELDS | _OF_SERIES if "series" in fields else _FIELDS, fields
    )
