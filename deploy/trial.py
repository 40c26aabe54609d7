"""What is tried of a deployment, whatever it runs in: a case filed, a report built, and the proxy's part."""

from __future__ import annotations

import datetime as dt
import secrets
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from typing import Protocol

from bench.faults import Tally
from deploy.compose import ROOT
from deploy.visitor import Site, Visitor

CONTROLLER = "controller"
SECONDS_TO_BUILD = 60
SLOW_CLIENTS = 40
# Nobody has this calendar: its address is asked for to see that no log keeps it.
SECRET = "hemlig-kalender-som-ingen-har"


class Deployment(Protocol):
    """Something that the compose file has been started in."""

    site: Site

    def start(self) -> None:
        """Start everything, and wait until the proxy says that all is well."""

    def stop(self) -> None:
        """Stop everything, and take away what it left."""

    def manage(
        self, *arguments: str, given: Path | None = None, password: str = ""
    ) -> str:
        """Run a command of the product."""

    def log_of(self, name: str) -> str:
        """Return what a service has logged."""

    def pause(self, name: str) -> None:
        """Stop one service."""


def settle_in(deployment: Deployment) -> str:
    """Give the new installation its units and people, and return everybody's first password."""
    password = secrets.token_urlsafe(16)
    demo = ROOT / "demo"
    deployment.manage("import_units", "/dev/stdin", given=demo / "malmo" / "units.csv")
    people = ("import_people", "/dev/stdin", "--initial-password-from", "PASSWORD")
    deployment.manage(*people, given=demo / "people.csv", password=password)
    return password


def try_the_product(deployment: Deployment, tally: Tally, password: str) -> None:
    """File a case as a citizen, and build a report in which it is counted as a controller."""
    year = dt.date.today().year  # noqa: DTZ011 - the machine's own clock, as the containers have it
    status, number = Visitor(deployment.site).file_complaint(
        "Ingen svarade i telefonen på hela dagen."
    )
    tally.check(
        "a citizen files a case through the proxy", (status, bool(number)), (200, True)
    )
    print(f"  which gets the number {number}", flush=True)
    deployment.manage("aggregate", "--all")

    controller = Visitor(deployment.site)
    controller.sign_in(CONTROLLER, password)
    tally.check("a controller signs in", controller.is_signed_in(), True)
    page = controller.open("/rapporter/")
    page = controller.open(
        "/rapporter/",
        page.hidden() | {"unit": "ASF", "year": str(year), "template": "malmo"},
    )
    tally.check("and opens a report", page.path, f"/rapporter/ASF/{year}/malmo/")
    report = page.path
    began = time.monotonic()
    controller.open(f"{report}bygg/", page.hidden())
    tally.check(
        "which the worker builds", waits_for_edition(controller, report), "Klart"
    )
    tally.at_most("within", time.monotonic() - began, SECONDS_TO_BUILD)
    pdf = controller.open(f"{report}kvalitetsberattelse.pdf")
    tally.check("as a PDF", pdf.body[:5], b"%PDF-")
    question = (
        "figures",
        "deviations",
        "--unit",
        "ASF",
        "--period",
        str(year),
        "--format",
        "text",
    )
    tally.check(
        "and the case is counted", deployment.manage(*question).split()[-1:], ["1"]
    )


def waits_for_edition(visitor: Visitor, report: str) -> str:
    """Return how the building ended, in the page's own words, or how it goes when that takes too long."""
    deadline = time.monotonic() + SECONDS_TO_BUILD
    while True:
        text = visitor.open(f"{report}bygge/").text
        if "data-running" not in text or time.monotonic() > deadline:
            return "Klart" if ">Klart<" in text else text
        time.sleep(0.5)


def try_the_proxy(deployment: Deployment, tally: Tally) -> None:
    """Be slow, send too much, ask for what is secret, and find the web server away."""
    site = deployment.site
    visitor = Visitor(site)
    plain = [ask_plainly(site, path) for path in ("/halsa/", "/synpunkt/")]
    tally.check(
        "without TLS there is only health, and the way to TLS", plain, [200, 301]
    )
    enough = threading.Event()
    with ThreadPoolExecutor(SLOW_CLIENTS) as clients:
        slow = [clients.submit(send_slowly, site, enough) for _ in range(SLOW_CLIENTS)]
        time.sleep(2)
        status = visitor.open("/halsa/").status
        enough.set()
        tally.check(
            f"{SLOW_CLIENTS} clients that send a byte at a time",
            sum(one.result() for one in slow),
            SLOW_CLIENTS,
        )
    tally.check("keep nobody else out", status, 200)
    for size, who in ((61_000_000, "the product"), (70_000_000, "the proxy")):
        status, page = send_much(site, size)
        tally.check(
            f"{size // 1_000_000} MB are refused by {who}",
            (status, "för stort" in page),
            (413, True),
        )
    visitor.open(f"/kalender/{SECRET}.ics")
    visitor.open(f"/halsa/?q={SECRET}")
    deployment.pause("web")
    for what, form in (("to read", None), ("to send", {"do": "send"})):
        answer = visitor.open("/synpunkt/skriv/", form)
        away = (
            answer.status,
            "Tjänsten svarar inte" in answer.text,
            answer.headers.get("retry-after"),
        )
        tally.check(
            f"without a web server the proxy says so to who comes {what}",
            away,
            (502, True, "10"),
        )
    log = deployment.log_of("proxy")
    tally.check("the proxy logs what it answered", " /halsa/ 200 " in log, True)
    visitors = site.sources.partition("{")[0]
    told = [words for words in (SECRET, site.host, visitors, "q=") if words in log]
    tally.check("and no address of anybody, calendar or query", told, [])


def ask_plainly(site: Site, path: str) -> int:
    """Ask without TLS and by the number of the machine, as a load balancer does; return the status."""
    connection = HTTPConnection(site.host, site.plain_port, timeout=10)
    connection.request("GET", path)
    status = connection.getresponse().status
    connection.close()
    return status


def send_slowly(site: Site, enough: threading.Event) -> bool:
    """Begin a request and send a byte at a time of the rest until told to stop; tell whether that went on."""
    connection = site.connection("")
    sock: socket.socket = connection.sock
    sock.sendall(
        f"POST /synpunkt/skriv/ HTTP/1.1\r\nHost: {site.name}\r\nContent-Length: 900\r\n\r\n".encode()
    )
    while not enough.wait(0.5):
        sock.sendall(b"a")
    connection.close()
    return True


def send_much(site: Site, size: int) -> tuple[int, str]:
    """Send a body of so many bytes, and return what is answered, also when that comes before its end."""
    connection = site.connection("")
    connection.putrequest("POST", "/synpunkt/skriv/")
    connection.putheader("Content-Length", str(size))
    connection.endheaders()
    piece = b"a" * 1_000_000
    try:
        for _ in range(size // len(piece)):
            connection.send(piece)
    except (
        OSError
    ):  # it has answered and does not listen any more; the answer is there to be read
        pass
    answer = connection.getresponse()
    page = answer.read().decode()
    connection.close()
    return answer.status, page
