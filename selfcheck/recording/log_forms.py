"""Forms of a log check: what is drawn, how a reading is judged, and the signature."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from casework.texts.forms import CleanTextField, DayField, OnceForm, line, radios
from organisation.access import units_for
from organisation.lists.forms import UnitChoice, offer_units
from organisation.models import User
from organisation.rights import Right
from selfcheck.models import Draw, LogSource, Verdict
from selfcheck.process.log_checks import MOST_DRAWN, MOST_EACH, Wanted
from selfcheck.recording.forms import whole_number
from selfcheck.register.log_files import Mapping
from selfcheck.review.asking import Asked

# A suggestion of the product: what a chief manages between two meetings.
FEW, FEW_EACH = 5, 3
LONGEST = dt.timedelta(days=366)
BY = (
    (Draw.Of.STAFF.value, "medarbetare: några läsningar av var och en"),
    (Draw.Of.CASES.value, "ärenden: några som har läst vart och ett"),
)


def last_month() -> tuple[dt.date, dt.date]:
    """Return the first and the last day of the month before this one."""
    last = timezone.localdate().replace(day=1) - dt.timedelta(days=1)
    return last.replace(day=1), last


class AskForm(forms.Form):
    """A question to the log: by employee or by case, how many, and of which days."""

    by = radios(
        "Vad ska slumpen välja?",
        BY,
        "Välj medarbetare eller ärenden.",
        initial=Draw.Of.STAFF,
    )
    count = whole_number(
        "Hur många medarbetare eller ärenden?",
        "Skriv hur många.",
        least=1,
        most=MOST_DRAWN,
        initial=FEW,
    )
    each = whole_number(
        "Högst hur många läsningar av varje?",
        "Skriv hur många läsningar.",
        least=1,
        most=MOST_EACH,
        initial=FEW_EACH,
    )
    first = DayField(
        label="Från och med",
        initial=lambda: last_month()[0],
        error_messages={"required": "Ange den första dagen."},
    )
    last = DayField(
        label="Till och med",
        initial=lambda: last_month()[1],
        error_messages={"required": "Ange den sista dagen."},
    )
    reason = CleanTextField(label="Varför görs urvalet om?", required=False, rows=2)

    def __init__(self, *args: Any, is_again: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_again:
            del self.fields["reason"]

    def clean(self) -> dict[str, Any]:
        """Refuse days in the wrong order, and more than a year of them."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = said.get("first"), said.get("last")
        if first and last and last < first:
            self.add_error("last", "Sista dagen kan inte vara före den första.")
        elif first and last and last - first > LONGEST:
            self.add_error("last", "Välj högst ett år.")
        return said

    def wanted(self, *, file: int = 0) -> Wanted:
        """Return what is asked for, of what is in the log by now or of an uploaded file."""
        said = self.cleaned_data
        asked = Asked(
            by=Draw.Of(said["by"]),
            first=said["first"],
            last=said["last"],
            each=said["each"],
            until=timezone.now(),
            file=file,
        )
        return Wanted(asked, said["count"], said.get("reason", ""))


class NewLogCheckForm(AskForm, OnceForm):
    """A new log check: of which unit, and what is drawn."""

    unit = UnitChoice(label="Vilken enhet?", empty_label="Välj enhet")

    field_order = ("unit", "by", "count", "each", "first", "last")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_units(self, units_for(user, Right.SELFCHECK_CHECK_LOGS).valid())


class JudgeForm(forms.Form):
    """What the reviewer says of one reading."""

    verdict = radios("Hur bedömer du läsningen?", Verdict.choices, "Välj en bedömning.")
    reason = CleanTextField(
        label="Varför?",
        required=False,
        rows=3,
        max_length=1000,
        help_text="Fyll i när läsningen inte är motiverad: vad du har frågat och fått veta. "
        "Skriv inga namn.",
    )

    def clean(self) -> dict[str, Any]:
        """Ask why a reading was not motivated."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        verdict = said.get("verdict")
        if (
            verdict
            and verdict != Verdict.MOTIVATED
            and not said.get("reason")
            and "reason" not in self.errors
        ):
            self.add_error("reason", "Skriv varför läsningen inte är motiverad.")
        return said


class UploadForm(forms.Form):
    """The log of another system, and which headings say what: told once for each system."""

    system = line(
        "Vilket system kommer loggen från?",
        "Skriv vilket system loggen kommer från.",
        longest=100,
    )
    file = forms.FileField(
        label="Loggen som CSV-fil",
        help_text="Högst 10 MB och 100 000 rader. Första raden ska ha rubriker. Inga personnummer.",
        error_messages={
            "required": "Välj en fil.",
            "invalid": "Välj en fil.",
            "missing": "Välj en fil.",
            "empty": "Filen är tom.",
            "max_length": "Filens namn är för långt.",
        },
    )
    who = line(
        "Vad heter kolumnen med vem som läste?",
        longest=100,
        help_text="Skriv rubriken som den står i filen. Har ni läst in systemets logg förr "
        "kan du hoppa över rubrikerna.",
    )
    at = line("Vad heter kolumnen med när?", longest=100)
    about = line("Vad heter kolumnen med vad, till exempel ärendet?", longest=100)
    place = line("Vad heter kolumnen med enhet, om den finns?", longest=100)

    def __init__(self, *args: Any, known: QuerySet[LogSource], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = known

    def clean(self) -> dict[str, Any]:
        """Ask for the headings of a system that nobody has told them of."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        asked = ("who", "at", "about")
        before = self.known.filter(name=said.get("system", "")).first()
        if before and not any(said.get(name) for name in asked):
            for name in (*asked, "place"):
                said[name] = getattr(before, name)
        for name in asked:
            if not said.get(name) and name not in self.errors:
                self.add_error(name, "Skriv rubriken som den står i filen.")
        return said

    @property
    def mapping(self) -> Mapping:
        """Return which heading says what."""
        said = self.cleaned_data
        return Mapping(said["who"], said["at"], said["about"], said["place"])
