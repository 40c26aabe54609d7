"""What an administration writes down about who decides in lex Sarah, and what it promises itself."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict

from casework.texts.asking_field import Asks
from casework.texts.forms import CleanTextField, radios
from lexsarah.law.policy import GOTEBORG, MALMO, Body, Rules
from lexsarah.models import Policy

ORDERS = {"malmo": ("Malmö", MALMO), "goteborg": ("Göteborg", GOTEBORG)}
WHO_DECIDES = ("finding_by", "measures_by", "serious_by", "chair_may_decide")
LIMITS = ("receive", "measures", "investigate", "notify", "feedback")
MOST_DAYS = 250


def _body(label: str, help_text: str) -> forms.ChoiceField:
    return radios(label, Body.choices, "Välj vem som beslutar.", help_text=help_text)


def _days(label: str, help_text: str, *, least: int = 0) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        help_text=help_text,
        min_value=least,
        max_value=MOST_DAYS,
        error_messages={
            "required": "Skriv ett antal arbetsdagar.",
            "invalid": "Skriv antalet med siffror, till exempel 10.",
            "min_value": f"Skriv minst {least} arbetsdagar.",
            "max_value": f"Skriv högst {MOST_DAYS} arbetsdagar.",
        },
    )


def _line(label: str, most: int, **options: Any) -> CleanTextField:
    return CleanTextField(
        label=label,
        required=False,
        max_length=most,
        widget=forms.TextInput(),
        **options,
    )


class PolicyForm(forms.Form):
    """The order of an administration."""

    finding_by = _body(
        "Vem avgör om det är ett missförhållande?",
        "Också den som avgör att det inte är något missförhållande.",
    )
    measures_by = _body(
        "Vem godkänner åtgärderna?",
        "Gäller allt som är ett missförhållande eller en risk.",
    )
    serious_by = _body(
        "Vem avgör om det är allvarligt och anmäls till IVO?",
        "Gäller det som utredaren bedömer som allvarligt.",
    )
    chair_may_decide = forms.BooleanField(
        label="Ordföranden får besluta om anmälan till IVO när sammanträdet inte kan inväntas",
        required=False,
    )
    chief_keeps_reading = forms.BooleanField(
        label="Enhetens chefer läser ärendet medan utredaren utreder", required=False
    )
    receive_days = _days(
        "Ta emot",
        "Från rapporten till att utredaren har tagit emot den. 0 är samma dag.",
    )
    measures_days = _days(
        "Omedelbara åtgärder",
        "Från rapporten till att chefen har beskrivit vad som gjordes.",
    )
    investigate_days = _days(
        "Utreda och besluta", "Från rapporten till beslutet.", least=1
    )
    notify_days = _days(
        "Anmäla till IVO", "Från beslutet om anmälan till att den är skickad."
    )
    feedback_days = _days(
        "Återkoppla", "Från beslutet till svaret till den som rapporterade."
    )
    board_name = _line(
        "Nämndens namn", 200, help_text="Står i protokoll, handlingar och anmälan."
    )
    contact_name = _line("Kontaktperson för IVO", 200, asks=Asks.NEVER)
    contact_phone = _line("Telefon", 60, asks=Asks.NEVER)
    contact_email = forms.EmailField(
        label="E-post",
        required=False,
        max_length=254,
        error_messages={
            "invalid": "Skriv en e-postadress, till exempel namn@kommun.se."
        },
    )
    contact_address = CleanTextField(
        label="Postadress", required=False, rows=3, asks=Asks.NEVER
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**62)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        current: Policy | None,
        order: Rules | None = None,
    ) -> None:
        about = facts_of(current) if current else facts_of_rules(MALMO)
        if order is not None:
            about |= {name: getattr(order, name) for name in WHO_DECIDES}
        super().__init__(data, initial=about | {"seen": current.pk if current else 0})

    @property
    def facts(self) -> dict[str, Any]:
        """Return the order as the verb takes it."""
        return {
            name: value for name, value in self.cleaned_data.items() if name != "seen"
        }

    def renew(self, current: Policy | None) -> None:
        """Let what was typed be sent again on top of the order that holds now."""
        data = QueryDict(mutable=True)
        data.update(self.data)
        data["seen"] = str(current.pk if current else 0)
        self.data = data


def facts_of_rules(rules: Rules) -> dict[str, Any]:
    """Return rules as the facts of a policy."""
    facts = {
        name: getattr(rules, name) for name in (*WHO_DECIDES, "chief_keeps_reading")
    }
    return facts | {f"{name}_days": getattr(rules.limits, name) for name in LIMITS}


def facts_of(policy: Policy) -> dict[str, Any]:
    """Return what a policy says, without who wrote it and when."""
    about = (
        "board_name",
        "contact_name",
        "contact_phone",
        "contact_email",
        "contact_address",
    )
    return facts_of_rules(policy.rules) | {
        name: getattr(policy, name) for name in about
    }
