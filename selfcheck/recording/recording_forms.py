"""Forms for a survey's questions, for figures looked at, and for the places of a walk-through."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils import timezone

from casework.texts.asking_field import Asks
from casework.texts.forms import CleanTextField, VersionedForm
from selfcheck.models import Indicator, SelfCheck, SurveyQuestion
from selfcheck.process.services import MOST_DRAWN
from selfcheck.recording.forms import NO_NUMBERS, whole_number
from selfcheck.recording.recording import MOST_ROWS

BLANK_ROWS = 3


class RowsForm(VersionedForm):
    """Several rows of the same few fields about a check; a row in which nothing is typed is none.

    The fields of row n are called name-n, from 1, in the order of ``asked``.
    """

    instance: SelfCheck
    asked: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    use_required_attribute = False

    class Meta:
        """No fact of the check itself."""

        model = SelfCheck
        fields = ()

    def __init__(
        self, *args: Any, stored: Sequence[Any], blank: int = BLANK_ROWS, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        sent = [
            int(found[1])
            for name in self.data
            if (found := re.fullmatch(r"[a-z]+-(\d{1,2})", name))
        ]
        self.count = min(max(len(stored) + blank, *sent, 0), MOST_ROWS)
        for place in range(1, self.count + 1):
            for name, field in self.fields_of_a_row().items():
                self.fields[f"{name}-{place}"] = field
        for place, row in enumerate(stored, start=1):
            for name in self.asked:
                self.initial[f"{name}-{place}"] = getattr(
                    row, f"{name}_told", getattr(row, name)
                )

    def fields_of_a_row(self) -> dict[str, forms.Field]:
        """Return new fields for one row."""
        raise NotImplementedError

    def said(self, place: int) -> dict[str, Any]:
        """Return the typed values of a row."""
        return {name: self.cleaned_data.get(f"{name}-{place}") for name in self.asked}

    def is_empty(self, place: int) -> bool:
        """Tell whether nothing was typed in a row, rightly or wrongly."""
        for name, said in self.said(place).items():
            if said not in (None, "") or f"{name}-{place}" in self.errors:
                return False
        return True

    def filled(self) -> list[int]:
        """Return the rows in which something was typed."""
        return [place for place in range(1, self.count + 1) if not self.is_empty(place)]

    @property
    def rows(self) -> Iterator[list[forms.BoundField]]:
        """Return the controls of each row; only the optional ones are marked as such."""
        for place in range(1, self.count + 1):
            for name in self.asked:
                self.fields[f"{name}-{place}"].required = name not in self.optional
            yield [self[f"{name}-{place}"] for name in self.asked]

    def ask(self, place: int, needed: dict[str, str]) -> None:
        """Ask for the values that a row lacks."""
        for name, words in needed.items():
            field = f"{name}-{place}"
            if field not in self.errors and self.cleaned_data.get(field) in (None, ""):
                self.add_error(field, f"Rad {place}: {words}")

    def told(self, fresh: Any) -> list[tuple[str, str]]:
        """Return the stored rows of a check in words."""
        raise NotImplementedError

    def keep_typed(self, fresh: Any) -> list[tuple[str, str]]:
        """Keep the typed values to be sent again; return the rows that another has written."""
        data = QueryDict(mutable=True)
        data.update(self.data)
        data["seen_version"] = str(fresh.version)
        self.data = data
        return self.told(fresh)


class SurveyForm(RowsForm):
    """The questions of a survey: how many answered each, and how many of them as one hopes."""

    asked = ("text", "answered", "positive")

    def __init__(self, *args: Any, instance: SelfCheck, **kwargs: Any) -> None:
        stored = list(instance.survey_questions.all())
        given = instance.template.questions if instance.template else []
        rows = {row.text: row for row in stored}
        if given:  # the template says what was asked, and in which words
            stored = [rows.get(text, SurveyQuestion(text=text)) for text in given]
        super().__init__(
            *args,
            instance=instance,
            stored=stored,
            blank=0 if given else BLANK_ROWS,
            **kwargs,
        )
        if given:
            self.count = min(len(given), MOST_ROWS)
            for place, text in enumerate(given[: self.count], start=1):
                self.fields[f"text-{place}"] = CleanTextField(
                    label="Fråga", disabled=True, initial=text, rows=2, asks=Asks.NEVER
                )
        self.given = bool(given)
        for place in range(1, self.count + 1):
            text = cast("CleanTextField", self.fields[f"text-{place}"])
            text.refusal = f"Rad {place}: ta bort personnumret."

    def fields_of_a_row(self) -> dict[str, forms.Field]:
        """Return new fields for one question."""
        return {
            "text": CleanTextField(
                label="Fråga", required=False, max_length=300, rows=2
            ),
            "answered": whole_number("Antal svar", widget=_short()),
            "positive": whole_number("Varav positiva", widget=_short()),
        }

    def clean(self) -> dict[str, Any]:
        """Ask for all three parts of each question, and for no more positive answers than answers."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        needed = {
            "text": "skriv frågan.",
            "answered": "skriv hur många som svarade på frågan.",
            "positive": "skriv hur många som svarade positivt.",
        }
        for place in self.filled():
            self.ask(place, needed)
            row = self.said(place)
            answered, positive = row["answered"], row["positive"]
            if answered is not None and positive is not None and positive > answered:
                self.add_error(
                    f"positive-{place}",
                    f"Rad {place}: {positive} av {answered} går inte.",
                )
            most = self.instance.answered
            if answered is not None and most is not None and answered > most:
                self.add_error(
                    f"answered-{place}", f"Rad {place}: bara {most} svarade på enkäten."
                )
        return cleaned

    @property
    def questions(self) -> list[SurveyQuestion]:
        """Return the questions that were filled in, in order."""
        return [SurveyQuestion(**self.said(place)) for place in self.filled()]

    def told(self, fresh: Any) -> list[tuple[str, str]]:
        """Return each question with its numbers."""
        return [(row.text, row.share.words) for row in fresh.survey_questions.all()]


class IndicatorForm(RowsForm):
    """Figures looked at: own value, the value beside it, source and year."""

    asked = ("name", "value", "measure", "year", "beside", "other", "source", "link")
    optional = ("measure", "beside", "other", "link")

    def __init__(self, *args: Any, instance: SelfCheck, **kwargs: Any) -> None:
        stored = list(instance.indicators.all())
        super().__init__(
            *args, instance=instance, stored=stored, blank=1 if stored else 2, **kwargs
        )

    def fields_of_a_row(self) -> dict[str, forms.Field]:
        """Return new fields for one figure."""
        line = forms.TextInput()
        beside = [("", "Ingenting")]
        beside += [
            (choice.value, choice.label.capitalize()) for choice in Indicator.Beside
        ]
        last = timezone.localdate().year
        return {
            "name": CleanTextField(
                label="Nyckeltal", required=False, max_length=200, widget=line
            ),
            "value": _decimal("Vårt värde"),
            "measure": CleanTextField(
                label="Enhet",
                required=False,
                max_length=30,
                widget=line,
                help_text="Till exempel % eller dagar.",
            ),
            "year": whole_number("År", least=1990, most=last, widget=_short()),
            "beside": forms.ChoiceField(
                label="Jämförs med",
                required=False,
                choices=beside,
                error_messages={"invalid_choice": "Välj ett alternativ i listan."},
            ),
            "other": _decimal("Värdet att jämföra med"),
            "source": CleanTextField(
                label="Källa", required=False, max_length=200, widget=line
            ),
            "link": forms.URLField(
                label="Länk till källan",
                required=False,
                max_length=200,
                assume_scheme="https",
                widget=forms.TextInput(attrs={"inputmode": "url"}),
                error_messages={
                    "invalid": "Skriv hela adressen, till exempel https://www.kolada.se."
                },
            ),
        }

    def clean(self) -> dict[str, Any]:
        """Ask for name, value, year and source, and for both or none of the comparison."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for place in self.filled():
            needed = {
                "name": "skriv vilket nyckeltal det är.",
                "value": "skriv ert värde.",
                "year": "skriv vilket år det gäller.",
                "source": "skriv varifrån värdet kommer.",
            }
            row = self.said(place)
            if row["beside"]:
                needed["other"] = "skriv värdet som ni jämför med."
            if row["other"] is not None:
                needed["beside"] = "välj vad ni jämför med."
            self.ask(place, needed)
        return cleaned

    @property
    def indicators(self) -> list[Indicator]:
        """Return the figures that were filled in, in order."""
        return [Indicator(**self.said(place)) for place in self.filled()]

    def told(self, fresh: Any) -> list[tuple[str, str]]:
        """Return each figure with its value."""
        return [
            (row.name, f"{row.value} {row.measure}") for row in fresh.indicators.all()
        ]


def _short() -> forms.TextInput:
    return forms.TextInput(attrs={"inputmode": "numeric", "size": 6})


def _decimal(label: str) -> forms.DecimalField:
    errors = {
        "invalid": "Skriv ett tal, till exempel 12,5.",
        "max_digits": "Skriv ett mindre tal.",
        "max_whole_digits": "Skriv ett mindre tal.",
        "max_decimal_places": "Skriv högst två decimaler.",
    }
    return forms.DecimalField(
        label=label,
        required=False,
        max_digits=12,
        decimal_places=2,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages=errors,
    )


class PlacesForm(forms.Form):
    """The places of a walk-through, one on each line."""

    places = CleanTextField(
        label="Vilka platser går ni igenom? Skriv en på varje rad",
        rows=6,
        refusal=NO_NUMBERS,
        help_text="Till exempel rum, boenden eller arbetsgrupper. Skriv inga namn på personer.",
        error_messages={"required": "Skriv minst en plats."},
    )
    reason = CleanTextField(
        label="Varför ändras listan?",
        required=False,
        rows=2,
        help_text="Fyll i bara om det redan finns en lista.",
    )

    LONGEST = 100

    def clean_places(self) -> list[str]:
        """Return the places, each once, and not more or longer than a page bears."""
        places: dict[str, None] = {}
        for line in self.cleaned_data["places"].splitlines():
            place = " ".join(line.split())
            if place:
                places[place] = None
        if len(places) > MOST_DRAWN:
            raise forms.ValidationError(f"Skriv högst {MOST_DRAWN} platser.")
        if max(map(len, places), default=0) > self.LONGEST:
            raise forms.ValidationError(
                f"Korta platserna till högst {self.LONGEST} tecken var."
            )
        return list(places)
