"""Checks of Python and of the installed packages."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from flows.doctor.finding import SET_UP, Finding

_ROOT = Path(__file__).parents[2]
#: The oldest Python that will do, and the first one that is too new for giotto-tda's pins.
_OLDEST, _TOO_NEW = (3, 11), (3, 13)

#: What goes wrong with a version outside the bounds, where nothing else would tell.
_TRAPS = {
    "fastapi": "Prefect's server cannot be imported with it",
    "pyarrow": "it needs NumPy 2, which giotto-tda's pins do not allow, and cannot be imported",
    "sqlalchemy": "with it Prefect fires no schedule, and only the server's log tells",
}

#: Libraries with compiled parts, and Prefect's server, which some versions of other packages break.
#: UMAP's parts are compiled when it is first imported: that takes long.
_IMPORTED = (
    *("torch", "gtda.homology", "sklearn.manifold", "numba", "pandas", "ray", "pyarrow", "h5py"),
    "prefect.server.api.server",
)
_IMPORT_SECONDS = 60.0
_IMPORT_EACH = """
import importlib, sys
for name in sys.argv[1:]:
    try:
        importlib.import_module(name)
    except Exception as error:
        print(f"{name}: {type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}")
"""


def check_python() -> Finding:
    """Compare the version of Python with what the pinned packages allow."""
    found = "{}.{}.{} ({})".format(*sys.version_info[:3], sys.executable)
    if not _OLDEST <= tuple(sys.version_info[:2]) < _TOO_NEW:
        remedy = f"the pinned packages need 3.11 or 3.12: install one, {SET_UP}"
        return Finding("Python", "problem", found, remedy)
    return Finding("Python", "ok", found)


def check_packages() -> Finding:
    """Look for every package that pyproject.toml names."""
    names = list(_required())
    missing = [name for name in names if _installed(name) is None]
    if missing:
        found = f"{len(missing)} of {len(names)} are missing: {', '.join(missing)}"
        return Finding("packages", "problem", found, f"{SET_UP}, not {sys.executable}")
    return Finding("packages", "ok", f"all {len(names)} that the project names are installed")


def check_bounds() -> Finding:
    """Compare installed versions with pyproject.toml's bounds."""
    from packaging.specifiers import SpecifierSet

    wrong = []
    for name, bounds in _required().items():
        installed = _installed(name)
        if installed and not SpecifierSet(bounds).contains(installed, prereleases=True):
            trap = f": {_TRAPS[name]}" if name in _TRAPS else ""
            wrong.append(f"{name} {installed} is not {bounds}{trap}")
    if wrong:
        return Finding("versions", "problem", "; ".join(wrong), SET_UP)
    return Finding("versions", "ok", "within pyproject.toml's bounds")


def check_pins() -> Finding:
    """Compare installed versions with constraints.txt, the set that was tested together."""
    pins = dict(re.findall(r"^([\w.-]+)==(\S+)$", _read("constraints.txt"), re.MULTILINE))
    present = {name: found for name in pins if (found := _installed(name)) is not None}
    others = [f"{name} {found}, not {pins[name]}" for name, found in present.items()
              if found.partition("+")[0] != pins[name]]  # fmt: skip
    if not present:
        return Finding("pins", "warning", "no package of constraints.txt is installed", SET_UP)
    if others:
        shown = "; ".join(others[:5]) + (f"; and {len(others) - 5} more" if others[5:] else "")
        remedy = f"results may differ in their last digits: {SET_UP}"
        return Finding("pins", "warning", shown, remedy)
    return Finding("pins", "ok", f"{len(present)} packages as in constraints.txt")


def check_imports() -> Finding:
    """Import what may be broken, in a process of its own, whose files are gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        own = ("PREFECT_HOME", "NUMBA_CACHE_DIR", "MPLCONFIGDIR", "TORCHINDUCTOR_CACHE_DIR")
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **dict.fromkeys(own, folder)}
        try:
            done = subprocess.run(
                [sys.executable, "-c", _IMPORT_EACH, *_IMPORTED],
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=_IMPORT_SECONDS,
            )
        except subprocess.TimeoutExpired:
            found = f"the import takes more than {_IMPORT_SECONDS:g} s"
            return Finding("imports", "warning", found, "run again when the machine is less busy")
    failed = done.stdout.strip().splitlines()
    if done.returncode != 0:
        failed.append(f"the import ended the process with status {done.returncode}")
    if failed:
        remedy = f"take the versions of constraints.txt: remove .venv and {SET_UP}"
        return Finding("imports", "problem", "; ".join(failed), remedy)
    return Finding("imports", "ok", f"{', '.join(_IMPORTED)} work")


def _required() -> dict[str, str]:
    """Bounds of every package that the project itself needs."""
    import tomllib

    requirements = tomllib.loads(_read("pyproject.toml"))["project"]["dependencies"]
    parts = [re.fullmatch(r"([\w.-]+)(?:\[.*\])?(.*)", each) for each in requirements]
    return {part[1]: part[2] for part in parts if part}


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _read(name: str) -> str:
    return (_ROOT / name).read_text(encoding="utf-8")
