"""Who reads the compiled figures of their part of the tree, and how far they may split them.

Figures are material for the work: unmasked, and asked for freely, so that no mask could hold.  Who may not
open the cases behind them, as a board's secretary, reads what is published: masked documents and reports.
"""

from __future__ import annotations

from casework.models import READERS as CASE_READERS
from casework.models import Circle, Subject
from organisation.access import ANALYSTS, CHIEFS, holds
from organisation.models import Unit, User

READERS = ANALYSTS | CHIEFS
# Those who read every lex Sarah case of their part of the tree, also one that is kept from its chiefs.
READS_ALL_LEX_SARAH = CASE_READERS[Circle.INVESTIGATOR]
# What a number of lex Sarah may be split by for everybody else, and on which basis it is counted.
OPEN_SPLITS, OPEN_BASES = ("unit", "month"), ("received", "completed", "decided")


def may_split(reader: User, subject: str, unit: Unit) -> bool:
    """Tell whether a person may know how the cases were judged, and not only how many they are.

    A chief may be kept from a lex Sarah case of the own unit (OSL 26 kap. 1 and 5 §§): how many there are
    is told to the board every tertial, but a number by degree or type would tell what is found in it.
    """
    return subject != Subject.LEXSARAH or holds(reader, READS_ALL_LEX_SARAH, unit)
