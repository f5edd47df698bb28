"""A local Prefect server and a local Ray: started where none is set up, and stopped again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any

from flows.environment import DEVICE
from flows.services.child import child_command
from flows.services.machine import usable_cores
from flows.services.prefect_server import any_server
from flows.services.ray_folder import place_for_ray, remove_folder, token_variables
from flows.store import CACHE, require_writable
from tasks.arithmetic import settings_in_force

#: Address of the cluster that a parent process has started on this machine.
_LOCAL = "TOPO_LOCAL_RAY"
_START_SECONDS = 120.0
_SECONDS_BETWEEN_LOOKS = 0.5


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
        Where a service does not start or does not answer, or the cluster has not what is asked
        of it.
    OSError
        Where there is no place for the files of a local one.
    """
    # Prefect keeps its files there, and makes that folder's last part only.
    require_writable(CACHE)
    if "RAY_ADDRESS" in os.environ:
        from flows.services.cluster import check_address

        check_address(os.environ["RAY_ADDRESS"])
    else:
        place_for_ray()
    _say_what_starts(workers)
    with ExitStack() as stack:
        wait_for_server = stack.enter_context(any_server())
        stack.enter_context(ray_cluster(workers))
        _check_device()
        wait_for_server()
        yield


def _say_what_starts(workers: int | None) -> None:
    """Print a line: nothing else is seen until both are up, which takes many seconds."""
    n_cores = workers or usable_cores()
    local = {
        "PREFECT_API_URL": "a local Prefect server",
        "RAY_ADDRESS": f"a local Ray with {n_cores} core{'' if n_cores == 1 else 's'}",
    }
    if starting := [what for name, what in local.items() if name not in os.environ]:
        print(f"starting {' and '.join(starting)} ...", file=sys.stderr, flush=True)


@contextmanager
def ray_cluster(workers: int | None) -> Iterator[None]:
    """Be connected to the cluster that ``RAY_ADDRESS`` names, else to a local one, for a block.

    Raises
    ------
    RuntimeError
        Where the cluster at the address cannot be used, or its nodes have other packages.
    """
    if "RAY_ADDRESS" in os.environ:
        with _connected(os.environ["RAY_ADDRESS"]):
            yield
        return
    with _started(workers) as address, _connected(address):
        yield


@contextmanager
def auth_token(path: Path) -> Iterator[None]:
    """Have this process and its children know a cluster's token for a block."""
    wanted = token_variables(path)
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    _read_token_again()
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None) if value is None else os.environ.update({name: value})
        _read_token_again()


def _read_token_again() -> None:
    """Ray reads the two variables once, when it is imported."""
    if "ray" in sys.modules:
        from ray._raylet import AuthenticationTokenLoader, Config

        Config.initialize("")
        AuthenticationTokenLoader.instance().reset_cache()


@contextmanager
def _started(workers: int | None) -> Iterator[str]:
    """Have a Ray of one node for a block, under watch; yield its address.

    Where it ends by itself this is said, the main thread is interrupted, and the process ends with
    exit status 1: Ray's client in it could only wait, and would break it off without a word.
    """
    ending, lost = threading.Event(), threading.Event()
    with tempfile.TemporaryFile() as errors, ExitStack() as after_keeper:
        keeper = subprocess.Popen(
            child_command("flows.services.ray_keeper", str(workers or usable_cores())),
            # Its end, which nobody can keep from coming, has the keeper end Ray and itself.
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            # Its own session, so that Ctrl-C reaches it only when the last unit has been cancelled.
            start_new_session=True,
        )
        try:
            folder = Path(_next_line(keeper, errors))
            # The keeper itself may have been killed.
            after_keeper.callback(remove_folder, folder)
            with auth_token(folder / "token"):
                address = _next_line(keeper, errors)
                os.environ.update({"RAY_ADDRESS": address, _LOCAL: address})
                watch = (keeper, folder, ending, lost)
                threading.Thread(target=_watch, args=watch, daemon=True).start()
                yield address
        except KeyboardInterrupt:
            if lost.is_set():
                raise SystemExit(1) from None
            raise
        finally:
            ending.set()
            for name in ("RAY_ADDRESS", _LOCAL):
                os.environ.pop(name, None)
            _end(keeper)


def _watch(
    keeper: subprocess.Popen[str], folder: Path, ending: threading.Event, lost: threading.Event
) -> None:
    """Interrupt what uses a Ray that ended before it was asked to."""
    while keeper.poll() is None:
        if ending.wait(_SECONDS_BETWEEN_LOOKS):
            return
    if ending.is_set():
        return
    lost.set()
    print(
        "the local Ray ended; finished units are kept, the same command goes on",
        file=sys.stderr,
        flush=True,
    )
    # Here too: what waits for a Ray whose keeper was killed may be broken off by Ray's client.
    remove_folder(folder)
    # The command line has a handler that stops everything in order; without one it would only kill.
    if callable(signal.getsignal(signal.SIGTERM)):
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGTERM)


def _end(keeper: subprocess.Popen[str]) -> None:
    assert keeper.stdin is not None
    assert keeper.stdout is not None
    keeper.stdin.close()
    keeper.wait()
    keeper.stdout.close()


def _next_line(keeper: subprocess.Popen[str], errors: IO[bytes]) -> str:
    """Return what the keeper says next, in time."""
    assert keeper.stdin is not None
    assert keeper.stdout is not None
    too_late = threading.Timer(_START_SECONDS, keeper.stdin.close)
    too_late.start()
    try:
        line = keeper.stdout.readline().strip()
    finally:
        # Also after an interrupt: Python would wait for it before it exits.
        too_late.cancel()
    if not line:
        keeper.wait()
        errors.seek(0)
        lines = errors.read().decode(errors="replace").strip().splitlines() or ["it said nothing"]
        raise RuntimeError(f"the local Ray did not start ({lines[-1]}): `python -m flows doctor`")
    return line


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
                runtime_env=_runtime_env(address),
            )
    except (ConnectionError, TimeoutError, RuntimeError, ray.exceptions.RayError) as error:
        raise RuntimeError(
            f"the Ray cluster at RAY_ADDRESS={address} cannot be used "
            f"({' '.join(str(error).split())}); use the cluster's versions of Python and Ray here, "
            "correct the address, or unset it to have a local one"
        ) from error
    try:
        if os.environ.get(_LOCAL) != address:
            from flows.services.cluster import check_nodes

            check_nodes()
        yield
    finally:
        ray.shutdown()


def _check_device() -> None:
    from flows.services.cluster import check_device

    check_device(os.environ.get(DEVICE, "cpu"))


def _runtime_env(address: str) -> dict[str, Any]:
    """Return what a job's workers need; nodes elsewhere get this code from Ray, not from a disk."""
    if os.environ.get(_LOCAL) == address:
        return {}  # a local Ray has inherited the variables, and finds the code where it is
    import tasks
    import topo

    packages = [str(Path(package.__path__[0])) for package in (tasks, topo)]
    # Without a working folder Ray has the nodes look for code in the path of this one first, where
    # a node may have another checkout. A folder that Ray copies is one that it replaces under the
    # workers of a node when another node of the same machine joins.
    return {
        "env_vars": settings_in_force(),
        "working_dir": "local:///",
        "py_modules": packages,
        "excludes": ["**/__pycache__"],
    }


@contextmanager
def _kept_signal_handler() -> Iterator[None]:
    """Ray replaces the handler of SIGTERM by one that exits at once and leaves a stack trace."""
    handler = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, handler)
