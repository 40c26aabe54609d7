"""The forms in which an own outline is begun, and its headings are written."""

from __future__ import annotations

from typing import Any, cast

from django import forms

from casework.texts.forms import line
from reports.outlines.editing import Place, with_places
from reports.outlines.outline import Item, Outline, offered_outlines


class OutlineForm(forms.Form):
    """What the new outline is called, and which one it begins as."""

    name = line("Vad ska mallen heta?", "Skriv vad mallen ska heta.", longest=80)
    base = forms.ChoiceField(
        label="Vilken mall ska den börja som?",
        error_messages={
            "required": "Välj en mall.",
            "invalid_choice": "Välj en mall i listan.",
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["base"]).choices = offered_outlines()


class HeadingsForm(forms.Form):
    """The headings of an outline, each under its place; how long one may be the outline says."""

    def __init__(self, *args: Any, outline: Outline, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place, item in with_places(outline.items):
            label = f"Rubrik för {_number(place)} {item.part.name}"
            field = line(label, longest=None, initial=item.title)
            field.widget.attrs["aria-label"] = label
            self.fields[f"heading-{_called(place)}"] = field

    @property
    def written(self) -> dict[str, str]:
        """Return the headings that were sent."""
        return {
            name: text for name, text in self.cleaned_data.items() if name in self.data
        }

    def rows(
        self, shown: Outline
    ) -> list[tuple[str, str, int, Item, forms.BoundField]]:
        """Return each section as it is shown: place, number, level, and where its heading is written."""
        return [
            (
                _called(place),
                _number(place),
                len(place),
                item,
                self[f"heading-{_called(place)}"],
            )
            for place, item in with_places(shown.items)
        ]


def _called(place: Place) -> str:
    """Return a place as the names of form fields have it."""
    return ".".join(map(str, place))


def _number(place: Place) -> str:
    """Return the number of the section in a place."""
    return ".".join(str(at + 1) for at in place)
