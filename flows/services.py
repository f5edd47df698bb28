"""A local Prefect server and a local Ray: started where none is set up, and stopped again."""

from __future__ import annotations

import logging
import os
import secrets
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from flows.environment import ONE_THREAD
from flows.prefect_server import check_server, prefect_server
from flows.store import CACHE, require_writable


@contextmanager
def services(*, workers: int | None = None) -> Iterator[None]:
    """Have a Prefect server and a Ray cluster for the length of a block.

    Where ``PREFECT_API_URL`` or ``RAY_ADDRESS`` is set, that one is used; else a local one is
    started on loopback (both at the same time), its address set for child processes, and stopped
    in the end.

    Parameters
    ----------
    workers
        Cores of a local Ray; all of the machine's if None.

    Raises
    ------
    RuntimeError
        Where a service does not start or does not answer.
    """
    # Prefect keeps its files there, and makes that folder's last part only.
    require_writable(CACHE)
    with ExitStack() as stack:
        server = None
        if "PREFECT_API_URL" not in os.environ:
            server = stack.enter_context(prefect_server())
        stack.enter_context(ray_cluster(workers))
        if server is not None:
            server.wait_until_healthy()
        else:
            check_server(os.environ["PREFECT_API_URL"])
        yield


@contextmanager
def ray_cluster(workers: int | None) -> Iterator[None]:
    """Be connected to the cluster that ``RAY_ADDRESS`` names, else to a local one, for a block.

    Parameters
    ----------
    workers
        Cores of a local Ray; all of the machine's if None.

    Raises
    ------
    RuntimeError
        Where no cluster answers at the address.
    """
    if "RAY_ADDRESS" in os.environ:
        with _connected(os.environ["RAY_ADDRESS"]):
            yield
        return
    # The path is short because a socket's path may have no more than about 100 characters.
    folder = Path(tempfile.mkdtemp(prefix="ray-"))
    with auth_token(folder / "token"), _started(folder, workers):
        yield


@contextmanager
def auth_token(path: Path) -> Iterator[None]:
    """Give a cluster a token of its own; Ray would write one to the user's home folder.

    Parameters
    ----------
    path
        The token's file, alone in its folder: both are removed in the end.
    """
    path.touch(mode=0o600)
    path.write_text(secrets.token_hex(32))
    before = {name: os.environ.get(name) for name in ("RAY_AUTH_MODE", "RAY_AUTH_TOKEN_PATH")}
    # A local cluster turns authentication on by itself, and tells so at length.
    logging.getLogger("ray._private.authentication").setLevel(logging.ERROR)
    os.environ["RAY_AUTH_TOKEN_PATH"] = str(path)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None) if value is None else os.environ.update({name: value})
        shutil.rmtree(path.parent, ignore_errors=True)


@contextmanager
def _started(folder: Path, workers: int | None) -> Iterator[None]:
    import ray

    with _kept_signal_handler():
        context = ray.init(
            num_cpus=workers or os.cpu_count(),
            include_dashboard=False,
            log_to_driver=False,
            logging_level="ERROR",
            _temp_dir=str(folder),
        )
    os.environ["RAY_ADDRESS"] = context.address_info["gcs_address"]
    try:
        yield
    finally:
        ray.shutdown()
        os.environ.pop("RAY_ADDRESS", None)


@contextmanager
def _connected(address: str) -> Iterator[None]:
    import ray

    if ray.is_initialized():
        yield
        return
    try:
        with _kept_signal_handler():
            ray.init(
                address=address,
                log_to_driver=False,
                logging_level="ERROR",
                runtime_env={"env_vars": ONE_THREAD},
            )
    except (ConnectionError, TimeoutError, RuntimeError) as error:
        raise RuntimeError(
            f"no Ray cluster answers at RAY_ADDRESS={address} ({error}); "
            "correct it, or unset it to have a local one"
        ) from error
    try:
        yield
    finally:
        ray.shutdown()


@contextmanager
def _kept_signal_handler() -> Iterator[None]:
    """Ray replaces the handler of SIGTERM by one that exits at once and leaves a stack trace."""
    handler = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, handler)
