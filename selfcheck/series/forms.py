"""Forms in which a measurement series is started and described, and its values given."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict

from casework.improvement.routine_forms import offer_routines, routine_field
from casework.texts.forms import CleanTextField, VersionedForm, radios
from organisation.access import units_for
from organisation.lists.forms import UnitChoice, offer_units
from organisation.models import EARLIEST, LATEST, Unit, User
from organisation.rights import Right
from selfcheck.models import Series, Share, name_of
from selfcheck.series.measuring import FACTS, FIXED, has_begun

MOST = 100_000_000
_MONTH = re.compile(r"(\d{4})(?:-(\d\d?))?", re.ASCII)


class MonthField(forms.Field):
    """A month, as a month picker sends it; a year alone is its first month, or its last."""

    def __init__(self, *, is_last: bool = False, **options: Any) -> None:
        self.is_last = is_last
        widget = forms.DateInput(attrs={"type": "month"}, format="%Y-%m")
        super().__init__(widget=widget, **options)
        self.error_messages["invalid"] = (
            "Skriv månaden som år-månad, till exempel 2026-03."
        )

    def to_python(self, value: Any) -> dt.date | None:
        """Return the first day of the month, or its last."""
        typed = str(value or "").strip()
        if not typed:
            return None
        found = _MONTH.fullmatch(typed)
        if found is None:
            raise forms.ValidationError(self.error_messages["invalid"])
        year, month = int(found[1]), int(found[2] or self._usual_month)
        if not EARLIEST.year <= year < LATEST.year or not 1 <= month <= 12:
            raise forms.ValidationError(self.error_messages["invalid"])
        if not self.is_last:
            return dt.date(year, month, 1)
        _, last_day = calendar.monthrange(year, month)
        return dt.date(year, month, last_day)

    @property
    def _usual_month(self) -> int:
        """Return the month that is meant by a year alone."""
        return 12 if self.is_last else 1


def _line(label: str, *, required: str = "", **options: Any) -> CleanTextField:
    errors = {"required": required} if required else {}
    return CleanTextField(
        label=label,
        required=bool(required),
        max_length=200,
        widget=forms.TextInput(),
        error_messages=errors,
        **options,
    )


class SeriesForm(VersionedForm):
    """The description of a series: numerator, denominator, how often, and source."""

    instance: Series

    title = _line("Vad heter mätserien?", required="Skriv vad mätserien heter.")
    unit = UnitChoice(label="Vilken enhet?", empty_label="Välj enhet")
    is_share = forms.TypedChoiceField(
        label="Vad ska ni följa?",
        choices=[("True", "En andel: så många av så många"), ("False", "Ett antal")],
        coerce=lambda said: said == "True",
        widget=forms.RadioSelect,
        help_text="Du skriver båda talen. Andelen räknas ut.",
        error_messages={
            "required": "Välj vad ni ska följa.",
            "invalid_choice": "Välj ett av svaren.",
        },
    )
    every = radios(
        "Hur ofta?", Series.Every.choices, "Välj hur ofta.", initial=Series.Every.MONTH
    )
    counted = _line(
        "Vad räknas?",
        required="Skriv vad som räknas.",
        help_text="Till exempel: försenade utredningar.",
    )
    whole = _line(
        "Av vilka?",
        help_text="För en andel. Till exempel: utredningar som inleddes i månaden.",
    )
    source = _line(
        "Varifrån kommer talen?",
        help_text="System och uttag, så att någon annan kan ta om dem.",
    )
    process = routine_field("Vilken process eller rutin gäller det?")

    field_order = ("unit",)

    class Meta:
        """The fields of a series."""

        model = Series
        fields = FACTS

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        said = self.instance.process
        offer_routines(self, last=[said] if said else [])
        if self.instance.pk is None:
            self.initial["is_share"] = True
            valid = Unit.objects.valid().values("pk")
            offer_units(
                self, units_for(user, Right.SELFCHECK_PLAN).filter(pk__in=valid)
            )
            return
        del self.fields["unit"]
        if self.instance.points.exists():
            for name in FIXED:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """Ask for the denominator of a share; a count has none."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if not said.get("is_share", self.instance.is_share):
            said["whole"] = ""
        elif not said.get("whole") and "whole" not in self.errors:
            self.add_error("whole", "Skriv av vilka.")
        return said

    @property
    def facts(self) -> dict[str, Any]:
        """Return the facts of the series."""
        return {
            name: self.cleaned_data[name] for name in FACTS if name in self.cleaned_data
        }


@dataclass(frozen=True)
class Row:
    """One period of the form: its name, its controls, and its stored share."""

    name: str
    numerator: forms.BoundField
    denominator: forms.BoundField | None
    share: str


class ValuesForm(VersionedForm):
    """The values of several periods of a series; a share is derived from them, never typed."""

    instance: Series

    class Meta:
        """No fact of the series itself."""

        model = Series
        fields = ()

    def __init__(
        self, *args: Any, periods: list[str], points: Mapping[str, Share], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.points = points
        self.periods = [period for period in periods if has_begun(period)]
        for period in self.periods:
            stored = points.get(period)
            self.fields[period] = _count(f"Antal, {name_of(period)}")
            self.initial[period] = stored and stored.numerator
            if self.instance.is_share:
                self.fields[f"{period}-av"] = _count(f"Av, {name_of(period)}")
                self.initial[f"{period}-av"] = stored and stored.denominator

    def clean(self) -> dict[str, Any]:
        """Ask for both numbers of a share, and for a part that is not more than its whole."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.instance.is_share:
            return said
        for period in self.periods:
            whole = f"{period}-av"
            if {period, whole} & self.errors.keys():
                continue
            part, of = said.get(period), said.get(whole)
            if (part is None) != (of is None):
                missing = period if part is None else whole
                self.add_error(
                    missing,
                    f"{name_of(period).capitalize()}: fyll i båda talen, eller inget.",
                )
            elif part is not None and of is not None and part > of:
                self.add_error(
                    period, f"{name_of(period).capitalize()}: {part} av {of} går inte."
                )
        return said

    @property
    def values(self) -> dict[str, Share | None]:
        """Return the value of each period; None where there is none."""
        found: dict[str, Share | None] = {}
        for period in self.periods:
            part, whole = (
                self.cleaned_data.get(period),
                self.cleaned_data.get(f"{period}-av"),
            )
            found[period] = None
            if part is not None:
                found[period] = Share(part, whole)
        return found

    @property
    def rows(self) -> Iterator[Row]:
        """Return the rows of the form, in order."""
        for period in self.periods:
            stored, share = self.points.get(period), ""
            if stored is not None and stored.percent is not None:
                share = f"{stored.percent} %"
            whole = self[f"{period}-av"] if self.instance.is_share else None
            yield Row(name_of(period), self[period], whole, share)

    def keep_typed(self, fresh: Series) -> list[tuple[str, str]]:
        """Keep the typed values to be sent again; return the stored values that differ from them."""
        data = QueryDict(mutable=True)
        data.update(self.data)
        data["seen_version"] = str(fresh.version)
        self.data = data
        now = {
            point.period: point.share
            for point in fresh.points.filter(period__in=self.periods)
        }
        others = []
        for period, typed in self.values.items():
            stored = now.get(period)
            if typed != stored:
                words = stored.words if stored else "Inget värde"
                others.append((name_of(period).capitalize(), words))
        return others


class CountForm(VersionedForm):
    """From which year a series counts itself."""

    instance: Series

    first_year = forms.IntegerField(
        label="Från och med vilket år?",
        help_text="Värdena före det året står kvar som de är ifyllda.",
        error_messages={
            "required": "Skriv ett år.",
            "invalid": "Skriv året med fyra siffror.",
        },
    )

    class Meta:
        """No fact of the series itself."""

        model = Series
        fields = ()


def _count(label: str) -> forms.IntegerField:
    errors = {
        "invalid": f"{label}: skriv ett helt tal med siffror.",
        "min_value": f"{label}: skriv minst 0.",
        "max_value": f"{label}: skriv ett mindre tal.",
    }
    widget = forms.TextInput(attrs={"inputmode": "numeric", "size": 8})
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=0,
        max_value=MOST,
        widget=widget,
        error_messages=errors,
    )
