"""A Prefect server on loopback: started, started again where it dies, and stopped."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from flows.addresses import check_server, is_healthy
from flows.services.child import child_command
from flows.services.prefect_process import origins_of
from flows.store import CACHE, check_writable

#: Number of the process that keeps the local server, for those that use it.
_KEEPER = "TOPO_PREFECT_KEEPER"

_START_SECONDS = 120.0
_STOP_SECONDS = 15.0
_DRAIN_SECONDS = 10.0
_SECONDS_TO_END_IN_ORDER = 3.0

#: How many times in a row a server that dies is started again; one that has lived so many seconds
#: begins a new row. Prefect's clients wait for it meanwhile.
RESTARTS, _SETTLED_SECONDS = 3, 15.0

#: Beside the database, in Prefect's home folder.
_LEASES = "prefect.server.concurrency.lease_storage.filesystem"

#: The last line of what Python prints about an exception.
_FAULT = re.compile(r"[\w.]+(Error|Exception): ")


class LocalServer:
    """A local server under watch; its database outlives it, so a new one knows what the old did."""

    def __init__(self) -> None:
        self._port = _free_port()
        self.url = f"http://127.0.0.1:{self._port}/api"
        self.log = CACHE / "prefect-server.log"
        self.log.write_bytes(b"")
        self._process = self._start()
        self._stopping = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()

    @property
    def process_id(self) -> int:
        """Number of the process that serves now."""
        return self._process.pid

    def wait_until_healthy(self) -> None:
        """Return when the server answers.

        Raises
        ------
        RuntimeError
            Where it ends by itself each time, or does not answer in time.
        """
        deadline = time.monotonic() + _START_SECONDS
        while not is_healthy(self.url):
            if not self._watcher.is_alive():
                raise RuntimeError(
                    f"the local Prefect server ended by itself ({self._reason()}); "
                    f"its log: {self.log}"
                )
            if time.monotonic() > deadline:
                raise RuntimeError(
                    f"the local Prefect server did not answer within {_START_SECONDS:g} s; "
                    f"its log: {self.log}"
                )
            time.sleep(0.2)

    def stop(self) -> None:
        """End the server, and its watch before that."""
        self._stopping.set()
        self._watcher.join()
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(timeout=_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _start(self) -> subprocess.Popen[bytes]:
        settings = {
            # Where its pages ask; by default at the port that Prefect chooses for itself.
            "PREFECT_SERVER_UI_API_URL": self.url,
            "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": ",".join(origins_of(self._port)),
            # Who holds a place of a limit: in memory it dies with the server, and a schedule of one
            # run at a time would then cancel all later ones.
            "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": _LEASES,
        }
        with self.log.open("ab") as output:
            return subprocess.Popen(
                child_command("flows.services.prefect_process", str(self._port)),
                env={**os.environ, **settings},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                # Its own session, so that Ctrl-C reaches it only when the last flow has reported.
                start_new_session=True,
            )

    def _reason(self) -> str:
        """Say why it ended: a full disk has no room for its log either."""
        try:
            check_writable(CACHE, Path(os.environ.get("PREFECT_HOME", CACHE)))
        except OSError as error:
            return str(error)
        lines = self.log.read_text(errors="replace").strip().splitlines()
        faults = [line for line in lines if _FAULT.match(line)]
        return (faults or lines or ["it said nothing"])[-1]

    def _watch(self) -> None:
        in_a_row, started = 0, time.monotonic()
        while not self._stopping.wait(0.5):
            if self._process.poll() is None:
                continue
            settled = time.monotonic() - started > _SETTLED_SECONDS
            in_a_row = 1 if settled else in_a_row + 1
            if in_a_row > RESTARTS:
                return
            print(
                f"the local Prefect server ended (exit status {self._process.returncode}): "
                f"started again, {in_a_row} of {RESTARTS} times in a row",
                file=sys.stderr,
                flush=True,
            )
            self._process, started = self._start(), time.monotonic()


@contextmanager
def prefect_server() -> Iterator[LocalServer]:
    """Have a local server for a block, its address set for this process and its children.

    It is not yet waited for, so that Ray can start beside it.
    """
    server = LocalServer()
    os.environ.update({"PREFECT_API_URL": server.url, _KEEPER: str(os.getpid())})
    try:
        yield server
    finally:
        _drain()
        for name in ("PREFECT_API_URL", _KEEPER):
            os.environ.pop(name, None)
        server.stop()


@contextmanager
def any_server() -> Iterator[Callable[[], None]]:
    """Have the server that ``PREFECT_API_URL`` names, else a local one, for a block.

    What it yields returns when the server answers, and raises RuntimeError where it does not.
    """
    if "PREFECT_API_URL" in os.environ:
        yield lambda: check_server(os.environ["PREFECT_API_URL"])
        return
    with prefect_server() as server:
        yield server.wait_until_healthy


def is_local_server() -> bool:
    """Whether this process uses a server that ends with the run."""
    return _KEEPER in os.environ


def end_with_local_server() -> None:
    """Have this process end soon after the one that keeps its local server, if it has one.

    That one was killed, and has asked all that it started to end. Prefect would go on for minutes,
    to tell a server that is gone how its run ended.
    """
    if is_local_server():
        keeper = int(os.environ[_KEEPER])
        threading.Thread(target=_outlive_briefly, args=(keeper,), daemon=True).start()


def _outlive_briefly(process_id: int) -> None:
    with suppress(OSError):
        while True:
            os.kill(process_id, 0)
            time.sleep(0.5)
    time.sleep(_SECONDS_TO_END_IN_ORDER)
    os._exit(1)


def _drain() -> None:
    """Have Prefect's threads send what they hold; at exit they would wait for a stopped server."""
    if "prefect" not in sys.modules:
        return
    from prefect.events.worker import EventsWorker
    from prefect.logging.handlers import APILogWorker

    for worker in (EventsWorker, APILogWorker):
        worker.drain_all(timeout=_DRAIN_SECONDS)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
