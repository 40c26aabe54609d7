"""Fields that ask for a case."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms

from casework.models import Case


class OtherCaseField(forms.CharField):
    """The number of another case of the same kind that the person may read.

    ``itself_one`` says in words that a case is a duplicate itself, where such a one is no answer.
    """

    def __init__(
        self,
        model: type[Case],
        *,
        itself_one: Callable[[str], str] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(max_length=40, **options)
        self.model, self.itself_one = model, itself_one
        self.user: Any = None
        self.instance: Case | None = None

    def clean(self, value: Any) -> Any:
        """Return the case; one that may not be read is as unknown as one that is not there."""
        number = super().clean(value).strip().upper()
        found = self.model.objects.handled_by(self.user).filter(number=number).first()
        if found is None:
            raise forms.ValidationError(
                "Det finns inget sådant ärende som du kan läsa. Kontrollera numret."
            )
        if self.instance is not None and found.pk == self.instance.pk:
            raise forms.ValidationError(
                "Skriv numret på det andra ärendet, inte på det här."
            )
        if self.itself_one and found.duplicate_of_id is not None:
            raise forms.ValidationError(self.itself_one(number))
        return Case.objects.handled_by(self.user).get(pk=found.pk)
