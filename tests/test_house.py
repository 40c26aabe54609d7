"""The house holds its own rules: who imports whom, how large things grow, and what is forgotten."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models import ForeignObjectRel

from bench.__main__ import SMALL, scripts
from bench.mutants import PLANTED, planted
from casework.background import emptying
from casework.models import Case
from tests import test_layers as layers

ROOT = Path(__file__).parents[1]
NO_DRAWERS = {
    "utils",
    "common",
    "core",
    "helpers",
    "misc",
    "base",
    "managers",
    "mixins",
}
LONGEST_MODULE, LONGEST_FUNCTION, LONGEST_TEMPLATE = 405, 60, 120


def modules() -> Iterable[Path]:
    """Return every module of the product; migrations are history."""
    return layers.modules().values()


@cache
def tree_of(path: Path) -> ast.Module:
    """Return a module as Python reads it."""
    return ast.parse(path.read_text(encoding="utf-8"))


def test_no_module_is_a_drawer() -> None:
    assert [path for path in modules() if path.stem in NO_DRAWERS] == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        path
        for path in modules()
        if path.read_text() and not ast.get_docstring(tree_of(path))
    ]

    assert silent == []


def test_modules_and_functions_stay_short() -> None:
    long = []
    for path in modules():
        text = path.read_text(encoding="utf-8")
        if text.count("\n") > LONGEST_MODULE:
            long.append(f"{path.relative_to(ROOT)}: {text.count(chr(10))} lines")
        functions = (
            node
            for node in ast.walk(tree_of(path))
            if isinstance(node, ast.FunctionDef)
        )
        too_long = (
            f for f in functions if (f.end_lineno or 0) - f.lineno > LONGEST_FUNCTION
        )
        long += [f"{path.relative_to(ROOT)}: {function.name}" for function in too_long]

    assert long == []


def test_templates_stay_short_and_clean() -> None:
    wrong = []
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        if (
            text.count("\n") > LONGEST_TEMPLATE and path.name != "stil.html"
        ):  # which shows every part
            wrong.append(f"{path.relative_to(ROOT)}: too long")
        if re.search(r"\sstyle=|\son\w+=|<style|<script(?![^>]*\ssrc=)|\|safe\b", text):
            wrong.append(
                f"{path.relative_to(ROOT)}: inline script, style or handler, or unescaped text"
            )
        if re.search(
            r"vänligen|ogiltig|\bOK\b", re.sub(r"{#.*?#}", "", text), re.IGNORECASE
        ):
            wrong.append(f"{path.relative_to(ROOT)}: words that do not help")

    assert wrong == []


def test_views_fetch_cases_only_through_visible_to() -> None:
    """A view that asks a manager for rows of cases has forgotten whom they are for."""
    pattern = re.compile(
        r"\b(?:Case|Deviation|LexSarahCase|SelfCheck|RiskAnalysis|AnnualReport|Note|Attachment)"
        r"\.(?:objects|_default_manager)\.(\w+)"
    )
    found = {
        (path.relative_to(ROOT).as_posix(), method)
        for path in modules()
        if "views" in {path.stem, path.parent.name} or path.stem == "exports"
        for method in pattern.findall(path.read_text(encoding="utf-8"))
    }

    assert len({path for path, _ in found}) >= 10
    allowed = {"visible_to", "handled_by", "writable_by", "put_before", "known_to"}
    assert {method for _, method in found} <= allowed, found


# Why each table does not grow for ever, or why it may.  A new table needs an answer here before it is used.
_WITH_THE_CASE = "purged with its case (casework.handling.purging)"
_REGISTER = "grows with the organisation, its words and its years, not with use"
_DOCUMENT = "a public document: kept, or the archive's to decide"
_BY_SCHEDULE = "emptied by schedule (casework.background.emptying)"
_UNUSED = "comes with a library and stays empty, or holds a few names"
EMPTIED = {
    _BY_SCHEDULE: {
        "casework_job",
        "casework_mail",
        "casework_notice",
        "django_session",
    },
    "a draft, removed by schedule when nobody has typed for long": {
        "casework_formdraft",
        "deviations_draft",
        "reports_textdraft",
    },
    "forgotten with the text of a purged case (casework.texts.kept_numbers)": {
        "casework_keptnumber"
    },
    "thrown away with its day, by schedule and by the first who comes": {
        "organisation_bucket",
        "organisation_salt",
    },
    "one row for each person or alarm": {
        "organisation_failedsignins",
        "organisation_sounded",
    },
    "a chapter on the shelf, removed by schedule when no edition uses it": {
        "reports_laidoutchapter"
    },
    "a mark, removed by the count that it asks for": {"casework_recount"},
    "goes with the person or the report that it is about": {
        "analysis_savedquestion",
        "casework_savedfilter",
        "organisation_user_groups",
        "organisation_user_user_permissions",
    },
    _WITH_THE_CASE: {
        "analysis_pattern",
        "analysis_tertialanalysis",
        "audit_casesalt",
        "casework_action",
        "casework_attachment",
        "casework_blanking",
        "casework_case",
        "casework_change",
        "casework_emergencyopening",
        "casework_logentry",
        "casework_namedreader",
        "casework_note",
        "casework_recusal",
        "deviations_deviation",
        "lexsarah_concerned",
        "lexsarah_decision",
        "lexsarah_lexsarahcase",
        "lexsarah_lexsarahreport",
        "lexsarah_otherduty",
        "riskanalysis_risk",
        "riskanalysis_riskanalysis",
        "selfcheck_answer",
        "selfcheck_draw",
        "selfcheck_drawnreading",
        "selfcheck_judgement",
        "selfcheck_selfcheck",
        "selfcheck_surveyquestion",
        "selfcheck_uploadedreading",
    },
    "a log: whole months are dropped, after a decision": {
        "audit_reading",
        "audit_securityevent",
    },
    "what is left of a case that was purged, and never more": {
        "analysis_keptcell",
        "analysis_purgedanalysis",
        "casework_tombstone",
        "deviations_purgedcode",
    },
    "a proof of what was there, some 60 bytes a row: as long as the rows": {
        "audit_seal",
        "audit_sealedrows",
    },
    "figures: as many as months and units, made anew": {
        "analysis_cell",
        "analysis_signal",
    },
    _REGISTER: {
        "analysis_registerperiod",
        "analysis_tertialclose",
        "casework_numberseries",
        "casework_retentionrule",
        "casework_routine",
        "lexsarah_acknowledgement",
        "lexsarah_information",
        "lexsarah_meeting",
        "lexsarah_policy",
        "organisation_membership",
        "organisation_unit",
        "organisation_user",
        "reports_ownoutline",
        "riskanalysis_promptanswer",
        "selfcheck_indicator",
        "selfcheck_logsource",
        "selfcheck_measurement",
        "selfcheck_measurementchange",
        "selfcheck_plan",
        "selfcheck_series",
        "selfcheck_template",
        "selfcheck_templateversion",
    },
    _DOCUMENT: {
        "audit_extract",
        "reports_annualreport",
        "reports_approval",
        "reports_archive",
        "reports_assignment",
        "reports_block",
        "reports_edition",
        "reports_freeze",
        "reports_publication",
        "reports_reportcomment",
        "reports_reportlog",
        "reports_reportreply",
        "reports_tertialedition",
    },
    _UNUSED: {
        "account_emailaddress",
        "account_emailconfirmation",
        "auth_group",
        "auth_group_permissions",
        "auth_permission",
        "django_content_type",
    },
}


def test_every_table_says_what_empties_it() -> None:
    tables = {
        model._meta.db_table for model in apps.get_models(include_auto_created=True)
    }
    said = [table for answer in EMPTIED.values() for table in answer]

    assert sorted(said) == sorted(tables), (
        "a table that nobody empties: see EMPTIED above"
    )
    assert EMPTIED[_BY_SCHEDULE] == set(emptying.EMPTIED)


def test_every_table_that_goes_with_its_case_leads_to_one() -> None:
    """The purging follows foreign keys, so a table without a way to a case would be left behind."""
    reached, new = {Case}, {Case}
    while new:
        relations = [
            field
            for model in new
            for field in model._meta.get_fields(include_hidden=True)
        ]
        found = {
            field.related_model
            for field in relations
            if isinstance(field, ForeignObjectRel)
        }
        new = found - reached
        reached |= new

    assert EMPTIED[_WITH_THE_CASE] <= {model._meta.db_table for model in reached}


def test_every_benchmark_is_tried_with_little() -> None:
    """``make bench ARGS=--small`` runs each of them: one that is left out breaks unseen."""
    assert set(SMALL) == scripts()


def test_every_planted_mutant_has_its_one_place() -> None:
    """``bench/mutants.py`` runs seldom: words that have changed would be told first then."""
    assert len(list(planted(ROOT, ()))) == len(PLANTED)


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_migrations_import_nothing_that_moves() -> None:
    """What a migration imports stays where it is for as long as the migration does."""
    ours = {path.name for path in ROOT.iterdir() if (path / "__init__.py").exists()}
    imported = {
        name
        for path in ROOT.glob("*/migrations/*.py")
        for name in re.findall(
            r"^(?:from|import) (\S+)", path.read_text(), re.MULTILINE
        )
        if name.split(".")[0] in ours and ".migrations." not in name
    }

    assert imported == {
        "casework.database.encrypted_fields",
        "casework.kinds",
        "organisation.texts.alphabet",
    }


def test_project_mentions_no_machine() -> None:
    wrong = []
    for pattern in (
        "**/*.py",
        "**/*.md",
        "**/*.toml",
        "**/*.txt",
        "Makefile",
        "*.yml",
        ".ci/run",
        "Dockerfile",
    ):
        for path in ROOT.glob(pattern):
            if path.parts[len(ROOT.parts)] in {
                ".venv",
                "var",
                "node_modules",
            } or path == Path(__file__):
                continue
            if re.search(
                r"/root/|/work/|files\.pythonhosted|registry\.npmjs",
                path.read_text(encoding="utf-8"),
            ):
                wrong.append(path.relative_to(ROOT).as_posix())

    assert wrong == []
