"""Environment variables that must be set before Prefect, Ray or a numerical library is imported."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

from flows.addresses import without_user
from flows.store import CACHE, CACHE_VARIABLE, PARAMS
from tasks.arithmetic import PORTABLE, in_force, resolve, settings

#: Seconds that one unit may take where `--time-limit` does not say; DVC's commands have no options.
TIME_LIMIT = "TOPO_TIME_LIMIT"

#: Where networks are trained and many points compared, where `--device` does not say.
DEVICE = "TOPO_DEVICE"

#: Whose rounding results have, where `--arithmetic` does not say.
ARITHMETIC = "TOPO_ARITHMETIC"

#: Unless empty, it has `tune` compute units of later stages on cores that it leaves idle.
IDLE_CORES = "TOPO_IDLE_CORES"

#: Names of all stages, in order, where the whole study is run: a stage says which of them it is.
STAGES_OF_RUN = "TOPO_STAGES_OF_RUN"

_QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "RAY_USAGE_STATS_ENABLED": "0",
    "DVC_NO_ANALYTICS": "true",
}


#: Where this code lies.
_CHECKOUT = Path(__file__).absolute().parents[1]


def _compiled_code() -> Path:
    """Folder of the machine code that numba keeps: with the code, wherever a command is run."""
    name = f"numba-{_digest_of_options()}"
    if CACHE_VARIABLE in os.environ:
        return CACHE.absolute() / name
    is_checkout = (_CHECKOUT / PARAMS).is_file() and os.access(_CHECKOUT, os.W_OK | os.X_OK)
    user = Path("~/.cache").expanduser()
    if is_checkout or not user.is_absolute():
        return _CHECKOUT / ".cache" / name
    return user / "topological-autoencoders" / name


def _digest_of_options() -> str:
    """Numba notices an edited loop in its cache, but not that it is to be compiled otherwise."""
    options = _CHECKOUT / "topo" / "homology" / "compilation.py"
    return hashlib.sha256(options.read_bytes()).hexdigest()[:8]


#: What DVC remembers about files; its own place for that is one that it shares with all users.
DVC_SITE = CACHE.absolute() / "dvc" / "site"

_PLACES = {
    # Prefect's home folder stays out of the user's.
    "PREFECT_HOME": str(CACHE.absolute() / "prefect"),
    # A forgotten PREFECT_API_URL is an error, not a second server in every process.
    "PREFECT_SERVER_EPHEMERAL_ENABLED": "false",
    "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
    # Numba would otherwise write beside the sources.
    "NUMBA_CACHE_DIR": str(_compiled_code()),
    # PyTorch would make a folder in the temporary one, under a name that other users know.
    "TORCHINDUCTOR_CACHE_DIR": str(_compiled_code().with_name("torchinductor")),
    "DVC_SITE_CACHE_DIR": str(DVC_SITE),
    # Ray answers an accelerator variable of 0 GPUs by hiding them; units on CPUs look at none.
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    # A Ray that is started here is 127.0.0.1 to itself and listens there alone, as it does by
    # default on macOS, for which this variable was made.
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
}


#: Where services are that a run uses in place of local ones.
_ADDRESSES = ("PREFECT_API_URL", "RAY_ADDRESS")


def set_environment(arithmetic: str | None = None) -> None:
    """Set the arithmetic, and what is not set already: no telemetry, files inside the checkout.

    What the caller has set for the libraries does not count: their bits must be those that the
    arithmetic says. An address that is set to nothing counts as not set, as people clear a variable
    for a command.

    Parameters
    ----------
    arithmetic
        "portable" or "native"; what ``TOPO_ARITHMETIC`` says if None, else portable arithmetic
        where the machine can.

    Raises
    ------
    ValueError
        Where the arithmetic is another, or the machine cannot.
    RuntimeError
        Where numpy is here already and has other settings.
    """
    for name in _ADDRESSES:
        if os.environ.get(name) == "":
            del os.environ[name]
    server = os.environ.get("PREFECT_API_URL", "")
    if without_user(server) != server:
        # Prefect logs where a run's page is, and takes the place from the address of its API.
        pages = without_user(server).rstrip("/").removesuffix("/api")
        os.environ.setdefault("PREFECT_UI_URL", pages)
    _set_arithmetic(arithmetic or os.environ.get(ARITHMETIC) or None)
    for name, value in {**_QUIET, **_PLACES}.items():
        os.environ.setdefault(name, value)


def _set_arithmetic(asked: str | None) -> None:
    arithmetic = resolve(asked)
    before = {name: os.environ.get(name) for name in settings("portable")}
    for name in PORTABLE:
        os.environ.pop(name, None)
    os.environ.update(settings(arithmetic))
    os.environ[ARITHMETIC] = arithmetic
    if "numpy" in sys.modules and before != {name: os.environ.get(name) for name in before}:
        raise RuntimeError(
            f"{arithmetic} arithmetic must be set before numpy is imported, and it is: call "
            "flows.environment.set_environment first"
        )


def results_are_portable() -> bool:
    """Whether results of this process are those that the committed ``dvc.lock`` names."""
    return in_force() == "portable" and os.environ.get(DEVICE, "cpu") == "cpu"


def describe_arithmetic() -> str:
    """Return what the bits of this process's results depend on, beside code and packages."""
    device = os.environ.get(DEVICE, "cpu")
    return in_force() if device == "cpu" else f"{in_force()} on {device}"
