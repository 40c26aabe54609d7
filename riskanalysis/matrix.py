"""The risk matrix: how a probability and a severity become a level (pure; the scales run from 1 to 4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

SCALE = (1, 2, 3, 4)
PROBABILITY = {1: "mycket liten", 2: "liten", 3: "stor", 4: "mycket stor"}
SEVERITY = {1: "mindre", 2: "måttlig", 3: "betydande", 4: "katastrofal"}
# From these values on, by probability times severity.
HIGH, MIDDLE = 8, 4


@dataclass(frozen=True)
class Level:
    """A level in words, and the tone to say it in; nothing is told by colour alone."""

    name: str
    tone: str


LOW_LEVEL, MIDDLE_LEVEL, HIGH_LEVEL = (
    Level("låg", "low"),
    Level("medel", "mid"),
    Level("hög", "high"),
)


def value(probability: int, severity: int) -> int:
    """Return the value of a risk, 1-16."""
    return probability * severity


def level(probability: int, severity: int) -> Level:
    """Return the level of a risk; the severest is never low, however unlikely."""
    product = value(probability, severity)
    if product >= HIGH:
        return HIGH_LEVEL
    if product >= MIDDLE or severity == max(SCALE):
        return MIDDLE_LEVEL
    return LOW_LEVEL


@dataclass(frozen=True)
class Square:
    """One square of the matrix: its value and level, and the numbers of the risks in it."""

    probability: int
    severity: int
    risks: tuple[int, ...]

    @property
    def value(self) -> int:
        """Return the value of the risks in the square."""
        return value(self.probability, self.severity)

    @property
    def level(self) -> Level:
        """Return the level of the risks in the square."""
        return level(self.probability, self.severity)


def matrix(placed: Mapping[int, tuple[int, int]]) -> list[tuple[str, list[Square]]]:
    """Return the rows of the matrix, the most probable first, with its words.

    ``placed`` is (probability, severity) by the number of the risk.
    """

    rows = []
    for probability in reversed(SCALE):
        squares = []
        for severity in SCALE:
            inside = tuple(
                number
                for number, place in placed.items()
                if place == (probability, severity)
            )
            squares.append(Square(probability, severity, inside))
        rows.append((PROBABILITY[probability], squares))
    return rows
