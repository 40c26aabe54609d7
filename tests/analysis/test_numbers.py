"""Every number of the pages of a tertial is that of its rows, of the file and of the command."""

from __future__ import annotations

import datetime as dt
import re
from itertools import combinations
from typing import ClassVar
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client, TestCase
from django.utils import timezone

from analysis.figures import aggregate
from analysis.models import Pattern, TertialAnalysis
from analysis.tertial import compiling, services
from casework.database.periods import tertial, tertial_of, tertials_before
from casework.models import Action
from deviations.models import Deviation
from organisation.models import Unit
from organisation.rights import Role
from tests.analysis.walking import behind, counted, exported, figured, told
from tests.covering import covering
from tests.factories import make_deviation, make_report_of, make_unit, make_user

LAST = tertials_before(*tertial_of(timezone.localdate()), 1)[0]
ASKED = f"year={LAST[0]}&tertial={LAST[1]}"


def pairs_of(link: str) -> set[frozenset[str]]:
    """Return what meets in a question: what is counted, and by what it is narrowed."""
    asked = dict(parse_qsl(urlsplit(link).query))
    about = {f"{asked['amne']} {asked['grund']}"}
    met = about | asked.keys() - {"amne", "grund", "enhet", "period"}
    return set(map(frozenset, [about, *combinations(sorted(met), 2)]))


class TestNumbers(TestCase):
    """A department with a loud unit, one that reports little, and one of everything that is counted."""

    asks_all = (
        False  # pages of rows, files and the command: the rows are always counted
    )
    opened: ClassVar[dict[str, set[int]]] = {}  # what each link says: pages share many

    @classmethod
    def setUpTestData(cls) -> None:
        """Report, count, let the rules look, and open the analyses."""
        root = make_unit("F", name="Förvaltningen")
        loud, calm = make_unit("F-1", root, staff=20), make_unit("F-2", root, staff=30)
        cls.planner = make_user("planerare", (Role.PLANNING_OFFICER, root))
        for at in tertials_before(*LAST, 3):
            for unit in (loud, calm):
                cls.report(
                    unit,
                    at,
                    "Bemötande",
                    cause_area="Kunskap och kompetens",
                    process="Boende",
                )
        for _ in range(9):
            cls.report(
                loud,
                LAST,
                "Sekretess",
                cause_area="Teknik och system",
                cause_level="system",
            )
        cls.report(
            loud,
            LAST,
            "Samordning",
            kind="complaint",
            reported_by="outside",
            channel="web",
        )
        cls.report(root, LAST, "Samordning")
        cls.report(calm, LAST, "", kind="praise", reported_by="outside", channel="web")
        case = make_report_of(cls.report(calm, LAST, "Utförande av insats")).case
        Action.objects.create(
            case=case, text="Gå igenom rutinen", decided_on=tertial(*LAST).first
        )
        closed = {
            "state": "closed",
            "is_deviation": "yes",
            "closed_on": tertial(*LAST).first + dt.timedelta(days=20),
        }
        for _ in range(5):
            cls.report(calm, LAST, "Bemötande", **closed)
        aggregate.count()
        compiling.look(*LAST)
        services.open_analyses(*LAST)

    @staticmethod
    def report(
        unit: Unit, at: tuple[int, int], category: str, **facts: object
    ) -> Deviation:
        """Report something on the first day of a tertial."""
        return make_deviation(
            unit, received_on=tertial(*at).first, category=category, **facts
        )

    def browser(self) -> Client:
        """Return the browser of whoever compiles."""
        client = Client()
        client.force_login(self.planner)
        return client

    def check(self, address: str, *, least: int) -> None:
        """Compare each number of a page with its rows, with the file and with the command."""
        browser = self.browser()
        found = told(browser, address)
        assert len(found) >= least, found
        links = [link for _, link in found]
        for link in links:
            if link not in self.opened:
                self.opened[link] = {behind(link, self.planner)}
        for link in links if self.asks_all else covering(links, pairs_of):
            told_of_it = {counted(browser, link), exported(browser, link)}
            self.opened[link] |= {*told_of_it, figured(link)}
        wrong = [(said, link) for said, link in found if self.opened[link] != {said}]
        assert wrong == [], [self.opened[link] for _, link in wrong]

    def test_workspace_says_what_rows_file_and_command_say(self) -> None:
        self.check(f"/analys/?unit=F&{ASKED}", least=20)

    def test_unit_over_time_says_what_rows_file_and_command_say(self) -> None:
        self.check(f"/analys/enhet/?unit=F-2&{ASKED}", least=12)

    def test_analysis_says_what_rows_file_and_command_say(self) -> None:
        case = TertialAnalysis.objects.of(*LAST).get(about__code="F-1")
        self.check(f"/analys/{case.number}/", least=9)

    def test_document_says_what_rows_file_and_command_say(self) -> None:
        self.check(f"/rapporter/tertial/{tertial(*LAST)}/F/?version=intern", least=20)

    def test_answer_says_what_rows_file_and_command_say(self) -> None:
        asked = f"amne=avvikelser&enhet=F&period={tertial(*LAST)}"
        self.check(f"/analys/fraga/?{asked}&rader=kategori&kolumner=enhet", least=12)

    def test_pattern_opens_as_many_rows_as_it_says(self) -> None:
        browser, patterns = (
            self.browser(),
            list(Pattern.objects.select_related("analysis")),
        )
        assert patterns
        for pattern in patterns:
            page = browser.get(
                f"/analys/{pattern.analysis.number}/monster/{pattern.position}/"
            )
            (link,) = re.findall(
                r'href="(/analys/underlag/[^"]+)"', page.content.decode()
            )
            rows = browser.get(link.replace("&amp;", "&")).content.decode()
            assert f'data-number="{pattern.count}"' in rows, pattern


@pytest.mark.every
class TestEveryNumber(TestNumbers):
    """The same, where the page of rows, the file and the command are asked for each number."""

    asks_all = True
    opened: ClassVar[dict[str, set[int]]] = {}
