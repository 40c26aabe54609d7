"""The web server's worker: whoever asks whether it lives is answered also when all its threads wait."""

from __future__ import annotations

import re
import socket
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from gunicorn.workers.gthread import _DEFER, ThreadWorker

# All of it: the one thread must not wait for a client.  What has a longer head is no supervisor's question.
HEALTH = re.compile(rb"GET /halsa/[ ?].*?\r\n\r\n", re.DOTALL)
LONGEST_HEAD = 8_192


class Worker(ThreadWorker):
    """Gunicorn's worker with threads, and one more thread for the health page alone."""

    tpool: Any

    def init_process(self) -> None:
        """Keep a thread for the health page."""
        self.watch = ThreadPoolExecutor(1)
        super().init_process()

    def enqueue_req(self, conn: Any) -> None:
        """Give what has come to the threads, or to that one; who has sent nothing yet takes none of them."""
        begins = beginning_of(conn.sock)
        if begins is None and not conn.initialized:
            nothing_yet: Future[Any] = Future()
            nothing_yet.set_result(_DEFER)
            self.finish_request(conn, nothing_yet)
            return
        usual = self.tpool
        if begins and HEALTH.match(begins):
            self.tpool = self.watch
        try:
            super().enqueue_req(conn)
        finally:
            self.tpool = usual


def beginning_of(sock: socket.socket) -> bytes | None:
    """Return the first bytes that wait to be read, without taking them, or None when there are none yet."""
    try:
        return sock.recv(LONGEST_HEAD, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return None
    except OSError:  # it is gone, which the worker finds out by itself
        return b""
