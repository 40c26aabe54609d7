"""Template filters that say in words what a rule found; of lex Sarah only where they are told to."""

from __future__ import annotations

from django import template

from analysis import telling

register = template.Library()
register.filter(telling.name_of)
register.filter(telling.reason_for)
register.filter(telling.assessment_of)
