"""The choice of a unit, which many forms share."""

from __future__ import annotations

from typing import Any, cast

from django import forms

from organisation.models import Unit, UnitQuerySet


class UnitChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A unit, named by its code; which ones are offered is decided for each form that is shown."""

    def __init__(self, **options: Any) -> None:
        errors = {"required": "Välj en enhet.", "invalid_choice": "Välj en enhet i listan."}
        errors |= options.pop("error_messages", {})
        options = {"label": "Enhet", "to_field_name": "code", "empty_label": None, **options}
        super().__init__(Unit.objects.none(), error_messages=errors, **options)

    def label_from_instance(self, unit: Unit) -> str:
        """Return the name, with a dash for each level above it."""
        return f"{'– ' * unit.depth}{unit.name}"


def offer_units(form: forms.BaseForm, units: UnitQuerySet) -> UnitChoice:
    """Let a form offer these units; return its field."""
    field = cast("UnitChoice", form.fields["unit"])
    field.queryset = units
    return field
