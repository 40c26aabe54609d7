"""What citizens fill in: a complaint or view, a question at a time, the code that leads back, and more.

The words of each field come from the files of deviations.public_form.languages; nothing is said here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from casework.texts.asking_field import Asks
from casework.texts.forms import CleanTextField, DayField, NoteForm, OnceForm
from casework.texts.number_questions import NUMBER, Numbers, numbers_in
from casework.texts.personal_numbers import without_personal_numbers
from deviations.models import ContactWay
from deviations.public_form.languages import Language, language
from deviations.reporting.codes import holds_code
from organisation.lists.forms import UnitChoice, offer_units
from organisation.models import Unit

# One question at a time: the fields that are asked together, in the order that they are asked.
STEPS = {
    "kind": ("kind",),
    "event": ("description", "occurred_on", "proposal"),
    "place": ("area", "unit"),
    "answer": ("contact_way", "email", "phone", "letter", "sender"),
}
TOKENS = {"form_token", "begun"}
# The everyday words of the second question, and the process of deviations.words that each one means.
AREAS = {
    "money": "Ekonomiskt bistånd",
    "children": "Barn- och ungdomsvård",
    "addiction": "Missbruk och beroende",
    "home": "Boende",
    "violence": "Våld i nära relation",
}
FEWEST_SECONDS = 3


def _is_email(typed: str) -> bool:
    try:
        validate_email(typed)
    except ValidationError:
        return False
    return True


def _is_phone_number(typed: str) -> bool:
    return sum(c.isdigit() for c in typed) >= 5


LOOKS_RIGHT: dict[str, Callable[[str], bool]] = {
    "email": _is_email,
    "phone": _is_phone_number,
}


class SpokenForm(forms.Form):
    """A form whose words are those of a language."""

    def __init__(
        self, *args: Any, spoken: Language | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.spoken = spoken or language("sv")
        texts = self.spoken.texts
        for name, field in self.fields.items():
            words = texts["fields"].get(name, {})
            field.label = words.get("label", "")
            field.help_text = words.get("hint", "")
            field.error_messages |= texts["errors"] | words.get("errors", {})
            field.template_name = "deviations/complain_field.html"  # type: ignore[attr-defined]
            if "choices" in words and isinstance(field, forms.ChoiceField):
                field.choices = list(words["choices"].items())

            if isinstance(field, CleanTextField) and field.asks is Asks.AT_THE_FIELD:
                field.asks = Asks.ON_THE_PAGE

    def wrong(self, name: str, fault: str) -> None:
        """Say what is wrong with a field, in the words of its language."""
        self.add_error(name, self.spoken.texts["fields"][name]["errors"][fault])


class AskingForm(SpokenForm):
    """A form whose page asks about the numbers in its texts; the answer holds for those very numbers."""

    keeps = forms.CharField(required=False, widget=forms.HiddenInput)

    @property
    def numbers(self) -> list[Numbers]:
        """Return what there is to ask about, the sure ones first; contact details are not looked at."""
        found: list[Numbers] = []
        for name in self._texts:
            found += numbers_in(self.cleaned_data.get(name, ""))
        return sorted(found, key=lambda asked: asked.name != NUMBER)

    @property
    def _texts(self) -> list[str]:
        return [
            name
            for name, field in self.fields.items()
            if isinstance(field, CleanTextField) and field.asks is Asks.ON_THE_PAGE
        ]

    @property
    def kept(self) -> str:
        """Return what says that the numbers of today may stand, for the form to carry along."""
        return "|".join(asked.imprint for asked in self.numbers)

    @property
    def asks(self) -> list[Numbers]:
        """Return what is to be asked about, where it is not answered."""
        return [] if self.cleaned_data.get("keeps") == self.kept else self.numbers

    @property
    def has_personal_number(self) -> bool:
        """Tell whether there is a number to take away: what may be a telephone number is only asked about."""
        return any(asked.name == NUMBER for asked in self.numbers)

    def without_numbers(self) -> dict[str, str]:
        """Return the texts as they were typed, but for what can only be personal numbers."""
        mark = self.spoken.say("ask.removed_mark")
        return {
            name: without_personal_numbers(self.data[name], mark=mark)
            for name in self._texts
            if name in self.data
        }


def _choice(**options: Any) -> forms.ChoiceField:
    return forms.ChoiceField(required=False, **options)


class ComplainForm(AskingForm, OnceForm):
    """What a citizen writes; two answers are needed, and the others hold as they stand."""

    kind = forms.ChoiceField(widget=forms.RadioSelect)
    description = CleanTextField(rows=8)
    occurred_on = DayField(required=False)
    proposal = CleanTextField(required=False, rows=4)
    area = _choice(widget=forms.RadioSelect, initial="unknown")
    unit = UnitChoice(required=False)
    contact_way = _choice(widget=forms.RadioSelect, initial=ContactWay.CODE.value)
    email = CleanTextField(
        required=False,
        asks=Asks.NEVER,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "dir": "ltr"}),
    )
    phone = CleanTextField(
        required=False,
        asks=Asks.NEVER,
        max_length=50,
        widget=forms.TextInput(
            attrs={"type": "tel", "autocomplete": "tel", "dir": "ltr"}
        ),
    )
    letter = CleanTextField(required=False, asks=Asks.NEVER, max_length=500, rows=4)
    sender = _choice(initial="unknown")
    website = forms.CharField(
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    # The answers are changed from the page where they are checked.
    returns = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        departments = Unit.objects.valid().filter(level=Unit.Level.DEPARTMENT)
        units = offer_units(self, departments)
        units.empty_label = self.spoken.texts["fields"]["unit"]["empty"]
        units.label_from_instance = str  # type: ignore[assignment,method-assign]

    def clean_website(self) -> str:
        """Refuse a text in the field that nobody sees: only a machine fills it in."""
        if self.cleaned_data["website"]:
            self.wrong("website", "filled")
        return ""

    def clean_unit(self) -> Unit | None:
        """Let the whole administration have what nobody knows where it belongs."""
        unit = (
            self.cleaned_data["unit"]
            or Unit.objects.valid().filter(parent=None).first()
        )
        if unit is None:
            raise ValidationError(self.spoken.say("fields.unit.closed"))
        return unit

    def clean(self) -> dict[str, Any]:
        """Ask for the contact that the chosen way needs; what is not needed is not looked at."""
        given = self.cleaned_data
        way = given.get("contact_way") or ContactWay.CODE
        for name in {"email", "phone", "letter"} - {way}:
            self.errors.pop(name, None)
        if way in given and not given[way]:
            self.wrong(way, "missing")
        elif way in given and not LOOKS_RIGHT.get(way, bool)(given[way]):
            self.wrong(way, "wrong")
        return given

    @property
    def facts(self) -> dict[str, Any]:
        """Return what the form says about the case; only the contact that was asked for."""
        given = self.cleaned_data
        way = given["contact_way"] or ContactWay.CODE
        return {
            **{
                name: given[name]
                for name in ("kind", "description", "occurred_on", "proposal", "unit")
            },
            "process": AREAS.get(given["area"], ""),
            "sender": "" if given["sender"] == "unknown" else given["sender"],
            "contact_way": way,
            "contact": given.get(way, ""),
            "language": self.spoken.code,
        }

    @property
    def is_too_quick(self) -> bool:
        """Tell whether the form was filled in faster than anybody reads it."""
        return self.is_younger_than(FEWEST_SECONDS)

    def is_younger_than(self, seconds: int) -> bool:
        """Tell whether the form was made less than so many seconds ago."""
        try:
            signing.loads(self.cleaned_data["begun"], salt="once-form", max_age=seconds)
        except signing.SignatureExpired:
            return False
        return True

    def wrong_step(self) -> str:
        """Return the first step where something has to be corrected."""
        wrong = self.errors.keys()
        return next((step for step, names in STEPS.items() if wrong & {*names}), "kind")

    def only(self, step: str) -> Self:
        """Forget what is wrong in other steps: it is said there, when one comes there."""
        for name in self.errors.keys() - {*STEPS[step], "website"}:
            del self.errors[name]
        return self

    def unsent(self, **changes: Any) -> Self:
        """Return the form as it was typed, with some changes and nothing said about it."""
        typed = {name: self.data[name] for name in self.fields if name in self.data}
        return type(self)(initial=typed | changes, spoken=self.spoken)

    def with_new_token(self) -> Self:
        """Return the form as it was typed, sent under a new token."""
        typed = {name: self.data[name] for name in self.fields if name in self.data}
        fresh = type(self)()
        data = typed | {name: str(fresh[name].value()) for name in TOKENS}
        return type(self)(data, spoken=self.spoken)


class FollowForm(SpokenForm):
    """The code on the receipt."""

    code = CleanTextField(
        max_length=None,
        asks=Asks.NEVER,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "dir": "ltr"}
        ),
    )


class MessageForm(AskingForm, NoteForm):
    """What a citizen writes afterwards; the code is carried along, for an address must not hold it."""

    code = forms.CharField(widget=forms.HiddenInput)

    def clean_text(self) -> str:
        """Refuse a text that gives the code to everyone who reads the case."""
        text = str(self.cleaned_data["text"])
        if holds_code(text, self.data.get("code", "")):
            raise ValidationError(self.spoken.say("fields.text.errors.code"))
        return text

    def again(self, **changes: Any) -> Self:
        """Return the form with what was typed, with some changes, under a new token."""
        typed = {
            name: self.data[name] for name in ("text", "code") if name in self.data
        }
        return type(self)(initial=typed | changes, spoken=self.spoken)
