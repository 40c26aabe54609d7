"""Who reads the compiled figures of their part of the tree, and how far they may split them.

Figures are material for the work: unmasked, and asked for freely, so that no mask could hold.  Who may not
open the cases behind them, as a board's secretary, reads what is published: masked documents and reports.
"""

from __future__ import annotations

from analysis.counted.subjects import Subject
from organisation.access import may
from organisation.models import Unit, User
from organisation.rights import Right

# What a number of lex Sarah may be split by for everybody else, and on which basis it is counted.
OPEN_SPLITS, OPEN_BASES = ("unit", "month"), ("received", "completed", "decided")


def may_split(reader: User, subject: str, unit: Unit) -> bool:
    """Tell whether a person may know how the cases were judged, and not only how many they are.

    A chief may be kept from a lex Sarah case of the own unit (OSL 26 kap. 1 and 5 §§): how many there are
    is told to the board every tertial, but a number by degree or type would tell what is found in it.
    """
    return subject != Subject.LEXSARAH or may(reader, Right.LEXSARAH_READ_ALL, unit)
