"""What limits do to those who mean well while somebody guesses passwords: measured through the proxy.

Everybody who is to be told apart comes from a network of his or her own (Site.sources).
"""

from __future__ import annotations

import csv
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count

from bench.faults import Tally
from deploy.compose import ROOT
from deploy.visitor import Site, Visitor

AT_ONCE = 6
GUESSES, ATTACKERS, CITIZENS = 60, 20, 12
FROM_ONE_ADDRESS = 70
LONGEST_WAIT = 60
TOLD = "Någon har försökt logga in som du"


class Town:
    """The people of the demo, somebody who guesses, and addresses that nobody has used yet."""

    def __init__(self, site: Site, password: str) -> None:
        with (ROOT / "demo" / "people.csv").open(encoding="utf-8", newline="") as file:
            self.people = [
                row["username"] for row in csv.DictReader(file, delimiter=";")
            ]
        self.site, self.password = site, password
        self._networks = count(1)

    def somewhere(self) -> str:
        """Return an address in a network where nobody has been."""
        return self.site.sources.format(next(self._networks))

    def guess(self, source: str, names: Iterable[str]) -> Counter[int]:
        """Try a wrong password for each name from one address; return how many got which answer."""

        def once(name: str) -> int:
            return Visitor(self.site, source).sign_in(name, "helt fel lösenord").status

        with ThreadPoolExecutor(AT_ONCE) as pool:
            return Counter(pool.map(once, names))

    def get_in(self, names: Sequence[str]) -> int:
        """Let people sign in with the right password, each from an own address; count who gets in at once."""

        def once(name: str) -> bool:
            return self.enters(Visitor(self.site, self.somewhere()), name)

        with ThreadPoolExecutor(AT_ONCE) as pool:
            return sum(pool.map(once, names))

    def enters(self, visitor: Visitor, name: str) -> bool:
        """Tell whether somebody gets in with the right password."""
        visitor.sign_in(name, self.password)
        return visitor.is_signed_in()


def try_the_limits(site: Site, tally: Tally, password: str) -> None:
    """Guess, attack and file in turn, and count who of those who mean well is kept out."""
    town = Town(site, password)
    try_strangers(town, tally)
    try_attacked_account(town, tally)
    try_citizens(town, tally)


def try_strangers(town: Town, tally: Tally) -> None:
    """Guess from one address, at names that nobody has and at one person; all must get in at once."""
    stranger, everybody = town.somewhere(), [*town.people, *town.people]
    answers = town.guess(stranger, [f"okänd{number}" for number in range(GUESSES)])
    print(
        f"  {GUESSES} guesses at invented names are answered {dict(answers)}",
        flush=True,
    )
    tally.check(
        "then get in",
        f"{town.get_in(everybody)} of {len(everybody)}",
        f"{len(everybody)} of {len(everybody)}",
    )
    answers = town.guess(stranger, [town.people[0]] * GUESSES)
    print(f"  {GUESSES} guesses at one person are answered {dict(answers)}", flush=True)
    some = [town.people[0], *town.people]
    tally.check(
        "then get in",
        f"{town.get_in(some)} of {len(some)}",
        f"{len(some)} of {len(some)}",
    )


def try_attacked_account(town: Town, tally: Tally) -> None:
    """Guess at one person from many addresses; the holder must get in at once, and soon from a new device."""
    holder = town.people[1]
    usual = Visitor(town.site, town.somewhere())
    tally.check("the holder of an account gets in", town.enters(usual, holder), True)
    usual.leave()
    answers: Counter[int] = Counter()
    for _ in range(ATTACKERS):
        answers += town.guess(town.somewhere(), [holder] * 10)
    print(
        f"  10 guesses at it from each of {ATTACKERS} addresses are answered {dict(answers)}",
        flush=True,
    )
    page = usual.sign_in(holder, town.password)
    tally.check("the holder gets in from the usual device", usual.is_signed_in(), True)
    tally.check("and is told", TOLD in page.text, True)
    began, new = time.monotonic(), Visitor(town.site, town.somewhere())
    while not town.enters(new, holder) and time.monotonic() - began < 2 * LONGEST_WAIT:
        time.sleep(1)
    tally.at_most("and from a new one after", time.monotonic() - began, LONGEST_WAIT)


def try_citizens(town: Town, tally: Tally) -> None:
    """Complain from many addresses at once, and then from a single one until it has to wait."""
    with ThreadPoolExecutor(CITIZENS) as pool:
        sources = [town.somewhere() for _ in range(CITIZENS)]
        receipts = sum(pool.map(lambda source: files(town.site, source), sources))
        tally.check(
            "citizens at once from different addresses get receipts", receipts, CITIZENS
        )
        shared = town.somewhere()
        receipts = sum(
            pool.map(lambda _: files(town.site, shared), range(FROM_ONE_ADDRESS))
        )
    print(
        f"  of {FROM_ONE_ADDRESS} complaints from one address {receipts} are taken at once",
        flush=True,
    )


def files(site: Site, source: str) -> bool:
    """Tell whether a complaint from an address gets a receipt at once."""
    return bool(Visitor(site, source).file_complaint("Ingen svarade i telefonen.")[1])
