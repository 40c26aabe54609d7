"""Take one rule away from the product at a time: ``python bench/mutants.py [WORD ...]``.

In a copy of the tree one call of visible_to, handled_by or writable_by at a time becomes all(), or something
planted takes the place of what protects a page, a list or a form, and the tests of ``make test`` must fail:
those that can see it are run.  Words choose files, or what is planted for a test.  The copy and its database
(test_mutants on the server of DATABASE_URL and OWNER_DATABASE_URL, or the embedded one) are removed afterwards;
the end is 1 if any mutant survives.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parent.parent
PLACES = (
    *("*/views/*.py", "*/views.py", "*/public.py"),
    *("*/filters.py", "*/filtersets.py", "*/exports.py", "*/*forms.py"),
)
RULES = {"visible_to", "handled_by", "writable_by"}
CONTENTS, PAGES, INPUT = (
    "tests/test_access_contents.py",
    "tests/test_access.py",
    "tests/test_input.py",
)
TESTS = (CONTENTS, PAGES, "tests/test_access_cases.py")
LEFT_OUT = {
    ".git",
    ".venv",
    "var",
    "node_modules",
    "__pycache__",
    ".mypy_cache",
    ".ruff_cache",
    "static",
}
NO_PRODUCT = {*LEFT_OUT, "tests", "bench", "deploy", "docs"}
# Where another condition of the same line says as much: without the rule nothing changes.
SAID_TWICE = {
    "form.keep_typed(get_object_or_404(Deviation.objects.handled_by(": "fetched through the rule just before",
    "return Case.objects.handled_by(": "fetched through the rule just before",
    "plans = Plan.objects.visible_to(reader).filter(": "of a unit in which the reader plans, and so reads",
    "handled = LexSarahCase.objects.handled_by(request.user).select_related(": "asked just after: investigates it",
    "Deviation.objects.visible_to(request.user), pk=made.deviation_id": "a report's reporter is its deviation's",
}


@dataclass(frozen=True)
class Planted:
    """Words that stand in one place of the product, what takes their place, and the tests that see it."""

    words: str
    instead: str
    tests: tuple[str, ...]


LISTED = (f"{CONTENTS}::test_lists_hold_only_what_their_reader_may_read",)
CALENDAR = (f"{CONTENTS}::test_calendar_holds_only_what_its_reader_may_read",)
FILES = (
    f"{CONTENTS}::test_files_hold_only_what_their_reader_may_read_and_nobodys_words",
)
SECRETS = (f"{CONTENTS}::test_pages_show_a_secret_only_to_those_who_may_know_it",)
LOOKED_AT = (f"{PAGES}::test_get_answers_each_person_as_the_table_says",)
OPEN = "@right_required(Right.ORGANISATION_WORK)\n"
TYPED = (f"{INPUT}::test_markup_in_a_case_is_shown_as_it_was_typed",)
SHOWN = (
    f"{PAGES}::test_get_shows_every_visible_field_of_its_forms[deviations:report]",
)
TABLES = ("tests/test_tables.py",)
LAYERS = ("tests/test_layers.py",)
PLANTED = (
    # Lists, and what stands in a page.
    Planted("return cases.filter(protected=False)", "return cases.all()", FILES),
    Planted(
        "unprotected = actions.filter(case__protected=False)",
        "unprotected = actions.all()",
        FILES,
    ),
    Planted(
        ".open().unprotected().filter(due_on__gte=since)",
        ".open().filter(due_on__gte=since)",
        CALENDAR,
    ),
    Planted(
        "filter(owner=person, case__protected=False)",
        "filter(owner=person)",
        (f"{CONTENTS}::test_calendar_holds_no_action_of_a_protected_case",),
    ),
    Planted(
        "return Q(protected=False, pk__in=",
        "return Q(pk__in=",
        (f"{CONTENTS}::test_search_finds_nothing_protected",),
    ),
    Planted(
        'return "Skyddade personuppgifter" if self.protected else', "return", LISTED
    ),
    Planted(
        "return bool(knowing & roles_over(reader, deviation.unit))",
        "return bool(knowing)",
        SECRETS,
    ),
    Planted('"notes": (to_reporter | own_notes)', '"notes": deviation.notes', SECRETS),
    Planted(
        "if chosen.unread and not chosen.cases:",
        "if False:",
        (f"{CONTENTS}::test_assign_a_case_that_may_not_be_read_is_no_page",),
    ),
    Planted("{% if action.case.protected %}", "{% if not action.case %}", LISTED),
    Planted(
        "{% if case.protected %}{{ case.shown_title }}{%",
        "{% if not case %}{{ case.shown_title }}{%",
        LISTED,
    ),
    Planted(
        "{% if knows_reporter and case.contact %}", "{% if case.contact %}", SECRETS
    ),
    # Pages.
    Planted("@right_required(Right.ORGANISATION_ADMINISTER)\n", OPEN, LOOKED_AT),
    Planted("@right_required(Right.DEVIATIONS_REVIEW_LOWERED)\n", OPEN, LOOKED_AT),
    Planted("@right_required(Right.DEVIATIONS_REGISTER)\n", OPEN, LOOKED_AT),
    Planted(
        "@right_required(Right.REPORTS_OUTLINE)\ndef outline_list",
        f"{OPEN}def outline_list",
        LOOKED_AT,
    ),
    Planted(
        "@right_required(Right.ROUTINES_READ)\ndef routines",
        f"{OPEN}def routines",
        LOOKED_AT,
    ),
    Planted(
        "right and not right.roles & roles_in(case, request.user)\n",
        "False\n",
        ("tests/test_access_cases.py",),
    ),
    # The table of rights.
    Planted(
        'a ett tertials analyser",\n        ANALYSTS,',
        'a ett tertials analyser",\n        CHIEFS,',
        LOOKED_AT,
    ),
    Planted(
        'ändra enhetens rutiner",\n        CHIEFS,',
        'ändra enhetens rutiner",\n        CHIEFS | ANALYSTS,',
        LOOKED_AT,
    ),
    Planted(
        "if right.reach is Reach.WHOLE:\n        held = administrations",
        "if False:\n        held = administrations",
        LOOKED_AT,
    ),
    # What is sent and asked for.
    Planted(
        '"\\0" in unquote(request.META.get("QUERY_STRING", ""))',
        "False",
        (f"{PAGES}::test_refusal_answers_with_closed_headers",),
    ),
    Planted(
        '_HIDDEN.sub("", _LINE_ENDS.sub("\\n", value))',
        '_LINE_ENDS.sub("\\n", value)',
        ("tests/organisation/test_texts.py",),
    ),
    Planted(
        "_limit_marks(text, SAFE_TO_COMPOSE))\n    joined",
        "text)\n    joined",
        (f"{INPUT}::test_marks_that_are_slow_to_sort_take_no_time",),
    ),
    Planted(
        "DATA_UPLOAD_MAX_NUMBER_FIELDS = 500",
        "DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000",
        (f"{INPUT}::test_form_with_1200_fields_is_refused_in_swedish",),
    ),
    Planted(
        "DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000",
        "DATA_UPLOAD_MAX_MEMORY_SIZE = 100_000_000",
        (f"{INPUT}::test_form_of_ten_megabytes_is_refused_in_swedish",),
    ),
    Planted(
        "except SlowDownError:\n        attempt.give_back()\n        logger",
        "except SlowDownError:\n        logger",
        ("tests/organisation/test_sign_in.py",),
    ),
    Planted(
        "except SlowDownError as closed:\n        attempt.give_back()\n",
        "except SlowDownError as closed:\n",
        ("tests/organisation/test_sign_in.py",),
    ),
    Planted(
        '  <div class="prose">{{ case.description|linebreaks }}</div>\n  {% if case.proposal',
        '  <div class="prose">{{ case.description|safe|linebreaks }}</div>\n  {% if case.proposal',
        TYPED,
    ),
    Planted(
        'Eget förslag</h3><div class="prose">{{ case.proposal|',
        'Eget förslag</h3><div class="prose">{{ case.proposal|safe|',
        TYPED,
    ),
    Planted(
        'if number and "\\0" not in number]',
        "if number]",
        (f"{INPUT}::test_form_with_one_hostile_answer_gets_a_page",),
    ),
    # What is forgotten: a field on its page, a member of an enum in a table, a database that is left behind.
    Planted(
        "  {{ form.consequence.as_field_group }}\n  {{ form.process.as_field_group }}\n  {{ form.proposal",
        "  {{ form.process.as_field_group }}\n  {{ form.proposal",
        SHOWN,
    ),
    Planted(
        'class ReportForm(ProtectableForm):\n    """',
        'class ReportForm(ProtectableForm):\n    setting = forms.CharField(label="Miljö")\n    """',
        SHOWN,
    ),
    Planted(
        'STATISTICS_REVIEW = "statistics_review", "genomgång av statistik"',
        'STATISTICS_REVIEW = "statistics_review", "genomgång av statistik"\n    OTHER = "other", "annat"',
        TABLES,
    ),
    Planted(
        '        ACTION_LEFT = "action_left",',
        '        OTHER = "other", "annat"\n        ACTION_LEFT = "action_left",',
        TABLES,
    ),
    Planted('BODIES = {"arbetsutskottet": DecidedBy.COMMITTEE, ', "BODIES = {", TABLES),
    # What is packed.
    Planted(
        "return list(dict.fromkeys(chain.from_iterable(levels)))",
        "return list(dict.fromkeys(one for level in levels for one in level))",
        ("tests/test_packing.py",),
    ),
    Planted(
        "if not OLDEST.items() <= done:",
        "if False:",
        ("tests/kvalitet/test_older_folder.py",),
    ),
    Planted('plain("chapter"),', "", ("tests/reports/test_file_format.py",)),
    # What is counted.
    Planted(
        "parent=self.unit, valid_from__lt=self.period_of(years[-1]).end",
        "parent=self.unit",
        ("tests/reports/test_writer.py",),
    ),
    Planted(
        "was_there = part.valid_from < end and (",
        "was_there = (",
        ("tests/reports/test_placing.py",),
    ),
    # Imports that lead upwards, to pages, or in a circle: in every way in which a module can be imported.
    Planted(
        "from casework.models import Job\n\n\ndef daily(",
        "from analysis.rules.number_words import decimal\n"
        "from casework.models import Job\n\n\ndef daily(",
        LAYERS,
    ),
    Planted(
        '"""Store that something is wrong, and log it unless that has been done within a day."""',
        "from casework.models import Case",
        LAYERS,
    ),
    Planted(
        "    from organisation.models import User\n\n\nclass NoReaderError",
        "    from lexsarah.models import LexSarahCase\n\n\nclass NoReaderError",
        LAYERS,
    ),
    Planted(
        "from holidays import country_holidays\n",
        "from holidays import country_holidays\n\n"
        "if False:\n    from deviations.models import Deviation\n",
        LAYERS,
    ),
    Planted(
        "def investigates(case: Case, person: User) -> bool:\n",
        "def investigates(case: Case, person: User) -> bool:\n"
        '    import_string("reports.models.AnnualReport")\n',
        LAYERS,
    ),
    Planted(
        "        super().__init__(dict.fromkeys(years, 0))\n",
        "        import reports.editions.building as building\n\n"
        "        super().__init__(dict.fromkeys(years, 0))\n",
        LAYERS,
    ),
    Planted(
        "from casework.handling.services import name_one_outside\n",
        "from casework.handling.services import name_one_outside\n"
        "from casework.texts.forms import DayField\n",
        LAYERS,
    ),
    Planted(
        '"""Return the routines that apply: those that nobody has withdrawn."""',
        "from casework.views.routines import routines",
        LAYERS,
    ),
    Planted(
        "class Severity(IntEnum):\n",
        "def _late() -> None:\n    from reports.checks.sums import remarks\n\n\n"
        "class Severity(IntEnum):\n",
        LAYERS,
    ),
    Planted(
        '"""Tell whether the administration works on a day."""',
        'import_module("kvalitet.settings")',
        LAYERS,
    ),
)


@dataclass(frozen=True)
class Mutant:
    """One rule: where it stands, what becomes of the file without it, and the tests that can see that."""

    path: Path
    line: int
    words: str
    text: str
    tests: tuple[str, ...]

    @property
    def excuse(self) -> str:
        """Return why it need not be found, or nothing."""
        for words, why in SAID_TWICE.items():
            if words in self.words:
                return why
        return ""


def mutants(tree: Path, words: tuple[str, ...]) -> Iterator[Mutant]:
    """Find every call of a rule and write the file without it.

    A filter by the person himself that follows the rule belongs to it, and goes with it.
    """
    for path in sorted(_product(tree)):
        if any(map(path.match, PLACES)) and is_chosen(path.relative_to(tree), words):
            yield from _mutants_of(
                path.relative_to(tree), path.read_text(encoding="utf-8")
            )


def is_chosen(path: Path, words: tuple[str, ...]) -> bool:
    """Tell whether a file is tried: all are, unless words choose among them."""
    return not words or any(word in str(path) for word in words)


def _mutants_of(path: Path, source: str) -> Iterator[Mutant]:
    module, lines = ast.parse(source), source.splitlines()
    parents: dict[ast.AST, ast.AST] = {}
    for node in ast.walk(module):
        parents.update(dict.fromkeys(ast.iter_child_nodes(node), node))
    for node in ast.walk(module):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if node.func.attr in RULES:
            whole: ast.AST = node
            outer = parents.get(parents[node])
            if isinstance(outer, ast.Call) and ast.unparse(outer).endswith(
                ".filter(reporter=request.user)"
            ):
                whole = outer
            mutated = _without(source, node.func.value, whole)
            words = lines[node.lineno - 1].strip()
            # Last those of the app itself: only what the tables let through needs them.
            tests = (*TESTS, f"tests/{path.parts[0]}")
            yield Mutant(path, node.lineno, words, mutated, tests)


def planted(tree: Path, words: tuple[str, ...]) -> Iterator[Mutant]:
    """Find the one place of each that is planted, and write the file with it.

    Raises RuntimeError when what it takes away stands nowhere, or in several places.
    """
    sources = {
        path.relative_to(tree): path.read_text(encoding="utf-8")
        for path in _product(tree)
    }
    for one in PLANTED:
        found = [path for path, source in sources.items() if one.words in source]
        if len(found) != 1 or sources[found[0]].count(one.words) != 1:
            raise RuntimeError(
                f"{one.words!r} stands not in one place but in {list(map(str, found))}"
            )
        path, source = found[0], sources[found[0]]
        if any(is_chosen(Path(name), words) for name in (path, *one.tests)):
            line = source[: source.index(one.words)].count("\n") + 1
            yield Mutant(
                path,
                line,
                one.words.strip(),
                source.replace(one.words, one.instead),
                one.tests,
            )


def _product(tree: Path) -> Iterator[Path]:
    """Find the code and the templates of the product."""
    for folder in sorted(tree.iterdir()):
        if folder.is_dir() and folder.name not in NO_PRODUCT:
            yield from folder.rglob("*.py")
            yield from folder.rglob("*.html")


def _without(source: str, rows: ast.expr, call: ast.AST) -> str:
    """Return the source where a call on some rows has become all of them."""
    data = source.encode()
    starts = [0]
    for line in data.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    end = starts[rows.end_lineno - 1] + rows.end_col_offset  # type: ignore[operator]
    stop = starts[call.end_lineno - 1] + call.end_col_offset  # type: ignore[attr-defined]
    return (data[:end] + b".all()" + data[stop:]).decode()


Addresses = dict[str, str]


def database() -> Addresses:
    """Return the addresses of a database that nobody else uses, for both roles, on the server there is."""
    names = ("DATABASE_URL", "OWNER_DATABASE_URL")
    urls = [os.environ.get(name, "") for name in names]
    if not all(urls):
        sys.path.insert(0, str(ROOT))
        from demo.embedded import VAR_DIR, ensure_database

        server = ensure_database(VAR_DIR / "test-postgres", durable=False)
        urls = [server.url(), server.owner_url()]
    return {name: within(url, "mutants") for name, url in zip(names, urls, strict=True)}


def within(url: str, database: str) -> str:
    """Return the address of another database on the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


def drop(addresses: Addresses) -> None:
    """Remove the database of the tests."""
    import psycopg

    owner = within(addresses["OWNER_DATABASE_URL"], "postgres")
    with psycopg.connect(owner, autocommit=True) as server:
        server.execute("DROP DATABASE IF EXISTS test_mutants")


def failing(copy: Path, addresses: Addresses, *options: str) -> str:
    """Run tests in a copy; return the first that fails, or nothing.

    Raises RuntimeError when the tests cannot run, which says nothing of the rule.
    """
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        "-q",
        "-x",
        "--tb=no",
        *options,
    ]
    environment = {
        **os.environ,
        **addresses,
        "PLAIN_STATIC": "1",
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }
    run = subprocess.run(
        command, cwd=copy, env=environment, capture_output=True, text=True, check=False
    )
    if run.returncode == 0:
        return ""
    # An error of a fixture that asks for many tests counts; one without "::" is of a whole file.
    failed = [
        line
        for line in run.stdout.splitlines()
        if re.match(r"(FAILED|ERROR) \S*::", line)
    ]
    if not failed:
        raise RuntimeError(run.stdout + run.stderr)
    return failed[0].partition(" - ")[0].rpartition("::")[2]


def attempt(mutant: Mutant, copy: Path, addresses: Addresses) -> str:
    """Run the tests with a mutant; return what kills it, or nothing.  Tests that name its app come first."""
    target = copy / mutant.path
    whole = target.read_text(encoding="utf-8")
    target.write_text(mutant.text, encoding="utf-8")
    runs = [("--reuse-db", *mutant.tests)]
    if mutant.tests[: len(TESTS)] == TESTS:
        runs.insert(0, (*runs[0], "-k", f"{mutant.path.parts[0]}:"))
    try:
        for run in runs:
            if by := failing(copy, addresses, *run):
                return by
        return ""
    finally:
        target.write_text(whole, encoding="utf-8")


def main(*words: str) -> int:
    """Try every mutant, and return 1 if any survives.

    ``--list`` only says which there are; ``--planted`` leaves out the calls of the rules.
    """
    flags = {word for word in words if word.startswith("--")}
    words = tuple(word for word in words if word not in flags)
    if "--list" in flags:
        found = [*mutants(ROOT, words), *planted(ROOT, words)]
        print(
            "\n".join(
                f"{mutant.path}:{mutant.line}  {mutant.words}" for mutant in found
            )
        )
        return int(not found)
    addresses = database()
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copy = Path(folder) / "tree"
        shutil.copytree(ROOT, copy, ignore=lambda _, names: LEFT_OUT & set(names))
        (copy / "static").symlink_to(ROOT / "static")
        todo = list(planted(copy, words))
        if "--planted" not in flags:
            todo = [*mutants(copy, words), *todo]
        tests = set(chain.from_iterable(mutant.tests for mutant in todo))
        try:
            if by := failing(
                copy, addresses, "--create-db", "--reuse-db", *sorted(tests)
            ):
                print(f"A test fails without any mutant: {by}")
                return 1
            tally = try_all(todo, copy, addresses)
        finally:
            drop(addresses)
    print(", ".join(f"{count} {outcome}" for outcome, count in tally.items()))
    return int(tally["survived"] > 0)


def try_all(todo: Iterable[Mutant], copy: Path, addresses: Addresses) -> dict[str, int]:
    """Try some mutants, say of each what became of it, and return how many met each end."""
    tally = {"killed": 0, "survived": 0, "said twice": 0}
    for mutant in todo:
        began = time.monotonic()
        outcome, by = "said twice", mutant.excuse
        if not by:
            by = attempt(mutant, copy, addresses)
            outcome = "killed" if by else "survived"
        tally[outcome] += 1
        seconds = f"{time.monotonic() - began:.0f} s"
        print(
            f"{outcome:10} {seconds:>6}  {mutant.path}:{mutant.line}  {mutant.words}",
            flush=True,
        )
        print(f"{'':19}{by}", flush=True)
    return tally


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
