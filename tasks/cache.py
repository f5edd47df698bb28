"""The unit cache: one checksummed file per finished unit, written by the driver."""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import time
import warnings
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tasks.arrays import pack_arrays, unpack_arrays
from tasks.files import WRITING, replace_file
from tasks.result import Result

_VALUES = "values.json"
_KEY = re.compile("[0-9a-f]{64}")
#: Folder of what was found where only units' files belong.
_ASIDE = "not-units"
_SECONDS_PER_DAY = 86400.0


@dataclass(frozen=True)
class Entry:
    """A file of the cache.

    Attributes
    ----------
    size
        Bytes.
    unused_days
        Days since it was last read or written.
    """

    path: Path
    size: int
    unused_days: float


class UnitCache:
    """Finished units by key, in a folder.

    A file begins with the SHA-256 of its key and what follows, so a changed byte is noticed. Its
    time of change is when it was last used.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, key: str) -> Path:
        """File of a key.

        Raises
        ------
        ValueError
            Where the key is no SHA-256 in hexadecimal: a path could lead out of the folder.
        """
        if not _KEY.fullmatch(key):
            raise ValueError(f"a unit's key must be 64 hexadecimal digits, got {key!r}")
        return self.folder / key[:2] / key

    def get(self, key: str) -> Result | None:
        """Read a finished unit; None where it was not finished, or cannot be read.

        A damaged file is removed, something else in its place is moved aside: each with a warning.
        """
        path = self.path(key)
        if not path.is_file():
            self._clear_the_way(path)
            return None
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            warnings.warn(
                f"{path} cannot be read ({error.strerror}): the unit runs again", stacklevel=2
            )
            return None
        try:
            result = _unpack(key, content)
        except ValueError:
            warnings.warn(f"{path} is damaged: removed, the unit runs again", stacklevel=2)
            with suppress(OSError):
                path.unlink(missing_ok=True)
            return None
        with suppress(OSError):
            os.utime(path)
        return result

    def put(self, key: str, result: Result) -> None:
        """Keep a finished unit.

        Raises
        ------
        OSError
            Where the file cannot be written.
        TypeError, ValueError
            Where the result has an array of Python objects, or values that JSON cannot hold.
        """
        replace_file(self.path(key), _pack(key, result))

    def entries(self) -> Iterator[Entry]:
        """Find every file of the cache, what a killed run left half written included, in no order.

        What is no file is left out.
        """
        now = time.time()
        for path in self.folder.glob("??/*"):
            # Another run may remove a file meanwhile.
            with suppress(FileNotFoundError):
                status = path.lstat()
                if stat.S_ISDIR(status.st_mode):
                    continue
                yield Entry(path, status.st_size, (now - status.st_mtime) / _SECONDS_PER_DAY)

    def prune(self, *, unused_days: float) -> list[Entry]:
        """Remove what was last used so many days ago; it would be computed again if needed.

        What a killed run left half written is removed whatever its age; a folder in a unit's place
        is moved aside with a warning, since no run has made it.

        Raises
        ------
        OSError
            Where a file cannot be removed.
        """
        for path in self.folder.glob("??/*/"):
            self._move_aside(path)
        removed = []
        for entry in self.entries():
            if entry.unused_days >= unused_days or entry.path.name.startswith(WRITING):
                entry.path.unlink(missing_ok=True)
                removed.append(entry)
        return removed

    def _clear_the_way(self, path: Path) -> None:
        """Move aside what is in the place of a unit's file, or of the folder that it lies in."""
        if path.parent.exists() and not path.parent.is_dir():
            self._move_aside(path.parent)
        elif path.exists():
            self._move_aside(path)

    def _move_aside(self, path: Path) -> None:
        aside = self.folder / _ASIDE / f"{path.name}-{time.time_ns()}"
        try:
            aside.parent.mkdir(exist_ok=True)
            path.rename(aside)
        except OSError as error:
            outcome = f"cannot be moved ({error.strerror})"
        else:
            outcome = f"was moved to {aside}"
        warnings.warn(
            f"{path} is not what the cache keeps there, and {outcome}: the unit runs again",
            stacklevel=3,
        )


def _pack(key: str, result: Result) -> bytes:
    text = json.dumps(result.values)
    body = pack_arrays({**result.arrays, _VALUES: np.frombuffer(text.encode(), dtype=np.uint8)})
    return _checksum(key, body) + b"\n" + body


def _unpack(key: str, content: bytes) -> Result:
    """Read what `_pack` returned; ValueError where it is damaged or another unit's."""
    checksum, _, body = content.partition(b"\n")
    if _checksum(key, body) != checksum:
        raise ValueError("the checksum does not fit")
    arrays = unpack_arrays(body)
    if _VALUES not in arrays:
        raise ValueError(f"there is no {_VALUES}")
    return Result(arrays, json.loads(arrays.pop(_VALUES).tobytes()))


def _checksum(key: str, body: bytes) -> bytes:
    """SHA-256 that binds a result to its unit: a file under another's name is no result of it."""
    return hashlib.sha256(key.encode() + body).hexdigest().encode()
