"""For which case or which employee the log is looked up."""

from __future__ import annotations

from typing import Any

from django import forms

from audit.looking.access import employees_named, readers_of
from casework.texts.forms import line
from organisation.models import User

UNKNOWN_CASE = "Du kan inte se vem som har läst ett ärende med det numret."


class CaseForm(forms.Form):
    """The case whose readers somebody wants to see."""

    number = line(
        "Ärendets nummer",
        "Skriv ärendets nummer, till exempel KA-2026-0123.",
        longest=40,
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    @property
    def leads_to(self) -> tuple[str, str]:
        """Return the page of who has read it."""
        return "audit:case", self.cleaned_data["number"]

    def clean_number(self) -> str:
        """Return the number of a case whose readers may be seen; of others it is not said that they exist."""
        looked = readers_of(self.user, self.cleaned_data["number"].upper())
        if looked is None:
            raise forms.ValidationError(UNKNOWN_CASE)
        return looked.number


class EmployeeForm(forms.Form):
    """The employee whose readings somebody wants to see."""

    name = line(
        "Namn eller användarnamn",
        "Skriv ett namn eller ett användarnamn.",
        longest=100,
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.found: list[User] = []

    @property
    def leads_to(self) -> tuple[str, str] | None:
        """Return the page of the one employee with that name; of several somebody chooses."""
        is_one = len(self.found) == 1
        return ("audit:person", self.found[0].username) if is_one else None

    def clean_name(self) -> str:
        """Find the employees."""
        words: str = self.cleaned_data["name"]
        self.found = employees_named(self.user, words)
        if not self.found:
            raise forms.ValidationError(
                "Ingen medarbetare i förvaltningen har det namnet."
            )
        return words
