"""A whole register: all of it or nothing, every fault named, the same folder twice changes nothing."""

from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection

from casework.cases.history import broken_logs
from casework.handling.services import next_number
from casework.models import Case, LogEntry, NumberSeries, Recount
from deviations.models import Deviation
from lexsarah.models import LexSarahCase, LexSarahReport
from organisation.models import Unit
from riskanalysis.models import RiskAnalysis
from selfcheck.models import Measurement, SelfCheck
from tests.registers import good_register, write_register
from tests.spoiled import DEVIATIONS, SPOILED, SPOILED_FILES

DATA = Path(__file__).parent.parent / "data"

pytestmark = pytest.mark.django_db


def stored_rows() -> dict[str, int]:
    """Count the rows of every table that an import could touch."""
    own = (
        "organisation",
        "casework",
        "deviations",
        "lexsarah",
        "selfcheck",
        "riskanalysis",
    )
    models = [model for app in own for model in apps.get_app_config(app).get_models()]
    tables = [model._meta.db_table for model in models]
    counts = [f"SELECT '{table}', count(*) FROM {table}" for table in tables]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(counts))
        return dict(cursor.fetchall())


def import_register(folder: Path, **options: bool) -> str:
    out = StringIO()
    call_command("import_register", folder, stdout=out, **options)
    return out.getvalue()


def refuse_register(folder: Path) -> list[str]:
    """Import a folder that must be refused and return what was said."""
    errors = StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("import_register", folder, stderr=errors)
    assert stopped.value.code == 1
    return errors.getvalue().splitlines()


@pytest.mark.every
def test_import_stores_malmo_register() -> None:
    import_register(DATA / "malmo")
    assert Unit.objects.count() == 50
    assert Deviation.objects.count() == 5154
    assert LexSarahReport.objects.count() == LexSarahCase.objects.count() == 547
    assert (
        RiskAnalysis.objects.count(),
        SelfCheck.objects.count(),
        Measurement.objects.count(),
    ) == (
        17,
        60,
        17,
    )
    assert LogEntry.objects.count() == Case.objects.count() == 5154 + 547 + 17 + 60
    assert broken_logs() == []
    assert next_number("KA", 2024) == "KA-2024-1277"


def test_import_stores_goteborg_register() -> None:
    import_register(DATA / "goteborg")
    assert Deviation.objects.count() == 986
    assert LexSarahReport.objects.filter(case__degree="none").count() == 13
    assert LogEntry.objects.count() == Case.objects.count()
    assert broken_logs() == []


def test_import_changes_nothing_when_repeated(tmp_path: Path) -> None:
    assert_changes_nothing(write_register(tmp_path, good_register()), cases=2)
    assert next_number("KA", 2024) == "KA-2024-0002"


@pytest.mark.every
def test_import_of_goteborg_register_changes_nothing_when_repeated() -> None:
    assert_changes_nothing(DATA / "goteborg", cases=986)


def assert_changes_nothing(folder: Path, *, cases: int) -> None:
    """Import a folder twice: the second time nothing is new, not even a number that is taken."""
    import_register(folder)
    Recount.objects.all().delete()
    numbers = NumberSeries.objects.order_by("prefix", "year")
    before = stored_rows(), list(numbers.values())
    said = import_register(folder)

    assert f"deviations.csv: 0 nya, {cases} oförändrade" in said
    assert (stored_rows(), list(numbers.values())) == before


def test_import_stores_nothing_when_run_dry(tmp_path: Path) -> None:
    folder, before = write_register(tmp_path, good_register()), stored_rows()
    said = import_register(folder, dry_run=True)
    assert "deviations.csv: 2 nya, 0 oförändrade" in said
    assert "inget sparades" in said
    assert stored_rows() == before


def test_import_takes_files_with_byte_order_mark_and_windows_line_ends(
    tmp_path: Path,
) -> None:
    for path in write_register(tmp_path, good_register()).glob("*.csv"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert "deviations.csv: 2 nya" in import_register(tmp_path)


BLANKS = ("", " ", "\u00a0", "\t")
LEFT_OVER = [
    pytest.param(name, blank, marks=() if met else pytest.mark.every)
    for place, name in enumerate(good_register())
    for blank, met in ((each, each == BLANKS[place % 4]) for each in BLANKS)
]


@pytest.mark.parametrize(("name", "blank"), LEFT_OVER)
def test_import_passes_over_rows_of_only_delimiters(
    tmp_path: Path, name: str, blank: str
) -> None:
    files = good_register()
    columns = len(files[name][0])
    left_over = ";".join([blank] * columns)
    path = write_register(tmp_path, files) / name
    path.write_text(
        path.read_text() + f"{left_over}\n{';' * (columns + 3)}\n{left_over}\n"
    )

    assert f"{name}: {len(files[name])} nya" in import_register(tmp_path)


FORMULAS = (
    "- ringde inte tillbaka",
    "+46 70 123 45 67 svarade inte",
    "=> se rutin",
    "@anna på jouren",
    "-- inget --",
    '-"Nej" sa hon',
    "– tankstreck",
    "+ bra bemötande",
    "'=SUM(A1)",
    "-2 grader ute",
    "=HYPERLINK(1)",
    "-cmd|' /C calc'!A0",
    "＝1+1",
)


def test_import_takes_text_that_begins_as_a_formula(tmp_path: Path) -> None:
    files = good_register()
    first = files["deviations.csv"][0]
    files["deviations.csv"] = [
        first | {"reference": f"KA-2024-{n:04d}", "description": text, "category": text}
        for n, text in enumerate(FORMULAS, start=1)
    ]
    import_register(write_register(tmp_path, files))

    stored = Deviation.objects.order_by("number").values_list("description", "category")
    assert list(stored) == [(text, text) for text in FORMULAS]


def test_import_drops_what_hides_inside_words(tmp_path: Path) -> None:
    files = good_register()
    files["deviations.csv"][0]["description"] = (
        "Miss\u00adbruks\u200bproblem\u2060 hos en\ufeff a\u030a."
    )
    import_register(write_register(tmp_path, files))

    assert (
        Deviation.objects.get(number="KA-2024-0001").description
        == "Missbruksproblem hos en å."
    )


def test_import_needs_no_units_file_when_units_are_stored(tmp_path: Path) -> None:
    import_register(write_register(tmp_path, good_register()))
    (tmp_path / "units.csv").unlink()
    assert "deviations.csv: 0 nya, 2 oförändrade" in import_register(tmp_path)


def test_import_refuses_folder_without_register(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="finns ingen av filerna"):
        call_command("import_register", tmp_path)


def test_import_says_which_files_it_leaves_unread(tmp_path: Path) -> None:
    write_register(tmp_path, good_register())
    (tmp_path / "deviation.csv").write_text("x\n")
    errors = StringIO()
    call_command("import_register", tmp_path, stdout=StringIO(), stderr=errors)
    assert "deviation.csv hör inte till registret" in errors.getvalue()


def test_import_names_every_fault_of_every_file(tmp_path: Path) -> None:
    files = good_register()
    files["units.csv"][2]["staff"] = "många"
    files["deviations.csv"][0]["received_on"] = "igår"
    files["deviations.csv"][0]["kind"] = "brev"
    files["series.csv"][1]["period"] = "2024-13"
    said = refuse_register(write_register(tmp_path, files))
    expected = [
        "units.csv rad 4, kolumn staff:",
        "deviations.csv rad 2, kolumn received_on:",
        "deviations.csv rad 2, kolumn kind:",
        "series.csv rad 3, kolumn period:",
    ]
    assert all(any(line.startswith(start) for line in said) for start in expected)


def test_import_counts_faults_beyond_the_first_of_a_column(tmp_path: Path) -> None:
    files = good_register()
    files["deviations.csv"] = [
        files["deviations.csv"][0]
        | {"reference": f"KA-2024-{n:04d}", "received_on": "2024-02-30"}
        for n in range(500)
    ]
    said = refuse_register(write_register(tmp_path, files))
    assert "deviations.csv: 480 fel till i kolumn received_on" in said
    assert len(said) < 30


def test_import_refuses_number_used_in_two_files(tmp_path: Path) -> None:
    files = good_register()
    files["lexsarah.csv"][0]["case"] = "KA-2024-0001"
    said = refuse_register(write_register(tmp_path, files))
    assert (
        "lexsarah.csv rad 2, kolumn case: ”KA-2024-0001” står redan i deviations.csv rad 2"
        in said
    )


@pytest.mark.parametrize("kind", SPOILED)
def test_import_refuses_spoiled_row(tmp_path: Path, kind: str) -> None:
    spoil, place, reason = SPOILED[kind]
    files, before = good_register(), stored_rows()
    spoil(files)
    said = refuse_register(write_register(tmp_path, files))
    assert any(line.startswith(place + ":") and reason in line for line in said), said
    assert stored_rows() == before
    assert max(map(len, said)) < 400


@pytest.mark.parametrize("kind", SPOILED_FILES)
def test_import_refuses_spoiled_file(tmp_path: Path, kind: str) -> None:
    spoil, place, reason = SPOILED_FILES[kind]
    before = stored_rows()
    path = write_register(tmp_path, good_register()) / DEVIATIONS
    path.write_bytes(spoil(path.read_bytes()))
    said = refuse_register(tmp_path)
    assert any(line.startswith(place + ":") and reason in line for line in said), said
    assert stored_rows() == before


def test_import_refuses_file_that_is_a_folder(tmp_path: Path) -> None:
    write_register(tmp_path, good_register())
    (tmp_path / DEVIATIONS).unlink()
    (tmp_path / DEVIATIONS).mkdir()
    assert any("kan inte läsas" in line for line in refuse_register(tmp_path))
