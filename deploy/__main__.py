"""Try the compose file before anybody relies on it: ``python -m deploy [containers] [limits]``.

Starts what docker-compose.yml starts, as programs of this machine on loopback (deploy.processes), files a
case through the proxy, builds a report and stops everything.  Ends with 1 and says why if anything fails.
With ``containers`` the file itself is started, by Docker or Podman (deploy.containers).  With ``limits`` it
is measured, too, whom the limits keep out while somebody guesses passwords (deploy.limits); with both only by
root (deploy.addresses).
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench.faults import Tally
from demo.embedded_server import EmbeddedError
from deploy import addresses
from deploy.compose import ComposeError
from deploy.containers import Containers
from deploy.limits import try_the_limits
from deploy.processes import Processes
from deploy.trial import Deployment, settle_in, try_the_product, try_the_proxy


def main(*wishes: str) -> int:
    """Start, try and stop; return the exit code."""
    tally = Tally()
    began = time.monotonic()
    try:
        with deployed({*wishes}) as deployment:
            deployment.start()
            seconds = time.monotonic() - began
            print(
                f"All services of docker-compose.yml are up, after {seconds:.0f} s.",
                flush=True,
            )
            password = settle_in(deployment)
            try_the_product(deployment, tally, password)
            if "limits" in wishes:
                try_the_limits(deployment.site, tally, password)
            try_the_proxy(deployment, tally)
        print(f"All is stopped, after {time.monotonic() - began:.0f} s.")
    except (ComposeError, EmbeddedError) as problem:
        print(f"docker-compose.yml does not start or stop: {problem}", file=sys.stderr)
        tally.failed = True
    return int(tally.failed)


@contextmanager
def deployed(wishes: set[str]) -> Iterator[Deployment]:
    """Lend a deployment that is yet to be started; afterwards stop it and remove all that it left."""
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="kvalitet-deploy-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        if tells_apart := {"containers", "limits"} <= wishes:
            stack.enter_context(addresses.taken())
        made: Deployment = (
            Containers(folder, tells_apart=tells_apart)
            if "containers" in wishes
            else Processes(folder)
        )
        stack.callback(made.stop)
        yield made


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
