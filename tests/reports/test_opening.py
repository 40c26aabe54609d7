"""The internal edition: every number opens the rows that it counts, for those who may read them."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

from django.test import Client

from analysis.ask.forms import QuestionForm
from analysis.charts.charts import number
from analysis.counted.questions import Question
from analysis.counted.vocabulary import UNKNOWN
from analysis.figures.rows import everything
from organisation.models import Unit
from organisation.rights import Role
from reports.document.blocks import Document, Key, Table
from reports.document.freezing import dump, load
from reports.document.rendering import render_body
from reports.editions.building import store
from reports.editions.built import Built
from reports.editions.with_links import open_rows
from reports.life.services import begin
from reports.models import AnnualReport
from tests.factories import make_user
from tests.imported import Imported
from tests.reports.as_imported import as_imported

DAY = dt.date(2025, 2, 3)
ROWS = "/analys/underlag/?"


class TestOpened(Imported):
    """A report of the imported register, as it is kept with an edition and read again."""

    register = "malmo"
    behind: ClassVar[dict[str, int]] = {}  # texts and tables lead to the same rows

    def setUp(self) -> None:
        """Sign in the controller of the whole administration."""
        self.root = Unit.objects.get(code="ASF")
        self.controller = make_user("controller", (Role.QUALITY_CONTROLLER, self.root))

    def report(self, template: str, year: int) -> AnnualReport:
        return begin(unit=self.root, year=year, template=template, actor=None)

    def compiled(self, template: str, year: int) -> Document:
        return as_imported(self.register, "ASF", year, template, DAY)

    def opened(self, template: str, year: int) -> Document:
        return open_rows(load(dump(self.compiled(template, year))))

    def rows_behind(self, address: str) -> int:
        if address not in self.behind:
            self.behind[address] = self.counted_behind(address)
        return self.behind[address]

    def counted_behind(self, address: str) -> int:
        asked = {
            name: values[0]
            for name, values in parse_qs(urlsplit(address).query).items()
        }
        form = QuestionForm(asked, user=self.controller)
        assert form.is_valid(), form.errors
        question: Question = form.cleaned_data["question"]
        return everything(question).count()

    def test_every_number_of_every_section_is_its_rows(self) -> None:
        for template, year in (("malmo", 2024), ("goteborg", 2024)):
            document = self.opened(template, year)
            asked = {
                name for section in document.sections() for name in section.numbers
            }
            assert asked == {kept["id"] for kept in document.ledger.numbers()}

            opened = {
                entry for section in document.sections() for entry in section.opened
            }
            for words, shown, address in opened:
                if address:
                    assert number(self.rows_behind(address)) == shown, words
            unopened = [shown for _, shown, address in opened if not address]
            of_no_row = [
                kept
                for kept in document.ledger.numbers()
                if kept["subject"] == "series" or kept["value"] == UNKNOWN
            ]
            assert len(unopened) == len(
                {
                    (
                        kept["unit"],
                        kept["period"],
                        kept["query"],
                        kept["subject"],
                        kept["basis"],
                    )
                    for kept in of_no_row
                }
            )

    def test_every_linked_number_of_a_table_is_its_rows(self) -> None:
        linked = 0
        for template, year in (("malmo", 2024), ("goteborg", 2024)):
            for section in self.opened(template, year).sections():
                for block in section.blocks:
                    cells = []
                    if isinstance(block, Key):
                        cells = [
                            (value, address) for _, value, _, address in block.linked
                        ]
                    elif isinstance(block, Table):
                        cells = [cell for row in block.linked for cell in row]
                    for shown, address in cells:
                        if address:
                            assert number(self.rows_behind(address)) == shown
                            linked += 1

        assert linked > 150

    def kept(self) -> AnnualReport:
        report = self.report("malmo", 2024)
        document = self.compiled("malmo", 2024)
        figures, checksum, body = render_body(
            document, "reports/document", municipality="Malmö", number=1
        )
        inputs = {"document": dump(document), "municipality": "Malmö"}
        store(
            report,
            Built(document, figures, body, "", b"%PDF-", checksum, inputs),
            job=None,
        )
        return report

    def test_page_of_the_controller_opens_rows(self) -> None:
        client = Client()
        client.force_login(self.controller)
        html = client.get(f"{self.kept().get_absolute_url()}webb/").content.decode()

        assert html.count(ROWS) > 150
        assert "Talen i avsnittet och deras rader" in html

    def test_page_of_an_author_who_reads_no_rows_is_as_it_was_built(self) -> None:
        report = self.kept()
        author = make_user("author", (Role.SECTION_CHIEF, Unit.objects.get(code="IFO")))
        report.assignments.create(section="utveckling", author=author)
        client = Client()
        client.force_login(author)
        html = client.get(f"{report.get_absolute_url()}webb/").content.decode()

        assert "1 Sammanfattning" in html
        assert ROWS not in html

    def test_edition_that_everyone_reads_opens_nothing(self) -> None:
        assert ROWS not in self.kept().editions.get().html
