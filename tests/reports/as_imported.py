"""Reports of a register as it was imported, each compiled once for all tests that only read it."""

from __future__ import annotations

import datetime as dt
from functools import cache

from organisation.models import Unit
from reports.document.blocks import Document
from reports.life.services import begin
from reports.outlines.compiling import compile_report


@cache
def as_imported(
    register: str, unit: str, year: int, template: str, day: dt.date
) -> Document:
    """Return the report of a unit, in the database of a register that nobody has changed yet.

    It is kept when the test that asked for it first undoes what it has begun.
    """
    report = begin(
        unit=Unit.objects.get(code=unit), year=year, template=template, actor=None
    )
    return compile_report(report, extracted_on=day)
