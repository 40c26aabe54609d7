"""What the virus scanner decides about a file; a small server speaks for clamd."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from casework.background import jobs
from casework.files import scanning
from casework.handling import attachments
from casework.models import Attachment, Job
from organisation.rights import Role
from tests.factories import make_deviation, make_unit, make_user

pytestmark = pytest.mark.django_db
VIRUS = b"this is a test virus"


def _answer(connection: socket.socket) -> None:
    def read(count: int) -> bytes:
        got = b""
        while len(got) < count:
            got += connection.recv(count - len(got))
        return got

    assert read(10) == b"zINSTREAM\0"
    content = b""
    while size := struct.unpack("!I", read(4))[0]:
        content += read(size)
    if VIRUS in content:
        connection.sendall(b"stream: Test-Signature FOUND\0")
    elif b"strange" in content:
        connection.sendall(b"INSTREAM size limit exceeded. ERROR\0")
    else:
        connection.sendall(b"stream: OK\0")


@contextmanager
def clamd() -> Iterator[str]:
    """Answer like clamd on a port of our own until the test is done."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    _answer(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)
        thread.join(timeout=5)


@pytest.fixture
def scanner(settings: Any) -> Iterator[None]:
    with clamd() as address:
        settings.CLAMAV = address
        yield


def attach(content: bytes) -> Attachment:
    unit = make_unit()
    chief = make_user("chief", (Role.SECTION_CHIEF, unit))
    file = attachments.CheckedFile("fil.txt", "text/plain", content)
    (new,), _ = attachments.attach(make_deviation(unit), files=[file], actor=chief)
    return new


def test_file_without_a_scanner_is_clean_at_once() -> None:
    assert attach(b"text").state == Attachment.State.CLEAN
    assert not Job.objects.exists()


@pytest.mark.usefixtures("scanner")
def test_file_waits_until_the_scanner_finds_it_clean() -> None:
    file = attach(b"text" * 50_000)
    assert file.state == Attachment.State.PENDING

    jobs.run_pending()

    assert Attachment.objects.get().state == Attachment.State.CLEAN


@pytest.mark.usefixtures("scanner")
def test_file_with_a_virus_is_emptied_and_kept_as_a_row() -> None:
    attach(VIRUS)

    jobs.run_pending()

    file = Attachment.objects.get()
    assert (file.state, bytes(file.content)) == (Attachment.State.INFECTED, b"")


@pytest.mark.usefixtures("scanner")
def test_file_without_a_verdict_waits_and_is_tried_again() -> None:
    attach(b"strange")

    jobs.run_pending()

    assert Attachment.objects.get().state == Attachment.State.PENDING
    assert Job.objects.get().is_running


def test_file_waits_while_the_scanner_is_away(settings: Any) -> None:
    settings.CLAMAV = "127.0.0.1:1"
    attach(b"text")

    jobs.run_pending()

    assert Attachment.objects.get().state == Attachment.State.PENDING


@pytest.mark.usefixtures("scanner")
def test_scan_waiting_asks_again_when_the_job_was_given_up() -> None:
    file = attach(b"text")
    Job.objects.update(failed_at=file.added_at)

    assert scanning.scan_waiting() == 1
    jobs.run_pending()

    assert Attachment.objects.get().state == Attachment.State.CLEAN


@pytest.mark.usefixtures("scanner")
def test_job_of_a_file_says_only_its_id() -> None:
    file = attach(b"text")

    assert Job.objects.get().arguments == {"attachment": file.pk}
