"""Template filters that say in words what a rule found; of lex Sarah only where they are told to."""

from __future__ import annotations

from django import template

from analysis.tertial import signal_sentences

register = template.Library()
register.filter(signal_sentences.name_of)
register.filter(signal_sentences.reason_for)
register.filter(signal_sentences.assessment_of)
