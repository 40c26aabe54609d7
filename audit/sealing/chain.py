"""The chain of heads: each held to what it covers and to the one before, and all of it to a head from outside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter

from audit.models import Seal
from audit.sealing.findings import REWRITTEN, Checked, stream, when
from audit.sealing.heads import DIGEST, Batch, Outside, has_key, head_of, is_signed
from audit.sealing.rows import AHEAD


def check_chain(checked: Checked, first: int, last: int) -> None:
    """Compute every head from what it covers, and hold it to the one before."""
    before = Seal.objects.filter(number__lt=first).order_by("number").last()
    seals = Seal.objects.filter(number__range=(first, last)).order_by("number")
    digests = groupby(_digests(first, last), key=itemgetter(0))
    number, batches = next(digests, (last + 1, iter(())))
    for seal in seals.defer("guards").iterator(chunk_size=5_000):
        checked.seals += 1
        own: list[Batch] = []
        while number <= seal.number:
            if number == seal.number:
                own = [batch for _, batch in batches]
            else:
                checked.found(
                    f"Försegling {number} är borta, men inte det som den förseglade.",
                    REWRITTEN,
                )
            number, batches = next(digests, (last + 1, iter(())))
        if fault := next(_faults(seal, before, own), ""):
            checked.found(
                f"Försegling {seal.number} ({when(seal.at)}) {fault}", REWRITTEN
            )
        before = seal


def _faults(seal: Seal, before: Seal | None, batches: list[Batch]) -> Iterator[str]:
    """Yield what is wrong with a head, in Swedish, the worst first."""
    if seal.head != head_of(seal, batches):
        yield "är ändrad: huvudet stämmer inte med det som förseglades."
    if has_key() and not is_signed(seal):
        yield "är inte gjord av den som förseglar: signaturen stämmer inte."
    if before is None:
        if seal.number > 1 and not seal.note:
            yield "är den första som finns kvar. De före den är borta."
        return
    if seal.previous != before.head:
        yield f"följer inte på försegling {before.number}: kedjan är bruten."
    if seal.number != before.number + 1 and not seal.note:
        yield f"följer på försegling {before.number}: de emellan är borta."
    if seal.at < before.at - AHEAD:
        yield f"har en tid före försegling {before.number}: klockan är flyttad."


def _digests(first: int, last: int) -> Iterator[tuple[int, Batch]]:
    """Yield what was sealed with each head, hashed anew by the database, in the order of the chain.

    A count that somebody changed alone is told as none, which no head has.
    """
    rows = stream(
        f'SELECT b.seal_id, b."table", b.count, cardinality(b.ids), {DIGEST}'  # noqa: S608 -- our own names only
        " FROM audit_sealedrows b WHERE b.seal_id BETWEEN %s AND %s ORDER BY b.seal_id, b.id",
        first,
        last,
    )
    for number, table, count, there, digest in rows:
        yield number, Batch(table, count if count == there else 0, digest)


def check_outside(checked: Checked, outside: Sequence[Outside]) -> None:
    """Hold the chain to the last head that somebody outside has, and to those before it."""
    if not outside:
        return
    heads = dict(
        Seal.objects.filter(number__in={o.number for o in outside}).values_list(
            "number", "head"
        )
    )
    accepted = dict(Seal.objects.exclude(note="").values_list("number", "note"))
    last = checked.last.number if checked.last else 0
    latest = outside[-1]
    for one in dict.fromkeys(outside):
        if heads.get(one.number) == one.head:
            continue
        if one != latest and any(number > one.number for number in accepted):
            continue  # somebody has accepted that it was lost
        if one.number > last:
            checked.found(
                f"Databasen slutar vid försegling {last}, men huvudet utifrån är från försegling {one.number}. "
                "En äldre säkerhetskopia är återläst, eller det senaste är bortklippt.",
                "Var återläsningen avsiktlig: se docs/logg.md. Annars: återläs en nyare kopia.",
            )
            return
        checked.found(
            f"Försegling {one.number} har ett annat huvud än det som finns utanför databasen: hela kedjan är "
            "omskriven från den eller tidigare.",
            REWRITTEN,
        )
        return
