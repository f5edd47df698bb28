"""Where a local Ray has its files: a private folder, with a path that is short enough.

Ray gives everybody access to all folders that it makes, so they lie one level below one that only
its owner may enter; the sockets in them bound the length of its path.
"""

from __future__ import annotations

import os
import secrets
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

#: Most bytes of a socket's path: the operating systems have room for one more, which ends it.
_MOST_BYTES = 103 if sys.platform == "darwin" else 107
_PREFIX = "ray-"
#: What a place's path is followed by: the private folder, Ray's own with a moment and the highest
#: process number in its name, and the longest of its sockets' names.
_REST = f"/{_PREFIX}12345678/r/session_2026-11-27_03-00-00_123456_4194304/sockets/plasma_store"
_PLACES = (Path("/tmp"), Path("/var/tmp"))
REMEDY = "name a folder with a short path by TMPDIR"
_REMOVAL_SECONDS = 10.0


def place_for_ray() -> Path:
    """Return where to make Ray's private folder: the temporary one, else one of the system's.

    Raises
    ------
    OSError
        Where none will do; says why, and what to do.
    """
    place, faults = look_for_place()
    if place is None:
        raise OSError(f"a local Ray has no place for its files: {'; '.join(faults)}; {REMEDY}")
    return place


def look_for_place() -> tuple[Path | None, list[str]]:
    """Return the place, if any will do, and what is wrong with each that comes before it."""
    faults = []
    for place in _places():
        fault = _fault_of(place)
        if not fault:
            return place, faults
        faults.append(f"{place} {fault}")
    return None, faults


def _places() -> Iterator[Path]:
    # It is tried whether it can be written: a disk may be full.
    with suppress(FileNotFoundError):
        yield Path(tempfile.gettempdir())
    yield from _PLACES


def _fault_of(place: Path) -> str:
    most, given = _MOST_BYTES - len(_REST), len(os.fsencode(place))
    if given > most:
        return f"has {given} bytes, and a socket's path leaves room for {most}"
    if not (place.is_dir() and os.access(place, os.W_OK | os.X_OK)):
        return "cannot be written"
    mode = place.stat().st_mode
    if mode & stat.S_IWOTH and not mode & stat.S_ISVTX:
        return "lets every user exchange what is in it"
    return ""


def make_folder() -> Path:
    """Make a private folder for a Ray, which is given what is `below` it."""
    return Path(tempfile.mkdtemp(prefix=_PREFIX, dir=place_for_ray()))


def below(folder: Path) -> Path:
    """Return what Ray is given as its own: it opens that to everybody."""
    return folder / "r"


def write_token(folder: Path) -> Path:
    """Make the secret of a cluster; Ray would write one to the user's home folder."""
    path = folder / "token"
    path.touch(mode=0o600)
    path.write_text(secrets.token_hex(32))
    return path


def token_variables(path: Path) -> dict[str, str]:
    """Return what has Ray ask for a token and know it."""
    return {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN_PATH": str(path)}


def remove_folder(folder: Path) -> None:
    """Remove a private folder, also while the last of Ray's processes still write to it."""
    deadline = time.monotonic() + _REMOVAL_SECONDS
    while folder.exists() and time.monotonic() < deadline:
        shutil.rmtree(folder, ignore_errors=True)
        if folder.exists():
            time.sleep(0.1)
