"""The risk analyses as a file, with how many risks each holds and how high the highest is."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from django.db.models import Count, F, Max, OuterRef, QuerySet, Subquery

from casework.register.exports import (
    DUE,
    LACKS,
    NUMBER,
    OWNER,
    PROCESS,
    STATE,
    TARGET_GROUP,
    UNIT,
    fact,
    told,
    with_whole,
)
from organisation.lists.exports import Table
from organisation.models import User
from riskanalysis.models import Risk, RiskAnalysis

ANALYSES = Table(
    page="riskanalysis:export",
    stem="riskanalyser",
    sheet="Riskanalyser",
    rows="riskanalyser",
    case=attrgetter("pk"),
    columns=(
        NUMBER,
        UNIT,
        TARGET_GROUP,
        PROCESS,
        told("Varför den görs", 32, "trigger", is_word=True),
        STATE,
        OWNER,
        DUE,
        fact("Beslutades", 12, "decided_on"),
        told("Följs upp", 12, "review_on"),
        told("Risker", 8, "risk_count"),
        told("Högsta riskvärde", 16, "highest_risk"),
    ),
    lacks=(
        *LACKS,
        "Varför, uppföljning och risker står bara för analyser som du läser i sin helhet.",
        "Strukna risker räknas inte.",
    ),
)


def analysis_rows(analyses: QuerySet[RiskAnalysis], reader: User) -> QuerySet[Any]:
    """Return the rows of the file."""
    risks = (
        Risk.objects.filter(analysis=OuterRef("pk"), crossed_out="")
        .order_by()
        .values("analysis")
    )
    counted = risks.annotate(count=Count("pk")).values("count")
    highest = risks.annotate(highest=Max(F("probability") * F("severity"))).values(
        "highest"
    )
    rows: QuerySet[Any] = with_whole(analyses, reader).annotate(
        risk_count=Subquery(counted), highest_risk=Subquery(highest)
    )
    return rows
