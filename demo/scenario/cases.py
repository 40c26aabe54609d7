"""What happens in the demo municipality today: cases in every state, made by the product's own verbs.

The imported register shows the years that have passed; these show what the work looks like.  All of it is
invented.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction
from django.utils import timezone

from casework.handling.services import protect, write_note
from casework.improvement.actions import decide_action
from casework.models import Note
from demo.scenario.lexsarah import play_lexsarah
from demo.scenario.riskanalysis import play_riskanalysis
from demo.scenario.selfcheck import play_selfcheck
from deviations.models import Deviation
from deviations.process.services import file_from_public, file_from_staff, take_step
from organisation.access import remembering
from organisation.models import Unit, User

STAFF_REPORTS: tuple[dict[str, Any], ...] = (
    {
        "description": "Ett beslut om avslag skickades till en tidigare adress. Grannen öppnade brevet.",
        "category": "Sekretess",
        "process": "Ekonomiskt bistånd",
        "consequence": "possible",
    },
    {
        "description": "Två ansökningar låg kvar i den gemensamma brevlådan i nio dagar.",
        "category": "Lagstadgad tid överskriden",
        "process": "Ekonomiskt bistånd",
        "consequence": "possible",
        "proposal": "Bestäm vem som tömmer brevlådan när någon är borta.",
    },
    {
        "description": "Journalanteckningen från hembesöket skrevs först efter tre veckor.",
        "category": "Brister i dokumentationen",
        "process": "Finns ingen rutin",
        "consequence": "none",
    },
    {
        "description": "Utbetalningen räknades på fel antal personer i hushållet.",
        "category": "Felaktig beräkning eller utbetalning",
        "process": "Ekonomiskt bistånd",
        "consequence": "possible",
        "proposal": "",
    },
    {
        "description": "Uppgifter om en familj med skyddad adress stod öppet i en kalenderbokning.",
        "category": "Sekretess",
        "process": "Vet inte",
        "consequence": "possible",
    },
)
COMPLAINTS: tuple[dict[str, Any], ...] = (
    {
        "kind": "complaint",
        "description": "Jag har ringt fyra gånger och ingen ringer tillbaka som ni lovar.",
    },
    {
        "kind": "complaint",
        "description": "Jag fick olika besked av två handläggare om vad som räknas som inkomst.",
    },
    {
        "kind": "praise",
        "description": "Tack till den som tog emot mig i receptionen. Jag var rädd och hon lyssnade.",
    },
)


def _token(name: str) -> Any:
    return uuid5(NAMESPACE_URL, f"demo:{name}")


def _step(case: Deviation, name: str, actor: User, **facts: Any) -> Deviation:
    return take_step(case, name, actor=actor, seen_version=case.version, facts=facts)


@transaction.atomic
@remembering()
def play() -> None:
    """File the cases and take each as far as it is to be shown; all or nothing."""
    people = {user.username: user for user in User.objects.all()}
    staff, chief = people["medarbetare"], people["sektionschef"]
    unit = Unit.objects.get(memberships__user=chief)
    neighbour = Unit.objects.get(memberships__user=people["grannchef"])
    filed = [
        _report(staff, unit, number, facts)
        for number, facts in enumerate(STAFF_REPORTS)
    ]
    complaints = [
        file_from_public(
            form_token=_token(f"complaint {number}"),
            facts={
                "occurred_on": None,
                "unit": unit,
                "proposal": "",
                "contact_way": "code",
                **facts,
            },
        )
        for number, facts in enumerate(COMPLAINTS)
    ]
    _overdue(filed[0])
    _investigated(filed[1], chief)
    _step(
        filed[2],
        "lamna-over",
        chief,
        unit=neighbour,
        reason="Hembesöket gjordes av er enhet.",
    )
    _closed(filed[3], chief)
    above = people["enhetschef"]
    protect(
        filed[4],
        readers=[chief, above],
        actor=chief,
        reason="Familjen har skyddade personuppgifter.",
    )
    _answered(complaints[0], chief)
    play_lexsarah(people, unit)
    play_selfcheck(people, unit, neighbour)
    play_riskanalysis(people, unit, neighbour)


def _report(staff: User, unit: Unit, number: int, facts: dict[str, Any]) -> Deviation:
    about = {
        "kind": "quality_deviation",
        "occurred_on": timezone.localdate() - dt.timedelta(days=number + 1),
        "unit": unit,
        "target_group": "Vuxna",
        "proposal": "",
    }
    return file_from_staff(
        actor=staff, form_token=_token(f"report {number}"), facts=about | facts
    )


def _overdue(case: Deviation) -> None:
    passed = timezone.localdate() - dt.timedelta(days=9)
    Deviation.objects.filter(pk=case.pk).update(
        occurred_on=passed - dt.timedelta(days=30),
        received_on=passed - dt.timedelta(days=30),
        due_on=passed,
    )


def _investigated(case: Deviation, chief: User) -> None:
    case = _step(case, "utred", chief)
    case = _step(
        case,
        "omedelbart",
        chief,
        immediate_measures="Båda fick besked samma dag, och beslut dagen efter.",
    )
    _step(
        case,
        "orsak",
        chief,
        cause_level="system",
        cause_area="Organisation, bemanning, arbetsbelastning",
        whys=[
            "Ingen läste brevlådan.",
            "Den som läser den var sjuk.",
            "Det finns ingen ersättare i rutinen.",
        ],
    )
    text = "Gäller det bara den gemensamma brevlådan, eller också handläggarens egen?"
    write_note(
        case,
        author=chief,
        kind=Note.Kind.TO_REPORTER,
        text=text,
        form_token=_token("question"),
    )


def _closed(case: Deviation, chief: User) -> None:
    today = timezone.localdate()
    case = _step(case, "utred", chief)
    case = _step(
        case,
        "orsak",
        chief,
        cause_level="team",
        cause_area="Kunskap och kompetens",
        whys=["Mallen var gammal."],
    )
    case = _step(
        case,
        "bedom",
        chief,
        is_deviation="yes",
        misconduct="no",
        assessment="Beräkningen följde en mall som slutade gälla i våras.",
    )
    decide_action(
        case,
        text="Ta bort den gamla mallen och gå igenom den nya på mötet.",
        category="genomgång i grupp",
        level="unit",
        owner=chief,
        decided_on=today,
        due_on=today + dt.timedelta(days=21),
        effect_measure="Kontrollera tjugo beräkningar.",
        effect_due_on=today + dt.timedelta(days=90),
        actor=chief,
    )
    case = _step(case, "besluta", chief)
    case = _step(
        case,
        "aterkoppla",
        chief,
        answer="Tack. Mallen är borttagen och hushållet har fått mellanskillnaden.",
    )
    _step(case, "avsluta", chief)


def _answered(case: Deviation, chief: User) -> None:
    case = _step(case, "utred", chief)
    case = _step(
        case,
        "bedom",
        chief,
        is_deviation="partly",
        misconduct="no",
        assessment="Löftet om återuppringning följs inte upp i växeln.",
    )
    answer = "Vi beklagar att du har fått vänta. Från och med i dag ringer vi tillbaka samma dag."
    _step(case, "svara", chief, answer=answer)
