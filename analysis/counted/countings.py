"""Every counting of every app, and every dimension that any of them can be split by."""

from __future__ import annotations

from collections.abc import Mapping

from casework.register import statistics as casework_statistics
from casework.register.statistics import Counting, Dimension
from deviations import statistics as deviations_statistics
from lexsarah.register import statistics as lexsarah_statistics
from riskanalysis.register import statistics as riskanalysis_statistics
from selfcheck.register import statistics as selfcheck_statistics

COUNTINGS: tuple[Counting, ...] = (
    *deviations_statistics.COUNTINGS,
    *lexsarah_statistics.COUNTINGS,
    *selfcheck_statistics.COUNTINGS,
    *riskanalysis_statistics.COUNTINGS,
    *casework_statistics.COUNTINGS,
)
COUNTING_OF: Mapping[tuple[str, str], Counting] = {
    (c.subject, c.basis): c for c in COUNTINGS
}
# The bases of each subject; the first is the one meant when none is named.
BASES_OF: dict[str, tuple[str, ...]] = {}
DIMENSIONS: dict[str, Dimension] = {}
for _counting in COUNTINGS:
    BASES_OF[_counting.subject] = (
        *BASES_OF.get(_counting.subject, ()),
        _counting.basis,
    )
    DIMENSIONS |= _counting.dimensions
FIRST_BASIS: Mapping[str, str] = {
    subject: bases[0] for subject, bases in BASES_OF.items()
}
# The values that stand for every other, and those that they leave out.
ALL_BUT: dict[tuple[str, str], tuple[str, ...]] = {}
for _dimension in DIMENSIONS.values():
    for _value, _group in _dimension.groups.items():
        ALL_BUT[_dimension.name, _value] = _group.left_out
