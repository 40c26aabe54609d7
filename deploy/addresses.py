"""Addresses of this machine in networks of their own, which a container engine passes on as they are.

Who comes from the loopback has the engine's own address inside of a container.  So those whom the limits are
to tell apart come from the networks that are kept for measuring (RFC 2544) and that nobody else uses.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from deploy.compose import ComposeError

NETWORKS = "198.18.0.0/15"
PROXY = "198.18.0.1"
VISITORS = "198.19.{}.1"


@contextmanager
def taken() -> Iterator[None]:
    """Make the addresses this machine's own for a while; only root may."""
    _route("replace")
    try:
        yield
    finally:
        _route("del")


def _route(verb: str) -> None:
    command = ["ip", "route", verb, "local", NETWORKS, "dev", "lo"]
    try:
        done = subprocess.run(command, check=False, capture_output=True, text=True)
    except FileNotFoundError as error:
        raise ComposeError("ip is missing: apt-get install iproute2") from error
    if done.returncode:
        raise ComposeError(
            f"{' '.join(command)} ends with {done.returncode}: {done.stderr.strip()}"
        )
