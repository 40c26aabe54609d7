"""Every page that may leave a row in the log has words there."""

from __future__ import annotations

from audit.words import ASKED, named_pages, pages_of_own_reports
from organisation.lists.filtersets import ListFilter
from tests.casework.test_filtersets import found_filters
from tests.test_access import LOOKED_AT

# Signing in and out shows no case; what anyone may read is not logged.
ACCOUNT = "account_"


def test_every_page_behind_the_login_has_words() -> None:
    behind = {
        page
        for page, answers in LOOKED_AT.items()
        if answers["anon"] == 302 and not page.startswith(ACCOUNT)
    }

    assert sorted(behind - named_pages().keys()) == []


def test_pages_of_own_reports_are_pages() -> None:
    assert pages_of_own_reports() >= {"deviations:mine", "lexsarah:complement"}
    assert pages_of_own_reports() <= LOOKED_AT.keys()


def chosen_in(filter_class: type[ListFilter]) -> set[str]:
    """Return the names of the fields of a list, but of words that are searched for."""
    return set(filter_class.base_filters) - {"q"}


def test_every_field_of_a_list_has_words() -> None:
    fields = set().union(*map(chosen_in, found_filters().values()))

    assert sorted(fields - ASKED.keys()) == []
