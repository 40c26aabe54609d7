from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from casework.models import LogEntry
from deviations.imports import import_deviations
from kvalitet.operations.roles import as_owner
from organisation.registers.imports import import_units
from tests.registers import DEVIATION, good_register, import_rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry(tmp_path: Path) -> LogEntry:
    """Return the only line of history, of an imported deviation."""
    import_rows(tmp_path / "units.csv", good_register()["units.csv"], import_units)
    import_rows(tmp_path / "deviations.csv", [DEVIATION], import_deviations)
    return LogEntry.objects.get()


def test_verify_log_says_that_history_is_whole(entry: LogEntry) -> None:
    out = StringIO()
    call_command("verify_log", stdout=out)
    assert "hel i alla ärenden" in out.getvalue()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "change",
    ["UPDATE casework_logentry SET label = 'x'", "DELETE FROM casework_logentry"],
)
def test_verify_log_names_case_whose_history_was_changed(
    entry: LogEntry, change: str
) -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE casework_logentry DISABLE TRIGGER append_only")
        cursor.execute(change)
        cursor.execute("ALTER TABLE casework_logentry ENABLE TRIGGER append_only")
    errors = StringIO()
    with pytest.raises(SystemExit):
        call_command("verify_log", stderr=errors)
    assert "KA-2024-0001" in errors.getvalue()
