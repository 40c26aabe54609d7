"""The form that takes files."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from casework.files.asking import PATIENCE, RefusedFileError
from casework.files.turns import WAITS, BusyError, Slot, slot
from casework.handling.attachments import (
    ENDINGS,
    LARGEST,
    MOST_AT_ONCE,
    CheckedFile,
    check,
    clean_name,
)


class FilesInput(forms.FileInput):
    """The browser's own control, for several files at once."""

    allow_multiple_selected = True

    def __init__(self) -> None:
        super().__init__(
            attrs={
                "accept": ",".join(ENDINGS),
                "multiple": True,
                "data-largest": LARGEST,
            }
        )

    def value_from_datadict(self, _data: Any, files: Any, name: str) -> Any:
        """Return every file, not only the last."""
        return files.getlist(name)


class FilesField(forms.Field):
    """One to five files, each checked; what is refused is named, with the reason."""

    waits = WAITS

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=FilesInput(), **options)

    def clean(self, value: list[UploadedFile[Any]]) -> list[CheckedFile]:
        """Return the files as they may be stored, or say about each why it is not."""
        if not value:
            raise forms.ValidationError("Välj minst en fil.")
        if len(value) > MOST_AT_ONCE:
            raise forms.ValidationError(f"Välj högst {MOST_AT_ONCE} filer åt gången.")
        try:
            with slot(waits=self.waits) as taken:
                return self._checked(value, taken)
        except BusyError as busy:
            raise forms.ValidationError(
                "Många filer kontrolleras just nu. Vänta en minut och lägg till filerna igen."
            ) from busy

    def _checked(
        self, files: list[UploadedFile[Any]], taken: Slot
    ) -> list[CheckedFile]:
        good: list[CheckedFile] = []
        errors: list[str] = []
        for file in files:
            try:
                # Of a file that is too large, no more than what shows it is read.
                content = file.read(LARGEST + 1)
                good.append(
                    check(
                        file.name or "",
                        content,
                        patience=min(PATIENCE, taken.seconds_left),
                    )
                )
            except RefusedFileError as refused:
                errors.append(f"{clean_name(file.name or '')} {refused}")
        if errors:
            raise forms.ValidationError(errors)
        return good


class AttachForm(forms.Form):
    """Files for a case."""

    chosen = FilesField(
        label="Välj filer",
        help_text="Pdf, png, jpg, txt eller docx. Högst 5 filer åt gången, 10 MB var. Bilder sparas utan "
        "uppgift om plats och kamera.",
    )
