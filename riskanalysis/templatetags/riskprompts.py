"""Prompts for a risk analysis, shown on the page where the change is made."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context

from organisation.models import Unit
from riskanalysis.models import Reason
from riskanalysis.prompts import prompts_for

register = template.Library()


@register.inclusion_tag("riskanalysis/prompted.html", takes_context=True)
def risk_prompts(
    context: Context, kind: str, *, unit: Unit, about: str = ""
) -> dict[str, Any]:
    """Show the prompts of one kind in a unit, or the one about something, to those who plan there."""
    found = prompts_for(context["request"].user, kind=Reason(kind), unit=unit)
    return {
        "prompts": [prompt for prompt in found if not about or prompt.is_about(about)]
    }
