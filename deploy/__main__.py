"""Try the compose file before anybody relies on it: ``python -m deploy [containers] [limits]``.

Starts what docker-compose.yml starts, as programs of this machine on loopback (deploy.processes), files a
case through the proxy, builds a report and stops everything.  Ends with 1 and says why if anything fails.
With ``containers`` the file itself is started, by Docker or Podman (deploy.containers).  With ``limits`` it
is measured, too, whom the limits keep out while somebody guesses passwords (deploy.limits).
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path

from bench.faults import Tally
from deploy.compose import ComposeError
from deploy.containers import Containers
from deploy.limits import try_the_limits
from deploy.processes import Processes
from deploy.trial import Deployment, settle_in, try_the_product, try_the_proxy
from kvalitet.embedded_server import EmbeddedError


def main(*wishes: str) -> int:
    """Start, try and stop; return the exit code."""
    if {"containers", "limits"} <= set(wishes):
        print(
            "Measure the limits without containers: in them everybody has the engine's address.",
            file=sys.stderr,
        )
        return 1
    tally = Tally()
    folder = Path(tempfile.mkdtemp(prefix="kvalitet-deploy-"))
    began = time.monotonic()
    deployment: Deployment | None = None
    try:
        deployment = Containers(folder) if "containers" in wishes else Processes(folder)
        deployment.start()
        print(
            f"All services of docker-compose.yml are up, after {time.monotonic() - began:.0f} s.", flush=True
        )
        password = settle_in(deployment)
        try_the_product(deployment, tally, password)
        if "limits" in wishes:
            try_the_limits(deployment.site, tally, password)
        try_the_proxy(deployment, tally)
    except (ComposeError, EmbeddedError) as problem:
        print(f"docker-compose.yml does not start: {problem}", file=sys.stderr)
        tally.failed = True
    finally:
        if deployment:
            deployment.stop()
        shutil.rmtree(folder, ignore_errors=True)
    print(f"All is stopped, after {time.monotonic() - began:.0f} s.")
    return int(tally.failed)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
