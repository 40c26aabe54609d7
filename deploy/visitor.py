"""Somebody who uses the site through the proxy, over HTTPS, from an address of his or her own."""

from __future__ import annotations

import socket
import ssl
import time
from dataclasses import dataclass
from http.client import HTTPResponse, HTTPSConnection
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

from bench.faults import NUMBER, SECONDS_TO_READ, hidden

SECONDS_TO_ANSWER = 60
SESSION = "__Host-kvalitet"


@dataclass(frozen=True)
class Site:
    """Where the proxy listens on this machine, by which name the site is asked for, and how it is trusted."""

    name: str
    port: int
    plain_port: int
    trust: ssl.SSLContext
    host: str = "127.0.0.1"
    # Addresses of this machine in networks of their own, for those who are to be told apart.
    sources: str = "127.1.{}.1"

    def connection(self, source: str) -> HTTPSConnection:
        """Open a connection from one of this machine's own addresses."""
        made = HTTPSConnection(self.name, timeout=SECONDS_TO_ANSWER)
        plain = socket.create_connection(
            (self.host, self.port), SECONDS_TO_ANSWER, (source, 0)
        )
        made.sock = self.trust.wrap_socket(plain, server_hostname=self.name)
        return made


@dataclass(frozen=True)
class Answer:
    """What came back, and where the last redirect led."""

    status: int
    body: bytes
    path: str
    headers: dict[str, str]

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")

    def hidden(self) -> dict[str, str]:
        """Return what the page's form carries along unseen."""
        return hidden(self.text)


class Visitor:
    """A browser as far as forms go: it keeps cookies, follows redirects and says which page it came from."""

    def __init__(self, site: Site, source: str = "") -> None:
        self.site, self.source = site, source
        self.cookies: SimpleCookie = SimpleCookie()

    def open(self, path: str, form: dict[str, str] | None = None) -> Answer:
        """Fetch a page, or send a form to it."""
        answer = self._ask(path, form)
        for _ in range(5):
            if answer.status not in {301, 302, 303}:
                break
            answer = self._ask(urlsplit(answer.headers["location"]).path)
        return answer

    def _ask(self, path: str, form: dict[str, str] | None = None) -> Answer:
        headers = {
            "Cookie": "; ".join(
                f"{name}={one.value}" for name, one in self.cookies.items()
            )
        }
        if form is not None:
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Origin": f"https://{self.site.name}",
                "Referer": f"https://{self.site.name}{path}",
            }
        connection = self.site.connection(self.source)
        try:
            connection.request(
                "GET" if form is None else "POST", path, urlencode(form or {}), headers
            )
            return self._read(connection.getresponse(), path)
        finally:
            connection.close()

    def _read(self, response: HTTPResponse, path: str) -> Answer:
        for cookie in response.headers.get_all("Set-Cookie") or []:
            self.cookies.load(cookie)
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status, response.read(), path, headers)

    # --- what people do -----------------------------------------------------------------------
    def file_complaint(self, words: str) -> tuple[int, str]:
        """Complain as a citizen does; return the last page's status and the number on the receipt, if any."""
        path = "/synpunkt/skriv/"
        page = self.open(path)
        time.sleep(SECONDS_TO_READ)
        facts = {"kind": "complaint", "description": words, "step": "answer"}
        if page.status == 200:
            page = self.open(path, page.hidden() | facts | {"do": "next"})
        if page.status == 200:
            page = self.open(path, page.hidden() | {"do": "send"})
        number = NUMBER.search(page.text) if page.status == 200 else None
        return page.status, number[0] if number else ""

    def sign_in(self, username: str, password: str) -> Answer:
        """Sign in, or try to."""
        path = "/konto/logga-in/"
        page = self.open(path)
        return self.open(
            path, page.hidden() | {"login": username, "password": password}
        )

    def leave(self) -> None:
        """End the session as closing the browser does; what else it remembers stays."""
        self.cookies.pop(SESSION, None)

    def is_signed_in(self) -> bool:
        """Tell whether the site shows this visitor a page for those who have signed in."""
        return self._ask("/notiser/").status == 200
