"""Fields and forms that all cases share: clean text, days, a form that counts once, steps of a process."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, Self, cast
from uuid import uuid4

from django import forms
from django.core import signing
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone

from casework.kinds import kind_of
from casework.models import Case, Note
from casework.texts.asking_field import AskingField, Asks
from casework.texts.number_questions import settled
from organisation.access import people_around
from organisation.models import EARLIEST, User
from organisation.texts.cleaning import LONGEST_TEXT, clean_text

FORM_LIVES = dt.timedelta(hours=24)


class CleanTextField(forms.CharField):
    """Free text, cleaned of what nobody can see, at most 8 000 characters.

    Its author is asked about what seems to be a personal number, and with a ``refusal`` it is not taken.
    """

    bound_field_class = AskingField
    default_error_messages = {
        "max_length": "Texten är %(show_value)d tecken. Korta den till högst %(limit_value)d tecken."
    }

    def __init__(
        self,
        *,
        rows: int = 6,
        asks: Asks = Asks.AT_THE_FIELD,
        refusal: str = "",
        **options: Any,
    ) -> None:
        options.setdefault("max_length", LONGEST_TEXT)
        options.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(**options)
        self.asks, self.refusal = asks, refusal

    def to_python(self, value: Any) -> str:
        """Return the cleaned text, which is empty when there is nothing in it to see."""
        text = clean_text(str(value or ""))
        return text if any(c.isprintable() and not c.isspace() for c in text) else ""

    def clean(self, value: Any) -> str:
        """Return the text when all is answered that is asked about the numbers in it."""
        text: str = super().clean(value)
        if self.asks is not Asks.AT_THE_FIELD:
            return text
        text = settled(text, value, refusal=self.refusal)
        self.run_validators(
            text
        )  # a mark can be longer than the number that it stands for
        return text


class WithoutIdentity(forms.BaseForm):
    """A form whose texts are taken without personal numbers only; ``refusal`` says so in its words."""

    refusal = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, CleanTextField):
                field.refusal = self.refusal


class DayField(forms.DateField):
    """A day in the past or today, as a date picker sends it or as Swedes write it."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=widget, input_formats=["%Y-%m-%d", "%Y%m%d"], **options)
        self.error_messages |= {
            "invalid": "Skriv dagen som år-månad-dag, till exempel 2026-03-01.",
            "early": "Ange en dag från och med år 1900.",
            "late": "Ange en dag som har varit, eller i dag.",
        }

    def clean(self, value: Any) -> Any:
        """Refuse days that cannot be when something happened."""
        day = super().clean(value)
        if day is not None and day < EARLIEST:
            raise forms.ValidationError(self.error_messages["early"])
        if day is not None and day > timezone.localdate():
            raise forms.ValidationError(self.error_messages["late"])
        return day


class OnceForm(forms.Form):
    """A form that makes one case however often it is sent, as long as it is sent within a day."""

    form_token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    begun = forms.CharField(
        widget=forms.HiddenInput,
        initial=lambda: signing.dumps("begun", salt="once-form"),
    )

    too_old = "Formuläret har varit öppet länge. Läs igenom det du har skrivit och skicka det igen."
    already_sent = (
        "Du har redan skickat det här formuläret, och har ändrat i det sedan dess. "
        "Det du skickade först har vi tagit emot. Skicka igen om du vill lämna det här också."
    )

    def clean_begun(self) -> str:
        """Refuse a form that we did not make, or made more than a day ago."""
        try:
            signing.loads(
                self.cleaned_data["begun"], salt="once-form", max_age=FORM_LIVES
            )
        except signing.BadSignature as problem:
            raise forms.ValidationError(self.too_old) from problem
        return str(self.cleaned_data["begun"])

    @property
    def facts(self) -> dict[str, Any]:
        """Return what the form says about the case."""
        about_the_form = {"form_token", "begun", "website"}
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in about_the_form
        }

    @property
    def is_stale(self) -> bool:
        """Tell whether the form itself, rather than an answer in it, is what cannot be taken."""
        return bool(self.errors.keys() & {"form_token", "begun"})

    def renewed(self, **options: Any) -> Self:
        """Return an unsent form, with the same options, a new token and everything that was typed."""
        typed = {
            name: self.data.get(name)
            for name in self.fields
            if name not in {"form_token", "begun"}
        }
        return type(self)(initial=typed, **options)


class VersionedForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form over something that two people can change: it carries the version that was read."""

    seen_version = forms.IntegerField(
        widget=forms.HiddenInput, min_value=0, max_value=2_000_000_000
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen_version"] = self.instance.version

    def keep_word(self, name: str) -> None:
        """Offer what is already said, though it is not among the words of today."""
        field, stored = self.fields.get(name), getattr(self.instance, name)
        if not stored or not isinstance(field, forms.ChoiceField):
            return
        if stored not in dict(field.choices):  # type: ignore[arg-type]
            field.choices = [*field.choices, (stored, stored)]  # type: ignore[misc]

    def keep_typed(self, fresh: Any) -> list[tuple[str, str]]:
        """Let what was typed be sent again on top of a newer version; return what the other has written.

        The answer is (label, text) for each field that differs, to be shown beside what was typed.
        """
        data = QueryDict(mutable=True)
        data.update(self.data)
        data["seen_version"] = str(fresh.version)
        self.data = data
        theirs = []
        for name in (name for name in self._meta.fields or () if name in self.fields):
            field, stored = self.fields[name], getattr(fresh, name)
            shown = getattr(
                fresh, f"get_{name}_display", lambda stored=stored: stored
            )()
            text = "\n".join(shown) if isinstance(shown, list) else str(shown or "")
            said = self.cleaned_data.get(name)
            is_row = isinstance(
                field, forms.ModelChoiceField
            )  # which compares with what was typed alone
            if text and (stored != said if is_row else field.has_changed(stored, said)):
                theirs.append((str(field.label), text))
        return theirs


class StepForm(VersionedForm):
    """The facts of one step; made for each step by step_form, from the fields that an app knows."""

    class Meta:
        """The fields are the step's own."""

        model: type[Case] = Case
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        for (
            name,
            field,
        ) in (
            self.fields.items()
        ):  # a case that says nothing yet must not hide a suggestion
            if field.initial is not None and self.initial.get(name) in (None, ""):
                self.initial[name] = field.initial

    @property
    def said(self) -> list[tuple[str, str]]:
        """Return what was filled in, in words: label and text."""
        found = []
        for field in self.visible_fields():
            value = self.cleaned_data.get(field.name)
            words = dict(getattr(field.field, "choices", ()))
            text = "Ja" if value is True else str(words.get(value, value or ""))
            found += [(str(field.label), text)] if text else []
        return found


def step_form(
    base: type[StepForm], known: Mapping[str, forms.Field], fields: tuple[str, ...]
) -> type[StepForm]:
    """Return the form that asks for a step's facts; what is no field of the case is asked beside them."""
    stored = {field.name for field in base.Meta.model._meta.get_fields()}
    own = tuple(name for name in fields if name in stored)
    body: dict[str, Any] = {"Meta": type("Meta", (base.Meta,), {"fields": own})}
    body |= {name: known[name] for name in fields if name in known}
    made: Any = type(base)
    return cast("type[StepForm]", made("StepFormOfStep", (base,), body))


def line(
    label: str, required: str = "", *, longest: int | None = 200, **options: Any
) -> CleanTextField:
    """Ask for text on one line; ``required`` is what to say when it is missing, nothing where it may be."""
    if required:
        options["error_messages"] = {"required": required}
    return CleanTextField(
        label=label,
        required=bool(required),
        max_length=longest,
        widget=forms.TextInput(),
        **options,
    )


def radios(
    label: str, choices: Iterable[tuple[str, str]], required: str, **options: Any
) -> forms.ChoiceField:
    """Ask for one of a few answers, all of them in sight."""
    errors = {"required": required, "invalid_choice": "Välj ett av svaren."}
    return forms.ChoiceField(
        label=label,
        choices=[(value, text[:1].upper() + text[1:]) for value, text in choices],
        widget=forms.RadioSelect,
        error_messages=errors,
        **options,
    )


class NoteForm(forms.Form):
    """A note in a case, or a message to the one who reported it."""

    text = CleanTextField(
        label="Skriv en anteckning eller ett meddelande",
        rows=4,
        error_messages={"required": "Skriv något först."},
    )
    form_token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class FindingForm(NoteForm):
    """A note of an investigation: what is known, from where, and whether it is a fact or an assessment."""

    nature = radios(
        "Vad är det för uppgift?",
        Note.Nature.choices,
        "Välj om det är en faktisk uppgift eller en bedömning.",
    )
    source = CleanTextField(
        label="Varifrån kommer uppgiften?",
        max_length=200,
        widget=forms.TextInput(),
        help_text="Till exempel: samtal med sektionschefen, journalen, egen iakttagelse.",
        error_messages={"required": "Skriv varifrån uppgiften kommer."},
    )
    learnt_on = DayField(
        label="Vilken dag?",
        initial=timezone.localdate,
        error_messages={"required": "Ange vilken dag."},
    )

    field_order = ("nature", "source", "learnt_on", "text")

    @property
    def about(self) -> dict[str, Any]:
        """Return what the note says besides its text."""
        return {
            name: self.cleaned_data[name] for name in ("nature", "source", "learnt_on")
        }


def note_form_for(case: Case) -> type[NoteForm]:
    """Return the form for a note of those who handle a case."""
    return FindingForm if kind_of(case.subject).asks_for_sources else NoteForm


def prefixed_errors(form: forms.BaseForm, problem: Any) -> None:
    """Give a form the errors of a verb that refused it; fields that it does not show become its own."""
    for field, errors in getattr(problem, "error_dict", {None: [problem]}).items():
        form.add_error(field if field in form.fields else None, errors)


class _People(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A person, named as the others choose among: name and account."""

    def label_from_instance(self, person: User) -> str:
        """Return the name, with the account for those who share one."""
        return f"{person.name} ({person.username})"


class _SeveralPeople(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    label_from_instance = _People.label_from_instance  # type: ignore[assignment]


class PersonForm(forms.Form):
    """One of those who could else read or handle a case."""

    person = _People(
        User.objects.none(),
        label="Vem är jävig?",
        to_field_name="username",
        empty_label="Välj person",
        help_text="Den som är inblandad, närstående till någon inblandad, eller själv har rapporterat.",
        error_messages={
            "required": "Välj en person.",
            "invalid_choice": "Välj en person i listan.",
        },
    )

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]


class ReadersForm(forms.Form):
    """The one to three persons who alone read a case."""

    readers = _SeveralPeople(
        User.objects.none(),
        label="Vilka ska kunna läsa ärendet?",
        to_field_name="username",
        widget=forms.CheckboxSelectMultiple,
        help_text=(
            "En till tre personer. Minst en av dem ska kunna handlägga ärendet, och minst en annan än du ska "
            "stå utanför enheten: en chef ovanför, kvalitetscontrollern eller lex Sarah-utredaren."
        ),
        error_messages={
            "required": "Välj en till tre personer.",
            "invalid_choice": "Välj personer i listan.",
        },
    )

    reason = CleanTextField(
        label="Varför behöver ärendet skyddas?",
        rows=2,
        help_text="Läses bara av dem som läser ärendet. Skriv inga namn eller adresser.",
        error_messages={"required": "Skriv varför ärendet behöver skyddas."},
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        around = people_around(case.unit).exclude(pk__in=case.recusals.values("user"))
        self.fields["readers"].queryset = around  # type: ignore[attr-defined]
