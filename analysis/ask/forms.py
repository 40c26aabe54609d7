"""A question to the stored figures as an address to share: codes and words, no names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from analysis.counted.countings import BASES_OF, DIMENSIONS
from analysis.counted.questions import Question, dimensions
from analysis.counted.subjects import Subject
from analysis.counted.vocabulary import (
    ALONE,
    BASES,
    MISSING,
    SPLITS,
    SUBJECTS,
    choices_of,
    known_values,
    named,
    value_in_words,
)
from analysis.figures.access import OPEN_BASES, OPEN_SPLITS, may_split
from analysis.figures.stored import newest_year
from analysis.models import Cell
from casework.database.periods import Period, PeriodError, parse
from casework.texts.forms import line
from organisation.access import may, units_for
from organisation.lists.forms import UnitChoice, offer_units
from organisation.models import User
from organisation.rights import Right
from organisation.texts.alphabet import alphabet_key

_ADDRESSES = {
    "subject": "amne",
    "basis": "grund",
    "unit": "enhet",
    "period": "period",
    "alone": ALONE,
    "rows": "rader",
    "columns": "kolumner",
    "masked": "maskera",
    **{name: dimension.slug for name, dimension in DIMENSIONS.items()},
}
LONGEST_QUERY = 1_000
NOT_SPLIT = (
    "Lex Sarah kan du räkna per enhet och månad: inkomna, färdigutredda och beslutade. Hur ärendena bedömdes "
    "räknar bara den som får läsa alla ärenden enligt lex Sarah."
)
_HELP = "Till exempel 2024, 2024T1, 2024H1, 2024-03 eller 2023-09..2024-08 (ett kvalitetsår)."


class PeriodField(forms.CharField):
    """A year, tertial, half-year, month or any whole months, as casework.database.periods reads them."""

    def __init__(self, **options: Any) -> None:
        errors = {
            "required": f"Skriv en period. {_HELP}",
            "max_length": f"Skriv en period. {_HELP}",
        }
        widget = forms.TextInput(attrs={"list": "perioder", "autocomplete": "off"})
        super().__init__(
            label="Period",
            max_length=20,
            widget=widget,
            error_messages=errors,
            **options,
        )

    def clean(self, value: Any) -> Any:
        """Return the period that was written."""
        try:
            return parse(super().clean(value).upper())
        except PeriodError as error:
            raise forms.ValidationError(str(error)) from error


class QuestionForm(forms.Form):
    """Subject, basis, unit, period and what to narrow by: everything that decides a number."""

    subject = forms.ChoiceField(
        label="Ämne",
        choices=choices_of(*SUBJECTS.values()),
        error_messages={
            "required": "Välj ett ämne.",
            "invalid_choice": "Välj ett ämne i listan.",
        },
    )
    basis = forms.ChoiceField(
        label="Räknat på",
        required=False,
        choices=[("", "det vanliga"), *choices_of(*BASES.values())],
        error_messages={"invalid_choice": "Välj i listan vad som ska räknas."},
    )
    unit = UnitChoice()
    period = PeriodField(help_text=_HELP)
    alone = forms.BooleanField(
        label="Bara enheten själv, inget under den", required=False
    )

    def __init__(
        self, data: Mapping[str, Any] | None, *, user: User, **options: Any
    ) -> None:
        super().__init__(data, **options)
        self.user, self.units = user, units_for(user, Right.ANALYSIS_READ)
        offer_units(self, self.units)
        self.about = named(SUBJECTS, str((data or {}).get("amne", ""))) or "deviations"
        self.add_dimensions()

    def add_prefix(self, field_name: str) -> str:
        """Return what addresses call a field."""
        return _ADDRESSES.get(field_name, field_name)

    def add_dimensions(self) -> None:
        """Let any value narrow: a number may be of one that no list offers any more."""
        for name, dimension in DIMENSIONS.items():
            label = dimension.label
            self.fields[name] = forms.CharField(
                label=label,
                max_length=200,
                required=False,
                strip=False,
                widget=forms.HiddenInput,
                error_messages={
                    "max_length": f"{label} har högst %(limit_value)d tecken."
                },
            )

    def clean_subject(self) -> str:
        """Return the name in the register."""
        return named(SUBJECTS, self.cleaned_data["subject"]) or ""

    def clean(self) -> None:
        """Put the question together, or say what cannot be asked of the subject."""
        asked = self.cleaned_data
        if self.errors:
            return
        subject, unit = asked["subject"], asked["unit"]
        basis = named(BASES, asked["basis"]) or BASES_OF[subject][0]
        narrowed = [(name, asked[name]) for name in DIMENSIONS if asked.get(name)]
        self._refuse_what_it_lacks(subject, basis, narrowed)
        if self.errors:
            return
        by = self.splits()
        is_open = basis in OPEN_BASES and {*by, *dict(narrowed)} <= {*OPEN_SPLITS}
        if not is_open and not may_split(self.user, subject, unit):
            self.add_error(None, NOT_SPLIT)
            return
        where = [(name, _in_register(value)) for name, value in narrowed]
        if asked["alone"]:
            where.append(("unit", unit.code))
        asked["question"] = Question(
            subject, unit, asked["period"], basis, by, tuple(where)
        )

    def _refuse_what_it_lacks(
        self, subject: str, basis: str, narrowed: list[tuple[str, str]]
    ) -> None:
        """Refuse a basis that the subject does not have, and what it cannot be narrowed by on the basis."""
        if basis not in BASES_OF[subject]:
            words = ", ".join(BASES[name].label for name in BASES_OF[subject])
            self.add_error(
                "basis",
                f"{SUBJECTS[subject].label} räknas på {words}. Välj något av det.",
            )
            return
        possible = dimensions(subject, basis)
        for name, _ in narrowed:
            if name not in possible:
                label = DIMENSIONS[name].label.lower()
                called = SUBJECTS[subject].label
                self.add_error(
                    None,
                    f"{called} har inget som heter ”{label}”. Visa svaret utan det.",
                )
                del self.fields[name]

    def splits(self) -> tuple[str, ...]:
        """Return by what the answer is split: a number is not."""
        return ()

    def first_choice(self) -> dict[str, str]:
        """Return the first choice: cases received in the uppermost unit in its newest year."""
        unit = self.units.first()
        if unit is None:
            return {
                "amne": "avvikelser",
                "enhet": "",
                "period": str(timezone.localdate().year),
            }
        return {
            "amne": "avvikelser",
            "enhet": unit.code,
            "period": str(newest_year(unit)),
        }


class AskForm(QuestionForm):
    """A question put freely: split by up to two dimensions, narrowed by those that its subject has."""

    rows = forms.ChoiceField(
        label="Rader",
        required=False,
        error_messages={"invalid_choice": "Välj i listan vad raderna ska vara."},
    )
    columns = forms.ChoiceField(
        label="Kolumner",
        required=False,
        error_messages={"invalid_choice": "Välj i listan vad kolumnerna ska vara."},
    )
    masked = forms.BooleanField(
        label="Maskera för publicering",
        required=False,
        help_text="Tal under 5 döljs, och så många till att de inte går att räkna ut.",
    )

    def add_dimensions(self) -> None:
        """Offer what the subject can be split and narrowed by, and the words that occur in it."""
        super().add_dimensions()
        self.fields["subject"].widget = forms.HiddenInput()
        bases, possible = self._may_ask()
        self._offer("basis", choices_of(*(BASES[name] for name in bases)))
        if len(bases) == 1:
            self.fields["basis"].widget = forms.HiddenInput()
        splits = choices_of(*(SPLITS[name] for name in possible))
        self._offer("rows", [("", "Inget, bara summan"), *splits])
        self._offer("columns", [("", "Inget"), *splits])
        units = self.units.order_by().values("pk")
        cells = Cell.objects.filter(subject=self.about, basis__in=bases, unit__in=units)
        self.narrowing = [name for name in possible if name in DIMENSIONS]
        for name in self.narrowing:
            self.fields[name] = _narrowing(name, cells)

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def _may_ask(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the bases and splits of the subject, less what the reader may nowhere ask of it."""
        bases = BASES_OF[self.about]
        possible = dimensions(self.about, bases[0])
        if self.about == Subject.LEXSARAH and not may(
            self.user, Right.LEXSARAH_READ_ALL
        ):
            return tuple(b for b in bases if b in OPEN_BASES), OPEN_SPLITS
        return bases, possible

    @staticmethod
    def addresses() -> list[str]:
        """Return what addresses call the fields of every question."""
        return list(_ADDRESSES.values())

    def splits(self) -> tuple[str, ...]:
        """Return by what the answer is split, rows first."""
        rows = named(SPLITS, self.cleaned_data.get("rows") or "")
        columns = named(SPLITS, self.cleaned_data.get("columns") or "")
        if rows and rows == columns:
            self.add_error("columns", "Välj något annat för kolumnerna än för raderna.")
            return (rows,)
        return tuple(name for name in (rows, columns) if name)

    @property
    def main_fields(self) -> list[forms.BoundField]:
        """Return the fields that every question has."""
        fields = [self[name] for name in ("basis", "unit", "period", "rows", "columns")]
        return [field for field in fields if not field.is_hidden]

    @property
    def narrowing_fields(self) -> list[forms.BoundField]:
        """Return the fields that narrow the question."""
        return [self[name] for name in self.narrowing]

    @property
    def is_narrowed(self) -> bool:
        """Tell whether anything narrows the question, or is wrong with what should."""
        narrowing = [*self.narrowing, "alone"]
        return any(
            self.data.get(self.add_prefix(name)) or name in self.errors
            for name in narrowing
        )


def _in_register(value: str) -> str:
    """Return how the register writes a value of an address."""
    return "" if value == MISSING else value


def _narrowing(name: str, cells: QuerySet[Cell]) -> forms.ChoiceField:
    """Return the field that narrows by a dimension: by its known words, or by those that occur."""
    label = DIMENSIONS[name].label
    values = list(known_values(name).items())
    if not values:
        found = (
            cells.exclude(**{name: ""})
            .order_by()
            .values_list(name, flat=True)
            .distinct()
        )
        values = [(value, value) for value in sorted(found, key=alphabet_key)]
    return forms.ChoiceField(
        label=label,
        required=False,
        choices=[
            ("", "Alla"),
            *values,
            (MISSING, value_in_words(name, "").capitalize()),
        ],
        error_messages={"invalid_choice": f"{label}: välj något i listan."},
    )


class SaveQuestionForm(forms.Form):
    """The name under which a question is kept."""

    name = line(
        "Namn på frågan",
        "Skriv ett namn på frågan.",
        longest=60,
        help_text="Om du använder ett namn som du redan har byts den frågan ut.",
    )

    def __init__(self, *args: Any, query: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.query = query

    def clean(self) -> None:
        """Refuse a question that does not fit where it is kept."""
        if len(self.query) > LONGEST_QUERY:
            raise forms.ValidationError(
                "Frågan är för lång för att sparas. Begränsa på färre sätt."
            )


def suggested_periods(period: Period) -> list[tuple[str, str]]:
    """Return periods to choose among around one that was asked for, and what they are called."""
    year = period.last_day.year
    years, tertials, quality_years = [], [], []
    for y in (year, year - 1):
        years.append((str(y), str(y)))
        quality_years.append((f"{y - 1}-09..{y}-08", f"kvalitetsåret {y}"))
        tertials += [(f"{y}T{n}", f"tertial {n} {y}") for n in (3, 2, 1)]
    return years + tertials + quality_years
