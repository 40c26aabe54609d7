"""An answer that is counted is asked, shown, corrected and told again: nothing is forgotten on a page."""

from __future__ import annotations

import re

import pytest

from deviations.process.workflow import ANSWERED, STAFF_REPORTS
from deviations.reporting.forms import ReportForm
from deviations.statistics import COUNTINGS
from tests.test_house import ROOT

TEMPLATES = ROOT / "templates" / "deviations"
COUNTED = {name for counting in COUNTINGS for name in counting.dimensions}
ASKED = sorted({*ReportForm.base_fields} & COUNTED)


@pytest.mark.parametrize("name", ASKED)
def test_counted_answer_is_asked_shown_and_may_be_corrected(name: str) -> None:
    report, event = (TEMPLATES / f"{page}.html" for page in ("report", "event"))

    assert f"{{{{ form.{name}.as_field_group }}}}" in report.read_text(encoding="utf-8")
    assert re.search(
        rf"case\.(?:get_{name}_display|{name})\b", event.read_text(encoding="utf-8")
    )
    assert name in ANSWERED
    assert name in STAFF_REPORTS.step("ratta").fields


def test_what_is_asked_and_counted_is_found() -> None:
    assert {"category", "consequence", "kind", "process", "target_group"} <= {*ASKED}
