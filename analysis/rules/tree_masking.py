"""Cell suppression in a tree: hide small numbers, and as few more as possible (OSL 26 kap. 1 §).

Where every sum is that of the parts right below it, what can be worked out of a hidden number is an exact
interval: what its own parts allow, and what the sum above leaves when the parts beside it take what they
can.  Each interval must be at least ``least`` wide.  This shows more than ``analysis.rules.masking`` does, which
moves cases between two places at a time: many small numbers protect each other, and their sum is shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from analysis.rules.masking import ALL, LEAST, suppressed

Span = tuple[int, int]
_ENDLESS = 10**9
_SUM_COSTS = (
    50.0  # rather many parts than one sum, and rather many sums than the one above them
)


def mask_tree(
    counts: Mapping[str, int], parents: Mapping[str, str], *, least: int = LEAST
) -> dict[str, int | None]:
    """Return the counts with None for what may not be shown: 1 to least - 1, and what would give it away.

    Every count but ALL lies under another, which is the sum of those under it.  Zeros are shown.
    """
    tree = _Tree(counts, parents)
    hidden = {place for place, count in counts.items() if 0 < count < least}
    while True:
        widths = tree.widths(hidden)
        narrow = [place for place, width in widths.items() if width < least]
        if not narrow:
            return suppressed(counts, hidden)
        place = min(narrow, key=lambda at: (len(tree.lines[at]), widths[at], at))
        hidden |= tree.to_hide(place, hidden, least)


class _Tree:
    """Counts under each other, in an order in which the sum comes before its parts."""

    def __init__(self, counts: Mapping[str, int], parents: Mapping[str, str]) -> None:
        self.counts = counts
        self.below: dict[str, list[str]] = defaultdict(list)
        for place in sorted(counts.keys() - {ALL}):
            self.below[parents[place]].append(place)
        self.order = [ALL]
        for place in self.order:
            self.order += self.below.get(place, [])
        self.lines: dict[str, tuple[str, ...]] = {ALL: (ALL,)}
        for place in self.order[1:]:
            self.lines[place] = (place, *self.lines[parents[place]])

        self.heights: dict[str, int] = {}
        for place in reversed(self.order):
            heights = (self.heights[part] for part in self.below.get(place, []))
            self.heights[place] = 1 + max(heights, default=-1)

    def widths(self, hidden: set[str]) -> dict[str, int]:
        """Return the width of the interval of each hidden number."""
        of_parts = self._spans_of_parts(hidden)
        spans = {ALL: of_parts[ALL]}
        for place in self.order:
            parts, (low, high) = self.below.get(place, []), spans[place]
            least, most = _sum(of_parts, parts)
            for part in parts:
                own_low, own_high = of_parts[part]
                spans[part] = (
                    max(own_low, low - most + own_high),
                    min(own_high, high - least + own_low),
                )
        widths = {}
        for place in self.order:
            if place in hidden:
                low, high = spans[place]
                widths[place] = high - low
        return widths

    def _spans_of_parts(self, hidden: set[str]) -> dict[str, Span]:
        """Return the interval of each number by the numbers shown below it."""
        of_parts: dict[str, Span] = {}
        for place in reversed(self.order):
            parts = self.below.get(place, [])
            if place not in hidden:
                of_parts[place] = self.counts[place], self.counts[place]
            elif parts:
                low, high = _sum(of_parts, parts)
                of_parts[place] = max(1, low), high
            else:
                of_parts[place] = 1, _ENDLESS
        return of_parts

    def to_hide(self, place: str, hidden: set[str], least: int) -> set[str]:
        """Return the cheapest that gives a number an interval wide enough, or else that widens it."""
        start, best = self.widths(hidden)[place], set[str]()
        widest = start
        for more in sorted(self._ways(place, hidden), key=self._cost):
            width = self.widths(hidden | more)[place]
            if width >= least:
                return more
            if width > widest:
                widest, best = width, more
        return best or set(self.lines[place]) - hidden

    def _ways(self, place: str, hidden: set[str]) -> Iterator[set[str]]:
        """Yield the sets of numbers to hide: along a way to another branch, or all sums above."""
        own = set(self.lines[place])
        for other in self.order:
            if (
                self.below.get(other)
                or not self.counts[other]
                or place in self.lines[other]
            ):
                continue
            branch = own.symmetric_difference(self.lines[other])
            if all(self.counts[at] for at in branch) and (more := branch - hidden):
                yield more
        if more := own - hidden:
            yield more

    def _cost(self, more: set[str]) -> tuple[float, list[str]]:
        """Return the cost of hiding: few numbers, small ones, and rather parts than sums."""
        cost = 0.0
        for place in more:
            count = self.counts[place]
            if count:
                cost += _SUM_COSTS ** self.heights[place] * (1 + count / (count + 100))
        return cost, sorted(more)


def _sum(spans: Mapping[str, Span], parts: Iterable[str]) -> Span:
    """Return the interval of the sum of some parts."""
    least = most = 0
    for part in parts:
        low, high = spans[part]
        least += low
        most += high
    return least, most
