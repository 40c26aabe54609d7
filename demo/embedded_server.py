"""The life of a server that the project starts for itself: who uses it, when it starts and stops.

- Every process that uses a server holds a shared lock on a file.  The last one out stops the
  server, and a small keeper process does so when the last one was killed.
- The server inherits a lock too, and that lock, not a process number, tells whether it lives.  So
  no other server is ever signalled, and what a crash leaves behind does not matter.
- Root starts servers as the account `nobody`, since PostgreSQL refuses to run as root.

The keeper runs this file on its own: it imports the standard library only.
"""

import fcntl
import os
import pwd
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

ACCOUNT = "nobody"
SECONDS_TO_START = 60
SECONDS_TO_STOP = 30


class EmbeddedError(RuntimeError):
    """The own server cannot run here; the message tells the operator why, in Swedish."""


class Server:
    """A server of one folder, shared by all processes that use that folder."""

    def __init__(
        self, home: Path, pid_file: str, stop_signals: tuple[int, int]
    ) -> None:
        self.home = home
        self.data = home / "data"
        self.pid_file = pid_file
        self.stop_signals = stop_signals
        self._users: int | None = None
        self._owner = 0

    def command(self) -> list[str]:
        """Return the command line of the server for port(), its data prepared."""
        raise NotImplementedError

    def connect(self) -> None:
        """Log in once, and make what the product needs; any error means not ready yet."""
        raise NotImplementedError

    # --- who uses it --------------------------------------------------------------------------
    def acquire(self) -> None:
        """Count this process as a user, and start the server if nobody has."""
        with self._lock("start"):
            self._users = self._open_lock("users")
            fcntl.flock(self._users, fcntl.LOCK_SH)
            self._owner = os.getpid()
            try:
                if not (self.alive() and self._wait_until_ready()):
                    self._start()
            except BaseException:
                os.close(self._users)
                self._users = None
                raise
            self._start_keeper()

    def release(self) -> None:
        """Stop being a user; the last one out stops the server.  A forked child changes nothing."""
        if self._users is None or self._owner != os.getpid():
            return
        with self._lock("start"):
            os.close(self._users)
            self._users = None
            self._stop_if_unused()

    def set_aside(self, mark: str) -> Path:
        """Stop the server and keep its folder under another name, which is returned."""
        self.release()
        if self.alive():
            raise EmbeddedError(
                f"{self.home} används av ett annat program. Stoppa det, och försök igen."
            )
        with self._lock(
            "keeper"
        ):  # waits until the keeper has ended, which looks for the folder
            kept, number = self.home.with_name(f"{self.home.name}-{mark}"), 1
            while kept.exists():
                number += 1
                kept = self.home.with_name(f"{self.home.name}-{mark}-{number}")
            return self.home.rename(kept)

    def keep(self, keeper_lock: int) -> None:
        """Wait until no user process is left, however it ended, and stop the server."""
        while True:
            time.sleep(0.3)
            with self._lock("start"):
                if self._stop_if_unused():
                    # Given up before the start lock: who starts the server next sees no keeper.
                    os.close(keeper_lock)
                    return

    def alive(self) -> bool:
        """Tell whether the server, or a child of it, still holds the lock it inherited."""
        lock = self._open_lock("alive")
        try:
            return not _try_exclusive(lock)
        finally:
            os.close(lock)

    # --- start and stop, always under the start lock ------------------------------------------
    def _start(self) -> None:
        for _ in range(3):  # another program may take the port between choice and use
            self.write("port", str(self._choose_port()))
            command = self.command()
            (self.data / self.pid_file).unlink(missing_ok=True)
            lock = self._open_lock("alive")
            fcntl.flock(lock, fcntl.LOCK_EX)
            with self.open_log() as log:
                self._spawn(
                    command, lock, stdout=log, stderr=log, **as_account(self.home)
                )
            if self._wait_until_ready():
                return
        raise EmbeddedError(f"Servern i {self.home} startar inte:\n{self.end_of_log()}")

    def _spawn(self, command: list[str], lock: int, **options: Any) -> None:
        """Start a program that outlives this one and holds the lock as long as it lives.

        A shell in between ends at once, so that this process has no child to wait for.
        """
        options |= {
            "stdin": subprocess.DEVNULL,
            "pass_fds": [lock],
            "start_new_session": True,
        }
        subprocess.run(
            ["/bin/sh", "-c", '"$@" &', "sh", *command], check=True, **options
        )
        os.close(lock)

    def _wait_until_ready(self) -> bool:
        """Return True when the server answers, False when it has ended."""
        last: Exception | None = None
        deadline = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < deadline:
            try:
                self.connect()
                return True
            except Exception as error:  # noqa: BLE001 - whatever the driver raises means: not yet
                last = error
            if not self.alive():
                return False
            time.sleep(0.05)
        raise EmbeddedError(
            f"Servern i {self.home} svarar inte: {last}\n{self.end_of_log()}"
        )

    def _stop_if_unused(self) -> bool:
        """Stop the server if no process uses it; tell whether it is down."""
        users = self._open_lock("users")
        try:
            if not self.alive():
                return True
            return _try_exclusive(users) and any(
                self._ends_by(sign) for sign in self.stop_signals
            )
        finally:
            os.close(users)

    def _ends_by(self, sign: int) -> bool:
        # It may not have come so far as to write its number, or be ending by itself.
        with suppress(OSError, IndexError, ValueError):
            os.kill(int((self.data / self.pid_file).read_text().split()[0]), sign)
        deadline = time.monotonic() + SECONDS_TO_STOP
        while self.alive():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True

    def _start_keeper(self) -> None:
        lock = self._open_lock("keeper")
        if not _try_exclusive(lock):
            os.close(lock)
            return
        # Isolated and without site-packages: it starts in a few milliseconds and stays small.
        command = [
            sys.executable,
            "-I",
            "-S",
            __file__,
            str(lock),
            str(self.home),
            self.pid_file,
        ]
        command += [str(int(sign)) for sign in self.stop_signals]
        self._spawn(
            command, lock, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/"
        )

    # --- files --------------------------------------------------------------------------------
    @contextmanager
    def _lock(self, name: str) -> Iterator[None]:
        lock = self._open_lock(name)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _open_lock(self, name: str) -> int:
        return os.open(self.home / f"{name}.lock", os.O_RDWR | os.O_CREAT, 0o600)

    def open_log(self) -> BinaryIO:
        """Return the log for writing, empty."""
        return os.fdopen(
            os.open(self._log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb"
        )

    def end_of_log(self) -> str:
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-8:])

    @property
    def _log(self) -> Path:
        return self.home / "server.log"

    def write(self, name: str, text: str) -> Path:
        """Write a file that only its owner reads."""
        path = self.home / name
        path.touch(mode=0o600)
        path.write_text(text)
        return path

    def password(self, whose: str = "") -> str:
        """Return the generated password of this folder's server, or of one role in it, made on first use."""
        path = self.home / f"password_{whose}".rstrip("_")
        if not path.exists():
            self.write(path.name, secrets.token_hex(24))
        return path.read_text()

    def port(self) -> int:
        return int((self.home / "port").read_text())

    def _choose_port(self) -> int:
        """Return the port used last time if it is free, so that addresses stay, or any free one."""
        last = self.home / "port"
        for port in (int(last.read_text()) if last.exists() else 0, 0):
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind(("127.0.0.1", port))
                except OSError:
                    continue
                return int(probe.getsockname()[1])
        raise EmbeddedError("Det finns ingen ledig port på 127.0.0.1.")


def _try_exclusive(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def as_account(folder: Path) -> dict[str, Any]:
    """Return how to run a program there: with nothing of our environment, and never as root."""
    options: dict[str, Any] = {
        "cwd": folder,
        "umask": 0o077,
        "env": {"LC_ALL": "C", "PATH": os.defpath},
    }
    if os.geteuid() == 0:
        account = pwd.getpwnam(ACCOUNT)
        options |= {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    return options


def give_to_account(path: Path) -> None:
    """Let the account that runs the server own the path."""
    if os.geteuid() == 0:
        account = pwd.getpwnam(ACCOUNT)
        os.chown(path, account.pw_uid, account.pw_gid)


if __name__ == "__main__":
    keeper_lock, kept_home, kept_pid_file, *kept_signals = sys.argv[1:]
    stop, kill = map(int, kept_signals)
    Server(Path(kept_home), kept_pid_file, (stop, kill)).keep(int(keeper_lock))
