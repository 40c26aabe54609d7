"""What is asked about an extract, and for whom the log is looked up."""

from __future__ import annotations

from typing import Any, cast

from django import forms

from audit.extracts.giving import may_extract
from audit.looking.access import Looked, employees, readers_of
from audit.looking.forms import UNKNOWN_CASE
from audit.models.extract import Capacity, Disclosure
from casework.texts.forms import CleanTextField, DayField, OnceForm, line, radios
from organisation.access import may
from organisation.models import User
from organisation.rights import Right

ONE_CASE = "Skriv ärendets nummer."


class ExtractForm(OnceForm):
    """About what an extract is, who asks for it, and how the names of employees were tested."""

    number = line(
        "Vilket ärende?",
        longest=40,
        help_text="Ärendets nummer, om uttaget ska visa vem som har läst det.",
    )
    username = line(
        "Eller vilken medarbetare?",
        longest=150,
        help_text="Användarnamnet, om uttaget ska visa vad medarbetaren själv har läst.",
    )
    first = DayField(
        label="Från och med vilken dag?",
        error_messages={"required": "Ange den första dagen."},
    )
    last = DayField(
        label="Till och med vilken dag?",
        error_messages={"required": "Ange den sista dagen."},
    )
    asked_by = line(
        "Vem begär uttaget?",
        "Skriv vem som begär uttaget.",
        help_text="Namnet sparas krypterat och står inte i uttaget.",
    )
    capacity = radios("I vilken egenskap?", Capacity.choices, "Välj i vilken egenskap.")
    disclosure = radios(
        "Ska namn på medarbetare vara med?",
        Disclosure.choices,
        "Välj om namnen är prövade.",
        help_text="Namn lämnas bara ut efter en sekretessprövning i det enskilda fallet. "
        "Pröva särskilt om någon av dem kan ha rapporterat händelsen.",
    )
    paragraph = line(
        "Enligt vilket lagrum prövades namnen?",
        longest=100,
        help_text="Till exempel OSL 26 kap. 1 §. Lämna tomt om namnen inte är prövade.",
    )
    reasons = CleanTextField(
        label="Vilka är skälen?",
        required=False,
        rows=4,
        max_length=2_000,
        help_text="Lämna tomt om namnen inte är prövade. Skälen sparas krypterade.",
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        """Ask about an employee only who may see what employees have read."""
        super().__init__(*args, **kwargs)
        self.user = user
        self.about: Looked | User | None = None
        if not may(user, Right.LOG_SEE_READINGS):
            del self.fields["username"]
            number = cast("forms.CharField", self.fields["number"])
            number.help_text, number.required = "Ärendets nummer.", True
            number.error_messages["required"] = ONE_CASE

    def clean(self) -> dict[str, Any]:
        """Find what the extract is about, and ask for the whole test where names were tested."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        number, username = said.get("number", ""), said.get("username", "")
        if bool(number) == bool(username) and not self.errors.keys() & {
            "number",
            "username",
        }:
            self.add_error(
                "number", "Skriv antingen ett ärendes nummer eller ett användarnamn."
            )
        elif number:
            self._find_case(number)
        elif username:
            self._find_employee(username)
        self._check_days(said)
        self._check_test(said)
        return said

    def _find_case(self, number: str) -> None:
        looked = readers_of(self.user, number.upper())
        if looked is None:
            self.add_error("number", UNKNOWN_CASE)
        elif not may_extract(self.user, looked):
            self.add_error(
                "number",
                "Du kan inte lämna ut vem som har läst ärendet. Är det skyddat blir det inget uttag: "
                "skriv av det som får lämnas ut från sidan Vem har läst.",
            )
        else:
            self.about = looked

    def _find_employee(self, username: str) -> None:
        self.about = employees(self.user).filter(username=username).first()
        if self.about is None:
            self.add_error(
                "username", "Ingen medarbetare i förvaltningen har det användarnamnet."
            )

    def _check_days(self, said: dict[str, Any]) -> None:
        first, last = said.get("first"), said.get("last")
        if first and last and last < first:
            self.add_error("last", "Den sista dagen är före den första.")

    def _check_test(self, said: dict[str, Any]) -> None:
        """Ask for paragraph and reasons where names were tested, and for neither where they were not."""
        wanted = {"paragraph": "lagrummet", "reasons": "skälen"}
        if said.get("disclosure") == Disclosure.NONE:
            for name, word in wanted.items():
                if said.get(name):
                    self.add_error(
                        name,
                        f"Namnen är inte prövade enligt svaret ovan: ta bort {word}.",
                    )
        elif said.get("disclosure"):
            for name, word in wanted.items():
                if not said.get(name) and name not in self.errors:
                    self.add_error(name, f"Skriv {word} för prövningen.")

    @property
    def facts(self) -> dict[str, Any]:
        """Return what the verb stores; what it is about is found already."""
        facts = super().facts
        return {
            name: value
            for name, value in facts.items()
            if name not in {"number", "username"}
        }
