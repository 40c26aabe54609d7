"""Who reads which rows, as the database itself holds it when nobody filters."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models, transaction
from django.db.utils import ProgrammingError

from casework import kinds
from casework.cases import policies
from casework.database.scopes import reading_as, reading_beyond, working
from casework.models import Action, Case, NamedReader, Recusal
from deviations.models import Deviation
from organisation.rights import Role
from tests import test_layers as layers
from tests.casework.test_reading import make_town
from tests.factories import make_deviation, make_unit, make_user

pytestmark = pytest.mark.django_db

# Tables without a policy of their own, and why none of their rows needs one.
OPEN = {
    "figures of units and periods, in which no case can be seen": {
        "analysis_cell",
        "analysis_keptcell",
        "analysis_purgedanalysis",
        "analysis_registerperiod",
        "analysis_signal",
        "analysis_tertialclose",
        "casework_recount",
        "selfcheck_measurement",
        "selfcheck_measurementchange",
        "selfcheck_series",
    },
    "what is left of a purged case: its number, day and rule": {
        "casework_tombstone",
        "deviations_purgedcode",
    },
    "the organisation, its people, words and plans, which everybody at work reads": {
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
        "selfcheck_logsource",
        "selfcheck_plan",
        "selfcheck_template",
        "selfcheck_templateversion",
    },
    "a report of a whole administration, about no case; others are told that somebody writes in it": {
        "reports_annualreport",
        "reports_approval",
        "reports_archive",
        "reports_assignment",
        "reports_block",
        "reports_edition",
        "reports_freeze",
        "reports_laidoutchapter",
        "reports_publication",
        "reports_reportcomment",
        "reports_reportlog",
        "reports_reportreply",
        "reports_tertialedition",
        "reports_textdraft",
    },
    "keys and moments of work, no contents": {"casework_job", "casework_mail"},
    "a sealed hash of a number, without its case": {"casework_keptnumber"},
    "only added to: who reads it is asked by the log's own pages": {
        "audit_extract",
        "audit_reading",
        "audit_securityevent",
    },
    "hashes and salts of rows, without their contents": {
        "audit_seal",
        "audit_sealedrows",
    },
    "asked before anybody is signed in, or by the library": {
        "account_emailaddress",
        "account_emailconfirmation",
        "auth_group",
        "auth_group_permissions",
        "auth_permission",
        "django_content_type",
        "django_session",
        "organisation_bucket",
        "organisation_failedsignins",
        "organisation_salt",
        "organisation_sounded",
        "organisation_user_groups",
        "organisation_user_user_permissions",
    },
}


def test_every_table_has_forced_policies_or_says_why_not() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity"
            " AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid)"
            " FROM pg_class c WHERE c.relname = ANY(%s)",
            [[model._meta.db_table for model in _models()]],
        )
        guarded = {table for table, is_guarded in cursor.fetchall() if is_guarded}
    said = [table for tables in OPEN.values() for table in tables]

    assert guarded == policies.guarded_tables()
    assert sorted([*said, *guarded]) == sorted(
        model._meta.db_table for model in _models()
    )


def _models() -> list[type[models.Model]]:
    ours = apps.get_models(include_auto_created=True)
    return [model for model in ours if not model._meta.proxy]


def test_every_column_that_must_lead_to_a_case_has_a_policy() -> None:
    """Tables of which each row hangs on a case, by any column that cannot be empty, straight or through others."""
    spine = {Case, *Case.__subclasses__()}
    must = {
        model._meta.db_table: field.column
        for model in _models()
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.ForeignKey)
        and field.related_model in spine
        and not field.null
        and model is not Case
    }
    tables = {**policies.of_a_case(), **dict.fromkeys(policies.of_a_person(), ())}

    assert {
        table: column for table, column in must.items() if table not in tables
    } == {}


def test_the_database_knows_the_same_roles_of_each_circle() -> None:
    told = policies.bits_by_role()
    bit = policies.bits()

    for circle in kinds.circles():
        readers = {role for role, opened in told.items() if opened & bit[circle]}
        assert readers == {str(role) for role in kinds.readers_in(circle)}
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'row_reader_is'")
        (source,) = cursor.fetchone()
    for role, opened in told.items():
        assert f"('{role}', {opened})" in source


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_without_any_filter_a_person_reads_what_the_rule_says(seed: int) -> None:
    town = make_town(seed)
    found = 0

    for person in town.people:
        seen = _keys(Case.objects.visible_to(person))
        with reading_as(person):
            assert _keys(Case.objects.all()) == seen
            assert _keys(Deviation.objects.all()) == seen
            if person.is_active:
                own = {one.pk for one in town.actions if one.owner_id == person.pk}
                of_cases = {one.pk for one in town.actions if one.case_id in seen}
                assert _keys(Action.objects.all()) == own | of_cases
                assert _of(Recusal, seen, person) == _keys(Recusal.objects.all())
        found += len(seen)
    assert found > 50


def _keys(rows: Any) -> set[int]:
    return set(rows.order_by().values_list("pk", flat=True))


def _of(model: Any, seen: set[int], person: Any) -> set[int]:
    """Return the rows of the cases that somebody sees, and those that are about him or her."""
    with reading_beyond("the answer to compare with"):
        rows = model.objects.all()
        return _keys(rows.filter(case__in=seen)) | _keys(rows.filter(user=person))


def test_two_administrations_never_read_each_other() -> None:
    ours, theirs = make_unit("A"), make_unit("B")
    for role in Role:
        make_user(f"{role}-a", (role, ours))
    make_deviation(make_unit("U", theirs), number="KA-2026-0001")

    for role in Role:
        with reading_as(make_user(f"{role}-a2", (role, ours))):
            assert not Case.objects.exists()
            assert not Deviation.objects.exists()


def test_rows_are_closed_without_a_scope() -> None:
    made = make_deviation(make_unit("A"), number="KA-2026-0001")

    with transaction.atomic(), Unsaid():
        assert not Case.objects.exists()
        assert Deviation.objects.filter(pk=made.pk).update(category="x") == 0
        with pytest.raises(ProgrammingError), transaction.atomic():
            NamedReader.objects.create(
                case=made.case_ptr, user=make_user("p"), position=1
            )


class Unsaid:
    """A transaction that nobody has said anything of, as a web process begins it."""

    def __enter__(self) -> None:
        self._say("")

    def __exit__(self, *_: object) -> None:
        self._say("work")

    def _say(self, scope: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('kv.scope', %s, true)", [scope])


def test_scope_ends_where_it_was_begun() -> None:
    make_deviation(make_unit("A"), number="KA-2026-0001")
    nobody, chief = (
        make_user("n"),
        make_user("c", (Role.UNIT_CHIEF, Case.objects.get().unit)),
    )

    with reading_as(nobody):
        assert not Case.objects.exists()
        with reading_as(chief):
            assert Case.objects.exists()
            with working():
                assert Case.objects.exists()
        assert not Case.objects.exists()
        with reading_beyond("a try"):
            assert Case.objects.exists()
        assert not Case.objects.exists()
    assert Case.objects.exists()


def test_scope_ends_with_what_failed() -> None:
    make_deviation(make_unit("A"), number="KA-2026-0001")

    with reading_as(make_user("n")):
        with pytest.raises(ZeroDivisionError), reading_beyond("a try"):
            raise ZeroDivisionError
        assert not Case.objects.exists()
    with pytest.raises(ZeroDivisionError), reading_as(make_user("m")):
        raise ZeroDivisionError
    assert Case.objects.exists()


# Where rows are read that no role of the reader opens; each says why in its own place.
BEYOND = {
    "audit/views/extracts.py",
    "audit/views/looking.py",
    "audit/views/openings.py",
    "casework/handling/emergency.py",
    "selfcheck/views/log_checks.py",
    "selfcheck/views/uploading.py",
    "casework/background/notifications.py",
    "casework/cases/keeping_out.py",
    "casework/cases/numbers.py",
    "casework/handling/retention.py",
    "casework/register/filters.py",
    "casework/views/notices.py",
    "lexsarah/views/reconciling.py",
    "lexsarah/views/reporting.py",
}
ALSO = {"casework/views/finding.py", "casework/views/measures.py"}
ALSO |= {"lexsarah/views/board.py", "lexsarah/views/papers.py"}


def test_no_other_place_reads_more_than_its_reader() -> None:
    texts = {
        path.relative_to(layers.ROOT).as_posix(): path.read_text(encoding="utf-8")
        for path in layers.modules().values()
    }
    own = "casework/database/scopes.py"
    also = ("also_reading", "with_measures", "with_cases_of_the_board")

    assert {name for name, text in texts.items() if "reading_beyond" in text} == {
        own,
        *BEYOND,
    }
    assert {
        name for name, text in texts.items() if any(word in text for word in also)
    } == ALSO
