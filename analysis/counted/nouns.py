"""The noun of what is counted, with what Swedish grammar asks of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Noun:
    """What is counted: `Noun("rapport", "rapporter")` is en, with `neuter=True` it is ett."""

    singular: str
    plural: str
    neuter: bool = False
    # What we do ourselves: that none is registered does not say that none was done.
    own: bool = False

    def of(self, count: int) -> str:
        """Return the form that goes with a number."""
        return self.singular if count == 1 else self.plural

    @property
    def one(self) -> str:
        return "ett" if self.neuter else "en"

    @property
    def none(self) -> str:
        return "inget" if self.neuter else "ingen"

    @property
    def it(self) -> str:
        return "det" if self.neuter else "den"
