"""The demo's annual reports: one that the board has decided and everyone may read, and one being written.

What people write in them is invented, like everything else in the demo.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from casework.background import jobs
from organisation.models import Unit, User
from reports.life import services
from reports.models import AnnualReport, Assignment, Template
from reports.outlines.compiling import compile_report
from reports.publishing import advancing
from reports.writing import authoring, comments

DECIDED_YEAR = 2024
DECIDED = {
    "uppfoljning": """\
Nämnden prioriterade två områden: *återkoppling till den som rapporterar* och *genomgång för vikarier*.

- **Återkoppling.** Den som rapporterar ser nu själv vad som blev av rapporten.
- **Vikarier.** Checklistan för första dagen finns och används i de flesta grupper. Arbetet går vidare.""",
    "utveckling": """\
Analysen pekar på tre områden:

- dokumentation som inte blir klar i tid
- sekretess när brev och kallelser skickas
- fler riskanalyser innan arbetssätt ändras.""",
}
BEING_WRITTEN = {
    "uppfoljning": """\
Nämnden pekade ut tre områden. Under året kom {tal avvikelser inkomna slag=kvalitetsavvikelse} in.

- **Dokumentation.** Två avdelningar har infört en fast tid för dokumentation varje vecka.
- **Sekretess.** Adresser med skydd visas inte längre i mallen för kallelser.
- **Riskanalyser.** De görs oftare, men sällan av dem som berörs. Det fortsätter vi med.""",
}


def play_reports(people: Mapping[str, User]) -> None:
    """Take one report to its publication, and begin the next with those who write in it."""
    root = Unit.objects.get(parent=None)
    controller = people["controller"]
    _decided(root, controller, secretary=people["namndsekreterare"])
    year = timezone.localdate().year - 1
    if year > DECIDED_YEAR:
        _being_written(root, year, people)


def _decided(root: Unit, controller: User, *, secretary: User) -> None:
    report = _begun(root, DECIDED_YEAR, DECIDED, controller)
    _step(report, "granska", controller)
    _step(report, "las", controller)
    jobs.run(services.request_build(report).pk)
    today = timezone.localdate()
    decision = {
        "body": "Socialnämnden",
        "paragraph": 41,
        "registry_number": f"SN-{today.year}-118",
    }
    _step(report, "beslut", secretary, decided_on=today, **decision)
    assessment = (
        "De små talen gäller hela verksamhetsområden med flera hundra brukare. Inget av dem säger vem det "
        "gäller, och ingen händelse beskrivs. Prövat mot 26 kap. 1 § OSL."
    )
    _step(report, "publicera", controller, assessment=assessment)


def _being_written(root: Unit, year: int, people: Mapping[str, User]) -> None:
    controller = people["controller"]
    report = _begun(root, year, BEING_WRITTEN, people["planerare"])
    today = timezone.localdate()
    titles = {
        section.key: section.title
        for section in compile_report(report, extracted_on=today).sections()
    }
    ready, draft = Assignment.Status.READY, Assignment.Status.DRAFT
    for section, author, days, status in (
        ("uppfoljning", "planerare", 14, ready),
        ("utomstaende", "enhetschef", 21, draft),
        ("personal", "sektionschef", 21, draft),
        ("lexsarah", "avdelningschef", 28, draft),
        ("utveckling", "controller", 42, draft),
    ):
        authoring.assign(
            report,
            section=section,
            title=titles[section],
            author=people[author],
            due_on=today + dt.timedelta(days=days),
            status=status,
            actor=controller,
        )
    asked = "Vilka två avdelningar? Skriv ut dem, så att nämnden vet vart den ska vända sig."
    comments.comment(report, section="uppfoljning", text=asked, actor=controller)


def _begun(
    root: Unit, year: int, texts: Mapping[str, str], author: User
) -> AnnualReport:
    report = services.begin(unit=root, year=year, template=Template.MALMO, actor=author)
    for section, text in texts.items():
        services.write(report, section=section, text=text, seen_version=0, actor=author)
    return report


def _step(report: AnnualReport, name: str, actor: User, **facts: Any) -> None:
    fresh = AnnualReport.objects.get(pk=report.pk)
    advancing.advance(fresh, name, actor=actor, seen_version=fresh.version, facts=facts)
