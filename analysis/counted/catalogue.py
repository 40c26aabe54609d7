"""The catalogue of what is counted: each indicator once, with its question and all its words.

Pages, the board's documents, the outlines of the report, what authors write and the checker read from
here, so that they cannot come to count different things under one name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from analysis.counted.countings import ALL_BUT
from analysis.counted.indicators import (
    BY_DEPARTMENT,
    BY_TOOL,
    KEY_FIGURES,
    OVERVIEW,
    Indicator,
    Where,
    Wording,
)
from analysis.counted.nouns import Noun
from analysis.counted.vocabulary import SUBJECTS, said_as
from deviations.models import Kind, ReportedBy
from lexsarah.models import DecidedBy, Degree

# --- deviations -------------------------------------------------------------------------------
_FROM_OUTSIDE = ("reported_by", ReportedBy.OUTSIDE.value)
_REMARKS = r"(?:klagomål\w*|synpunkt\w*)(?:\soch\s(?:klagomål\w*|synpunkt\w*))?(?:\s\w+){0,2}?\sfrån\s"
_OUTSIDERS = r"(?:utomstående|brukare|allmänheten)"
_VIEW = Noun("synpunkt", "synpunkter")

# What is no praise: a number of reports on a page counts this.
REPORTED = Indicator(
    "deviations",
    "received",
    (("kind", "fault"),),
    "Rapporterat",
    SUBJECTS["deviations"].noun,
)
# The kinds that it leaves out, for conditions in SQL.
PRAISED = [*ALL_BUT[REPORTED.where[0]]]
FROM_OUTSIDE = Indicator(
    "deviations",
    "received",
    (*REPORTED.where, _FROM_OUTSIDE),
    "Klagomål och synpunkter från utomstående",
    Noun(
        "klagomål eller synpunkt från utomstående",
        "klagomål och synpunkter från utomstående",
    ),
    short="Från utomstående",
    pattern=said_as(rf"{_REMARKS}{_OUTSIDERS}"),
    names_all_bases=True,
    elsewhere={BY_TOOL: Wording(verb="togs emot")},
)
PRAISE_FROM_OUTSIDE = Indicator(
    "deviations",
    "received",
    (("kind", Kind.PRAISE.value), _FROM_OUTSIDE),
    "Beröm från utomstående",
    Noun("beröm från utomstående", "beröm från utomstående", neuter=True),
    short="Beröm",
    pattern=said_as(rf"\bberöm(?:met|men)?(?:\s\w+){{0,2}}?\sfrån\s{_OUTSIDERS}"),
    names_all_bases=True,
    elsewhere={BY_TOOL: Wording(verb="togs emot")},
)
ALL_FROM_OUTSIDE = Indicator(
    "deviations",
    "received",
    (_FROM_OUTSIDE,),
    "Synpunkter, klagomål och beröm från utomstående",
    Noun(
        "synpunkt, klagomål eller beröm från utomstående",
        "synpunkter, klagomål och beröm från utomstående",
    ),
    names_all_bases=True,
    elsewhere={
        BY_TOOL: Wording(verb="togs emot"),
        BY_DEPARTMENT: Wording("Synpunkter", _VIEW, "registrerades"),
    },
)
FROM_STAFF = Indicator(
    "deviations",
    "received",
    (("kind", Kind.COMPLAINT.value), ("reported_by", ReportedBy.STAFF.value)),
    "Klagomål och synpunkter från personal",
    Noun(
        "klagomål eller synpunkt från personal", "klagomål och synpunkter från personal"
    ),
    short="Från personal",
    pattern=said_as(rf"{_REMARKS}(?:personal\w*|medarbetar\w*)"),
    names_all_bases=True,
    elsewhere={BY_TOOL: Wording(verb="rapporterades")},
)
QUALITY = Indicator(
    "deviations",
    "received",
    (("kind", Kind.QUALITY_DEVIATION.value),),
    "Kvalitetsavvikelser",
    Noun("kvalitetsavvikelse", "kvalitetsavvikelser"),
    "rapporterades",
    "Kvalitets\u00adavvikelser",
    pattern=said_as(r"\bkvalitetsavvikelse\w*"),
    names_all_bases=True,
    elsewhere={BY_DEPARTMENT: Wording(verb="registrerades")},
)


def _of_kind(kind: Kind, label: str, noun: Noun) -> Indicator:
    return Indicator("deviations", "received", (("kind", kind.value),), label, noun)


# What came in of each kind, whoever reported it, in the order in which pages tell it.
OF_KIND: Mapping[str, Indicator] = {
    dict(indicator.where)["kind"]: indicator
    for indicator in (
        QUALITY,
        _of_kind(Kind.COMPLAINT, "Klagomål", Noun("klagomål", "klagomål", neuter=True)),
        _of_kind(Kind.SUGGESTION, "Synpunkter", _VIEW),
        _of_kind(
            Kind.IMPROVEMENT_IDEA,
            "Förbättringsförslag",
            Noun("förbättringsförslag", "förbättringsförslag", neuter=True),
        ),
        _of_kind(Kind.PRAISE, "Beröm", Noun("beröm", "beröm", neuter=True)),
    )
}
CLOSED = Indicator(
    "deviations", "closed", (), "Avslutade ärenden", SUBJECTS["deviations"].noun
)
CLOSED_FROM_OUTSIDE = Indicator(
    "deviations",
    "closed",
    FROM_OUTSIDE.where,
    "Avslutade klagomål och synpunkter från utomstående",
    Noun(
        "avslutat klagomål eller synpunkt",
        "avslutade klagomål och synpunkter",
        neuter=True,
    ),
)
CLOSED_QUALITY = Indicator(
    "deviations",
    "closed",
    QUALITY.where,
    "Avslutade kvalitetsavvikelser",
    Noun(
        "bedömd kvalitetsavvikelse", "avslutade kvalitetsavvikelser med angiven orsak"
    ),
)

# --- lex Sarah --------------------------------------------------------------------------------
REPORTS = Indicator(
    "lexsarah",
    "received",
    (),
    "Rapporter enligt lex Sarah",
    Noun("rapport enligt lex Sarah", "rapporter enligt lex Sarah"),
    short="Lex Sarah",
    pattern=said_as(
        r"\b(?:(?:rapport|utredning|anmälan|anmälning)\w*\s(?:\w+\s){0,6})?"
        r"(?:lex\ssarah\w*(?:[-\s](?:rapport|utredning)\w*)?|missförhållande\w*)"
    ),
    called="lex Sarah",
    elsewhere={
        OVERVIEW: Wording("Rapporter som kom in"),
        KEY_FIGURES: Wording("Lex Sarah-rapporter"),
    },
)
COMPLETED = Indicator(
    "lexsarah", "completed", (), "Utredningar som blev klara", SUBJECTS["lexsarah"].noun
)
INVESTIGATIONS = Indicator(
    "lexsarah",
    "decided",
    (),
    "Beslutade lex Sarah-utredningar",
    Noun("lex Sarah-utredning", "lex Sarah-utredningar", own=True),
    elsewhere={
        OVERVIEW: Wording("Ärenden som beslutades"),
        BY_TOOL: Wording("Avslutade utredningar"),
        BY_DEPARTMENT: Wording(
            "Färdigställda lex Sarah-utredningar", verb="färdigställdes"
        ),
    },
)
BY_COMMITTEE = replace(
    INVESTIGATIONS,
    where=(("decided_by", DecidedBy.COMMITTEE.value),),
    label="Behandlade av arbetsutskottet",
    verb="behandlades av arbetsutskottet",
    elsewhere={BY_TOOL: Wording("varav behandlade av arbetsutskottet")},
)
FOUND = replace(
    INVESTIGATIONS,
    where=(("degree", "found"),),
    label="Missförhållande eller påtaglig risk",
    verb="visade missförhållande eller påtaglig risk för missförhållande",
    elsewhere={BY_TOOL: Wording("varav missförhållande eller påtaglig risk")},
)
NOT_FOUND = replace(
    INVESTIGATIONS,
    where=(("degree", Degree.NONE.value),),
    label="Inget missförhållande",
    elsewhere={BY_TOOL: Wording("varav inget missförhållande")},
)
NOTIFIED = Indicator(
    "lexsarah",
    "notified",
    (),
    "Händelser anmälda till IVO",
    Noun("händelse", "händelser"),
    elsewhere={
        OVERVIEW: Wording("Anmälningar till IVO"),
        BY_TOOL: Wording("Anmälda till IVO"),
    },
)
BY_CHAIR = replace(
    NOTIFIED,
    where=(("ivo_decided_by", DecidedBy.CHAIR.value),),
    label="Anmälda efter beslut av ordföranden",
    elsewhere={BY_TOOL: Wording("varav beslut av ordföranden")},
)

# --- what is done beforehand, and decided afterwards ------------------------------------------
RISKS = Indicator(
    "riskanalysis",
    "decided",
    (),
    "Beslutade riskanalyser",
    SUBJECTS["riskanalysis"].noun,
    pattern=said_as(r"\briskanalys\w*"),
)
CHECKS = Indicator(
    "selfcheck",
    "done",
    (),
    "Genomförda egenkontroller",
    SUBJECTS["selfcheck"].noun,
    pattern=said_as(r"\begenkontroll\w*"),
)
ACTIONS = Indicator(
    "actions",
    "decided",
    (),
    "Beslutade åtgärder",
    Noun("beslutad åtgärd", "beslutade åtgärder", own=True),
)

INDICATORS: tuple[Indicator, ...] = (
    REPORTED,
    FROM_OUTSIDE,
    PRAISE_FROM_OUTSIDE,
    ALL_FROM_OUTSIDE,
    FROM_STAFF,
    *OF_KIND.values(),
    CLOSED,
    CLOSED_FROM_OUTSIDE,
    CLOSED_QUALITY,
    REPORTS,
    COMPLETED,
    INVESTIGATIONS,
    BY_COMMITTEE,
    FOUND,
    NOT_FOUND,
    NOTIFIED,
    BY_CHAIR,
    RISKS,
    CHECKS,
    ACTIONS,
)
# What the board is told of each tertial, and the overview of each year.
TOLD_EACH_TERTIAL = (FROM_OUTSIDE, PRAISE_FROM_OUTSIDE, FROM_STAFF, QUALITY, REPORTS)
# What has a name of its own in an author's text: of two that fit as well, the first.
NAMED_IN_TEXTS = (
    QUALITY,
    FROM_OUTSIDE,
    PRAISE_FROM_OUTSIDE,
    ALL_FROM_OUTSIDE,
    FROM_STAFF,
    REPORTS,
    INVESTIGATIONS,
    NOTIFIED,
)
# What free text is known to speak of, in the order in which the checker looks.
SPOKEN_OF = (
    FROM_OUTSIDE,
    PRAISE_FROM_OUTSIDE,
    FROM_STAFF,
    QUALITY,
    REPORTS,
    RISKS,
    CHECKS,
)


def named_in_text(subject: str, basis: str, where: Where) -> Indicator | None:
    """Return what has a name of its own in an author's text and holds a count: the narrowest of all."""
    holding = [
        indicator
        for indicator in NAMED_IN_TEXTS
        if indicator.subject == subject
        and (indicator.names_all_bases or indicator.basis == basis)
        and set(indicator.where) <= set(where)
    ]
    return max(holding, key=lambda indicator: len(indicator.where), default=None)


def without_praise(subject: str) -> dict[str, str]:
    """Return what leaves praise out of a number of reports: only of deviations some is praise."""
    if subject != REPORTED.subject:
        return {}
    return dict(REPORTED.where)


def narrowings(subject: str) -> tuple[str, ...]:
    """Return the dimensions that the indicators of a subject are narrowed to."""
    names: set[str] = set()
    for indicator in INDICATORS:
        if indicator.subject == subject:
            names.update(dict(indicator.where))
    return tuple(sorted(names))
