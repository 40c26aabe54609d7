"""Who reads the compiled figures of their part of the tree.

Figures are material for the work: unmasked, and asked for freely, so that no mask could hold.  Who may not
open the cases behind them, as a board's secretary, reads what is published: masked documents and reports.
"""

from __future__ import annotations

from organisation.access import ANALYSTS, CHIEFS

READERS = ANALYSTS | CHIEFS
