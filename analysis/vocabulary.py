"""The Swedish words of the figures: what subjects, bases, dimensions and values are called everywhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.utils import dateformat

from analysis.aggregate import COUNTINGS
from analysis.known import UNKNOWN
from casework.models import ActionLevel
from casework.periods import Period
from casework.statistics import Counting
from deviations.models import CauseLevel, Channel, Consequence, IsDeviation, Kind, ReportedBy
from lexsarah.models import DecidedBy, Degree, IvoOutcome
from selfcheck.models import Method

# What an address says for a value that nobody has given: an empty choice of a form narrows nothing.
MISSING = "saknas"
# What an address says when only the unit itself is meant, and nothing below it.
ALONE = "bara-enheten"

# name of the subject: what an address calls it, and people.
SUBJECTS: Mapping[str, tuple[str, str]] = {
    "deviations": ("avvikelser", "Klagomål, synpunkter och avvikelser"),
    "lexsarah": ("lexsarah", "Lex Sarah"),
    "selfcheck": ("egenkontroller", "Egenkontroller"),
    "riskanalysis": ("riskanalyser", "Riskanalyser"),
    "actions": ("atgarder", "Åtgärder"),
}
# One and several of what is counted.
NOUNS: Mapping[str, tuple[str, str]] = {
    "deviations": ("ärende", "ärenden"),
    "lexsarah": ("ärende", "ärenden"),
    "selfcheck": ("egenkontroll", "egenkontroller"),
    "riskanalysis": ("riskanalys", "riskanalyser"),
    "actions": ("åtgärd", "åtgärder"),
}
BASES: Mapping[str, tuple[str, str]] = {
    "received": ("inkomna", "inkomna"),
    "closed": ("avslutade", "avslutade"),
    "completed": ("utredda", "färdigutredda"),
    "decided": ("beslutade", "beslutade"),
    "notified": ("anmalda", "anmälda till IVO"),
    "done": ("genomforda", "genomförda"),
}
DIMENSIONS: Mapping[str, tuple[str, str]] = {
    "kind": ("slag", "Slag"),
    "reported_by": ("fran", "Rapporterat av"),
    "channel": ("vag", "Inkom genom"),
    "category": ("kategori", "Kategori"),
    "target_group": ("malgrupp", "Målgrupp"),
    "process": ("rutin", "Process eller rutin"),
    "cause_area": ("orsak", "Orsaksområde"),
    "cause_level": ("orsaksniva", "Orsakens nivå"),
    "is_deviation": ("bedomning", "Var det en avvikelse"),
    "consequence": ("foljd", "Följder för den enskilde"),
    "type": ("typ", "Typ av händelse"),
    "degree": ("grad", "Bedömning enligt lex Sarah"),
    "decided_by": ("beslutat", "Beslutades av"),
    "ivo_decided_by": ("anmalan", "Anmälan beslutades av"),
    "ivo_outcome": ("ivo", "Besked från IVO"),
    "method": ("metod", "Metod"),
    "action_category": ("atgard", "Slag av åtgärd"),
    "action_level": ("atgardsniva", "Åtgärden riktas till"),
}
# How a table may also be split, beside by the dimensions above.
SPLITS: Mapping[str, tuple[str, str]] = {
    "unit": ("enhet", "Enhet"),
    "month": ("manad", "Månad"),
    **DIMENSIONS,
}
_VALUES: Mapping[str, Mapping[str, str]] = {
    name: {str(value): str(label) for value, label in choices}
    for name, choices in (
        ("kind", [*Kind.choices, ("fault", "allt utom beröm")]),
        ("reported_by", ReportedBy.choices),
        ("channel", Channel.choices),
        ("cause_level", CauseLevel.choices),
        ("is_deviation", IsDeviation.choices),
        ("consequence", Consequence.choices),
        ("degree", [*Degree.choices, ("found", "missförhållande eller risk, alla grader")]),
        ("decided_by", DecidedBy.choices),
        ("ivo_decided_by", DecidedBy.choices),
        ("ivo_outcome", IvoOutcome.choices),
        ("method", Method.choices),
        ("action_level", ActionLevel.choices),
    )
}
# Praise is no remark: of what came from outside the two are counted apart.
REMARKS_FROM_OUTSIDE = (("kind", "fault"), ("reported_by", "outside"))
PRAISE_FROM_OUTSIDE = (("kind", Kind.PRAISE.value), ("reported_by", "outside"))
COUNTING_OF: Mapping[tuple[str, str], Counting] = {(c.subject, c.basis): c for c in COUNTINGS}


def value_in_words(dimension: str, value: str) -> str:
    """Return what people call a value of a dimension; nothing given is said in words."""
    if not value:
        return UNKNOWN
    return _VALUES.get(dimension, {}).get(value, value)


def known_values(dimension: str) -> Mapping[str, str]:
    """Return the values that a dimension may have by its definition; none for one of free words."""
    return _VALUES.get(dimension, {})


def named(words: Mapping[str, tuple[str, str]], called: str) -> str | None:
    """Return the name in the register of what an address calls something, or None."""
    return next((name for name, (address, _) in words.items() if address == called), None)


def counted(subject: str, basis: str, count: int) -> str:
    """Return a count with the word for what is counted: of lex Sarah it is reports that come in."""
    one, several = NOUNS[subject]
    if (subject, basis) == ("lexsarah", "received"):
        one, several = "rapport", "rapporter"
    return f"{count:,}".replace(",", "\u00a0") + f" {one if count == 1 else several}"


def period_in_words(period: Period) -> str:
    """Return a period as people say it: "tertial 1 2024", "mars 2024", "kvalitetsåret 2024"."""
    first, last = period.first, period.last_day
    months = len(period.months)
    if first.year == last.year and first.month % months == 1 % months:
        if months == 12:
            return str(first.year)
        if months == 6:
            return f"{'första' if first.month == 1 else 'andra'} halvåret {first.year}"
        if months == 4:
            return f"tertial {last.month // 4} {first.year}"
        if months == 1:
            return _month(first)
    if (first.month, months) == (9, 12):
        return f"kvalitetsåret {last.year}"
    return f"{_month(first)} till {_month(last)}"


def _month(day: dt.date) -> str:
    return dateformat.format(day, "F Y")
